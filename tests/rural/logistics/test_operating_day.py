"""The operating day: SimPy and its compiled twin, and what must hold of both."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.kernel.draws import Draws
from ecsim.rural.logistics import compiled_day, day
from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds

TERMS = DayTerms(day_seconds=36_000, sorting_seconds=600, stop_seconds=300, loading_ms=4_000, pickup_seconds=10)
ROOM = 120
"""Parcels that a van holds."""


def some_region(seed: int, depots: int = 4) -> tuple[Rounds, Depots, DayInput]:
    draws = Draws(seed)
    per_depot = 1 + np.floor(6 * draws.uniform("rounds", 0, np.arange(depots))).astype(np.int32)
    depot = np.repeat(np.arange(depots, dtype=np.int32), per_depot)
    stops = 1 + np.floor(4 * draws.uniform("stops", 0, np.arange(len(depot)))).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(stops)]).astype(np.int32)
    n = int(first[-1])

    def whole(name: str, most: int, size: int) -> np.ndarray:
        return np.floor(most * draws.uniform(name, 0, np.arange(size))).astype(np.int32)

    rounds = Rounds(
        depot=depot,
        first=first,
        place=np.arange(n, dtype=np.int32),
        leg_seconds=whole("leg", 5000, n),
        leg_m=whole("leg_m", 40_000, n),
        back_seconds=whole("back", 5000, len(depot)),
        back_m=whole("back_m", 40_000, len(depot)),
        parcel_seconds=6 + whole("parcel", 2, n) * 6,
        capacity=20 + whole("capacity", 120, len(depot)),
    )
    places = Depots(
        vans=1 + whole("vans", 3, depots), docks=1 + whole("docks", 2, depots), sorting_ms=whole("sort", 3000, depots)
    )
    closed = draws.uniform("closed", 0, np.arange(n))
    today = DayInput(
        goes=draws.uniform("goes", 0, np.arange(len(depot))) < 0.8,
        load=(load := whole("load", 90, n)),
        fresh=np.floor(load * draws.uniform("fresh", 0, np.arange(n))).astype(np.int32),
        room=30 + whole("room", 90, n),
        wait=np.where(closed < 0.1, CLOSED, np.where(closed < 0.3, 1800, 0)).astype(np.int32),
        shut=draws.uniform("shut", 0, np.arange(n)) < 0.15,
        pickup=whole("pickup", 60, n),
    )
    return rounds, places, today


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_simpy_and_the_compiled_day_agree_to_the_second(seed: int) -> None:
    rounds, depots, today = some_region(seed)
    slow = day.run_day(rounds, depots, TERMS, today)
    fast = compiled_day.run_day(rounds, depots, TERMS, today)
    for name in DayResult._fields:
        assert np.array_equal(getattr(slow, name), getattr(fast, name)), name


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_no_parcel_is_made_and_no_van_is_late(seed: int) -> None:
    rounds, depots, today = some_region(seed)
    found = compiled_day.run_day(rounds, depots, TERMS, today)
    assert (found.delivered <= np.minimum(today.load, today.room)).all()
    assert (found.delivered[today.wait == CLOSED] == 0).all()
    at_docks = TERMS.loading_ms * 140 // 1000 * len(rounds.depot)
    home_late = np.bincount(rounds.depot[found.back > TERMS.day_seconds + at_docks], minlength=len(depots.vans))
    assert (home_late <= depots.vans).all()  # the first round of a van alone may take longer than the day
    carried = np.bincount(rounds.stop_round, found.delivered, len(rounds.depot))
    assert (carried <= rounds.capacity).all()
    assert (found.picked <= today.pickup).all()
    for exchanged in (found.delivered, found.picked):
        assert (exchanged[(today.wait == CLOSED) | today.shut] == 0).all()
    for number, (first, last) in enumerate(zip(rounds.first, rounds.first[1:], strict=False)):
        on_board = carried[number] + np.cumsum(found.picked[first:last] - found.delivered[first:last])
        assert (on_board <= rounds.capacity[number]).all()


def one_round(load: int, wait: int = 0, vans: int = 1, pickup: int = 0) -> tuple[Rounds, Depots, DayInput]:
    rounds = Rounds(
        *(np.array(x, np.int32) for x in ([0], [0, 1], [7], [3600], [35_000], [3600], [35_000], [12], [ROOM]))
    )
    depots = Depots(np.array([vans], np.int32), np.array([1], np.int32), np.array([1000], np.int32))
    today = DayInput(np.array([True]), *(np.array([x], np.int32) for x in (load, load, 999, wait, False, pickup)))
    return rounds, depots, today


@pytest.mark.parametrize("module", [day, compiled_day])
def test_one_van_and_ten_parcels_by_hand(module) -> None:  # noqa: ANN001
    found = module.run_day(*one_round(10)[:2], TERMS, one_round(10)[2])
    assert found.arrive[0] == 10 + 40 + 3600  # sorted, loaded, driven
    assert found.back[0] == 10 + 40 + 3600 + 300 + 120 + 3600
    assert found.driven_m[0] == 70_000
    assert found.delivered[0] == 10


@pytest.mark.parametrize("module", [day, compiled_day])
def test_a_closed_road_leaves_the_parcels_and_a_full_van_the_rest(module) -> None:  # noqa: ANN001
    rounds, depots, today = one_round(500)
    assert module.run_day(rounds, depots, TERMS, today).delivered[0] == ROOM
    rounds, depots, today = one_round(10, wait=CLOSED)
    found = module.run_day(rounds, depots, TERMS, today)
    assert (found.delivered[0], found.arrive[0]) == (0, -1)


@pytest.mark.parametrize("module", [day, compiled_day])
def test_a_round_longer_than_the_day_leaves_as_the_first_of_its_van_and_no_second_time(module) -> None:  # noqa: ANN001
    # 18,000 seconds there and as many back are more than a day of 36,000: with one van one of two rounds leaves, with
    # two vans both do.
    far = ([0, 0], [0, 1, 2], [7, 8], [18_000] * 2, [100_000] * 2, [18_000] * 2, [100_000] * 2, [12] * 2, [ROOM] * 2)
    rounds = Rounds(*(np.array(x, np.int32) for x in far))
    today = DayInput(np.array([True, True]), *np.full((3, 2), 10, np.int32), *np.zeros((3, 2), np.int32))
    for vans, ran in ((1, [True, False]), (2, [True, True])):
        depots = Depots(np.array([vans], np.int32), np.array([1], np.int32), np.array([1000], np.int32))
        assert module.run_day(rounds, depots, TERMS, today).ran.tolist() == ran


@pytest.mark.parametrize("module", [day, compiled_day])
def test_a_van_takes_goods_back_as_far_as_it_has_room_after_each_stop(module) -> None:  # noqa: ANN001
    # 100 parcels on board for two stops, 60 and 40, of a van that holds 120: after the first 40 are left and room for
    # 80, of which 70 are wanted; after the second 70 are on board and room for 50 of the 90 that wait.
    legs = ([0], [0, 2], [7, 8], [600, 600], [5_000, 5_000], [600], [5_000], [12, 12], [ROOM])
    rounds = Rounds(*(np.array(x, np.int32) for x in legs))
    depots = Depots(np.array([1], np.int32), np.array([1], np.int32), np.array([0], np.int32))
    today = DayInput(
        np.array([True]), *(np.array(x, np.int32) for x in ([60, 40], [0, 0], [60, 40], [0, 0], [0, 0], [70, 90]))
    )
    found = module.run_day(rounds, depots, TERMS, today)
    assert found.delivered.tolist() == [60, 40]
    assert found.picked.tolist() == [70, 50]
    assert found.arrive.tolist() == [400 + 600, 400 + 600 + 300 + 720 + 700 + 600]
    assert found.back[0] == 400 + 3 * 600 + 2 * 300 + 12 * 100 + 10 * 120


@pytest.mark.parametrize("module", [day, compiled_day])
def test_a_closed_road_keeps_goods_too(module) -> None:  # noqa: ANN001
    rounds, depots, today = one_round(10, wait=CLOSED, pickup=5)
    assert module.run_day(rounds, depots, TERMS, today).picked[0] == 0


def two_rounds(load: int, fresh: int, sorting_ms: int, room: int = 999) -> tuple[Rounds, Depots, DayInput]:
    """Return two vans of a depot, one stop each with so many parcels of which some came today."""
    legs = ([0, 0], [0, 1, 2], [7, 8], [600] * 2, [5_000] * 2, [600] * 2, [5_000] * 2, [12, 6], [ROOM] * 2)
    rounds = Rounds(*(np.array(x, np.int32) for x in legs))
    depots = Depots(*(np.array([x], np.int32) for x in (2, 2, sorting_ms)))
    stops = (np.full(2, x, np.int32) for x in (load, fresh, room, 0, 0, 0))
    return rounds, depots, DayInput(np.array([True, True]), *stops)


@pytest.mark.parametrize("module", [day, compiled_day])
def test_what_is_not_sorted_in_time_stays_and_what_came_before_is_sorted(module) -> None:  # noqa: ANN001
    # 600 seconds at 10 a parcel are 60 parcels: of 50 and 50 of today the second van takes 10, and 20 each of before.
    rounds, depots, today = two_rounds(70, 50, 10_000)
    found = module.run_day(rounds, depots, TERMS, today)
    assert found.delivered.tolist() == [70, 30]
    assert found.arrive.tolist() == [500 + 280 + 600, 600 + 120 + 600]  # sorted, loaded, driven
    assert found.back.tolist() == [1380 + 300 + 70 * 12 + 600, 1320 + 300 + 30 * 6 + 600]  # handed over in bulk
    at_once = module.run_day(*two_rounds(70, 50, 1_000)[:2], TERMS, today)
    assert at_once.delivered.tolist() == [70, 70]
    unsorted = module.run_day(*two_rounds(70, 50, 0)[:2], TERMS, today)
    assert unsorted.arrive.tolist() == [280 + 600, 280 + 600]


@pytest.mark.parametrize("module", [day, compiled_day])
def test_a_van_leaves_no_more_than_a_stop_has_room_for(module) -> None:  # noqa: ANN001
    rounds, depots, today = two_rounds(70, 0, 1_000, room=25)
    assert module.run_day(rounds, depots, TERMS, today).delivered.tolist() == [25, 25]


@pytest.mark.parametrize("module", [day, compiled_day])
def test_where_nobody_is_there_the_van_stops_for_nothing_and_keeps_what_it_brings(module) -> None:  # noqa: ANN001
    # A van with 60 and 60 is full; where it could not hand over the first it has no room for goods but those of the
    # second stop's 60.
    legs = ([0], [0, 2], [7, 8], [600, 600], [5_000, 5_000], [600], [5_000], [12, 12], [ROOM])
    rounds = Rounds(*(np.array(x, np.int32) for x in legs))
    depots = Depots(*(np.array([x], np.int32) for x in (1, 1, 0)))
    stops = ([60, 60], [0, 0], [60, 60], [0, 0], [1, 0], [70, 90])
    found = module.run_day(rounds, depots, TERMS, DayInput(np.array([True]), *(np.array(x, np.int32) for x in stops)))
    assert (found.delivered.tolist(), found.picked.tolist()) == ([0, 60], [0, 60])
    assert found.back[0] == 480 + 3 * 600 + 2 * 300 + 12 * 60 + 10 * 60
