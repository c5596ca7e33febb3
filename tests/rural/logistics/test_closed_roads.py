"""Closed roads: ways round them, waits, stops that are passed by, rain; and that ways are worked out once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.roads import NO_WAY, lexicographic, network, proximity_links, way, ways_within
from ecsim.rural.events.logistics import ParcelsDelivered, ParcelsWaiting, RoundsDriven
from ecsim.rural.events.opening import RoadsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed
from ecsim.rural.logistics.rounds import CLOSED, Rounds
from ecsim.rural.logistics.routes import DaysLegs, Driving, Route, legs, legs_of_day
from ecsim.rural.road_ways import Groups, RoadWays
from parcels import delivered
from tiny import tiny_region

WEEK = 168
MAIN, BY_VILLAGES = 0, 7


def a_town(links: list[tuple[int, int, int, int]], places: int) -> RoadWays:
    """Return roads given as (start, end, seconds, metres), all places one group."""
    start, end, seconds, metres = np.array(links).T
    fastest = network(places, start, end, lexicographic(seconds, metres))
    every = np.arange(places)
    group = Groups(ways_within(fastest, [0, places], every), np.zeros(places, np.int64), every, np.array([places]))
    return RoadWays(fastest, group, group)


def ladder() -> RoadWays:
    """From home (0) to a first stop (1) 600 s and on to a second (2) 300 s; round the first link 1,000 s (link 2)."""
    return a_town([(0, 1, 600, 6_000), (1, 2, 300, 3_000), (0, 1, 1_000, 9_000)], 3)


def one_round(roads: RoadWays, stops: list[int]) -> tuple[Route, Rounds]:
    route = Route(np.array([0, len(stops)], np.int32), np.array([0]), np.array(stops))
    planned = legs(route, roads.hubs, np.ones(len(stops), np.bool_))._asdict()
    seconds = np.full(len(stops), 12, np.int32)
    place = route.stop.astype(np.int32)
    return route, Rounds(
        np.zeros(1, np.int32), route.first, place, parcel_seconds=seconds, capacity=seconds[:1] * 10, **planned
    )


def driven(
    roads: RoadWays, stops: list[int], left: dict[int, int], patience: int = 3600, slowness: float = 1.0,
    passed: tuple[int, ...] = (),
) -> DaysLegs:  # fmt: skip
    route, rounds = one_round(roads, stops)
    closed = np.zeros(len(roads.fastest.cost), np.int64)
    closed[list(left)] = list(left.values())
    visited = ~np.isin(np.arange(len(stops)), passed)
    driving = Driving(roads, patience, slowness)
    return legs_of_day(route, roads.hubs, rounds, np.ones(1, np.bool_), visited, closed, driving)


def told(day: DaysLegs) -> tuple[list[int], list[int], list[int], int, int]:
    """Return seconds and metres of legs, waits, and seconds and metres of the way home."""
    r = day.rounds
    return r.leg_seconds.tolist(), r.leg_m.tolist(), day.wait.tolist(), int(r.back_seconds[0]), int(r.back_m[0])


def test_open_roads_are_driven_by_the_fastest_ways() -> None:
    assert told(driven(ladder(), [1, 2], {})) == ([600, 300], [6_000, 3_000], [0, 0], 900, 9_000)


def test_the_way_round_is_taken_if_that_is_sooner_than_the_wait() -> None:
    # Round the first link it takes 400 s longer. If it opens in 300 s the van waits, if in 500 it goes round, there and
    # back; no patience is asked for that.
    waits = told(driven(ladder(), [1, 2], {0: 300}))
    assert waits == ([600, 300], [6_000, 3_000], [300, 0], 900, 9_000)  # on its way home the link has opened
    for patience in (0, 3600):
        goes_round = told(driven(ladder(), [1, 2], {0: 500}, patience))
        assert goes_round == ([1_000, 300], [9_000, 3_000], [0, 0], 1_300, 12_000)


def test_who_has_no_patience_goes_round_at_once() -> None:
    assert told(driven(ladder(), [1], {0: 300}, patience=299)) == ([1_000], [9_000], [0], 1_000, 9_000)
    assert told(driven(ladder(), [1], {0: 300}, patience=300)) == ([600], [6_000], [300], 600, 6_000)


def test_without_a_way_the_van_turns_back_and_the_round_goes_on() -> None:
    # The second stop is cut off at its own link; the van comes back from the first. From home it would have driven up
    # to that link and back. If the first cannot be reached either the way is shut at home, and nobody sets out.
    day = driven(ladder(), [1, 2], {1: 9_999})
    assert told(day) == ([600, 0], [6_000, 0], [0, CLOSED], 600, 6_000)
    assert day.reaches.tolist() == [True]
    day = driven(ladder(), [2], {1: 9_999})
    assert told(day) == ([1_200], [12_000], [CLOSED], 0, 0)
    assert day.reaches.tolist() == [True]
    day = driven(ladder(), [1, 2], {0: 9_999, 2: 9_999})
    assert told(day) == ([0, 0], [0, 0], [CLOSED, CLOSED], 0, 0)
    assert day.reaches.tolist() == [False]


def test_one_wait_serves_all_that_lies_behind() -> None:
    # Two links in a row open after 1,000 and 1,500 s, and there is no way round: 1,000 s of waiting at the first, 500
    # more at the second; on the way home nothing.
    roads = a_town([(0, 1, 600, 6_000), (1, 2, 300, 3_000)], 3)
    assert told(driven(roads, [1, 2], {0: 1_000, 1: 1_500})) == ([600, 300], [6_000, 3_000], [1_000, 500], 900, 9_000)
    # An hour's patience is of one wait: the second link opens an hour after the first.
    assert told(driven(roads, [1, 2], {0: 3_600, 1: 7_200}))[2] == [3_600, 3_600]
    assert told(driven(roads, [1, 2], {0: 3_600, 1: 7_201}))[2] == [3_600, CLOSED]


def test_stops_that_vans_are_not_sent_to_are_no_part_of_the_way() -> None:
    assert told(driven(ladder(), [1, 2], {}, passed=(0,))) == ([0, 900], [0, 9_000], [CLOSED, 0], 900, 9_000)
    goes_round = told(driven(ladder(), [1, 2], {0: 9_999}, passed=(0,)))
    assert goes_round == ([0, 1_300], [0, 12_000], [CLOSED, 0], 1_300, 12_000)
    day = driven(ladder(), [1, 2], {0: 9_999}, passed=(0, 1))
    assert told(day) == ([0, 0], [0, 0], [CLOSED, CLOSED], 0, 0)
    assert day.reaches.tolist() == [False]


def test_in_the_rains_every_way_takes_longer_and_none_is_farther() -> None:
    assert told(driven(ladder(), [1, 2], {}, slowness=1.25)) == ([750, 375], [6_000, 3_000], [0, 0], 1_125, 9_000)
    # Round the first link it takes 1,250 s, 500 longer: a wait of 450 s is now the shorter.
    assert told(driven(ladder(), [1], {0: 450}, slowness=1.25)) == ([750], [6_000], [450], 750, 6_000)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 5_000), shut=st.integers(0, 2**20))
def test_whatever_is_closed_for_good_the_ways_are_those_of_the_network_without_it(seed: int, shut: int) -> None:
    rng = np.random.default_rng(seed)
    links = proximity_links(rng.random((9, 2)))
    seconds = rng.integers(60, 600, len(links))
    roads = a_town([(int(a), int(b), int(s), 10 * int(s)) for (a, b), s in zip(links, seconds, strict=True)], 9)
    closed = (shut >> np.arange(len(links))) % 2 == 1
    for time in range(2):  # the second time ways are known
        day, here = driven(roads, [4, 7, 2], {int(link): 10**6 for link in np.flatnonzero(closed)}), 0
        for row, stop in enumerate((4, 7, 2)):
            cost, _ = way(roads.fastest, here, stop, closed)
            if cost == NO_WAY:
                assert day.wait[row] == CLOSED
            else:
                assert day.rounds.leg_seconds[row] == cost // 2**32
                assert day.rounds.leg_m[row] == 10 * day.rounds.leg_seconds[row]
                here = stop
        assert day.rounds.back_seconds[0] == way(roads.fastest, here, 0, closed)[0] // 2**32
        if time == 0:
            known = int(roads.hubs.detours.used[0])
    assert roads.hubs.detours.used[0] == known


def test_a_township_is_reached_by_villages_when_its_road_is_closed_worked_by_hand() -> None:
    # By villages 0, 3 and 2: 953 + 19,854 + 1,748 + 4,349 = 26,904 m and as far back, in 191 + 4,307 + 379 + 943 =
    # 5,820 seconds each way, a stop of 300 and 15 a parcel.
    region, events = tiny_region()
    region.world.publish(RoadClosed(road=[MAIN], from_hour=[0], until_hour=[WEEK]))
    delivered(region, (4, 35, -1))
    rounds = events.of(RoundsDriven)
    assert set(rounds["driven_m"].tolist()) == {2 * 26_904}
    np.testing.assert_array_equal(rounds["crew_seconds"], 2 * 5_820 + 300 + 15 * rounds["parcels_down"])


def test_what_is_cut_off_waits_and_no_van_sets_out_for_it() -> None:
    region, events = tiny_region()
    region.world.publish(RoadClosed(road=[MAIN, BY_VILLAGES], from_hour=[0, 0], until_hour=[WEEK, WEEK]))
    delivered(region, (4, 35, -1))
    assert not events.rows(ParcelsDelivered)
    assert not events.rows(RoundsDriven)
    assert events.of(ParcelsWaiting)["parcels"].sum() == 35


@pytest.mark.parametrize(("week", "slowness"), [(0, 1.0), (30, 1.25)])
def test_the_rainy_season_makes_rounds_longer_by_the_speed_that_is_lost(week: int, slowness: float) -> None:
    region, events = tiny_region()
    delivered(region, (4, 35, -1), week=week)
    rounds = events.of(RoundsDriven)
    assert set(rounds["driven_m"].tolist()) == {48_090}
    seconds = 2 * round(2_086 * slowness) + 300 + 15 * rounds["parcels_down"]
    np.testing.assert_allclose(rounds["crew_seconds"], seconds, atol=1)


def test_a_longer_way_round_never_makes_rounds_shorter() -> None:
    lengths = []
    for metres in (19_854, 30_000, 60_000):
        region, events = tiny_region(opened={RoadsBaselined: {"metres": {BY_VILLAGES: metres}}})
        region.world.publish(RoadClosed(road=[MAIN], from_hour=[0], until_hour=[WEEK]))
        delivered(region, (4, 35, -1))
        lengths.append(int(events.of(RoundsDriven)["driven_m"].max()))
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
