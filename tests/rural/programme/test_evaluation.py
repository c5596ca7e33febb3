"""Evaluations: what a score is made of, verdicts, and money that hangs on them (docs/model.md 4.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.validation import checked
from ecsim.rural.events.codes import Funder, ReportKind, Verdict
from ecsim.rural.events.funds import PaymentMade, ReportFiled
from ecsim.rural.events.governance import CountyEvaluated, FalseReportFound, TrancheWithheld
from ecsim.rural.programme.evaluation import deducted, points_of
from ecsim.rural.programme.notice import Evaluation, Target
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.sourced_number import SourcedNumber
from tiny import made, same, take, tiny_region

NOTICE, SELF, PRE, PROVINCIAL = 47, 77, 99, 114
SHIPPED = shipped_programme().evaluation
TITLES = {"title_en": "a", "title_zh": "甲", "source": "made up"}


def number(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "points", "source": "made up"}


def composed(partial: float = 1.0, pass_mark: float = 60, good_mark: float = 80, each: float = 1.0) -> Evaluation:
    """Return how scores are made up."""
    told = {"late_report": each, "false_report": 2 * each, "idle_money": 3 * each, "diversion": 4 * each}
    return Evaluation(
        pass_mark=number(pass_mark), good_mark=number(good_mark), partial=number(partial),
        deductions={name: number(value) for name, value in told.items()},
    )  # fmt: skip


def target(name: str, unit: str, sense: str, value: float, weight: float = 1.0) -> Target:
    return Target(name=name, unit=unit, sense=sense, value=value, weight=weight, **TITLES)


TRAINED = target("trained", "person-times", "at least", 3_000)
COMPLAINTS = target("complaints", "complaints", "at most", 10, weight=3.0)
GROWTH = target("retail_growth", "share a year", "above", 0.0)


@pytest.mark.parametrize(
    ("partial", "figures", "points", "met"),
    [
        (1.0, [3_000, 10, 0.1], 100.0, 3),
        (1.0, [1_500, 10, 0.1], 90.0, 2),  # 0.5 + 3 + 1 of 5
        (0.5, [1_500, 10, 0.1], 85.0, 2),
        (0.0, [1_500, 10, 0.1], 80.0, 2),
        (1.0, [3_000, 40, 0.1], 55.0, 2),  # 1 + 3 x 10/40 + 1 of 5
        (1.0, [3_000, 10, -0.1], 80.0, 2),  # growth below its target has no part
        (1.0, [3_000, 10, float("nan")], 100.0, 2),  # no figure, no weight
        (1.0, [float("nan")] * 3, 0.0, 0),
    ],
)
def test_points_worked_by_hand(partial: float, figures: list[float], points: float, met: int) -> None:
    found, number_met = points_of(composed(partial), [TRAINED, COMPLAINTS, GROWTH], np.array(figures)[:, None])
    assert found.tolist() == pytest.approx([points])
    assert number_met.tolist() == [met]


@given(st.floats(0, 9_000), st.floats(0, 9_000), st.floats(0, 1))
def test_more_of_what_is_wanted_never_costs_points(one: float, other: float, partial: float) -> None:
    low, high = (
        points_of(composed(partial), [TRAINED, GROWTH], np.array([[x], [0.1]]))[0][0] for x in sorted((one, other))
    )
    assert 0 <= low <= high <= 100


def test_what_was_found_takes_points_off_worked_by_hand() -> None:
    # County 1: two reports late and one figure false: 2 x 1 + 1 x 2.
    region, _ = tiny_region()
    for days in (3, 0, 9):
        region.world.publish(made(ReportFiled, county=[1], late_days=[days]))
    region.world.publish(made(FalseReportFound, county=[1]))
    assert deducted(composed(), region.world.state).tolist() == [0.0, 4.0]
    assert deducted(composed(each=0.0), region.world.state).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("most", "off"), [(None, 40.0), (100.0, 40.0), (30.0, 30.0), (0.0, 0.0)])
def test_deductions_together_have_a_cap(most: float | None, off: float) -> None:
    region, _ = tiny_region()
    for _ in range(40):
        region.world.publish(made(ReportFiled, county=[1], late_days=[3]))
    cap = None if most is None else SourcedNumber(**number(most))
    assert deducted(composed().model_copy(update={"most_deducted": cap}), region.world.state).tolist() == [0.0, off]


def test_no_more_is_taken_off_than_there_is() -> None:
    deductions = "programme.evaluation.deductions.late_report"
    told = {deductions: number(100), "programme.evaluation.most_deducted": number(100)}
    region, events = tiny_region(told, numbers={"governance.pressure": 0.0, "governance.late_report": 0.0})
    region.world.publish(made(ReportFiled, county=[1], late_days=[3]))
    take(region, "govern", week=SELF)
    scored = events.of(CountyEvaluated)
    assert scored["score"][1] == 0
    assert 0 < scored["deducted"][1] < 50 * 10**6


def evaluated(week: int, **changes: float) -> dict[str, np.ndarray]:
    """Return the evaluation of a week in which nothing of the programme is done."""
    told = {f"programme.evaluation.{mark}": number(value) for mark, value in changes.items()}
    numbers = {"governance.pressure": 0.0, "governance.late_report": 0.0}
    region, events = tiny_region(told, numbers=numbers)
    take(region, "govern", week=week)
    return events.of(CountyEvaluated)


@pytest.mark.parametrize(
    ("week", "report"),
    [
        (SELF, ReportKind.SELF_EVALUATION), (PRE, ReportKind.PRE_EVALUATION),
        (PROVINCIAL, ReportKind.PROVINCIAL_EVALUATION),
    ],
)  # fmt: skip
def test_three_reports_of_the_calendar_come_with_a_score(week: int, report: ReportKind) -> None:
    same(evaluated(week), county=[0, 1], report=[report] * 2)
    assert not len(evaluated(week - 1)["county"])


def test_marks_make_the_verdict() -> None:
    score = evaluated(SELF)["score"].max() / 1e6
    assert 0 < score < 50
    for pass_mark, good_mark, verdict in ((100, 100, Verdict.FAILED), (0, 100, Verdict.PASSED), (0, 0, Verdict.GOOD)):
        found = evaluated(SELF, pass_mark=pass_mark, good_mark=good_mark)["verdict"]
        assert set(found.tolist()) == {verdict}


def test_a_programme_may_give_no_evaluation() -> None:
    """As those of earlier versions."""
    told = shipped_programme().model_dump(mode="json") | {"evaluation": None}
    region, events = tiny_region({"programme": told})
    take(region, "govern", week=SELF)
    assert not events.rows(CountyEvaluated)


def test_a_good_mark_below_the_pass_mark_is_refused() -> None:
    assert SHIPPED is not None
    told = SHIPPED.model_dump(mode="json")
    told["good_mark"]["value"] = 55
    with pytest.raises(EcsimError, match="good_mark is 55, pass_mark 60; good_mark may not be below"):
        checked(Evaluation, told, "programme.evaluation")


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
@pytest.mark.parametrize(("withheld", "paid"), [(0.0, 14_080_000_00), (0.5, 7_040_000_00), (1.0, 0)])
def test_a_part_of_the_second_tranche_waits_for_a_pass_worked_by_hand(policy: str, withheld: float, paid: int) -> None:
    # 40 % of 2 x 17.6 million yuan; both counties fail in June, and pass in December at a mark of 0.
    numbers = {"governance.withheld": withheld}
    region, events = tiny_region({"programme.evaluation.pass_mark.value": 50}, numbers=numbers, policy=policy)
    take(region, "govern", week=NOTICE)
    events.clear()
    take(region, "govern", week=SELF)
    assert came(events) == paid
    assert events.of(TrancheWithheld)["withheld_fen"].sum() == 14_080_000_00 - paid
    region.world.publish(made(CountyEvaluated, county=[0, 1], score=[70_000_000] * 2))
    events.clear()
    take(region, "govern", week=SELF + 1)
    assert came(events) == 14_080_000_00 - paid
    assert region.world.state.counties.withheld_fen.tolist() == [0, 0]
    events.clear()
    take(region, "govern", week=SELF + 2)
    assert came(events) == 0


def came(events: Any) -> int:
    """Return the central money that came from the province."""
    paid = events.of(PaymentMade)
    return int(paid["paid_fen"][(paid["payer"] == 0) & (paid["funder"] == Funder.CENTRAL)].sum())
