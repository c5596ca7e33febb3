"""The opening of a run: a region pack and a sample as events, in a fixed order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ecsim.draws import Draws
from ecsim.events import Event
from ecsim.events.opening import (
    CountiesBaselined,
    HouseholdsBaselined,
    InternetBaselined,
    PlotsBaselined,
)
from ecsim.regions import farming, places, trade
from ecsim.regions import people as persons
from ecsim.regions.pack import Note, RegionPack
from ecsim.scenario.parameter import Parameters


@dataclass(frozen=True)
class Opening:
    """The first day: its events, how many rows each table needs, and the notes of the written rules."""

    events: tuple[Event, ...]
    sizes: Mapping[str, int]
    notes: tuple[Note, ...]


def open_region(pack: RegionPack, sample: float, start: dt.date, rules: Parameters | None = None) -> Opening:
    """Return the opening of a region; the same pack, rules and sample give the same events to the bit.

    Parameters
    ----------
    sample : share of the households to follow, in (0, 1]
    start : first day of the run
    rules : the pack's rules with any values a scenario replaced; by default the pack's own
    """
    rules = rules or pack.rules
    draws = Draws(pack.seed)
    place_terms = rules.terms(places.PlaceTerms, "opening_places")
    people_terms = rules.terms(persons.PeopleTerms, "opening_people")
    farm_terms = rules.terms(farming.FarmTerms, "opening_farming")
    trade_terms = rules.terms(trade.TradeTerms, "opening_trade")
    towns = places.townships(pack, draws, place_terms)
    villages = places.villages(pack, draws, place_terms, towns)
    by_village = places.households_by_village(pack, draws, place_terms)
    who = persons.people(pack, draws, place_terms, people_terms, villages, by_village, sample)
    made = farming.farms(pack, draws, who, people_terms, farm_terms)
    cooperatives, member = farming.cooperatives(pack, draws, farm_terms, who, made)
    demand = trade.demand_g(pack, trade_terms, made.output_g)
    farm_fen = np.array([100.0 * trade_terms.farm_yuan * c.residents for c in pack.counties])
    events: tuple[Event, ...] = (
        _counties(pack, trade_terms),
        _internet(pack, people_terms, start),
        trade.retail(pack, trade_terms),
        towns,
        villages,
        farming.crops(pack, made.output_g, demand, product_codes(pack)),
        farming.seasons(pack),
        cooperatives,
        _households(who, made, people_terms, demand, member, draws),
        PlotsBaselined(
            plot=np.arange(len(made.plot_crop)),
            household=made.plot_household,
            crop=made.plot_crop,
            output_g=made.plot_output_g,
        ),
        trade.enterprises(pack, draws, trade_terms, farm_fen),
        trade.operators(pack, trade_terms),
    )
    return Opening(events, table_sizes(pack, events), (*pack.notes, *made.notes))


def product_codes(pack: RegionPack) -> dict[str, int]:
    """Return the code of every product name, in the order of the pack."""
    return {name: code for code, name in enumerate(dict.fromkeys(p.name_zh for p in pack.products))}


def table_sizes(pack: RegionPack, events: tuple[Event, ...]) -> dict[str, int]:
    """Return the rows to allocate: what the opening fills, and room to grow for what the programme builds."""
    rows = {type(event).__name__: event.rows for event in events}
    counties, townships, villages = len(pack.counties), len(pack.townships), len(pack.villages)
    operators = rows["OperatorsBaselined"] + counties
    return {
        "counties": counties,
        "townships": townships,
        "villages": villages,
        "roads": townships + villages,
        "households": rows["HouseholdsBaselined"],
        "plots": rows["PlotsBaselined"],
        "crops": len(pack.products),
        "cooperatives": rows["CooperativesBaselined"],
        "enterprises": 3 * rows["EnterprisesBaselined"],
        "brands": counties + len(pack.prefectures),
        "stations": 2 * villages,
        "operators": operators,
        "reaches": operators * townships,
        "facilities": 40 * counties + 4 * townships,
        "projects": 200 * counties,
        "sessions": 2000 * counties,
        "accounts": 4 + len(pack.prefectures) + counties,
    }


def _counties(pack: RegionPack, trade_terms: trade.TradeTerms) -> CountiesBaselined:
    c = pack.counties
    kinds = np.array([v.kind for v in pack.villages])
    committees = np.bincount(places.county_of_villages(pack)[kinds == 0], minlength=len(c))
    return CountiesBaselined(
        county=np.arange(len(c)),
        prefecture=[x.prefecture for x in c],
        latitude=places.micro(np.array([x.latitude for x in c])),
        longitude=places.micro(np.array([x.longitude for x in c])),
        area_hectares=[round(100 * x.area_km2) for x in c],
        residents=[x.rural_residents for x in c],
        households=[x.rural_households for x in c],
        poor_households=[x.poor_households for x in c],
        register_persons=[x.register_persons for x in c],
        villages=committees,
        poor_villages=[x.poor_villages for x in c],
        income_fen=[round(100 * x.income_yuan) for x in c],
        merchants=trade.merchants(pack, trade_terms),
        exit_year=[x.exit_year for x in c],
    )


def _internet(pack: RegionPack, terms: persons.PeopleTerms, start: dt.date) -> InternetBaselined:
    path = {
        dt.date(2017, 12, 31): terms.internet_2017,
        dt.date(2018, 12, 31): terms.internet_2018,
        dt.date(2020, 3, 15): terms.internet_2020_march,
        dt.date(2020, 12, 31): terms.internet_2020,
        dt.date(2021, 12, 31): terms.internet_2021,
    }
    factor = persons.county_factor(pack, terms)
    share = [persons.household_share(terms, national * factor) for national in path.values()]
    days = [max(0, (date - start).days) for date in path]
    return InternetBaselined(
        county=np.tile(np.arange(len(factor)), len(path)),
        at_day=np.repeat(days, len(factor)),
        share=np.rint(np.concatenate(share) * persons.ONE).astype(np.int64),
    )


def _households(
    who: persons.People, made: farming.Farms, terms: persons.PeopleTerms, demand: trade.I64, member: trade.I64,
    draws: Draws,
) -> HouseholdsBaselined:  # fmt: skip
    income = who.income_fen * who.persons
    other = 1.0 - made.farm_share[who.county]
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
        wages_fen=np.rint(income * terms.wages_share).astype(np.int64),
        business_fen=np.rint(income * terms.business_share * other).astype(np.int64),
        transfers_fen=np.rint(income * terms.transfers_share).astype(np.int64),
        property_fen=np.rint(income * terms.property_share).astype(np.int64),
        buyer=who.buyer,
        seller=_sellers(who, made, terms, demand, draws),
        cooperative=member,
    )


def _sellers(
    who: persons.People, made: farming.Farms, terms: persons.PeopleTerms, demand: trade.I64, draws: Draws
) -> persons.Bool:
    """Return who sells online at the opening: young and schooled growers of what sells online."""
    sells = np.zeros(len(who.number), np.bool_)
    sells[made.plot_household[demand[made.plot_crop] > 0]] = True
    score = 0.1 * who.schooling_years - 0.5 * who.age_class + draws.normal("opening_seller", 0, who.number)
    place = persons.rank_millionths(
        score + np.where(sells, 100.0, 0.0), who.weight, who.county, int(who.county.max()) + 1
    )
    return np.asarray(sells & (place < terms.seller_share * persons.ONE))
