"""One trial run, to tell how long an experiment takes and how much it writes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ecsim.experiments.run_limits import further_runs
from ecsim.experiments.running.ensemble import Runner
from ecsim.experiments.running.executors import Executor, InProcess
from ecsim.experiments.running.ledger import LEDGER, Ledger
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.simulation_task import execute_task
from ecsim.kernel.errors import EcsimError


def estimate_cost(plan: Plan, folder: Path, executor: Executor) -> dict[str, Any]:
    """Return what an experiment will run, and its time and disk estimated from its first run; that run is kept.

    It is made twice if it is new: the first time pays for what is imported and compiled once.

    Parameters
    ----------
    plan : of the experiment
    folder : of its results
    executor : whose number of workers counts

    Returns
    -------
    What the command prints, by title: runs, seconds a run, minutes left, megabytes in all …

    Raises
    ------
    EcsimError
        If the first run fails.
    """
    first = next(plan.tasks(0))
    with Ledger(folder) as ledger:
        plan.write(folder)
        ended = sum(ledger.has(task.run) for task in plan.tasks_of(range(plan.experiment.most)))
        known = ledger.has(first.run)
        Runner(execute_task, InProcess(), ledger, plan.experiment.seconds_a_run).make([first])
        if first.run in ledger.failed:
            raise EcsimError(f"{folder}: the first run failed: {ledger.failed[first.run]}")
        written = _size(folder) / len(ledger.lines)
        begun = time.perf_counter()
        execute_task(first)
        seconds = time.perf_counter() - begun
    left = plan.runs - ended - (not known)
    return {
        "arms": ", ".join(plan.arms),
        "points of the design": plan.points,
        "replications": f"{plan.experiment.most}" + (" at most" if plan.experiment.stopping else ""),
        "runs": plan.runs,
        **_further(plan),
        "made already": plan.runs - left,
        "seconds a run": round(seconds, 4),
        "processes": executor.workers,
        "minutes left": round(left * seconds / executor.workers / 60.0, 1),
        "megabytes in all": round(plan.runs * written / 1e6, 1),
        "results": folder.as_posix(),
    }


def _further(plan: Plan) -> dict[str, str]:
    """Return what analyses may run beside the plan, at most."""
    in_place = {"ecsim select": "runs, in place of those"}
    return {
        name: f"at most {runs:,} {in_place.get(name, 'runs more')}"
        for name, runs in further_runs(plan.experiment).items()
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / LEDGER, *(folder / "runs").glob("*")) if path.exists())
