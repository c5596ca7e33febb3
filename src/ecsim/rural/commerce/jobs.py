"""Jobs of enterprises and the wages they bring to registered poor households (docs/model.md 4.7).

Jobs are in proportion to yearly sales. The registered poor hold a fixed share of them; who of them has a job follows
from a rank drawn once, so that jobs stay with the same households over time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.commerce.persons import groups_of_persons, index_within_county
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import (
    JobsFilled,
    WagesPaid,
)
from ecsim.rural.world import World

F64 = NDArray[np.float64]


def update_employment(world: World, terms: CommerceTerms, weeks: int = 4) -> None:
    """Jobs follow the sales of enterprises; wages of registered poor workers reach their households.

    Parameters
    ----------
    weeks : of wages that are paid at once

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    counties = np.arange(len(state.counties))
    e = state.enterprises
    sales = np.bincount(e.county, e.yearly_fen * e.alive, len(counties))
    wanted = np.floor(sales / (100.0 * terms.sales_a_job_yuan)).astype(np.int64)
    change = wanted - state.counties.jobs
    county = np.repeat(counties, np.abs(change))
    group = groups_of_persons(world, "worker", 65_536 * county + index_within_county(county), terms, terms.poor_hiring)
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
