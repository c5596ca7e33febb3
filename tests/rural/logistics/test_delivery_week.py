"""A week of parcels: what is brought, what waits, how long it took; nothing is made or lost (docs/model.md 4.9)."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from ecsim.rural.events.households import ParcelsOrdered
from ecsim.rural.events.logistics import ParcelsDelivered, ParcelsWaiting, RoundsDriven
from ecsim.rural.events.opening import RoadsBaselined, TownshipsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed
from ecsim.rural.events.stations import StationClosed
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import LIVELY, Events, run, same, tiny_region

POST, FIRST, SECOND = 3, 4, 5
"""Operators of county 1."""
MAIN, BY_VILLAGES = 0, 7
"""Roads from the seat of county 0 to township 1: its own, and one between villages on the way round."""


def test_a_week_of_twelve_parcels_worked_by_hand() -> None:
    # Household 10 orders 12. By shares of 0.2, 0.4 and 0.4 they are 2.4, 4.8 and 4.8, in whole ones 2, 5 and 5. They
    # come to the hub evenly over seven days: the post's on days 3 and 6, a courier's on days 1, 2, 4, 5 and 6. The post
    # comes on 3 days a week (days 1, 3, 5), couriers on 4 (days 1, 2, 4, 5): each brings what came that day. What comes
    # on the seventh day waits, one parcel each, a day old by the end of the week.
    region, events = tiny_region()
    delivered(region, (10, 12, -1))
    driven = events.of(RoundsDriven)
    same(driven, operator=[4, 5, 4, 5, 3, 4, 5, 4, 5], weekday=[1, 1, 2, 2, 3, 4, 4, 5, 5], parcels_down=[1] * 9)
    # A parcel takes 6 seconds to sort and 3 to load; the stop takes 300 and 12 a parcel: 315 from taking the van.
    same(driven, crew_seconds=[315] * 9, driven_m=[0] * 9, village_tour=[False] * 9, township=[2] * 9)
    same(events.of(ParcelsDelivered), village=[4], to_station=[False], parcels=[9], late=[0], delay_hours=[0])
    same(
        events.of(ParcelsWaiting), operator=[3, 4, 5], township=[2] * 3, village=[-1] * 3, parcels=[1] * 3,
        waited_days=[1] * 3,
    )  # fmt: skip


def test_what_waited_is_brought_in_the_next_week_and_has_waited_since() -> None:
    # Three parcels are a day old on Monday; couriers come on days 1, 2, 4 and 5, the post on 1, 3 and 5 again: on day 1
    # they are two days old, 48 hours each. Nothing new comes.
    region, events = tiny_region()
    delivered(region, (10, 12, -1))
    events.clear()
    delivered(region, week=1)
    same(events.of(RoundsDriven), operator=[3, 4, 5], weekday=[1, 1, 1])
    found = events.of(ParcelsDelivered)
    assert found["parcels"].sum() == 3
    assert found["delay_hours"].sum() == 3 * 48
    assert found["late"].sum() == 0  # three days are promised
    same(events.of(ParcelsWaiting), parcels=[0] * 3, waited_days=[0] * 3)


def test_parcels_late_beyond_three_days() -> None:
    # The roads to township 1 are closed all week. Of 35 parcels one a day is for the post and two for each courier:
    # five came each day and have waited 5 x (7 + 6 + 5 + 4 + 3 + 2 + 1) = 140 days in all. A week later they are
    # brought, four days old on the mean and more: all late.
    region, events = tiny_region()
    region.world.publish(RoadClosed(road=[MAIN, BY_VILLAGES], from_hour=[0, 0], until_hour=[168, 168]))
    delivered(region, (4, 35, -1))
    assert not events.rows(ParcelsDelivered)
    assert events.of(ParcelsWaiting)["parcels"].sum() == 35
    assert events.of(ParcelsWaiting)["waited_days"].sum() == 140
    events.clear()
    delivered(region, week=1)
    found = events.of(ParcelsDelivered)
    assert found["parcels"].sum() == found["late"].sum() == 35


def test_a_road_that_opens_soon_is_waited_for() -> None:
    # Vans look at eight in the morning of day 2, the first they come on, and wait an hour at most.
    for until, brought in ((48 + 9, True), (48 + 10, False)):
        region, events = tiny_region()
        region.world.publish(RoadClosed(road=[MAIN, BY_VILLAGES], from_hour=[0, 0], until_hour=[until, 168]))
        delivered(region, (4, 100, -1))
        found = events.of(RoundsDriven)
        assert (found["parcels_down"][found["weekday"] == 2].sum() > 0) == brought


@pytest.mark.parametrize("day_hours", [10.0, 14.0])
@pytest.mark.parametrize("longest_hours", [5.0, 7.0, 10.0])
@pytest.mark.parametrize("hours", [1, 4, 8])
def test_however_long_rounds_are_planned_parcels_wait_for_the_next_visit_alone(
    longest_hours: float, day_hours: float, hours: int
) -> None:
    # No road is closed and vans are many: what came by the last visit is there by the week's end, be the way there and
    # back, the stops and the loading longer than a round or a day may be, or not.
    numbers = {"logistics.longest_hours": longest_hours, "logistics.day_hours": day_hours, "logistics.review_weeks": 1}
    ways = (MAIN, BY_VILLAGES)
    far = {
        RoadsBaselined: {"seconds": dict.fromkeys(ways, 3600 * hours), "metres": dict.fromkeys(ways, 30_000 * hours)}
    }
    region, events = tiny_region(opened=far, numbers=numbers)
    for week in range(8):
        events.clear()
        delivered(region, (4, 140, -1), week=week)
    found = events.of(ParcelsDelivered)
    assert found["parcels"].sum() == pytest.approx(140, abs=70)
    assert found["delay_hours"].sum() / found["parcels"].sum() < 24 * 7  # one visit a week at the least
    assert region.world.state.reaches.waiting.sum() < 140


def test_who_has_no_outlet_in_his_township_fetches_at_the_hub() -> None:
    region, events = tiny_region(opened={TownshipsBaselined: {"outlet": {1: False}}})
    delivered(region, (4, 7, -1))
    same(events.of(ParcelsDelivered), village=[3], parcels=[7], late=[0], delay_hours=[0])
    assert not (events.of(RoundsDriven)["township"] == 1).any()


def test_parcels_at_an_outlet_go_to_villages_as_their_people_ordered() -> None:
    # 20 of village 4 (household 10) and 40 of village 5 (household 11): of what comes a third and two thirds.
    region, events = tiny_region()
    delivered(region, (10, 20, -1), (11, 40, -1))
    same(events.of(ParcelsDelivered), village=[4, 5])
    found = events.of(ParcelsDelivered)["parcels"].tolist()
    assert found[1] == pytest.approx(2 * found[0], abs=2)
    assert sum(found) + events.of(ParcelsWaiting)["parcels"].sum() == 60


def test_a_pool_brings_parcels_on_to_the_station() -> None:
    region, events = tiny_region()
    pool = pooled(region, 1, (POST, FIRST, SECOND))
    station(region, 4)
    for week in range(3):
        events.clear()
        delivered(region, (10, 14, 4), week=week)
    found = events.of(ParcelsDelivered)
    assert found["to_station"].all()
    assert set(found["village"].tolist()) == {4}
    assert found["parcels"].sum() == pytest.approx(14, abs=3)
    tours = events.of(RoundsDriven)["village_tour"]
    assert set(events.of(RoundsDriven)["operator"][tours].tolist()) == {pool}
    assert set(events.of(RoundsDriven)["township"][tours].tolist()) == {2}


def test_what_had_come_for_a_station_that_closed_is_fetched_at_the_township() -> None:
    region, events = tiny_region()
    pooled(region, 1, (POST, FIRST, SECOND))
    station(region, 4)
    delivered(region, (10, 14, 4))
    waits = int(region.world.state.villages.waiting[4])
    assert waits > 0
    region.world.publish(StationClosed(station=[0], reason=[0]))
    events.clear()
    delivered(region, week=1)
    found = events.of(ParcelsDelivered)
    assert not found["to_station"].any()
    assert found["parcels"].sum() + region.world.state.villages.waiting.sum() == waits


def balance(region: Region, events: Events) -> int:
    """Return parcels ordered, less delivered and waiting."""
    came = int(events.of(ParcelsOrdered)["parcels"].sum())
    waits = int(region.world.state.reaches.waiting.sum() + region.world.state.villages.waiting.sum())
    return came - int(events.of(ParcelsDelivered)["parcels"].sum()) - waits


@pytest.mark.parametrize("policy", ["pooled_by_project", "no_money"])
def test_no_parcel_is_made_or_lost_in_any_week(policy: str) -> None:
    busy = {"buying.parcels_per_head": 40.0, "space.wet_closures": 2.0}
    region, events = tiny_region(policy=policy, opened=LIVELY, numbers=busy)
    for week in range(117):
        run(region, 1, first=week)
        assert balance(region, events) == 0, f"week {week}"


def test_the_readable_day_and_the_compiled_one_publish_the_same_events() -> None:
    busy = {"buying.parcels_per_head": 60.0, "space.wet_closures": 2.0}
    found = []
    for day in ("simpy", "compiled"):
        region, events = tiny_region({"operating_day": day}, opened=LIVELY, numbers=busy)
        run(region, 80)
        found.append(events.batches)
    for (mine, _), (theirs, _) in zip_longest(*found, fillvalue=(None, None)):
        assert mine == theirs
    assert sum(event.rows for event, _ in found[0] if isinstance(event, RoundsDriven)) > 300
