"""Cooperatives, enterprises, county online retail, jobs and recognised examples (docs/model.md 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import Calendar
from ecsim.rural.events import (
    CooperativeFailed,
    CooperativesTraded,
    EnterpriseClosed,
    EnterpriseFounded,
    EnterprisesTraded,
    ExampleRecognised,
    JobsFilled,
    LotSold,
    RetailSold,
    WagesPaid,
)
from ecsim.rural.events.codes import Channel, EnterpriseKind, ExampleKind, Founder, Stream
from ecsim.rural.households.selling import SellingTerms, shop_price_fen
from ecsim.rural.market import MarketTerms, county_growth
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
WEEKS_A_YEAR = 52


@dataclass(frozen=True)
class CommerceTerms:
    """Numbers of commerce; units in ``parameters/commerce.toml``."""

    cooperative_share_paid: float
    bulk_margin: float
    bulk_cost: float
    fail_cash_fen: int
    enterprise_drift: float
    enterprise_sigma: float
    founding: float
    incubation: float
    tariff_drag: float
    closing: float
    smallest_fen: int
    entry_fen: int
    farm_weight: float
    bought_share: float
    poor_supply_yuan: float
    sales_a_job_yuan: float
    hours_a_job: float
    poor_hiring: float
    job_wage_yuan_an_hour: float
    woman_share: float
    young_share: float
    returnee_share: float
    graduate_share: float
    poor_founder_share: float
    example_sales_yuan: float
    example_poor: int
    example_household_yuan: float
    examples_a_quarter: int
    households_a_quarter: int
    processor_share: float


def cooperative_offer_fen(state: State, terms: CommerceTerms, selling: SellingTerms) -> F64:
    """Return what each cooperative offers members a kilogram raw this week, fen; 0 where it buys nothing.

    A share of what it expects to get: its part of the online orders at online prices, the rest in bulk.
    """
    k, c = state.cooperatives, state.crops
    online = _online_part(state)
    shop = np.maximum(shop_price_fen(state, selling), 0.0)[k.crop]
    bulk = c.price_fen[k.crop] * (1.0 + terms.bulk_margin) * (1.0 - terms.bulk_cost)
    worth = online * np.maximum(shop, bulk) + (1.0 - online) * bulk
    offer = np.maximum(terms.cooperative_share_paid * worth, np.where(k.cash_fen > 0, c.price_fen[k.crop], 0.0))
    return np.asarray(np.where(k.alive & (k.capacity_g > 0), offer, 0.0), np.float64)


def _orders_each_g(state: State) -> F64:
    """Return the raw grams of online orders for each cooperative this week."""
    k, c = state.cooperatives, state.crops
    many = np.maximum(np.bincount(k.crop[k.alive], minlength=len(c)), 1)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    return np.asarray((c.orders_cooperative_g / raw / many)[k.crop] * k.alive, np.float64)


def _online_part(state: State) -> F64:
    k = state.cooperatives
    return np.asarray(np.minimum(1.0, _orders_each_g(state) / np.maximum(k.capacity_g, 1)), np.float64)


def trade_cooperatives(world: World, lots: LotSold, terms: CommerceTerms, selling: SellingTerms) -> None:
    """Cooperatives sell on what members brought this week, first to online orders, then in bulk; the poorest fail."""
    state = world.state
    k, c, h = state.cooperatives, state.crops, state.households
    mine = lots.channel == Channel.COOPERATIVE
    household = state.plots.household[lots.plot[mine]]
    weight = h.weight[household].astype(np.int64)
    bought = np.zeros(len(k), np.int64)
    paid = np.zeros(len(k), np.int64)
    np.add.at(bought, h.cooperative[household], lots.sold_g[mine] * weight)
    np.add.at(paid, h.cooperative[household], lots.received_fen[mine] * weight)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)[k.crop]
    online_g = np.minimum(bought, np.floor(_orders_each_g(state))).astype(np.int64)
    online_fen = np.rint(online_g * raw * c.orders_price_fen[k.crop] / 1000.0).astype(np.int64)
    kept = np.maximum(shop_price_fen(state, selling), 0.0)[k.crop]
    online_cost = np.maximum(online_fen - np.rint(online_g * kept / 1000.0), 0).astype(np.int64)
    bulk_fen = np.rint((bought - online_g) * c.price_fen[k.crop] * (1.0 + terms.bulk_margin) / 1000.0).astype(np.int64)
    costs = online_cost + np.rint(bulk_fen * terms.bulk_cost).astype(np.int64)
    rows = np.flatnonzero(bought)
    world.publish(
        CooperativesTraded(
            cooperative=rows,
            bought_g=bought[rows],
            paid_members_fen=paid[rows],
            online_g=online_g[rows],
            online_fen=online_fen[rows],
            bulk_fen=bulk_fen[rows],
            costs_fen=costs[rows],
        ),
        cause=np.where(online_g[rows] > 0, c.orders_seq[k.crop[rows]], c.stock_seq[k.crop[rows]]),
    )
    failed = np.flatnonzero(k.alive & (k.cash_fen < terms.fail_cash_fen))
    world.publish(CooperativeFailed(cooperative=failed), cause=k.seq[failed])


def trade_enterprises(world: World, terms: CommerceTerms, before: F64, growth: F64, weeks: int = 4) -> None:
    """Enterprises sell for four weeks: each at a rate that wanders about its stream's growth (Gibrat).

    Parameters
    ----------
    before, growth : shape (2, counties); growth factor of farm products and other goods then and now
    """
    state, week = world.state, world.week
    e = state.enterprises
    rows = np.flatnonzero(e.alive)
    farm = e.kind[rows] != EnterpriseKind.MERCHANT
    step = growth / before
    luck = terms.enterprise_sigma * np.sqrt(weeks / WEEKS_A_YEAR) * world.draws.normal("enterprise", week, e.lot[rows])
    drift = terms.enterprise_drift * weeks / WEEKS_A_YEAR - 0.5 * terms.enterprise_sigma**2 * weeks / WEEKS_A_YEAR
    rate = e.yearly_fen[rows] * np.where(farm, step[0, e.county[rows]], step[1, e.county[rows]])
    sales = np.rint(rate * np.exp(luck + drift) * weeks / WEEKS_A_YEAR)
    farm_fen = np.where(farm, np.floor(terms.farm_weight * sales), 0.0)
    bought = np.rint(terms.bought_share * farm_fen)
    yearly_jobs = sales * WEEKS_A_YEAR / weeks / (100.0 * terms.sales_a_job_yuan)
    hours = yearly_jobs * terms.hours_a_job * weeks / WEEKS_A_YEAR
    poor = _poor_share(state)[e.county[rows]]
    supplied = bought * WEEKS_A_YEAR / weeks * poor / (100.0 * terms.poor_supply_yuan)
    world.publish(
        EnterprisesTraded(
            enterprise=rows,
            farm_fen=farm_fen.astype(np.int64),
            other_fen=(sales - farm_fen).astype(np.int64),
            bought_fen=bought.astype(np.int64),
            poor_households=np.floor(supplied + terms.poor_hiring * yearly_jobs).astype(np.int64),
            job_hours=np.rint(hours).astype(np.int64),
        ),
        cause=e.founded_seq[rows],
    )


def stream_growth(world: World, market: MarketTerms, years: float) -> F64:
    """Return the background growth factor of farm products and other goods; shape (2, counties)."""
    return np.stack([county_growth(world, market, rate, years) for rate in (market.growth, market.goods_growth)])


def _poor_share(state: State) -> F64:
    return np.asarray(state.counties.poor_households / np.maximum(state.counties.households, 1), np.float64)


def enter_and_exit(world: World, terms: CommerceTerms, weeks: int = 4) -> None:
    """Enterprises close by chance or because they are too small; new ones are founded."""
    state, week = world.state, world.week
    e = state.enterprises
    rows = np.flatnonzero(e.alive)
    hazard = -np.expm1(-terms.closing * weeks / WEEKS_A_YEAR)
    gone = (world.draws.uniform("close_enterprise", week, e.lot[rows]) < hazard) | (
        e.yearly_fen[rows] < terms.smallest_fen
    )
    world.publish(EnterpriseClosed(enterprise=rows[gone]), cause=e.seq[rows[gone]])
    counties = np.arange(len(state.counties))
    alive = np.bincount(e.county[e.alive], minlength=len(counties))
    helped = 1.0 + terms.incubation * (state.counties.centre >= 0)
    dearer = (state.counties.up_tariff_fen - state.counties.opening_up_fen) / 100.0
    rate = terms.founding * alive * helped * np.exp(-terms.tariff_drag * dearer) * weeks / WEEKS_A_YEAR
    county = np.repeat(counties, world.draws.poisson("found_enterprise", week, counties, rate))
    room = len(e) - state.count("enterprises")
    county = county[:room]
    new = state.count("enterprises") + np.arange(len(county))
    lot = _FOUNDED + (week * len(counties) + county) * 64 + _turn(county)
    kind = 1 + (world.draws.uniform("enterprise_kind", week, lot) < terms.processor_share).astype(np.int64)
    size = terms.entry_fen * world.draws.lognormal("entry_size", week, lot, terms.enterprise_sigma)
    centre = state.counties.centre[county]
    cause = np.where(centre >= 0, state.facilities.seq[np.maximum(centre, 0)], state.counties.opened_seq[county])
    world.publish(
        EnterpriseFounded(
            enterprise=new,
            county=county,
            enterprise_kind=kind,
            founder=_persons(world, "founder", lot, terms, terms.poor_founder_share),
            lot=lot,
            yearly_fen=np.rint(size).astype(np.int64),
        ),
        cause=cause,
    )


_FOUNDED = 2**20
"""Lots from here on are of enterprises that were founded; below are the rows of the opening's."""


def _turn(county: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the how-manieth of its county each row is; rows of a county come together."""
    return np.asarray(np.arange(len(county)) - np.searchsorted(county, county), np.int64)


def _persons(
    world: World, process: str, ids: NDArray[np.int64], terms: CommerceTerms, poor: float
) -> NDArray[np.int64]:
    """Return the groups that persons belong to, as bit flags of `Founder`."""
    shares = {
        Founder.WOMAN: terms.woman_share,
        Founder.YOUNG: terms.young_share,
        Founder.RETURNEE: terms.returnee_share,
        Founder.GRADUATE: terms.graduate_share,
        Founder.REGISTERED_POOR: poor,
    }
    flags = np.zeros(len(ids), np.int64)
    for group, share in shares.items():
        flags |= np.where(world.draws.uniform(f"{process}_{group.name}", world.week, ids) < share, int(group), 0)
    return flags


def sell_retail(world: World, market: MarketTerms, opening_fen: F64, calendar: Calendar) -> None:
    """A week of what no event of its own holds: farm products of enterprises by orders, small merchants, services.

    Parameters
    ----------
    opening_fen : shape (counties, 3), yearly sales at the opening of merchants that are not followed one by one
    """
    state, week = world.state, world.week
    years = calendar.years(week)
    goods = county_growth(world, market, market.goods_growth, years)
    services = county_growth(world, market, market.services_growth, years)
    season = market.festival_factor if calendar.festival(week) else 1.0
    if calendar.lockdown(week):
        season *= market.lockdown_goods
        services = services * market.lockdown_services
    c = state.crops
    farm = np.bincount(c.county, c.orders_enterprise_g * c.orders_price_fen / 1000.0, len(state.counties))
    fen = np.stack(
        [
            farm,
            opening_fen[:, Stream.OTHER_GOODS] / 52.0 * goods * season,
            opening_fen[:, Stream.SERVICES] / 52.0 * services,
        ]
    )
    counties = len(state.counties)
    cause = np.tile(state.counties.opened_seq, (len(Stream), 1))
    cause[Stream.FARM_PRODUCTS] = _largest_orders(state)
    world.publish(
        RetailSold(
            county=np.tile(np.arange(counties), len(Stream)),
            stream=np.repeat(np.arange(len(Stream)), counties),
            sold_fen=np.rint(fen).astype(np.int64).ravel(),
        ),
        cause=cause.ravel(),
    )


def _largest_orders(state: State) -> NDArray[np.int64]:
    """Return, for each county, this week's orders of the crop that brings its enterprises most, or its opening."""
    c = state.crops
    value = c.orders_enterprise_g * c.orders_price_fen
    crops = np.argsort(value, kind="stable")
    crops = crops[value[crops] > 0]
    found = state.counties.opened_seq.copy()
    found[c.county[crops]] = c.orders_seq[crops]  # the last one written is the largest
    return found


def update_employment(world: World, terms: CommerceTerms, weeks: int = 4) -> None:
    """Jobs follow the sales of enterprises; wages of registered poor workers reach their households."""
    state = world.state
    counties = np.arange(len(state.counties))
    e = state.enterprises
    sales = np.bincount(e.county, e.yearly_fen * e.alive, len(counties))
    wanted = np.floor(sales / (100.0 * terms.sales_a_job_yuan)).astype(np.int64)
    change = wanted - state.counties.jobs
    county = np.repeat(counties, np.abs(change))
    group = _persons(world, "worker", 65_536 * county + _turn(county), terms, terms.poor_hiring)
    sign = np.sign(change)[county]
    code = county * 256 + group
    kinds, where = np.unique(code * 2 + (sign > 0), return_inverse=True)
    jobs = np.bincount(where, sign, len(kinds)).astype(np.int64)
    filled = JobsFilled(county=kinds // 512, group=kinds // 2 % 256, jobs=jobs)
    world.publish(filled, cause=state.counties.traded_seq[kinds // 512])
    _pay_wages(world, terms, state.counties.jobs, weeks)


def _pay_wages(world: World, terms: CommerceTerms, jobs: NDArray[np.int32], weeks: int) -> None:
    """Pay the poor workers' share of four weeks of jobs to registered poor households, who keep a job over time."""
    h = world.state.households
    poor = np.flatnonzero(h.poor & (h.workers > 0))
    people = np.bincount(h.county[poor], h.weight[poor], len(jobs))
    share = terms.poor_hiring * jobs / np.maximum(people, 1)
    rank = world.draws.uniform("who_gets_a_job", 0, poor)
    hired = poor[rank < share[h.county[poor]]]
    hours = round(terms.hours_a_job * weeks / WEEKS_A_YEAR)
    paid = round(100.0 * hours * terms.job_wage_yuan_an_hour)
    wages = WagesPaid(household=hired, paid_fen=np.full(len(hired), paid), hours=np.full(len(hired), hours))
    world.publish(wages, cause=world.state.counties.jobs_seq[h.county[hired]])


def recognise_examples(world: World, terms: CommerceTerms) -> None:
    """Each quarter a county recognises enterprises and poor households that meet the thresholds, the largest first."""
    state = world.state
    e, h = state.enterprises, state.households
    earned = np.asarray(h.earned_fen * 52.0 / max(1, world.week + 1), np.float64)
    fits = e.alive & ~e.recognised & (e.yearly_fen >= 100.0 * terms.example_sales_yuan)
    fits &= e.poor_households >= terms.example_poor
    rows = _first_of_each(np.flatnonzero(fits), e.county, e.yearly_fen, terms.examples_a_quarter)
    world.publish(
        ExampleRecognised(
            county=e.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_ENTERPRISE)),
            enterprise=rows,
            household=np.full(len(rows), -1),
            weight=np.ones(len(rows), np.int64),
            yearly_fen=e.yearly_fen[rows],
        ),
        cause=e.seq[rows],
    )
    fits = h.poor & ~h.example & (earned >= 100.0 * terms.example_household_yuan)
    most = max(1, terms.households_a_quarter // max(1, int(np.median(h.weight))))
    rows = _first_of_each(np.flatnonzero(fits), h.county, earned, most)
    world.publish(
        ExampleRecognised(
            county=h.county[rows],
            example=np.full(len(rows), int(ExampleKind.DEMONSTRATION_HOUSEHOLD)),
            enterprise=np.full(len(rows), -1),
            household=rows,
            weight=h.weight[rows],
            yearly_fen=np.rint(earned[rows]).astype(np.int64),
        ),
        cause=h.earned_seq[rows],
    )


def _first_of_each(
    rows: NDArray[np.int64], county: NDArray[np.int32], size: NDArray[np.int64] | F64, most: int
) -> NDArray[np.int64]:
    """Return the largest ``most`` rows of each county."""
    order = rows[np.lexsort((rows, -size[rows], county[rows]))]
    start = np.searchsorted(county[order], county[order])
    return order[np.arange(len(order)) - start < most]
