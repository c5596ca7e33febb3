"""The province's review of plans: filed, sent back perhaps, approved in the end (docs/model.md 4.10)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import PlanCleared, PlanDelayed, PlanFiled, PlanReturned, ProjectStatus
from ecsim.rural.events.governance import NOT_RECKONED
from ecsim.rural.programme.administration import FundAdministration, GovernanceTerms
from ecsim.rural.programme.strategies import Allocation
from ecsim.rural.world import ONE, State, World

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def file_plan(
    world: World,
    office: FundAdministration,
    prefecture: int,
    first: int,
    *,
    breaches: int,
    made: Sequence[Allocation] = (),
    left: Sequence[int] = (),
) -> None:
    """File with the province the projects that a prefecture has just approved: its plan, or a change of it.

    A change by which projects only leave is filed with none. A plan of which a county's part is late is filed once that
    is in (`file_what_arrived`).

    Parameters
    ----------
    first : the row of the first of them
    breaches : projects that broke a limit
    made : what the purses of the prefecture chose; told is what they are worth and their bounds, if all have one
    left : projects that have just left the plan
    """
    state, p = world.state, world.state.projects
    new = np.arange(first, state.count("projects"))
    moved = [*left, *new.tolist()]
    if not moved:
        return
    worth, bound = _reckoned(made)
    says = {
        "prefecture": [prefecture], "projects": [len(new)], "central_fen": [int(p.central_fen[new].sum())],
        "breaches": [breaches], "worth": [worth], "bound": [bound],
    }  # fmt: skip
    last = _last_part(world, office, prefecture)
    if last >= 0:
        c = state.counties
        world.publish(PlanDelayed(arrives_day=[int(c.plan_day[last])], **says), cause=int(c.plan_seq[last]))
        return
    change = bool(state.reviews.cleared_day[prefecture] >= 0)
    weeks = office.governance.change_weeks if change else office.governance.review_weeks
    world.publish(PlanFiled(change=[change], due_day=[world.day + 7 * weeks], **says), cause=int(p.seq[moved[-1]]))


def _last_part(world: World, office: FundAdministration, prefecture: int) -> int:
    """Return the county of a prefecture whose part of the plan comes last, if it is not in yet; else -1.

    A plan file that says when it is filed is in on that day.
    """
    plan, c = office.policy.plan, world.state.counties
    if plan is not None and plan.filed is not None:
        return -1
    members = np.flatnonzero(c.prefecture == prefecture)
    last = int(members[np.argmax(c.plan_day[members])])
    return last if c.plan_day[last] > world.day else -1


def file_what_arrived(world: World, terms: GovernanceTerms, prefecture: int) -> None:
    """File the plan of a prefecture that was late, in the first week that begins after its last part has come."""
    r = world.state.reviews
    if not r.late[prefecture] or r.arrives_day[prefecture] > world.day:
        return
    world.publish(
        PlanFiled(
            prefecture=[prefecture], change=[False], projects=r.late_projects[[prefecture]],
            central_fen=r.late_fen[[prefecture]], breaches=r.late_breaches[[prefecture]],
            due_day=[world.day + 7 * terms.review_weeks], worth=r.worth[[prefecture]], bound=r.bound[[prefecture]],
        ),
        cause=int(r.seq[prefecture]),
    )  # fmt: skip


def _reckoned(made: Sequence[Allocation]) -> tuple[int, int]:
    """Return what plans of purses are worth together, and their bound, in millionths of a target."""
    bounds = [plan.bound for plan in made if plan.bound is not None]
    if not made or len(bounds) < len(made):
        return NOT_RECKONED, NOT_RECKONED
    return round(ONE * sum(plan.gain for plan in made)), round(ONE * sum(bounds))


def decide(world: World, terms: GovernanceTerms) -> None:
    """The province approves plans, or sends them back: for a breach of a limit, or for formal faults by chance."""
    plans = world.state.reviews
    due = np.flatnonzero(plans.under_review & (plans.due_day <= world.day))
    if not due.size:
        return
    faulty = world.draws.uniform("formal_faults", world.week, plans.number[due]) < terms.formal_faults
    back = faulty | (plans.breaches[due] > 0)
    returned, cleared = due[back], due[~back]
    if returned.size:
        again = np.full(len(returned), world.day + 7 * (terms.redo_weeks + terms.review_weeks))
        world.publish(
            PlanReturned(prefecture=returned, breaches=plans.breaches[returned], due_day=again),
            cause=plans.seq[returned],
        )
    if cleared.size:
        world.publish(PlanCleared(prefecture=cleared), cause=plans.seq[cleared])


def released(state: State, projects: I64) -> Bool:
    """Return which projects may be awarded: all but those of plans that the province has not approved yet."""
    p, plans = state.projects, state.reviews
    prefecture = p.prefecture[projects]
    filed = plans.under_review[prefecture] & (p.status[projects] == ProjectStatus.APPROVED)
    return np.asarray(~filed | (p.approved_day[projects] <= plans.cleared_day[prefecture]), np.bool_)
