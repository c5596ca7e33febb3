"""What consumers pay for goods sold online, what is left of it to who sells them, and what dealers pay (4.5 to 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm, DealerKind
from ecsim.rural.goods.net_sale import Goods, carriage_fen, net_of_sale_fen, selling_cost_fen
from ecsim.rural.goods.packing_lines import processes
from ecsim.rural.goods.terms import PAY_WAGES, GoodsTerms, PackingWork, SellingTerms, sold_for_raw
from ecsim.rural.market import MarketTerms
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class OnlinePrices:
    """Prices of the week by dealer, shape (dealers,) each."""

    consumer_fen: F64
    """A kilogram sold."""
    ratio: F64
    """Over what buyers would pay at the opening for goods as good: less what marks and trace are worth."""
    cost_fen: F64
    """Of selling a kilogram, in sold form: fees, advertising, loss, packing, carriage, finding buyers, processing."""
    wages_fen: F64
    """Of it, wages of packing, which are paid by the month."""
    hours: F64
    """Of paid work of packing a kilogram sold; 0 of those who do it themselves."""
    net_fen: F64
    """Left of a sale, a kilogram raw; where it is not above zero the product is not offered."""


class Listed(NamedTuple):
    """Which of the households' listings sell in a week: of who is on the internet."""

    shops: I32
    """Shape (households,): shops that each row runs."""
    sellers: F64
    """Shape (crops,): those shops by crop."""
    collecting: Bool
    """Shape (villages,): whether a station there takes farm products."""
    grower_fen: F64
    """Shape (dealers,): what a kilogram raw sold by shops and stations leaves its grower; 0 where nobody sells so."""


def online_prices(
    state: State, terms: GoodsTerms, market: MarketTerms, selling: SellingTerms, packing: PackingWork, premium: F64
) -> OnlinePrices:  # fmt: skip
    """Return what consumers pay and what sellers keep this week.

    Parameters
    ----------
    terms, market, selling, packing : numbers of dealers, of demand, of what selling costs, of paid work
    premium : shape (dealers,), by how much buyers value a dealer's goods above those of the opening (`premiums`)

    Notes
    -----
    Prices of the opening hold at its carriage and fees; sellers pass a share of any change on to buyers.

    References
    ----------
    docs/model.md 4.5, 4.6.
    """
    crop, c = state.dealers.crop, state.crops
    goods = goods_of(state, crop)
    own_line = np.where(processes(state), terms.own_processing, 1.0)
    goods = goods._replace(processing_fen=goods.processing_fen * own_line, rides_cool=_rides_cool(state))
    county = c.county[crop]
    up, opening_up = state.counties.up_tariff_fen[county], state.counties.opening_up_fen[county]
    usual = carriage_fen(goods, terms, selling, 1.0, opening_up.astype(np.float64))
    carriage = carriage_fen(goods, terms, selling, selling.carriage_level, up.astype(np.float64))
    dearer = carriage - usual + (selling.fee_level - 1.0) * selling.platform_fee * goods.opening_fen
    price = goods.opening_fen * (1.0 + market.pass_through * premium) + terms.cost_pass_through * dearer
    paid = np.maximum(price, 0.0) * market.price_level
    employs = np.isin(state.dealers.kind, PAY_WAGES)
    wages = packing.wages_fen_a_kg(paid) * employs
    cost = selling_cost_fen(goods, selling, paid, carriage) + wages
    worth = goods.opening_fen * (1.0 + premium)
    ratio = np.divide(np.maximum(price, 1.0), worth, out=np.ones(len(crop)), where=worth > 0)
    processing = np.divide(
        goods.processing_fen * ONE, goods.conversion, out=np.zeros(len(crop)), where=goods.conversion > 0
    )
    return OnlinePrices(
        consumer_fen=paid, ratio=ratio, cost_fen=cost + processing, wages_fen=wages,
        hours=packing.hours_of_a_kg(paid) * employs, net_fen=net_of_sale_fen(goods, paid, cost),
    )  # fmt: skip


def goods_of(state: State, crop: NDArray[np.int32]) -> Goods:
    """Return what is sold.

    Parameters
    ----------
    crop : of each row
    """
    c = state.crops
    return Goods(
        c.online_price_fen[crop].astype(np.float64), c.farm_price_fen[crop].astype(np.float64), c.conversion[crop],
        c.processing_fen[crop].astype(np.float64), c.shelf_days[crop], c.precooled[crop] / ONE,
    )  # fmt: skip


def _rides_cool(state: State) -> F64:
    """Return 1 of fresh goods that shops and stations send, shape (dealers,); others' start at the hub."""
    d = state.dealers
    with_vans = np.isin(d.kind, (DealerKind.SHOPS, DealerKind.STATIONS))
    return np.where(with_vans & (state.crops.form[d.crop] == CropForm.FRESH), 1.0, 0.0)


def online_margin_fen(state: State, net_fen: F64) -> F64:
    """Return what dealers keep of a sale online beyond what growers are paid, shape (dealers,), a kilogram raw."""
    return net_fen - state.crops.price_fen[state.dealers.crop] * growers_price(state)


def growers_sale_fen(state: State, prices: OnlinePrices, selling: SellingTerms) -> F64:
    """Return what an online sale leaves a grower, shape (dealers,), a kilogram raw; 0 where traders pay more.

    A station keeps its commission of what consumers pay. Of dealers that are no shops and stations it says nothing.
    """
    d, c = state.dealers, state.crops
    commission = selling.station_commission * sold_for_raw(c.conversion)[d.crop] * prices.consumer_fen
    left = prices.net_fen - np.where(d.kind == DealerKind.STATIONS, commission, 0.0)
    return np.where(left >= c.price_fen[d.crop], left, 0.0)


def growers_price(state: State) -> F64:
    """Return what each dealer pays growers over the traders' price, shape (dealers,): its bid, or what it promised."""
    d, price = state.dealers, state.crops.price_fen[state.dealers.crop]
    return np.asarray(np.maximum(1.0 + d.bid / ONE, d.floor_fen / np.maximum(price, 1)), np.float64)


def sorting_loss(state: State, terms: GoodsTerms) -> F64:
    """Return which share of what traders bring a processor sorts out of it, shape (crops,).

    Notes
    -----
    Traders mix what they collect; what needs no processing is not sorted.
    """
    return np.where(state.crops.processing_fen > 0, terms.sorting_loss, 0.0)


def supply_fen(state: State, terms: GoodsTerms) -> F64:
    """Return what processors pay cooperatives, shape (crops,), fen a kilogram raw: the bulk price, and more.

    Notes
    -----
    A kilogram fit to be processed costs a processor the bulk price over ``1 - loss`` where he buys of traders. What
    even lots of cooperatives save him the two share, so that neither would rather do without the other.
    """
    loss = sorting_loss(state, terms)
    bulk = state.crops.price_fen * (1.0 + terms.resale_margin)
    return np.asarray(bulk * (1.0 + terms.supply_bargain * loss / (1.0 - loss)), np.float64)
