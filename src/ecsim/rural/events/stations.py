"""Village stations (docs/model.md 4.8)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Codes, Counts, Fen, Flags
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    HouseholdIds,
    ProjectIds,
    ReasonCodes,
    StationIds,
    VillageIds,
)


def _with_memory(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 3 every keeper looked back four months."""
    return {**columns, "memory": np.full(len(columns["station"]), 4)}


def _without_services(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 4 small services were no part of an account that could be told apart."""
    none = np.zeros(len(columns["station"]), np.int64)
    return {**columns, "service_uses": none, "services_fen": none}


def _first_asked(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 one keeper was asked in a village."""
    return {**columns, "turn": np.zeros(len(columns["station"]), np.int64)}


class StationOffered(Event):
    """A project offers a village a station; one of those asked there decides to run it, or none."""

    kind = "station_offered"
    title = Text("station offered", "遴选站点")
    topic = "station"
    decision = True
    village: VillageIds
    project: ProjectIds
    design: Codes
    accepted: Flags


class StationOpened(Event):
    """A station begins to serve its village.

    Since version 2 it says how many of the village refused it before.
    """

    kind = "station_opened"
    title = Text("station opened", "站点开业")
    topic = "station"
    makes = "station"
    within = ("village",)
    subject = ("village",)
    decision = True
    version = 2
    upcasts = MappingProxyType({1: _first_asked})
    station: StationIds
    village: VillageIds
    design: Codes
    operator: HouseholdIds  # who keeps it, or -1: somebody whom nobody follows
    poor_operator: Flags
    project: ProjectIds
    turn: Counts  # keepers of the village who were asked before this one


class OffersEnded(Event):
    """A project has offered its stations for the last time, and nobody took some of them.

    What central money its contract has for them is its purse's again, to be placed anew.
    """

    kind = "offers_ended"
    title = Text("offers of stations ended", "站点遴选结束")
    topic = "station"
    subject = ("project",)
    amounts = ("returned_fen",)
    decision = True
    project: ProjectIds
    untaken: Counts  # stations
    returned_fen: Fen


class StationsSettled(Event):
    """The accounts of the stations in service over four weeks.

    Since version 2 a grant is paid from the county's purse, by a payment of the same day; since version 3 it says how
    long keepers remember, which was four months before; since version 4 how often small services were used, and what
    they brought, which is nought before.
    """

    kind = "stations_settled"
    title = Text("station settled", "站点结算")
    topic = "station"
    amounts = (
        "transactions",
        "takings_fen",
        "grant_fen",
    )
    version = 4
    upcasts = MappingProxyType({1: lambda columns: columns, 2: _with_memory, 3: _without_services})
    station: StationIds
    parcels_in: Counts
    parcels_out: Counts
    proxy_fen: Fen  # goods ordered for villagers
    collected_fen: Fen  # farm products sold through the station
    service_uses: Counts  # of small services
    services_fen: Fen  # what these brought
    takings_fen: Fen  # commissions, fees, margins, before costs
    grant_fen: Fen  # what the purse could pay of the running grant
    costs_fen: Fen  # rent, power, network
    labour_fen: Fen  # what the added hours are worth to the operator
    transactions: Counts
    memory: Counts  # months that a keeper's smoothed profit looks back


class StationIdled(Event):
    """A station stays shut though it has not been given up."""

    kind = "station_idled"
    title = Text("station idled", "站点停业")
    topic = "station"
    subject = ("station",)
    decision = True
    station: StationIds


class StationReopened(Event):
    """An idle station serves again."""

    kind = "station_reopened"
    title = Text("station reopened", "站点恢复")
    topic = "station"
    decision = True
    station: StationIds


class StationClosed(Event):
    """A station is given up."""

    kind = "station_closed"
    title = Text("station closed", "站点关闭")
    topic = "station"
    subject = ("station",)
    decision = True
    station: StationIds
    reason: ReasonCodes
