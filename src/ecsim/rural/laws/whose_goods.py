"""Whose goods are traded: no product turns into another, bases bring in what they grow, and sales have one book."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BasesHarvested,
    CropHarvested,
    CropsBaselined,
    DealerListed,
    DealersBaselined,
    DealersSettled,
    EnterprisesTraded,
    Event,
    LotSold,
    PlotsBaselined,
    Stamp,
)
from ecsim.rural.laws.opening_columns import OpeningColumns, put, with_room
from ecsim.rural.units import ONE

_SAME = {"farm_fen": "sold_fen", "bought_fen": "bought_fen"}
"""What an enterprise's account says of farm products, and what its dealer's says of the same four weeks."""


class WhoseGoods:
    """Products of dealers and of what they get, what firms' bases grow, and accounts of enterprises beside dealers'."""

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        self._crop, self._enterprise = np.zeros(0, np.int32), np.zeros(0, np.int32)
        self._day = -1
        self._grown_g = np.zeros(0, np.int64)
        self._accounts = {name: np.zeros(0, np.int64) for name in _SAME.values()}
        self._found: list[tuple[int, str]] = []

    def see(self, event: Event, stamp: Stamp) -> list[tuple[int, str]]:
        """Return what is wrong with an event by what is known of whose goods are whose: dealers, and what of each."""
        self._found = []
        if isinstance(event, DealersBaselined | DealerListed):
            self._begin(event)
        elif len(self._crop):  # not in journals of before there were dealers
            self._hold(event, stamp)
        return self._found

    def _hold(self, event: Event, stamp: Stamp) -> None:
        if isinstance(event, CropHarvested):
            self._grow(event, stamp.day)
        elif isinstance(event, BasesHarvested):
            self._bring_in(event, stamp.day)
        elif isinstance(event, LotSold):
            self._sell(event)
        elif isinstance(event, DealersSettled):
            self._settle(event)
        elif isinstance(event, EnterprisesTraded):
            self._account(event)

    def _begin(self, event: DealersBaselined | DealerListed) -> None:
        self._crop = put(self._crop, event.dealer, event.crop)
        self._enterprise = put(self._enterprise, event.dealer, event.enterprise)

    def _grow(self, event: CropHarvested, day: int) -> None:
        """Firms' bases of a product bring in the share of the season, as plots do, and no more."""
        if day != self._day or not len(self._grown_g):
            self._day, self._grown_g = day, np.zeros(len(self.facts.of(CropsBaselined, "crop")), np.int64)
        base = self.facts.of(CropsBaselined, "base_g").astype(np.int64)
        np.add.at(self._grown_g, event.crop, -(-base[event.crop] * event.share // ONE))  # rounded up to a gram

    def _bring_in(self, event: BasesHarvested, day: int) -> None:
        grown = self._grown_g if day == self._day else np.zeros(len(self.facts.of(CropsBaselined, "crop")), np.int64)
        crop = self._crop[event.dealer]
        np.subtract.at(grown, crop, event.harvested_g)
        for row in np.flatnonzero(grown[crop] < 0).tolist():
            more = f"had {event.harvested_g[row]:,} g of firms' bases, {-grown[crop[row]]:,} g more than those grew"
            self._found.append((int(event.dealer[row]), more))

    def _sell(self, event: LotSold) -> None:
        plot_crop = self.facts.of(PlotsBaselined, "crop")[event.plot]
        other = (event.dealer >= 0) & (self._crop[np.maximum(event.dealer, 0)] != plot_crop)
        for row in np.flatnonzero(other).tolist():
            says = f"got a lot of product {plot_crop[row]} from plot {event.plot[row]} and deals in another"
            self._found.append((int(event.dealer[row]), says))

    def _settle(self, event: DealersSettled) -> None:
        owner = self._enterprise[event.dealer]
        for name in self._accounts:
            account = self._accounts[name] = with_room(self._accounts[name], int(owner.max(initial=-1)) + 1)
            np.add.at(account, owner[owner >= 0], event.__dict__[name][owner >= 0])

    def _account(self, event: EnterprisesTraded) -> None:
        """What an enterprise sold and bought of farm products is what its dealer did."""
        dealer_of = dict(zip(self._enterprise.tolist(), range(len(self._enterprise)), strict=True))
        for name, of_dealer in _SAME.items():
            account = with_room(self._accounts[of_dealer], int(event.enterprise.max(initial=-1)) + 1)
            says: NDArray[np.int64] = event.__dict__[name]
            for row in np.flatnonzero(says != account[event.enterprise]).tolist():
                enterprise = int(event.enterprise[row])
                differs = f"of enterprise {enterprise} settled {account[enterprise]:,} of {of_dealer}"
                self._found.append((dealer_of.get(enterprise, 0), f"{differs}; the enterprise says {says[row]:,}"))
            self._accounts[of_dealer] = np.zeros_like(account)
