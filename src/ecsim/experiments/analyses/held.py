"""Which targets held in which run, from the tables of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecsim.errors import EcsimError
from ecsim.experiments.analyses.analysis import Said
from ecsim.experiments.config import Experiment
from ecsim.experiments.settings import Threshold
from ecsim.indicators import OUTCOMES, TARGETS

WHOLE = "all"
"""County of a target on an outcome of the whole region, or of a function."""


@dataclass(frozen=True)
class Held:
    """Whether targets held.

    Attributes
    ----------
    arm : of whose runs
    replications : that ended at every point
    tables : by target, shape (replications, points, counties); a target on an outcome has one county, ``all``
    counties : by target
    """

    arm: str
    replications: tuple[int, ...]
    tables: Mapping[str, NDArray[np.bool_]]
    counties: Mapping[str, list[str]]

    def at(self, points: list[int]) -> dict[str, NDArray[np.bool_]]:
        """Return the tables at some points."""
        return {target: table[:, points] for target, table in self.tables.items()}


def held_of(experiment: Experiment, folder: Path, runs: pd.DataFrame, points: int) -> dict[str, Held]:
    """Return by arm which targets held in its runs.

    Parameters
    ----------
    points : of the design; a replication of which a point lacks is left out

    Raises
    ------
    EcsimError
        If a target is on an outcome that there is not, or fewer than two replications ended at every point.
    """
    extra = experiment.stress.targets if experiment.stress else {}
    marks = pd.read_parquet(folder / "targets.parquet") if experiment.scenario else None
    lacking = [told.outcome for told in extra.values() if told.outcome not in runs]
    if lacking:
        raise EcsimError(
            f"{experiment.name}: stress.targets names outcome {lacking[0]!r}; the runs have {', '.join(runs.columns)}"
        )
    return {arm.name: _of_arm(arm.name, runs, marks, extra, points) for arm in experiment.arms}


def _of_arm(
    arm: str, runs: pd.DataFrame, marks: pd.DataFrame | None, extra: Mapping[str, Threshold], points: int
) -> Held:
    mine = runs[runs.arm == arm]
    there = mine.pivot(index="replication", columns="point", values="seed")
    there = there.reindex(columns=range(points)).notna()
    whole = there.index[there.all(axis=1)]
    if len(whole) < 2:
        raise EcsimError(
            f"{arm}: {len(whole)} replications ended at every point; a share needs at least 2, better 20 — "
            "raise replications, or see which runs failed"
        )
    mine = mine[mine.replication.isin(whole)].sort_values(["replication", "point"])
    shape = (len(whole), len(there.columns), -1)
    tables, counties = {}, {}
    if marks is not None:
        own = marks[(marks.arm == arm) & marks.replication.isin(whole)].sort_values(["replication", "point"])
        names = list(marks.columns[4:])
        for target in TARGETS:
            rows = own[own.indicator == target.name]
            tables[target.name] = rows[names].to_numpy(np.bool_).reshape(shape)
            counties[target.name] = names
    for name, told in extra.items():
        tables[name] = np.array([told.holds(v) for v in mine[told.outcome]], np.bool_).reshape(shape)
        counties[name] = [WHOLE]
    return Held(arm, tuple(map(int, whole)), tables, counties)


def title_of(target: str, extra: Mapping[str, Threshold]) -> Said:
    """Return what a target is called."""
    for own in TARGETS:
        if own.name == target:
            return Said(own.title_en, own.title_zh)
    told = extra[target]
    bound = f"≥ {told.at_least:g}" if told.at_least is not None else f"≤ {told.at_most:g}"
    if told.outcome in OUTCOMES:
        measure = OUTCOMES[told.outcome]
        return Said(f"{measure.title_en} {bound}", f"{measure.title_zh} {bound}")
    return Said(f"{told.outcome} {bound}", f"{told.outcome} {bound}")
