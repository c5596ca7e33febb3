"""Jobs of online selling and the wages they bring to households (docs/model.md 4.7).

Hours of farm products follow from kilograms and parcels, jobs in other goods from yearly sales. Who has a job follows
from a rank drawn once, so that jobs stay with the same households over time; the registered poor hold a fixed share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.commerce.persons import groups_of_persons, index_within_county
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import DealersSettled, EnterpriseKind, JobsFilled, WagesPaid
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class JobQueue:
    """Households with a worker in the order in which they get jobs, by county and register; shape (n,) each."""

    household: I64
    group: I64
    """Twice the county, and one more for those on the register."""
    weight: F64
    before: F64
    """Households of the group that come before."""


def job_queue(world: World) -> JobQueue:
    """Return who gets jobs first: by a rank drawn once for ever, so that jobs stay with the same households."""
    h = world.state.households
    able = np.flatnonzero(h.workers > 0)
    group = 2 * h.county[able] + h.poor[able]
    order = np.lexsort((world.draws.uniform("who_gets_a_job", 0, able), group))
    able, group = able[order], group[order]
    weight = h.weight[able].astype(np.float64)
    total = np.bincount(group, weight)
    before = np.cumsum(weight) - weight - (np.cumsum(total) - total)[group]
    return JobQueue(household=able, group=group.astype(np.int64), weight=weight, before=before)


def update_employment(
    world: World, terms: CommerceTerms, queue: JobQueue, settled: DealersSettled, weeks: int = 4
) -> None:
    """Jobs follow what dealers packed and merchants sold; wages reach the households of the workers.

    Parameters
    ----------
    queue : who gets jobs first
    settled : accounts of dealers
    weeks : of wages that are paid at once

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    counties = np.arange(len(state.counties))
    e = state.enterprises
    merchants = e.alive & (e.kind == EnterpriseKind.MERCHANT)
    sales = np.bincount(e.county[merchants], e.yearly_fen[merchants], len(counties))
    where = state.crops.county[state.dealers.crop[settled.dealer]]
    hours = np.bincount(where, settled.job_hours, len(counties)) * WEEKS_A_YEAR / weeks
    exact = sales / (100.0 * terms.sales_a_job_yuan) + hours / terms.hours_a_job
    change = np.floor(exact).astype(np.int64) - state.counties.jobs
    county = np.repeat(counties, np.abs(change))
    group = groups_of_persons(world, "worker", 65_536 * county + index_within_county(county), terms, terms.poor_hiring)
    sign = np.sign(change)[county]
    code = county * 256 + group
    kinds, where = np.unique(code * 2 + (sign > 0), return_inverse=True)
    jobs = np.bincount(where, sign, len(kinds)).astype(np.int64)
    filled = JobsFilled(county=kinds // 512, group=kinds // 2 % 256, jobs=jobs)
    world.publish(filled, cause=state.counties.traded_seq[kinds // 512])
    _pay_wages(world, terms, queue, exact, weeks)


def _pay_wages(world: World, terms: CommerceTerms, queue: JobQueue, jobs: F64, weeks: int) -> None:
    """Pay four weeks of jobs to households in the order of their ranks, who keep a job over time."""
    wanted = np.stack([(1.0 - terms.poor_hiring) * jobs, terms.poor_hiring * jobs], axis=1).ravel()
    share = np.clip((wanted[queue.group] - queue.before) / queue.weight, 0.0, 1.0)
    hired = np.flatnonzero(share > 0)
    household = queue.household[hired]
    hours = share[hired] * terms.hours_a_job * weeks / WEEKS_A_YEAR
    world.publish(
        WagesPaid(
            household=household,
            paid_fen=np.rint(100.0 * hours * terms.job_wage_yuan_an_hour).astype(np.int64),
            hours=np.rint(hours).astype(np.int64),
        ),
        cause=world.state.counties.jobs_seq[world.state.households.county[household]],
    )
