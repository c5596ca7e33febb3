"""Evaluations: points on the target table, less what is taken off, and a verdict (docs/model.md 4.10; notice, part 2).

What a score is made of is data of the programme: weights of targets, marks, deductions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CountyEvaluated, ReportFiled, ReportKind, Rows, Verdict
from ecsim.rural.programme.notice import Evaluation, Target
from ecsim.rural.programme.reports import ReportedTargets
from ecsim.rural.world import ONE, State, World
from ecsim.statistics.bounds import Bound

F64 = NDArray[np.float64]
EVALUATED = (
    ReportKind.SELF_EVALUATION, ReportKind.PRE_EVALUATION, ReportKind.PROVINCIAL_EVALUATION, ReportKind.CLOSING,
)  # fmt: skip
"""Reports that come with a score."""
AT_MOST: tuple[Bound, ...] = ("at most", "below")


def evaluate(
    world: World, evaluation: Evaluation, report: ReportKind, filed: Rows[ReportFiled], told: ReportedTargets
) -> None:
    """Score every county on its figures as the evaluators see them.

    Parameters
    ----------
    told : the figures of the report
    """
    points, met = points_of(evaluation, [target for _, target in told.targets], told.seen)
    off = np.minimum(deducted(evaluation, world.state), points)
    score = points - off
    verdict = np.where(score >= evaluation.pass_mark.value, int(Verdict.PASSED), int(Verdict.FAILED))
    verdict[score >= evaluation.good_mark.value] = int(Verdict.GOOD)
    counties = len(score)
    world.publish(
        CountyEvaluated(
            county=np.arange(counties), report=np.full(counties, int(report)),
            score=np.rint(ONE * score).astype(np.int64), deducted=np.rint(ONE * off).astype(np.int64), met=met,
            verdict=verdict,
        ),
        cause=filed.seqs,
    )  # fmt: skip


def points_of(evaluation: Evaluation, targets: list[Target], figures: F64) -> tuple[F64, NDArray[np.int64]]:
    """Return the points of 100 for figures of targets, and how many targets are met; shape (counties,) each.

    A target that is met has its weight in full; one that is missed, `Evaluation.partial` of the part that is reached.
    A target without a figure has no weight.

    Parameters
    ----------
    figures : shape (targets, counties), NaN where there is none
    """
    known = ~np.isnan(figures)
    weight = np.array([target.weight for target in targets])[:, None] * known
    met = np.stack([target.met(row) for target, row in zip(targets, figures, strict=True)]) == 1.0
    reached = np.stack([_reached(target, row) for target, row in zip(targets, figures, strict=True)])
    worth = np.where(met, 1.0, evaluation.partial.value * reached)
    total = weight.sum(axis=0)
    points = np.divide((weight * worth).sum(axis=0), total, out=np.zeros(len(total)), where=total > 0)
    return 100.0 * points, met.sum(axis=0)


def _reached(target: Target, figures: F64) -> F64:
    """Return the part of a target that figures reach, in [0, 1]; nothing where it has no size to be a part of."""
    over, under = (target.value, figures) if target.sense in AT_MOST else (figures, target.value)
    part = np.divide(over, under, out=np.zeros(len(figures)), where=np.asarray(under) > 0)
    return np.asarray(np.clip(np.nan_to_num(part), 0.0, 1.0), np.float64)


def deducted(evaluation: Evaluation, state: State) -> F64:
    """Return the points to take off for what was found since the start, up to the cap, shape (counties,)."""
    c, deductions = state.counties, evaluation.deductions
    found = (
        (deductions.late_report, c.late_reports), (deductions.false_report, c.false_reports),
        (deductions.idle_money, c.warnings), (deductions.diversion, c.diversions),
        (deductions.closing_breach, c.closing_breaches),
    )  # fmt: skip
    off = sum(points.value * many for points, many in found if points is not None)
    most = np.inf if evaluation.most_deducted is None else evaluation.most_deducted.value
    return np.asarray(np.minimum(off, most), np.float64)
