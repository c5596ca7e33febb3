"""Enterprises: monthly trade by proportional growth (Gibrat), entry and exit (docs/model.md 4.7).

Growth does not depend on size (Gibrat's law): each enterprise's yearly rate of sales is a geometric random walk about
the growth of its stream. Exit is a constant hazard and a least size, entry a Poisson count by county.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.commerce.persons import groups_of_persons, index_within_county
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import EnterpriseClosed, EnterpriseFounded, EnterpriseKind, EnterprisesTraded
from ecsim.rural.market import MarketTerms, county_growth
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
FIRST_KEY_OF_FOUNDED = 2**20
"""Draw keys from here on are of enterprises that were founded; below are the rows of the opening's."""


def trade_enterprises(world: World, terms: CommerceTerms, before: F64, growth: F64, weeks: int = 4) -> None:
    """Enterprises sell for four weeks: proportional growth (Gibrat's law) about the growth of their stream.

    Parameters
    ----------
    before, growth : shape (2, counties); growth factor of farm products and of other goods, then and now
    weeks : that are traded at once

    References
    ----------
    docs/model.md 4.7: a geometric random walk with drift.
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
    """Return the background growth factor of farm products and of other goods.

    Parameters
    ----------
    years : since the opening

    Returns
    -------
    shape (2, counties), factor on the opening
    """
    return np.stack([county_growth(world, market, rate, years) for rate in (market.growth, market.goods_growth)])


def _poor_share(state: State) -> F64:
    return np.asarray(state.counties.poor_households / np.maximum(state.counties.households, 1), np.float64)


def enter_and_exit(world: World, terms: CommerceTerms, weeks: int = 4) -> None:
    """Enterprises exit at a constant hazard or because they are too small; new ones enter, a Poisson count a county.

    Parameters
    ----------
    weeks : over which both happen at once

    Notes
    -----
    Entry is in proportion to those that trade, helped by a service centre, held back by dearer delivery upward.

    References
    ----------
    docs/model.md 4.7.
    """
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
    draw_key = FIRST_KEY_OF_FOUNDED + (week * len(counties) + county) * 64 + index_within_county(county)
    kind = 1 + (world.draws.uniform("enterprise_kind", week, draw_key) < terms.processor_share).astype(np.int64)
    size = terms.entry_fen * world.draws.lognormal("entry_size", week, draw_key, terms.enterprise_sigma)
    centre = state.counties.centre[county]
    cause = np.where(centre >= 0, state.facilities.seq[np.maximum(centre, 0)], state.counties.opened_seq[county])
    world.publish(
        EnterpriseFounded(
            enterprise=new,
            county=county,
            enterprise_kind=kind,
            founder=groups_of_persons(world, "founder", draw_key, terms, terms.poor_founder_share),
            lot=draw_key,
            yearly_fen=np.rint(size).astype(np.int64),
        ),
        cause=cause,
    )
