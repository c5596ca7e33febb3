"""Which targets held in which run, from the tables of an experiment: 1 held, 0 missed, NaN no figure to say so by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.config import Experiment
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.settings import Threshold
from ecsim.experiments.verdicts import ALL, F64, SET, is_set, of_sets
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.bounds import SIGNS
from ecsim.statistics.breaking import REGION


@dataclass(frozen=True)
class TargetsMet:
    """Whether targets held: 1, 0, or NaN where there was no figure.

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

    def single(self, points: list[int]) -> dict[str, F64]:
        """Return the tables of single targets at some points."""
        return {target: table for target, table in self.at(points).items() if not is_set(target)}

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


def targets_met_by_arm(
    experiment: Experiment, known: OutcomeCatalogue, folder: Path, runs: pd.DataFrame, points: int, least: int = 2
) -> dict[str, TargetsMet]:
    """Return by arm which targets held in its runs.

    Parameters
    ----------
    points : of the design; a replication of which a point lacks is left out
    least : replications that must have ended at every point

    Raises
    ------
    EcsimError
        If a target is on an outcome that there is not, or too few replications ended at every point.
    """
    extra = experiment.stress.targets if experiment.stress else {}
    marks = pd.read_parquet(folder / "targets.parquet") if known.targets else None
    lacking = [told.outcome for told in extra.values() if told.outcome not in runs]
    if lacking:
        raise EcsimError(
            f"{experiment.name}: stress.targets names outcome {lacking[0]!r}; the runs have {', '.join(runs.columns)}"
        )
    names = [target.name for target in known.targets]
    single = {arm.name: _of_arm(arm.name, runs, marks, names, extra, points, least) for arm in experiment.arms}
    return {arm: _with_sets(held, experiment.sets) for arm, held in single.items()}


def _with_sets(held: TargetsMet, sets: Mapping[str, Sequence[str]]) -> TargetsMet:
    """Add whether all targets hold at once, and each named set; where there is one target, it is all of them."""
    if len(held.tables) < 2:
        return held
    several = of_sets(held.tables, sets)
    widest = max(held.counties.values(), key=len)
    counties = {name: widest if table.shape[2] > 1 else [REGION] for name, table in several.items()}
    return replace(held, tables={**held.tables, **several}, counties={**held.counties, **counties})


def _of_arm(
    arm: str,
    runs: pd.DataFrame,
    marks: pd.DataFrame | None,
    targets: Sequence[str],
    extra: Mapping[str, Threshold],
    points: int,
    least: int,
) -> TargetsMet:
    mine = runs[runs.arm == arm]
    there = mine.pivot(index="replication", columns="point", values="seed")
    there = there.reindex(columns=range(points)).notna()
    whole = there.index[there.all(axis=1)]
    if len(whole) < least:
        raise EcsimError(
            f"{arm}: {len(whole)} replications ended at every point; a share needs at least {least}, better 20 — "
            "raise replications, or see which runs failed"
        )
    mine = mine[mine.replication.isin(whole)].sort_values(["replication", "point"])
    shape = (len(whole), len(there.columns), -1)
    tables, counties = dict[str, F64](), dict[str, list[str]]()
    if marks is not None:
        own = marks[(marks.arm == arm) & marks.replication.isin(whole)].sort_values(["replication", "point"])
        names = list(marks.columns[4:])
        for target in targets:
            rows = own[own.indicator == target]
            tables[target] = rows[names].to_numpy(np.float64).reshape(shape)
            counties[target] = names
    for name, told in extra.items():
        tables[name] = told.met(mine[told.outcome].to_numpy(np.float64)).reshape(shape)
        counties[name] = [REGION]
    return TargetsMet(arm, tuple(map(int, whole)), tables, counties)


def title_of(target: str, known: OutcomeCatalogue, extra: Mapping[str, Threshold]) -> Said:
    """Return what a target is called, or a set of targets at once."""
    if target == ALL:
        return Said("All targets at once", "全部目标同时达成")
    if target.startswith(SET):
        name = target.removeprefix(SET)
        return Said(f"Set “{name}”, all at once", f"“{name}”组各项同时达成")
    for own in known.targets:
        if own.name == target:
            return Said(*own.title)
    told = extra[target]
    sense, value = told.bound
    bound = f"{SIGNS[sense]} {value:g}"
    title = known.title(told.outcome)
    return Said(f"{title.en} {bound}", f"{title.zh} {bound}")
