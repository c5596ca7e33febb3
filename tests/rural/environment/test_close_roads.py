"""Storms and closed roads: exponential waiting, the longer and steeper the link the likelier (docs/model.md 4.1)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from scipy.stats import gamma

from ecsim.rural.events.opening import RoadsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed, StormsCame
from ecsim.rural.region import Region
from ecsim.rural.world import State
from tiny import Events, before_each, same, take, tiny_region

STORMY = {"space.dry_closures": 0.4, "space.wet_closures": 4.0}
DRY, WET = 0, 30
"""Weeks: the first of January, and one of July."""


def closed(how: tuple[Region, Events], week: int = DRY) -> set[int]:
    """Return the links that close in a week."""
    region, events = how
    events.clear()
    take(region, "close_roads", week=week)
    return set(events.of(RoadClosed)["road"].tolist())


def key_of(state: State, road: int) -> int:
    """Return what the luck of a link hangs on: places of the whole region, townships first, villages from a million."""
    ends = (int(state.roads.start[road]), int(state.roads.end[road]))
    low, high = (place if place < 3 else 1_000_000 + place - 3 for place in ends)
    return low * 10_000_000 + high


def test_the_chance_of_a_closure_worked_by_hand() -> None:
    # The road between villages 2 and 3 (8) is 1,748 m long, its slope class 1.5; at 0.4 closures a day and 100 km: 7 x
    # 0.4/100 x 1.748 x 1.6^1.5 = 0.0991 in a week of ordinary storm; ten times as many: 0.9906, a chance of 0.6287.
    region, events = tiny_region(numbers={"space.dry_closures": 4.0})
    luck, storms, found = [], [], []
    for week in range(20):  # January to May
        events.clear()
        take(region, "close_roads", week=week)
        found.append(8 in events.of(RoadClosed)["road"].tolist())
        luck.append(region.world.draws.uniform("close_road", week, key_of(region.world.state, 8)))
        storms.append(events.of(StormsCame)["factor"][0] / 1e6)
    rate = 7 * 4.0 / 100 * 1.748 * 1.6**1.5
    assert rate == pytest.approx(0.9906, abs=5e-5)
    assert found == [u < 1 - np.exp(-rate * storm) for u, storm in zip(luck, storms, strict=True)]
    assert 3 <= sum(found) <= 18


def test_storms_are_gamma_of_mean_one_by_inversion() -> None:
    region, events = tiny_region()
    for week in range(400):
        take(region, "close_roads", week=week)
    factor = events.of(StormsCame)["factor"]
    luck = [region.world.draws.uniform("storm", week, 0) for week in range(400)]
    shape = region.terms.space.storm_shape
    np.testing.assert_allclose(factor / 1e6, gamma.ppf(luck, shape, scale=1 / shape), atol=1e-6)
    # mean 1, variance 1/1.5: the mean of 400 weeks is within four times sqrt(0.667/400) = 0.041 of it
    assert factor.mean() / 1e6 == pytest.approx(1.0, abs=0.163)


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(numbers=STORMY)
    rows = 0
    for act in before_each(region, "close_roads", weeks=60):
        world, terms = region.world, region.terms.space
        roads, week = world.state.roads, world.week
        month = (dt.date(2018, 1, 1) + dt.timedelta(days=7 * week)).month
        rate = (terms.wet_closures if month in (6, 7, 8, 9, 10) else terms.dry_closures) / 1e5
        events.clear()
        act(region)
        storm = gamma.ppf(world.draws.uniform("storm", week, 0), terms.storm_shape, scale=1 / terms.storm_shape)
        expected = []
        for road, (metres, slope) in enumerate(zip(roads.metres, roads.slope / 1e6, strict=True)):
            mean = rate * metres * 7 * terms.slope_factor**slope * storm
            key = key_of(world.state, road)
            if world.draws.uniform("close_road", week, key) >= 1 - np.exp(-mean):
                continue
            begin = 168 * week + int(168 * world.draws.uniform("closure_begins", week, key))
            spread = np.exp(terms.closed_sigma * world.draws.normal("closure_lasts", week, key))
            major = world.draws.uniform("major_closure", week, key) < terms.major_share
            hours = 24 * np.clip(terms.major_days * spread, 5, 60) if major else terms.closed_hours * spread
            expected.append((road, begin, begin + int(np.ceil(hours))))
        found = events.of(RoadClosed)
        same(found, road=[r for r, _, _ in expected], from_hour=[b for _, b, _ in expected])
        same(found, until_hour=[e for _, _, e in expected])
        rows += len(expected)
    assert rows > 60


def test_a_link_of_no_length_never_closes() -> None:
    sure = {"space.dry_closures": 1e9}
    assert closed(tiny_region(numbers=sure)) == set(range(10))
    assert closed(tiny_region(numbers=sure, opened={RoadsBaselined: {"metres": {4: 0}}})) == set(range(10)) - {4}


def test_longer_roads_close_no_less_and_the_rains_close_more() -> None:
    far = {RoadsBaselined: {"metres": {0: 5 * 24_045, 8: 5 * 1_748}}}
    dry = wet = 0
    for week in range(12):
        near = closed(tiny_region(numbers=STORMY), week)
        assert near <= closed(tiny_region(numbers=STORMY, opened=far), week)
        dry, wet = dry + len(near), wet + len(closed(tiny_region(numbers=STORMY), WET + week))
    assert dry < wet


def test_without_closures_roads_stay_open() -> None:
    calm = tiny_region(numbers={"space.dry_closures": 0.0, "space.wet_closures": 0.0})
    assert not any(closed(calm, week) for week in range(60))


def test_a_closed_link_stays_closed_until_the_later_of_its_closures_ends() -> None:
    region, _ = tiny_region()
    for begin, end in ((10, 100), (20, 50)):
        region.world.publish(RoadClosed(road=[4], from_hour=[begin], until_hour=[end]))
    assert (region.world.state.roads.closed_from_hour[4], region.world.state.roads.closed_until_hour[4]) == (20, 100)
