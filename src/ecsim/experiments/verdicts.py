"""Verdicts on targets in an experiment's runs: kept as a letter a county, read as 1 met, 0 missed, NaN no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecsim.statistics.bounds import read_marks, together

if TYPE_CHECKING:
    from ecsim.experiments.schema import Experiment

F64 = NDArray[np.float64]
ALL = "all_targets"
"""The set of every target, all at once."""
SET = "set_"
"""Begins the name of a named set of targets, all at once, where it stands among targets."""


def verdicts_of(experiment: Experiment, line: Mapping[str, Any]) -> dict[str, F64]:
    """Return the verdicts of a finished run on each target and set, (counties,), or () where there are none."""
    single = {name: read_marks(marks) for name, marks in line["facts"].get("met", {}).items()}
    extra = experiment.stress.targets if experiment.stress else {}
    single |= {name: threshold.met(line["outcomes"][threshold.outcome]) for name, threshold in extra.items()}
    return single | of_sets(single, experiment.sets)


def of_sets(single: Mapping[str, F64], sets: Mapping[str, Sequence[str]]) -> dict[str, F64]:
    """Return the verdicts on several targets at once: of all, and of each named set.

    Parameters
    ----------
    single : verdicts by target, of shapes that broadcast
    sets : targets by the set's name
    """
    every = {ALL: list(single), **{SET + name: targets for name, targets in sets.items()}}
    return {name: together(single[target] for target in targets) for name, targets in every.items()}


def meeting(verdicts: F64) -> float:
    """Return how many counties meet; NaN where none has a figure to say so by."""
    return float(np.nansum(verdicts)) if np.isfinite(verdicts).any() else float("nan")


def is_set(name: str) -> bool:
    """Return whether a name among targets stands for several at once."""
    return name == ALL or name.startswith(SET)
