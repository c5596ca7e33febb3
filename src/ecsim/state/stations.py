"""What stations change."""

from __future__ import annotations

import numpy as np

from ecsim.events.codes import StationStatus
from ecsim.events.event import Stamp
from ecsim.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.state.apply import applies
from ecsim.state.opening import fill
from ecsim.state.state import State
from ecsim.state.table import I32

SMOOTHING = 4
"""A month's profit is one part in this many of the smoothed profit, so old months fade within half a year."""


@applies(StationOpened)
def open_station(state: State, event: StationOpened, stamp: Stamp) -> None:
    """A new row; the village has a station."""
    stations = state.stations
    state.filled("stations", int(event.station.max()) + 1)
    fill(stations, event.station, event)
    stations.status[event.station] = StationStatus.OPEN
    stations.opened_day[event.station] = stamp.day
    stations.opened_seq[event.station] = stations.settled_seq[event.station] = stamp.seqs(event)
    state.villages.station[event.village] = event.station
    _begin_account(state, event.station)
    project = event.project[event.project >= 0]
    np.add.at(state.projects.done, project, 1)


@applies(StationsSettled)
def settle_stations(state: State, event: StationsSettled, stamp: Stamp) -> None:
    """Smooth the profit; count the months in a row that it is below zero."""
    stations = state.stations
    for row, station in enumerate(event.station):  # a station may come twice in a batch
        takings = event.takings_fen[row] + event.grant_fen[row]
        profit = int(takings - event.costs_fen[row] - event.labour_fen[row])
        slow = int(stations.smoothed_profit_fen[station])
        slow += (profit - slow) // SMOOTHING
        stations.smoothed_profit_fen[station] = slow
        stations.lean_months[station] = stations.lean_months[station] + 1 if slow < 0 else 0
    stations.transactions[event.station] = event.transactions
    stations.settled_seq[event.station] = stamp.seqs(event)
    _begin_account(state, event.station)


def _begin_account(state: State, station: I32) -> None:
    """What the village hands over from now on is of the next account."""
    stations, villages = state.stations, state.villages
    village = stations.village[station]
    stations.settled_parcels[station] = villages.handed_parcels[village]
    stations.settled_g[station] = villages.sent_g[village]
    stations.settled_fen[station] = villages.collected_fen[village]


def _set_status(state: State, station: I32, status: StationStatus) -> None:
    state.stations.status[station] = status


@applies(StationIdled)
def idle_station(state: State, event: StationIdled, _: Stamp) -> None:
    """Shut, for now."""
    _set_status(state, event.station, StationStatus.IDLE)


@applies(StationReopened)
def reopen_station(state: State, event: StationReopened, _: Stamp) -> None:
    """Open again, with a clean slate of lean months."""
    _set_status(state, event.station, StationStatus.OPEN)
    state.stations.lean_months[event.station] = 0
    _begin_account(state, event.station)


@applies(StationClosed)
def close_station(state: State, event: StationClosed, _: Stamp) -> None:
    """Given up; the village remembers which it was."""
    _set_status(state, event.station, StationStatus.CLOSED)


STATIONS = (open_station, settle_stations, idle_station, reopen_station, close_station)
