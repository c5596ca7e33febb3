"""What plans under review, reports, supervision, evaluations and audits change (docs/model.md 4.10)."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import applies
from ecsim.rural.events import (
    AwardOverLimit,
    ClosingBreachFound,
    CountyEvaluated,
    DiversionFound,
    FalseReportFound,
    IdleMoneyFound,
    MoneyDiverted,
    PaymentBarred,
    PaymentOverLimit,
    PlanCleared,
    PlanDelayed,
    PlanFiled,
    PlanReturned,
    ProjectStatus,
    ProjectWithdrawn,
    ReportFiled,
    ReportKind,
    Stamp,
    SupervisionAct,
    TrancheWithheld,
)
from ecsim.rural.state.projects import free_places
from ecsim.rural.state.records import RECORDS
from ecsim.rural.state.state import State


@applies(PlanDelayed)
def delay_plan(state: State, event: PlanDelayed, stamp: Stamp) -> None:
    """Nothing of it may be awarded; what enters it before it is filed adds up."""
    p, row = state.reviews, event.prefecture.astype(np.intp)
    first = ~p.late[row]
    for column, added in (
        (p.late_projects, event.projects), (p.late_fen, event.central_fen), (p.late_breaches, event.breaches),
    ):  # fmt: skip
        column[row] = np.where(first, 0, column[row]) + added
    p.worth[row] = np.where(first, event.worth, p.worth[row])
    p.bound[row] = np.where(first, event.bound, p.bound[row])
    p.late[row], p.under_review[row] = True, True
    p.arrives_day[row] = p.due_day[row] = event.arrives_day
    p.seq[row] = stamp.seqs(event)


@applies(PlanFiled)
def file_plan(state: State, event: PlanFiled, stamp: Stamp) -> None:
    """The province has it; a change while the plan is under review goes with the plan."""
    p, of = state.reviews, state.projects
    late = p.late[of.prefecture] & np.isin(of.prefecture, event.prefecture) & (of.status == ProjectStatus.APPROVED)
    of.filed_day[late & (of.approved_day > p.cleared_day[of.prefecture])] = stamp.day
    p.late[event.prefecture] = False
    p.returns[event.prefecture] = 0
    p.breaches[event.prefecture] = event.breaches
    p.due_day[event.prefecture] = event.due_day
    p.filed_day[event.prefecture] = stamp.day
    p.under_review[event.prefecture] = True
    p.seq[event.prefecture] = stamp.seqs(event)


@applies(PlanReturned)
def return_plan(state: State, event: PlanReturned, stamp: Stamp) -> None:
    """It is mended: what broke a limit is out of it."""
    p = state.reviews
    p.returns[event.prefecture] += 1
    p.breaches[event.prefecture] = 0
    p.due_day[event.prefecture] = event.due_day
    p.seq[event.prefecture] = stamp.seqs(event)


@applies(PlanCleared)
def clear_plan(state: State, event: PlanCleared, stamp: Stamp) -> None:
    """All that was filed is approved."""
    p = state.reviews
    p.under_review[event.prefecture] = False
    p.cleared_day[event.prefecture] = p.filed_day[event.prefecture]
    p.seq[event.prefecture] = stamp.seqs(event)


@applies(ReportFiled)
def file_report(state: State, event: ReportFiled, stamp: Stamp) -> None:
    """Count late ones; of a plan it is remembered when the county's part of it comes."""
    np.add.at(state.counties.late_reports, event.county, event.late_days > 0)
    late = (event.report == ReportKind.FUND_PLAN) & (event.late_days > 0)
    state.counties.plan_day[event.county[late]] = stamp.day + event.late_days[late]
    state.counties.plan_seq[event.county[late]] = stamp.seqs(event)[late]


@applies(FalseReportFound)
def find_false_report(state: State, event: FalseReportFound, _: Stamp) -> None:
    """Count them, and the county is visited."""
    np.add.at(state.counties.false_reports, event.county, 1)
    state.counties.visited_until[event.county] = event.visited_until


@applies(CountyEvaluated)
def evaluate(state: State, event: CountyEvaluated, stamp: Stamp) -> None:
    """Remember the last score."""
    state.counties.score[event.county] = event.score
    state.counties.evaluated_seq[event.county] = stamp.seqs(event)


@applies(IdleMoneyFound)
def find_idle_money(state: State, event: IdleMoneyFound, stamp: Stamp) -> None:
    """A warning stands until money is moved or recalled."""
    warned = event.act == SupervisionAct.WARNED
    state.counties.warned_day[event.county] = np.where(warned, stamp.day, -1)
    np.add.at(state.counties.warnings, event.county[warned], 1)


@applies(ProjectWithdrawn)
def withdraw(state: State, event: ProjectWithdrawn, stamp: Stamp) -> None:
    """It is no longer in the plan."""
    state.projects.status[event.project] = ProjectStatus.ABSENT
    free_places(state, event.project)
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(MoneyDiverted)
def divert(state: State, event: MoneyDiverted, stamp: Stamp) -> None:
    """The works are worse, and nobody knows."""
    state.projects.diverted_fen[event.project] = event.diverted_fen
    state.projects.diverted_seq[event.project] = stamp.seqs(event)
    state.projects.quality[event.project] = event.quality


@applies(DiversionFound)
def find_diversion(state: State, event: DiversionFound, _: Stamp) -> None:
    """It is found once."""
    p = state.projects
    p.diverted_fen[event.project] = 0
    own = event.project[p.county[event.project] >= 0]
    np.add.at(state.counties.diversions, p.county[own], 1)


@applies(ClosingBreachFound)
def find_closing_breach(state: State, event: ClosingBreachFound, _: Stamp) -> None:
    """Count it for its county, or for each of its prefecture."""
    own = event.county >= 0
    np.add.at(state.counties.closing_breaches, event.county[own], 1)
    of_prefectures = np.bincount(event.prefecture[~own], minlength=state.prefecture_count)
    state.counties.closing_breaches += of_prefectures[state.counties.prefecture].astype(np.int32)


@applies(PaymentBarred)
def bar_payment(state: State, event: PaymentBarred, _: Stamp) -> None:
    """What it still claims of central money is not paid."""
    state.projects.barred[event.project] = True


@applies(AwardOverLimit)
def let_award_wait(state: State, event: AwardOverLimit, _: Stamp) -> None:
    """It is said that it waits, until it is awarded."""
    held = ~event.let_through
    state.projects.held_rule[event.project[held]] = event.rule[held]


@applies(PaymentOverLimit)
def let_payment_wait(state: State, event: PaymentOverLimit, _: Stamp) -> None:
    """It is said how much waits."""
    held = ~event.let_through
    project = event.project[held]
    state.projects.held_fen[project] = event.over_fen[held]
    state.projects.held_rule[project] = np.where(event.over_fen[held] > 0, event.rule[held], 0)


@applies(TrancheWithheld)
def withhold(state: State, event: TrancheWithheld, _: Stamp) -> None:
    """What is held back, or let go."""
    np.add.at(state.counties.withheld_fen, event.county, event.withheld_fen)


GOVERNANCE = (
    delay_plan,
    file_plan,
    return_plan,
    clear_plan,
    file_report,
    find_false_report,
    evaluate,
    find_idle_money,
    withdraw,
    divert,
    find_diversion,
    find_closing_breach,
    bar_payment,
    let_award_wait,
    let_payment_wait,
    withhold,
    *RECORDS,
)
