"""A region under way: everybody who decides, and the numbers they decide by.

Institutions are Mesa agents that are rebuilt when the numbers in force change; they keep nothing, so rebuilding them
changes nothing else. The population is columns of the state.
"""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.kernel.parameters import Parameters
from ecsim.kernel.shocks import ActiveShock, shocked
from ecsim.rural import commerce, environment, income, market
from ecsim.rural.events import EnterpriseKind, LotSold, ParcelsOrdered, Stream
from ecsim.rural.goods.losses import FarmingTerms, usual_feed_fen
from ecsim.rural.goods.marks import OpeningMarks
from ecsim.rural.goods.setting import goods_setting
from ecsim.rural.goods.terms import DealingTerms, GoodsTerms, PackingWork, SellingTerms
from ecsim.rural.goods.week import AllGoodsTerms, GoodsWeek
from ecsim.rural.households import access, buying, learning, selling
from ecsim.rural.households.access import PickUp
from ecsim.rural.logistics import OPERATING_DAYS, Delivery, LogisticsTerms, PoolOffer, ShopGoods, TariffTerms
from ecsim.rural.plans.filed import planner_of
from ecsim.rural.programme import administration, government, teaching
from ecsim.rural.programme import complaints as quality
from ecsim.rural.programme import stations as station
from ecsim.rural.programme.candidates import PlanningTerms
from ecsim.rural.programme.facilities import FacilityTerms
from ecsim.rural.programme.siting import Siting
from ecsim.rural.programme.take_up import StationOffer
from ecsim.rural.regions import official_figures, pack_of, seasons_of
from ecsim.rural.road_ways import road_ways
from ecsim.rural.scenario import Policy, Scenario
from ecsim.rural.world import WEEKS_A_MONTH, Calendar, State, World, purse_accounts

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class AllTerms:
    """Every number that rules read, by the rule that reads it."""

    space: environment.RoadsAndWeatherTerms
    farming: FarmingTerms
    income: income.IncomeTerms
    access: access.AccessTerms
    buying: buying.BuyingTerms
    learning: learning.LearningTerms
    selling: SellingTerms
    packing: PackingWork
    goods: GoodsTerms
    dealing: DealingTerms
    market: market.MarketTerms
    commerce: commerce.CommerceTerms
    stations: station.StationTerms
    logistics: LogisticsTerms
    quality: quality.QualityTerms
    training: teaching.TrainingTerms
    funds: administration.FundTerms
    planning: PlanningTerms
    offices: administration.OfficeTerms
    procurement: administration.ProcurementTerms
    facilities: FacilityTerms
    governance: administration.GovernanceTerms

    @classmethod
    def of(cls, parameters: Parameters, policy: Policy) -> AllTerms:
        """Return the terms of a scenario's parameters and of what its policy says of vans."""
        cold_vans = policy.goods_vans == "cold"
        return cls(
            space=parameters.terms(environment.RoadsAndWeatherTerms, "space"),
            farming=parameters.terms(FarmingTerms, "farming"),
            income=parameters.terms(income.IncomeTerms, "income"),
            access=parameters.terms(access.AccessTerms, "access"),
            buying=parameters.terms(buying.BuyingTerms, "buying"),
            learning=parameters.terms(learning.LearningTerms, "learning"),
            selling=SellingTerms.of(parameters, cold_vans=cold_vans),
            packing=PackingWork.of(parameters),
            goods=parameters.terms(GoodsTerms, "goods"),
            dealing=parameters.terms(DealingTerms, "dealing"),
            market=parameters.terms(market.MarketTerms, "market"),
            commerce=parameters.terms(commerce.CommerceTerms, "commerce"),
            stations=parameters.terms(station.StationTerms, "stations"),
            logistics=LogisticsTerms.of(parameters, cold_vans=cold_vans),
            quality=parameters.terms(quality.QualityTerms, "quality"),
            training=parameters.terms(teaching.TrainingTerms, "training"),
            funds=parameters.terms(administration.FundTerms, "funds"),
            planning=parameters.terms(PlanningTerms, "planning"),
            offices=parameters.terms(administration.OfficeTerms, "offices"),
            procurement=parameters.terms(administration.ProcurementTerms, "procurement"),
            facilities=parameters.terms(FacilityTerms, "facilities"),
            governance=parameters.terms(administration.GovernanceTerms, "governance"),
        )


class Setting:
    """Constants that rules derive from the opening and the seed; the same for every run of a scenario with it."""

    def __init__(self, state: State, draws: Draws, terms: AllTerms, scenario: Scenario, calendar: Calendar) -> None:
        self.designs = station.StationDesignTable(scenario.designs)
        self.roads = road_ways(state, across=scenario.policy.cross_border == "pools")
        self.near = access.neighbourhood(state, terms.access, self.roads)
        here = access.pick_up(state, scenario.designs, self.near)
        self.buying = buying.buying_setting(state, draws, terms.buying, terms.access, here)
        self.learning = learning.learning_setting(state, terms.learning)
        self.selling = selling.selling_setting(state, terms.selling)
        marks = OpeningMarks.of(state, terms.goods, terms.market, terms.selling, terms.packing, terms.dealing)
        self.goods = goods_setting(state, terms.goods, terms.market, marks, calendar)
        feed_fen = usual_feed_fen(state.crops.feed_fen.astype(np.float64), terms.farming, terms.goods)
        self.income = income.income_setting(state, feed_fen)
        self.market = market.market_setting(state, terms.market)
        self.training = teaching.PlanTable.of(scenario.policy.training)
        self.small_retail_fen = _small_retail(state)
        h = state.households
        yearly = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
        town = state.villages.township[h.village]
        self.income_fen = np.bincount(town, h.weight * yearly.astype(np.float64), len(state.townships))
        buyers = np.bincount(h.county, h.weight * h.buyer, len(state.counties))
        ordered = np.bincount(h.county, h.weight * h.buyer * self.buying.orders_a_week, len(state.counties))
        self.orders_a_buyer = ordered / np.maximum(buyers, 1.0)
        self.expected = np.bincount(town, h.weight * h.buyer * self.buying.orders_a_week, len(state.townships))


def _small_retail(state: State) -> F64:
    """Return yearly sales at the opening of merchants not followed one by one, shape (counties, streams)."""
    e = state.enterprises
    fen = state.counties.retail_fen.astype(np.float64)
    followed = (e.kind == EnterpriseKind.MERCHANT) * e.yearly_fen
    fen[:, Stream.OTHER_GOODS] -= np.bincount(e.county, followed, len(state.counties))
    return np.maximum(fen, 0.0)


class Region(mesa.Model):
    """A region under way: institutions as Mesa agents, the population as columns.

    Attributes
    ----------
    settings, strategy : the scenario, and the fund strategy that its policy names
    terms : the numbers in force, shocks included
    setting, labour_force : constants that rules derive from the opening
    here, let_g, lots, orders : what rules hand on to later ones of the same week: where parcels wait, what growers left
        in cold stores, what was sold, what was ordered; nothing of it outlives the week
    """

    here: PickUp
    lots: LotSold
    orders: ParcelsOrdered

    def __init__(self, world: World, scenario: Scenario, parameters: Parameters) -> None:
        super().__init__(rng=0)  # Mesa's own luck is never used
        self.world, self.settings = world, scenario
        self.strategy = planner_of(scenario, world.options, trust=True)  # what may be imported is checked before
        self.calendar = Calendar(scenario.start, seasons_of(scenario.region))
        self.pack = pack_of(scenario)
        self.official = official_figures(scenario.programme, self.pack)
        self.parameters = parameters
        self.terms = AllTerms.of(self.parameters, scenario.policy)
        self.setting = Setting(world.state, world.draws, self.terms, scenario, self.calendar)
        self.labour_force = commerce.labour_force(world)
        self.let_g = np.zeros(len(world.state.crops), np.int64)
        self._active: tuple[ActiveShock, ...] = ()
        self._rebuild_institutions()

    def follow_shocks(self) -> None:
        """Take the terms of the shocks in force; the opening's constants stay those of ordinary times."""
        date = self.calendar.date(self.world.week)
        active = tuple(shock for shock in self.settings.shocks if shock.shock.holds(date))
        if active != self._active:
            self._active = active
            self.terms = AllTerms.of(shocked(self.parameters, active), self.settings.policy)
            self._rebuild_institutions()

    def _rebuild_institutions(self) -> None:
        """Give everybody who acts the terms in force; none of them keeps anything else."""
        scenario = self.settings
        self.agents.do("remove")
        self.delivery = Delivery(
            tariffs=TariffTerms(self.terms.logistics, self.terms.access),
            roads=self.setting.roads,
            run_day=OPERATING_DAYS[scenario.operating_day],
            expected=np.asarray(self.setting.expected, np.float64),
            shops=ShopGoods(
                self.terms.logistics, self.setting.roads, np.asarray(self.setting.income_fen, np.float64),
                merged=scenario.policy.trade_goods == "merged",
            ),
        )  # fmt: skip
        expected = np.asarray(self.setting.expected, np.float64)
        policy = scenario.policy
        self.pool_offer = PoolOffer(
            self.terms.logistics, self.setting.roads, expected, policy.pool_sharing, policy.cross_border == "pools"
        )
        self.station_offer = StationOffer(
            terms=self.terms.stations,
            designs=self.setting.designs,
            siting=Siting.of(scenario, self.terms.stations.reach_km),
            parcels_a_buyer=WEEKS_A_MONTH * self.terms.access.served_share * self.setting.orders_a_buyer,
        )
        self.goods = GoodsWeek(
            self.world,
            AllGoodsTerms(
                self.terms.goods,
                self.terms.dealing,
                self.terms.market,
                self.terms.selling,
                self.terms.packing,
                self.terms.farming,
            ),
            self.setting.goods,
            self.setting.selling,
            self.calendar,
            self.setting.designs.collects,
        )
        self.stations: dict[int, station.Station] = {}
        self.dealers: dict[int, commerce.Dealer] = {}
        self._rebuild_governments()

    def _rebuild_governments(self) -> None:
        terms = self.terms
        office = administration.FundAdministration(
            self.settings, self.strategy, terms.funds, terms.planning, terms.offices, terms.procurement,
            terms.governance, self.calendar, self.official, self.pack.whole,
        )  # fmt: skip
        counties = self.world.state.counties
        prefectures = self.world.state.prefecture_count
        self.purses = purse_accounts(counties.prefecture, prefectures, pooled=office.pooled)
        self.prefectures = [
            government.PrefectureGovernment(self, self.world, number, office) for number in range(prefectures)
        ]
        self.office = office

    @property
    def funded(self) -> bool:
        """Whether the programme has money at all."""
        return self.settings.policy.funds.purse != "none"

    def station(self, number: int) -> station.Station:
        """Return the station of a number; it is appointed when it is first asked for."""
        if number not in self.stations:
            self.stations[number] = station.Station(self, self.world, number, self.terms.stations)
        return self.stations[number]

    def dealer(self, number: int) -> commerce.Dealer:
        """Return the cooperative or enterprise of a dealer's number; it is appointed when it is first asked for."""
        if number not in self.dealers:
            self.dealers[number] = commerce.Dealer(self, self.world, number, self.goods.terms)
        return self.dealers[number]

    def release(self) -> None:
        """Leave nothing in the model but its name: before version 3.5 Mesa keeps every model alive."""
        self.agents.do("remove")
        self.__dict__.clear()
