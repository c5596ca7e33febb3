"""How online orders are filled: from one's own stock first, then by others that have some left (docs/model.md 4.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, GoodsProcessed, Mechanism, OrdersFilled, Rows
from ecsim.rural.goods.crews import hands_g, overtime_seconds
from ecsim.rural.goods.demand import exchanged
from ecsim.rural.goods.facility_fees import charge
from ecsim.rural.goods.packing_lines import public_share
from ecsim.rural.goods.prices import OnlinePrices
from ecsim.rural.goods.processing import WorkForOthers, left_of_work_fen, processed
from ecsim.rural.goods.terms import GoodsTerms, sold_for_raw
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class SentByHouseholds:
    """What shops and stations sent from households' stocks this week, shape (dealers,) each; 0 of other dealers."""

    raw_g: I64
    sold_g: I64
    paid_fen: I64
    kept_fen: I64
    """What households got of it."""


def fill_orders(
    world: World, terms: GoodsTerms, prices: OnlinePrices, ordered_g: I64, by_households: SentByHouseholds
) -> Rows[OrdersFilled]:
    """Dealers send what they can; what one cannot fill is offered once to those with stock and lines left.

    Parameters
    ----------
    ordered_g : shape (dealers,), the week's orders in sold form
    by_households : what households' shops and stations sent

    Returns
    -------
    What was filled, lost and left to wait, of every dealer with orders.

    Notes
    -----
    A share of what nobody can fill waits for next week, the rest is lost.

    References
    ----------
    docs/model.md 4.6.
    """
    state = world.state
    d = state.dealers
    holds = d.alive & (d.kind != DealerKind.TRADERS) & (d.kind < DealerKind.SHOPS)
    due = ordered_g + d.waiting_g
    yields = state.crops.conversion[d.crop] / ONE
    in_stock = np.where(holds, np.floor(d.stock_g * yields), 0.0).astype(np.int64)
    packed = np.minimum(in_stock, packing_g(state, terms, np.minimum(due, in_stock)))
    packed = hands_g(state, terms, prices.hours, packed)
    lines = processed(state, np.minimum(due, packed))
    able = np.where(holds, np.minimum(packed, lines.able_g), by_households.sold_g)
    own = np.minimum(due, able)
    offers_more = prices.net_fen > 0
    taken = exchanged(d.crop, due - own, np.where(holds & offers_more, able - own, 0), len(state.crops))
    filled = own + np.maximum(taken, 0)
    left = due + taken - filled
    waiting = np.floor(terms.waiting_kept * left).astype(np.int64)
    raw = np.where(holds, np.ceil(np.divide(filled, yields, out=np.zeros(len(d)), where=yields > 0)), 0.0)
    raw = np.where(holds, np.minimum(raw, d.stock_g), by_households.raw_g).astype(np.int64)
    paid = np.where(holds, np.rint(filled * prices.consumer_fen / 1000.0), by_households.paid_fen)
    now = filled * (prices.cost_fen - prices.wages_fen) / 1000.0
    costs = np.where(holds, np.rint(now), by_households.paid_fen - by_households.kept_fen)
    costs -= np.rint(left_of_work_fen(state, terms, lines.hired_g))
    rows = np.flatnonzero((due > 0) | (filled > 0) | (lines.hired_g != 0))
    _charge_for_lines(world, terms, np.where(holds, filled, 0), lines.public_g)
    orders = world.publish(
        OrdersFilled(
            dealer=rows,
            ordered_g=ordered_g[rows],
            taken_g=taken[rows],
            processed_g=lines.hired_g[rows],
            filled_g=filled[rows],
            lost_g=(left - waiting)[rows],
            waiting_g=waiting[rows],
            sent_g=raw[rows],
            paid_fen=paid[rows].astype(np.int64),
            costs_fen=costs[rows].astype(np.int64),
            overtime_seconds=overtime_seconds(state, prices.hours, filled)[rows],
        ),
        cause=state.crops.orders_seq[d.crop[rows]],
    )
    work = WorkForOthers.of(d.crop, lines.hired_g, len(state.crops))
    world.publish(GoodsProcessed(**work._asdict()), cause=d.orders_seq[work.dealer])
    return orders


def _charge_for_lines(world: World, terms: GoodsTerms, filled_g: I64, processed_g: I64) -> None:
    """Owners of public lines get their part of what packing and first processing cost those who lack lines.

    Parameters
    ----------
    filled_g, processed_g : shape (dealers,), what each sent, and what public lines processed of it, in sold form
    """
    state = world.state
    d, c = state.dealers, state.crops
    beyond = np.maximum(filled_g - np.floor(d.packing_g * terms.overtime), 0.0)
    packed = np.bincount(c.county[d.crop], beyond, len(state.counties)).astype(np.int64)
    packed = np.where(state.counties.packing_g > 0, packed, 0)
    fees = np.rint(terms.line_fee_fen_a_kg * packed / 1000.0).astype(np.int64)
    charge(world, Mechanism.PACKING, packed, fees)
    raw = processed_g / sold_for_raw(c.conversion)[d.crop]
    by_crop = np.bincount(d.crop, raw, len(c))
    fees = np.rint(by_crop * c.processing_fen * (1.0 - terms.own_processing) / 1000.0).astype(np.int64)
    charge(world, Mechanism.PROCESSING, by_crop.astype(np.int64), fees)


def packing_g(state: State, terms: GoodsTerms, wanted_g: I64) -> I64:
    """Return what each dealer can grade and pack this week, in sold form: its own line, and its part of public ones.

    Parameters
    ----------
    wanted_g : shape (dealers,), what it would send

    Returns
    -------
    shape (dealers,), grams in sold form

    Notes
    -----
    Lines that public money paid for are open to all, overtime included: who lacks capacity gets a part in proportion.
    """
    d = state.dealers
    own = np.floor(d.packing_g * terms.overtime)
    lacking = np.where(d.alive, np.maximum(wanted_g - own, 0.0), 0.0)
    return np.asarray(own + np.floor(lacking * public_share(state, lacking, terms.overtime)), np.int64)
