"""Enterprises: monthly accounts, luck by proportional growth (Gibrat), entry and exit (docs/model.md 4.7).

A farm merchant or processor sells what its dealer's orders bring; luck moves the attraction of its listing. A merchant
of other goods grows with its stream. Exit is a constant hazard and a least size, entry a Poisson count by county.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.accounts import delist
from ecsim.rural.commerce.listings import Listing, list_dealers
from ecsim.rural.commerce.merchants import (
    FIRST_KEY_OF_FOUNDED,
    MerchantTerms,
    affordable_fen,
    settle_merchants,
    wind_up,
)
from ecsim.rural.commerce.persons import founded_in, founders, founding_keys, groups_of_persons, help_to_founders
from ecsim.rural.commerce.reach import poor_share_of_jobs, poor_suppliers
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import (
    DealerKind,
    DealerSizesMoved,
    DealersSettled,
    EnterpriseClosed,
    EnterpriseFounded,
    EnterpriseKind,
    EnterprisesTraded,
)
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.state.tables import Crops
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def trade_enterprises(
    world: World, numbers: MerchantTerms, settled: DealersSettled, before: F64, growth: F64, season: float,
    weeks: int = 4,
) -> EnterprisesTraded:  # fmt: skip
    """Enterprises draw up four weeks: farm products as their dealers sold them, other goods by proportional growth.

    Parameters
    ----------
    numbers : of commerce, and what else accounts read
    settled : accounts of dealers
    before, growth : shape (counties,); growth factor of other goods, then and now
    season : mean factor of festivals and lockdown on other goods in these weeks
    weeks : that are traded at once

    Returns
    -------
    Their accounts, for the rules that follow from them in the same week.

    References
    ----------
    docs/model.md 4.7: a geometric random walk with drift (Gibrat's law).
    """
    state, terms = world.state, numbers.commerce
    e = state.enterprises
    rows = np.flatnonzero(e.alive)
    farm = e.kind[rows] != EnterpriseKind.MERCHANT
    luck = _luck(world, terms, e.lot[rows], weeks)
    rate = e.yearly_fen[rows] * (growth / before)[e.county[rows]] * luck
    wanted = np.rint(rate * season * weeks / WEEKS_A_YEAR)
    account = {name: _by_enterprise(state, settled, name)[rows] for name in ("sold_fen", "bought_fen")}
    sold = account["sold_fen"]
    other = np.where(farm, 0.0, affordable_fen(state, numbers, rows, wanted))
    jobs = other * WEEKS_A_YEAR / weeks / (100.0 * terms.sales_a_job_yuan)
    hours = jobs * terms.hours_a_job * weeks / WEEKS_A_YEAR + _by_enterprise(state, settled, "job_hours")[rows]
    paid_hours = np.where(farm, 0.0, np.rint(hours))
    suppliers = poor_suppliers(world, numbers.goods)[rows]
    employed = hours * WEEKS_A_YEAR / weeks / terms.hours_a_job * poor_share_of_jobs(state)[e.county[rows]]
    traded = world.publish(
        EnterprisesTraded(
            enterprise=rows,
            farm_fen=sold,
            other_fen=other.astype(np.int64),
            bought_fen=account["bought_fen"],
            poor_households=np.rint(suppliers + employed).astype(np.int64),
            job_hours=np.rint(hours).astype(np.int64),
            wages_fen=np.rint(paid_hours * 100.0 * terms.job_wage_yuan_an_hour).astype(np.int64),
            yearly_fen=np.rint(np.where(farm, _running_fen(e.yearly_fen[rows], sold, weeks), rate)).astype(np.int64),
        ),
        cause=e.founded_seq[rows],
    )
    settle_merchants(world, numbers, traded.event, weeks)
    _move_sizes(world, terms, weeks)
    return traded.event


def _move_sizes(world: World, terms: CommerceTerms, weeks: int) -> None:
    """Luck moves buyers between the enterprises that deal in a product, not their number."""
    state = world.state
    d, e, many = state.dealers, state.enterprises, len(state.crops)
    firms = np.flatnonzero(d.alive & (d.kind == DealerKind.ENTERPRISE))
    crop, before = d.crop[firms], d.size[firms].astype(np.float64)
    after = before * _luck(world, terms, e.lot[d.enterprise[firms]], weeks)
    total, moved = np.bincount(crop, before, many), np.bincount(crop, after, many)
    size = np.rint(after * np.divide(total, moved, out=np.ones(many), where=moved > 0)[crop]).astype(np.int64)
    changed = size != d.size[firms]
    world.publish(
        DealerSizesMoved(dealer=firms[changed], size=size[changed]), cause=e.seq[d.enterprise[firms[changed]]]
    )


def _running_fen(before: I64, sold: F64 | I64, weeks: int) -> F64:
    """Return the sales of a running year, a month on."""
    return np.asarray(before * (1.0 - weeks / WEEKS_A_YEAR) + sold, np.float64)


def _by_enterprise(state: State, settled: DealersSettled, name: str) -> I64:
    """Return a column of dealers' accounts by enterprise, shape (enterprises,)."""
    owner = state.dealers.enterprise[settled.dealer]
    total = np.zeros(len(state.enterprises), np.int64)
    np.add.at(total, owner[owner >= 0], settled.__dict__[name][owner >= 0])
    return total


def _luck(world: World, terms: CommerceTerms, lot: NDArray[np.int32], weeks: int) -> F64:
    """Return the month's factor of luck and drift on each enterprise's sales; its mean is one but for the drift."""
    years = weeks / WEEKS_A_YEAR
    luck = terms.enterprise_sigma * np.sqrt(years) * world.draws.normal("enterprise", world.week, lot)
    return np.asarray(np.exp(luck + (terms.enterprise_drift - 0.5 * terms.enterprise_sigma**2) * years), np.float64)


def close_enterprises(world: World, terms: CommerceTerms, goods: GoodsTerms, patience: int, weeks: int = 4) -> None:
    """Enterprises exit at a constant hazard or because they are too small, merchants also when long bankrupt.

    Parameters
    ----------
    goods : numbers of dealers, whose stock the traders take over
    patience : months that a bankrupt merchant goes on
    weeks : over which it happens at once
    """
    state, week = world.state, world.week
    e, d = state.enterprises, state.dealers
    rows = np.flatnonzero(e.alive)
    hazard = -np.expm1(-terms.closing * weeks / WEEKS_A_YEAR)
    gone = world.draws.uniform("close_enterprise", week, e.lot[rows]) < hazard
    gone |= e.yearly_fen[rows] < terms.smallest_fen
    gone |= e.lean_months[rows] >= patience
    wind_up(world, rows[gone])
    closed = world.publish(EnterpriseClosed(enterprise=rows[gone]), cause=e.seq[rows[gone]]).event
    dealer = np.flatnonzero(d.alive & (d.kind == DealerKind.ENTERPRISE) & ~e.alive[np.maximum(d.enterprise, 0)])
    dealer = dealer[np.isin(d.enterprise[dealer], closed.enterprise)]
    delist(world, goods, dealer, e.seq[d.enterprise[dealer]])


def found_enterprises(world: World, terms: CommerceTerms, goods: GoodsTerms, weeks: int = 4) -> None:
    """New enterprises enter, a Poisson count a county; one that sells farm products begins to deal in one of them.

    Parameters
    ----------
    goods : numbers of dealers
    weeks : over which it happens at once

    Notes
    -----
    Entry is in proportion to those that trade, helped by a service centre, by trained founders and by recognised
    enterprises that others follow, held back by dearer delivery upward. A new enterprise is as large as keeps all of
    them together on their path when nothing helps or holds back.

    References
    ----------
    docs/model.md 4.7.
    """
    state, week = world.state, world.week
    e = state.enterprises
    alive = np.bincount(e.county[e.alive], minlength=len(state.counties))
    dearer = (state.counties.up_tariff_fen - state.counties.opening_up_fen) / 100.0
    wanted = terms.founding * alive * np.exp(-terms.tariff_drag * dearer)
    followed = 1.0 + terms.example_founding * state.counties.example_enterprises
    rate = wanted * help_to_founders(state, terms) * followed * weeks / WEEKS_A_YEAR
    room = min(len(e) - state.count("enterprises"), len(state.dealers) - state.count("dealers"))
    county = founded_in(world, "found_enterprise", rate, room)
    if not len(county):
        return
    draw_key = founding_keys(world, county, FIRST_KEY_OF_FOUNDED)
    kind = _kinds_of_founded(world, terms, county, draw_key)
    mean = _mean_size_fen(state)[np.minimum(kind, 1), county]
    luck = world.draws.lognormal("entry_size", week, draw_key, terms.enterprise_sigma)
    household = founders(world, terms, county, draw_key)
    yearly = np.rint(terms.closing / terms.founding * mean * luck).astype(np.int64)
    cash = goods.cash_weeks / WEEKS_A_YEAR * yearly * (kind == EnterpriseKind.MERCHANT)
    centre = state.counties.centre[county]
    cause = np.where(centre >= 0, state.facilities.seq[np.maximum(centre, 0)], state.counties.opened_seq[county])
    founded = world.publish(
        EnterpriseFounded(
            enterprise=state.count("enterprises") + np.arange(len(county)),
            county=county,
            enterprise_kind=kind,
            founder=groups_of_persons(state, household, state.households.woman[np.maximum(household, 0)], terms),
            founder_household=household,
            lot=draw_key,
            yearly_fen=yearly,
            cash_fen=np.rint(cash).astype(np.int64),
        ),
        cause=cause,
    )
    _list_dealers(world, terms, goods, founded.event)


def _kinds_of_founded(world: World, terms: CommerceTerms, county: I64, draw_key: I64) -> I64:
    """Return the kind of each new enterprise: farm products in the share in which the county's others deal in them."""
    farm = world.draws.uniform("enterprise_kind", world.week, draw_key) < _farm_share(world.state)[county]
    processor = world.draws.uniform("enterprise_processes", world.week, draw_key) < terms.processor_share
    of_farms = np.where(processor, EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT)
    return np.where(farm, of_farms, EnterpriseKind.MERCHANT)


def _farm_share(state: State) -> F64:
    """Return the share of farm merchants and processors among a county's enterprises, shape (counties,)."""
    e, counties = state.enterprises, len(state.counties)
    farm = np.bincount(e.county[e.alive & (e.kind != EnterpriseKind.MERCHANT)], minlength=counties)
    return np.asarray(farm / np.maximum(np.bincount(e.county[e.alive], minlength=counties), 1), np.float64)


def _mean_size_fen(state: State) -> F64:
    """Return the mean yearly sales of merchants of other goods and of farm products, shape (2, counties)."""
    e, counties = state.enterprises, len(state.counties)
    sizes = []
    for farm in (False, True):
        of_kind = e.alive & ((e.kind != EnterpriseKind.MERCHANT) == farm)
        total = np.bincount(e.county[of_kind], e.yearly_fen[of_kind], counties)
        sizes.append(total / np.maximum(np.bincount(e.county[of_kind], minlength=counties), 1))
    return np.stack(sizes)


def _list_dealers(world: World, terms: CommerceTerms, goods: GoodsTerms, founded: EnterpriseFounded) -> None:
    """Enterprises for farm products begin to deal in one, drawn in proportion to what dealers expect to sell."""
    state = world.state
    d, c = state.dealers, state.crops
    expected_g = np.bincount(d.crop, d.forecast_g * d.alive, len(c))
    value = expected_g * c.orders_price_fen / 1000.0
    rows = np.flatnonzero(founded.enterprise_kind != EnterpriseKind.MERCHANT)
    luck = world.draws.uniform("enterprise_deals_in", world.week, founded.lot[rows])
    crop = np.array(
        [_drawn(value, _may_deal_in(c, founded, row, value), luck[at]) for at, row in enumerate(rows.tolist())]
    )
    crop = crop.astype(np.int64)
    found = crop >= 0
    rows, crop = rows[found], crop[found]
    weekly_fen = founded.yearly_fen[rows] / WEEKS_A_YEAR
    forecast = np.minimum(weekly_fen / np.maximum(c.orders_price_fen[crop], 1) * 1000.0, expected_g[crop])
    share = np.divide(weekly_fen, value[crop], out=np.zeros(len(rows)), where=value[crop] > 0)
    attraction = np.bincount(d.crop, d.size * d.alive, len(c))
    enterprise = founded.enterprise[rows]
    listing = Listing(crop, np.minimum(share, 1.0) * attraction[crop], forecast, goods.firm_bid, enterprise=enterprise)
    list_dealers(world, goods, terms.packing(goods), listing, state.enterprises.founded_seq[enterprise])


def _may_deal_in(crops: Crops, founded: EnterpriseFounded, row: int, value: F64) -> NDArray[np.bool_]:
    """Return the products of an enterprise's county; of a processor those that need processing, where there are any."""
    here = crops.county == founded.county[row]
    if founded.enterprise_kind[row] == EnterpriseKind.PROCESSOR:
        processed = here & (crops.processing_fen > 0) & (value > 0)
        here = processed if processed.any() else here
    return np.asarray(here, np.bool_)


def _drawn(value: F64, of_county: NDArray[np.bool_], luck: float) -> int:
    """Return a product of a county, drawn in proportion to value; -1 if none has any."""
    rows = np.flatnonzero(of_county & (value > 0))
    if not rows.size:
        return -1
    running = np.cumsum(value[rows])
    return int(rows[min(int(np.searchsorted(running, luck * running[-1])), len(rows) - 1)])
