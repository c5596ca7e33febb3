"""The province reviews plans: sends them back or approves them, and nothing is awarded before (docs/model.md 4.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ReportKind
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, ReportFiled
from ecsim.rural.events.governance import (
    NOT_RECKONED,
    PlanCleared,
    PlanDelayed,
    PlanFiled,
    PlanReturned,
    ProjectWithdrawn,
)
from ecsim.rural.programme.review import decide, file_plan, released
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

NOTICE, PLAN = 47, 50
AT_ONCE: dict[str, Value] = {
    "funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "governance.formal_faults": 0.0,
    "governance.late_report": 0.0,
    "procurement.fewest_bidders": 1, "procurement.bidders": 20.0,
}  # fmt: skip


def governed(weeks: int, numbers: dict[str, Value], **how: Any) -> tuple[Region, Events]:
    """Return the region after so many weeks of government from the notice on."""
    region, events = tiny_region(numbers=AT_ONCE | numbers, **how)
    for week in range(NOTICE, PLAN + weeks + 1):
        take(region, "govern", week=week)
    return region, events


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
def test_a_prefecture_files_one_plan_whoever_holds_the_purse(policy: str) -> None:
    _, events = governed(0, {}, policy=policy)
    filed, approved = events.of(PlanFiled), events.of(ProjectApproved)
    same(filed, prefecture=[0], change=[False], projects=[len(approved["project"])], breaches=[0])
    same(filed, central_fen=[approved["central_fen"].sum()], cause=[approved["seq"][-1]])


@pytest.mark.parametrize("purse", ["county", "prefecture"])
def test_a_solvers_plan_is_filed_with_its_worth_and_bound_others_without(purse: str) -> None:
    changes = {"policy.funds.purse": purse}
    _, events = governed(0, {}, changes=changes, policy="optimised")
    filed = events.of(PlanFiled)
    assert 0 < filed["worth"][0] <= filed["bound"][0]
    _, events = governed(0, {}, changes=changes)
    same(events.of(PlanFiled), worth=[NOT_RECKONED], bound=[NOT_RECKONED])


def test_plans_of_before_say_nothing_of_their_worth() -> None:
    read = PlanFiled.upcasts[1]({"prefecture": np.array([0, 1])})
    assert (read["worth"].tolist(), read["bound"].tolist()) == ([NOT_RECKONED] * 2, [NOT_RECKONED] * 2)


@pytest.mark.parametrize(("weeks", "first"), [(0, 2), (2, 2), (5, 5), (9, 9)])
def test_nothing_is_awarded_before_the_plan_is_approved_nor_before_tenders_are_ready(weeks: int, first: int) -> None:
    _, events = governed(12, {"governance.review_weeks": weeks})
    assert events.of(PlanCleared)["day"].tolist() == [7 * (PLAN + weeks)]
    assert events.of(ContractAwarded)["day"].min() == 7 * (PLAN + first)


LATE = {"governance.late_report": 1.0, "governance.late_days": 30.0, "governance.review_weeks": 4}


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
def test_a_late_plan_is_filed_when_its_last_part_has_come_and_all_that_follows_is_later(policy: str) -> None:
    _, in_time = governed(0, {"governance.review_weeks": 4}, policy=policy)
    _, events = governed(30, LATE, policy=policy)
    report, delayed = events.of(ReportFiled), events.of(PlanDelayed)
    last = int(report["late_days"][:2].argmax())
    arrives = int(report["day"][0] + report["late_days"][last])
    same(delayed, day=[7 * PLAN], arrives_day=[arrives], cause=[report["seq"][last]])
    week = -(-arrives // 7)
    filed = events.of(PlanFiled)
    same(filed, day=[7 * week], due_day=[7 * (week + 4)], change=[False], cause=delayed["seq"])
    for name in ("projects", "central_fen", "breaches", "worth", "bound"):
        assert filed[name].tolist() == delayed[name].tolist() == in_time.of(PlanFiled)[name].tolist()
    same(events.of(PlanCleared), day=[7 * (week + 4)], cause=filed["seq"])
    assert events.of(ContractAwarded)["day"].min() == 7 * (week + 4)  # the two weeks to tenders are over by then


def test_tenders_of_a_late_plan_are_prepared_once_it_is_there() -> None:
    _, events = governed(40, LATE | {"governance.review_weeks": 0, "funds.plan_lag_weeks": 5})
    assert events.of(ContractAwarded)["day"].min() == events.of(PlanFiled)["day"][0] + 35


def test_what_enters_a_plan_before_it_is_filed_goes_with_it() -> None:
    region, events = tiny_region(numbers=AT_ONCE | {"governance.review_weeks": 1})
    world = region.world
    world.day = 7 * PLAN
    late = made(ReportFiled, county=[0, 1], report=[int(ReportKind.FUND_PLAN)] * 2, late_days=[0, 10])
    world.publish(late)
    for project, fen in ((0, 3), (1, 4)):
        world.publish(made(ProjectApproved, project=[project], township=[-1], central_fen=[fen]))
        file_plan(world, region.office, 0, project, breaches=project)
    assert released(world.state, np.array([0, 1])).tolist() == [False, False]
    for week in (PLAN + 1, PLAN + 2, PLAN + 3):
        take(region, "govern", week=week)
    same(events.of(PlanDelayed), arrives_day=[7 * PLAN + 10] * 2, projects=[1, 1], breaches=[0, 1])
    same(events.of(PlanFiled), day=[7 * (PLAN + 2)], projects=[2], central_fen=[7], breaches=[1])
    same(events.of(PlanReturned), day=[7 * (PLAN + 3)])
    assert world.state.projects.filed_day[:2].tolist() == [7 * (PLAN + 2)] * 2


def test_a_plan_file_that_says_when_it_is_filed_is_there_on_that_day() -> None:
    rows = [{"id": "a", "place": "990101", "kind": "cold_store", "central_yuan": 125_000.0}]
    for filed, late in (("2018-12-20", 0), ("2019-01-16", 27)):
        plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "filed": filed, "projects": rows}
        _, events = governed(6, LATE, changes={"policy.plan": plan, "policy.funds.strategy": "plan"})
        assert events.of(ReportFiled)["late_days"][:2].tolist() == [late] * 2
        assert events.of(PlanFiled)["day"].tolist() == [7 * (PLAN + (late + 6) // 7)]
        assert not events.rows(PlanDelayed)


def test_formal_faults_send_a_plan_back_each_time_it_is_filed() -> None:
    # Filed in week 50, decided 2 weeks later; each return costs 3 weeks to mend and 2 to review again.
    numbers: dict[str, Value] = {
        "governance.review_weeks": 2, "governance.redo_weeks": 3, "governance.formal_faults": 1.0,
    }  # fmt: skip
    region, events = governed(14, numbers)
    assert events.of(PlanReturned)["day"].tolist() == [7 * (PLAN + week) for week in (2, 7, 12)]
    assert not events.rows(PlanCleared)
    assert not events.rows(ContractAwarded)
    assert region.world.state.reviews.returns[0] == 3


def test_a_plan_that_breaks_a_limit_is_sent_back_once() -> None:
    region, events = tiny_region(numbers=AT_ONCE | {"governance.review_weeks": 1, "governance.redo_weeks": 2})
    region.world.day = 7 * PLAN
    region.world.publish(made(ProjectApproved, project=[0, 1], township=[-1, -1], central_fen=[3, 4]))
    file_plan(region.world, region.office, 0, 0, breaches=2)
    for week in range(PLAN + 1, PLAN + 8):
        take(region, "govern", week=week)
    same(events.of(PlanReturned), day=[7 * (PLAN + 1)], breaches=[2], due_day=[7 * (PLAN + 4)])
    same(events.of(PlanCleared), day=[7 * (PLAN + 4)], cause=events.of(PlanReturned)["seq"])


def test_projects_that_only_leave_are_filed_as_a_change_with_none_that_are_new() -> None:
    region, events = tiny_region(numbers=AT_ONCE)
    world = region.world
    world.publish(made(ProjectApproved, project=[0, 1], township=[-1, -1], central_fen=[5, 6]))
    world.publish(ProjectWithdrawn(project=[1]))
    file_plan(world, region.office, 0, 2, breaches=0)
    assert not events.rows(PlanFiled)
    file_plan(world, region.office, 0, 2, breaches=0, left=[1])
    same(events.of(PlanFiled), projects=[0], central_fen=[0], cause=events.of(ProjectWithdrawn)["seq"])


def test_a_change_waits_for_its_own_approval_and_holds_up_nothing_else() -> None:
    region, _ = tiny_region(numbers=AT_ONCE | {"governance.review_weeks": 0, "governance.change_weeks": 3})
    world = region.world
    for project in (0, 1):
        world.day = 7 * (PLAN + project)
        world.publish(made(ProjectApproved, project=[project], township=[-1], central_fen=[5]))
        file_plan(world, region.office, 0, project, breaches=0)
        decide(world, region.terms.governance)
    assert released(world.state, np.array([0, 1])).tolist() == [True, False]
    world.day = 7 * (PLAN + 4)
    decide(world, region.terms.governance)
    assert released(world.state, np.array([0, 1])).tolist() == [True, True]


@pytest.mark.parametrize(("saved", "days"), [(0.0, 70), (0.25, 63), (0.75, 49)])
def test_a_leading_group_saves_a_part_of_the_delay_of_pooled_decisions_worked_by_hand(saved: float, days: int) -> None:
    # Six weeks from plan to contract, and four more that a pooled purse takes: 7 x (6 + 4 x (1 - saved)).
    numbers: dict[str, Value] = {
        "funds.plan_lag_weeks": 6, "funds.pooled_delay_weeks": 4, "governance.leading_group": saved,
    }  # fmt: skip
    assert tiny_region(numbers=numbers)[0].office.lag_days == days
    assert tiny_region(numbers=numbers, policy="split_by_project")[0].office.lag_days == 42
