"""What a parcel costs operators and households, how long it takes and how many are late (docs/model.md 7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.logistics import DeliveryCosted, ParcelsDelivered
from ecsim.rural.events.opening import HouseholdsBaselined
from figures import Happened, day
from parcels import orders_of
from tiny import LIVELY, lively_run, made

WEEK = 60
FIGURES = ("parcel_cost", "full_parcel_cost", "delay_days", "late_share")
PARTS = ("vehicle_fen", "distance_fen", "crew_fen", "handling_fen", "station_fee_fen")


def test_a_week_worked_by_hand() -> None:
    # Operators: 100 + 80 + 60 + 40 + 20 = 300 yuan, of which goods that go up bear 50: 250 yuan for 100 parcels, 2.50
    # each. Households fetched 60 parcels for 90 yuan and, two that household 3 stands for, 40 for 30: 120 yuan for
    # 100: 1.20 each. 10 are late; 4,800 hours for 100 parcels are two days each.
    seen = Happened({HouseholdsBaselined: {"weight": {3: 2}}})
    seen.on(
        day(WEEK), made(
            DeliveryCosted, county=[0], vehicle_fen=[10_000], distance_fen=[8_000], crew_fen=[6_000],
            handling_fen=[4_000], station_fee_fen=[2_000], upward_fen=[5_000], parcels=[100],
        ),
    )  # fmt: skip
    seen.on(day(WEEK), orders_of([0, 3], [60, 40], [-1, -1], trip_fen=[9_000, 3_000]))
    seen.on(
        day(WEEK), made(ParcelsDelivered, village=[0, 3], parcels=[70, 30], late=[4, 6], delay_hours=[1_800, 3_000])
    )
    assert [seen.outcome(name, 2019)[0] for name in FIGURES] == pytest.approx([2.5, 3.7, 2.0, 0.1])
    for name in FIGURES:  # nothing came in county 1, nor in 2018: there is no figure
        assert np.isnan(seen.outcome(name, 2019)[1])
        assert np.isnan(seen.outcome(name, 2018)).all()


def test_weeks_weigh_by_their_parcels() -> None:
    # 100 parcels for 100 yuan and 300 for 900: 1,000 yuan for 400, 2.50 each, not the mean of 1 and 3.
    seen = Happened()
    for week, parcels, fen in ((60, 100, 10_000), (70, 300, 90_000)):
        seen.on(day(week), made(DeliveryCosted, county=[0], crew_fen=[fen]))
        seen.on(day(week), made(ParcelsDelivered, village=[0], parcels=[parcels]))
    assert seen.outcome("parcel_cost", 2019)[0] == pytest.approx(2.5)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_cost_counts_once(part: str) -> None:
    seen = Happened().on(day(WEEK), made(DeliveryCosted, county=[0], **{part: [700]}))
    seen.on(day(WEEK), made(ParcelsDelivered, village=[0], parcels=[7]))
    assert seen.outcome("parcel_cost", 2019)[0] == pytest.approx(1.0)


def test_figures_of_a_run_are_its_events_added_up() -> None:
    region, events = lively_run()
    v, h = region.world.state.villages, region.world.state.households
    sums = {name: np.zeros(2) for name in ("fen", "parcels", "late", "hours", "ordered", "trips")}
    for event, stamp in events.batches:
        if not 52 <= stamp.day // 7 < 104:
            continue
        if isinstance(event, DeliveryCosted):
            parts = sum(getattr(event, name) for name in PARTS)
            sums["fen"] += np.bincount(event.county, parts - event.upward_fen, 2)
        elif isinstance(event, ParcelsDelivered):
            for name, column in (("parcels", event.parcels), ("late", event.late), ("hours", event.delay_hours)):
                sums[name] += np.bincount(v.county[event.village], column, 2)
        elif isinstance(event, ParcelsOrdered):
            for name, column in (("ordered", event.parcels), ("trips", event.trip_fen)):
                sums[name] += np.bincount(h.county[event.household], column, 2)
    seen = Happened(LIVELY).all(events.batches)
    cost = sums["fen"] / sums["parcels"] / 100
    assert seen.outcome("parcel_cost", 2019) == pytest.approx(list(cost))
    assert seen.outcome("full_parcel_cost", 2019) == pytest.approx(list(cost + sums["trips"] / sums["ordered"] / 100))
    assert seen.outcome("late_share", 2019) == pytest.approx(list(sums["late"] / sums["parcels"]))
    assert seen.outcome("delay_days", 2019) == pytest.approx(list(sums["hours"] / sums["parcels"] / 24))
