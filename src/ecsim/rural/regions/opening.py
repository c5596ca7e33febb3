"""The opening of a run: a region pack and a sample as events, in a fixed order.

Same pack, sample and rules: same events, whatever the seed. They are read-only, so runs of one process share them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ecsim.kernel.parameters import Parameters, load_parameters
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import (
    CountiesBaselined,
    Event,
    HouseholdsBaselined,
    IncomeSource,
    InternetBaselined,
    PlotsBaselined,
    TownshipsBaselined,
    VillagesBaselined,
)
from ecsim.rural.goods.losses import usual_feed_fen
from ecsim.rural.regions import (
    assets,
    dealers,
    enterprises,
    farming,
    imputation,
    income,
    numbering,
    offline,
    people,
    places,
    shops,
    trade,
)
from ecsim.rural.regions.dealers import OrdinaryYear
from ecsim.rural.regions.ground import PlaceTerms, ground, micro
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.people import InternetPath
from ecsim.rural.regions.slopes import RoadTerms
from ecsim.rural.regions.through_places import network_places
from ecsim.rural.units import ONE

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

_Kind = TypeVar("_Kind", bound=Event)


@dataclass(frozen=True)
class _Terms:
    """The numbers of every part of the synthesis."""

    places: PlaceTerms
    roads: RoadTerms
    people: people.PeopleTerms
    internet: InternetPath
    income: income.IncomeTerms
    farming: farming.FarmTerms
    trade: trade.TradeTerms
    assets: assets.AssetTerms

    @classmethod
    def of(cls, rules: Parameters) -> _Terms:
        return cls(
            places=rules.terms(PlaceTerms, "opening_places"),
            roads=rules.terms(RoadTerms, "opening_roads"),
            people=rules.terms(people.PeopleTerms, "opening_people"),
            internet=InternetPath.of(rules),
            income=rules.terms(income.IncomeTerms, "opening_income"),
            farming=rules.terms(farming.FarmTerms, "opening_farming"),
            trade=rules.terms(trade.TradeTerms, "opening_trade"),
            assets=rules.terms(assets.AssetTerms, "opening_assets"),
        )


@dataclass(frozen=True)
class Opening:
    """The first day: its events, how many rows each table needs, and the notes of the written rules."""

    events: tuple[Event, ...]
    sizes: Mapping[str, int]
    notes: tuple[imputation.ImputationNote, ...]

    def of(self, kind: type[_Kind]) -> _Kind:
        """Return the opening's event of a kind; there is one of each."""
        return next(event for event in self.events if isinstance(event, kind))


def open_region(
    pack: RegionPack, sample: float, start: dt.date, rules: Parameters | None = None,
    ordinary: OrdinaryYear | None = None,
) -> Opening:  # fmt: skip
    """Return the opening of a region; the same pack, rules and sample give the same events to the bit.

    Parameters
    ----------
    sample : share of the households to follow, in (0, 1]
    start : first day of the run
    rules : the pack's rules with any values a scenario replaced; by default the pack's own
    ordinary : what is in stock and on order in an ordinary year; by default by the numbers that the model comes with
    """
    from ecsim.kernel.draws import Draws
    from ecsim.rural.regions.road_synthesis import synthesised_roads

    ordinary = ordinary or OrdinaryYear.of(default_numbers(), Calendar(start, pack.seasons))

    terms = _Terms.of(rules or pack.rules)
    draws = Draws(pack.seed)
    land = ground(pack, draws, terms.places, terms.roads)
    roads = synthesised_roads(pack, network_places(pack, draws, terms.places, terms.roads, land), terms.roads)
    towns = places.townships(pack, draws, terms.places, land, roads)
    villages = places.villages(pack, draws, terms.places, land, roads)
    who = _people(pack, draws, terms, towns, villages, sample)
    a_head = income.a_head_fen(pack, draws, terms.income, who.number, who.county, who.weight * who.persons, who.poor)
    earned = a_head * who.persons
    family = earned * terms.income.share(IncomeSource.FAMILY_BUSINESS)
    all_family = income.family_business_fen(pack, terms.income)
    feed = np.array([100.0 * product.feed_yuan for product in pack.products])
    made = farming.farms(
        pack, draws, who, family, all_family, terms.farming, usual_feed_fen(feed, ordinary.farming, ordinary.goods)
    )
    other, cuts = income.other_business_fen(pack, family, made.net_fen, who.weight, who.county, who.poor)
    cooperatives, member, harvested = farming.cooperatives(pack, draws, terms.farming, who, made)
    net = dealers.net_online_fen(pack, ordinary)
    farm_fen = np.array([100.0 * product.farm_yuan for product in pack.products])
    pays = net > farm_fen * (1.0 + ordinary.goods.resale_margin)
    demand, unmet = trade.demand_g(pack, terms.trade, made.output_g, pays)
    begun_enterprises = enterprises.enterprises(
        pack,
        draws,
        terms.trade,
        who,
        ordinary.graduate_years,
        ordinary.processor_share,
        ordinary.goods.cash_weeks,
        ordinary.merchant_pay_weeks,
    )
    goods = dealers.Trade(
        farming.crops(pack, made, demand, product_codes(pack)),
        farming.seasons(pack),
        farming.demand_seasons(pack),
        cooperatives,
        begun_enterprises,
        enterprises.enterprise_numbers(pack, begun_enterprises.county.astype(np.int64)),
        farming.cooperative_numbers(pack, terms.farming),
        harvested,
    )
    stock = dealers.stock_taking(goods, ordinary)
    plots = PlotsBaselined(
        plot=np.arange(len(made.plot_crop)),
        household=made.plot_household,
        crop=made.plot_crop,
        output_g=made.plot_output_g,
        stock_g=np.floor(stock.growers[made.plot_crop] * made.plot_output_g).astype(np.int64),
    )
    own_shops, gains = shops.shops(draws, terms.people, who, goods.crops, plots, ordinary, net - farm_fen)
    seller = np.zeros(len(who.number), np.bool_)
    seller[own_shops.household] = True
    begun = dealers.dealers(goods, draws, stock, ordinary)
    marks = dealers.opening_marks(goods, begun, net, ordinary)
    operators = trade.operators(pack, draws, terms.trade)
    events: tuple[Event, ...] = (
        _counties(pack, terms),
        _internet(pack, terms.people, terms.internet, start),
        trade.retail(pack, terms.trade),
        towns,
        villages,
        *((roads.junctions,) if roads.junctions.rows else ()),
        roads.roads,
        goods.crops,
        goods.harvest,
        goods.demand,
        cooperatives,
        _households(who, terms.income, earned, other, seller, member),
        plots,
        own_shops,
        gains,
        goods.enterprises,
        begun,
        marks,
        offline.opening_offline(goods, draws, begun, marks, ordinary),
        operators,
        *assets.assets(pack, draws, terms.assets),
        *assets.buildings(pack, draws, terms.assets),
        *numbering.numbered(pack, who, goods, operators),
    )
    _, poor_notes = places.poor_village_numbers(pack, terms.places)
    notes = (*pack.notes, *poor_notes, *made.notes, *cuts, *unmet)
    return Opening(events, table_sizes(pack, events), notes)


@cache
def default_numbers() -> Parameters:
    """Return the numbers of the model's rules as they come with it."""
    return load_parameters(files("ecsim.rural").joinpath("parameters"))


def check_rules(rules: Parameters) -> None:
    """Raise EcsimError if the rules of a pack lack a number of the synthesis, or hold one that none of it reads."""
    _Terms.of(rules)


def product_codes(pack: RegionPack) -> dict[str, int]:
    """Return the code of every product name, in the order of the pack."""
    return {name: code for code, name in enumerate(dict.fromkeys(p.name_zh for p in pack.products))}


def table_sizes(pack: RegionPack, events: tuple[Event, ...]) -> dict[str, int]:
    """Return the rows to allocate: what the opening fills, and room to grow for what the programme builds."""
    return table_room({event.kind: event.rows for event in events}, len(pack.prefectures))


def table_room(rows: Mapping[str, int], prefectures: int) -> dict[str, int]:
    """Return the rows to allocate for an opening of so many rows, by kind of event."""
    counties, townships = rows["counties_baselined"], rows["townships_baselined"]
    villages, operators = rows["villages_baselined"], rows["operators_baselined"] + counties
    return {
        "counties": counties,
        "townships": townships,
        "villages": villages,
        "junctions": rows.get("junctions_baselined", 0),
        "roads": rows.get("roads_baselined", 0) or townships + villages,
        "households": rows["households_baselined"],
        "plots": rows["plots_baselined"],
        "crops": rows["crops_baselined"],
        "cooperatives": 2 * rows["cooperatives_baselined"],
        "dealers": rows.get("dealers_baselined", 0)
        + 2 * rows["enterprises_baselined"]
        + rows["cooperatives_baselined"],
        "enterprises": 3 * rows["enterprises_baselined"],
        "brands": counties + prefectures,
        "stations": 2 * villages,
        "operators": operators,
        "reaches": operators * townships,
        "facilities": 400 * counties + 4 * townships,
        "projects": 1000 * counties,
        "sessions": 2000 * counties,
        "accounts": 4 + prefectures + counties,
        "assets": rows.get("assets_baselined", 0),
        "buildings": rows.get("buildings_baselined", 0),
        "reviews": prefectures,
    }


def _people(
    pack: RegionPack, draws: Draws, terms: _Terms, towns: TownshipsBaselined, villages: VillagesBaselined, sample: float
) -> people.People:
    """Return the sampled households: counties' households and register shared out over villages, then persons."""
    households = places.households_by_village(pack, draws, terms.places)
    poor = places.poor_households_by_village(pack, terms.places, towns, villages, households)
    online = terms.internet.opening
    return people.people(pack, draws, terms.places, terms.people, online, villages, households, poor, sample)


def _counties(pack: RegionPack, terms: _Terms) -> CountiesBaselined:
    c = pack.counties
    return CountiesBaselined(
        county=np.arange(len(c)),
        prefecture=[x.prefecture for x in c],
        latitude=micro(np.array([x.latitude for x in c])),
        longitude=micro(np.array([x.longitude for x in c])),
        area_hectares=[round(100 * x.area_km2) for x in c],
        residents=[x.rural_residents for x in c],
        households=[x.rural_households for x in c],
        poor_households=[x.poor_households for x in c],
        register_persons=[x.register_persons for x in c],
        villages=[x.committees for x in c],
        poor_villages=places.poor_village_numbers(pack, terms.places)[0],
        income_fen=[round(100 * x.income_yuan) for x in c],
        merchants=trade.merchants(pack, terms.trade),
        exit_year=[x.exit_year for x in c],
    )


def _internet(pack: RegionPack, terms: people.PeopleTerms, internet: InternetPath, start: dt.date) -> InternetBaselined:
    """Return the path of households with internet: its value at the start, then the dates that the facts give."""
    path = internet.by_day
    day = np.array([(date - start).days for date in path])
    factor = people.county_factor(pack, terms)
    share = np.array([people.household_share(terms, national * factor) for national in path.values()])
    at_start = np.array([np.interp(0, day, county) for county in share.T])
    share, day = np.vstack([at_start, share[day > 0]]), np.append(0, day[day > 0])
    return InternetBaselined(
        county=np.tile(np.arange(len(factor)), len(day)),
        at_day=np.repeat(day, len(factor)),
        share=np.rint(share.ravel() * ONE).astype(np.int64),
    )


def _households(
    who: people.People, terms: income.IncomeTerms, earned: people.F64, other: people.F64, seller: people.Bool,
    member: people.I64,
) -> HouseholdsBaselined:  # fmt: skip
    return HouseholdsBaselined(
        household=np.arange(len(who.number)),
        village=who.village,
        weight=who.weight,
        poor=who.poor,
        persons=who.persons,
        workers=who.workers,
        age_class=who.age_class,
        woman=who.woman,
        returnee=who.returnee,
        schooling_years=who.schooling_years,
        way_m=who.way_m,
        internet_rank=who.internet_rank,
        wages_fen=np.rint(earned * terms.share(IncomeSource.WAGES)).astype(np.int64),
        business_fen=np.rint(other).astype(np.int64),
        transfers_fen=np.rint(earned * terms.share(IncomeSource.TRANSFERS)).astype(np.int64),
        property_fen=np.rint(earned * terms.share(IncomeSource.PROPERTY)).astype(np.int64),
        buyer=who.buyer,
        seller=seller,
        cooperative=member,
    )
