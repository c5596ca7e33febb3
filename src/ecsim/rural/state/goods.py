"""What dealers' orders, purchases and decisions change (docs/model.md 4.6, 4.7).

Grams leave one holder as they reach another: growers' plots by `LotSold`, dealers' stocks here.
"""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import I32, Bool, applies
from ecsim.rural.events import (
    BasesHarvested,
    CrewsMoved,
    DealerDelisted,
    DealerKind,
    DealerListed,
    DealersAdjusted,
    DealersBaselined,
    DealerSizesMoved,
    DealersSettled,
    DealersTraded,
    GoodsSupplied,
    GrowersContracted,
    MarkDropped,
    MarksBaselined,
    MarkTaken,
    OfflineBaselined,
    OfflineEntered,
    OfflineLeft,
    OrdersFilled,
    ProfitsDrawn,
    RefundsPaid,
    Stamp,
)
from ecsim.rural.state.opening import fill
from ecsim.rural.state.records import note_sales_of_dealers
from ecsim.rural.state.running_year import begin_quarter
from ecsim.rural.state.state import State
from ecsim.rural.units import ONE


@applies(DealersBaselined)
def open_dealers(state: State, event: DealersBaselined, stamp: Stamp) -> None:
    """Dealers begin with the stock of the opening and a good name."""
    fill(state.dealers, event.dealer, event)
    state.dealers.stock_g[event.dealer] = event.stock_g
    _begin(state, event, stamp)


@applies(DealerListed)
def list_dealer(state: State, event: DealerListed, stamp: Stamp) -> None:
    """A dealer begins with no stock and a good name."""
    fill(state.dealers, event.dealer, event)
    _begin(state, event, stamp)


def _begin(state: State, event: DealersBaselined | DealerListed, stamp: Stamp) -> None:
    dealers = state.dealers
    dealers.kind[event.dealer] = event.dealer_kind
    dealers.alive[event.dealer] = True
    dealers.reputation[event.dealer] = ONE
    dealers.offline_channel[event.dealer] = -1
    dealers.seq[event.dealer] = dealers.orders_seq[event.dealer] = stamp.seqs(event)
    traders = event.dealer[event.dealer_kind == DealerKind.TRADERS]
    state.crops.traders[dealers.crop[traders]] = traders
    if event.rows:
        state.filled("dealers", int(event.dealer.max()) + 1)


@applies(DealerDelisted)
def delist_dealer(state: State, event: DealerDelisted, stamp: Stamp) -> None:
    """Its stock passes to the traders, who pay for it; orders that waited have been given up."""
    dealers = state.dealers
    traders = state.crops.traders[dealers.crop[event.dealer]]
    dealers.alive[event.dealer] = False
    for rows, sign in ((event.dealer, -1), (traders, 1)):
        np.add.at(dealers.stock_g, rows, sign * event.stock_g)
        np.add.at(dealers.cash_fen, rows, -sign * event.passed_fen)
    np.add.at(dealers.owed_fen, traders, dealers.owed_fen[event.dealer])
    dealers.owed_fen[event.dealer] = 0
    dealers.seq[event.dealer] = stamp.seqs(event)


@applies(BasesHarvested)
def harvest_bases(state: State, event: BasesHarvested, _: Stamp) -> None:
    """What firms' own bases bring in the traders have bought."""
    dealers = state.dealers
    np.add.at(dealers.stock_g, event.dealer, event.harvested_g)
    np.subtract.at(dealers.cash_fen, event.dealer, event.paid_fen)
    np.add.at(dealers.bought_fen, event.dealer, event.paid_fen)


@applies(OrdersFilled)
def fill_orders(state: State, event: OrdersFilled, stamp: Stamp) -> None:
    """What was sent leaves the stock of dealers that hold one; the rest waits or is lost."""
    dealers = state.dealers
    own = holds_stock(state, event.dealer)
    np.subtract.at(dealers.stock_g, event.dealer[own], event.sent_g[own])
    np.add.at(dealers.online_g, event.dealer, event.sent_g)
    np.add.at(dealers.cash_fen, event.dealer[own], (event.paid_fen - event.costs_fen)[own])
    dealers.waiting_g[event.dealer] = event.waiting_g
    np.add.at(dealers.packed_g, event.dealer, event.filled_g)
    np.add.at(dealers.sold_fen, event.dealer, event.paid_fen)
    np.add.at(dealers.overtime_seconds, event.dealer, event.overtime_seconds)
    dealers.orders_seq[event.dealer] = stamp.seqs(event)
    note_sales_of_dealers(state, event.dealer[own], event.paid_fen[own], stamp.day)


def holds_stock(state: State, dealer: I32) -> Bool:
    """Return which dealers hold stock of their own: all but households' shops and stations.

    Parameters
    ----------
    dealer : row numbers, shape (n,)
    """
    return np.asarray(state.dealers.kind[dealer] < DealerKind.SHOPS)


@applies(DealersTraded)
def trade(state: State, event: DealersTraded, stamp: Stamp) -> None:
    """Stock and cash move by what was bought, passed on, sold in bulk and spoilt."""
    dealers = state.dealers
    out_g = event.bulk_g + event.offline_g + event.spoilt_g
    np.add.at(dealers.stock_g, event.dealer, event.bought_g + event.passed_g - out_g)
    out_fen = event.paid_fen + event.passed_fen + event.cooling_fen
    np.add.at(dealers.cash_fen, event.dealer, event.bulk_fen + event.received_fen - out_fen)
    np.add.at(dealers.owed_fen, event.dealer, event.offline_fen - event.received_fen)
    np.add.at(dealers.bought_fen, event.dealer, event.paid_fen + event.passed_fen)
    np.add.at(dealers.bulk_g, event.dealer, event.bulk_g + event.offline_g)
    slot = begin_quarter(dealers.direct_quarter, event.dealer, stamp.day, dealers.direct_g, dealers.refunded_fen)
    np.add.at(dealers.direct_g[:, slot], event.dealer, event.bought_g)
    dealers.seq[event.dealer] = stamp.seqs(event)


@applies(GoodsSupplied)
def supply(state: State, event: GoodsSupplied, stamp: Stamp) -> None:
    """Goods go from a cooperative's stock to a processor's, and money the other way."""
    dealers = state.dealers
    for rows, sign in ((event.dealer, -1), (event.processor, 1)):
        np.add.at(dealers.stock_g, rows, sign * event.supplied_g)
        np.add.at(dealers.cash_fen, rows, -sign * event.paid_fen)
        dealers.seq[rows] = stamp.seqs(event)
    np.add.at(dealers.bulk_g, event.dealer, event.supplied_g)
    np.add.at(dealers.bought_fen, event.processor, event.paid_fen)


@applies(DealersAdjusted)
def adjust(state: State, event: DealersAdjusted, _: Stamp) -> None:
    """A dealer goes on with what it expects, offers and can pack."""
    fill(state.dealers, event.dealer, event)


@applies(DealersSettled)
def settle(state: State, event: DealersSettled, stamp: Stamp) -> None:
    """A new account begins; wages and fixed costs are paid."""
    dealers = state.dealers
    np.subtract.at(dealers.cash_fen, event.dealer, event.fees_fen + event.wages_fen)
    dealers.lean_months[event.dealer] = event.lean_months
    for name in ("packed_g", "sold_fen", "bought_fen", "poor_lots", "overtime_seconds"):
        getattr(dealers, name)[event.dealer] = 0
    county = state.crops.county[dealers.crop[event.dealer]]
    state.counties.traded_seq[county] = stamp.seqs(event)


@applies(CrewsMoved)
def move_crews(state: State, event: CrewsMoved, stamp: Stamp) -> None:
    """A dealer has more or fewer people to pack, and has paid for the change."""
    state.dealers.crew_seconds[event.dealer] = event.crew_seconds
    np.subtract.at(state.dealers.cash_fen, event.dealer, event.cost_fen)
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(DealerSizesMoved)
def move_sizes(state: State, event: DealerSizesMoved, _: Stamp) -> None:
    """More or fewer buyers find the listing."""
    state.dealers.size[event.dealer] = event.size


@applies(MarksBaselined)
def open_marks(state: State, event: MarksBaselined, _: Stamp) -> None:
    """A dealer begins with a mark."""
    state.dealers.marks[event.dealer, event.mark] = True


@applies(MarkTaken)
def take_mark(state: State, event: MarkTaken, stamp: Stamp) -> None:
    """A dealer pays for a mark and has it."""
    state.dealers.marks[event.dealer, event.mark] = True
    np.subtract.at(state.dealers.cash_fen, event.dealer, event.cost_fen)
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(MarkDropped)
def drop_mark(state: State, event: MarkDropped, stamp: Stamp) -> None:
    """A dealer no longer has a mark."""
    state.dealers.marks[event.dealer, event.mark] = False
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(GrowersContracted)
def contract_growers(state: State, event: GrowersContracted, stamp: Stamp) -> None:
    """Growers are promised a least price."""
    state.dealers.floor_fen[event.dealer] = event.floor_fen
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(OfflineBaselined)
def open_offline(state: State, event: OfflineBaselined, _: Stamp) -> None:
    """Dealers supply offline channels, whose buyers owe them for what they had."""
    state.dealers.offline_channel[event.dealer] = event.offline_channel
    state.dealers.offline_g[event.dealer] = event.offline_g
    state.dealers.owed_fen[event.dealer] = event.owed_fen


@applies(OfflineEntered)
def enter_offline(state: State, event: OfflineEntered, stamp: Stamp) -> None:
    """A dealer supplies an offline channel."""
    state.dealers.offline_channel[event.dealer] = event.offline_channel
    state.dealers.offline_g[event.dealer] = event.offline_g
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(OfflineLeft)
def leave_offline(state: State, event: OfflineLeft, stamp: Stamp) -> None:
    """A dealer has no offline channel; what its buyers owe they still pay."""
    state.dealers.offline_channel[event.dealer] = -1
    state.dealers.offline_g[event.dealer] = 0
    state.dealers.seq[event.dealer] = stamp.seqs(event)


@applies(ProfitsDrawn)
def draw_profits(state: State, event: ProfitsDrawn, _: Stamp) -> None:
    """Owners have what was a dealer's."""
    np.subtract.at(state.dealers.cash_fen, event.dealer, event.drawn_fen)


@applies(RefundsPaid)
def pay_refunds(state: State, event: RefundsPaid, stamp: Stamp) -> None:
    """Members have their part of a cooperative's surplus, and deliver anew towards the next."""
    h, d, household = state.households, state.dealers, state.plots.household[event.plot]
    of_all = event.paid_fen * h.weight[household]
    np.subtract.at(d.cash_fen, event.dealer, of_all)
    quarter = begin_quarter(d.direct_quarter, event.dealer, stamp.day, d.direct_g, d.refunded_fen)
    np.add.at(d.refunded_fen[:, quarter], event.dealer, of_all)
    state.plots.delivered_g[event.plot] = 0
    np.add.at(h.earned_fen, household, event.paid_fen)
    h.earned_seq[household] = stamp.seqs(event)
    online = d.online_g[event.dealer] / np.maximum(d.online_g[event.dealer] + d.bulk_g[event.dealer], 1)
    slot = begin_quarter(h.earned_quarter, household, stamp.day, h.traded_fen, h.job_fen)
    np.add.at(h.traded_fen[:, slot], household, np.floor(event.paid_fen * online).astype(np.int64))


GOODS = (
    settle, move_crews, move_sizes, open_dealers, list_dealer, delist_dealer, harvest_bases, fill_orders, trade, supply,
    adjust, open_marks, take_mark, drop_mark, contract_growers, open_offline, enter_offline, leave_offline,
    draw_profits, pay_refunds,
)  # fmt: skip
