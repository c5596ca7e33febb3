"""A week of the goods economy: orders, what fills them, what dealers buy, bid and expect (docs/model.md 4.4 to 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import CREW_WEEKS
from ecsim.rural.events import LotSold, OrdersFilled
from ecsim.rural.goods.adjusting import WeekOfDemand, adjust
from ecsim.rural.goods.cold_rooms import rooms_aimed_at
from ecsim.rural.goods.complaints import complain_of_goods
from ecsim.rural.goods.crews import move_crews
from ecsim.rural.goods.demand import take_orders
from ecsim.rural.goods.losses import FarmingTerms
from ecsim.rural.goods.marks import Growth, premiums
from ecsim.rural.goods.orders import SentByHouseholds, fill_orders
from ecsim.rural.goods.packing_lines import LinesOnTrend
from ecsim.rural.goods.prices import Listed, OnlinePrices, growers_sale_fen, online_margin_fen, online_prices
from ecsim.rural.goods.quality import OnTrend, quality_of_week
from ecsim.rural.goods.setting import GoodsSetting
from ecsim.rural.goods.sourcing import Sourcing, household_orders, purchases_of, source
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms, PackingWork, SellingTerms, sold_for_raw
from ecsim.rural.goods.trading import trade
from ecsim.rural.households.access import open_stations
from ecsim.rural.households.selling import Offers, SellingSetting, growers_in_turn, offer_goods, sell_lots
from ecsim.rural.market import MarketTerms, county_growth, festival_season
from ecsim.rural.readings import internet_level, sellers_by_crop, shops_online
from ecsim.rural.world import ONE, WEEKS_A_YEAR, Calendar, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class AllGoodsTerms:
    """Numbers that the goods economy reads."""

    goods: GoodsTerms
    dealing: DealingTerms
    market: MarketTerms
    selling: SellingTerms
    packing: PackingWork
    farming: FarmingTerms


class GoodsWeek:
    """The goods economy under way: what one step of a week hands on to the next, and nothing beyond.

    Parameters
    ----------
    world : of the run
    terms : numbers in force
    setting, selling : constants of the opening
    calendar : of the run
    collects : shape (designs,), whether stations of a design take farm products
    """

    prices: OnlinePrices
    sourcing: Sourcing
    filled: OrdersFilled
    listed: Listed
    offers: Offers
    _ordered: I64

    def __init__(
        self, world: World, terms: AllGoodsTerms, setting: GoodsSetting, selling: SellingSetting, calendar: Calendar,
        collects: NDArray[np.bool_],
    ) -> None:  # fmt: skip
        self.world, self.terms, self.setting, self.selling = world, terms, setting, selling
        self.calendar, self._collects = calendar, collects
        self._growths: dict[int, F64] = {}
        self._lines = LinesOnTrend(terms.goods, setting.peak, self._growth)

    def take_orders(self, outage: float) -> None:
        """Online orders arrive and choose among listings.

        Parameters
        ----------
        outage : share of lines that are down
        """
        world, terms = self.world, self.terms
        premium = premiums(world.state, terms.market, terms.dealing, self.setting.marks, self._since_opening())
        self.prices = online_prices(world.state, terms.goods, terms.market, terms.selling, terms.packing, premium)
        self.listed = self._listed(outage)
        elasticity = terms.market.elasticity
        self._ordered = take_orders(
            world, terms.goods, elasticity, self.setting, self.prices, self._demand(), self.listed
        )

    def sell(self) -> LotSold:
        """Orders are filled from stock; households sell what they offer.

        Returns
        -------
        What households sold this week, by every channel.
        """
        world, terms, setting = self.world, self.terms, self.setting
        state, week = world.state, self._week_of_year
        orders = household_orders(state, self.prices, self._ordered, self.listed)
        places = growers_in_turn(world, setting.places)
        self.offers = offer_goods(world, terms.goods, places, orders, setting.cover_g[:, week])
        sent = self._sent_by_households()
        self.filled = fill_orders(world, terms.goods, self.prices, self._ordered, sent).event
        growth = self._growth(world.week)
        self.sourcing = source(state, terms.goods, terms.dealing, setting, self.prices, self.offers, growth, week)
        purchases = purchases_of(state, setting.places, self.sourcing, self.offers)
        return sell_lots(world, self.selling, places, self.offers, purchases)

    def trade(self, lots: LotSold, let_g: I64) -> None:
        """Dealers take in what they bought, sell in bulk and learn from the week.

        Parameters
        ----------
        lots : what households sold this week
        let_g : shape (crops,), what growers left in public cold stores
        """
        world, terms = self.world, self.terms
        trade(
            world,
            terms.goods,
            terms.dealing,
            terms.farming,
            self.sourcing,
            lots,
            let_g,
            self._week_of_year,
        )
        demand = WeekOfDemand(self._growth(world.week) / self._growth(world.week - 1), self._season(world.week))
        line = self._lines.of_week(world.week)
        trend = OnTrend.of(world.state, line, self.setting.marks, self._since_opening())
        quality = quality_of_week(world.state, terms.goods, terms.market, self.filled, trend, demand.season)
        adjust(
            world,
            terms.goods,
            self.setting,
            self.sourcing,
            self.filled,
            demand,
            quality,
            online_margin_fen(world.state, self.prices.net_fen),
            rooms_aimed_at(world.state, terms.goods, terms.farming, self.setting.cover_g),
        )
        complain_of_goods(world, terms.market, self.filled, quality)

    def move_crews(self) -> None:
        """Dealers take packers on for the season ahead, or let some go."""
        world, terms = self.world, self.terms
        coming = np.stack([self._season(world.week + later) for later in range(1, CREW_WEEKS + 1)], axis=1)
        move_crews(world, terms.goods, terms.packing, self.prices, coming)

    def wanted_above_path(self) -> F64:
        """Return what dealers want above the path of demand, as a share of a mean week's output, shape (crops,)."""
        c = self.world.state.crops
        yields = sold_for_raw(c.conversion)
        expected = np.bincount(self.world.state.dealers.crop, self.world.state.dealers.forecast_g, len(c))
        above = (expected - c.demand_g / WEEKS_A_YEAR * self._growth(self.world.week)) / yields
        output = (c.output_g + c.base_g) / WEEKS_A_YEAR
        return np.divide(above, output, out=np.zeros(len(c)), where=output > 0)

    @property
    def _week_of_year(self) -> int:
        return self.calendar.week_of_year(self.world.week)

    def _since_opening(self) -> Growth:
        opening, week = self._growth(0), self.world.week
        return Growth(self._growth(week) / opening, self._growth(week - WEEKS_A_YEAR) / opening)

    def _growth(self, week: int) -> F64:
        """Return the background growth of demand since the opening, shape (crops,); of a week once."""
        if week not in self._growths:
            market = self.terms.market
            of_county = county_growth(self.world, market, market.farm_rates(self.setting.usual), self.calendar, week)
            self._growths[week] = of_county[self.world.state.crops.county]
        return self._growths[week]

    def _demand(self) -> F64:
        """Return grams of each product that would be ordered at the opening's prices and attraction."""
        week, usual = self.world.week, self.world.state.crops.demand_g / WEEKS_A_YEAR
        lockdown = self.terms.market.lockdown_farm if self.calendar.lockdown(week) else 1.0
        return np.asarray(usual * self._growth(week) * self._season(week) * lockdown, np.float64)

    def _season(self, week: int) -> F64:
        """Return a week's orders over those of a week without season, shape (crops,)."""
        festival = festival_season(self.terms.market, self.calendar, week, self.setting.usual)
        season = self.world.state.crops.demand_season[:, self.calendar.week_of_year(week)] / ONE * WEEKS_A_YEAR
        return np.asarray(season * festival, np.float64)

    def _listed(self, outage: float) -> Listed:
        state = self.world.state
        internet = internet_level(state, self.world.day) * (1.0 - outage)
        shops = shops_online(state, internet)
        collecting = open_stations(state, self._collects) & (internet > 0)[state.villages.county]
        grower_fen = growers_sale_fen(state, self.prices, self.terms.selling)
        return Listed(shops, sellers_by_crop(state, shops), collecting, grower_fen)

    def _sent_by_households(self) -> SentByHouseholds:
        """Return what shops and stations sent, by dealer, of all households that the sampled ones stand for."""
        state, lots = self.world.state, self.offers.lots
        many = len(state.dealers)
        weight = state.households.weight[state.plots.household[lots.plot]].astype(np.int64)
        sums = [np.zeros(many, np.int64) for _ in range(4)]
        yields = state.crops.conversion[state.plots.crop[lots.plot]] / ONE
        amounts = (lots.sold_g, np.floor(lots.sold_g * yields).astype(np.int64), lots.retail_fen, lots.received_fen)
        for total, amount in zip(sums, amounts, strict=True):
            np.add.at(total, lots.dealer, amount * weight)
        return SentByHouseholds(*sums)
