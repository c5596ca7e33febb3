"""What centres, transfer points and information systems change, under the same luck (docs/model.md 4.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events import AccessKept, FacilityClosed, FacilityOpened, Mechanism, ProjectApproved, ProjectKind
from ecsim.rural.events.logistics import (
    DeliveryCosted,
    OperatorJoinedPool,
    ParcelsDelivered,
    ParcelsWaiting,
    RoundsDriven,
)
from ecsim.rural.events.opening import RoadsBaselined, TownshipsBaselined
from ecsim.rural.events.roads_and_weather import RoadClosed
from ecsim.rural.households.access import outlet_path_m, pick_up
from ecsim.rural.logistics.hubs import hub_depots, in_centre, outlet_room, seconds_a_parcel, station_room
from ecsim.rural.region import Region
from parcels import delivered, pooled, station
from tiny import Events, facility, made, tiny_region

PARTS = ("vehicle_fen", "distance_fen", "crew_fen", "handling_fen", "station_fee_fen")
HOUSEHOLD, VILLAGE, TOWNSHIP = 4, 3, 1
"""Of county 0, in a township half an hour and more from the seat."""


def opened(kind: ProjectKind, **columns: Any) -> FacilityOpened:
    """Return the opening of a facility in county 0, or for its township away from the seat."""
    return facility(kind, **{"county": [0], "township": [TOWNSHIP], "project": -1} | columns)


CENTRE = opened(ProjectKind.DISTRIBUTION_CENTRE, mechanism=[Mechanism.DISTRIBUTION])
POINT = opened(ProjectKind.TOWNSHIP_POINTS, mechanism=[Mechanism.TRANSFER_POINT])
SYSTEM = opened(ProjectKind.INFORMATION_SYSTEM, mechanism=[Mechanism.DISPATCH])


def weeks(
    *built: FacilityOpened, parcels: int = 400, numbers: dict[str, Value] | None = None, many: int = 4
) -> tuple[Region, Events]:
    """Return county 0 after some weeks of so many parcels for the township away from the seat."""
    region, events = tiny_region(numbers=numbers)
    for event in built:
        region.world.publish(event)
    events.clear()
    for week in range(many):
        delivered(region, (HOUSEHOLD, parcels, -1), week=week)
    return region, events


def yuan_a_parcel(events: Events) -> float:
    """Return what a delivered parcel of county 0 cost its operators."""
    found = events.of(DeliveryCosted)
    mine = found["county"] == 0
    return float(sum(found[part][mine].sum() for part in PARTS) / found["parcels"][mine].sum() / 100.0)


def hours_a_parcel(events: Events) -> float:
    """Return how long parcels took, from the hub."""
    found = events.of(ParcelsDelivered)
    return float(found["delay_hours"].sum() / found["parcels"].sum())


def test_a_line_is_shared_in_proportion_worked_by_hand() -> None:
    # The post has 0.2 of the parcels, a courier 0.4: of a line that sorts one a second they have one every 5 and 2.5
    # seconds, by hand one every 6; of six docks 1 and 2. A pool of all three has the line, and sorts by hand as fast as
    # three do: every 2 seconds.
    region, _ = tiny_region()
    terms = region.terms.logistics
    for built, sorting, docks in ((False, [6000, 6000], [1, 1]), (True, [5000, 2500], [1, 2])):
        if built:
            region.world.publish(CENTRE)
        depots = hub_depots(region.world.state, terms)
        assert (depots.sorting_ms[:2].tolist(), depots.docks[:2].tolist()) == (sorting, docks)
    assert hub_depots(region.world.state, terms).sorting_ms[3] == 6000  # another county's
    pool = pooled(region, 0, (0, 1, 2))
    depots = hub_depots(region.world.state, terms)
    assert (depots.sorting_ms[pool], depots.docks[pool]) == (1000, 6)


def test_a_centre_makes_parcels_cheaper_and_brings_them_earlier() -> None:
    (_, without), (_, with_it) = weeks(), weeks(CENTRE)
    assert yuan_a_parcel(with_it) < yuan_a_parcel(without)
    assert hours_a_parcel(with_it) < hours_a_parcel(without)


def test_a_centre_lets_more_leave_in_the_morning_they_come() -> None:
    slow: dict[str, Value] = {
        "logistics.sorting_ms": 120_000, "logistics.sorting_hours": 2.0, "logistics.outlet_room": 400
    }  # fmt: skip
    (_, without), (_, with_it) = weeks(numbers=slow, parcels=1500), weeks(CENTRE, numbers=slow, parcels=1500)
    assert hours_a_parcel(with_it) < hours_a_parcel(without) - 2.0
    late = without.of(ParcelsWaiting), with_it.of(ParcelsWaiting)
    assert late[0]["parcels"].sum() > late[1]["parcels"].sum()


def test_a_centre_that_is_no_better_changes_nothing() -> None:
    none: dict[str, Value] = {
        "logistics.centre_saving": 0.0, "logistics.centre_sorting_ms": 6000, "logistics.centre_docks": 1
    }  # fmt: skip
    (_, without), (_, with_it) = weeks(numbers=none), weeks(CENTRE, numbers=none)
    assert yuan_a_parcel(with_it) == yuan_a_parcel(without)
    assert hours_a_parcel(with_it) == hours_a_parcel(without)


def test_the_centre_saves_a_share_of_handling_worked_by_hand() -> None:
    for built, fen in (((), 20), ((CENTRE,), 16)):
        found = weeks(*built)[1].of(DeliveryCosted)
        mine = found["county"] == 0
        np.testing.assert_allclose(found["handling_fen"][mine], fen * found["parcels"][mine], atol=0.5)


def kept_from_couriers(kept: int, opened: FacilityOpened) -> Region:
    """Return the region with a facility that the post runs and of which it keeps a share for itself."""
    region, _ = tiny_region()
    world = region.world
    world.publish(made(ProjectApproved, project=[0], project_kind=[ProjectKind.DISTRIBUTION_CENTRE], township=-1))
    world.publish(made(AccessKept, project=[0], kept=[kept]))
    columns = {column.name: opened.__dict__[column.name] for column in opened.columns}
    world.publish(FacilityOpened(**{**columns, "project": [0]}))
    return region


def test_a_centre_that_the_post_keeps_sorts_the_parcels_of_couriers_by_hand_worked_by_hand() -> None:
    # Of 2.5 seconds on the line and 6 by hand a courier has the mean where half is kept; of its two docks one.
    for kept, sorting, docks, inside in ((500_000, 4250, 1, 0.5), (1_000_000, 6000, 1, 0.0)):
        region = kept_from_couriers(kept, CENTRE)
        state = region.world.state
        depots = hub_depots(state, region.terms.logistics)
        assert (depots.sorting_ms[:2].tolist(), depots.docks[:2].tolist()) == ([5000, sorting], [1, docks])
        assert in_centre(state)[:4].tolist() == [1.0, inside, inside, 0.0]


def test_a_transfer_point_that_the_post_keeps_gives_couriers_neither_room_nor_bulk_worked_by_hand() -> None:
    # 6 seconds a parcel in bulk, 12 at the door.
    for kept, seconds in ((0, 6), (500_000, 9), (1_000_000, 12)):
        region = kept_from_couriers(kept, POINT)
        state, terms = region.world.state, region.terms.logistics
        operators, towns = np.array([0, 1]), np.array([TOWNSHIP, TOWNSHIP])
        assert seconds_a_parcel(state, terms, operators, towns).tolist() == [6, seconds]
        weekly, days = np.zeros(len(state.townships)), np.array([1, 1])
        room = outlet_room(state, terms, operators, towns, weekly, days)
        bare = outlet_room(state, terms, operators, np.array([0, 0]), weekly, days)
        more = terms.point_room * state.operators.share[[0, 1]] / 1e6
        np.testing.assert_allclose(room - bare, more * [1.0, 1.0 - kept / 1e6])


@pytest.mark.parametrize(("kept", "members"), [(0.0, [0, 1, 2]), (1.0, [0])])
def test_a_pool_that_the_post_keeps_lets_no_courier_in(kept: float, members: list[int]) -> None:
    region, events = tiny_region(numbers={"logistics.pool_hurdle": 0.0})
    region.pool_offer.form(region.world, 0, -1, kept)
    assert events.of(OperatorJoinedPool)["operator"].tolist() == members


def test_a_transfer_point_takes_parcels_in_bulk() -> None:
    # 300 seconds a stop, 12 or 6 a parcel, 3 at the dock; the way is the same.
    none: dict[str, Value] = {"logistics.point_room": 0}
    (_, without), (_, with_it) = weeks(numbers=none), weeks(POINT, numbers=none)
    assert yuan_a_parcel(with_it) < yuan_a_parcel(without)
    rounds = without.of(RoundsDriven), with_it.of(RoundsDriven)
    np.testing.assert_array_equal(rounds[0]["parcels_down"], rounds[1]["parcels_down"])
    less = rounds[0]["crew_seconds"] - rounds[1]["crew_seconds"]
    np.testing.assert_array_equal(less, 6 * rounds[0]["parcels_down"])
    slow = {**none, "logistics.point_parcel_seconds": 30}
    assert yuan_a_parcel(weeks(POINT, numbers=slow)[1]) == yuan_a_parcel(without)


def test_a_transfer_point_is_an_outlet_where_there_was_none_for_as_long_as_it_is_in_use() -> None:
    region, events = tiny_region(opened={TownshipsBaselined: {"outlet": {TOWNSHIP: False}}})
    state = region.world.state
    to_hub = float(state.villages.road_m[VILLAGE] + state.townships.road_m[TOWNSHIP])
    for built, way in ((False, to_hub), (True, float(state.villages.road_m[VILLAGE]))):
        if built:
            region.world.publish(POINT)
        events.clear()
        delivered(region, (HOUSEHOLD, 40, -1), week=int(built))
        assert outlet_path_m(state)[VILLAGE] == way
        assert pick_up(state, region.settings.designs, region.setting.near).path_m[VILLAGE] <= way
        assert (events.of(RoundsDriven)["driven_m"] > 0).any() == built
    region.world.publish(made(FacilityClosed, facility=[0]))
    assert outlet_path_m(state)[VILLAGE] == to_hub


def test_shelves_worked_by_hand() -> None:
    # 60 parcels of an operator and 8 days of its share of what its county's parcels are by households; on three days a
    # week people have fetched all (7/3 > 2 days), on six 7/6/2 of it. A point adds 500, a share of it.
    region, _ = tiny_region()
    state, terms = region.world.state, region.terms.logistics
    weekly = np.array([0.0, 70.0, 0.0])
    of_county = np.bincount(state.villages.township, state.villages.households, 3)[:2]
    usual = 10.0 * of_county[1] / of_county.sum()
    who = np.array([1, 1], np.int32)
    for built, more in ((False, 0.0), (True, 200.0)):
        if built:
            region.world.publish(POINT)
        room = outlet_room(state, terms, who, np.array([1, 1], np.int32), weekly, np.array([3, 6]))
        full = 60 + 8 * usual * 0.4 + more
        np.testing.assert_allclose(room, [full, full * 7 / 12])
    assert station_room(terms, np.array([1, 3, 6])).tolist() == [60, 60, 35]


def test_what_an_outlet_has_no_room_for_waits_at_the_hub() -> None:
    numbers: dict[str, Value] = {"logistics.outlet_room": 20, "logistics.outlet_days": 0.0, "logistics.fetch_days": 5.0}
    wide: dict[str, Value] = {"logistics.outlet_room": 400}
    (_, tight), (_, with_it), (_, ample) = weeks(numbers=numbers), weeks(POINT, numbers=numbers), weeks(numbers=wide)
    hours = [hours_a_parcel(events) for events in (tight, with_it, ample)]
    assert hours[0] > hours[1]
    assert hours[0] > hours[2]
    assert tight.of(RoundsDriven)["parcels_down"].max() <= 20


def test_what_a_station_has_no_room_for_within_a_week_is_fetched_at_the_township() -> None:
    region, events = tiny_region(numbers={"logistics.station_room": 15})
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    for week in range(4):
        events.clear()
        delivered(region, (10, 400, 4), week=week)
    found = events.of(ParcelsDelivered)
    at_station = found["parcels"][found["to_station"]].sum()
    assert 0 < at_station <= 15 * 6
    assert found["parcels"].sum() == pytest.approx(400, abs=130)  # the others came, too
    assert region.world.state.villages.waiting[4] <= 420  # no more than a week's, and what nobody was there to take


def tours(*built: FacilityOpened, numbers: dict[str, Value] | None = None) -> dict[str, np.ndarray]:
    """Return the village tours of county 1: two stations stand in the township, one of them gets no parcels."""
    joined = {"start": {9: 7}, "end": {9: 8}, "metres": {9: 4_000}, "seconds": {9: 600}}  # no way past one to the other
    region, events = tiny_region(numbers=numbers, opened={RoadsBaselined: joined})
    pooled(region, 1, (3, 4, 5))
    for village in (4, 5):
        station(region, village)
    for event in built:
        region.world.publish(event)
    events.clear()
    for week in range(3):
        delivered(region, (10, 40, 4), week=week)
    found = events.of(RoundsDriven)
    return {name: found[name][found["village_tour"]] for name in ("driven_m", "crew_seconds", "parcels_down")}


def test_an_information_system_passes_over_stops_that_get_nothing() -> None:
    system = opened(ProjectKind.INFORMATION_SYSTEM, mechanism=[Mechanism.DISPATCH], county=[1])
    sure: dict[str, Value] = {"logistics.known_share": 1.0}
    without, with_it, blind = (
        tours(),
        tours(system, numbers=sure),
        tours(system, numbers={"logistics.known_share": 0.0}),
    )
    for name in ("driven_m", "crew_seconds"):
        assert with_it[name].sum() < without[name].sum()
        np.testing.assert_array_equal(blind[name], without[name])
    assert with_it["parcels_down"].sum() == without["parcels_down"].sum()


def test_an_information_system_does_not_send_a_van_up_to_a_closed_road() -> None:
    # The road to township 1 is slow, so the fastest way leads by villages 0, 3 and 2: 22,555 m up to the closed road
    # from there, and back.
    slow = {RoadsBaselined: {"seconds": {0: 20_000}}}
    driven = []
    for built in ((), (SYSTEM,)):
        region, events = tiny_region(numbers={"logistics.known_share": 1.0}, opened=slow)
        for event in built:
            region.world.publish(event)
        region.world.publish(RoadClosed(road=[0, 3, 4], from_hour=[0] * 3, until_hour=[168] * 3))
        events.clear()
        delivered(region, (HOUSEHOLD, 100, -1))
        driven.append(int(events.of(RoundsDriven)["driven_m"].sum()))
        assert events.of(ParcelsWaiting)["parcels"].sum() == 100
    assert driven[0] > driven[1] == 0
    assert driven[0] % (2 * 22_555) == 0
