"""What stations change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ecsim.kernel.lazy import later
from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import (
    Stamp,
    StationClosed,
    StationIdled,
    StationOpened,
    StationReopened,
    StationsSettled,
    StationStatus,
)
from ecsim.rural.state.opening import fill
from ecsim.rural.state.state import State

if TYPE_CHECKING:
    from ecsim.rural.state import kernels
else:
    kernels = later("ecsim.rural.state.kernels")


@applies(StationOpened)
def open_station(state: State, event: StationOpened, stamp: Stamp) -> None:
    """A new row; the village has a station."""
    stations = state.stations
    state.filled("stations", int(event.station.max()) + 1)
    fill(stations, event.station, event)
    stations.status[event.station] = StationStatus.OPEN
    stations.opened_day[event.station] = stamp.day
    for cause in (stations.opened_seq, stations.settled_seq, stations.status_seq):
        cause[event.station] = stamp.seqs(event)
    state.villages.station[event.village] = event.station
    _begin_account(state, event.station)
    project = event.project[event.project >= 0]
    np.add.at(state.projects.done, project, 1)


@applies(StationsSettled)
def settle_stations(state: State, event: StationsSettled, stamp: Stamp) -> None:
    """Smooth the profit; count the months, and those in a row that it is below zero."""
    stations = state.stations
    profit = event.takings_fen + event.grant_fen - event.costs_fen - event.labour_fen
    kernels.smooth(event.station, profit, event.memory, stations.smoothed_profit_fen, stations.lean_months)
    stations.transactions[event.station] = event.transactions
    stations.takings_fen[event.station] = event.takings_fen
    np.add.at(stations.months, event.station, 1)
    stations.settled_seq[event.station] = stamp.seqs(event)
    _begin_account(state, event.station)


def _begin_account(state: State, station: I32) -> None:
    """What the village hands over from now on is of the next account."""
    stations, villages = state.stations, state.villages
    village = stations.village[station]
    stations.settled_parcels[station] = villages.handed_parcels[village]
    stations.settled_g[station] = villages.sent_g[village]
    stations.settled_fen[station] = villages.collected_fen[village]


def _set_status(state: State, station: I32, status: StationStatus, seqs: I64) -> None:
    state.stations.status[station] = status
    state.stations.status_seq[station] = seqs


@applies(StationIdled)
def idle_station(state: State, event: StationIdled, stamp: Stamp) -> None:
    """Shut, for now."""
    _set_status(state, event.station, StationStatus.IDLE, stamp.seqs(event))


@applies(StationReopened)
def reopen_station(state: State, event: StationReopened, stamp: Stamp) -> None:
    """Open again; the keeper has not forgotten its lean months."""
    _set_status(state, event.station, StationStatus.OPEN, stamp.seqs(event))
    _begin_account(state, event.station)


@applies(StationClosed)
def close_station(state: State, event: StationClosed, stamp: Stamp) -> None:
    """Given up; the village remembers which it was."""
    _set_status(state, event.station, StationStatus.CLOSED, stamp.seqs(event))


STATIONS = (open_station, settle_stations, idle_station, reopen_station, close_station)
