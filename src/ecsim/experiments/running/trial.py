"""One trial run, to tell how long an experiment takes and how much it writes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ecsim.errors import EcsimError
from ecsim.experiments.running.ensemble import Runner
from ecsim.experiments.running.executors import Executor, InProcess
from ecsim.experiments.running.ledger import LEDGER, Ledger
from ecsim.experiments.running.plan import Plan, work


def trial(plan: Plan, folder: Path, executor: Executor) -> dict[str, Any]:
    """Return what an experiment will run, and its time and disk estimated from its first run; that run is kept.

    Raises
    ------
    EcsimError
        If the first run fails.
    """
    first = next(plan.tasks(0))
    with Ledger(folder) as ledger:
        plan.write(folder)
        there = sum(ledger.has(task.run) for number in range(plan.experiment.most) for task in plan.tasks(number))
        before, begun = _size(folder), time.perf_counter()
        known = ledger.has(first.run)
        Runner(work, InProcess(), ledger, plan.experiment.seconds_a_run).make([first])
        seconds, written = time.perf_counter() - begun, _size(folder) - before
        if first.run in ledger.failed:
            raise EcsimError(f"{folder}: the first run failed: {ledger.failed[first.run]}")
        if known:
            facts = ledger.lines[first.run]["facts"]
            seconds, written = float(facts.get("seconds", 0.01)), _size(folder) // max(1, there)
    left = plan.runs - there - (not known)
    return {
        "arms": ", ".join(plan.arms),
        "points of the design": plan.points,
        "replications": f"{plan.experiment.most}" + (" at most" if plan.experiment.stopping else ""),
        "runs": plan.runs,
        "made already": plan.runs - left,
        "seconds a run": round(seconds, 3),
        "processes": executor.workers,
        "minutes left": round(left * seconds / executor.workers / 60.0, 1),
        "megabytes in all": round(plan.runs * written / 1e6, 1),
        "results": folder.as_posix(),
    }


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / LEDGER, *(folder / "runs").glob("*")) if path.exists())
