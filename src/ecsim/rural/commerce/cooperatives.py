"""Cooperatives: what they offer their members, how they sell on, when they fail (docs/model.md 4.7).

A cooperative buys one crop of its members within a week's capacity, at a share of what it expects to get. Its cash is
what online and bulk sales leave after members and costs; it fails when that falls below a bound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import Channel, CooperativeFailed, CooperativesTraded, LotSold
from ecsim.rural.households.selling import SellingTerms, shop_price_fen
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]


def cooperative_offer_fen(state: State, terms: CommerceTerms, selling: SellingTerms) -> F64:
    """Return what each cooperative offers members a kilogram raw this week, fen; 0 where it buys nothing.

    A share of what it expects to get: its part of the online orders at online prices, the rest in bulk; with cash in
    hand no less than the traders' price.

    Parameters
    ----------
    selling : numbers by which online prices become what is left to the seller

    Returns
    -------
    shape (cooperatives,), fen a kilogram, >= 0

    References
    ----------
    docs/model.md 4.7.
    """
    k, c = state.cooperatives, state.crops
    online = _online_part(state)
    shop = np.maximum(shop_price_fen(state, selling), 0.0)[k.crop]
    bulk = c.price_fen[k.crop] * (1.0 + terms.bulk_margin) * (1.0 - terms.bulk_cost)
    worth = online * np.maximum(shop, bulk) + (1.0 - online) * bulk
    offer = np.maximum(terms.cooperative_share_paid * worth, np.where(k.cash_fen > 0, c.price_fen[k.crop], 0.0))
    return np.asarray(np.where(k.alive & (k.capacity_g > 0), offer, 0.0), np.float64)


def _orders_each_g(state: State) -> F64:
    """Return the raw grams of online orders for each cooperative this week."""
    k, c = state.cooperatives, state.crops
    buyers = np.maximum(np.bincount(k.crop[k.alive], minlength=len(c)), 1)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    return np.asarray((c.orders_cooperative_g / raw / buyers)[k.crop] * k.alive, np.float64)


def _online_part(state: State) -> F64:
    k = state.cooperatives
    return np.asarray(np.minimum(1.0, _orders_each_g(state) / np.maximum(k.capacity_g, 1)), np.float64)


def trade_cooperatives(world: World, lots: LotSold, terms: CommerceTerms, selling: SellingTerms) -> None:
    """Cooperatives sell on what members brought this week, first to online orders, then in bulk; the poorest fail.

    Parameters
    ----------
    lots : what households sold this week, by every channel
    selling : numbers by which online prices become what is left to the seller

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    k, c, h = state.cooperatives, state.crops, state.households
    brought = lots.channel == Channel.COOPERATIVE
    household = state.plots.household[lots.plot[brought]]
    weight = h.weight[household].astype(np.int64)
    bought = np.zeros(len(k), np.int64)
    paid = np.zeros(len(k), np.int64)
    np.add.at(bought, h.cooperative[household], lots.sold_g[brought] * weight)
    np.add.at(paid, h.cooperative[household], lots.received_fen[brought] * weight)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)[k.crop]
    online_g = np.minimum(bought, np.floor(_orders_each_g(state))).astype(np.int64)
    online_fen = np.rint(online_g * raw * c.orders_price_fen[k.crop] / 1000.0).astype(np.int64)
    kept = np.maximum(shop_price_fen(state, selling), 0.0)[k.crop]
    online_cost = np.maximum(online_fen - np.rint(online_g * kept / 1000.0), 0).astype(np.int64)
    bulk_fen = np.rint((bought - online_g) * c.price_fen[k.crop] * (1.0 + terms.bulk_margin) / 1000.0).astype(np.int64)
    costs = online_cost + np.rint(bulk_fen * terms.bulk_cost).astype(np.int64)
    rows = np.flatnonzero(bought)
    world.publish(
        CooperativesTraded(
            cooperative=rows,
            bought_g=bought[rows],
            paid_members_fen=paid[rows],
            online_g=online_g[rows],
            online_fen=online_fen[rows],
            bulk_fen=bulk_fen[rows],
            costs_fen=costs[rows],
        ),
        cause=np.where(online_g[rows] > 0, c.orders_seq[k.crop[rows]], c.stock_seq[k.crop[rows]]),
    )
    failed = np.flatnonzero(k.alive & (k.cash_fen < terms.fail_cash_fen))
    world.publish(CooperativeFailed(cooperative=failed), cause=k.seq[failed])
