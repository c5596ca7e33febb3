"""Where a village fetches its parcels, and what the way costs (docs/model.md 4.1, 4.2)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.logistics import PoolFormed
from ecsim.rural.events.opening import RoadsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened
from ecsim.rural.households.access import fetching_fen, fetching_hours, pick_up, serving_villages
from ecsim.rural.region import Region
from tiny import made, take, tiny_region

STAND_ALONE, UPGRADED_SHOP, INTEGRATED, MOBILE, SUPPLY_OUTLET, VILLAGE_HALL = range(6)


def station(region: Region, village: int, design: int = INTEGRATED) -> int:
    """Open a station and return its number."""
    number = region.world.state.count("stations")
    opened = made(StationOpened, station=[number], village=[village], design=[design], operator=[-1], project=[-1])
    region.world.publish(opened)
    return number


def joint_delivery(region: Region) -> None:
    """Let a pool carry parcels on to villages in both counties."""
    region.world.publish(made(PoolFormed, county=[0, 1], pool=[6, 7]))


def fetched_at(region: Region) -> tuple[list[int], list[float]]:
    """Return where each village fetches this week, and how far that is."""
    take(region, "adopt_buying")
    return region.here.stop.tolist(), region.here.path_m.tolist()


def test_without_stations_everybody_goes_to_the_outlet_of_the_township() -> None:
    region, _ = tiny_region()
    stop, path = fetched_at(region)
    assert stop == [-1] * 6
    assert path == region.world.state.villages.road_m.tolist()


def test_where_the_township_has_no_outlet_one_goes_on_to_the_hub() -> None:
    # Township 1 lies 24,045 m from the county seat.
    region, _ = tiny_region(opened={TownshipsBaselined: {"outlet": False}})
    road = region.world.state.villages.road_m
    assert fetched_at(region)[1] == [road[0], road[1], road[2] + 24_045, road[3] + 24_045, road[4], road[5]]


def test_a_station_serves_its_village_and_neighbours_by_road_that_it_is_nearer_to() -> None:
    # A road of 1,748 m joins villages 2 and 3 (`test_roads`): nearer than the township, 4,349 m off. Village 0, whose
    # road to village 3 is 19,854 m, does not come to its station, nor does the other county.
    region, _ = tiny_region()
    joint_delivery(region)
    station(region, 3)
    stop, path = fetched_at(region)
    assert stop == [-1, -1, 3, 3, -1, -1]
    assert path[2] == 1748
    assert path[3] == 0.0
    assert path[4:] == region.world.state.villages.road_m[4:].tolist()


def test_one_goes_by_the_shortest_road_be_it_through_another_village() -> None:
    # To the station of village 2 village 0 goes by village 3: 19,854 + 1,748 m, or with such a road of 100 m, 1,848.
    for metres in (19_854, 100):
        region, _ = tiny_region(opened={RoadsBaselined: {"metres": {7: metres}}})
        joint_delivery(region)
        station(region, 2)
        assert fetched_at(region)[0][0] == -1  # the township is 953 m off
        near = region.setting.near
        assert near.path_m[0][near.village[0].tolist().index(2)] == metres + 1748


def test_of_two_stations_the_nearer_one() -> None:
    region, _ = tiny_region()
    joint_delivery(region)
    station(region, 3)
    station(region, 2)
    assert fetched_at(region)[0][2:4] == [2, 3]


def test_no_one_fetches_beyond_the_border_of_the_county() -> None:
    region, _ = tiny_region(opened={RoadsBaselined: {"metres": {9: 10}}})  # from village 2 to village 5
    joint_delivery(region)
    station(region, 5)
    assert fetched_at(region)[0][:4] == [-1] * 4


@pytest.mark.parametrize("design", [STAND_ALONE, UPGRADED_SHOP, INTEGRATED])
def test_a_station_hands_out_parcels_if_its_design_takes_them_and_joint_delivery_brings_them(design: int) -> None:
    region, _ = tiny_region()
    station(region, 3, design)
    assert fetched_at(region)[0] == [-1] * 6  # nobody brings parcels to villages yet
    joint_delivery(region)
    assert (fetched_at(region)[0][3] == 3) == (design == INTEGRATED)


def test_the_post_hands_out_parcels_where_it_has_a_point_of_its_own() -> None:
    region, _ = tiny_region(opened={VillagesBaselined: {"parcel_point": {5: True}}})
    assert fetched_at(region)[0][5] == 5


@pytest.mark.parametrize(("design", "wait_km"), [(INTEGRATED, 0.0), (VILLAGE_HALL, 0.2), (MOBILE, 3.0)])
def test_the_wait_for_a_station_to_open_counts_as_path_worked_by_hand(design: int, wait_km: float) -> None:
    # Open every day, none; on five, (7/5 - 1)/2 = 0.2 days on average; once a week, (7 - 1)/2 = 3. A day is as tedious
    # as a kilometre.
    region, _ = tiny_region()
    joint_delivery(region)
    station(region, 3, design)
    assert fetched_at(region)[1][3] == pytest.approx(1000 * wait_km)
    here = pick_up(region.world.state, region.settings.designs, region.setting.near)
    assert (here.stop[3], here.ridden_m[3]) == (3, 0.0)  # nobody rides for it


def test_who_would_wait_too_long_goes_to_the_township_instead() -> None:
    road_km = tiny_region()[0].world.state.villages.road_m[3] / 1000.0
    for km, stop in ((road_km / 3.0 - 0.01, 3), (road_km / 3.0 + 0.01, -1)):  # the mean wait is three days
        region, _ = tiny_region(numbers={"access.wait_km_a_day": float(km)})
        joint_delivery(region)
        station(region, 3, MOBILE)
        assert fetched_at(region)[0][3] == stop


def test_of_two_stations_the_one_that_is_open_more_often_may_be_better_though_farther() -> None:
    for km, stop in ((0.0, 3), (0.5, 3), (0.6, 2)):  # 1,748 m to village 2, or three days of waiting
        region, _ = tiny_region(numbers={"access.wait_km_a_day": km})
        joint_delivery(region)
        station(region, 3, MOBILE)
        station(region, 2)
        assert fetched_at(region)[0][3] == stop


def test_a_station_that_is_shut_serves_nobody() -> None:
    region, _ = tiny_region()
    joint_delivery(region)
    number = station(region, 3)
    for event, serves in (
        (StationIdled(station=[number]), False),
        (StationReopened(station=[number]), True),
        (StationClosed(station=[number], reason=[0]), False),
    ):
        region.world.publish(event)
        assert (fetched_at(region)[0][3] == 3) is serves
        assert (
            serving_villages(region.world.state, region.settings.designs).tolist()
            == [False] * 3 + [serves] + [False] * 2
        )


def test_hours_and_money_of_a_way_worked_by_hand() -> None:
    # 14 km there and back, all by vehicle: 7/18 = 0.3889 hours at 8 yuan are 3.111 yuan, 7 km at 0.3 yuan are 2.10;
    # twice that is 10.42 yuan a trip, of which three in ten are made for parcels, two at a time: 1.563 yuan a parcel.
    terms = tiny_region()[0].terms.access
    way, path = np.array([0, 2000], np.int32), np.array([7000.0, 0.0])
    np.testing.assert_allclose(fetching_hours(way, path, terms), [0.3889, 0.5], atol=5e-5)
    # 2 km on foot: 0.5 hours are 4 yuan, 2 km at 0.3 are 0.6: there and back 9.2 yuan, a parcel 1.38.
    np.testing.assert_allclose(fetching_fen(way, path, terms), [156.3, 138.0], atol=0.05)


def test_twice_as_far_costs_twice_as_much() -> None:
    terms = tiny_region()[0].terms.access
    way, path = np.array([300, 0, 1200], np.int32), np.array([0.0, 5000.0, 7000.0])
    np.testing.assert_allclose(fetching_fen(2 * way, 2 * path, terms), 2 * fetching_fen(way, path, terms))
