"""Trade over the internet in a run: parcels of households, what they sell online, and use of stations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    HouseholdsBaselined,
    LotSold,
    ParcelsOrdered,
    PlotsBaselined,
    StationOpened,
    StationsSettled,
)


class InternetUse:
    """Adds up parcels that households order, what they sell online themselves, and what brings people to stations."""

    listens: tuple[type[Event], ...] = (
        HouseholdsBaselined, PlotsBaselined, ParcelsOrdered, LotSold, StationOpened, StationsSettled
    )  # fmt: skip

    def __init__(self) -> None:
        self._weight = np.zeros(0, np.int64)
        self._retail_fen = self._parcels = self._opened = 0
        self._visits = {"parcels_in": 0, "parcels_out": 0, "proxy_fen": 0}

    def see(self, event: Event, _: Stamp) -> None:
        """Add the rows of an event."""
        if isinstance(event, HouseholdsBaselined):
            self._weight = event.weight.astype(np.int64)
        elif isinstance(event, PlotsBaselined):
            self._weight = self._weight[event.household]
        elif isinstance(event, ParcelsOrdered):
            self._parcels += int(event.parcels.sum())
        elif isinstance(event, LotSold):
            self._retail_fen += int((event.retail_fen * self._weight[event.plot]).sum())
        elif isinstance(event, StationOpened):
            self._opened += event.rows
        elif isinstance(event, StationsSettled):
            for name in self._visits:
                self._visits[name] += int(event.__dict__[name].sum())

    def figures(self) -> Mapping[str, float]:
        """Return parcels ordered, million yuan sold by households online, stations opened, use of these.

        ``station_use`` is parcels handed over and taken in at stations, and yuan of goods ordered for villagers.
        """
        used = self._visits["parcels_in"] + self._visits["parcels_out"] + self._visits["proxy_fen"] / 100.0
        return {
            "parcels_ordered": float(self._parcels), "households_online": self._retail_fen / 1e8,
            "stations_opened": float(self._opened), "station_use": used,
        }  # fmt: skip
