"""Synthesis of who deals in each product at the opening, and of what is in stock then (synthetic).

Shares of online sales by kind of dealer are assumed; what each holds is what it would hold in an ordinary year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.parameters import Parameters
from ecsim.rural.calendar import CREW_WEEKS, WEEKS_A_YEAR, Calendar
from ecsim.rural.events import (
    CooperativesBaselined,
    CropForm,
    CropsBaselined,
    CropSeasonsBaselined,
    DealerKind,
    DealersBaselined,
    DemandSeasonsBaselined,
    EnterpriseKind,
    EnterprisesBaselined,
    Mark,
    MarksBaselined,
)
from ecsim.rural.goods.cold_rooms import rooms_wanted, saved_by_cold
from ecsim.rural.goods.hired_lines import LineNeeds, hired_g, hiring_pays, not_covered, spare_g
from ecsim.rural.goods.losses import FarmingTerms, weekly_loss
from ecsim.rural.goods.marks import mark_costs_fen, mark_gain_fen
from ecsim.rural.goods.net_sale import Goods, carriage_fen, net_of_sale_fen, selling_cost_fen
from ecsim.rural.goods.packing_lines import LineCosts, is_processor, line_needed, packing_needed
from ecsim.rural.goods.reserve import reserve_fen
from ecsim.rural.goods.seasons import cover_of_orders, usual_average, usual_offers, usual_stock
from ecsim.rural.goods.terms import (
    PAY_WAGES,
    DealingTerms,
    GoodsTerms,
    PackingWork,
    SellingTerms,
    seconds_of,
    sold_for_raw,
)
from ecsim.rural.market import MarketTerms, UsualYears, log_growth
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Trade:
    """What is traded: products, their seasons, and who may deal in them."""

    crops: CropsBaselined
    harvest: CropSeasonsBaselined
    demand: DemandSeasonsBaselined
    cooperatives: CooperativesBaselined
    enterprises: EnterprisesBaselined
    enterprise_numbers: I64
    """What the luck of each hangs on."""
    cooperative_numbers: I64
    """The same of cooperatives."""
    harvested_g: F64
    """What members of each cooperative harvest of its product a year, shape (cooperatives,)."""


@dataclass(frozen=True)
class OrdinaryYear:
    """The numbers of the rules that say what is in stock and on order when nothing changes, and the week of it."""

    goods: GoodsTerms
    selling: SellingTerms
    packing: PackingWork
    farming: FarmingTerms
    market: MarketTerms
    dealing: DealingTerms
    shop_effort_fen: float
    """A week of keeping a shop, whatever it sells."""
    packing_labour_fen: float
    """Of a household that packs and posts a kilogram raw."""
    graduate_years: int
    """Of schooling, from which a founder counts as a graduate."""
    processor_share: float
    """Of enterprises for farm products."""
    merchant_pay_weeks: float
    """Until platforms pay merchants of other goods."""
    week: int
    """Of the opening, 0 to 51."""
    orders: float
    """Of farm products in the first week, less their season, over the mean of the first year."""

    @classmethod
    def of(cls, numbers: Parameters, calendar: Calendar) -> OrdinaryYear:
        """Return the numbers of a scenario with a calendar."""
        number = {name: float(parameter.value) for name, parameter in numbers.group("learning").items()}
        hour = number["wage_yuan_a_day"] / 8.0
        market, start = numbers.terms(MarketTerms, "market"), calendar.start
        rates = market.farm_rates(UsualYears.of(market, calendar))
        return cls(
            goods=numbers.terms(GoodsTerms, "goods"),
            selling=SellingTerms.of(numbers),
            packing=PackingWork.of(numbers),
            farming=numbers.terms(FarmingTerms, "farming"),
            market=market,
            dealing=numbers.terms(DealingTerms, "dealing"),
            shop_effort_fen=100.0
            * (float(numbers["learning.hours_a_week"]) * hour + float(numbers["learning.shop_yuan_a_week"])),
            packing_labour_fen=1e5
            * float(numbers["learning.hours_a_parcel"])
            * hour
            / float(numbers["learning.parcel_g"]),
            graduate_years=int(numbers["commerce.graduate_years"]),
            processor_share=float(numbers["commerce.processor_share"]),
            merchant_pay_weeks=float(numbers["commerce.merchant_pay_weeks"]),
            week=min(WEEKS_A_YEAR - 1, (start.timetuple().tm_yday - 1) // 7),
            orders=math.exp(log_growth(rates, start.year, start.year)),
        )


def net_online_fen(pack: RegionPack, year: OrdinaryYear) -> F64:
    """Return what a sale online leaves of a kilogram raw, paid work apart, at the opening; (crops,), fen; 0: none."""
    p = pack.products
    goods = Goods(
        np.array([100.0 * x.online_yuan if x.fitness > 0 else 0.0 for x in p]),
        np.array([100.0 * x.farm_yuan for x in p]),
        np.array([round(ONE * x.conversion) for x in p], np.int32),
        np.array([float(round(100 * x.processing_yuan)) for x in p]),
        np.array([x.shelf_days for x in p], np.int32),
    )
    carriage = carriage_fen(goods, year.goods, year.selling, 1.0, 0.0)
    cost = selling_cost_fen(goods, year.selling, goods.opening_fen, carriage)
    return net_of_sale_fen(goods, goods.opening_fen, cost)


def by_week(season: CropSeasonsBaselined | DemandSeasonsBaselined, crops: int) -> F64:
    """Return shares by crop and week of the year, shape (crops, 52)."""
    shares = np.zeros((crops, WEEKS_A_YEAR))
    shares[season.crop, season.week_of_year] = season.share / ONE
    return shares


@dataclass(frozen=True)
class StockTaking:
    """What is in stock on the first day, as shares of a year's output, shape (crops,) each."""

    growers: F64
    traders: F64


def stock_taking(trade: Trade, year: OrdinaryYear) -> StockTaking:
    """Return what growers and traders have in stock at the beginning of a week of an ordinary year."""
    c = trade.crops
    resold = np.where(c.form == CropForm.FRESH, 1.0, year.goods.bulk_share)
    return StockTaking(*usual_stock(*_growers(trade, year), resold, year.week))


def _growers(trade: Trade, year: OrdinaryYear) -> tuple[F64, F64, F64]:
    """Return harvest by week, what of a stock is lost in a week and what of it is offered; the last two (crops,)."""
    c = trade.crops
    loss = weekly_loss(c.form, c.shelf_days.astype(np.float64), year.farming)
    return by_week(trade.harvest, c.rows), loss, np.array(year.goods.offered)[c.form]


def deliveries_g(trade: Trade, year: OrdinaryYear) -> F64:
    """Return what members bring each cooperative in each week of an ordinary year, shape (cooperatives, 52), raw."""
    crop = trade.cooperatives.crop
    return np.asarray(usual_offers(*_growers(trade, year))[crop] * trade.harvested_g[:, None], np.float64)


@dataclass(frozen=True)
class _Dealings:
    """Who deals in what, shape (dealers,) each; a dealer deals in one product."""

    kind: I64
    crop: I64
    share: F64
    """Of its product's online sales."""
    cooperative: I64
    """Or -1."""
    enterprise: I64
    """Or -1."""


def dealers(trade: Trade, draws: Draws, stock: StockTaking, year: OrdinaryYear) -> DealersBaselined:
    """Return the dealers of every product: traders, shops, stations, small merchants, cooperatives, enterprises.

    Parameters
    ----------
    stock : what traders have

    Notes
    -----
    What followed enterprises do not sell of the firms' share is the small merchants'; an enterprise deals in one
    product, drawn in proportion to what is left of the firms' share.
    """
    goods, c = year.goods, trade.crops
    made = _dealings(trade, draws, year)
    forecast = made.share * c.demand_g[made.crop] / WEEKS_A_YEAR * year.orders
    season = np.max(by_week(trade.demand, c.rows), axis=1) * WEEKS_A_YEAR * year.market.festival_factor
    strongest = forecast * season[made.crop]
    brought = deliveries_g(trade, year)[made.cooperative] * (made.cooperative >= 0)[:, None]
    bought = np.minimum(brought, trade.cooperatives.capacity_g[made.cooperative][:, None])
    offered, wanted = (usual_average(weekly, goods.bid_weeks, year.week) for weekly in (brought, bought))
    return DealersBaselined(
        dealer=np.arange(len(made.kind)),
        crop=made.crop,
        dealer_kind=made.kind,
        cooperative=made.cooperative,
        enterprise=made.enterprise,
        size=np.rint(made.share * ONE).astype(np.int64),
        stock_g=_stock_g(trade, stock, year, made, forecast, bought.sum(axis=1)),
        forecast_g=np.rint(forecast).astype(np.int64),
        packing_g=np.rint(packing_needed(strongest, goods)).astype(np.int64),
        processing_g=_processing_lines(trade, draws, goods, made, strongest),
        room_g=_rooms(trade, year, made, forecast),
        crew_seconds=_crews(trade, year, made, forecast),
        bid=np.rint(_bids(goods)[made.kind] * ONE).astype(np.int64),
        cash_fen=_cash_fen(trade, year, made, forecast, brought.mean(axis=1)),
        wanted_g=np.rint(wanted).astype(np.int64),
        offered_g=np.rint(offered).astype(np.int64),
    )


def _dealings(trade: Trade, draws: Draws, year: OrdinaryYear) -> _Dealings:
    """Return who deals in what: kind by kind, in the order of products, cooperatives and enterprises."""
    c, shops = trade.crops, year.goods.shops_share
    sold = c.demand_g > 0
    by_cooperatives = _of_cooperatives(trade, year.goods, sold)
    firms = np.where(sold, 1.0 - shops, 0.0) - np.bincount(trade.cooperatives.crop, by_cooperatives, c.rows)
    enterprise, crop_of, by_enterprises = _of_enterprises(trade, draws, np.asarray(firms, np.float64))
    merchants = firms - np.bincount(crop_of, by_enterprises, c.rows)
    online, cooperative = np.flatnonzero(sold), np.arange(trade.cooperatives.rows)
    kinds = (
        (DealerKind.TRADERS, np.arange(c.rows), 0.0, -1, -1),
        (DealerKind.SHOPS, online, shops, -1, -1),
        (DealerKind.STATIONS, online, 0.0, -1, -1),
        (DealerKind.MERCHANTS, online, np.maximum(merchants[online], 0.0), -1, -1),
        (DealerKind.COOPERATIVE, trade.cooperatives.crop, by_cooperatives, cooperative, -1),
        (DealerKind.ENTERPRISE, crop_of, by_enterprises, -1, enterprise),
    )
    rows = [np.broadcast_arrays(crop, int(kind), *others) for kind, crop, *others in kinds]
    crop, kind, share, of_cooperative, of_enterprise = (np.concatenate(column) for column in zip(*rows, strict=True))
    return _Dealings(kind, crop.astype(np.int64), share, of_cooperative, of_enterprise)


def _stock_g(trade: Trade, stock: StockTaking, year: OrdinaryYear, made: _Dealings, forecast: F64, bought: F64) -> I64:
    """Return what each dealer has in stock: traders theirs, who sells from stock the orders until it can be renewed.

    What cooperatives buy and do not sell online they sell in bulk as slowly as traders, who have so much less.

    Parameters
    ----------
    stock : what traders have
    forecast : shape (dealers,), orders of a week without season, in sold form
    bought : shape (dealers,), what members bring a cooperative a year, raw
    """
    c = trade.crops
    harvest, demand = by_week(trade.harvest, c.rows), by_week(trade.demand, c.rows)
    cover = cover_of_orders(harvest, demand, c.form, c.shelf_days, year.goods.cover_weeks)[made.crop, year.week]
    raw = forecast / sold_for_raw(c.conversion)[made.crop]
    beside = stock.traders[made.crop] * np.maximum(bought - WEEKS_A_YEAR * raw, 0.0)
    held = raw * cover * (made.kind <= DealerKind.MERCHANTS) + beside
    traders = stock.traders * (c.output_g + c.base_g) - np.bincount(made.crop, beside, c.rows)
    held = np.where(made.kind == DealerKind.TRADERS, np.maximum(traders, 0.0)[made.crop], held)
    return np.asarray(np.floor(held), np.int64)


def _bids(goods: GoodsTerms) -> F64:
    """Return what dealers of each kind pay growers above the traders' price, shape (kinds,)."""
    bids = np.zeros(len(DealerKind))
    bids[DealerKind.COOPERATIVE] = goods.cooperative_bid
    bids[[DealerKind.ENTERPRISE, DealerKind.MERCHANTS]] = goods.firm_bid
    return bids


def opening_marks(trade: Trade, begun: DealersBaselined, net_fen: F64, year: OrdinaryYear) -> MarksBaselined:
    """Return the certificates and own brands that cooperatives and enterprises have: those that pay for them.

    Parameters
    ----------
    begun : dealers of the opening
    net_fen : shape (crops,), what a sale online leaves of a kilogram raw, wages of packing not yet taken off

    Notes
    -----
    By the rule by which they take one later, so that the opening is a state it would leave alone.
    """
    c = trade.crops
    price, crop = c.online_price_fen[begun.crop].astype(np.float64), begun.crop
    sales = WEEKS_A_YEAR * begun.forecast_g * price / 1000.0
    worth = np.maximum(c.conversion[crop] / ONE * price, 1.0)
    saved = (
        np.where(
            is_processor(trade.enterprises.enterprise_kind, begun.enterprise), 1.0 - year.goods.own_processing, 0.0
        )
        * c.processing_fen[crop]
    )
    wages = sold_for_raw(c.conversion)[crop] * year.packing.wages_fen_a_kg(price)
    margin = (net_fen[crop] + saved - wages - c.farm_price_fen[crop] * (1.0 + begun.bid / ONE)) / worth
    once, yearly = mark_costs_fen(year.dealing)
    takes = {
        Mark.CERTIFICATE: (year.dealing.certificate_premium, (DealerKind.COOPERATIVE, DealerKind.ENTERPRISE)),
        Mark.OWN_BRAND: (year.dealing.own_brand_premium, (DealerKind.ENTERPRISE,)),
    }
    dealer, mark = [], []
    for code, (premium, kinds) in takes.items():
        gain = mark_gain_fen(sales, margin, np.array(premium), year.goods, year.market, year.selling)
        pays = gain > yearly[code] + once[code] / year.dealing.mark_years
        rows = np.flatnonzero(pays & np.isin(begun.dealer_kind, kinds))
        dealer.append(begun.dealer[rows])
        mark.append(np.full(len(rows), int(code)))
    return MarksBaselined(dealer=np.concatenate(dealer), mark=np.concatenate(mark))


def _processing_lines(trade: Trade, draws: Draws, goods: GoodsTerms, made: _Dealings, strongest: F64) -> I64:
    """Return the lines for first processing, grams raw: of dealers that hold stock those that the rules aim at.

    Parameters
    ----------
    strongest : shape (dealers,), what each sends in its strongest week, in sold form

    Notes
    -----
    A share of cooperatives has one. Of the others those have one, too, for whom processors have none to spare.
    """
    c = trade.crops
    yields = sold_for_raw(c.conversion)[made.crop]
    processing_fen = c.processing_fen[made.crop].astype(np.float64)
    number = trade.cooperative_numbers[np.maximum(made.cooperative, 0)]
    without = (made.kind == DealerKind.COOPERATIVE) & (processing_fen > 0)
    without &= draws.uniform("cooperative_line", 0, number) >= goods.cooperative_lines
    needs = LineNeeds(made.crop, strongest, without, is_processor(trade.enterprises.enterprise_kind, made.enterprise))
    peak = np.max(by_week(trade.demand, c.rows), axis=1)[made.crop] * WEEKS_A_YEAR
    pays = hiring_pays(processing_fen, np.maximum(peak, 1.0), goods, LineCosts.of(goods).processing_fen)
    own, hired = (amount * goods.processing_reserve / yields for amount in (strongest, hired_g(needs, c.rows) * pays))
    line = np.rint(line_needed(processing_fen, own, hired, needs.processor, goods))
    lacking = not_covered(
        needs, spare_g(needs, line * yields, np.zeros(c.rows)), draws.uniform("line_sought", 0, number)
    )
    has_one = (made.kind < DealerKind.SHOPS) & ~(without & (lacking == 0.0))
    return np.where(has_one, line, 0.0).astype(np.int64)


def _rooms(trade: Trade, year: OrdinaryYear, made: _Dealings, forecast: F64) -> I64:
    """Return the cold rooms of each dealer that pays packers, grams raw: those that the rules aim at.

    Parameters
    ----------
    forecast : shape (dealers,), orders of a week without season, in sold form
    """
    c = trade.crops
    harvest, demand = by_week(trade.harvest, c.rows), by_week(trade.demand, c.rows)
    cover = cover_of_orders(harvest, demand, c.form, c.shelf_days, year.goods.cover_weeks)
    most, saved = cover.max(axis=1), saved_by_cold(c.form, c.shelf_days.astype(np.float64), year.farming)
    busy = WEEKS_A_YEAR * np.divide(cover.mean(axis=1), most, out=np.zeros(c.rows), where=most > 0)
    held = forecast * (most / sold_for_raw(c.conversion) * (saved > 0))[made.crop] * np.isin(made.kind, PAY_WAGES)
    worth = saved * c.farm_price_fen
    return np.rint(rooms_wanted(held, busy[made.crop], worth[made.crop], year.farming, year.goods)).astype(np.int64)


def _crews(trade: Trade, year: OrdinaryYear, made: _Dealings, forecast: F64) -> I64:
    """Return the crew of each dealer that pays packers: with overtime it packs the strongest of the weeks to come.

    Parameters
    ----------
    forecast : shape (dealers,), orders of a week without season, in sold form
    """
    c = trade.crops
    weeks = (year.week + np.arange(CREW_WEEKS)) % WEEKS_A_YEAR
    strongest = np.max(by_week(trade.demand, c.rows)[:, weeks], axis=1) * WEEKS_A_YEAR
    hours = year.packing.hours_of_a_kg(c.online_price_fen[made.crop].astype(np.float64)) * np.isin(made.kind, PAY_WAGES)
    return seconds_of(forecast * strongest[made.crop] / year.goods.crew_overtime, hours)


def _cash_fen(trade: Trade, year: OrdinaryYear, made: _Dealings, forecast: F64, brought: F64) -> I64:
    """Return what money each dealer has: some weeks of sales; a cooperative its reserve, at least members' shares.

    Parameters
    ----------
    forecast : shape (dealers,), orders of a week without season, in sold form
    brought : shape (dealers,), what members bring a cooperative in the mean week, raw

    Notes
    -----
    Each cooperative reviews what it has in a month of its own, so that the reserve of the mean week stands for all.
    """
    c, of = trade.crops, made.kind == DealerKind.COOPERATIVE
    online = forecast * c.online_price_fen[made.crop] / 1000.0
    reserve = reserve_fen(year.dealing, online, brought * c.farm_price_fen[made.crop] / 1000.0)
    own = trade.cooperatives.cash_fen[made.cooperative]
    return np.asarray(np.rint(np.where(of, np.maximum(reserve, own), year.goods.cash_weeks * online)), np.int64)


def _of_cooperatives(trade: Trade, goods: GoodsTerms, sold: NDArray[np.bool_]) -> F64:
    """Return each cooperative's share of its product's online sales, by the goods it can handle."""
    k = trade.cooperatives
    total = np.bincount(k.crop, k.capacity_g, len(sold))[k.crop]
    share = np.divide(k.capacity_g, total, out=np.zeros(k.rows), where=total > 0)
    return np.asarray(goods.cooperative_share * share * sold[k.crop], np.float64)


def _of_enterprises(trade: Trade, draws: Draws, firms: F64) -> tuple[I64, I64, F64]:
    """Return the enterprises that sell farm products, the product each deals in, and its share of its online sales.

    Processors deal in what needs processing, where the county has such a product.
    """
    e, c = trade.enterprises, trade.crops
    farm = np.flatnonzero(e.enterprise_kind != EnterpriseKind.MERCHANT)
    farm = farm[np.argsort(-e.yearly_fen[farm], kind="stable")]
    value = c.demand_g * c.online_price_fen / 1000.0
    left = firms * value
    luck = draws.uniform("enterprise_crop", 0, trade.enterprise_numbers[farm])
    crop_of, share = np.full(len(farm), -1), np.zeros(len(farm))
    for row, enterprise in enumerate(farm):
        here = np.flatnonzero((c.county == e.county[enterprise]) & (left > 0))
        if e.enterprise_kind[enterprise] == EnterpriseKind.PROCESSOR and c.processing_fen[here].any():
            here = here[c.processing_fen[here] > 0]
        if not here.size:
            continue
        running = np.cumsum(left[here])
        crop = here[min(int(np.searchsorted(running, luck[row] * running[-1])), len(here) - 1)]
        sells = min(float(e.yearly_fen[enterprise]), left[crop])
        left[crop] -= sells
        crop_of[row], share[row] = crop, sells / value[crop]
    found = crop_of >= 0
    return farm[found], crop_of[found], share[found]
