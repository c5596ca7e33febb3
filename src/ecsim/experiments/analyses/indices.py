"""Sensitivity indices of an outcome: those that a design is made for, and which of them say more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ecsim.experiments.analyses.design_runs import DesignRuns
from ecsim.experiments.analyses.toolkit import EcsimError
from ecsim.kernel.errors import counted
from ecsim.statistics import sensitivity as methods
from ecsim.statistics.designs import Design
from ecsim.statistics.outcomes import Missing
from ecsim.statistics.sensitivity import NO_EFFECT, Sensitivity

F64 = NDArray[np.float64]
Method = Literal["sobol", "morris", "tornado", "pawn"]
METHODS: dict[str, Method] = {
    "saltelli": "sobol",
    "morris": "morris",
    "one_at_a_time": "tornado",
    "latin_hypercube": "pawn",
    "sobol_sequence": "pawn",
    "grid": "pawn",
    "given": "pawn",
}
MAIN: dict[str, str] = {"sobol": "total", "morris": "mu_star", "tornado": "swing", "pawn": "median"}
"""The index that parameters are ranked by."""
POINTS_A_SLICE, SLICES, FEWEST = 10, 10, 10


@dataclass(frozen=True)
class OutcomeSensitivity:
    """The sensitivity of one outcome: of an arm's own figure, or of its difference to the reference.

    Attributes
    ----------
    against : the reference, or None for an arm's own figure
    sensitivity : the indices of the design's method
    significant : parameters that do more than luck and a small sample explain, the weightiest first
    middle : of a tornado, the figure with all parameters in the middle
    sign_changes : ends of parameters, as (name, "low"), at which a tornado's difference has another sign than in the
        middle
    """

    outcome: str
    arm: str
    against: str | None
    sensitivity: Sensitivity
    significant: tuple[str, ...]
    middle: float | None = None
    sign_changes: tuple[tuple[str, str], ...] = ()


def sensitivity_of_outcome(
    runs: DesignRuns, outcome: str, arm: str, against: str | None, missing: Missing
) -> OutcomeSensitivity:
    """Return the sensitivity of an arm's figures, or of its differences to the reference.

    Parameters
    ----------
    against : the reference, or None for the arm's own figures

    Raises
    ------
    EcsimError
        As `indices_of`; outcome and arm are named.
    """
    figures = runs.difference(outcome, arm) if against else runs.level(outcome, arm)
    try:
        sensitivity = indices_of(runs.design, figures, missing, random=runs.random)
    except EcsimError as error:
        figure = f"{outcome} of {arm}" + (f" less {against}" if against else "")
        raise EcsimError(f"{runs.plan.home}: {figure}: {error}") from None
    significant = significant_parameters(sensitivity)
    if sensitivity.method != "tornado":
        return OutcomeSensitivity(outcome, arm, against, sensitivity, significant)
    means = np.nanmean(figures, axis=1)
    changes = _sign_changes(runs.design, means) if against else ()
    return OutcomeSensitivity(outcome, arm, against, sensitivity, significant, float(means[0]), changes)


def indices_of(design: Design, runs: F64, missing: Missing, *, random: bool) -> Sensitivity:
    """Return the indices that a design is made for.

    Parameters
    ----------
    runs : shape (points, replications)

    Raises
    ------
    EcsimError
        If outcomes are missing and may not be left out, or too few points are left.
    """
    match METHODS[design.kind]:
        case "sobol":
            return methods.sobol_from_table(design, runs, missing=missing, lucky=random)
        case "morris":
            return methods.morris_from_table(design, runs, missing=missing, lucky=random)
        case "tornado":
            return methods.tornado_from_table(design, _whole(runs) if missing == "drop" else runs, lucky=random)
        case "pawn":
            left = int(np.isfinite(runs).all(axis=1).sum()) if missing == "drop" else len(runs)
            if left < FEWEST:
                with_outcome = counted(left, "point")
                raise EcsimError(
                    f"{with_outcome} with an outcome at every run; PAWN needs {FEWEST}, hundreds as a rule"
                )
            return methods.pawn_from_table(design, runs, slices=slices_of(left), missing=missing, lucky=random)


def slices_of(points: int) -> int:
    """Return into how many slices PAWN cuts a range."""
    return max(2, min(SLICES, points // POINTS_A_SLICE))


def _whole(runs: F64) -> F64:
    """Return the replications of a one-at-a-time design in which every run ended: its points are of use together."""
    kept = runs[:, np.isfinite(runs).all(axis=0)]
    if not kept.shape[1]:
        raise EcsimError("no replication has an outcome at every point of the design; fix the model there")
    return kept


def significant_parameters(sensitivity: Sensitivity) -> tuple[str, ...]:
    """Return the parameters, the weightiest first, that do more than luck and a small sample explain."""
    index = MAIN[sensitivity.method]
    return tuple(name for name in sensitivity.ranking(index) if _is_significant(sensitivity, name, index))


def _is_significant(sensitivity: Sensitivity, name: str, index: str) -> bool:
    main = sensitivity.of(name, index)
    match sensitivity.method:
        case "morris":
            by_luck = "luck_sd" in set(sensitivity.indices["index"])
            return main.low > (0.8 * sensitivity.of(name, "luck_sd").value if by_luck else 0.0)
        case "pawn":
            return main.value > sensitivity.of(NO_EFFECT, index).high
        case "tornado":
            ends = [sensitivity.of(name, end) for end in ("low_end", "high_end")]
            return any(end.low > 0.0 or end.high < 0.0 if np.isfinite(end.low) else end.value != 0.0 for end in ends)
    return main.low > 0.0


def _sign_changes(design: Design, means: F64) -> tuple[tuple[str, str], ...]:
    """Return the ends (parameter, low or high) at which the difference has another sign than in the middle."""
    ends = [(name, end) for name in design.space.names for end in ("low", "high")]
    return tuple(end for end, mean in zip(ends, means[1:], strict=True) if mean * means[0] < 0.0)
