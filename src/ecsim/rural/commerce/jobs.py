"""Hours of work that trade, delivery and works pay for, and the households that work them (docs/model.md 4.7).

Every hour is in an account: of what for, where, how much is paid. Households of the county work them, in the order of
`labour.fill_jobs`; what they do not is worked by others, whom nobody follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.commerce.labour import Jobs, LabourForce, fill_jobs
from ecsim.rural.commerce.persons import groups_of_persons
from ecsim.rural.commerce.terms import CommerceTerms
from ecsim.rural.events import (
    DealerKind,
    DealersSettled,
    EnterpriseKind,
    EnterprisesTraded,
    HoursWorked,
    JobsFilled,
    ProjectKind,
    Rows,
    WagesPaid,
    Work,
)
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
BUILT = (
    ProjectKind.SERVICE_CENTRE,
    ProjectKind.DISTRIBUTION_CENTRE,
    ProjectKind.TOWNSHIP_POINTS,
    ProjectKind.STATIONS,
    ProjectKind.COLD_STORE,
    ProjectKind.PACKING_LINE,
    ProjectKind.PRE_COOLING,
    ProjectKind.FIRST_PROCESSING,
    ProjectKind.STANDARDS_TESTING,
    ProjectKind.LIVESTREAM_BASE,
    ProjectKind.O2O_DISPLAY,
    ProjectKind.INDUSTRY_BASE,
    ProjectKind.PREFECTURE_CENTRE,
    ProjectKind.SUB_WAREHOUSE,
)
"""Kinds of projects that are built; the others are bought or are services."""


@dataclass(frozen=True)
class HoursDue:
    """Hours to be worked and what is paid for them, by place and kind of work; shape (accounts,) each.

    Attributes
    ----------
    township : -1: at the county seat
    local : of the hours, those that are for households of the county
    jobs : that they make, the last of them for part of the month alone
    """

    county: I64
    township: I64
    work: I64
    hours: I64
    wages_fen: I64
    local: I64
    jobs: I64
    cause: I64

    @property
    def place(self) -> I64:
        """Where they are worked: the township, or the county whose seat it is."""
        return np.where(self.township >= 0, self.township, self.county)


def update_employment(
    world: World, terms: CommerceTerms, force: LabourForce, settled: DealersSettled, traded: EnterprisesTraded,
    weeks: int = 4,
) -> None:  # fmt: skip
    """Hours follow what dealers packed, merchants sold, crews drove and works paid; wages reach who works them.

    Parameters
    ----------
    force : who could work
    settled, traded : accounts of dealers and of enterprises
    weeks : that are paid at once

    References
    ----------
    docs/model.md 4.7.
    """
    month = terms.hours_a_job * weeks / WEEKS_A_YEAR
    due = _hours_due(world.state, terms, settled, traded, month)
    hired = _hired(world.state, terms, force, due)
    paid = _paid(due, hired, month)
    first_account = world.state.counties.worked_seq == world.state.counties.opened_seq
    worked = _publish_hours(world, due, paid)
    _publish_wages(world, paid, due, worked)
    _publish_jobs(world, terms, force, hired, due, first_account)


def _hours_due(
    state: State, terms: CommerceTerms, settled: DealersSettled, traded: EnterprisesTraded, month: float
) -> HoursDue:
    """Return every account of hours, in the order of places and works; those at seats first."""
    c, d, many = state.counties, state.dealers, len(state.counties)
    wage_fen = 100.0 * terms.job_wage_yuan_an_hour
    of_cooperative = d.kind[settled.dealer] == DealerKind.COOPERATIVE
    town = state.cooperatives.township[np.maximum(d.cooperative[settled.dealer], 0)]
    county = state.crops.county[d.crop[settled.dealer]]
    merchant = state.enterprises.kind[traded.enterprise] == EnterpriseKind.MERCHANT
    in_towns, fen_in_towns = (
        _summed(town[of_cooperative], of[of_cooperative], len(state.townships))
        for of in (settled.job_hours, settled.wages_fen)
    )
    sellers = state.enterprises.county[traded.enterprise[merchant]]
    works_fen = _works_fen(state, terms)
    crews = c.crew_seconds // 3600
    hours = np.stack([
        _summed(county[~of_cooperative], settled.job_hours[~of_cooperative], many),
        _summed(sellers, traded.job_hours[merchant], many),
        crews,
        np.floor(works_fen / wage_fen).astype(np.int64),
    ], axis=1)  # fmt: skip
    fen = np.zeros_like(hours)
    fen[:, Work.PACKING] = _summed(county[~of_cooperative], settled.wages_fen[~of_cooperative], many)
    fen[:, Work.OTHER_GOODS] = _summed(sellers, traded.wages_fen[merchant], many)
    fen[:, Work.DELIVERY] = np.floor(terms.delivery_wages * c.delivery_fen * (crews > 0))
    fen[:, Work.PUBLIC_WORKS] = np.where(hours[:, Work.PUBLIC_WORKS] > 0, works_fen, 0)
    cause = np.stack([c.traded_seq, c.traded_seq, c.delivered_seq, _last_works(state)], axis=1)
    towns, works = len(in_towns), len(Work)
    every = np.concatenate([hours.ravel(), in_towns])
    local = np.concatenate([np.rint(terms.village_workers * hours).astype(np.int64).ravel(), in_towns])
    due = HoursDue(
        county=np.concatenate([np.repeat(np.arange(many), works), state.townships.county]),
        township=np.concatenate([np.full(many * works, -1), np.arange(towns)]),
        work=np.concatenate([np.tile(np.arange(works), many), np.full(towns, int(Work.PACKING))]),
        hours=every,
        wages_fen=np.concatenate([fen.ravel(), fen_in_towns]),
        local=local,
        jobs=np.where(local > 0, np.maximum(np.ceil((local - 0.5) / month), 1.0), 0.0).astype(np.int64),
        cause=np.concatenate([cause.ravel(), c.traded_seq[state.townships.county]]),
    )
    rows = np.flatnonzero(due.hours > 0)
    return HoursDue(**{name: column[rows] for name, column in due.__dict__.items()})


def _summed(place: NDArray[np.int32], hours: I64, places: int) -> I64:
    total = np.zeros(places, np.int64)
    np.add.at(total, place, hours.astype(np.int64))
    return total


def _works_fen(state: State, terms: CommerceTerms) -> I64:
    """Return wages of works that are due, shape (counties,): a share of payments; of shared works in equal parts."""
    p, c = state.projects, state.counties
    share = np.where(np.isin(p.kind, BUILT), terms.building_wages, terms.service_wages)
    wages = np.floor(share * np.maximum(p.paid_fen - p.waged_fen, 0)).astype(np.int64)
    own = p.county >= 0
    total = _summed(p.county[own], wages[own], len(c))
    shared = _summed(p.prefecture[~own], wages[~own], state.prefecture_count)
    counties = np.bincount(c.prefecture, minlength=state.prefecture_count)
    return total + (shared // np.maximum(counties, 1))[c.prefecture]


def _last_works(state: State) -> I64:
    """Return the last event of works that a county has had, or its opening, shape (counties,)."""
    p, c = state.projects, state.counties
    last = c.opened_seq.copy()
    own = np.flatnonzero((p.county >= 0) & (p.paid_fen > 0))
    np.maximum.at(last, p.county[own], p.seq[own])
    shared = np.zeros(state.prefecture_count, np.int64)
    of_all = np.flatnonzero((p.county < 0) & (p.paid_fen > 0))
    np.maximum.at(shared, p.prefecture[of_all], p.seq[of_all])
    return np.maximum(last, shared[c.prefecture])


@dataclass(frozen=True)
class Hired:
    """Jobs that are filled; shape (jobs,) each.

    Attributes
    ----------
    account : of `HoursDue`
    turn : the how-manieth job of its account
    """

    household: I64
    account: I64
    turn: I64


def _hired(state: State, terms: CommerceTerms, force: LabourForce, due: HoursDue) -> Hired:
    """Return who has which job: those of townships are filled first, then those of seats, by whom has none there."""
    h, e = state.households, state.enterprises
    busy = e.founder_household[e.alive & (e.founder_household >= 0)]
    free = np.maximum(force.workers - np.bincount(busy, minlength=len(h)), 0)  # who runs an enterprise takes no job
    fit = np.where(h.skilled, terms.skilled_odds, 1.0) * np.where(h.poor, terms.poor_odds, 1.0)
    found: list[Hired] = []
    for hours, place, places, seat in (
        (force.township_hours, state.villages.township[h.village], len(state.townships), False),
        (force.seat_hours, h.county, len(state.counties), True),
    ):
        accounts = np.flatnonzero((due.township < 0) == seat)
        accounts = accounts[np.lexsort((due.work[accounts], due.place[accounts]))]
        wanted = _summed(due.place[accounts].astype(np.int32), due.jobs[accounts], places)
        jobs = fill_jobs(place, free, force.start, fit * np.exp(-terms.way_drag * hours), wanted)
        free = free - np.bincount(jobs.household, minlength=len(free))
        found.append(_by_account(jobs, accounts, due.jobs[accounts], wanted))
    return Hired(*(np.concatenate([getattr(of, name) for of in found]) for name in ("household", "account", "turn")))


def _by_account(jobs: Jobs, accounts: I64, count: I64, wanted: I64) -> Hired:
    """Return which account each job of a place is of: they come one after the other, in the order of works."""
    number = (np.cumsum(wanted) - wanted)[jobs.place] + jobs.turn
    upto = np.cumsum(count)
    at = np.searchsorted(upto, number, side="right")
    return Hired(household=jobs.household, account=accounts[at], turn=number - (upto - count)[at])


Paid: TypeAlias = tuple[I64, I64, I64, I64, I64]
"""Household, account, workers, hours and fen of every row of wages."""


def _paid(due: HoursDue, hired: Hired, month: float) -> Paid:
    """Return wages by account and household: each job has a month's hours, the last of an account what is left."""
    account, hours = hired.account, due.hours
    begins, ends = (
        np.minimum(np.rint((hired.turn + later) * month).astype(np.int64), due.local[account]) for later in (0, 1)
    )
    fen = (end * due.wages_fen[account] // hours[account] for end in (begins, ends))
    before, after = fen
    households = int(hired.household.max(initial=0)) + 1
    rows, place = np.unique(account * households + hired.household, return_inverse=True)
    workers, worked, paid = (np.zeros(len(rows), np.int64) for _ in range(3))
    np.add.at(workers, place, (ends > begins).astype(np.int64))
    np.add.at(worked, place, ends - begins)
    np.add.at(paid, place, after - before)
    some = worked > 0
    return rows[some] % households, rows[some] // households, workers[some], worked[some], paid[some]


def _publish_hours(world: World, due: HoursDue, paid: Paid) -> Rows[HoursWorked]:
    """Say what was worked; what no household of the county worked is of others."""
    _, account, _, hours, fen = paid
    of_households = [_summed(account.astype(np.int32), amount, len(due.hours)) for amount in (hours, fen)]
    return world.publish(
        HoursWorked(
            county=due.county,
            township=due.township,
            work=due.work,
            hours=due.hours,
            wages_fen=due.wages_fen,
            others_hours=due.hours - of_households[0],
            others_fen=due.wages_fen - of_households[1],
        ),
        cause=due.cause,
    )


def _publish_wages(world: World, paid: Paid, due: HoursDue, worked: Rows[HoursWorked]) -> None:
    household, account, workers, hours, fen = paid
    world.publish(
        WagesPaid(
            household=household,
            work=due.work[account],
            workers=workers,
            paid_fen=fen,
            hours=hours,
            each=np.zeros(len(household), np.bool_),
        ),
        cause=worked.seqs[account],
    )


def _publish_jobs(
    world: World, terms: CommerceTerms, force: LabourForce, hired: Hired, due: HoursDue, first_account: Bool
) -> None:
    """Say whose jobs are more or fewer than before; works of the programme are no jobs."""
    state = world.state
    h = state.households
    lasting = due.work[hired.account] != Work.PUBLIC_WORKS
    held = np.bincount(hired.household[lasting], minlength=len(h))
    rows = np.flatnonzero(held != h.jobs)
    county = h.county[rows]
    world.publish(
        JobsFilled(
            county=county,
            group=groups_of_persons(state, rows, force.woman[rows], terms),
            jobs=held[rows] - h.jobs[rows],
            household=rows,
            first_jobs=np.where(first_account[county], 0, np.maximum(held[rows] - h.most_jobs[rows], 0)),
        ),
        cause=state.counties.worked_seq[county],
    )
