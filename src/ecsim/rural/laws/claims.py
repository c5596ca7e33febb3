"""Claims on dealers and of dealers: what offline buyers pay of their bills, what owners draw, members are refunded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    Channel,
    DealerDelisted,
    DealerListed,
    DealersBaselined,
    DealersTraded,
    EnterpriseFounded,
    EnterprisesBaselined,
    Event,
    LotSold,
    OfflineBaselined,
    OfflineEntered,
    OfflineLeft,
    PlotsBaselined,
    ProfitsDrawn,
    RefundsPaid,
    Stamp,
)
from ecsim.rural.laws.opening_columns import I32, I64, OpeningColumns, put

F64 = NDArray[np.float64]
_ROUNDING = 1e-9
"""By which shares of amounts may differ: they are worked out in floating point."""


class Wrong(NamedTuple):
    """What is wrong with a row of an event of a dealer."""

    dealer: int
    seq: int
    message: str


class Claims:
    """Who owns which dealer, what plots delivered to cooperatives, through which channel dealers sell offline."""

    listens: tuple[type[Event], ...] = (
        PlotsBaselined, EnterprisesBaselined, EnterpriseFounded, DealersBaselined, DealerListed, OfflineBaselined,
        OfflineEntered, OfflineLeft, LotSold, DealersTraded, DealerDelisted, ProfitsDrawn, RefundsPaid,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        self._founder = self._enterprise = self._channel = np.zeros(0, np.int32)
        self._cooperative, self._delivered_g = np.zeros(0, np.int32), np.zeros(0, np.int64)
        self._ended: list[tuple[int, int]] = []

    def see(self, event: Event, stamp: Stamp, books: Mapping[str, I64]) -> Iterator[Wrong]:
        """Yield what is wrong with an event.

        Parameters
        ----------
        books : cash and bills of dealers before the event
        """
        if isinstance(event, LotSold):
            of = np.flatnonzero(event.channel == Channel.COOPERATIVE)
            self._deliver(event.plot[of], event.dealer[of], event.sold_g[of])
        elif isinstance(event, DealersTraded):
            yield from self._hold_bills(event, stamp.first, books["owed_fen"])
        elif isinstance(event, ProfitsDrawn):
            yield from self._hold_profits(event, stamp.first, books["cash_fen"])
        elif isinstance(event, RefundsPaid):
            yield from self._hold_refunds(event, stamp.first, books["cash_fen"])
        elif isinstance(event, DealerDelisted):
            self._ended += zip(event.dealer.tolist(), stamp.seqs(event).tolist(), strict=True)
        else:
            self._open(event)

    def _open(self, event: Event) -> None:
        if isinstance(event, PlotsBaselined):
            self._cooperative, self._delivered_g = np.full(event.rows, -1, np.int32), np.zeros(event.rows, np.int64)
        elif isinstance(event, EnterprisesBaselined | EnterpriseFounded):
            self._founder = put(self._founder, event.enterprise, event.founder_household)
        elif isinstance(event, DealersBaselined | DealerListed):
            self._enterprise = put(self._enterprise, event.dealer, event.enterprise)
            self._channel = put(self._channel, event.dealer, -1)
        elif isinstance(event, OfflineBaselined | OfflineEntered):
            self._channel[event.dealer] = event.offline_channel
        elif isinstance(event, OfflineLeft):
            self._channel[event.dealer] = -1

    def _deliver(self, plot: I32, dealer: I32, sold_g: I64) -> None:
        """A plot delivers to a cooperative; what it delivered to another before counts no more."""
        if not len(plot):
            return
        order = np.argsort(plot, kind="stable")
        plot, dealer, sold_g = plot[order], dealer[order], sold_g[order]
        begins = np.diff(plot, prepend=-1) != 0
        moved = dealer != np.where(begins, self._cooperative[plot], np.roll(dealer, 1))
        ends, moves = np.flatnonzero(np.append(begins[1:], True)), np.cumsum(moved)
        stays = moves == moves[ends][np.cumsum(begins) - 1]
        self._delivered_g[plot[moved]] = 0
        self._cooperative[plot[ends]] = dealer[ends]
        np.add.at(self._delivered_g, plot[stays], sold_g[stays])

    def _hold_bills(self, event: DealersTraded, first: int, owed: I64) -> Iterator[Wrong]:
        """Offline buyers pay no more than they owe; those of a channel, in a week, the same share of it."""
        bill = owed[event.dealer] + event.offline_fen
        got, channel = event.received_fen, self._channel[event.dealer]
        for row in np.flatnonzero((got < 0) | (got > bill)).tolist():
            yield Wrong(int(event.dealer[row]), first + row, f"got {got[row]:,} fen of bills of {bill[row]:,} fen")
        rows = np.flatnonzero(bill > 0)
        share = got[rows] / bill[rows]
        for low, high in contradictions(channel[rows], share, share + 1.0 / bill[rows]):
            one, other = rows[low], rows[high]
            yield Wrong(
                int(event.dealer[one]),
                first + int(one),
                f"got {got[one]:,} fen of bills of {bill[one]:,} fen, and dealer {event.dealer[other]} "
                f"{got[other]:,} fen of {bill[other]:,} fen (seq {first + int(other):,}); buyers of a channel pay the "
                "same share",
            )

    def _hold_profits(self, event: ProfitsDrawn, first: int, cash: I64) -> Iterator[Wrong]:
        """Owners draw what is there, and who founded the dealer's enterprise does."""
        yield from _overdrawn("drew", event.dealer, event.drawn_fen, first, cash)
        enterprise = self._enterprise[event.dealer]
        founder = np.where(enterprise >= 0, self._founder[enterprise] if len(self._founder) else -1, -1)
        for row in np.flatnonzero(event.household != founder).tolist():
            drew = f"paid {event.drawn_fen[row]:,} fen of profits to household {event.household[row]}"
            yield Wrong(int(event.dealer[row]), first + row, f"{drew}; its founder is {founder[row]}")

    def _hold_refunds(self, event: RefundsPaid, first: int, cash: I64) -> Iterator[Wrong]:
        """Members share what is there, by what they delivered since they last did."""
        plot, dealer = event.plot, event.dealer
        weight = self.facts.weight[self.facts.of(PlotsBaselined, "household")[plot]]
        yield from _overdrawn("paid members", dealer, event.paid_fen * weight, first, cash)
        delivered = np.where(self._cooperative[plot] == dealer, self._delivered_g[plot], 0)
        for row in np.flatnonzero(event.delivered_g != delivered).tolist():
            says = f"refunded plot {plot[row]} for {event.delivered_g[row]:,} g; its lots since the last refund are of"
            yield Wrong(int(dealer[row]), first + row, f"{says} {delivered[row]:,} g")
        rows = np.flatnonzero(delivered > 0)
        paid, grams = event.paid_fen[rows], delivered[rows]
        part = 1.0 / weight[rows]  # of a fen, by which it is rounded
        for low, high in contradictions(dealer[rows], (paid - part) / grams, (paid + 1.0 + part) / grams):
            one, other = rows[low], rows[high]
            yield Wrong(
                int(dealer[one]),
                first + int(one),
                f"refunded plot {plot[one]} {paid[low]:,} fen for {grams[low]:,} g, and plot {plot[other]} "
                f"{paid[high]:,} fen for {grams[high]:,} g (seq {first + int(other):,}); all get the same for a gram",
            )
        self._delivered_g[plot] = 0

    def end_week(self, cash: I64) -> Iterator[Wrong]:
        """Yield the dealers that ended this week and left money that nobody drew."""
        for dealer, seq in self._ended:
            if cash[dealer] > 0:
                yield Wrong(dealer, seq, f"ended and left {cash[dealer]:,} fen that nobody drew")
        self._ended.clear()


def _overdrawn(did: str, dealer: I32, fen: I64, first: int, cash: I64) -> Iterator[Wrong]:
    """Yield the dealers that were taken more of than they had, or less than a fen."""
    taken = np.zeros_like(cash)
    np.add.at(taken, dealer, fen)
    wrong = (fen <= 0) | (taken > np.maximum(cash, 0))[dealer]
    for row in np.flatnonzero(wrong).tolist():
        who = int(dealer[row])
        yield Wrong(who, first + row, f"{did} {taken[who]:,} fen and had {cash[who]:,} fen")


def contradictions(group: I32, low: F64, high: F64) -> Iterator[tuple[int, int]]:
    """Yield of each group of rows that cannot share one number two that contradict each other.

    Parameters
    ----------
    group : shape (n,)
    low, high : shape (n,), between which the number lies by each row

    Yields
    ------
    The row by which it is the most, and the one by which it is the least.
    """
    if not len(group):
        return
    least, most = np.lexsort((high, group)), np.lexsort((low, group))
    begins = np.flatnonzero(np.diff(group[least], prepend=group[least[0]] - 1))
    highest, lowest = most[np.append(begins[1:], len(group)) - 1], least[begins]
    apart = low[highest] > high[lowest] * (1.0 + _ROUNDING)
    yield from zip(highest[apart].tolist(), lowest[apart].tolist(), strict=True)
