"""Which villages are offered a station first (docs/model.md 4.8)."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events import ParcelsDelivered, SiteChosen
from ecsim.rural.events.codes import ProjectKind, VillageKind
from ecsim.rural.events.funds import ProjectApproved, WorksFinished
from ecsim.rural.events.opening import HouseholdsBaselined, TownshipsBaselined, VillagesBaselined
from ecsim.rural.events.stations import StationClosed, StationOffered, StationOpened
from ecsim.rural.region import Region
from tiny import Opened, made, run, take, tiny_region

ONE_COUNTY: Opened = {TownshipsBaselined: {"county": 0}}
"""All six villages in county 0: of 2, 1, 1, 4, 3 and 1 households, two in each of three townships; 2, 3, 4 are poor."""
IN_ORDER = ("equal_per_township", "population", "poor_villages_first", "max_coverage", "capture")
RULES = (*IN_ORDER, "coverage", "fewest", "p_median")
ROAD_KM = np.array([0.0, 2.9, 5.8, 20.0, 40.0, 42.5])
ON_A_ROAD: Opened = ONE_COUNTY | {
    VillagesBaselined: {"latitude": 26_000_000, "longitude": np.rint(1e6 * (100 + ROAD_KM / 99.936)).astype(int)}
}
"""The six villages on one parallel, so many km from the first."""

EAGER: dict[str, Value] = {"stations.reservation_yuan": -1e6}


def ranked(rule: str, *, opened: Opened = ONE_COUNTY, stations: tuple[int, ...] = (), quantity: int = 10) -> list[int]:
    """Return the villages of county 0 in the order in which they are offered a station, where everybody takes one."""
    region, events = tiny_region({"policy.siting": rule}, opened=opened, numbers=EAGER)
    for number, village in enumerate(stations):
        region.world.publish(made(StationOpened, station=[number], village=[village], operator=[-1], project=[-1]))
    build(region, quantity)
    events.clear()
    take(region, "begin_service")
    return events.of(StationOffered)["village"].tolist()


def build(region: Region, quantity: int) -> None:
    """Let the works of a project of stations be accepted."""
    stations = made(
        ProjectApproved, project=[0], project_kind=[ProjectKind.STATIONS], township=[-1], quantity=[quantity],
        design=[region.settings.station_design],
    )  # fmt: skip
    region.world.publish(stations)
    region.world.publish(WorksFinished(project=[0]))


def test_each_rule_worked_by_hand() -> None:
    assert ranked("population") == [3, 4, 0, 1, 2, 5]  # 4, 3, 2, 1, 1, 1 households; the lower number first
    assert ranked("poor_villages_first") == [3, 4, 2, 0, 1, 5]  # 2, 3 and 4 are poor
    assert ranked("equal_per_township") == [3, 4, 0, 1, 2, 5]  # the largest of each township, then the others


def test_every_township_gets_its_first_before_any_gets_its_second() -> None:
    # Townships of villages (0, 1), (2, 3), (4, 5): let the two of the first be the largest of all.
    crowded = {TownshipsBaselined: {"county": 0}, VillagesBaselined: {"township": [0, 0, 1, 0, 2, 0]}}
    assert ranked("equal_per_township", opened=crowded) == [3, 4, 2, 0, 1, 5]
    assert ranked("population", opened=crowded) == [3, 4, 0, 1, 2, 5]


def test_a_station_covers_what_lies_within_three_kilometres_worked_by_hand() -> None:
    # On one parallel at 26 degrees 0.01 degrees are 0.99936 km: villages at 0, 2.9, 5.8, 20, 40 and 42.5 km. The second
    # reaches the first and third too: 2 + 1 + 1 = 4 households, as many as village 3 alone; 4 reaches 5: 3 + 1 = 4. Of
    # equals the lower number goes first: 1, then 3, then 4; what is left adds nothing: 0, 2, 5.
    degrees = np.array([0.0, 2.9, 5.8, 20.0, 40.0, 42.5]) / 99.936
    row = {VillagesBaselined: {"latitude": 26_000_000, "longitude": np.rint(1e6 * (100 + degrees)).astype(int)}}
    assert ranked("max_coverage", opened=ONE_COUNTY | row) == [1, 3, 4, 0, 2, 5]


def test_north_and_south_are_as_far_as_east_and_west() -> None:
    # On one meridian 0.01 degrees are 1.1119 km; the villages lie as on the parallel of the test before.
    degrees = np.array([0.0, 2.9, 5.8, 20.0, 40.0, 42.5]) / 111.19
    column = {VillagesBaselined: {"latitude": np.rint(1e6 * (26 + degrees)).astype(int), "longitude": 100_000_000}}
    assert ranked("max_coverage", opened=ONE_COUNTY | column) == [1, 3, 4, 0, 2, 5]


@pytest.mark.parametrize("seed", range(6))
def test_the_first_villages_cover_nearly_as_many_as_any_could(seed: int) -> None:
    # Greedy choice is within 1 - 1/e of the best (Nemhauser, Wolsey and Fisher 1978); on one parallel, by trying all.
    place = np.sort(np.random.default_rng(seed).uniform(0, 14, 6))  # km
    longitude = np.rint(1e6 * (100 + place / 99.936)).astype(int)
    found = ranked(
        "max_coverage", opened=ONE_COUNTY | {VillagesBaselined: {"latitude": 26_000_000, "longitude": longitude}}
    )
    households = np.array([2, 1, 1, 4, 3, 1])
    near = np.abs(place[:, None] - place) <= 3.0

    def covers(villages: tuple[int, ...]) -> int:
        return int(households[near[list(villages)].any(axis=0)].sum())

    for many in (1, 2, 3):
        best = max(covers(choice) for choice in combinations(range(6), many))
        assert covers(tuple(found[:many])) >= (1 - 1 / np.e) * best
    assert covers(tuple(found[:1])) == max(covers((village,)) for village in range(6))


@pytest.mark.parametrize("rule", RULES)
def test_villages_with_a_station_are_passed_over_even_if_it_closed(rule: str) -> None:
    assert sorted(ranked(rule, stations=(3, 0))) == [1, 2, 4, 5]


@pytest.mark.parametrize("rule", RULES)
def test_only_administrative_villages_of_the_county_are_offered_one(rule: str) -> None:
    town = ONE_COUNTY | {VillagesBaselined: {"unit_kind": {1: VillageKind.COMMUNITY, 4: VillageKind.QUASI_VILLAGE}}}
    assert sorted(ranked(rule, opened=town)) == [0, 2, 3, 5]
    assert sorted(ranked(rule, opened={})) == [0, 1, 2, 3]


@pytest.mark.parametrize("rule", IN_ORDER)
def test_a_project_offers_as_many_as_it_builds_in_the_same_order(rule: str) -> None:
    assert ranked(rule, quantity=2) == ranked(rule)[:2]


@pytest.mark.parametrize("rule", RULES)
def test_where_everything_has_one_nothing_is_offered(rule: str) -> None:
    assert ranked(rule, stations=tuple(range(6))) == []


def test_exact_coverage_worked_by_hand() -> None:
    # Within 3 km: 0, 1 and 2 of each other's middle, 3 of nobody, 4 and 5 of each other; three stations serve all.
    found = ranked("coverage", opened=ON_A_ROAD, quantity=3)
    assert found[0] == 3  # of those chosen the largest first
    assert {1, 3} < set(found)
    assert set(found) - {1, 3} in ({4}, {5})
    # With a station in 1 and one in 3, the only households left to serve are those of 4 and 5.
    assert ranked("coverage", opened=ON_A_ROAD, stations=(1, 3), quantity=1)[0] in (4, 5)


def test_the_fewest_that_meet_the_targets_come_first() -> None:
    # Half of six villages and half of the poor ones (2, 3 and 4): 1 serves three, one of them poor; 3, 4 or 5 one more.
    found = ranked("fewest", opened=ON_A_ROAD, quantity=5)
    assert 1 in found[:2]
    assert set(found[:2]) & {3, 4, 5}
    assert found[2:] == [village for village in (3, 4, 0, 1, 2, 5) if village not in found[:2]][:3]
    assert ranked("fewest", opened=ON_A_ROAD, stations=(1, 3), quantity=2) == [4, 0]  # they are met: by households


def test_a_median_worked_by_hand() -> None:
    # Households 2, 1, 1, 4, 3, 1: half of the twelve live up to village 3.
    assert ranked("p_median", opened=ON_A_ROAD, quantity=1) == [3]
    # From 3, those of 4 and 5 have 20·3 + 22.5 = 82.5 to go, those of 0, 1, 2 have 2·20 + 17.1 + 14.2 = 71.3.
    assert ranked("p_median", opened=ON_A_ROAD, stations=(3,), quantity=1) == [4]
    assert ranked("p_median", opened=ON_A_ROAD, stations=(3, 4), quantity=1) == [0]


def test_capture_goes_by_the_road_to_the_seat() -> None:
    # Townships of villages (0, 1), (2, 3), (4, 5) are 900, 300 and 600 seconds from the seat.
    opened = {
        TownshipsBaselined: {"county": 0, "road_seconds": [900, 300, 600]},
        VillagesBaselined: {"road_seconds": [0, 10, 500, 400, 100, 50]},
    }
    assert ranked("capture", opened=opened) == [5, 3, 4, 2, 0, 1]


@pytest.mark.parametrize("rule", ["coverage", "p_median"])
def test_a_closed_station_serves_nobody(rule: str) -> None:
    region, events = tiny_region({"policy.siting": rule}, opened=ON_A_ROAD, numbers=EAGER)
    region.world.publish(made(StationOpened, station=[0], village=[1], operator=[-1], project=[-1]))
    region.world.publish(made(StationClosed, station=[0]))
    build(region, 1)
    events.clear()
    take(region, "begin_service")
    (first,) = events.of(StationOffered)["village"].tolist()
    assert first == 3 or rule == "coverage"
    assert first != 1


def test_what_a_plan_named_and_opened_leaves_the_rule_its_own_number_worked_by_hand() -> None:
    # Village 3 was named and has its station. The second covers most at 1: with 0 and 2 four households, where 4 has
    # three and its neighbour is far away.
    apart = {VillagesBaselined: {**ON_A_ROAD[VillagesBaselined], "latitude": [26_000_000] * 5 + [26_500_000]}}
    region, events = tiny_region({"policy.siting": "coverage"}, opened=ON_A_ROAD | apart, numbers=EAGER)
    build(region, 2)
    region.world.publish(made(SiteChosen, project=[0], village=[3]))
    region.world.publish(made(StationOpened, station=[0], village=[3], operator=[-1], project=[0]))
    events.clear()
    take(region, "begin_service")
    assert events.of(StationOffered)["village"].tolist() == [1]


def served_at_stations(rule: str) -> tuple[set[int], int]:
    """Return where two stations open, and how many parcels are handed over there in half a year, under one luck."""
    eager = EAGER | {"stations.keeper_exit": 0.0, "stations.idle_chance": 0.0}
    near_seat = {VillagesBaselined: {**ON_A_ROAD[VillagesBaselined], "road_seconds": [90, 80, 70, 60, 50, 40]}}
    opened = ON_A_ROAD | near_seat | {HouseholdsBaselined: {"buyer": True, "weight": 100}}
    region, events = tiny_region({"policy.siting": rule}, opened=opened, numbers=eager)
    region.pool_offer.form(region.world, 0, -1)  # without one no parcel goes on to a village
    build(region, 2)
    run(region, 26)
    parcels = events.of(ParcelsDelivered)
    return set(events.of(StationOpened)["village"].tolist()), int(parcels["parcels"][parcels["to_station"]].sum())


def test_two_rules_come_to_different_outcomes_under_one_luck() -> None:
    by_people, parcels = served_at_stations("population")
    by_capture, fewer = served_at_stations("capture")
    assert (by_people, by_capture) == ({3, 4}, {4, 5})
    assert parcels > fewer > 0
