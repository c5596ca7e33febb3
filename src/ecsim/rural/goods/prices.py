"""What consumers pay for goods sold online, and what is left of it to who sells them (docs/model.md 4.5, 4.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.net_sale import Goods, carriage_fen, net_of_sale_fen, selling_cost_fen
from ecsim.rural.goods.terms import GoodsTerms, SellingTerms
from ecsim.rural.market import MarketTerms, retail_premium
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class OnlinePrices:
    """Prices of the week by crop, shape (crops,) each."""

    consumer_fen: F64
    """A kilogram sold."""
    ratio: F64
    """Over what buyers would pay at the opening for goods as good: premium of brand and traceability taken off."""
    cost_fen: F64
    """Of selling a kilogram, in sold form: fees, advertising, loss, packing, carriage, finding buyers, processing."""
    net_fen: F64
    """Left of a sale, a kilogram raw; where it is not above zero the crop is not offered."""


def online_prices(state: State, terms: GoodsTerms, market: MarketTerms, selling: SellingTerms) -> OnlinePrices:
    """Return what consumers pay and what sellers keep this week.

    Parameters
    ----------
    terms, market, selling : numbers of dealers, of demand, and of what selling costs

    Notes
    -----
    Prices of the opening hold at its carriage and fees; sellers pass a share of any change on to buyers.

    References
    ----------
    docs/model.md 4.5, 4.6.
    """
    goods, c = goods_of(state), state.crops
    up, opening_up = state.counties.up_tariff_fen[c.county], state.counties.opening_up_fen[c.county]
    premium = retail_premium(state, market)[c.county]
    usual = carriage_fen(goods, terms, selling, 1.0, opening_up.astype(np.float64))
    carriage = carriage_fen(goods, terms, selling, selling.carriage_level, up.astype(np.float64))
    dearer = carriage - usual + (selling.fee_level - 1.0) * selling.platform_fee * goods.opening_fen
    price = goods.opening_fen * (1.0 + market.pass_through * premium) + terms.cost_pass_through * dearer
    paid = np.maximum(price, 0.0) * market.price_level
    cost = selling_cost_fen(goods, selling, paid, carriage)
    worth = goods.opening_fen * (1.0 + premium)
    ratio = np.divide(np.maximum(price, 1.0), worth, out=np.ones(len(c)), where=worth > 0)
    processing = np.divide(c.processing_fen * ONE, c.conversion, out=np.zeros(len(c)), where=c.conversion > 0)
    return OnlinePrices(
        consumer_fen=paid, ratio=ratio, cost_fen=cost + processing, net_fen=net_of_sale_fen(goods, paid, cost)
    )


def goods_of(state: State) -> Goods:
    """Return what is sold, of every crop."""
    c = state.crops
    return Goods(
        c.online_price_fen.astype(np.float64), c.farm_price_fen.astype(np.float64), c.conversion, c.processing_fen,
        c.shelf_days,
    )  # fmt: skip
