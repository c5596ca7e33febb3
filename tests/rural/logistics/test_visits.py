"""How often operators come: a root rule that balances a round's cost and the parcels' delay (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import DeliveryReachSet
from ecsim.rural.events.opening import OperatorsBaselined
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import Events, tiny_region

POST, COURIERS = 3, (4, 5)
"""Operators of county 1, with 0.2, 0.4 and 0.4 of its parcels; its one township is the seat, where the hub is."""


def days(region: Region, events: Events, operator: int, township: int) -> tuple[int, int]:
    """Return days a week to a township and on to its villages, as last decided."""
    found = events.of(DeliveryReachSet)
    rows = np.flatnonzero((found["operator"] == operator) & (found["township"] == township))
    return int(found["township_days"][rows[-1]]), int(found["village_days"][rows[-1]])


def visits(parcels: int, *, numbers: dict[str, Value] | None = None) -> dict[int, int]:
    """Return the days a week on which each operator of county 1 comes, for so many parcels a week of it."""
    region, events = tiny_region(numbers=numbers)
    delivered(region, (10, parcels, -1))
    return {operator: days(region, events, operator, 2)[0] for operator in (POST, *COURIERS)}


def test_the_root_rule_worked_by_hand() -> None:
    # A round within the seat is one stop of 300 seconds: 60 x 0.0833/12 + 15 x 0.0833 = 0.4167 + 1.25 = 1.667 yuan. d*
    # = (3.5 w x 2 / 1.667)^0.5 = (4.2 w)^0.5. Of 10 parcels the post brings 2: 2.90, a courier 4: 4.10; of 25, 5 and
    # 10: 4.58 and 6.48, but there are six workdays.
    assert visits(10) == {3: 3, 4: 4, 5: 4}
    assert visits(25) == {3: 5, 4: 6, 5: 6}


def test_a_long_round_worked_by_hand() -> None:
    # A round of county 0 to township 1: 24.045 km by road in 2,086 seconds there and back: 48.09 km, 4,172 seconds and
    # a stop of 300: 1.2422 hours. The van costs 60 x 1.2422/12 = 6.21 yuan, the way 0.65 x 48.09 = 31.26, the crew 15 x
    # 1.2422 = 18.63: 56.10. A courier with 40 of 100 parcels: (7 x 40/56.10)^0.5 = 2.23; with 120 of 300: 3.87; the
    # post with half: 1.58 and 2.74.
    for parcels, courier, post in ((100, 2, 2), (300, 4, 3)):
        region, events = tiny_region()
        delivered(region, (4, parcels, -1))  # household 4 lives in village 3 of township 1
        assert days(region, events, 1, 1)[0] == courier
        assert days(region, events, 0, 1)[0] == post


def test_four_times_the_parcels_are_twice_the_visits() -> None:
    # (4.2 x 0.4)^0.5 = 1.30, (4.2 x 1.6)^0.5 = 2.59, (4.2 x 6.4)^0.5 = 5.18: rounded 1, 3, 5.
    found = [visits(parcels)[4] for parcels in (1, 4, 16)]
    assert found == [1, 3, 5]


def test_vans_are_never_planned_fuller_than_four_fifths() -> None:
    # Where nobody minds delay once a week would do; but 225 parcels a van at four fifths are 180 a visit: 400 parcels
    # of 1,000 need three, 200 two.
    patient: dict[str, Value] = {"logistics.value_of_delay_yuan": 0.0}
    assert visits(10, numbers=patient) == {3: 1, 4: 1, 5: 1}
    assert visits(1000, numbers=patient) == {3: 2, 4: 3, 5: 3}


def test_who_minds_delay_more_is_visited_no_less() -> None:
    found = [visits(6, numbers={"logistics.value_of_delay_yuan": value})[4] for value in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_a_dearer_round_is_driven_no_more_often() -> None:
    found = [visits(20, numbers={"logistics.crew_yuan_an_hour": wage})[3] for wage in (0.0, 15.0, 60.0, 500.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_operators_think_anew_once_a_quarter() -> None:
    region, events = tiny_region()
    decided = []
    for week in range(30):
        events.clear()
        delivered(region, (10, 10, -1), week=week)
        if events.rows(DeliveryReachSet):
            decided.append(week)
    assert decided == [0, 13, 26]


def test_who_begins_to_drive_decides_at_once() -> None:
    region, events = tiny_region()
    delivered(region, (10, 10, -1))
    pool = pooled(region, 1, (3, 4))
    events.clear()
    delivered(region, (10, 10, -1), week=1)
    found = events.of(DeliveryReachSet)
    assert {pool, 5} <= set(found["operator"].tolist())
    assert not {3, 4} & set(found["operator"].tolist())


def test_villages_are_visited_by_who_carries_on_to_them() -> None:
    region, events = tiny_region()
    pool = pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 20, 4))
    to_town, to_village = days(region, events, pool, 2)
    assert to_village > 0
    assert to_town > 0
    assert days(region, events, 0, 1)[1] == 0  # nobody is served in county 0


def test_the_van_that_carries_on_comes_for_those_parcels_too() -> None:
    # 20 parcels are bound for the station of village 4, none for the outlet: the pool's round to the township counts
    # them.
    region, events = tiny_region()
    pool = pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 20, 4))
    assert days(region, events, pool, 2)[0] == 6  # (4.2 x 20)^0.5 = 9.2, six workdays


@pytest.mark.parametrize("share", [200_000, 600_000])
def test_an_operator_reckons_with_its_own_share(share: int) -> None:
    region, events = tiny_region(opened={OperatorsBaselined: {"share": {3: share}}})
    delivered(region, (10, 10, -1))
    assert days(region, events, 3, 2)[0] == round((4.2 * 10 * share / 1e6) ** 0.5)
