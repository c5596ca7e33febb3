"""Coverage by stations, their number by status, and poor villages whose station is used (docs/model.md 7)."""

from __future__ import annotations

import pytest

from ecsim.rural.events.codes import VillageKind
from ecsim.rural.events.opening import CountiesBaselined, VillagesBaselined
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from figures import Happened
from tiny import LIVELY, Opened, made, run, tiny_region

LAST = 7 * 117 - 1


def with_stations(*villages: int, opened: Opened | None = None) -> Happened:
    """Return a run in which stations 0, 1, … opened in some villages on day 100."""
    seen = Happened(opened)
    for number, village in enumerate(villages):
        seen.on(100, made(StationOpened, station=[number], village=[village], operator=[-1], project=[-1]))
    return seen


def used(seen: Happened, day: int, *transactions: int) -> None:
    """Let stations 0, 1, … settle a month with so many transactions."""
    seen.on(day, made(StationsSettled, station=list(range(len(transactions))), transactions=transactions))


def test_coverage_worked_by_hand() -> None:
    # Of county 0's four villages two have a station, one of its two poor ones (2 and 3); county 1 has one of two.
    seen = with_stations(1, 3, 5)
    assert seen.value("village_coverage", LAST) == [0.5, 0.5]
    assert seen.value("poor_village_coverage", LAST) == [0.5, 0.0]
    assert seen.value("village_coverage", 99) == [0.0, 0.0]
    assert seen.value("village_coverage", 100) == [0.5, 0.5]


def test_only_stations_in_service_cover() -> None:
    seen = with_stations(1, 3)
    for day, event, share in (
        (200, StationIdled(station=[0]), 0.25), (210, StationReopened(station=[0]), 0.5),
        (220, StationClosed(station=[0], reason=[0]), 0.25), (230, StationClosed(station=[1], reason=[0]), 0.0),
    ):  # fmt: skip
        seen.on(day, event)
        assert seen.value("village_coverage", day)[0] == share
    assert seen.value("village_coverage", 205)[0] == 0.25  # what was on a day stays what it was
    assert (seen.outcome("stations_open")[0], seen.outcome("stations_closed")[0]) == (0.0, 2.0)


def test_coverage_is_counted_over_committees() -> None:
    town = {VillagesBaselined: {"unit_kind": {1: VillageKind.COMMUNITY}}, CountiesBaselined: {"villages": {0: 3}}}
    seen = with_stations(1, 3, opened=town)
    assert seen.value("village_coverage", LAST)[0] == pytest.approx(1 / 3)
    assert seen.outcome("stations_open")[0] == 2.0


@pytest.mark.parametrize(("transactions", "served"), [(7, 0.0), (8, 1.0)])
def test_a_poor_village_is_served_by_eight_transactions_in_the_last_month(transactions: int, served: float) -> None:
    # Station 0 stands in a poor village, 1 in one that is not.
    seen = with_stations(3, 1)
    used(seen, 140, 100, 100)
    used(seen, 168, transactions, 100)
    assert seen.outcome("poor_villages_served") == [served, 0.0]
    assert seen.value("poverty_service", LAST)[0] == served  # villages alone are one of the two services
    assert seen.value("poverty_service", 150)[0] == 1.0  # the month before


def test_service_of_the_poor_is_villages_and_households() -> None:
    seen = with_stations(3)
    seen.on(200, made(SessionHeld, session=[0], village=[-1]))
    seen.on(200, made(TraineeAttended, session=[0], household=[5], persons=[1], poor=[True]))
    assert seen.value("poverty_service", 200) == [1.0, 0.0]
    used(seen, 210, 9)
    assert seen.value("poverty_service", 210) == [2.0, 0.0]
    assert list(seen.card.met(seen.card.start)["poverty_service"]) == [0.0, 0.0]


def test_a_station_that_shut_serves_nobody_however_busy_it_was() -> None:
    seen = with_stations(3)
    used(seen, 140, 100)
    seen.on(150, StationIdled(station=[0]))
    assert seen.outcome("poor_villages_served") == [0.0, 0.0]


def test_counts_of_a_run_are_those_of_its_last_state() -> None:
    numbers = {"stations.grant_yuan_a_month": 600.0, "stations.keeper_exit": 0.05}
    region, events = tiny_region(opened=LIVELY, numbers=numbers)
    run(region, 117)
    seen, s = Happened(LIVELY).all(events.batches), region.world.state
    county = s.villages.county[s.stations.village]
    for name, status in (("stations_open", 1), ("stations_idle", 2), ("stations_closed", 3)):
        assert seen.outcome(name) == [float(((s.stations.status == status) & (county == c)).sum()) for c in (0, 1)]
    opened = [{int(v) for v in s.stations.village[(s.stations.status == 1) & (county == c)]} for c in (0, 1)]
    assert seen.value("village_coverage", LAST) == [len(opened[0]) / 4, len(opened[1]) / 2]
    assert sum(seen.outcome("stations_open")) > 0 < sum(seen.outcome("stations_closed"))
