"""Where a village fetches its parcels, and what the way costs (docs/model.md 4.1, 4.2)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.logistics import PoolFormed
from ecsim.rural.events.opening import TownshipsBaselined, VillagesBaselined
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
    # Township 1 lies 30,942 m from the county seat.
    region, _ = tiny_region(opened={TownshipsBaselined: {"outlet": False}})
    road = region.world.state.villages.road_m
    assert fetched_at(region)[1] == [road[0], road[1], road[2] + 30_942, road[3] + 30_942, road[4], road[5]]


def test_a_station_serves_its_village_and_neighbours_that_it_is_nearer_to() -> None:
    # Villages 2 and 3 on one parallel, 26.07 degrees north, 0.02 degrees apart: 0.02 x 111.19 x cos(26.07) = 1.9976 km,
    # and 1.8 times that by path, 3,596 m: nearer than the township, 4,866 m off. Village 0, 16 km away, does not come
    # to the station of village 3, nor does the other county.
    parallel = {
        VillagesBaselined: {"latitude": {2: 26_070_000, 3: 26_070_000}, "longitude": {2: 100_100_000, 3: 100_120_000}}
    }
    region, _ = tiny_region(opened=parallel)
    joint_delivery(region)
    station(region, 3)
    stop, path = fetched_at(region)
    assert stop == [-1, -1, 3, 3, -1, -1]
    assert path[2] == pytest.approx(3596, abs=1)
    assert path[3] == 0.0
    assert path[4:] == region.world.state.villages.road_m[4:].tolist()


def test_north_and_south_are_as_far_as_east_and_west_worked_by_hand() -> None:
    # From village 2 (26.077078 N, 100.109023 E) to 3 (26.068371 N, 100.104079 E) it is 0.968 km north
    # and 0.494 km across (0.008707 and 0.004944 x cos 26.07 degrees): 1.087 km, and 1.8 times that by path, 1,956 m.
    region, _ = tiny_region()
    joint_delivery(region)
    station(region, 3)
    stop, path = fetched_at(region)
    assert stop[2] == 3
    assert path[2] == pytest.approx(1956, abs=1)


def test_distances_do_not_hang_on_where_longitude_is_counted_from() -> None:
    paths = []
    for east in (0, 79_500_000):
        longitude = tiny_region()[0].world.state.villages.longitude - 100_000_000 + east
        region, _ = tiny_region(opened={VillagesBaselined: {"longitude": longitude}})
        paths.append(region.setting.near.path_m)
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-9)


def test_of_two_stations_the_nearer_one() -> None:
    region, _ = tiny_region()
    joint_delivery(region)
    station(region, 3)
    station(region, 2)
    assert fetched_at(region)[0][2:4] == [2, 3]


def test_no_one_fetches_beyond_the_border_of_the_county() -> None:
    near = {VillagesBaselined: {"latitude": 26_000_000, "longitude": 100_250_000}}  # all six in one place
    region, _ = tiny_region(opened=near)
    joint_delivery(region)
    station(region, 4)
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
    parallel = {
        VillagesBaselined: {"latitude": {2: 26_070_000, 3: 26_070_000}, "longitude": {2: 100_100_000, 3: 100_120_000}}
    }
    for km, stop in ((0.0, 3), (1.1, 3), (1.3, 2)):  # 3,596 m to village 2, or three days of waiting
        region, _ = tiny_region(opened=parallel, numbers={"access.wait_km_a_day": km})
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
