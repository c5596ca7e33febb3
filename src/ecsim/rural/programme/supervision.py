"""Quarterly supervision: money that lies idle is found, warned of, and then moved or recalled (docs/model.md 4.10).

A pooled purse moves it to counties that can use it; out of a county's own purse the province recalls it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    Category,
    Funder,
    IdleMoneyFound,
    PaymentMade,
    ProjectStatus,
    ProjectWithdrawn,
    ReportFiled,
    Rows,
    SupervisionAct,
)
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.plans import approve, plannable_units, view_of
from ecsim.rural.programme.procurement import uncommitted_fen
from ecsim.rural.programme.review import file_plan, released
from ecsim.rural.programme.strategies import Allocation, Candidate, Purse, by_gain_a_yuan
from ecsim.rural.world import PROVINCE, State, World, county_account

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Key = tuple[int, int, int]
BEGUN = (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED)


def supervise(world: World, office: FundAdministration, purses: list[Purse], filed: Rows[ReportFiled]) -> None:
    """Find idle money; warn counties of it; take it from those that were warned before, if the policy says so.

    Parameters
    ----------
    purses : of all prefectures
    filed : the reports of the supervision, of all counties
    """
    act = office.policy.funds.supervision
    if act == "none":
        return
    state, weeks = world.state, office.governance.idle_weeks
    idle = idle_projects(state, world.day, weeks)
    fen = np.bincount(state.projects.county[idle], state.projects.central_fen[idle], len(state.counties))
    counties = np.flatnonzero(fen > 0)
    if not counties.size:
        return
    taken = (state.counties.warned_day[counties] >= 0) & (act == "move")
    taking = int(SupervisionAct.MOVED if office.pooled else SupervisionAct.RECALLED)
    found = world.publish(
        IdleMoneyFound(
            county=counties, idle_fen=np.rint(fen[counties]).astype(np.int64),
            act=np.where(taken, taking, int(SupervisionAct.WARNED)),
        ),
        cause=filed.seqs[counties],
    )  # fmt: skip
    cause = np.full(len(state.counties), -1, np.int64)
    cause[counties] = found.seqs
    left = idle[np.isin(state.projects.county[idle], counties[taken])]
    able = (fen == 0) & (awarded_fen(state, world.day, weeks) > 0)
    if not left.size:
        return
    world.publish(ProjectWithdrawn(project=left), cause=cause[state.projects.county[left]])
    if office.pooled:
        for purse in purses:
            _move(world, office, purse, left, able, cause)
    else:
        _recall(world, office, counties[taken], left, cause)


def idle_projects(state: State, day: int, weeks: int) -> I64:
    """Return projects of counties' own whose money lies idle: long approved, and more than is awarded in as long.

    What a county awarded within the time tells its pace; waiting projects beyond that, in the order of the plan, are
    idle: all of them where works stand still. What waits for the province is not idle.

    Parameters
    ----------
    weeks : how long
    """
    p = state.projects
    waiting = np.flatnonzero(
        (p.status == ProjectStatus.APPROVED) & (p.county >= 0) & (p.approved_day <= day - 7 * weeks)
    )
    waiting = waiting[released(state, waiting)]
    waiting = waiting[np.argsort(p.county[waiting], kind="stable")]
    county = p.county[waiting]
    upto = np.cumsum(p.central_fen[waiting])
    before = np.concatenate([[0], upto])[np.searchsorted(county, county)]
    return np.asarray(waiting[upto - before > awarded_fen(state, day, weeks)[county]], np.int64)


def awarded_fen(state: State, day: int, weeks: int) -> I64:
    """Return the central money of contracts that each county awarded within so many weeks, shape (counties,)."""
    p = state.projects
    awarded = np.flatnonzero(np.isin(p.status, BEGUN) & (p.county >= 0) & (p.awarded_day > day - 7 * weeks))
    fen = np.zeros(len(state.counties), np.int64)
    np.add.at(fen, p.county[awarded], p.central_fen[awarded])
    return fen


def _move(world: World, office: FundAdministration, purse: Purse, left: I64, able: Bool, cause: I64) -> None:
    """Place the money of projects that left a pooled plan in counties that can use it, each head's within the head.

    Parameters
    ----------
    able : which counties award contracts and leave nothing idle
    """
    state = world.state
    p = state.projects
    mine = left[np.isin(p.county[left], purse.counties)]
    units = [
        unit for unit in plannable_units(world, office, purse.prefecture) if unit.county >= 0 and able[unit.county]
    ]
    view = view_of(world, office, purse, units)
    planned = {unit.key for unit in view.committed}
    ranked = by_gain_a_yuan(view)
    chosen: list[Candidate] = []
    for head in np.unique(p.category[mine]):
        money = int(p.central_fen[mine][p.category[mine] == head].sum())
        chosen += _affordable([unit for unit in ranked if unit.category == head], money, planned)
    if chosen:
        first = state.count("projects")
        breaches = approve(world, office, purse, Allocation(chosen), int(cause[p.county[mine[0]]]))
        file_plan(world, office, purse.prefecture, first, breaches=breaches)


def _affordable(units: list[Candidate], money_fen: int, planned: set[Key]) -> list[Candidate]:
    """Return units in order while there is money, each after the one before it of its kind; they are planned then."""
    chosen = []
    for unit in units:
        kind, place, turn = unit.key
        if unit.central_fen <= money_fen and (turn == 0 or (kind, place, turn - 1) in planned):
            money_fen -= unit.central_fen
            planned.add(unit.key)
            chosen.append(unit)
    return chosen


def _recall(world: World, office: FundAdministration, counties: I64, left: I64, cause: I64) -> None:
    """Counties give back what the projects would have cost, as far as they have it beyond their contracts."""
    state = world.state
    p = state.projects
    account = county_account(state.prefecture_count, 0) + counties
    cost = np.bincount(p.county[left], p.central_fen[left], len(state.counties))[counties]
    fen = np.minimum(np.rint(cost).astype(np.int64), uncommitted_fen(state, office)[account])
    rows = np.flatnonzero(fen > 0)
    world.publish(
        PaymentMade(
            payer=account[rows], payee=np.full(len(rows), PROVINCE), funder=np.full(len(rows), int(Funder.CENTRAL)),
            category=np.full(len(rows), int(Category.OTHER)), project=np.full(len(rows), -1), paid_fen=fen[rows],
        ),
        cause=cause[counties[rows]],
    )  # fmt: skip
