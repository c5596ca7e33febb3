"""The week, in order: a registry of the institutions, and the rules one after the other (MODEL 3)."""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.events.codes import EnterpriseKind, Level, Stream
from ecsim.events.market import LotSold
from ecsim.scenario.config import Scenario
from ecsim.scenario.parameter import Parameters
from ecsim.scenario.shocks import ActiveShock, shocked
from ecsim.simulation import commerce, environment, farming, income, market, quality, training
from ecsim.simulation.agents import government, station, works
from ecsim.simulation.calendar import Calendar
from ecsim.simulation.households import access, buying, learning, selling
from ecsim.simulation.logistics.delivery import OPERATING_DAYS, Delivery
from ecsim.simulation.logistics.terms import LogisticsTerms
from ecsim.simulation.policies.allocation import FundStrategy
from ecsim.simulation.world import World
from ecsim.state import State
from ecsim.state.ledger import purse_accounts

F64 = NDArray[np.float64]
WEEKS_A_MONTH = 4
WEEKS_A_QUARTER = 13


@dataclass(frozen=True)
class AllTerms:
    """Every number that rules read, by the rule that reads it."""

    space: environment.SpaceTerms
    farming: farming.FarmingTerms
    income: income.IncomeTerms
    access: access.AccessTerms
    buying: buying.BuyingTerms
    learning: learning.LearningTerms
    selling: selling.SellingTerms
    market: market.MarketTerms
    commerce: commerce.CommerceTerms
    stations: station.StationTerms
    logistics: LogisticsTerms
    quality: quality.QualityTerms
    training: training.TrainingTerms
    funds: government.FundTerms

    @classmethod
    def of(cls, parameters: Parameters) -> AllTerms:
        """Return the terms of a scenario's parameters."""
        return cls(
            space=parameters.terms(environment.SpaceTerms, "space"),
            farming=parameters.terms(farming.FarmingTerms, "farming"),
            income=parameters.terms(income.IncomeTerms, "income"),
            access=parameters.terms(access.AccessTerms, "access"),
            buying=parameters.terms(buying.BuyingTerms, "buying"),
            learning=parameters.terms(learning.LearningTerms, "learning"),
            selling=parameters.terms(selling.SellingTerms, "selling"),
            market=parameters.terms(market.MarketTerms, "market"),
            commerce=parameters.terms(commerce.CommerceTerms, "commerce"),
            stations=parameters.terms(station.StationTerms, "stations"),
            logistics=parameters.terms(LogisticsTerms, "logistics"),
            quality=parameters.terms(quality.QualityTerms, "quality"),
            training=parameters.terms(training.TrainingTerms, "training"),
            funds=parameters.terms(government.FundTerms, "funds"),
        )


class Setting:
    """Constants that rules derive from the opening; the same for every run of a scenario."""

    def __init__(self, state: State, terms: AllTerms, scenario: Scenario) -> None:
        self.designs = station.DesignColumns(scenario.designs)
        self.near = access.neighbourhood(state, terms.access)
        here = access.pick_up(state, scenario.designs, self.near)
        self.buying = buying.buying_setting(state, terms.buying, terms.access, here)
        self.learning = learning.learning_setting(state, terms.learning)
        self.selling = selling.selling_setting(state, terms.selling)
        self.market = market.market_setting(state, terms.market)
        self.small_retail_fen = _small_retail(state)
        h = state.households
        buyers = np.bincount(h.county, h.weight * h.buyer, len(state.counties))
        ordered = np.bincount(h.county, h.weight * h.buyer * self.buying.orders_a_week, len(state.counties))
        self.orders_a_buyer = ordered / np.maximum(buyers, 1.0)
        town = state.villages.township[h.village]
        self.expected = np.bincount(town, h.weight * h.buyer * self.buying.orders_a_week, len(state.townships))


def _small_retail(state: State) -> F64:
    """Return yearly sales at the opening of merchants not followed one by one, shape (counties, streams)."""
    e = state.enterprises
    fen = state.counties.retail_fen.astype(np.float64)
    other = np.where(e.kind == EnterpriseKind.MERCHANT, e.yearly_fen, 0)
    fen[:, Stream.OTHER_GOODS] -= np.bincount(e.county, other, len(state.counties))
    return np.maximum(fen, 0.0)


class Model(mesa.Model):
    """A region under way: institutions as Mesa agents, the population as columns."""

    def __init__(self, world: World, scenario: Scenario, parameters: Parameters, strategy: FundStrategy) -> None:
        super().__init__(rng=0)  # Mesa's own luck is never used
        self.world, self.scenario, self.strategy = world, scenario, strategy
        self.calendar = Calendar(scenario.start)
        self.parameters = parameters
        self.terms = AllTerms.of(parameters)
        self.setting = Setting(world.state, self.terms, scenario)
        self._under: tuple[ActiveShock, ...] = ()
        self._appoint()

    def _appoint(self) -> None:
        """Give everybody who acts the terms in force; none of them keeps anything else."""
        scenario = self.scenario
        self.agents.do("remove")
        self.delivery = Delivery(
            terms=self.terms.logistics,
            access=self.terms.access,
            near=self.setting.near,
            run_day=OPERATING_DAYS[scenario.operating_day],
            expected=np.asarray(self.setting.expected, np.float64),
        )
        self.offers = works.Offers(
            terms=self.terms.stations,
            designs=self.setting.designs,
            rule=scenario.policy.siting,
            design=scenario.station_design,
            parcels_a_buyer=WEEKS_A_MONTH * self.terms.access.served_share * self.setting.orders_a_buyer,
        )
        self.stations: dict[int, station.Station] = {}
        self._govern()

    def _govern(self) -> None:
        office = government.Office(self.scenario, self.strategy, self.terms.funds, self.calendar)
        counties = self.world.state.counties
        prefectures = len(self.world.state.brands) - len(counties)
        self.purses = purse_accounts(counties.prefecture, prefectures, pooled=office.pooled)
        self.prefectures = [
            government.PrefectureGovernment(self, self.world, number, office) for number in range(prefectures)
        ]
        self.builders = [
            government.Builder(self, self.world, level, place, office)
            for level, many in ((Level.PREFECTURE, prefectures), (Level.COUNTY, len(self.world.state.counties)))
            for place in range(many)
        ]

    def step(self) -> None:
        """One week."""
        self._take_terms()
        self._environment()
        self._governance()
        self._diffusion()
        lots = self._selling()
        self._logistics(lots)
        if self.world.week % WEEKS_A_MONTH == 0:
            self._settle_month()
        begun = self.calendar.date(self.world.week) >= government.NOTICE
        if begun and self.world.week % WEEKS_A_QUARTER == WEEKS_A_QUARTER - 1:
            commerce.recognise(self.world, self.terms.commerce)

    def _take_terms(self) -> None:
        """Follow shocks as they come and go; the opening's constants stay those of ordinary times."""
        date = self.calendar.date(self.world.week)
        under = tuple(active for active in self.scenario.shocks if active.shock.holds(date))
        if under != self._under:
            self._under = under
            self.terms = AllTerms.of(shocked(self.parameters, under))
            self._appoint()

    def _environment(self) -> None:
        environment.close_roads(self.world, self.terms.space, self.calendar)
        environment.draw_season(self.world, self.terms.farming.weather_sigma, self.calendar)
        if self.world.week % WEEKS_A_MONTH == 0:
            income.move_background_income(self.world, self.terms.income, self.calendar)

    def _governance(self) -> None:
        if self.scenario.policy.funds.purse == "none":
            return
        for prefecture in self.prefectures:
            prefecture.step()
        for builder in self.builders:
            builder.step()
        works.begin_service(self.world, self.offers, self.terms.logistics)
        works.register_brands(self.world, self.terms.funds.brand_users, self.terms.funds.user_rate)
        training.train(self.world, self.terms.training)

    def _diffusion(self) -> None:
        world, terms, setting = self.world, self.terms, self.setting
        self.here = access.pick_up(world.state, self.scenario.designs, setting.near)
        buying.adopt_buying(world, terms.buying, setting.buying, terms.access, self.here)
        learning.hear_of_selling(world, terms.learning)
        learning.teach_oneself(world, terms.learning, setting.learning)
        learning.open_shops(world, terms.learning, setting.learning)
        learning.close_shops(world, terms.learning, setting.learning)

    def _selling(self) -> LotSold:
        world, terms, setting = self.world, self.terms, self.setting
        farming.harvest(world, terms.farming, self.calendar)
        farming.spoil(world, terms.farming)
        market.take_orders(world, terms.market, setting.market, self.calendar)
        offer = commerce.cooperative_offer_fen(world.state, terms.commerce, terms.selling)
        collecting = access.open_stations(world.state, setting.designs.collects)
        lots = selling.sell_lots(world, terms.selling, setting.selling, offer, collecting)
        learning.hear_of_gains(world, terms.learning, lots)
        commerce.trade_cooperatives(world, lots, terms.commerce, terms.selling)
        commerce.sell_retail(world, terms.market, setting.small_retail_fen, self.calendar)
        market.move_prices(world, terms.market)
        market.fade_visibility(world, terms.market)
        market.move_brands(world, terms.market, setting.market)
        return lots

    def _logistics(self, lots: LotSold) -> None:
        world, terms = self.world, self.terms
        orders = buying.order_goods(world, terms.buying, self.setting.buying, terms.access, self.here, self.calendar)
        serves = access.serving_villages(world.state, self.scenario.designs)
        self.delivery.week(world, orders, lots, serves)

    def _settle_month(self) -> None:
        world, terms = self.world, self.terms
        station.leave(world, terms.stations)
        station.settle(world, terms.stations, self.setting.designs, terms.learning.parcel_g, self.purses)
        for number in station.stations_to_wake(world.state, terms.stations):
            if number not in self.stations:
                self.stations[number] = station.Station(self, world, int(number), terms.stations)
            self.stations[number].step()
        years = self.calendar.years(world.week)
        before = commerce.stream_growth(world, terms.market, max(0.0, years - 7 * WEEKS_A_MONTH / 365.25))
        after = commerce.stream_growth(world, terms.market, years)
        commerce.trade_enterprises(world, terms.commerce, before, after)
        commerce.come_and_go(world, terms.commerce)
        commerce.hire(world, terms.commerce)
        quality.complain(world, terms.quality)

    def release(self) -> None:
        """Let Mesa forget the model; it keeps every one alive otherwise."""
        mesa.Agent._ids.pop(self, None)
