"""Verdicts on claims: worked cases, those of another tool, error rates over many families, replications that settle."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm, ttest_1samp, ttest_ind, ttest_rel

from ecsim.kernel.draws import Draws
from ecsim.statistics.claims import (
    Assertion,
    ChangedFigures,
    Evidence,
    Finding,
    Verdict,
    claim_test,
    judge_claims,
    shift_test,
)

F64 = NDArray[np.float64]
N = 20
SCORES = norm.ppf((np.arange(N) + 0.5) / N)
AFTER = SCORES[(7 * np.arange(N) + 3) % N]
"""The same scores in another order: luck that is not shared."""


def judged(
    before: F64, after: F64, relation: str = ">", value: float = 3.0, tolerance: float = 0.0, *, paired: bool = True,
    level: float = 0.95,
) -> list[Finding]:  # fmt: skip
    assertion = Assertion(relation, value, tolerance)  # type: ignore[arg-type]
    return judge_claims({"c": Evidence(assertion, before, {"x": ChangedFigures(before, after, paired)})}, level)


@pytest.mark.parametrize(
    ("relation", "value", "tolerance", "before", "after", "study", "change"),
    [
        (">", 3.0, 0.0, 5.0, 5.0, "holds", "robust"),
        (">", 3.0, 0.0, 5.0, 8.0, "holds", "shifted"),
        (">", 3.0, 4.0, 5.0, 8.0, "holds", "robust"),  # within what counts as none
        (">", 3.0, 0.0, 5.0, 1.0, "holds", "fragile"),
        (">", 3.0, 0.0, 5.0, 3.1, "holds", "inconclusive"),
        (">", 3.0, 0.0, 3.1, 5.0, "inconclusive", "inconclusive"),
        (">", 3.0, 0.0, 3.1, 1.0, "inconclusive", "fragile"),  # it fails there, and the change made it so
        (">", 3.0, 0.0, 1.0, 1.0, "contradicted", "contradicted"),
        (">", 3.0, 0.0, 1.0, 9.0, "contradicted", "contradicted"),
        ("<", 3.0, 0.0, 1.0, 1.0, "holds", "robust"),
        ("<=", 3.0, 0.0, 1.0, 5.0, "holds", "fragile"),
        (">=", 3.0, 0.0, 5.0, 6.0, "holds", "shifted"),
        ("=", 3.0, 1.0, 3.1, 3.2, "holds", "robust"),
        ("=", 3.0, 1.0, 3.1, 5.0, "holds", "fragile"),
        ("=", 3.0, 1.0, 3.1, 1.0, "holds", "fragile"),
        ("=", 3.0, 2.0, 1.7, 4.3, "holds", "shifted"),  # from one end to the other, further than the tolerance
        ("=", 3.0, 0.1, 3.05, 3.05, "inconclusive", "inconclusive"),
        ("=", 3.0, 1.0, 8.0, 8.0, "contradicted", "contradicted"),
    ],
)
def test_a_verdict_is_what_is_significant(
    relation: str, value: float, tolerance: float, before: float, after: float, study: str, change: str
) -> None:
    shared = 0.5 * SCORES
    found = judged(before + shared, after + shared + 0.1 * AFTER, relation, value, tolerance)
    assert [finding.verdict for finding in found] == [study, change]


def test_the_tests_are_those_of_the_textbook() -> None:
    before, after = 5.0 + SCORES, 5.4 + 0.8 * AFTER
    claimed = claim_test(before, Assertion(">", 4.5), 0.95)
    expected = ttest_1samp(before, 4.5)
    assert claimed.p == pytest.approx(expected.pvalue)
    assert (claimed.low, claimed.high) == pytest.approx(ttest_1samp(before, 0.0).confidence_interval(0.95))
    paired, apart = (shift_test(before, after, 0.0, 0.95, paired=flag) for flag in (True, False))
    related, welch = ttest_rel(after, before), ttest_ind(after, before, equal_var=False)
    assert (paired.p, apart.p) == pytest.approx((related.pvalue, welch.pvalue))
    assert (paired.low, paired.high) == pytest.approx(related.confidence_interval(0.95))
    assert (apart.low, apart.high) == pytest.approx(welch.confidence_interval(0.95))
    assert apart.freedom == pytest.approx(welch.df)


ABMFACT = {
    "robust": (">", 3.0, (5.0, 1.0), (5.1, 1.0), "ROBUST", (0.1, -0.429924907, 0.629924907)),
    "shifted": (">", 3.0, (5.0, 1.0), (8.0, 1.2), "SHIFTED", (3.0, 2.414202906, 3.585797094)),
    "fragile": (">", 3.0, (5.0, 1.0), (1.0, 0.7), "FRAGILE", (-4.0, -4.458738773, -3.541261227)),
    "contradicted": (">", 3.0, (1.0, 1.0), (1.0, 1.0), "BASELINE_FAILS", (0.0, -0.529924907, 0.529924907)),
    "open": (">", 3.0, (3.1, 1.0), (5.0, 1.0), "INCONCLUSIVE", (1.9, 1.370075093, 2.429924907)),
    "below": ("<", 9.0, (5.0, 1.0), (5.2, 1.0), "ROBUST", (0.2, -0.329924907, 0.729924907)),
    "below, fragile": ("<", 9.0, (5.0, 1.0), (12.0, 2.0), "FRAGILE", (7.0, 6.154511879, 7.845488121)),
    "straddles": (">", 3.0, (5.0, 1.0), (3.1, 1.0), "SHIFTED", (-1.9, -2.429924907, -1.370075093)),
}
"""What ABMfact 0.1.0 (Apache-2.0) says of these figures: alpha 0.05, one claim with a tolerance of 1, one change
(``run_audit`` with ``update_order``), and its interval of the difference."""
OTHERWISE = {"contradicted": "contradicted", "straddles": "inconclusive"}
"""Another word for the same; and a claim that is not established under a change is not said to hold there."""


@pytest.mark.parametrize("case", ABMFACT)
def test_verdicts_and_intervals_are_those_of_abmfact(case: str) -> None:
    relation, value, (mean, sd), (other_mean, other_sd), verdict, interval = ABMFACT[case]
    found = judged(
        mean + sd * SCORES, other_mean + other_sd * AFTER, relation, value, 1.0, paired=False, level=0.9
    )[1]  # fmt: skip
    assert found.verdict == OTHERWISE.get(case, verdict.lower())
    assert found.shift is not None
    assert (found.shift.estimate, found.shift.low, found.shift.high) == pytest.approx(interval, abs=1e-8)


def test_shared_luck_shows_a_move_that_luck_of_its_own_hides() -> None:
    before = 5.0 + SCORES
    after = before + 0.3 + 0.1 * AFTER
    assert judged(before, after)[1].verdict is Verdict.SHIFTED
    assert judged(before, after[::-1].copy(), paired=False)[1].verdict is Verdict.ROBUST


def test_a_family_of_right_claims_raises_a_false_alarm_in_one_case_of_twenty_at_most() -> None:
    families, changes, n = 400, 6, 12
    luck = Draws(1).normal("families", 0, np.arange(families * (changes + 1) * n)).reshape(families, changes + 1, n)
    alarms = 0
    for before, *rest in 2.0 + luck:
        changed = {str(place): ChangedFigures(before, after, False) for place, after in enumerate(rest)}
        found = judge_claims({"c": Evidence(Assertion(">", 0.0), before, changed)})
        alarms += any(finding.verdict in (Verdict.FRAGILE, Verdict.SHIFTED) for finding in found)
    assert alarms / families <= 0.05 + 3.0 * (0.05 * 0.95 / families) ** 0.5
    alone = sum(shift_test(before, after, 0.0, 0.95, paired=False).p < 0.05 for before, after, *_ in 2.0 + luck)
    assert abs(alone / families - 0.05) < 3.0 * (0.05 * 0.95 / families) ** 0.5  # one test by itself keeps its level


def test_as_many_replications_as_a_verdict_says_settle_it_if_the_figures_go_on_as_they_are() -> None:
    few = judged(3.3 + SCORES, 5.0 + SCORES)[0]
    assert few.verdict is Verdict.INCONCLUSIVE
    assert few.needed is not None
    n = few.needed
    spread = float(SCORES.std(ddof=1))

    def again(n: int) -> Verdict:
        scores = norm.ppf((np.arange(n) + 0.5) / n)
        figures = 3.3 + scores * spread / scores.std(ddof=1)
        return judged(figures, figures)[0].verdict

    assert again(n) is Verdict.HOLDS
    assert again(n // 2) is Verdict.INCONCLUSIVE


def test_what_would_settle_a_claim_under_a_change_counts_both() -> None:
    study, change = judged(3.3 + SCORES, 3.1 + SCORES)
    assert study.needed is not None
    assert change.needed is not None
    assert change.needed > study.needed
    assert judged(3.0 + SCORES - SCORES.mean(), 5.0 + SCORES)[0].needed is None  # on the border


def test_figures_that_never_vary_are_certain() -> None:
    level, other = np.full(5, 3.0), np.full(5, 4.0)
    assert [finding.verdict for finding in judged(level, level, ">", 2.0)] == ["holds", "robust"]
    assert [finding.verdict for finding in judged(level, other, ">", 2.0)] == ["holds", "shifted"]
    assert [finding.verdict for finding in judged(level, other, "<=", 3.0)] == ["holds", "fragile"]
    assert judged(level, level, ">", 3.0)[0].verdict is Verdict.CONTRADICTED  # on the border itself
    assert judged(level, level, ">=", 3.0)[0].verdict is Verdict.HOLDS
    assert judged(0.1 + 0.2 + 0.0 * level, level, "<=", 0.3)[0].verdict is Verdict.HOLDS  # rounding is no finding
    assert [finding.verdict for finding in judged(level[:1], other[:1], ">", 2.0)] == ["holds", "shifted"]
