"""Where the kilograms of a county go: harvested, sold by each way, lost, in stock; of growers and of dealers.

`GoodsBalance` looks on at a run and keeps its own books of every plot and dealer, from events alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BasesHarvested,
    Channel,
    CropHarvested,
    DealerKind,
    DealersBaselined,
    DealersTraded,
    Event,
    LotSold,
    OrdersFilled,
    PlotsBaselined,
    Stamp,
    StockSpoiled,
)
from ecsim.rural.figures.accumulators import F64, PlaceIndex
from ecsim.rural.units import ONE

I64 = NDArray[np.int64]
GRAMS_A_TONNE = 1e6
BY_CHANNEL = {
    Channel.OWN_SHOP: "own_shop",
    Channel.STATION: "station",
    Channel.COOPERATIVE: "cooperative",
    Channel.FIRM: "firm",
    Channel.TRADER: "trader",
}
"""Names of growers' sales."""
GROWERS = ("before", "harvested", *BY_CHANNEL.values(), "lost", "after")
DEALERS = ("before", "bought", "bases", "online", "offline", "bulk", "lost", "after")


class GoodsBalance:
    """Tonnes raw of every county over some weeks from the opening on.

    Parameters
    ----------
    weeks : how many
    """

    def __init__(self, weeks: int) -> None:
        self.weeks = weeks
        self._index = PlaceIndex()
        self._stock = self._output = self._weight = np.zeros(0, np.int64)
        self._plots: list[I64] = []
        """Those of each crop."""
        self._grown: dict[str, F64] = {}
        self._dealt: dict[str, F64] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Book what an event moves; what comes after the weeks is left out."""
        if stamp.day >= 7 * self.weeks:
            return
        if type(event) in self._index.listens:
            self._index.see(event, stamp)
        if isinstance(event, PlotsBaselined):
            self._open(event)
        elif isinstance(event, CropHarvested | StockSpoiled):
            self._change(event)
        elif isinstance(event, LotSold):
            self._sell(event)
        else:
            self._deal(event)

    def growers(self) -> Mapping[str, F64]:
        """Return tonnes of growers by `GROWERS`, shape (counties,) each; before + harvested = sold + lost + after."""
        known = {name: self._grown.get(name, self._none) for name in GROWERS[:-1]}
        return {**known, "after": self._by_county(self._stock * self._weight) / GRAMS_A_TONNE}

    def dealers(self) -> Mapping[str, F64]:
        """Return tonnes of dealers by `DEALERS`, shape (counties,) each; after is what the others leave."""
        known = {name: self._dealt.get(name, self._none) for name in DEALERS[:-1]}
        came = known["before"] + known["bought"] + known["bases"]
        return {**known, "after": came - known["online"] - known["offline"] - known["bulk"] - known["lost"]}

    @property
    def _none(self) -> F64:
        return np.zeros(self._index.counties)

    def _by_county(self, grams: I64) -> F64:
        return np.asarray(np.bincount(self._index.county["plots"], grams, self._index.counties), np.float64)

    def _open(self, event: PlotsBaselined) -> None:
        order = np.argsort(event.crop, kind="stable")
        self._plots = np.split(
            order, np.searchsorted(event.crop[order], np.arange(1, len(self._index.county["crops"])))
        )
        self._output, self._stock = event.output_g.astype(np.int64), event.stock_g.astype(np.int64)
        self._weight = self._index.plot_weight.astype(np.int64)
        self._grown["before"] = self._by_county(self._stock * self._weight) / GRAMS_A_TONNE

    def _change(self, event: CropHarvested | StockSpoiled) -> None:
        """Add a share of plots' output, or take a share of their stock; a crop may come in several rows."""
        harvest = isinstance(event, CropHarvested)
        name, sign = ("harvested", 1) if harvest else ("lost", -1)
        for crop, share in zip(event.crop.tolist(), event.share.tolist(), strict=True):
            plots = self._plots[crop]
            grams = (self._output if harvest else self._stock)[plots] * share // ONE
            self._stock[plots] += sign * grams
            county = int(self._index.county["crops"][crop])
            tonnes = self._grown.setdefault(name, self._none)
            tonnes[county] += float((grams * self._weight[plots]).sum()) / GRAMS_A_TONNE

    def _sell(self, event: LotSold) -> None:
        np.subtract.at(self._stock, event.plot, event.sold_g)
        grams = event.sold_g * self._weight[event.plot]
        county = self._index.county["plots"][event.plot]
        for channel, name in BY_CHANNEL.items():
            self._add(self._grown, name, county, np.where(event.channel == channel, grams, 0))
        by_others = np.isin(event.channel, (Channel.COOPERATIVE, Channel.FIRM, Channel.TRADER))
        self._add(self._dealt, "bought", county, np.where(by_others, grams, 0))

    def _deal(self, event: Event) -> None:
        """Book what dealers have, get from firms' own bases, send to consumers, deliver, sell in bulk and lose."""
        if isinstance(event, DealersBaselined):
            self._add(self._dealt, "before", self._index.county_of(event), event.stock_g)
        elif isinstance(event, BasesHarvested):
            self._add(self._dealt, "bases", self._index.county_of(event), event.harvested_g)
        elif isinstance(event, OrdersFilled):
            own = self._index.dealer_kind[event.dealer] < DealerKind.SHOPS
            self._add(self._dealt, "online", self._index.county_of(event), np.where(own, event.sent_g, 0))
        elif isinstance(event, DealersTraded):
            for name, grams in (("offline", event.offline_g), ("bulk", event.bulk_g), ("lost", event.spoilt_g)):
                self._add(self._dealt, name, self._index.county_of(event), grams)

    def _add(self, book: dict[str, F64], name: str, county: NDArray[np.int32], grams: I64) -> None:
        tonnes = book.setdefault(name, self._none)
        tonnes += np.bincount(county, grams, self._index.counties) / GRAMS_A_TONNE
