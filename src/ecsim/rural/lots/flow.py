"""Goods of a county from growers to online buyers, lot by lot, read off the events of a run (docs/model.md 4.6).

Dealers mix what they buy, so which lot an order was filled from is a rule of reading and none of the model: the oldest
goes first. Kilograms are the events' own, and what is left at the end is what the state says.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    BasesHarvested,
    CropHarvested,
    CropsBaselined,
    DealerDelisted,
    DealerKind,
    DealerListed,
    DealersBaselined,
    DealersTraded,
    GoodsProcessed,
    GoodsSupplied,
    HouseholdsBaselined,
    LotSold,
    OrdersFilled,
    PlotsBaselined,
)
from ecsim.rural.lots.stock import OF_BASES, Lots, Stock, joined

I64 = NDArray[np.int64]


class Order(NamedTuple):
    """A week of a dealer's online orders, and the lots that it was filled from."""

    seq: int
    cause: int
    dealer: int
    lots: Lots


class _Trade(NamedTuple):
    """A row of `DealersTraded`."""

    seq: int
    dealer: int
    passed_g: int
    sold_g: int
    """Offline and in bulk."""
    spoilt_g: int


class _Supply(NamedTuple):
    """A row of `GoodsSupplied`."""

    seq: int
    dealer: int
    processor: int
    supplied_g: int


class GoodsFlow:
    """Follows what dealers of a county have in stock, and what each order was filled from.

    Parameters
    ----------
    county : its row
    """

    listens: tuple[type[Event], ...] = (
        HouseholdsBaselined, CropsBaselined, PlotsBaselined, DealersBaselined, DealerListed, DealerDelisted,
        CropHarvested, BasesHarvested, OrdersFilled, GoodsProcessed, LotSold, DealersTraded, GoodsSupplied,
    )  # fmt: skip

    def __init__(self, county: int) -> None:
        self.county = county
        self.stocks: dict[int, Stock] = {}
        """Of the dealers of the county that hold goods of their own."""
        self.kinds: dict[int, DealerKind] = {}
        """Of all dealers of the county."""
        self.poor = np.zeros(0, np.bool_)
        """Registered poor at the opening, shape (households,)."""
        self.households = np.zeros(0, np.int64)
        """The event by which the opening tells of each, shape (households,)."""
        self.processed: dict[int, int] = {}
        """Of orders, the event by which a processor worked for them: the one that did most."""
        self._most: dict[int, int] = {}
        self._orders: list[Order] = []
        self._weight = self._grower = self._plot_crop = self._harvest = np.zeros(0, np.int64)
        self._in_county = np.zeros(0, np.bool_)
        self._crops: dict[int, int] = {}
        self._traders: dict[int, int] = {}
        self._last: dict[int, tuple[int, int]] = {}
        self._bought: dict[int, list[Lots]] = defaultdict(list)
        self._trades: list[_Trade] = []
        self._supplies: list[_Supply] = []

    def orders(self) -> list[Order]:
        """Return all orders so far, by sequence number."""
        self._settle()
        return sorted(self._orders, key=lambda order: order.seq)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Follow the rows of an event."""
        if not isinstance(event, DealersTraded | GoodsSupplied):
            self._settle()
        if isinstance(event, HouseholdsBaselined):
            self._weight, self.poor = event.weight.astype(np.int64), event.poor.astype(np.bool_)
            self.households = stamp.seqs(event)
        elif isinstance(event, CropsBaselined):
            self._in_county, self._harvest = event.county == self.county, np.full(event.rows, -1, np.int64)
        elif isinstance(event, PlotsBaselined):
            self._grower, self._plot_crop = event.household.astype(np.int64), event.crop.astype(np.int64)
        elif isinstance(event, DealersBaselined | DealerListed):
            self._list(event, stamp)
        elif isinstance(event, CropHarvested):
            self._harvest[event.crop] = stamp.seqs(event)
        elif isinstance(event, LotSold):
            self._sell(event, stamp)
        else:
            self._move(event, stamp)

    def _list(self, event: DealersBaselined | DealerListed, stamp: Stamp) -> None:
        for row in np.flatnonzero(self._in_county[event.crop]).tolist():
            dealer, kind = int(event.dealer[row]), DealerKind(int(event.dealer_kind[row]))
            self.kinds[dealer], self._crops[dealer] = kind, int(event.crop[row])
            if kind == DealerKind.TRADERS:
                self._traders[int(event.crop[row])] = dealer
            if kind < DealerKind.SHOPS:
                self.stocks[dealer] = Stock()
                if isinstance(event, DealersBaselined) and event.stock_g[row]:
                    self.stocks[dealer].put(Lots.of(stamp.first + row, int(event.stock_g[row])))

    def _sell(self, event: LotSold, stamp: Stamp) -> None:
        """What a dealer bought waits for its trade; what a shop or station sent fills its orders of the week."""
        rows = np.flatnonzero(self._in_county[self._plot_crop[event.plot]] & (event.dealer >= 0))
        if not rows.size:
            return
        rows = rows[np.argsort(event.dealer[rows], kind="stable")]
        household = self._grower[event.plot[rows]]
        none = np.full(len(rows), -1, np.int64)
        lots = Lots(
            stamp.first + rows, self._harvest[self._plot_crop[event.plot[rows]]], household, none, none, none,
            event.sold_g[rows] * self._weight[household],
        )  # fmt: skip
        dealers, starts = np.unique(event.dealer[rows], return_index=True)
        for dealer, part in zip(dealers.tolist(), np.split(np.arange(len(rows)), starts[1:]), strict=True):
            own = lots.rows(slice(int(part[0]), int(part[-1]) + 1))
            if dealer in self.stocks:
                self._bought[dealer].append(own)
            else:
                self._orders.append(Order(*self._last[dealer], dealer, own))

    def _move(self, event: Event, stamp: Stamp) -> None:
        if isinstance(event, BasesHarvested):
            for row, dealer in self._own(event.dealer):
                self.stocks[dealer].put(Lots.of(stamp.first + row, int(event.harvested_g[row]), OF_BASES))
        elif isinstance(event, OrdersFilled):
            for row, dealer in enumerate(event.dealer.tolist()):
                self._fill(dealer, stamp.first + row, int(stamp.cause[row]), int(event.sent_g[row]))
        elif isinstance(event, GoodsProcessed):
            self._process(event, stamp)
        elif isinstance(event, DealerDelisted):
            for row, dealer in self._own(event.dealer):
                lots = self.stocks[dealer].take(int(event.stock_g[row]))
                self.stocks[self._traders[self._crops[dealer]]].put(_with(lots, passed=stamp.first + row))
        elif isinstance(event, GoodsSupplied):
            moved = (stamp.seqs(event), event.dealer, event.processor, event.supplied_g)
            sales = map(_Supply._make, zip(*(column.tolist() for column in moved), strict=True))
            self._supplies += [sale for sale in sales if sale.dealer in self.stocks]
        elif isinstance(event, DealersTraded):
            sold = event.bulk_g + event.offline_g
            columns = (stamp.seqs(event), event.dealer, event.passed_g, sold, event.spoilt_g)
            rows = zip(*(column.tolist() for column in columns), strict=True)
            self._trades += [trade for trade in map(_Trade._make, rows) if trade.dealer in self.stocks]

    def _own(self, dealers: NDArray[np.integer]) -> list[tuple[int, int]]:
        """Return row and dealer of those that hold goods in the county."""
        return [(row, dealer) for row, dealer in enumerate(dealers.tolist()) if dealer in self.stocks]

    def _process(self, event: GoodsProcessed, stamp: Stamp) -> None:
        for row, order in enumerate(stamp.cause.tolist()):
            if event.processed_g[row] > self._most.get(order, 0):
                self._most[order], self.processed[order] = int(event.processed_g[row]), stamp.first + row

    def _fill(self, dealer: int, seq: int, cause: int, sent_g: int) -> None:
        if dealer in self.stocks:
            if sent_g:
                self._orders.append(Order(seq, cause, dealer, self.stocks[dealer].take(sent_g)))
        elif dealer in self.kinds:
            self._last[dealer] = seq, cause

    def _settle(self) -> None:
        """A week's trades: the oldest spoils, purchases come in, cooperatives and traders pass goods on, some is sold.

        What a processor sorts out of lots of traders spoils with the rest; where he had less, of what comes in.
        """
        passed: dict[int, Stock] = defaultdict(Stock)
        sorted_out: dict[int, int] = {}
        for trade in self._trades:
            stock = self.stocks[trade.dealer]
            sorted_out[trade.dealer] = trade.spoilt_g - int(stock.take(trade.spoilt_g).grams.sum())
            stock.put(_with(joined(self._bought.pop(trade.dealer, [])), taken=trade.seq))
        for supply in self._supplies:
            lots = self.stocks[supply.dealer].take(supply.supplied_g)
            self.stocks[supply.processor].put(_with(lots, supplied=supply.seq))
        for trade in self._trades:
            passed[self._crops[trade.dealer]].put(self.stocks[trade.dealer].take(-trade.passed_g))
        for trade in self._trades:
            got = passed[self._crops[trade.dealer]].take(trade.passed_g)
            self.stocks[trade.dealer].put(_with(got, passed=trade.seq))
            self.stocks[trade.dealer].take(sorted_out[trade.dealer] + trade.sold_g)
        self._trades.clear()
        self._supplies.clear()


def _with(lots: Lots, **seq: int) -> Lots:
    """Return goods with what moved them."""
    return lots._replace(**{name: np.full(len(lots.grams), value, np.int64) for name, value in seq.items()})
