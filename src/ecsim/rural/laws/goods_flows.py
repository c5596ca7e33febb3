"""Goods of a run as laws of limits look at them: what came in, what of it went to online buyers, and for how much.

Beside them what there is of trade over the internet: parcels of households, what they sell online, use of stations.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    BasesHarvested,
    CropForm,
    CropHarvested,
    CropsBaselined,
    DealerListed,
    DealersBaselined,
    HouseholdsBaselined,
    LotSold,
    OrdersFilled,
    ParcelsOrdered,
    PlotsBaselined,
    StationOpened,
    StationsSettled,
)
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]


class GoodsFlows:
    """What came in of each product of a county, what of it went to online buyers, and for how much."""

    listens: tuple[type[Event], ...] = (
        CropsBaselined, HouseholdsBaselined, PlotsBaselined, DealersBaselined, DealerListed, BasesHarvested,
        CropHarvested, LotSold, OrdersFilled,
    )  # fmt: skip

    def __init__(self, weeks: int) -> None:
        self.supply = self.online = np.zeros(0)
        """Grams raw of each product: of the opening and the harvests; sent to online buyers."""
        self.harvested = self.sold = np.zeros(0)
        """Grams raw of each product: what growers harvested, and what they sold, to whomever."""
        self._form = np.zeros(0, np.int64)
        self.sold_fen = np.zeros(weeks)
        """What was sold online in each week, at the opening's prices."""
        self.paid_fen = np.zeros(weeks)
        """What consumers paid for it."""
        self._price: F64 = np.zeros(0)
        self._output = self._weight = self._plot_crop = np.zeros(0, np.int64)
        self._crop_of: dict[int, int] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add the rows of an event."""
        week = min(stamp.day // 7, len(self.sold_fen) - 1)
        if isinstance(event, CropsBaselined):
            self.supply, self.online, self.harvested, self.sold = np.zeros((4, event.rows))
            self._form = event.form
            self._price = event.online_price_fen / 1000.0
        elif isinstance(event, HouseholdsBaselined):
            self._weight = event.weight.astype(np.int64)
        elif isinstance(event, PlotsBaselined):
            weight = self._weight[event.household]
            self._weight, self._plot_crop, self._output = weight, event.crop, event.output_g * weight
            np.add.at(self.supply, event.crop, event.stock_g * weight)
        elif isinstance(event, DealersBaselined | DealerListed):
            self._crop_of.update(zip(event.dealer.tolist(), event.crop.tolist(), strict=True))
            if isinstance(event, DealersBaselined):
                np.add.at(self.supply, event.crop, event.stock_g)
        elif isinstance(event, BasesHarvested):
            np.add.at(self.supply, self._crops(event.dealer), event.harvested_g)
        elif isinstance(event, CropHarvested):
            shares = np.zeros(len(self.supply))
            np.add.at(shares, event.crop, event.share / ONE)
            harvest = np.bincount(self._plot_crop, self._output * shares[self._plot_crop], len(self.supply))
            self.supply += harvest
            self.harvested += harvest
        elif isinstance(event, LotSold):
            np.add.at(self.sold, self._plot_crop[event.plot], event.sold_g * self._weight[event.plot])
        elif isinstance(event, OrdersFilled):
            self._fill(event, week)

    def sold_of_harvest(self) -> dict[str, float]:
        """Return what growers sold over what they harvested, by form at the farm gate; NaN where there is none."""
        found = {}
        for form in CropForm:
            sold, harvested = self.sold[self._form == form].sum(), self.harvested[self._form == form].sum()
            found[form.name.lower()] = float(sold / harvested) if harvested else float("nan")
        return found

    def _fill(self, event: OrdersFilled, week: int) -> None:
        crop = self._crops(event.dealer)
        np.add.at(self.online, crop, event.sent_g)
        self.sold_fen[week] += float((event.filled_g * self._price[crop]).sum())
        self.paid_fen[week] += float(event.paid_fen.sum())

    def _crops(self, dealers: NDArray[np.int32]) -> NDArray[np.int64]:
        return np.array([self._crop_of[dealer] for dealer in dealers.tolist()], np.int64)


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
