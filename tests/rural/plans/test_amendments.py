"""A plan that is changed in mid-course: what is not begun leaves it, and its money goes to what is new."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from ecsim.rural.events import (
    AwardedKept,
    ChangeOverLimit,
    ContractAwarded,
    PlanCleared,
    PlanFiled,
    ProjectApproved,
    ProjectKind,
    ProjectRefused,
    ProjectWithdrawn,
    SiteChosen,
)
from ecsim.rural.model import MODEL
from ecsim.rural.plans.plan import Plan
from ecsim.rural.programme.timing import without_effect
from tiny import Events, same, take, tiny_region, tiny_scenario

QUICK_START = dt.date(2018, 11, 26)
QUICK: dict[str, Any] = {"start": QUICK_START.isoformat(), "end": "2020-03-31"}
STORES = {"kind": "cold_store", "units": 20, "central_yuan": 2_500_000.0}
LINE = {"kind": "packing_line", "central_yuan": 450_000.0}
LATER = {"kind": "marketing", "central_yuan": 300_000.0, "start": "2020-01-06"}
SITED = {
    "kind": "stations", "sites": ["990101002201"], "units": 1, "central_yuan": 12_000.0, "start": "2020-01-06",
    "design": "mobile",
}  # fmt: skip


def plan(*rows: dict[str, Any], **head: Any) -> dict[str, Any]:
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows)]
    says = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": named, **head}
    return QUICK | {"policy.plan": says, "policy.funds.strategy": "plan", "policy.funds.floor_share": 0.0}


def amended(before: dict[str, Any], after: dict[str, Any], weeks: int = 40) -> tuple[Events, Events]:
    """Return what happened under a plan, and what from the 36th week on under another that is filed in it."""
    region, events = tiny_region(before)
    for week in range(36):
        take(region, "govern", week=week)
    first = Events()
    first.batches = list(events.batches)
    events.clear()
    other = tiny_scenario(after)
    region = MODEL.context(region.world, other, MODEL.parameters(other))
    for week in range(36, weeks):
        take(region, "govern", week=week)
    return first, events


def test_what_is_not_begun_leaves_and_what_is_new_enters_as_a_change() -> None:
    first, then = amended(plan(STORES, LATER), plan(STORES, LINE, amended="2019-08-08"))
    marketing = int(np.flatnonzero(first.of(ProjectApproved)["project_kind"] == 9)[0])
    assert then.of(ProjectWithdrawn)["project"].tolist() == [marketing]
    new = then.of(ProjectApproved)
    assert (new["project_kind"].tolist(), new["central_fen"].tolist()) == ([6], [45_000_000])
    filed = then.of(PlanFiled)
    assert (filed["change"].tolist(), filed["projects"].tolist()) == ([True], [1])
    assert set(new["day"].tolist()) == {252}  # the week of 5 August 2019


def test_a_plan_that_is_filed_again_as_it_was_changes_nothing() -> None:
    told = {"uses": ["work_expenses", "bought_traffic"], "exclusive": True}
    rows = (STORES, {**LATER, **told}, SITED, {**LINE, "owner": "enterprise:1", "package": "A"})
    lax = {"policy.rule_book.on_breach": "flag"}
    _, then = amended(plan(*rows) | lax, plan(*rows, amended="2019-08-08") | lax)
    assert not then.rows(ProjectWithdrawn)
    assert not then.rows(ProjectApproved)
    assert not then.rows(PlanFiled)
    assert not then.rows(AwardedKept)


@pytest.mark.parametrize(
    "says",
    [
        {"central_yuan": 310_000.0}, {"start": "2020-01-13"}, {"package": "B"}, {"local_yuan": 1.0},
        {"exclusive": True}, {"uses": ["bought_traffic"]},
    ],
)  # fmt: skip
def test_other_money_or_terms_make_another_project(says: dict[str, Any]) -> None:
    lax = {"policy.rule_book.on_breach": "flag"}
    _, then = amended(plan(STORES, LATER) | lax, plan(STORES, {**LATER, **says}, amended="2019-08-08") | lax)
    assert then.rows(ProjectWithdrawn) == then.rows(ProjectApproved) == 1


def test_a_village_that_is_named_no_more_is_free_for_another_project() -> None:
    first, then = amended(plan(STORES, SITED), plan(STORES, {**SITED, "design": "integrated"}, amended="2019-08-08"))
    assert first.of(SiteChosen)["village"].tolist() == then.of(SiteChosen)["village"].tolist() == [2]
    assert then.rows(ProjectWithdrawn) == 1


def test_what_is_awarded_stays_though_the_changed_plan_has_it_no_more() -> None:
    first, then = amended(plan(STORES), plan({**STORES, "units": 2, "central_yuan": 250_000.0}, amended="2019-08-08"))
    awarded = set(first.of(ContractAwarded)["project"].tolist())
    assert awarded
    assert not awarded & set(then.of(ProjectWithdrawn)["project"].tolist())


def test_the_money_that_is_freed_is_there_for_what_is_new() -> None:
    """A purse of 35.2 million is all planned; half of it is not begun, and the changed plan spends it otherwise."""
    far = {"kind": "cold_store", "place": "990102", "units": 100, "start": "2020-01-06"}
    before = plan({**far, "central_yuan": 35_000_000.0})
    then = amended(
        before, plan({**far, "kind": "packing_line", "units": 70, "central_yuan": 34_000_000.0}, amended="2019-08-08")
    )[1]
    assert then.rows(ProjectWithdrawn) == 100
    assert then.of(ProjectApproved)["central_fen"].sum() == 3_400_000_000


CENTRE = {"kind": "service_centre", "central_yuan": 2_400_000.0}
LINES = {"kind": "packing_line", "units": 3, "central_yuan": 1_350_000.0, "start": "2020-01-06"}
HALF = {"kind": "cold_store", "units": 10, "central_yuan": 1_250_000.0}
FLAG = {"policy.rule_book.on_breach": "flag"}
LESS = plan(HALF, CENTRE, amended="2019-08-08")
"""A change of a plan of half a supply chain by which the lines, that nobody has begun, leave it."""


def test_a_change_that_breaks_the_half_for_the_supply_chain_is_refused_and_changes_nothing() -> None:
    first, then = amended(plan(HALF, CENTRE, LINES), LESS)
    awarded, approved = first.of(ContractAwarded), first.of(ProjectApproved)
    lines = approved["project"][approved["project_kind"] == ProjectKind.PACKING_LINE]
    assert not set(lines.tolist()) & set(awarded["project"].tolist())
    prices = np.rint(awarded["price_factor"] / 10**6 * approved["central_fen"][awarded["project"]]).astype(np.int64)
    centre = approved["project_kind"][awarded["project"]] == ProjectKind.SERVICE_CENTRE
    refused = then.of(ChangeOverLimit)
    assert refused["over_fen"][0] == pytest.approx(prices[centre].sum() - prices[~centre].sum(), abs=len(prices))
    same(refused, county=[0], prefecture=[0], projects=[3], central_fen=[135_000_000], let_through=[False])
    assert not then.rows(ProjectWithdrawn)
    assert not then.rows(ProjectApproved)
    assert not then.rows(PlanFiled)


def test_a_change_that_is_flagged_is_made_and_marked() -> None:
    _, then = amended(plan(HALF, CENTRE, LINES) | FLAG, LESS | FLAG)
    assert then.of(ChangeOverLimit)["let_through"].tolist() == [True]
    assert then.rows(ProjectWithdrawn) == 3


@pytest.mark.parametrize(("fen", "refused"), [(0, False), (1, True)])
def test_a_change_may_leave_exactly_half_and_not_a_fen_less(fen: int, refused: bool) -> None:
    """Nothing of either plan is awarded, so that budgets are what is bound."""
    late = {"start": "2020-01-06"}
    store = {**HALF, **late, "units": 1, "central_yuan": 125_000.0 - fen / 100}
    lines = {**LINES, "units": 1, "central_yuan": 450_000.0}
    cheap = {"policy.rule_book.rules.enough_to_build.limit.value": 0.0}
    other = {"kind": "joint_delivery", "central_yuan": 125_000.0, **late}
    _, then = amended(plan(store, other, lines) | cheap, plan(store, other, amended="2019-08-08") | cheap)
    assert then.of(ChangeOverLimit)["over_fen"].tolist() == [1] * refused
    assert then.rows(ProjectWithdrawn) == (not refused)


def test_a_change_that_puts_other_supply_chain_in_place_of_what_leaves_is_lawful() -> None:
    pre = {"kind": "pre_cooling", "units": 5, "central_yuan": 1_500_000.0, "start": "2020-01-06"}
    _, then = amended(plan(HALF, CENTRE, LINES), plan(HALF, CENTRE, pre, amended="2019-08-08"))
    assert not then.rows(ChangeOverLimit)
    assert then.rows(ProjectWithdrawn) == 3
    assert set(then.of(ProjectApproved)["project_kind"].tolist()) == {ProjectKind.PRE_COOLING}


def test_an_awarded_centre_that_the_changed_plan_drops_is_named_and_stays() -> None:
    first, then = amended(plan(HALF, CENTRE, LINES), plan(HALF, LINES, amended="2019-08-08"))
    approved = first.of(ProjectApproved)
    centre = int(approved["project"][approved["project_kind"] == ProjectKind.SERVICE_CENTRE][0])
    factor = first.of(ContractAwarded)["price_factor"][first.of(ContractAwarded)["project"] == centre].astype(np.int64)
    same(then.of(AwardedKept), project=[centre], central_fen=240_000_000 * factor // 10**6)
    assert not then.rows(ProjectWithdrawn)


AT_MOST = 0.15 * 17_600_000.0
"""What a county's purse may pay for its centre, yuan."""
LATE_CENTRE = {"kind": "service_centre", "central_yuan": AT_MOST, "start": "2020-01-06"}
SUPPLY = {"kind": "cold_store", "units": 55, "central_yuan": 6_640_000.0}


@pytest.mark.parametrize(
    ("becomes", "rule", "over_fen"),
    [
        ({"central_yuan": AT_MOST + 0.01}, "service_centre_share", 1),
        ({"uses": ["work_expenses"]}, "forbidden_uses", 264_000_000),
        ({"exclusive": True}, "open_access", 264_000_000),
    ],
)
def test_a_project_whose_successor_breaks_a_rule_stays_as_it_was(
    becomes: dict[str, Any], rule: str, over_fen: int
) -> None:
    """The marketing that the change takes away as well stays with it: the change is refused as a whole."""
    after = plan(SUPPLY, {**LATE_CENTRE, **becomes}, amended="2019-08-08")
    _, then = amended(plan(SUPPLY, LATE_CENTRE, LATER), after)
    refused, rules = then.of(ChangeOverLimit), tiny_scenario(after).policy.rule_book
    same(refused, county=[0], prefecture=[0], projects=[2], central_fen=[264_000_000 + 30_000_000])
    same(refused, rule=[rules.code(rule)], over_fen=[over_fen], let_through=[False])
    assert not then.rows(ProjectWithdrawn)
    assert not then.rows(ProjectRefused)
    assert not then.rows(ProjectApproved)
    assert not then.rows(PlanFiled)


def test_a_change_up_to_the_limit_is_made() -> None:
    less = {**LATE_CENTRE, "central_yuan": AT_MOST - 0.01}
    _, then = amended(plan(SUPPLY, less), plan(SUPPLY, LATE_CENTRE, amended="2019-08-08"))
    assert not then.rows(ChangeOverLimit)
    assert then.of(ProjectApproved)["central_fen"].tolist() == [264_000_000]
    assert then.rows(ProjectWithdrawn) == 1


def test_a_change_that_is_dearer_than_the_purse_is_refused_by_what_is_too_much() -> None:
    """Of 35.2 million of two counties 32 are kept: 3.2 are free for four lines of a million each."""
    store = {"kind": "cold_store", "units": 32, "central_yuan": 32_000_000.0, "start": "2020-01-06"}
    row = {"kind": "packing_line", "central_yuan": 1_800_000.0, "start": "2020-01-06"}
    after = plan(store, {**row, "units": 4, "central_yuan": 4_000_000.0}, amended="2019-08-08")
    _, then = amended(plan(store, row), after)
    refused = then.of(ChangeOverLimit)
    same(refused, county=[-1], projects=[1], over_fen=[80_000_000], let_through=[False])
    assert not then.rows(ProjectWithdrawn)


def test_successors_that_break_a_rule_together_are_told_together() -> None:
    two = {"kind": "marketing", "units": 2, "central_yuan": 600_000.0, "start": "2020-01-06"}
    after = plan(SUPPLY, {**two, "uses": ["bought_traffic"]}, amended="2019-08-08")
    _, then = amended(plan(SUPPLY, two), after)
    same(then.of(ChangeOverLimit), projects=[2], over_fen=[60_000_000])


def test_a_change_that_only_adds_loses_nothing_and_each_row_is_held_by_itself() -> None:
    bad = {**LINE, "uses": ["work_expenses"]}
    _, then = amended(plan(SUPPLY), plan(SUPPLY, bad, LATER, amended="2019-08-08"))
    assert not then.rows(ChangeOverLimit)
    assert then.of(ProjectRefused)["project_kind"].tolist() == [ProjectKind.PACKING_LINE]
    assert then.of(ProjectApproved)["project_kind"].tolist() == [ProjectKind.MARKETING]
    same(then.of(PlanFiled), change=[True], projects=[1], breaches=[1])


def test_a_successor_that_only_breaks_what_is_flagged_is_let_through_and_marked() -> None:
    dear = {**LATE_CENTRE, "central_yuan": AT_MOST + 0.01}
    _, then = amended(plan(SUPPLY, LATE_CENTRE) | FLAG, plan(SUPPLY, dear, amended="2019-08-08") | FLAG)
    assert not then.rows(ChangeOverLimit)
    same(then.of(ProjectRefused), over_fen=[1], let_through=[True])
    assert then.rows(ProjectWithdrawn) == then.rows(ProjectApproved) == 1


def test_a_change_that_only_takes_away_is_filed_and_reviewed_and_so_is_a_second() -> None:
    rows = (SUPPLY, LATE_CENTRE, LATER)
    region, events = tiny_region(plan(*rows) | {"parameters.governance.formal_faults": 0.0})
    for week in range(36):
        take(region, "govern", week=week)
    for first, left in ((36, rows[:2]), (44, rows[:1])):
        events.clear()
        day = QUICK_START + dt.timedelta(weeks=first)
        other = tiny_scenario(plan(*left, amended=day.isoformat()) | {"parameters.governance.formal_faults": 0.0})
        region = MODEL.context(region.world, other, MODEL.parameters(other))
        for week in range(first, first + 8):
            take(region, "govern", week=week)
        gone, filed = events.of(ProjectWithdrawn), events.of(PlanFiled)
        weeks = region.terms.governance.change_weeks
        same(filed, change=[True], projects=[0], central_fen=[0], breaches=[0], cause=gone["seq"])
        same(filed, day=[7 * first], due_day=[7 * (first + weeks)])
        same(events.of(PlanCleared), day=filed["due_day"], cause=filed["seq"])


def test_a_change_comes_after_the_plan() -> None:
    with pytest.raises(ValueError, match="amended is 2019-01-01, filed 2019-02-01; a change comes after the plan"):
        Plan.model_validate({**plan(STORES, filed="2019-02-01", amended="2019-01-01")["policy.plan"]})


@pytest.mark.parametrize(
    ("head", "words"),
    [({}, "no effect any more: policy.plan (read when plans are made"), ({"amended": "2019-08-08"}, "")],
)
def test_a_fork_is_told_that_a_changed_plan_needs_a_day_on_which_it_is_filed(head: dict[str, Any], words: str) -> None:
    before, after = tiny_scenario(plan(STORES)), tiny_scenario(plan(STORES, LINE, **head))
    told = without_effect(before, after, 252)
    assert (words in told[0]) if words else not told
