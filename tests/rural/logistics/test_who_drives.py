"""Which operators drive where, with how many vans (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.logistics import RoundsDriven
from ecsim.rural.events.opening import OperatorsBaselined
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import Events, facility, tiny_region

BUSY: dict[str, Value] = {"buying.parcels_per_head": 12_000.0, "buying.cost_sensitivity": 0.0}
"""So much is expected at the opening that an operator needs several vans for a township."""


def drivers(region: Region, events: Events, *orders: tuple[int, int, int], week: int = 0) -> set[int]:
    """Return the operators whose vans came home in a week."""
    events.clear()
    delivered(region, *orders, week=week)
    return set(events.of(RoundsDriven)["operator"].tolist())


def test_everybody_drives_for_his_share_until_he_joins_a_pool() -> None:
    region, events = tiny_region()
    assert drivers(region, events, (10, 40, -1)) == {3, 4, 5}
    pool = pooled(region, 1, (3, 5))
    assert drivers(region, events, (10, 40, -1), week=1) == {pool, 4}
    found = events.of(RoundsDriven)
    of_pool = found["parcels_down"][found["operator"] == pool].sum()
    assert of_pool == pytest.approx(0.6 * 40, abs=3)  # 0.2 and 0.4 of the parcels, and what waited


def test_an_operator_without_parcels_does_not_drive() -> None:
    region, events = tiny_region(opened={OperatorsBaselined: {"share": {3: 0, 4: 600_000}}})
    assert drivers(region, events, (10, 40, -1)) == {4, 5}


def test_each_serves_its_own_county_alone() -> None:
    region, events = tiny_region()
    assert drivers(region, events, (4, 40, -1)) == {0, 1, 2}


def test_villages_are_served_by_the_pool_or_by_nobody() -> None:
    region, events = tiny_region()
    station(region, 4)
    drivers(region, events, (10, 40, -1))
    assert not events.of(RoundsDriven)["village_tour"].any()
    pool = pooled(region, 1, (3, 4))
    drivers(region, events, (10, 40, 4), week=1)
    found = events.of(RoundsDriven)
    assert set(found["operator"][found["village_tour"]].tolist()) == {pool}


def test_a_van_holds_its_capacity_and_several_share_a_township() -> None:
    # County 1 expects 16 x 12,000 / 1.45^0.5 / 52 = 3,066 parcels a week; a courier's 40 % at 3 visits and a margin of
    # 2.5 are 1,022 a visit: five vans of 225.
    region, events = tiny_region(numbers=BUSY)
    drivers(region, events, (10, 3066, -1))
    found = events.of(RoundsDriven)
    assert found["parcels_down"].max() <= 225
    rounds_a_day = np.bincount(found["weekday"][found["operator"] == 4])
    assert rounds_a_day.max() == 5
    per_van = found["parcels_down"][(found["operator"] == 4) & (found["weekday"] == 1)]
    assert per_van.max() - per_van.min() <= 1  # they share alike


def test_one_van_is_enough_where_little_is_expected() -> None:
    region, events = tiny_region()
    drivers(region, events, (10, 40, -1))
    found = events.of(RoundsDriven)
    assert np.bincount(found["weekday"][found["operator"] == 4]).max() == 1


@pytest.mark.parametrize(("centre", "seconds"), [(False, 2.0), (True, 1.0)])
def test_members_sort_side_by_side_and_a_distribution_centre_is_faster(centre: bool, seconds: float) -> None:
    # Three members sort a parcel every 2 seconds, not every 6; a centre takes 1. One round of the week's
    # first day: it leaves when its n parcels are sorted and loaded (3 seconds each at the dock), so it is away for the
    # loading, the stop and handing over: 3 n + 300 + 12 n; sorting delays the arrival alone.
    region, events = tiny_region()
    pool = pooled(region, 1, (3, 4, 5))
    if centre:
        region.world.publish(facility(ProjectKind.DISTRIBUTION_CENTRE, county=[1], township=[-1], project=[-1]))
    drivers(region, events, (10, 70, -1))
    found = events.of(RoundsDriven)
    parcels = found["parcels_down"]
    same_pace = 300 + 15 * parcels
    assert set(found["operator"].tolist()) == {pool}
    np.testing.assert_array_equal(found["crew_seconds"], same_pace)
    plan = region.delivery.plan(region.world.state, np.zeros(6, np.bool_))
    assert plan.hub_depots.sorting_ms[pool] == 1000 * seconds
