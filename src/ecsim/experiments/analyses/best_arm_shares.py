"""Shares of a parameter space in which each arm is best, and in which its difference to the reference changes sign."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.toolkit import EcsimError
from ecsim.statistics.designs import BY_HAND, Design
from ecsim.statistics.outcomes import Missing
from ecsim.statistics.proportions import wilson
from ecsim.statistics.rounding import less
from ecsim.statistics.validate import sign

F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]


def points_apart(design: Design) -> NDArray[np.int64]:
    """Return the points that do not repeat each other's values.

    Of a Saltelli design the two base points of each block, of Morris the first of each trajectory: the others take over
    nearly all their values, and counted in they would make intervals too narrow.
    """
    first = np.arange(design.blocks) * design.size
    if design.kind == "saltelli":
        return np.sort(np.concatenate([first, first + design.size - 1]))
    return first if design.kind == "morris" else np.arange(len(design))


def best_arm_shares(runs: DesignRuns, outcome: str, missing: Missing = "refuse", level: float = 0.95) -> pd.DataFrame:
    """Return by arm the share of points at which it is best, above and below the reference, and turned.

    Parameters
    ----------
    runs : of a design
    outcome : by name
    missing : what to do with a point at which an arm has no figure: ``refuse``, or ``drop`` it
    level : of Wilson's intervals

    Returns
    -------
    Columns outcome, arm; best (no arm is better; ties count for all that tie), above, below, turned (the difference to
    the reference has the sign opposite to that of its mean over the points) and turned_clearly (and lies further from 0
    than luck explains), each a share of ``points`` with Wilson's interval (``_low``, ``_high``); mean_difference. What
    is not known is not a number: ``best`` where nothing says which way is better, ``turned_clearly`` with one run a
    point, intervals where points were chosen by hand.

    Raises
    ------
    EcsimError
        If runs are missing and may not be left out, or none are left.
    """
    apart = points_apart(runs.design)
    means = runs.means(outcome)[:, apart]
    whole: Flags = np.asarray(np.isfinite(means).all(axis=0))
    if (not whole.all() and missing == "refuse") or not whole.any():
        raise EcsimError(
            f"{outcome} is not a number in some arm at {int((~whole).sum())} of {len(whole)} points; fix the model"
            " there, or leave such points out with --missing drop"
        )
    means = means[:, whole]
    sense = runs.catalogue.sense(outcome)
    goodness = means * sign(sense) if sense else None
    sampled = runs.design.kind not in BY_HAND
    rows = []
    for place, arm in enumerate(runs.plan.arms):
        best = None if goodness is None else less(goodness[place], goodness.max(axis=0)) == 0.0
        row: dict[str, Any] = {"outcome": outcome, "arm": arm, "points": means.shape[1]}
        row |= _share("best", best, sampled=sampled, level=level)
        rows.append(row | _signs(runs, outcome, arm, apart[whole], sampled=sampled, level=level))
    return pd.DataFrame(rows)


def _signs(
    runs: DesignRuns, outcome: str, arm: str, points: NDArray[np.int64], *, sampled: bool, level: float
) -> dict[str, float]:
    """Return how often an arm's difference has which sign; nothing of the reference itself."""
    if arm == runs.reference:
        nothing = dict.fromkeys(("above", "below", "turned", "turned_clearly"))
        parts = [_share(name, flags, sampled=sampled, level=level) for name, flags in nothing.items()]
        return {key: value for part in parts for key, value in part.items()} | {"mean_difference": 0.0}
    differences = runs.difference(outcome, arm)[points]
    gap = differences.mean(axis=1)
    turned = gap * gap.mean() < 0.0
    reach = _reach_of_luck(differences, random=runs.random, level=level)
    flags = {
        "above": gap > 0.0, "below": gap < 0.0, "turned": turned,
        "turned_clearly": None if reach is None else turned & (np.abs(gap) > reach),
    }  # fmt: skip
    parts = [_share(name, marks, sampled=sampled, level=level) for name, marks in flags.items()]
    return {key: value for part in parts for key, value in part.items()} | {"mean_difference": float(gap.mean())}


def _reach_of_luck(differences: F64, *, random: bool, level: float) -> float | None:
    """Return how far from 0 luck takes the mean of a point whose difference is 0; None if runs do not tell.

    Luck is taken to be alike at all points: a standard deviation from two runs of one point says nothing.
    """
    points, replications = differences.shape
    if not random:
        return 0.0
    if replications < 2:
        return None
    spread = float(np.sqrt(differences.var(axis=1, ddof=1).mean() / replications))
    return spread * float(student.ppf(0.5 + level / 2.0, points * (replications - 1)))


def _share(name: str, flags: Flags | None, *, sampled: bool, level: float) -> dict[str, float]:
    figures = [np.nan, np.nan, np.nan]
    if flags is not None:
        figures[0] = float(flags.mean())
        if sampled:
            figures[1:] = (float(end) for end in wilson(flags.sum(), len(flags), level))
    return dict(zip((name, f"{name}_low", f"{name}_high"), figures, strict=True))
