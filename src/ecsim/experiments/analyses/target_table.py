"""Tables of targets met: of every arm, by target, replication, point and county.

1 stands for met, 0 for missed, and NaN where a run gave no figure to judge by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.toolkit import Comparison, EcsimError, OutcomeCatalogue, Text, say
from ecsim.experiments.schema import Experiment, Threshold
from ecsim.experiments.verdicts import ALL, F64, SET, of_sets
from ecsim.kernel.errors import counted
from ecsim.statistics.bounds import SIGNS
from ecsim.statistics.breaking import REGION


@dataclass(frozen=True)
class TargetsMet:
    """Whether an arm's runs met targets: 1, 0, or NaN where there was no figure.

    Attributes
    ----------
    arm : of whose runs
    replications : that ended at every point
    tables : by target or set of targets at once, shape (replications, points, counties); a target on an outcome has one
        county, ``region``
    counties : by target or set
    """

    arm: str
    replications: tuple[int, ...]
    tables: Mapping[str, F64]
    counties: Mapping[str, list[str]]

    def at(self, points: list[int]) -> dict[str, F64]:
        """Return the tables at some points."""
        return {target: table[:, points] for target, table in self.tables.items()}

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.replications) * int(next(iter(self.tables.values())).shape[1])

    def without_figure(self, target: str) -> int:
        """Return how many runs gave no figure of a target in any county."""
        return int(np.isnan(self.tables[target]).all(axis=2).sum())


def share_of_counties(table: F64) -> F64:
    """Return the share of counties with a figure in which a target held; shape (replications, points)."""
    known = np.isfinite(table).sum(axis=2)
    held: F64 = np.nansum(table, axis=2)
    return np.asarray(np.divide(held, known, out=np.full(held.shape, np.nan), where=known > 0))


def targets_met_by_arm(comparison: Comparison, points: int, least: int = 2) -> dict[str, TargetsMet]:
    """Return by arm which targets were met in its runs.

    Parameters
    ----------
    comparison : the runs, and the folder that holds their table of targets
    points : of the design; a replication of which a point lacks is left out
    least : replications that must have ended at every point

    Raises
    ------
    EcsimError
        If a target is on an outcome that there is not, or too few replications ended at every point.
    """
    experiment, runs = comparison.experiment, comparison.runs
    thresholds = thresholds_of(experiment)
    lacking = [threshold.outcome for threshold in thresholds.values() if threshold.outcome not in runs]
    if lacking:
        raise EcsimError(
            f"{experiment.name}: stress.targets names outcome {lacking[0]!r}; the runs have {', '.join(runs.columns)}"
        )
    names = [target.name for target in comparison.catalogue.targets]
    marks = pd.read_parquet(comparison.folder / "targets.parquet") if names else None
    single = {}
    for arm in experiment.arms:
        ended = _ended_at_every_point(arm.name, runs[runs.arm == arm.name], points, least)
        of_counties = {} if marks is None else _of_counties(marks[marks.arm == arm.name], names, ended, points)
        of_outcomes = _of_outcomes(runs[runs.arm == arm.name], thresholds, ended, points)
        counties = dict.fromkeys(of_counties, [] if marks is None else list(marks.columns[4:]))
        counties |= {name: [REGION] for name in of_outcomes}
        single[arm.name] = TargetsMet(arm.name, ended, {**of_counties, **of_outcomes}, counties)
    return {arm: _with_sets(met, experiment.sets) for arm, met in single.items()}


def thresholds_of(experiment: Experiment) -> Mapping[str, Threshold]:
    """Return the further targets of a stress test, on outcomes, by name."""
    return experiment.stress.targets if experiment.stress else {}


def _ended_at_every_point(arm: str, runs: pd.DataFrame, points: int, least: int) -> tuple[int, ...]:
    """Return the replications of an arm that ended at every point.

    Raises
    ------
    EcsimError
        If they are too few.
    """
    ended = runs.pivot(index="replication", columns="point", values="seed").reindex(columns=range(points)).notna()
    whole = ended.index[ended.all(axis=1)]
    if len(whole) < least:
        ended_whole = counted(len(whole), "replication")
        raise EcsimError(
            f"{arm}: {ended_whole} ended at every point; a share needs at least {least}, better 20 — raise "
            "replications, or see which runs failed"
        )
    return tuple(map(int, whole))


def _of_counties(marks: pd.DataFrame, targets: Sequence[str], ended: Sequence[int], points: int) -> dict[str, F64]:
    """Return by target whether counties met it, (replications, points, counties)."""
    rows = marks[marks.replication.isin(ended)].sort_values(["replication", "point"])
    counties = list(marks.columns[4:])
    tables = {target: rows[rows.indicator == target][counties].to_numpy(np.float64) for target in targets}
    return {target: table.reshape(len(ended), points, -1) for target, table in tables.items()}


def _of_outcomes(
    runs: pd.DataFrame, thresholds: Mapping[str, Threshold], ended: Sequence[int], points: int
) -> dict[str, F64]:
    """Return by target on an outcome whether runs met it, (replications, points, 1)."""
    rows = runs[runs.replication.isin(ended)].sort_values(["replication", "point"])
    figures = {name: rows[threshold.outcome].to_numpy(np.float64) for name, threshold in thresholds.items()}
    return {name: thresholds[name].met(values).reshape(len(ended), points, -1) for name, values in figures.items()}


def _with_sets(met: TargetsMet, sets: Mapping[str, Sequence[str]]) -> TargetsMet:
    """Add whether all targets hold at once, and each named set; where there is one target, it is all of them."""
    if len(met.tables) < 2:
        return met
    several = of_sets(met.tables, sets)
    widest = max(met.counties.values(), key=len)
    counties = {name: widest if table.shape[2] > 1 else [REGION] for name, table in several.items()}
    return replace(met, tables={**met.tables, **several}, counties={**met.counties, **counties})


def title_of_target(target: str, catalogue: OutcomeCatalogue, thresholds: Mapping[str, Threshold]) -> Text:
    """Return what a target is called, or a set of targets at once.

    Parameters
    ----------
    target : its name, or that of a set
    catalogue : of the model's targets
    thresholds : further targets, on outcomes, by name
    """
    if target == ALL:
        return say("names.all_targets")
    if target.startswith(SET):
        return say("names.target_set", name=target.removeprefix(SET))
    for known in catalogue.targets:
        if known.name == target:
            return known.title
    threshold = thresholds[target]
    bound, value = threshold.bound
    return say("names.target_on_outcome", outcome=catalogue.title(threshold.outcome), sign=SIGNS[bound], value=value)
