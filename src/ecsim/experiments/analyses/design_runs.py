"""Runs at the points of a design, as analyses take them: by arm one figure per point and replication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecsim.experiments.analyses.toolkit import (
    EcsimError,
    Executor,
    OutcomeCatalogue,
    Plan,
    Progress,
    compare_plan,
    refuse_unknown,
)
from ecsim.experiments.name_checks import refuse_not_available, set_outcomes
from ecsim.experiments.summary import KEYS
from ecsim.statistics.designs import Design
from ecsim.statistics.function import resolve, takes_seed
from ecsim.statistics.outcomes import Missing, outcome_of
from ecsim.statistics.rounding import gaps

F64 = NDArray[np.float64]
FEW = 12
"""Outcomes of a function that are all looked at when none is named."""


@dataclass(frozen=True)
class DesignRuns:
    """An experiment with a design whose runs are made.

    Attributes
    ----------
    plan : what was run
    runs : a row a run: arm, point, replication, seed, and a column an outcome
    failed : runs that failed, in words
    """

    plan: Plan
    runs: pd.DataFrame
    failed: tuple[str, ...] = ()

    @property
    def design(self) -> Design:
        """Where runs were made."""
        assert self.plan.design is not None
        return self.plan.design

    @property
    def reference(self) -> str:
        """The arm that others are compared with."""
        return self.plan.experiment.reference

    @property
    def others(self) -> list[str]:
        """The other arms."""
        return [arm for arm in self.plan.arms if arm != self.reference]

    @property
    def replications(self) -> int:
        """Runs an arm and point."""
        return self.plan.experiment.replications

    @property
    def catalogue(self) -> OutcomeCatalogue:
        """What outcomes are called, in which unit, and which way they are better."""
        return self.plan.catalogue

    @cached_property
    def random(self) -> bool:
        """Whether runs have random variation; the simulation's do."""
        function = self.plan.experiment.function
        return takes_seed(resolve(function)) if function else True

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that runs have."""
        return [str(name) for name in self.runs if name not in KEYS]

    def at(self, point: int) -> str:
        """Return the values of a point in words."""
        return ", ".join(f"{name} = {value}" for name, value in self.plan.values(point).items())

    def level(self, outcome: str, arm: str) -> F64:
        """Return an arm's figures: shape (points, replications), not a number where a run failed."""
        known = outcome_of(self.runs[self.runs["arm"] == arm], outcome, len(self.design))
        figures = np.full((len(self.design), self.replications), np.nan)
        figures[:, : known.shape[1]] = known
        return figures

    def difference(self, outcome: str, arm: str) -> F64:
        """Return an arm's figures less the reference's, point by point under the same luck."""
        figures, reference = self.level(outcome, arm), self.level(outcome, self.reference)
        known = np.isfinite(figures) & np.isfinite(reference)
        differences = np.full(figures.shape, np.nan)
        differences[known] = gaps(figures[known], reference[known]) if known.any() else []
        return differences

    def means(self, outcome: str) -> F64:
        """Return arms' means over replications: shape (arms, points), not a number where one of the runs failed."""
        return np.stack([self.level(outcome, arm).mean(axis=1) for arm in self.plan.arms])


def run_design(plan: Plan, folder: Path, executor: Executor, missing: Missing, progress: Progress = None) -> DesignRuns:
    """Make what is missing of an experiment's runs, write its tables, and return them.

    Parameters
    ----------
    missing : what to do if a run failed: ``refuse``, or ``drop`` what belongs to it

    Raises
    ------
    EcsimError
        If ``missing`` is neither, a whole arm failed, or a run failed and is not to be dropped.
    """
    if missing not in get_args(Missing):
        raise EcsimError(f"--missing is {missing!r}; it is refuse or drop")
    comparison = compare_plan(plan, folder, executor, progress=progress)
    assert comparison is not None
    runs = DesignRuns(plan, comparison.runs, comparison.failed)
    _refuse_failed(runs, missing)
    return runs


def refuse_without_design(plan: Plan, question: str) -> None:
    """Refuse an experiment that runs at one point only.

    Raises
    ------
    EcsimError
        If there is no design; ``question`` says what it is needed for.
    """
    if plan.experiment.design is None:
        raise EcsimError(
            f"{plan.home}: the experiment has no design, and {question}; add a [design] with its kind, and what is"
            " uncertain under [space]"
        )


def _refuse_failed(runs: DesignRuns, missing: Missing) -> None:
    """Refuse runs of which some failed, unless they may be left out; the first of them is named, with its error."""
    if runs.failed and missing == "refuse":
        raise EcsimError(
            f"{len(runs.failed)} of the runs failed, the first is {runs.failed[0]} — fix it and give the command"
            " again, only what is missing is made; or leave out what belongs to failed runs with --missing drop"
        )


def refuse_unknown_outcomes(plan: Plan, outcomes: Sequence[str]) -> None:
    """Refuse, before any run is made, outcomes that the simulation does not have.

    Raises
    ------
    EcsimError
        The nearest that it has are named.
    """
    if plan.model is None:
        return
    for name, instead in plan.instead_of(outcomes).items():
        raise EcsimError(f"{plan.home}: no outcome {name!r}; {instead}")
    for name in outcomes:
        refuse_unknown(name, [*plan.catalogue.outcomes, *set_outcomes(plan.experiment)], str(plan.home))
    refuse_not_available({"outcome": outcomes or plan.experiment.outcomes}, plan, str(plan.home))


def chosen_outcomes(runs: DesignRuns, asked: Sequence[str]) -> list[str]:
    """Return the outcomes to look at: those asked for, else the experiment's, else all that runs have.

    Raises
    ------
    EcsimError
        If there is none of a name, or a function has many and none is named.
    """
    where, known = str(runs.plan.home), runs.outcomes
    named = list(asked) or list(runs.plan.experiment.outcomes)
    for name in named:
        refuse_unknown(name, known, where)
    if named:
        return list(dict.fromkeys(named))
    if runs.catalogue.labels:
        return [name for name in runs.catalogue.labels if name in known and runs.runs[name].notna().any()]
    if len(known) > FEW:
        raise EcsimError(f"{where}: runs have {len(known)} outcomes; name some with outcomes = [...] or --outcome")
    return known
