"""The tables of an experiment, from its ledger, in the order of the plan whatever the order in which runs ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.outcome_catalogue import MET
from ecsim.experiments.running.completed import CompletedRuns
from ecsim.experiments.running.manifest import write_manifest
from ecsim.experiments.running.paths import write_paths
from ecsim.experiments.verdicts import is_set, meeting, verdicts_of
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.subgroup_boxes import word_of

TABLES = ("indicators", "counties", "spending", "stations", "weekly", "milestones", "evaluations")


def write_tables(ended: CompletedRuns, folder: Path) -> pd.DataFrame:
    """Write every table of an experiment and return the one of its runs.

    Raises
    ------
    EcsimError
        If a whole arm has no run that ended.
    """
    tasks = ended.tasks()
    lacking = [arm for arm in ended.plan.arms if arm not in {task.arm for task in tasks}]
    if lacking:
        failed = ended.failures()
        first = f"; the first error was: {failed[0]}" if failed else ""
        raise EcsimError(f"{folder}: no run of {', '.join(lacking)} ended{first}")
    lines = ended.ledger.lines
    runs = pd.DataFrame([{**task.place, **_figures(ended, lines[task.run])} for task in tasks])
    runs.to_parquet(folder / "runs.parquet", index=False)
    if ended.plan.design is not None:
        _of_one_kind(ended.plan.design.table).to_parquet(folder / "design.parquet", index=False)
    if ended.plan.catalogue.targets:
        _write_targets(ended, folder)
        if ended.plan.experiment.tables:
            _write_details(ended, folder)
            if ended.plan.design is None:
                weekly = pd.read_parquet(folder / "weekly.parquet")
                write_paths(weekly, ended.plan.arms, ended.plan.experiment.reference, folder)
    write_manifest(ended, runs, folder)
    return runs


def _of_one_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns that mix numbers, flags and words as words: a column of a file has one kind."""
    mixed = [name for name in table if pd.api.types.infer_dtype(table[name]).startswith("mixed")]
    return table.assign(**{str(name): table[name].map(word_of) for name in mixed})


def _figures(ended: CompletedRuns, line: dict[str, Any]) -> dict[str, Any]:
    """Return the root, the outcomes and the counts of counties that meet sets of targets of a run."""
    known = {name: line["facts"][name] for name in ("root", "events") if name in line["facts"]}
    verdicts = verdicts_of(ended.plan.experiment, line) if ended.plan.catalogue.targets else {}
    several = {MET + name: meeting(met) for name, met in verdicts.items() if is_set(name)}
    return {**known, **line["outcomes"], **several}


def _write_targets(ended: CompletedRuns, folder: Path) -> None:
    """Write which county met which target at the end of each run: a row a run and target, a column a county.

    Met is 1, missed 0, no figure NaN; targets at once (`ecsim.experiments.verdicts`) follow the single ones.
    """
    lines = ended.ledger.lines
    rows = []
    for task in ended.tasks():
        every = verdicts_of(ended.plan.experiment, lines[task.run])
        rows += [[task.arm, task.point, task.replication, name, *met] for name, met in every.items() if met.ndim]
    names = ["arm", "point", "replication", "indicator", *_places(ended)]
    pd.DataFrame(rows, columns=names).to_parquet(folder / "targets.parquet", index=False)


def _write_details(ended: CompletedRuns, folder: Path) -> None:
    places = _places(ended)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for task in ended.tasks():
        details = ended.ledger.details(task.run)
        for name in TABLES:
            if details.get(name):
                frame = pd.DataFrame(details[name])
                frame.insert(0, "arm", task.arm)
                frame.insert(1, "seed", task.seed)
                parts[name].append(frame)
    for name, frames in parts.items():
        whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"arm": [], "seed": []})
        if "county" in whole:
            whole["county_name"] = [places[county] for county in whole["county"]]
        whole.to_parquet(folder / f"{name}.parquet", index=False)


def _places(ended: CompletedRuns) -> list[str]:
    """Return what people call the places that figures are broken down by."""
    plan = ended.plan
    assert plan.model is not None
    return [place.name.zh for place in plan.model.measures.places(plan.scenarios[plan.experiment.reference])]
