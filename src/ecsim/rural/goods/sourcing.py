"""What dealers want of growers, what they bid, and what each gets (docs/model.md 4.5, 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind
from ecsim.rural.goods.offline import weekly_offline_g
from ecsim.rural.goods.prices import Listed, OnlinePrices, growers_price, supply_fen
from ecsim.rural.goods.setting import GoodsSetting, GrowingPlaces, places_of_cooperatives
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms, sold_for_raw
from ecsim.rural.households.selling import HouseholdOrders, Offers, Purchases
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Sourcing:
    """What each dealer wants and may buy this week; shape (dealers,) each, grams raw."""

    needed_g: F64
    """To fill the orders to come until it can buy again."""
    kept_g: F64
    """Of its stock and of what it buys, held back for online orders until it can buy again."""
    wanted_g: F64
    """Of it, or for bulk trade, at the farm gate."""
    offered_g: F64
    """What growers would bring it at its bid."""
    bought_g: I64
    """The smaller of the two, as far as money goes."""


def household_orders(
    state: State, prices: OnlinePrices, ordered_g: I64, listed: Listed,
) -> HouseholdOrders:  # fmt: skip
    """Return what is ordered of households' shops and stations.

    Parameters
    ----------
    ordered_g : shape (dealers,), this week's orders in sold form
    listed : which shops and stations sell this week
    """
    d, c = state.dealers, state.crops
    shops, stations = dealer_of_crop(state, DealerKind.SHOPS), dealer_of_crop(state, DealerKind.STATIONS)
    yields = sold_for_raw(c.conversion)
    due = ordered_g + d.waiting_g
    here = shops >= 0
    each = np.maximum(listed.sellers, 1.0) * yields
    return HouseholdOrders(
        shop_g=np.where(here, due[shops] / each, 0.0),
        usual_g=np.where(here, d.forecast_g[shops] / each, 0.0),
        station_g=np.where(stations >= 0, np.floor(due[stations] / yields), 0).astype(np.int64),
        shop_fen=np.where(here, listed.grower_fen[shops], 0.0),
        station_fen=np.where(stations >= 0, listed.grower_fen[stations], 0.0),
        consumer_fen=np.where(here, prices.consumer_fen[shops], 0.0),
        shops=shops,
        stations=stations,
        kept=listed.shops,
        collecting=listed.collecting,
    )


def dealer_of_crop(state: State, kind: DealerKind) -> I32:
    """Return the dealer of a kind of which every crop has at most one, shape (crops,); -1 where it has none."""
    d = state.dealers
    rows = np.flatnonzero(d.alive & (d.kind == kind))
    found = np.full(len(state.crops), -1, np.int32)
    found[d.crop[rows]] = rows
    return found


def source(
    state: State, terms: GoodsTerms, dealing: DealingTerms, setting: GoodsSetting, prices: OnlinePrices,
    offers: Offers, growth: F64, week_of_year: int,
) -> Sourcing:  # fmt: skip
    """Return what every dealer wants of growers, what they offer it, and what it buys.

    Parameters
    ----------
    growth : shape (crops,), background growth of demand since the opening
    week_of_year : 0 to 51

    Notes
    -----
    Dealers and traders share what is offered by a logit in the log of the bid: a dealer's share at the opening's bid is
    what it needs on trend, so that more than that takes a higher bid.

    References
    ----------
    docs/model.md 4.7.
    """
    d, c = state.dealers, state.crops
    yields = sold_for_raw(c.conversion)[d.crop]
    cooperative = d.alive & (d.kind == DealerKind.COOPERATIVE)
    firm = d.alive & ((d.kind == DealerKind.ENTERPRISE) | (d.kind == DealerKind.MERCHANTS))
    ahead = (setting.cover_g[d.crop, week_of_year] * d.forecast_g + d.waiting_g) / yields
    needed = np.where(cooperative | firm, np.maximum(ahead - d.stock_g, 0.0), 0.0)
    needed *= prices.net_fen > c.price_fen[d.crop]
    kept = ahead * (prices.net_fen > supply_fen(state, terms)[d.crop])
    needed += weekly_offline_g(state, week_of_year) * (cooperative | firm)
    room = state.cooperatives.capacity_g[np.maximum(d.cooperative, 0)]
    offered = _offered(state, terms, dealing, setting, offers, growth, cooperative, firm)
    wanted = np.where(cooperative, np.maximum(needed, np.minimum(room, offered)), terms.direct_share * needed)
    price = c.price_fen[d.crop] * growers_price(state)
    money = np.maximum(d.cash_fen + terms.credit_weeks * weekly_sales_fen(state, prices), 0.0)
    most = np.minimum(np.minimum(wanted, offered), 1000.0 * money / np.maximum(price, 1.0))
    bought = np.floor(most).astype(np.int64)
    return Sourcing(needed_g=needed, kept_g=kept, wanted_g=wanted, offered_g=offered, bought_g=bought)


def weekly_sales_fen(state: State, prices: OnlinePrices) -> F64:
    """Return what each dealer expects to sell in a week, shape (dealers,): online, and the bulk trade it has room for.

    Parameters
    ----------
    prices : what consumers pay this week
    """
    d, c = state.dealers, state.crops
    sales = d.forecast_g * prices.consumer_fen / 1000.0
    bulk = state.cooperatives.capacity_g[np.maximum(d.cooperative, 0)] * c.price_fen[d.crop] / 1000.0
    return np.asarray(sales + np.where(d.kind == DealerKind.COOPERATIVE, bulk, 0.0), np.float64)


def _offered(
    state: State, terms: GoodsTerms, dealing: DealingTerms, setting: GoodsSetting, offers: Offers, growth: F64,
    cooperative: Bool, firm: Bool,
) -> F64:  # fmt: skip
    """Return what growers would bring each dealer, shape (dealers,), grams raw."""
    d, c = state.dealers, state.crops
    usual = np.where(d.kind == DealerKind.COOPERATIVE, terms.cooperative_bid, terms.firm_bid)
    pull = (growers_price(state) / (1.0 + usual)) ** terms.bid_response
    pull *= np.where(d.floor_fen > 0, dealing.contract_pull, 1.0)
    yields = sold_for_raw(c.conversion)
    taken = np.divide(terms.direct_share * c.demand_g / yields, c.output_g, out=np.zeros(len(c)), where=c.output_g > 0)
    share = np.where(firm, d.size / ONE * (taken * growth)[d.crop], 0.0)
    members = state.cooperatives.member_share[np.maximum(d.cooperative, 0)] / ONE
    share = np.where(cooperative, members, share)
    places = places_of_cooperatives(state, setting.places)
    before = np.append(0, np.cumsum(offers.place_g))
    in_town = (before[places[:, 1]] - before[places[:, 0]])[np.maximum(d.cooperative, 0)]
    within = np.where(cooperative, in_town, offers.crop_g[d.crop]).astype(np.float64)
    rest = np.maximum(1.0 + share * (pull - 1.0), 1e-12)  # of one dealer against traders
    return np.asarray(np.where(cooperative | firm, within * np.minimum(share * pull / rest, 1.0), 0.0), np.float64)


def purchases_of(state: State, places: GrowingPlaces, sourcing: Sourcing, offers: Offers) -> Purchases:
    """Return what cooperatives and firms buy, cut where they would buy more of a crop than is offered."""
    d, k = state.dealers, state.cooperatives
    bought = _within_offers(state, sourcing.bought_g, offers.crop_g)
    of_cooperative = np.full(len(k), -1, np.int32)
    rows = np.flatnonzero(d.alive & (d.kind == DealerKind.COOPERATIVE))
    of_cooperative[d.cooperative[rows]] = rows
    firms = np.flatnonzero(d.alive & ((d.kind == DealerKind.ENTERPRISE) | (d.kind == DealerKind.MERCHANTS)))
    firms = firms[np.argsort(d.crop[firms], kind="stable")]
    return Purchases(
        cooperative_dealer=of_cooperative,
        cooperative_start=places_of_cooperatives(state, places),
        cooperative_g=np.where(of_cooperative >= 0, bought[of_cooperative], 0),
        firm_dealer=firms.astype(np.int32),
        firm_g=bought[firms],
        firm_start=np.searchsorted(d.crop[firms], np.arange(len(state.crops) + 1)).astype(np.int32),
        bid=growers_price(state),
    )


def _within_offers(state: State, bought_g: I64, crop_g: I64) -> I64:
    total = np.bincount(state.dealers.crop, bought_g, len(crop_g))
    share = np.minimum(1.0, np.divide(crop_g, total, out=np.ones(len(crop_g)), where=total > 0))
    return np.floor(bought_g * share[state.dealers.crop]).astype(np.int64)
