"""Verdicts on claims: whether a claim holds of a figure, and whether it survives a change that must not matter.

Three statements are made of figures: that the claim holds or fails as the study is run; that it holds or fails under a
change; and that the change moved the figure. Each is a test of Student's; all of them are one family, in which Holm's
method keeps the probability of any wrong statement below 1 - level. A verdict follows from what is significant there.

References
----------
Holm (1979), A simple sequentially rejective multiple test procedure; Welch (1947), The generalization of Student's
problem; Galán et al. (2009), Errors and artefacts in agent-based modelling.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from ecsim.kernel.lazy import later
from ecsim.statistics import rounding
from ecsim.statistics.comparison import holm
from ecsim.statistics.validate import Array, share

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = later("scipy.stats")

Relation = Literal[">", ">=", "<", "<=", "="]
MOST_RUNS = 100_000
"""Replications beyond which nobody settles anything by making more."""


class Verdict(StrEnum):
    """What becomes of a claim: as the study is run (the first three), and under a change that must not matter."""

    HOLDS = "holds"
    CONTRADICTED = "contradicted"
    INCONCLUSIVE = "inconclusive"
    ROBUST = "robust"
    SHIFTED = "shifted"
    FRAGILE = "fragile"


@dataclass(frozen=True)
class Assertion:
    """What a claim says of the mean of its figures.

    Attributes
    ----------
    relation, value : the mean is above the value, below it, or equal to it
    tolerance : in the figure's unit, >= 0: distance from the value that still counts as equal, and how far a change may
        move the mean and count as not to have moved it
    """

    relation: Relation
    value: float
    tolerance: float = 0.0

    def margin(self, mean: float) -> float:
        """Return how far a mean lies on the right side of the border; below 0 on the wrong one, 0 on the border."""
        match self.relation:
            case ">" | ">=":
                return float(rounding.less(mean, self.value))
            case "<" | "<=":
                return float(rounding.less(self.value, mean))
        return float(rounding.less(self.tolerance, abs(float(rounding.less(mean, self.value)))))

    def holds(self, margin: float) -> bool:
        """Return whether a mean of this margin is what is claimed."""
        return margin > 0.0 or (margin == 0.0 and self.relation not in (">", "<"))


@dataclass(frozen=True)
class Test:
    """A test of whether a mean, or a difference of two, lies beyond a border.

    Attributes
    ----------
    estimate, low, high : the mean or difference with Student's interval, for itself
    margin : distance of the estimate from the border; its sign says on which side it lies
    error : standard error; 0 where nothing varies: then the estimate is certain
    freedom : degrees of freedom
    n : replications
    p : p-value for this test alone
    """

    estimate: float
    low: float
    high: float
    margin: float
    error: float
    freedom: float
    n: int
    p: float

    def runs_needed(self, level: float) -> int | None:
        """Return the replications at which the estimate, if it stays, would be significant; None beyond `MOST_RUNS`.

        Parameters
        ----------
        level : 1 less the largest p-value that counts, for this test alone
        """
        if self.margin == 0.0 or self.error == 0.0:
            return None
        per_run, n = self.freedom / (self.n - 1), self.n  # two samples of n have twice the freedom of one
        for _ in range(64):  # Student's quantile hangs on n a little: a few steps settle it
            reach = _quantile(level, per_run * (n - 1)) * self.error / abs(self.margin)
            wanted = max(2, math.ceil(min(self.n * reach**2, 2.0 * MOST_RUNS)))
            if wanted == n:
                break
            n = wanted
        return max(n, self.n + 1) if n <= MOST_RUNS else None


NO_FIGURE = Test(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 0, math.nan)
"""In place of a test where there are no figures."""


def claim_test(figures: Array, assertion: Assertion, level: float) -> Test:
    """Return the two-sided test of an assertion on the mean of figures.

    Parameters
    ----------
    figures : shape (n,), independent; a single one is taken for certain
    assertion : what is said of their mean
    level : of the interval
    """
    mean, freedom = float(figures.mean()), float(len(figures) - 1)
    return _test(mean, assertion.margin(mean), _error(figures), freedom, len(figures), level)


def shift_test(before: Array, after: Array, tolerance: float, level: float, *, paired: bool) -> Test:
    """Return the test of whether a mean moved by more than a tolerance; its p-value is 1 where it did not.

    Parameters
    ----------
    before, after : shape (n,), figures as the study is run and under a change
    tolerance : how far the mean may move and count as not to have moved, >= 0
    level : of the interval
    paired : whether the two share their luck, replication by replication; else the test is Welch's
    """
    n = len(before)
    if paired:
        gaps = rounding.gaps(after, before)
        move, error, freedom = float(gaps.mean()), _error(gaps), float(n - 1)
    else:
        move, error = float(rounding.less(after.mean(), before.mean())), math.hypot(_error(before), _error(after))
        freedom = _freedom(_error(before), _error(after), n)
    margin = float(rounding.less(abs(move), tolerance))
    return _test(move, margin, error, freedom, n, level, inside=1.0)


def _test(
    estimate: float, margin: float, error: float, freedom: float, n: int, level: float, inside: float | None = None
) -> Test:  # fmt: skip
    """Return a test; its p-value is ``inside``, if that is given, for an estimate that is not beyond the border."""
    half = _quantile(level, freedom) * error if error else 0.0
    if inside is not None and margin <= 0.0:
        p = inside
    else:
        p = float(2.0 * stats.t.sf(abs(margin) / error, freedom)) if error else 0.0
    return Test(estimate, estimate - half, estimate + half, margin, error, freedom, n, p)


def _quantile(level: float, freedom: float) -> float:
    return float(stats.t.ppf(0.5 + level / 2.0, freedom))


def _error(figures: Array) -> float:
    """Return the standard error of a mean; 0 where nothing varies but by rounding, or there is one figure."""
    return float(rounding.deviation(figures)) / math.sqrt(len(figures)) if len(figures) > 1 else 0.0


def _freedom(a: float, b: float, n: int) -> float:
    """Return the degrees of freedom of a difference of two means of n figures each, from their standard errors."""
    return (n - 1) * (a**2 + b**2) ** 2 / (a**4 + b**4) if a or b else float(n - 1)


@dataclass(frozen=True)
class ChangedFigures:
    """Figures of a claim under a change that must not matter.

    Attributes
    ----------
    before, after : shape (n,), without the change and with it, of replications that have both
    paired : whether the two share their luck
    """

    before: Array
    after: Array
    paired: bool


@dataclass(frozen=True)
class Evidence:
    """The figures of a claim.

    Attributes
    ----------
    assertion : what is claimed of their mean
    figures : shape (n,), as the study is run
    changed : by change; a change without figures is left out
    """

    assertion: Assertion
    figures: Array
    changed: Mapping[str, ChangedFigures]


@dataclass(frozen=True)
class Finding:
    """What becomes of a claim, as the study is run or under a change.

    Attributes
    ----------
    claim, change : by name; the change is empty for the study as it is run
    verdict : by what is significant in the whole family
    claimed : test of the claim
    shift : test of whether the change moved the figure; None for the study as it is run
    p, p_shift : p-values of the two, corrected by Holm for the whole family
    needed : replications that would settle an inconclusive verdict if the estimates stay; None where it is another
        one, or no number would
    """

    claim: str
    change: str
    verdict: Verdict
    claimed: Test
    shift: Test | None
    p: float
    p_shift: float
    needed: int | None


def judge_claims(evidence: Mapping[str, Evidence], level: float = 0.95) -> list[Finding]:
    """Return what becomes of claims, as the study is run and under every change, as one family.

    Parameters
    ----------
    evidence : by claim
    level : probability with which all statements are right at once, and of each interval for itself

    Returns
    -------
    For each claim the finding of the study as it is run, then one of each change.
    """
    alpha = 1.0 - share(level, "level")
    places = [(name, change) for name, of in evidence.items() for change in ("", *of.changed)]
    claimed = {place: _claimed(evidence[place[0]], place[1], level) for place in places}
    shifts = {place: _shift(evidence[place[0]], place[1], level) for place in places if place[1]}
    adjusted = holm([test.p for test in (*claimed.values(), *shifts.values())]).tolist()
    p = dict(zip(claimed, adjusted[: len(claimed)], strict=True))
    p_shift = dict(zip(shifts, adjusted[len(claimed) :], strict=True))
    alone = 1.0 - alpha / len(adjusted)
    rows, studies = list[Finding](), dict[str, Finding]()
    for place in places:
        (name, change), shift = place, shifts.get(place)
        holds = evidence[name].assertion.holds(claimed[place].margin) if p[place] <= alpha else None
        moved = p_shift.get(place, 1.0)
        judgement = _Judgement(claimed[place], holds, shift, moved <= alpha, alone)
        verdict, needed = judgement.under_change(studies[name]) if change else judgement.of_study()
        rows.append(Finding(name, change, verdict, claimed[place], shift, p[place], moved, needed))
        studies.setdefault(name, rows[-1])
    return rows


def _claimed(of: Evidence, change: str, level: float) -> Test:
    return claim_test(of.changed[change].after if change else of.figures, of.assertion, level)


def _shift(of: Evidence, change: str, level: float) -> Test:
    changed = of.changed[change]
    return shift_test(changed.before, changed.after, of.assertion.tolerance, level, paired=changed.paired)


@dataclass(frozen=True)
class _Judgement:
    """What is significant of a claim at one place.

    Attributes
    ----------
    holds : whether the claim holds; None where neither that nor its contrary is significant
    moved : whether the change moved the figure, significantly
    alone : level at which a test of the family is significant for certain
    """

    claimed: Test
    holds: bool | None
    shift: Test | None
    moved: bool
    alone: float

    def of_study(self) -> tuple[Verdict, int | None]:
        if self.holds is None:
            return Verdict.INCONCLUSIVE, self.claimed.runs_needed(self.alone)
        return (Verdict.HOLDS if self.holds else Verdict.CONTRADICTED), None

    def under_change(self, study: Finding) -> tuple[Verdict, int | None]:
        """Return the verdict under a change, and the replications that would settle it."""
        if study.verdict is Verdict.CONTRADICTED:
            return Verdict.CONTRADICTED, None
        if self.moved and self.holds is False:
            return Verdict.FRAGILE, None
        if self.holds and study.verdict is Verdict.HOLDS:
            return (Verdict.SHIFTED if self.moved else Verdict.ROBUST), None
        return Verdict.INCONCLUSIVE, self._needed(study)

    def _needed(self, study: Finding) -> int | None:
        """Return the replications that would settle it: the claim itself, before and after, and whether it moved."""
        assert self.shift is not None
        open_tests = [study.claimed] if study.verdict is Verdict.INCONCLUSIVE else []
        open_tests += [self.claimed] if self.holds is None else []
        open_tests += [self.shift] if self.holds is False else []
        counts = [test.runs_needed(self.alone) for test in open_tests]
        known = [count for count in counts if count is not None]
        return max(known) if len(known) == len(counts) and known else None
