"""Lean months lead a station to idle, then to close; some keepers leave whatever they earn (docs/model.md 4.8)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Reason
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

OPEN, IDLE, CLOSED = 1, 2, 3
RENT: dict[str, Value] = {"stations.grant_months": 0, "stations.services_spread": 0.0}
"""Nothing comes in: a station in a village without trade."""


def lean(region: Region, months: int, station: int = 0, village: int = 3) -> None:
    """Let a station open and lose money for some months."""
    opened = made(StationOpened, station=[station], village=[village], design=[2], operator=[-1], project=[-1])
    region.world.publish(opened)
    for _ in range(months):
        region.world.publish(made(StationsSettled, station=[station], costs_fen=[1_000_000], memory=[4]))


def decided(region: Region, events: Events, week: int = 4) -> set[str]:
    """Return what kinds of decision stations take at the end of a month."""
    events.clear()
    take(region, "settle_stations", week=week)
    return events.kinds() - {"stations_settled", "payment_made"}


@pytest.mark.parametrize(("months", "kinds"), [(2, set()), (3, {"station_idled"}), (7, {"station_closed"})])
def test_four_lean_months_idle_and_eight_close(months: int, kinds: set[str]) -> None:
    # The month that the step itself settles is one more: after it 3, 4 and 8 lean months in a row.
    region, events = tiny_region(numbers=RENT | {"stations.idle_chance": 1.0})
    lean(region, months)
    assert decided(region, events) == kinds
    if kinds == {"station_closed"}:
        same(
            events.of(StationClosed), station=[0], reason=[Reason.UNPROFITABLE], cause=events.of(StationsSettled)["seq"]
        )


def test_a_good_month_makes_up_for_lean_ones() -> None:
    region, events = tiny_region(numbers=RENT | {"stations.idle_chance": 1.0})
    lean(region, 6)
    region.world.publish(made(StationsSettled, station=[0], takings_fen=[100_000_000], memory=[4]))
    assert region.world.state.stations.lean_months[0] == 0
    assert decided(region, events) == set()


@pytest.mark.parametrize("week", range(4, 60, 4))
def test_a_tired_keeper_shuts_by_a_draw_of_the_village(week: int) -> None:
    region, events = tiny_region(numbers=RENT)
    lean(region, 4)
    idles = region.world.draws.uniform("station_tired", week, 3) < 0.5
    assert decided(region, events, week) == ({"station_idled"} if idles else set())
    assert region.world.state.stations.status[0] == (IDLE if idles else OPEN)


@pytest.mark.parametrize("week", range(4, 84, 4))
def test_an_idle_station_comes_back_or_is_given_up(week: int) -> None:
    # One in ten comes back, a further 1/4 is given up: its keeper has left.
    region, events = tiny_region(numbers=RENT)
    for village in range(6):
        lean(region, 0, station=village, village=village)
    shut = region.world.publish(StationIdled(station=np.arange(6)))
    region.world.writable.villages.buyers[:] = 1
    luck = region.world.draws.uniform("station_back", week, np.arange(6))
    decided(region, events, week)
    back, gone = np.flatnonzero(luck < 0.1), np.flatnonzero((luck >= 0.1) & (luck < 0.35))
    same(events.of(StationReopened), station=back, cause=shut.seqs[back])
    same(events.of(StationClosed), station=gone, reason=[Reason.OPERATOR_LEFT] * len(gone), cause=shut.seqs[gone])


def test_a_keeper_who_comes_back_has_not_forgotten_what_was_lost() -> None:
    region, events = tiny_region(numbers=RENT | {"stations.return_chance": 1.0})
    lean(region, 5)
    region.world.publish(StationIdled(station=[0]))
    assert decided(region, events) == {"station_reopened"}
    assert region.world.state.stations.lean_months[0] == 5
    assert decided(region, events, week=8) <= {"station_idled"}
    lean(region, 2)
    assert decided(region, events, week=12) == {"station_closed"}


def test_no_keeper_comes_back_where_nobody_orders() -> None:
    region, events = tiny_region(numbers=RENT | {"stations.return_chance": 1.0})
    lean(region, 3)
    region.world.publish(StationIdled(station=[0]))
    region.world.writable.villages.buyers[3] = 0
    assert "station_reopened" not in decided(region, events)


def test_a_closed_station_stays_closed() -> None:
    region, events = tiny_region(numbers=RENT | {"stations.return_chance": 1.0})
    lean(region, 20)
    region.world.publish(StationClosed(station=[0], reason=[0]))
    assert [decided(region, events, week) for week in (4, 8, 12)] == [set()] * 3


def test_keepers_leave_at_their_rate_whatever_the_station_earns() -> None:
    leaving = 0
    for week in range(0, 80, 4):
        region, events = tiny_region(numbers={"stations.keeper_exit": 0.3})
        for village in range(6):
            lean(region, 0, station=village, village=village)
        events.clear()
        take(region, "settle_stations", week=week)
        gone = [v for v in range(6) if region.world.draws.uniform("keeper_leaves", week, v) < 0.3]
        same(events.of(StationClosed), station=gone, reason=[Reason.OPERATOR_LEFT] * len(gone))
        leaving += len(gone)
    assert 18 < leaving < 54  # 36 are expected of 120


def test_in_ordinary_times_nobody_leaves_for_no_reason() -> None:
    region, events = tiny_region()
    lean(region, 0)
    assert decided(region, events) == set()


def test_luck_hangs_on_the_village_not_on_the_number_of_the_station() -> None:
    kinds = []
    for station in (0, 1):
        region, events = tiny_region(numbers=RENT)
        if station:
            lean(region, 0, station=0, village=1)
        lean(region, 4, station=station)
        take(region, "settle_stations", week=4)
        kinds.append(events.of(StationIdled)["station"].tolist() == [station])
    assert kinds[0] == kinds[1]
