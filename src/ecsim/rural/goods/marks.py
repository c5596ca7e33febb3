"""Certificates and brands: what buyers pay more for, and what a dealer gains by it (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, Mark, Mechanism
from ecsim.rural.facilities import reached_dealers
from ecsim.rural.goods.prices import OnlinePrices, growers_price, online_prices
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms, PackingWork, SellingTerms, sold_for_raw
from ecsim.rural.market import MarketTerms, brand_premium
from ecsim.rural.world import WEEKS_A_YEAR, State

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def premiums(state: State, market: MarketTerms, dealing: DealingTerms, opening: OpeningMarks, growth: Growth) -> F64:
    """Return by how much buyers value each dealer's goods above those of the opening and of rivals, share of the price.

    Parameters
    ----------
    opening : marks that each had at the opening; what they bring is in the opening's prices
    growth : of demand since the opening

    Returns
    -------
    shape (dealers,)

    Notes
    -----
    Of what members of a brand sell a share meets its standard and carries it; a share of all goods has a trace. Marks
    that growth alone would bring are in that of demand, as rivals in other regions take them too: they are taken off.
    """
    d, county = state.dealers, state.crops.county[state.dealers.crop]
    carried = market.brand_online_share * brand_membership(state)
    traced = market.trace_share * market.trace_premium * reached_dealers(state, Mechanism.TRACING)
    worth = _own_premiums(dealing)
    own = (d.marks.astype(np.float64) - opening.held) @ worth - (opening.on_trend(growth) @ worth)[d.crop]
    return np.asarray(carried * brand_premium(state, market)[county] + traced + own, np.float64)


def brand_membership(state: State) -> F64:
    """Return whether each dealer is a member of a regional brand, shape (dealers,).

    Notes
    -----
    Households and small merchants decide nothing one by one: the part of them is that of the county's others.
    """
    d, many = state.dealers, len(state.counties)
    county = state.crops.county[d.crop]
    member, one_by_one = d.marks[:, Mark.REGIONAL_BRAND], decides(state)
    of_county = np.bincount(county, d.size * (one_by_one & member), many)
    listed = np.bincount(county, d.size * one_by_one, many)
    part = np.divide(of_county, listed, out=np.zeros(many), where=listed > 0)
    return np.where(one_by_one, member, part[county])


def _own_premiums(dealing: DealingTerms) -> F64:
    """Return what marks that are not shared are worth to buyers, shape (marks,)."""
    worth = np.zeros(len(Mark))
    worth[[Mark.CERTIFICATE, Mark.OWN_BRAND]] = dealing.certificate_premium, dealing.own_brand_premium
    return worth


class Growth(NamedTuple):
    """Demand over that of the opening, by crop, shape (crops,) each."""

    now: F64
    year_ago: F64


@dataclass(frozen=True)
class OpeningMarks:
    """Marks at the opening, and those that dealers of the opening would take if nothing but demand grew."""

    held: Bool
    """Shape (dealers, marks)."""
    from_growth: F64
    """Shape (dealers, marks): growth of its sales at which a dealer would take a mark; infinite: never."""
    share: F64
    """Shape (dealers,): of the attraction of its product's listings."""
    crop: NDArray[np.int32]
    """Shape (dealers,)."""

    @cached_property
    def _log_from_growth(self) -> F64:
        return np.log(self.from_growth)

    def on_trend(self, growth: Growth) -> F64:
        """Return the share of each product's listings that would have taken a mark by now, shape (crops, marks).

        Notes
        -----
        Who passes the threshold takes it at its next yearly review: after half a year in the mean.
        """
        now, before = np.log(growth.now)[self.crop, None], np.log(growth.year_ago)[self.crop, None]
        since = np.clip((now - self._log_from_growth) / np.maximum(now - before, 1e-9), 0.0, 1.0)
        taken = since * self.share[:, None]
        columns = [np.bincount(self.crop, taken[:, mark], len(growth.now)) for mark in range(len(Mark))]
        return np.stack(columns, axis=1)

    @classmethod
    def of(
        cls, state: State, goods: GoodsTerms, market: MarketTerms, selling: SellingTerms, packing: PackingWork,
        dealing: DealingTerms,
    ) -> OpeningMarks:  # fmt: skip
        """Return what follows from the opening's state.

        Parameters
        ----------
        goods, market, selling, packing, dealing : numbers of dealers, demand, selling, paid work, decisions
        """
        d = state.dealers
        prices = online_prices(state, goods, market, selling, packing, np.zeros(len(d)))
        gain = expected_gains_fen(state, prices, goods, market, selling, own_mark_premiums(state, dealing))
        once, yearly = mark_costs_fen(dealing)
        pays = (gain > 0) & ~d.marks & decides(state)[:, None]
        needed = np.divide(yearly + once / dealing.mark_years, gain, out=np.full(gain.shape, np.inf), where=pays)
        listed = np.bincount(d.crop, d.size, len(state.crops))[d.crop]
        share = np.divide(d.size, listed, out=np.zeros(len(d)), where=listed > 0)
        return cls(held=d.marks.copy(), from_growth=np.maximum(needed, 1.0), share=share, crop=d.crop.copy())


def decides(state: State) -> Bool:
    """Return which dealers decide one by one: cooperatives and enterprises, shape (dealers,)."""
    d = state.dealers
    return np.asarray(d.alive & ((d.kind == DealerKind.COOPERATIVE) | (d.kind == DealerKind.ENTERPRISE)))


def expected_gains_fen(
    state: State, prices: OnlinePrices, goods: GoodsTerms, market: MarketTerms, selling: SellingTerms, premium: F64
) -> F64:  # fmt: skip
    """Return what each dealer expects to gain a year by each mark, costs not taken off, shape (dealers, marks).

    Parameters
    ----------
    prices : of the week
    goods, market, selling : numbers of dealers, demand, selling
    premium : shape (dealers, marks), what each mark would add to what buyers would pay, share of the price
    """
    d, c = state.dealers, state.crops
    yields = sold_for_raw(c.conversion)[d.crop]
    sales = d.forecast_g * prices.consumer_fen / 1000.0 * WEEKS_A_YEAR
    worth = yields * prices.consumer_fen
    paid = c.price_fen[d.crop] * growers_price(state)
    margin = np.divide(prices.net_fen - paid, worth, out=np.zeros(len(d)), where=worth > 0)
    return mark_gain_fen(sales[:, None], margin[:, None], premium, goods, market, selling)


def mark_premiums(state: State, market: MarketTerms, dealing: DealingTerms) -> F64:
    """Return what each mark would bring each dealer, shape (dealers, marks), share of the price."""
    result = own_mark_premiums(state, dealing)
    county = state.crops.county[state.dealers.crop]
    result[:, Mark.REGIONAL_BRAND] = market.brand_online_share * brand_premium(state, market)[county]
    return result


def own_mark_premiums(state: State, dealing: DealingTerms) -> F64:
    """Return the same of marks that are not shared; only enterprises have brands of their own."""
    result = np.tile(_own_premiums(dealing), (len(state.dealers), 1))
    result[state.dealers.kind != DealerKind.ENTERPRISE, Mark.OWN_BRAND] = 0.0
    return result


def mark_gain_fen(
    sales_fen: F64, margin: F64, premium: F64, goods: GoodsTerms, market: MarketTerms, selling: SellingTerms
) -> F64:  # fmt: skip
    """Return what a dealer gains a year by a mark.

    Parameters
    ----------
    sales_fen : a year without it
    margin : profit over sales without it
    premium : of buyers' willingness to pay, share of the price
    goods, market, selling : price sensitivity of listings; pass-through; fees

    Notes
    -----
    It puts a part of the premium on the price, of which fees take their share; goods that are worth more than they cost
    draw more buyers.

    References
    ----------
    docs/model.md 4.7.
    """
    on_price = market.pass_through * premium
    more = ((1.0 + on_price) / (1.0 + premium)) ** -goods.price_sensitivity
    kept = 1.0 - selling.fee_level * selling.platform_fee - selling.advertising
    return np.asarray(sales_fen * (more * (margin + on_price * kept) - margin), np.float64)


def yearly_mark_costs_fen(state: State, dealing: DealingTerms) -> F64:
    """Return what keeping each mark costs each dealer a year, shape (dealers, marks): less where testing is near."""
    costs = np.tile(mark_costs_fen(dealing)[1], (len(state.dealers), 1))
    costs[:, Mark.CERTIFICATE] *= 1.0 - dealing.testing_saving * reached_dealers(state, Mechanism.TESTING)
    return costs


def mark_costs_fen(dealing: DealingTerms) -> tuple[F64, F64]:
    """Return what each mark costs once and a year, shape (marks,) each."""
    once = (dealing.certificate_yuan, dealing.brand_yuan, dealing.own_brand_yuan)
    yearly = (dealing.certificate_yuan_a_year, dealing.brand_yuan_a_year, dealing.own_brand_yuan_a_year)
    return 100.0 * np.array(once), 100.0 * np.array(yearly)
