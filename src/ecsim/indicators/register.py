"""What the opening says of everybody: the facts that folds share, held once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.events import Event, Stamp
from ecsim.events.opening import (
    CooperativesBaselined,
    CountiesBaselined,
    CropsBaselined,
    EnterprisesBaselined,
    HouseholdsBaselined,
    OperatorsBaselined,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.events.stations import StationOpened


class Register:
    """Who belongs where, from the opening events alone; stations are added as they open."""

    listens: tuple[type[Event], ...] = (
        CountiesBaselined,
        TownshipsBaselined,
        VillagesBaselined,
        CropsBaselined,
        CooperativesBaselined,
        HouseholdsBaselined,
        PlotsBaselined,
        EnterprisesBaselined,
        OperatorsBaselined,
        StationOpened,
    )

    def __init__(self) -> None:
        self._tables: dict[type[Event], dict[str, NDArray[Any]]] = {}
        self.counties = 0
        self.household_county = self.plot_county = self.cooperative_county = np.zeros(0, np.int32)
        self.station_village: dict[int, int] = {}
        self.poor_keeper: dict[int, bool] = {}

    def see(self, event: Event, _: Stamp) -> None:
        """Take note of an opening event, or of a station's village."""
        if isinstance(event, StationOpened):
            villages = zip(event.station.tolist(), event.village.tolist(), strict=True)
            self.station_village.update(villages)
            self.poor_keeper.update(zip(event.station.tolist(), event.poor_operator.tolist(), strict=True))
            return
        self._tables[type(event)] = {column.name: getattr(event, column.name) for column in event.columns}
        if isinstance(event, CountiesBaselined):
            self.counties = event.rows
        elif isinstance(event, HouseholdsBaselined):
            self.household_county = self.village_county[event.village]
        elif isinstance(event, PlotsBaselined):
            self.plot_county = self.household_county[event.household]
        elif isinstance(event, CooperativesBaselined):
            self.cooperative_county = self.column(TownshipsBaselined, "county")[event.township]

    def column(self, kind: type[Event], name: str) -> NDArray[Any]:
        """Return a column of the opening."""
        return self._tables[kind][name]

    @property
    def village_county(self) -> NDArray[np.int32]:
        """The county of every village-level unit."""
        township = self.column(VillagesBaselined, "township")
        return np.asarray(self.column(TownshipsBaselined, "county")[township], np.int32)

    @property
    def weight(self) -> NDArray[np.int32]:
        """How many households each sampled one stands for."""
        return self.column(HouseholdsBaselined, "weight")

    @property
    def poor(self) -> NDArray[np.bool_]:
        """Which households are on the register."""
        return self.column(HouseholdsBaselined, "poor")

    def stations_by(self, stations: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the village of each station."""
        return np.array([self.station_village[int(s)] for s in stations], np.int32)


class Fold:
    """An indicator under way: it sees events and adds them up by week and county.

    Subclasses say what they listen to, and add rows with `add`.
    """

    listens: tuple[type[Event], ...] = ()

    def __init__(self, register: Register, weeks: int) -> None:
        self.register, self.weeks = register, weeks
        self._sums: dict[str, NDArray[np.float64]] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add the rows of an event."""
        raise TypeError(f"{type(self).__name__} must say what it does with {event.kind} of day {stamp.day}")

    def add(self, name: str, stamp: Stamp, county: NDArray[Any], amount: NDArray[Any] | float = 1.0) -> None:
        """Add amounts to the named series, in the week of the stamp, by county."""
        series = self._sums.setdefault(name, np.zeros((self.weeks, self.register.counties)))
        amounts = np.broadcast_to(np.asarray(amount, np.float64), np.shape(county))
        series[min(stamp.day // 7, self.weeks - 1)] += np.bincount(county, amounts, self.register.counties)

    def series(self, name: str) -> NDArray[np.float64]:
        """Return a series, shape (weeks, counties); zeros if nothing came."""
        return self._sums.get(name, np.zeros((self.weeks, self.register.counties)))

    def until(self, name: str, day: int) -> NDArray[np.float64]:
        """Return the sum of a series up to and with a day, shape (counties,)."""
        return np.asarray(self.series(name)[: day // 7 + 1].sum(axis=0), np.float64)
