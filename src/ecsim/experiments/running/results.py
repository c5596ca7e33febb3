"""The tables of an experiment, from its ledger, in the order of the plan whatever the order in which runs ended."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.outcome_catalogue import MET
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.paths import write_paths
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.task import Task
from ecsim.experiments.summary import pairs_compared
from ecsim.experiments.verdicts import is_set, meeting, verdicts_of
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.identity import code_version
from ecsim.statistics.stopping import Decision, Verdict
from ecsim.statistics.subgroup_boxes import word_of

TABLES = ("indicators", "counties", "spending", "stations", "weekly", "milestones")
PACKAGES = ("numpy", "scipy", "numba", "mesa", "simpy", "pandas", "SALib")


@dataclass(frozen=True)
class CompletedRuns:
    """Runs of an experiment that its tables hold: every arm and point of these replications, as far as they ended.

    Attributes
    ----------
    passed_over : further replications that were tried, and left out as a whole for a run without a figure
    """

    plan: Plan
    ledger: Ledger
    replications: Sequence[int]
    passed_over: Sequence[int] = field(default=(), kw_only=True)

    @cached_property
    def _every(self) -> list[Task]:
        return self.plan.tasks_of(self.replications)

    @cached_property
    def _tried(self) -> list[Task]:
        return [*self._every, *self.plan.tasks_of(self.passed_over)]

    @property
    def planned(self) -> int:
        """Runs that the tables would hold if all had ended with a figure."""
        return len(self._tried)

    def tasks(self) -> list[Task]:
        """Return the runs that ended, by arm, then point, then replication."""
        order = {arm: place for place, arm in enumerate(self.plan.arms)}
        found = [task for task in self._every if self.ledger.has(task.run)]
        return sorted(found, key=lambda task: (order[task.arm], task.point, task.replication))

    def failures(self) -> list[str]:
        """Return what failed and was not made since, in words."""
        return [
            f"{task.arm}, point {task.point}, replication {task.replication} (seed {task.seed}): "
            f"{self.ledger.failed[task.run]}"
            for task in self._tried
            if task.run in self.ledger.failed
        ]


def write_tables(ended: CompletedRuns, folder: Path, stopped: Decision | None = None) -> pd.DataFrame:
    """Write every table of an experiment and return the one of its runs.

    Parameters
    ----------
    stopped : what the experiment's stopping rule said last

    Raises
    ------
    EcsimError
        If a whole arm has no run that ended.
    """
    tasks = ended.tasks()
    lacking = [arm for arm in ended.plan.arms if arm not in {task.arm for task in tasks}]
    if lacking:
        failed = ended.failures()
        told = f"; the first error was: {failed[0]}" if failed else ""
        raise EcsimError(f"{folder}: no run of {', '.join(lacking)} ended{told}")
    lines = ended.ledger.lines
    runs = pd.DataFrame([_row(ended.plan, task, lines[task.run]) for task in tasks])
    runs.to_parquet(folder / "runs.parquet", index=False)
    if ended.plan.design is not None:
        _of_one_kind(ended.plan.design.table).to_parquet(folder / "design.parquet", index=False)
    if ended.plan.known.targets:
        _write_targets(ended, tasks, folder)
        if ended.plan.experiment.tables:
            _write_details(ended, tasks, folder)
            if ended.plan.design is None:
                weekly = pd.read_parquet(folder / "weekly.parquet")
                write_paths(weekly, ended.plan.arms, ended.plan.experiment.reference, folder)
    _write_manifest(ended, runs, folder, stopped)
    return runs


def _of_one_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns that mix numbers, flags and words as words: a column of a file has one kind."""
    mixed = [name for name in table if pd.api.types.infer_dtype(table[name]).startswith("mixed")]
    return table.assign(**{str(name): table[name].map(word_of) for name in mixed})


def _row(plan: Plan, task: Task, line: dict[str, Any]) -> dict[str, Any]:
    head = {"arm": task.arm, "point": task.point, "replication": task.replication, "seed": task.seed}
    known = {name: line["facts"][name] for name in ("root", "events") if name in line["facts"]}
    verdicts = verdicts_of(plan.experiment, line) if plan.known.targets else {}
    several = {MET + name: meeting(met) for name, met in verdicts.items() if is_set(name)}
    return {**head, **known, **line["outcomes"], **several}


def _write_targets(ended: CompletedRuns, tasks: Sequence[Task], folder: Path) -> None:
    """Write which county met which target at the end of each run: a row a run and target, a column a county.

    Met is 1, missed 0, no figure NaN; targets at once (`ecsim.experiments.verdicts`) follow the single ones.
    """
    lines = ended.ledger.lines
    rows = []
    for task in tasks:
        every = verdicts_of(ended.plan.experiment, lines[task.run])
        rows += [[task.arm, task.point, task.replication, name, *found] for name, found in every.items() if found.ndim]
    names = ["arm", "point", "replication", "indicator", *_places(ended.plan)]
    pd.DataFrame(rows, columns=names).to_parquet(folder / "targets.parquet", index=False)


def _write_details(ended: CompletedRuns, tasks: Sequence[Task], folder: Path) -> None:
    places = _places(ended.plan)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for task in tasks:
        details = ended.ledger.details(task.run)
        for name in TABLES:
            if details[name]:
                frame = pd.DataFrame(details[name])
                frame.insert(0, "arm", task.arm)
                frame.insert(1, "seed", task.seed)
                parts[name].append(frame)
    for name, frames in parts.items():
        whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"arm": [], "seed": []})
        if "county" in whole:
            whole["county_name"] = [places[county] for county in whole["county"]]
        whole.to_parquet(folder / f"{name}.parquet", index=False)


def _places(plan: Plan) -> list[str]:
    """Return what people call the places that figures are broken down by."""
    assert plan.model is not None
    return [place.name.zh for place in plan.model.measures.places(plan.scenarios[plan.experiment.reference])]


def _write_manifest(ended: CompletedRuns, runs: pd.DataFrame, folder: Path, stopped: Decision | None) -> None:
    plan = ended.plan
    content: dict[str, Any] = {
        "ecsim": version("ecsim"),
        "code": code_version(plan.model, plan.scenarios[plan.experiment.reference]) if plan.model else None,
        "python": platform.python_version(),
        "machine": {
            "system": platform.system(),
            "release": platform.release(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
        "packages": {name: version(name) for name in PACKAGES},
        "lock": _lock_digest(),
        "experiment": plan.experiment.model_dump(mode="json"),
        "identities": dict(plan.identities),
        "replications": len(ended.replications),
        "planned": ended.planned,
        "runs": len(runs),
        "pairs": {"planned": ended.planned // len(plan.arms), "compared": pairs_compared(runs)},
        "stopping": _rule(plan, stopped) if stopped else None,
        "seeds": sorted(int(seed) for seed in runs.seed.unique()),
        "failed": ended.failures(),
    }
    if plan.model:
        content |= _of_simulation(ended, runs)
    text = json.dumps(content, ensure_ascii=False, indent=1, default=plain)
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def _rule(plan: Plan, stopped: Decision) -> dict[str, Any]:
    """Return what the stopping rule asked for and what it came to."""
    rule = plan.experiment.stopping
    assert rule is not None
    half = stopped.half_width if math.isfinite(stopped.half_width) else None
    return {"outcome": rule.outcome, "asked": rule.half_width, "relative": rule.relative, "n": stopped.n,
            "half_width": half, "met": stopped.verdict is Verdict.ENOUGH}  # fmt: skip


def _lock_digest() -> str | None:
    """Return the SHA-256 of the lock file beside the source; None where there is none."""
    lock = Path(__file__).parents[4] / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None


def _of_simulation(ended: CompletedRuns, runs: pd.DataFrame) -> dict[str, Any]:
    """Return what a manifest says of arms, region, parameters and roots."""
    plan, model = ended.plan, ended.plan.model
    assert model is not None
    measures, reference = model.measures, plan.scenarios[plan.experiment.reference]
    seconds = [line["facts"]["seconds"] for line in ended.ledger.lines.values() if "seconds" in line["facts"]]
    return {
        **measures.described(reference, plan.known.further),
        "headlines": list(measures.headlines(reference)),
        "parameters": [
            {"name": p.name, "value": p.value, "unit": p.unit, "low": p.low, "high": p.high, "source": p.source,
             "basis": p.basis}
            for p in model.known(reference).values()
        ],
        "arms": {name: _arm(plan, name) for name in plan.arms},
        "not_available": {n: why._asdict() for n, why in plan.not_available.items() if n in plan.known.labels},
        "targets_not_available": {name: reason._asdict() for name, reason in plan.targets_not_available.items()},
        "seconds": float(np.mean(seconds)),
        "roots": runs[["arm", "point", "seed", "root", "events"]].to_dict("records"),
    }  # fmt: skip


def _arm(plan: Plan, name: str) -> dict[str, Any]:
    scenario, model = plan.scenarios[name], plan.model
    assert model is not None
    return {
        "digest": scenario.digest(),
        "start": scenario.start.isoformat(),
        "periods": scenario.periods(model.days),
        "shocks": [[active.shock.title_en, active.shock.title_zh, active.strength] for active in scenario.shocks],
        **model.hooks.arm(scenario),
        "scenario": scenario.model_dump(mode="json"),
    }


def plain(value: Any) -> Any:  # noqa: ANN401 (what json cannot take)
    """Return a number of numpy as one of Python's, and what is no number as text."""
    return value.item() if isinstance(value, np.generic) else str(value)
