"""Townships that joint pools lend each other over county borders (docs/model.md 4.9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    Channel,
    DeliveryCosted,
    GoodsWaiting,
    LentTownshipServed,
    OperatorJoinedPool,
    OperatorSharesMoved,
    OperatorsSettled,
    ParcelsDelivered,
    ParcelsWaiting,
    RoadClosed,
    RoadsBaselined,
    RoundsDriven,
    TourTenderAwarded,
    TownshipLent,
    TownshipsBaselined,
)
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.logistics.lending import lend_townships
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import LIVELY, Events, Opened, made, opening_events, run, same, tiny_region

HOME_ROAD, ROUND_ABOUT, OVER_THE_BORDER, BETWEEN_VILLAGES = 0, 7, 3, 9
"""From the seat of county 0 to township 1, another way there, from there to county 1, and another way."""
LENT, NEIGHBOUR = 1, 1
"""The township, and the county it is lent to."""
ACROSS = {"policy.cross_border": "pools"}
FAR_KM = 200
EVERY_SAVING: dict[str, Value] = {"logistics.border_gain": 0.2, "logistics.border_hurdle": 0.0}


def at_the_border(
    home_km: int = FAR_KM, away_km: int = 50, *, opened: Opened | None = None, numbers: dict[str, Value] | None = None
) -> tuple[Region, Events, int, int]:
    """Return two counties with a pool each, and the pools: a minute a kilometre from either hub to township 1."""
    roads = (HOME_ROAD, ROUND_ABOUT, OVER_THE_BORDER)
    km = (home_km, FAR_KM, away_km)
    ways: Opened = {
        RoadsBaselined: {
            "metres": {road: 1000 * far for road, far in zip(roads, km, strict=True)},
            "seconds": {road: 60 * far for road, far in zip(roads, km, strict=True)},
        }
    }
    region, events = tiny_region(ACROSS, opened=(opened or {}) | ways, numbers=EVERY_SAVING | (numbers or {}))
    own, neighbours = pooled(region, 0, (0, 1, 2)), pooled(region, 1, (3, 4, 5))
    return region, events, own, neighbours


def reviewed(region: Region, events: Events, parcels: float = 100.0, **numbers: float) -> dict[str, Any]:
    """Return what a review lends and gives back that reckons with so many parcels a week in each township."""
    events.clear()
    weekly, terms = np.full(len(region.world.state.townships), parcels), replace(region.terms.logistics, **numbers)
    lend_townships(region.world, terms, region.setting.roads, weekly)
    return events.of(TownshipLent)


def lent() -> tuple[Region, Events, int, int]:
    """Return the two counties with township 1 lent to county 1."""
    region, events, own, neighbours = at_the_border()
    region.world.publish(made(TownshipLent, township=[LENT], pool=[neighbours]))
    return region, events, own, neighbours


def test_one_more_kilometre_to_the_own_hub_lends_and_one_less_does_not() -> None:
    # A fifth shorter: 80 km against 100, not against 99.
    for home_km, pools in ((101, 1), (100, 1), (99, 0)):
        region, events, _, neighbours = at_the_border(home_km, 80)
        found = reviewed(region, events)
        assert len(found["township"]) == pools
        if pools:
            same(found, township=[LENT], pool=[neighbours], home_seconds=[60 * home_km], away_seconds=[60 * 80])
            assert region.world.state.townships.lent_to.tolist() == [-1, neighbours, -1]


def test_it_is_lent_if_it_saves_more_than_the_hurdle() -> None:
    region, events, *_ = at_the_border(100, 50)
    found = reviewed(region, events)
    saved = 1.0 - found["away_fen"][0] / found["home_fen"][0]
    assert 0.1 < saved < 0.9
    for hurdle, lends in ((saved - 1e-6, True), (saved + 1e-6, False)):
        region, events, *_ = at_the_border(100, 50, numbers={"logistics.border_hurdle": hurdle})
        assert bool(len(reviewed(region, events)["township"])) == lends


def test_what_it_costs_either_pool_worked_by_hand() -> None:
    # A round of its own, as nothing lies on the way: 20 yuan an hour; 200 minutes and a stop of five are 68.33 yuan,
    # 100 minutes and a stop 35. 10 parcels a week make it worth going once, and their delay is 3.5 x 10 x 2 = 70 yuan.
    region, events, *_ = at_the_border(100, 50, numbers={"logistics.van_yuan_a_km": 0.0})
    same(reviewed(region, events, 10.0), home_fen=[13_833], away_fen=[10_500])


def test_a_gain_of_all_of_the_way_lends_nothing() -> None:
    region, events, *_ = at_the_border(FAR_KM, 1, numbers={"logistics.border_gain": 1.0})
    assert not len(reviewed(region, events)["township"])


def test_a_township_without_an_outlet_is_not_lent() -> None:
    region, events, *_ = at_the_border(opened={TownshipsBaselined: {"outlet": {LENT: False}}})
    assert not len(reviewed(region, events)["township"])


@pytest.mark.parametrize("county", [0, 1])
def test_both_counties_need_a_pool(county: int) -> None:
    region, events = tiny_region(ACROSS, numbers=EVERY_SAVING)
    pooled(region, county, (0, 1, 2) if county == 0 else (3, 4, 5))
    assert not len(reviewed(region, events)["township"])


def test_a_review_of_the_same_changes_nothing() -> None:
    region, events, *_ = at_the_border()
    assert len(reviewed(region, events)["township"])
    assert not len(reviewed(region, events)["township"])


def test_it_is_given_back_when_it_no_longer_saves_enough() -> None:
    region, events, own, neighbours = lent()
    found = reviewed(region, events, border_hurdle=0.99)
    same(found, township=[LENT], pool=[-1])
    assert region.world.state.townships.lent_to.tolist() == [-1, -1, -1]
    assert found["away_fen"][0] >= 0.01 * found["home_fen"][0] > 0
    assert {own, neighbours} == set(region.world.state.counties.pool.tolist())


def test_it_is_given_back_when_the_neighbours_pool_has_nothing_to_carry() -> None:
    region, events, _, neighbours = lent()
    region.world.publish(OperatorSharesMoved(operator=[neighbours], share=[0]))
    same(reviewed(region, events), township=[LENT], pool=[-1])


def test_the_neighbours_pool_brings_all_that_the_own_one_would() -> None:
    region, events, own, neighbours = lent()
    delivered(region, (4, 60, -1), (10, 40, -1))
    driven, brought = events.of(RoundsDriven), events.of(ParcelsDelivered)
    assert set(driven["operator"].tolist()) == {neighbours}  # nobody lives in the seat of county 0 and orders
    served = events.of(LentTownshipServed)
    same(served, township=[LENT], operator=[neighbours], county=[NEIGHBOUR])
    assert served["parcels"][0] == brought["parcels"][np.isin(brought["village"], (2, 3))].sum() > 0
    waits = region.world.state.reaches.waiting.reshape(-1, 3)
    assert not waits[own].any()
    assert served["parcels"][0] + waits[neighbours, LENT] == 60
    costed = events.of(DeliveryCosted)
    of_pool = costed["operator"] == neighbours
    assert costed["parcels"][of_pool].sum() == brought["parcels"].sum()
    assert costed["parcels"][costed["county"] == 0].sum() == 0


def test_whoever_is_not_in_the_pool_still_goes_there() -> None:
    region, events = tiny_region(ACROSS, numbers=EVERY_SAVING)
    pooled(region, 0, (0, 1))
    neighbours = pooled(region, 1, (3, 4))
    region.world.publish(made(TownshipLent, township=[LENT], pool=[neighbours]))
    delivered(region, (4, 70, -1))
    driven = events.of(RoundsDriven)
    brought = {who: driven["parcels_down"][driven["operator"] == who].sum() for who in (2, neighbours)}
    assert set(driven["operator"].tolist()) == {2, neighbours}
    waits = region.world.state.reaches.waiting.reshape(-1, 3)[:, LENT]
    assert brought[2] + waits[2] == 28  # its share of 0.4; the pool's of 0.6 are 42
    assert brought[neighbours] + waits[neighbours] == 42


def test_who_was_awarded_the_villages_goes_on_and_else_the_neighbours_pool() -> None:
    for awarded in (False, True):
        region, events = tiny_region(ACROSS, numbers=EVERY_SAVING)
        pooled(region, 0, (0, 1))
        neighbours = pooled(region, 1, (3, 4, 5))
        station(region, 2)
        region.world.publish(made(TownshipLent, township=[LENT], pool=[neighbours]))
        if awarded:
            region.world.publish(made(TourTenderAwarded, county=[0], operator=[2]))
        delivered(region, (4, 60, 2))
        driven = events.of(RoundsDriven)
        tours = set(driven["operator"][driven["village_tour"]].tolist())
        assert tours == ({2} if awarded else {neighbours})
        served = events.of(LentTownshipServed)["parcels"].sum()
        assert served == (0 if awarded else events.of(ParcelsDelivered)["parcels"].sum())


def test_goods_go_up_to_the_neighbours_hub() -> None:
    region, events, _, neighbours = lent()
    delivered(region, (10, 10, -1), sent=((0, Channel.OWN_SHOP, 200_000),))
    served, driven = events.of(LentTownshipServed), events.of(RoundsDriven)
    same(served, operator=[neighbours], county=[NEIGHBOUR], goods_g=[171_428])  # six of seven days' 200 kg
    assert driven["goods_g"].sum() == 171_428


def test_what_waits_goes_with_the_township_and_back() -> None:
    region, events, own, neighbours = at_the_border()
    closed = [HOME_ROAD, ROUND_ABOUT, OVER_THE_BORDER, BETWEEN_VILLAGES]
    region.world.publish(RoadClosed(road=closed, from_hour=[0] * 4, until_hour=[336] * 4))
    delivered(region, (4, 35, -1))
    state = region.world.state

    def waits() -> dict[int, int]:
        hubs = state.reaches.waiting.reshape(-1, 3)[:, LENT]
        return {int(who): int(hubs[who]) for who in np.flatnonzero(hubs)}

    assert waits() == {own: 35}
    region.world.publish(made(TownshipLent, township=[LENT], pool=[neighbours]))
    assert waits() == {neighbours: 35}
    delivered(region, (4, 7, -1), week=1)
    assert waits() == {neighbours: 42}
    region.world.publish(made(TownshipLent, township=[LENT], pool=[-1]))
    assert waits() == {own: 42}
    assert events.rows(ParcelsDelivered) == 0


def test_what_waits_for_who_joins_the_own_pool_waits_at_the_neighbours_hub() -> None:
    region, _ = tiny_region(ACROSS, numbers=EVERY_SAVING)
    own, neighbours = pooled(region, 0, (0, 1)), pooled(region, 1, (3, 4, 5))
    world, state = region.world, region.world.state
    world.publish(made(TownshipLent, township=[LENT], pool=[neighbours]))
    world.publish(made(ParcelsWaiting, operator=[2, 2], township=[0, LENT], village=[-1, -1], parcels=[3, 5]))
    world.publish(made(GoodsWaiting, operator=[2], township=[LENT], village=[-1], goods_g=[700]))
    world.publish(made(OperatorJoinedPool, operator=[2], pool=[own]))
    waits, goods = state.reaches.waiting.reshape(-1, 3), state.reaches.goods_g.reshape(-1, 3)
    assert waits[own].tolist() == [3, 0, 0]
    assert waits[neighbours].tolist() == [0, 5, 0]
    assert goods[neighbours, LENT] == 700
    assert not waits[2].any()


LIVELY_NUMBERS: dict[str, Value] = {
    "logistics.pool_review_weeks": 8, "logistics.review_weeks": 4, "logistics.pool_hurdle": 0.0,
}  # fmt: skip


def lively(weeks: int = 60) -> tuple[Region, Events]:
    """Return the lively region in which township 1 is lent at a review, has come back, and is lent again."""
    region, events, *_ = at_the_border(opened=LIVELY, numbers=LIVELY_NUMBERS)
    run(region, weeks // 3)
    region.world.publish(made(TownshipLent, township=[LENT], pool=[-1]))
    run(region, weeks - weeks // 3, first=weeks // 3)
    return region, events


_RUN: list[tuple[Region, Events]] = []


def lively_once() -> tuple[Region, Events]:
    """Return the lively region; tests share it and change nothing."""
    if not _RUN:
        _RUN.append(lively())
    return _RUN[0]


def laws_broken(change: Callable[[Event], Event] = lambda event: event) -> dict[str, list[Finding]]:
    """Return what each law finds in the lively region, where some events are told otherwise."""
    region, events = lively_once()
    laws = Conservation(["East", "West"])
    opening = [(event, Stamp(0, 0, np.full(event.rows, -1))) for event in opening_events(LIVELY)]
    for event, stamp in [*opening, *events.batches]:
        laws.see(change(event), stamp)
    found = {law.name: law.violations(region.world.state) for law in laws.laws}
    return {name: findings for name, findings in found.items() if findings and name != "money"}


def test_parcels_goods_costs_and_shares_add_up_while_lines_cross_the_border() -> None:
    region, events = lively_once()
    neighbours = region.world.state.counties.pool[NEIGHBOUR]
    assert events.of(TownshipLent)["pool"].tolist() == [neighbours, -1, neighbours]
    served = events.of(LentTownshipServed)
    assert served["parcels"].sum() > 0
    assert served["goods_g"].sum() > 0
    assert laws_broken() == {}


def test_a_review_lends_because_of_the_last_account_of_the_own_pool() -> None:
    region, events = lively_once()
    lent_by, settled = events.of(TownshipLent), events.of(OperatorsSettled)
    own = region.world.state.counties.pool[0]
    for cause, day in zip(lent_by["cause"][[0, 2]], lent_by["day"][[0, 2]], strict=True):
        row = np.flatnonzero(settled["seq"] == cause)
        assert settled["operator"][row].tolist() == [own]
        assert settled["day"][row].tolist() == [day - 7]


def _more(kind: type[Event], column: str, by: int) -> Callable[[Event], Event]:
    def change(event: Event) -> Event:
        if type(event) is not kind:
            return event
        columns = {each.name: np.array(event.__dict__[each.name]) for each in event.columns}
        columns[column] = columns[column] + by
        return made(kind, **columns)

    return change


@pytest.mark.parametrize(
    ("kind", "column", "by", "laws", "words"),
    [
        (LentTownshipServed, "parcels", 1_000_000, {"borders"}, "came over the border"),
        (LentTownshipServed, "goods_g", 1_000_000_000, {"borders", "goods_up"}, "its vans brought less"),
        (LentTownshipServed, "township", -1, {"borders"}, "is not lent to it"),
        (TownshipLent, "township", -1, {"borders", "parcels"}, "is not lent to it"),
    ],
)
def test_what_crosses_otherwise_is_named(
    kind: type[Event], column: str, by: int, laws: set[str], words: str
) -> None:  # fmt: skip
    found = laws_broken(_more(kind, column, by))
    assert "borders" in found
    assert found.keys() <= laws | {"goods_up"}
    assert words in " ".join(finding.message for finding in found["borders"])


def test_nothing_crosses_where_the_policy_says_none() -> None:
    roads: Opened = {
        RoadsBaselined: {"seconds": {HOME_ROAD: 12_000, ROUND_ABOUT: 12_000, OVER_THE_BORDER: 600}},
    }
    region, events = tiny_region(opened=roads, numbers=EVERY_SAVING | LIVELY_NUMBERS)
    pooled(region, 0, (0, 1, 2))
    pooled(region, 1, (3, 4, 5))
    run(region, 20)
    assert not events.rows(TownshipLent) + events.rows(LentTownshipServed)
