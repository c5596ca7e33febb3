"""Failed attempts, breakdowns, overtime, and in how many days parcels come (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events import DeliveriesCounted, DeliveryFate, Mechanism, ProjectKind
from ecsim.rural.events.logistics import DeliveryCosted, ParcelsDelivered, ParcelsWaiting, RoundsDriven
from ecsim.rural.events.opening import RoadsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed
from ecsim.rural.logistics.weekly_flow import Handover, Waiting
from parcels import delivered, pooled, station
from tiny import Events, facility, tiny_region

HOUSEHOLD = 4
"""Of county 0, in a township half an hour and more from the seat."""
USUAL: dict[str, Value] = {"logistics.breakdowns": 0.0, "logistics.failed_attempts": 0.0}


def far(numbers: dict[str, Value], *, hours: float = 0.0, weeks: int = 4) -> Events:
    """Return weeks of 100 parcels for the township away from the seat, perhaps hours further off."""
    away = {RoadsBaselined: {"seconds": dict.fromkeys((0, 7), round(3600 * hours))}} if hours else None
    region, events = tiny_region(opened=away, numbers={**USUAL, **numbers})
    for week in range(weeks):
        delivered(region, (HOUSEHOLD, 100, -1), week=week)
    return events


def counted(events: Events, fate: DeliveryFate) -> int:
    """Return how many parcels had a fate, in all weeks."""
    found = events.of(DeliveriesCounted)
    return int(found["parcels"][found["fate"] == fate].sum())


def test_who_came_first_goes_first_worked_by_hand() -> None:
    # Five wait since before, 12 days in all: three for two days and two for three. Four come on Monday, six on Tuesday;
    # on Wednesday eight are handed over: two of five days, three of four, three of Monday's, of two days: 28 days.
    waiting, out = Waiting(np.array([5]), np.array([12])), Handover.begin(1, 2)
    for weekday, came in enumerate((4, 6)):
        waiting.arrive(weekday, np.array([came]))
    out.take(np.array([8]), waiting, np.array([7200]), 2, np.array([1]), 3)
    assert (out.parcels[0], out.late[0], out.hours[0]) == (8, 5, 24 * 28 + 8 * 2)
    assert out.by_days[1, :7].tolist() == [0, 0, 3, 0, 3, 2, 0]
    assert waiting.parcels().tolist() == [7]
    assert waiting.days().tolist() == [7 + 6 * 6]  # by the end of the week


def test_what_goes_on_is_as_old_elsewhere() -> None:
    here, there = (Waiting(np.array([waits]), np.array([waits])) for waits in (0, 1))
    for weekday in range(3):
        here.arrive(weekday, np.array([2]))
    here.pass_on(np.array([3]), there)
    assert here.came[0].tolist() == [0, 0, 0, 1, 2, 0, 0, 0, 0]
    assert there.came[0].tolist() == [0, 1, 2, 1, 0, 0, 0, 0, 0]


def test_every_parcel_is_counted_in_the_days_it_took() -> None:
    events = far({}, weeks=6)
    came, every = events.of(ParcelsDelivered), events.of(DeliveriesCounted)
    days = {name: of[every["fate"] == DeliveryFate.HANDED_OVER] for name, of in every.items()}
    assert days["parcels"].sum() == came["parcels"].sum()
    assert days["parcels"][days["days"] > 3].sum() == came["late"].sum()
    whole_days = 24 * (days["days"] * days["parcels"]).sum()
    assert whole_days <= came["delay_hours"].sum() < whole_days + 24 * came["parcels"].sum()
    assert len(np.unique(days["days"])) > 2  # not all of a delivery alike


def test_a_closed_road_cuts_off_what_is_due_behind_it() -> None:
    region, events = tiny_region(numbers=USUAL)
    region.world.publish(RoadClosed(road=[0, 7], from_hour=[0, 0], until_hour=[168, 168]))
    events.clear()
    delivered(region, (HOUSEHOLD, 100, -1))
    assert counted(events, DeliveryFate.DUE) == counted(events, DeliveryFate.CUT_OFF) > 100  # each day anew
    assert counted(events, DeliveryFate.NO_ROOM) == counted(events, DeliveryFate.NOBODY_THERE) == 0
    assert counted(far({}), DeliveryFate.CUT_OFF) == 0 < counted(far({}), DeliveryFate.DUE)


def at_a_station(chance: float, *, informed: bool = False) -> Events:
    """Return weeks of parcels for a station at which nobody is there with some chance."""
    region, events = tiny_region(numbers={"logistics.failed_attempts": chance, "logistics.breakdowns": 0.0})
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    if informed:
        of = {"mechanism": [Mechanism.DISPATCH], "county": [1], "township": [-1], "project": -1}
        region.world.publish(facility(ProjectKind.INFORMATION_SYSTEM, **of))
    events.clear()
    for week in range(20):
        delivered(region, (10, 60, 4), week=week)
    return events


def test_failed_attempts_cost_days_and_money_and_fewer_happen_with_an_information_system() -> None:
    runs = [at_a_station(0.0), at_a_station(0.3, informed=True), at_a_station(0.3)]
    failed = [counted(events, DeliveryFate.NOBODY_THERE) for events in runs]
    assert failed[0] == 0 < failed[1] < failed[2]
    hours = [events.of(ParcelsDelivered) for events in runs]
    delay = [found["delay_hours"].sum() / found["parcels"].sum() for found in hours]
    assert delay[0] < delay[1] < delay[2]
    tours = [events.of(RoundsDriven) for events in runs]
    empty = [int((found["village_tour"] & (found["parcels_down"] == 0)).sum()) for found in tours]
    assert empty[0] == 0 < empty[2]


def test_a_van_that_breaks_down_comes_later() -> None:
    sound, often = far({}), far({"logistics.breakdowns": 1000.0})
    whole, broken = sound.of(RoundsDriven), often.of(RoundsDriven)
    np.testing.assert_array_equal(whole["driven_m"], broken["driven_m"])
    longer = broken["crew_seconds"] - whole["crew_seconds"]
    assert set(longer.tolist()) <= {0, 3 * 3600}
    assert longer.any()
    assert often.of(DeliveryCosted)["crew_fen"].sum() > sound.of(DeliveryCosted)["crew_fen"].sum()


@pytest.mark.parametrize(("pay", "shift"), [(1.5, 8.0), (1.0, 8.0), (1.5, 14.0), (2.0, 10.0)])
def test_overtime_is_paid_for_after_the_shift_worked_by_hand(pay: float, shift: float) -> None:
    events = far({"logistics.overtime_pay": pay, "logistics.shift_hours": shift}, hours=5.0, weeks=1)
    found, costed = events.of(RoundsDriven), events.of(DeliveryCosted)
    assert found["crew_seconds"].max() > 10 * 3600
    assert (found["overtime_seconds"] <= found["crew_seconds"]).all()
    for operator in (0, 1, 2):
        mine = found["operator"] == operator
        hours = (found["crew_seconds"] + (pay - 1.0) * found["overtime_seconds"])[mine].sum() / 3600
        assert costed["crew_fen"][costed["operator"] == operator] == pytest.approx(1500 * hours, abs=1)
    home = found["crew_seconds"] - found["overtime_seconds"]
    assert home.max() <= 3600 * shift
    assert found["overtime_seconds"].any() == (shift < 14.0 or found["crew_seconds"].max() > 14 * 3600)


def test_what_waits_at_the_end_of_a_week_is_all_there() -> None:
    events = far({"logistics.breakdowns": 5.0}, weeks=1)
    waits = events.of(ParcelsWaiting)
    assert waits["parcels"].sum() + events.of(ParcelsDelivered)["parcels"].sum() == 100
    assert (waits["waited_days"] >= waits["parcels"]).all()
