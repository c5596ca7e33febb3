"""Dealers' monthly accounts, and what their owners draw of them (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerDelisted, DealersSettled, OrdersFilled, ProfitsDrawn, RefundsPaid
from ecsim.rural.goods.demand import shared_out
from ecsim.rural.goods.marks import decides, yearly_mark_costs_fen
from ecsim.rural.goods.offline import offline_cost_fen
from ecsim.rural.goods.packing_lines import LineCosts, user_cost_fen
from ecsim.rural.goods.terms import PAY_WAGES, SECONDS_AN_HOUR, DealingTerms, GoodsTerms, PackingWork
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def settle_dealers(
    world: World, packing: PackingWork, goods: GoodsTerms, dealing: DealingTerms, weeks: int = 4
) -> DealersSettled:
    """Dealers that hold stock settle four weeks: what they packed, sold and bought, hours of work, wages, fixed costs.

    Parameters
    ----------
    packing : paid work
    goods, dealing : numbers of dealers
    weeks : that are settled at once

    Returns
    -------
    Their accounts as settled, for the rules that follow from them in the same week.
    """
    state = world.state
    d = state.dealers
    rows = np.flatnonzero(d.alive & np.isin(d.kind, PAY_WAGES))
    worked = np.rint(packing.hours(d.packed_g[rows] / 1000.0, d.sold_fen[rows].astype(np.float64)))
    overtime = np.minimum(np.rint(d.overtime_seconds[rows] / SECONDS_AN_HOUR), worked)
    idle = _idle_hours(d.crew_seconds[rows], goods, worked, overtime, min(world.week + 1, weeks))
    hours = (worked + idle).astype(np.int64)
    wages = np.rint((hours + goods.overtime_pay * overtime) * packing.wage_fen_an_hour).astype(np.int64)
    fees = np.rint(yearly_fees_fen(state, goods, dealing)[rows] * weeks / WEEKS_A_YEAR).astype(np.int64)
    lean = worth_fen(state)[rows] < fees + wages
    return world.publish(
        DealersSettled(
            dealer=rows,
            packed_g=d.packed_g[rows],
            sold_fen=d.sold_fen[rows],
            bought_fen=d.bought_fen[rows],
            poor_lots=d.poor_lots[rows],
            job_hours=hours,
            fees_fen=fees,
            lean_months=np.where(lean, d.lean_months[rows] + 1, 0),
            wages_fen=wages,
            overtime_hours=overtime.astype(np.int64),
            idle_hours=idle.astype(np.int64),
        ),
        cause=d.seq[rows],
    ).event


def _idle_hours(crew_seconds: NDArray[np.int32], terms: GoodsTerms, worked: F64, overtime: F64, weeks: int) -> F64:
    """Return the hours without work for which crews are paid since their last account, shape (n,).

    Parameters
    ----------
    crew_seconds : shape (n,), that each works in an ordinary week
    worked : shape (n,), hours since then
    overtime : shape (n,), of them beyond ordinary weeks
    weeks : since then
    """
    ready = crew_seconds / SECONDS_AN_HOUR * weeks
    return np.floor(terms.idle_pay * np.maximum(ready - (worked - overtime), 0.0))


def yearly_fees_fen(state: State, goods: GoodsTerms, dealing: DealingTerms) -> F64:
    """Return the fixed costs of each dealer that settles: lines, cold rooms; of firms also office, marks, channel."""
    d, line = state.dealers, LineCosts.of(goods)
    rooms = d.room_g * user_cost_fen(goods, goods.cold_room_yuan)
    lines = (d.packing_g * line.packing_fen + d.processing_g * line.processing_fen + rooms) / 1000.0
    office = np.where(decides(state), 100.0 * dealing.overhead_yuan_a_year, 0.0)
    offline = np.where(d.offline_channel >= 0, offline_cost_fen(state, dealing), 0.0)
    return np.asarray(
        office + (d.marks * yearly_mark_costs_fen(state, dealing)).sum(axis=1) + offline + lines, np.float64
    )


def worth_fen(state: State) -> F64:
    """Return what each dealer is worth, debts off: money, what it is owed, stock at the traders' price; (dealers,)."""
    d, c = state.dealers, state.crops
    return np.asarray(d.cash_fen + d.owed_fen + d.stock_g * (c.price_fen[d.crop] / 1000.0), np.float64)


def draw_profits(world: World, dealer: I64, drawn_fen: I64) -> None:
    """Owners of some dealers draw profits.

    Parameters
    ----------
    dealer : rows, shape (n,)
    drawn_fen : of each
    """
    d, e = world.state.dealers, world.state.enterprises
    some = drawn_fen > 0
    dealer, drawn_fen = dealer[some], drawn_fen[some]
    enterprise = d.enterprise[dealer]
    household = np.where(enterprise >= 0, e.founder_household[np.maximum(enterprise, 0)], -1)
    world.publish(ProfitsDrawn(dealer=dealer, household=household, drawn_fen=drawn_fen), cause=d.seq[dealer])


def refund_members(world: World, dealer: I64, surplus: I64) -> None:
    """Cooperatives refund those who delivered to them, in proportion to what each did since the last time.

    Parameters
    ----------
    dealer : rows of cooperatives, shape (n,)
    surplus : to share out by each, fen

    Notes
    -----
    What cannot be shared out in whole fen stays with the cooperative. Who is no member delivers only what members leave
    room for; he shares in it too, so that a refund does not hang on which members are sampled.
    """
    state = world.state
    p, h, d = state.plots, state.households, state.dealers
    place = np.full(len(d), -1, np.int32)
    place[dealer] = np.arange(len(dealer))
    of = np.where(p.delivered_g > 0, place[p.delivered_to], -1)
    plots = np.flatnonzero(of >= 0)
    weight = h.weight[p.household[plots]].astype(np.int64)
    part = shared_out(surplus, of[plots], (p.delivered_g[plots] * weight).astype(np.float64))
    each = part // weight
    plots, each = plots[each > 0], each[each > 0]
    world.publish(
        RefundsPaid(plot=plots, dealer=p.delivered_to[plots], delivered_g=p.delivered_g[plots], paid_fen=each),
        cause=d.seq[p.delivered_to[plots]],
    )


def delist(world: World, goods: GoodsTerms, dealer: I64, cause: I64) -> None:
    """Dealers end: orders that wait are lost, traders take over stock and bills, owners what money is left.

    Parameters
    ----------
    dealer : rows, shape (n,)
    cause : of each, shape (n,)
    """
    if not len(dealer):
        return
    state = world.state
    d = state.dealers
    _lose_waiting(world, dealer, cause)
    price = state.crops.price_fen[d.crop[dealer]] * (1.0 + goods.resale_margin)
    stock = np.rint(d.stock_g[dealer] * price / 1000.0).astype(np.int64)
    world.publish(
        DealerDelisted(dealer=dealer, stock_g=d.stock_g[dealer], passed_fen=stock + d.owed_fen[dealer]), cause=cause
    )
    draw_profits(world, dealer, np.maximum(d.cash_fen[dealer], 0))


def _lose_waiting(world: World, dealer: I64, cause: I64) -> None:
    """Orders that wait with dealers are lost."""
    waiting = world.state.dealers.waiting_g[dealer]
    rows = np.flatnonzero(waiting)
    nothing = np.zeros(len(rows), np.int64)
    world.publish(
        OrdersFilled(
            dealer=dealer[rows],
            lost_g=waiting[rows],
            **dict.fromkeys(
                (
                    "ordered_g",
                    "taken_g",
                    "processed_g",
                    "filled_g",
                    "waiting_g",
                    "sent_g",
                    "paid_fen",
                    "costs_fen",
                    "overtime_seconds",
                ),
                nothing,
            ),
        ),
        cause=cause[rows],
    )
