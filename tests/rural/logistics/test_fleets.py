"""Vans that operators take on and give up (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import DeliveryCosted, OperatorFleetMoved, OperatorsSettled
from ecsim.rural.logistics.fleets import move_fleets
from ecsim.rural.region import Region
from parcels import delivered, pooled
from tiny import Events, made, tiny_region

POST, SMALL, LARGE = 3, 4, 5


def moved(left: float, short: int = 8, idle: int = 0, added: int = 0, **numbers: Value) -> tuple[Region, Events]:
    """Return what came of a review where the small courier of county 1 left so many parcels in so many weeks."""
    region, events = tiny_region(numbers={f"logistics.{name}": value for name, value in numbers.items()})
    if added:
        region.world.publish(made(OperatorFleetMoved, operator=[SMALL], vans=[2 + added], added=[added]))
    account = {"left_mparcels": [round(1000 * left)], "short_weeks": [short], "idle_weeks": [idle], "hub_mparcels": [1]}
    region.world.publish(made(OperatorsSettled, operator=[SMALL], **account))
    events.clear()
    move_fleets(region.world, region.terms.logistics)
    return region, events


def test_a_van_is_taken_on_where_delay_is_worth_more_than_it_costs_worked_by_hand() -> None:
    # Six days of 60 yuan against 2 yuan for each parcel that stays a day: from 180 parcels on.
    assert not moved(179.9)[1].kinds()
    region, events = moved(180.0)
    found, vans = events.of(OperatorFleetMoved), int(tiny_region()[0].world.state.operators.vans[SMALL])
    assert (found["operator"].tolist(), found["vans"].tolist(), found["added"].tolist()) == ([SMALL], [vans + 1], [1])
    assert region.world.state.operators.short_weeks[SMALL] == 0


def test_not_before_it_was_short_for_weeks() -> None:
    assert not moved(1000.0, short=7)[1].kinds()
    assert moved(1000.0, short=4, fleet_weeks=4)[1].kinds()
    assert not moved(1000.0, short=200, fleet_weeks=10_000)[1].kinds()


def test_one_that_was_added_and_stands_is_given_up() -> None:
    found = moved(0.0, short=0, idle=8, added=2)[1].of(OperatorFleetMoved)
    assert (found["vans"].tolist(), found["added"].tolist()) == ([3], [1])


def test_those_of_the_opening_are_kept() -> None:
    assert not moved(0.0, short=0, idle=200)[1].kinds()


def busy(vans: int, added: int = 0, weeks: int = 2) -> tuple[Region, Events]:
    """Return the region after weeks in which county 1 had far more parcels than one van takes."""
    region, events = tiny_region(numbers={"logistics.day_hours": 2.0, "logistics.parcel_seconds": 60})
    region.world.publish(
        made(OperatorFleetMoved, operator=[POST, SMALL, LARGE], vans=[9, vans, 9], added=[0, added, 0])
    )
    events.clear()
    for week in range(weeks):
        delivered(region, (10, 3000, -1), week=week)
    return region, events


def test_vans_that_were_added_cost_something_on_days_they_stand() -> None:
    # Two of nine vans were added; one round a day leaves eight at home, so both stand on six days: 12 x 60 yuan.
    cost = [busy(9, added)[1].of(DeliveryCosted) for added in (0, 2)]
    fen = [each["vehicle_fen"][each["operator"] == SMALL] for each in cost]
    standing = (fen[1] - fen[0])[-1]
    assert standing in (60_00 * np.arange(1, 13)).tolist()
    others = [each["vehicle_fen"][each["operator"] == POST].tolist() for each in cost]
    assert others[0] == others[1]


def test_what_no_van_was_free_for_is_counted_on_each_day() -> None:
    """Five rounds are planned for the small courier (`test_who_drives`), of which one van drives those that fit in."""
    numbers: dict[str, Value] = {"buying.parcels_per_head": 12_000.0, "logistics.day_hours": 1.0}
    left = []
    for vans in (1, 9):
        region, events = tiny_region(numbers=numbers)
        fleet = made(OperatorFleetMoved, operator=[POST, SMALL, LARGE], vans=[9, vans, 9])
        region.world.publish(fleet)
        delivered(region, (10, 3000, -1))
        found = events.of(OperatorsSettled)
        left.append(found["left_mparcels"][found["operator"] == SMALL][0])
        assert (found["short_weeks"] > 0).tolist() == (found["left_mparcels"] > 0).tolist()
    assert left[0] > left[1] == 0


def test_an_idle_week_is_one_in_which_a_van_stood_every_day() -> None:
    region, _ = busy(9)
    assert region.world.state.operators.idle_weeks[SMALL] == 2
    region, _ = busy(1)
    assert region.world.state.operators.idle_weeks[SMALL] == 0


def test_a_pool_has_what_its_members_added_and_gives_it_back() -> None:
    region, _ = busy(9, added=2, weeks=0)
    pool = pooled(region, 1, (POST, SMALL))
    operators = region.world.state.operators
    assert (operators.vans[pool], operators.added[pool]) == (18, 2)
