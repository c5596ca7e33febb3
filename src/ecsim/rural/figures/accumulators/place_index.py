"""What the opening says of everybody, and where what came later belongs: the facts that folds share, held once.

Rows of events name a household, a plot or a station; figures are by county. The index leads from one to the other.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    CooperativeFounded,
    CooperativesBaselined,
    CountiesBaselined,
    CropsBaselined,
    DealerListed,
    DealersBaselined,
    EnterpriseFounded,
    EnterprisesBaselined,
    Event,
    HouseholdsBaselined,
    OperatorsBaselined,
    PlotsBaselined,
    SessionHeld,
    Stamp,
    StationOpened,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.units import ONE

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
NOWHERE = -1
PLACED_BY: dict[str, tuple[type[Event], str]] = {
    "stations": (StationOpened, "station"),
    "sessions": (SessionHeld, "session"),
    "cooperatives": (CooperativeFounded, "cooperative"),
    "enterprises": (EnterpriseFounded, "enterprise"),
    "dealers": (DealerListed, "dealer"),
}
"""Tables that grow during a run: the event that says where a new row belongs, and the column that numbers it."""


class PlaceIndex:
    """Who belongs where, from the opening events; stations, sessions and enterprises are added as they begin."""

    opening: tuple[type[Event], ...] = (
        CountiesBaselined,
        TownshipsBaselined,
        VillagesBaselined,
        CropsBaselined,
        CooperativesBaselined,
        HouseholdsBaselined,
        PlotsBaselined,
        EnterprisesBaselined,
        DealersBaselined,
        OperatorsBaselined,
    )
    listens: tuple[type[Event], ...] = (*opening, *(kind for kind, _ in PLACED_BY.values()))

    def __init__(self) -> None:
        self._tables: dict[type[Event], dict[str, NDArray[Any]]] = {}
        self.counties = 0
        self.county: dict[str, I32] = {}
        """The county of every row, by table."""
        self.enterprise_kind = self.dealer_kind = self.station_village = np.zeros(0, np.int32)
        self.station_keeper = np.zeros(0, np.int32)
        """The household that keeps each station; -1: one that nobody follows."""

    def see(self, event: Event, _: Stamp) -> None:
        """Take note of an opening event, or of where something new belongs."""
        if isinstance(event, StationOpened):
            self._place("stations", event.station, self.village_county[event.village])
            self.station_village = _put(self.station_village, event.station, event.village)
            self.station_keeper = _put(self.station_keeper, event.station, event.operator)
        elif isinstance(event, SessionHeld):
            self._place("sessions", event.session, event.county)
        elif isinstance(event, EnterprisesBaselined | EnterpriseFounded):
            self._place("enterprises", event.enterprise, event.county)
            self.enterprise_kind = _put(self.enterprise_kind, event.enterprise, event.enterprise_kind)
        elif isinstance(event, CooperativeFounded):
            self._place("cooperatives", event.cooperative, self.county["townships"][event.township])
        elif isinstance(event, DealersBaselined | DealerListed):
            self._place("dealers", event.dealer, self.county["crops"][event.crop])
            self.dealer_kind = _put(self.dealer_kind, event.dealer, event.dealer_kind)
        if type(event) in self.opening:
            self._tables[type(event)] = {column.name: getattr(event, column.name) for column in event.columns}
            self._open(event)

    def _open(self, event: Event) -> None:
        if isinstance(event, CountiesBaselined):
            self.counties = event.rows
        elif isinstance(event, TownshipsBaselined):
            self.county["townships"] = event.county
        elif isinstance(event, VillagesBaselined):
            self.county["villages"] = self.county["townships"][event.township]
        elif isinstance(event, CropsBaselined):
            self.county["crops"] = event.county
        elif isinstance(event, HouseholdsBaselined):
            self.county["households"] = self.village_county[event.village]
        elif isinstance(event, PlotsBaselined):
            self.county["plots"] = self.household_county[event.household]
        elif isinstance(event, CooperativesBaselined):
            self.county["cooperatives"] = self.county["townships"][event.township]

    def _place(self, table: str, rows: I32, county: I32) -> None:
        self.county[table] = _put(self.county.get(table, np.zeros(0, np.int32)), rows, county)

    def county_of(self, event: Event, rows: I64 | slice = slice(None)) -> I32:
        """Return the county of rows of an event: its own column, or that of what its first column points at."""
        if "county" in event.__dict__:
            return np.asarray(event.__dict__["county"][rows], np.int32)
        first = event.columns[0]
        places: I32 = self.county[str(first.table)][event.__dict__[first.name][rows]]
        return places

    def column(self, kind: type[Event], name: str) -> NDArray[Any]:
        """Return a column of the opening."""
        return self._tables[kind][name]

    @property
    def village_county(self) -> I32:
        """The county of every village-level unit."""
        return self.county["villages"]

    @property
    def household_county(self) -> I32:
        """The county of every household."""
        return self.county["households"]

    @property
    def weight(self) -> I32:
        """How many households each sampled one stands for."""
        return self.column(HouseholdsBaselined, "weight")

    @property
    def poor(self) -> NDArray[np.bool_]:
        """Which households are on the register."""
        return self.column(HouseholdsBaselined, "poor")

    @property
    def plot_household(self) -> I32:
        """The household of every plot."""
        return self.column(PlotsBaselined, "household")

    @property
    def plot_crop(self) -> I32:
        """The crop of every plot."""
        return self.column(PlotsBaselined, "crop")

    @cached_property
    def plot_weight(self) -> I32:
        """How many households each plot's stands for."""
        return self.weight[self.plot_household]

    def is_poor(self, household: I32) -> NDArray[np.bool_]:
        """Return whether each of some households is on the register; -1, one that nobody follows, is not."""
        return self._poor_or_nobody.take(household)

    @cached_property
    def _poor_or_nobody(self) -> NDArray[np.bool_]:
        """Which households are on the register, and one more that is not: row -1."""
        return np.append(self.poor, np.False_)

    @cached_property
    def plot_cost_fen_a_g(self) -> NDArray[np.float64]:
        """What a gram of each plot's crop costs to grow: the part of the opening's price that is no net margin."""
        margin = self.column(CropsBaselined, "net_margin") / ONE
        costs: NDArray[np.float64] = (1.0 - margin) * self.column(CropsBaselined, "farm_price_fen") / 1000.0
        return costs[self.plot_crop]

    def stations_by(self, stations: I32) -> I32:
        """Return the village of each station."""
        return self.station_village[stations]


def _put(values: NDArray[Any], rows: I32, new: NDArray[Any]) -> NDArray[Any]:
    """Return values with some rows set; there is room for all of them afterwards."""
    rows_needed = int(rows.max()) + 1 if rows.size else 0
    if rows_needed > len(values):
        empty = np.full(max(rows_needed, 2 * len(values)) - len(values), False if values.dtype == np.bool_ else NOWHERE)
        values = np.concatenate([values, empty.astype(values.dtype)])
    values[rows] = new
    return values
