"""Quarterly supervision: money that lies idle is found, warned of, and then moved or recalled (docs/model.md 4.10).

Only money of projects that nobody has begun is taken, late by the plan's own dates, after a warning, and of a county no
more in a quarter than a cap. A pooled purse moves it to counties that can use it; out of a county's own purse the
province recalls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    IdleMoneyFound,
    ProjectStatus,
    ReportFiled,
    Rows,
    SupervisionAct,
)
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.plans import (
    approve,
    plannable_units,
    view_of,
)
from ecsim.rural.programme.review import file_plan, released
from ecsim.rural.programme.strategies import Allocation, Candidate, Purse, by_gain_a_yuan
from ecsim.rural.programme.withdrawals import lawful, recall, withdraw
from ecsim.rural.world import State, World

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Key = tuple[int, int, int]
BEGUN = (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED)


def supervise(world: World, office: FundAdministration, purses: list[Purse], filed: Rows[ReportFiled]) -> None:
    """Find idle money and warn of it; take what was warned of before and is idle still, if the policy says so.

    A pooled purse takes no more than others can use, so that nothing leaves a plan for nothing.

    Parameters
    ----------
    purses : of all prefectures
    filed : the reports of the supervision, of all counties
    """
    act = office.policy.funds.supervision
    if act == "none":
        return
    state = world.state
    idle = idle_projects(state, office, world.day)
    fen = np.bincount(state.projects.county[idle], state.projects.central_fen[idle], len(state.counties))
    counties = np.flatnonzero(fen > 0)
    if not counties.size:
        return
    moves: list[Move] = []
    if act == "move":
        ripe = lawful(world, office, _ripe(state, office, purses, idle))
        able = (fen == 0) & (awarded_fen(state, world.day, office.governance.idle_weeks) > 0)
        moves = [_moved(world, office, purse, ripe, able) for purse in purses] if office.pooled else [Move(None, ripe)]
    left = np.concatenate([move.left for move in moves]) if moves else np.zeros(0, np.int64)
    taken = np.isin(counties, state.projects.county[left])
    found = world.publish(
        IdleMoneyFound(
            county=counties, idle_fen=np.rint(fen[counties]).astype(np.int64),
            act=np.where(
                taken, int(SupervisionAct.MOVED if office.pooled else SupervisionAct.RECALLED),
                int(SupervisionAct.WARNED),
            ),
        ),
        cause=filed.seqs[counties],
    )  # fmt: skip
    cause = np.full(len(state.counties), -1, np.int64)
    cause[counties] = found.seqs
    for move in moves:
        _take(world, office, move, cause)


@dataclass(frozen=True)
class Move:
    """Projects that leave the plan of a purse, and what is planned for their money.

    Attributes
    ----------
    purse : None: those of all counties' own purses; their money goes back to the province
    """

    purse: Purse | None
    left: I64
    chosen: Sequence[Candidate] = ()


def idle_projects(state: State, office: FundAdministration, day: int) -> I64:
    """Return projects of counties' own whose money lies idle: late by their plan, and beyond what is awarded as fast.

    Late is what was to be under contract long ago by the plan's own dates: its lag, its start, its last tender. What a
    county awarded within that time tells its pace; waiting projects beyond it, in the order of the plan, are idle: all
    of them where works stand still. What waits for the province is not idle.
    """
    p, weeks = state.projects, office.governance.idle_weeks
    waiting = np.flatnonzero((p.status == ProjectStatus.APPROVED) & (p.county >= 0))
    waiting = waiting[expected_day(state, office, waiting) <= day - 7 * weeks]
    waiting = waiting[released(state, waiting)]
    waiting = waiting[np.argsort(p.county[waiting], kind="stable")]
    county = p.county[waiting]
    upto = np.cumsum(p.central_fen[waiting])
    before = np.concatenate([[0], upto])[np.searchsorted(county, county)]
    return np.asarray(waiting[upto - before > awarded_fen(state, day, weeks)[county]], np.int64)


def expected_day(state: State, office: FundAdministration, projects: I64) -> I64:
    """Return the day on which projects could first be under contract by their plan, shape (projects,)."""
    p = state.projects
    tendered = np.where(p.voids[projects] > 0, p.tender_day[projects], 0)
    by_plan = np.maximum(p.filed_day[projects] + office.lag_days, p.start_day[projects])
    return np.asarray(np.maximum(by_plan, tendered), np.int64)


def _ripe(state: State, office: FundAdministration, purses: list[Purse], idle: I64) -> I64:
    """Return the idle projects that may be taken: idle when their county was warned, and of each no more than the cap.

    The last of a county's plan go first.
    """
    p, terms = state.projects, office.governance
    warned = state.counties.warned_day[p.county[idle]]
    late = expected_day(state, office, idle) + 7 * terms.idle_weeks
    ripe = idle[(warned >= 0) & (late <= warned)][::-1]
    allotted = {c: fen for purse in purses for c, fen in zip(purse.counties, purse.shares_fen, strict=True)}
    left = {county: round(terms.most_withdrawn * fen) for county, fen in allotted.items()}
    taken: list[int] = []
    for row in ripe.tolist():
        county, fen = int(p.county[row]), int(p.central_fen[row])
        if fen <= left[county]:
            left[county] -= fen
            taken.append(row)
    return np.array(taken[::-1], np.int64)


def awarded_fen(state: State, day: int, weeks: int) -> I64:
    """Return the central money of contracts that each county awarded within so many weeks, shape (counties,)."""
    p = state.projects
    awarded = np.flatnonzero(np.isin(p.status, BEGUN) & (p.county >= 0) & (p.awarded_day > day - 7 * weeks))
    fen = np.zeros(len(state.counties), np.int64)
    np.add.at(fen, p.county[awarded], p.central_fen[awarded])
    return fen


def _moved(world: World, office: FundAdministration, purse: Purse, ripe: I64, able: Bool) -> Move:
    """Return which ripe projects leave a pooled plan, and what counties that can use it get for their money.

    Each head's money stays within the head, and no more projects leave than the new ones need.

    Parameters
    ----------
    able : which counties award contracts and leave nothing idle
    """
    p = world.state.projects
    mine = ripe[np.isin(p.county[ripe], purse.counties)]
    if not mine.size or not able[list(purse.counties)].any():
        return Move(purse, mine[:0])
    units = [
        unit for unit in plannable_units(world, office, purse.prefecture) if unit.county >= 0 and able[unit.county]
    ]
    view = view_of(world, office, purse, units)
    planned = {unit.key for unit in view.committed}
    ranked = by_gain_a_yuan(view)
    chosen, left = list[Candidate](), list[int]()
    for head in np.unique(p.category[mine]):
        of_head = mine[p.category[mine] == head]
        new = _affordable(
            [unit for unit in ranked if unit.category == head], int(p.central_fen[of_head].sum()), planned
        )
        needed = sum(unit.central_fen for unit in new)
        upto = np.cumsum(p.central_fen[of_head[::-1]])
        left += of_head[::-1][upto - p.central_fen[of_head[::-1]] < needed].tolist()
        chosen += new
    return Move(purse, np.array(sorted(left), np.int64), chosen)


def _take(world: World, office: FundAdministration, move: Move, cause: I64) -> None:
    """Let projects leave the plan; their money is planned anew, or goes back to the province.

    Parameters
    ----------
    cause : what supervision found, by county
    """
    state, left = world.state, move.left
    if not left.size:
        return
    p = state.projects
    withdraw(world, office, move.purse, left, move.chosen, cause)
    if move.purse is None:
        recall(world, office, np.unique(p.county[left]), left, cause)
        return
    first = state.count("projects")
    breaches = approve(world, office, move.purse, Allocation(list(move.chosen)), int(cause[p.county[left[0]]]))
    file_plan(world, office, move.purse.prefecture, first, breaches=breaches)


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
