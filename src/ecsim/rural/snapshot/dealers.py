"""Who deals in farm products on a date: stocks, money, what is offered to growers, and orders that wait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecsim.rural.events import DealerKind, Mark, OfflineChannel
from ecsim.rural.snapshot.scope import BilingualName, Scope, yuan
from ecsim.rural.state import ONE


@dataclass(frozen=True, slots=True)
class Dealer:
    """Who deals in a product of a county; raw goods in stock and orders in sold form, kg; money in yuan.

    Attributes
    ----------
    stock, cash : None of households' shops and stations, which have none of their own
    expected : orders a week that it expects, season apart
    packing : what it can grade and pack a week
    processing : raw that it can bring into the form sold a week; None of goods sold as they are
    bid : what it offers growers above the traders' price, as a share of that price
    reputation : share of what was ordered of it that it filled of late, in time and without complaints beyond trend
    graded : share of what it sent that was graded of late, above what growth of demand alone would have left it
    owed : by the buyers of its offline channel; None as of stock
    marks : certificates and brands that it has
    floor : least price promised to growers, yuan a kilogram; 0: none
    offline : channel that it supplies, or None
    """

    dealer: int
    name: BilingualName
    kind: BilingualName
    product: BilingualName
    county: BilingualName
    stock: float | None
    cash: float | None
    expected: float
    waiting: float
    packing: float
    processing: float | None
    bid: float
    reputation: float
    graded: float
    owed: float | None
    marks: tuple[BilingualName, ...]
    floor: float
    offline: BilingualName | None


def dealers(scope: Scope) -> tuple[Dealer, ...]:
    """Return everybody who deals in a product of the counties."""
    d, c = scope.state.dealers, scope.state.crops
    rows = np.flatnonzero(d.alive & scope.here[c.county[d.crop]])
    return tuple(_dealer(scope, int(row)) for row in rows)


def _dealer(scope: Scope, row: int) -> Dealer:
    d, crop = scope.state.dealers, scope.state.dealers.crop[row]
    holds = d.kind[row] < DealerKind.SHOPS
    return Dealer(
        dealer=row,
        name=scope.called("dealers", row),
        kind=scope.word(DealerKind, d.kind[row]),
        product=scope.called("crops", crop),
        county=scope.called("counties", scope.state.crops.county[crop]),
        stock=int(d.stock_g[row]) / 1000 if holds else None,
        cash=yuan(d.cash_fen[row]) if holds else None,
        expected=int(d.forecast_g[row]) / 1000,
        waiting=int(d.waiting_g[row]) / 1000,
        packing=int(d.packing_g[row]) / 1000,
        processing=int(d.processing_g[row]) / 1000 if holds and scope.state.crops.processing_fen[crop] else None,
        bid=int(d.bid[row]) / ONE,
        reputation=int(d.reputation[row]) / ONE,
        graded=int(d.grading[row]) / ONE,
        owed=yuan(d.owed_fen[row]) if holds else None,
        marks=tuple(scope.word(Mark, mark) for mark in np.flatnonzero(d.marks[row])),
        floor=yuan(d.floor_fen[row]),
        offline=scope.word(OfflineChannel, d.offline_channel[row]) if d.offline_channel[row] >= 0 else None,
    )
