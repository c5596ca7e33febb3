"""Speed of running experiments, printed beside a bare process pool in one run (``make bench``)."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))
from made_up import ten_milliseconds

from ecsim.cli.command import progress_bar
from ecsim.experiments.compare import compare_plan, load_plan
from ecsim.experiments.running.completed import CompletedRuns
from ecsim.experiments.running.executors import LocalProcesses
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.results import write_tables
from ecsim.experiments.running.task import Result

pytestmark = pytest.mark.benchmark

WORKERS = 2
EXPERIMENT = """
name = "speed"
title_en = "Speed"
title_zh = "速度"
question = "?"
function = "{model}"
reference = "low"
replications = {replications}
arms = [{{name = "low", changes = {{a = 1.0}}}}, {{name = "high", changes = {{a = 2.0}}}}]
"""


def ten_milliseconds_asleep(parameters: dict[str, Any], seed: int) -> float:
    """Take ten milliseconds without work, so that all the processor's time is what running costs."""
    time.sleep(0.01)
    return float(seed)


def plan_of(folder: Path, model: str, runs: int) -> Plan:
    file = folder / "experiment.toml"
    file.write_text(EXPERIMENT.format(model=model, replications=runs // 2), encoding="utf-8")
    return load_plan(file)


def processor_seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(own.ru_utime + own.ru_stime for own in used)


def measured(make: Callable[[], Any], runs: int) -> tuple[float, float]:
    """Return runs a second and processor milliseconds a run, workers from their start to their end included."""
    used, begun = processor_seconds(), time.perf_counter()
    make()
    seconds = time.perf_counter() - begun
    return runs / seconds, (processor_seconds() - used) / runs * 1e3


def compared(folder: Path, model: str, runs: int) -> tuple[float, float, float]:
    """Return what `measured` does, and runs a second from the first handed out to the last written down."""
    plan, executor, told = plan_of(folder, model, runs), LocalProcesses(WORKERS), list[float]()

    def make() -> None:
        with progress_bar("runs") as progress:

            def see(done: int, total: int) -> None:
                told.append(time.perf_counter())
                progress(done, total)

            compare_plan(plan, folder / "out", executor, progress=see)
        executor.close()

    return *measured(make, runs), runs / (told[-1] - told[0])


def bare(function: Callable[[dict[str, Any], int], float], runs: int) -> tuple[float, float]:
    def make() -> None:
        with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
            for future in [pool.submit(function, {}, seed) for seed in range(runs)]:
                future.result()

    return measured(make, runs)


def test_runs_a_second_beside_a_bare_pool(tmp_path: Path) -> None:
    ours, _, making = compared(tmp_path, "made_up:ten_milliseconds", 2000)
    theirs, _ = bare(ten_milliseconds, 2000)
    print(
        f"\n10 ms runs on {WORKERS} workers, with ledger and progress: {making:.0f} runs/s of 200; budget 185; with "
        f"plan, tables and workers' start {ours:.0f}, bare ProcessPoolExecutor {theirs:.0f}: ratio {ours / theirs:.2f}"
    )


def test_processor_time_a_run_beside_a_bare_pool(tmp_path: Path) -> None:
    model = f"{Path(__file__).stem}:ten_milliseconds_asleep"
    (_, ours, _), (_, theirs) = compared(tmp_path, model, 2000), bare(ten_milliseconds_asleep, 2000)
    print(
        f"\nprocessor time a run beyond its work, parent and workers: {ours:.2f} ms, "
        f"bare ProcessPoolExecutor {theirs:.2f} ms: ratio {ours / theirs:.2f}; budget 1.2 ms"
    )


def test_a_hundred_thousand_runs_are_opened_and_told(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "made_up:ten_milliseconds", 100_000)
    took = {}

    def timed(told: str, make: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        made = make()
        took[told] = time.perf_counter() - begun
        return made

    timed("plan.csv", lambda: plan.write(tmp_path))
    with Ledger(tmp_path) as ledger:
        tasks = timed("tasks", lambda: [task for number in range(plan.experiment.most) for task in plan.tasks(number)])
        timed("lines", lambda: [ledger.keep(task, Result({"outcome": float(task.seed)})) for task in tasks])
    ledger = timed("ledger opened", lambda: Ledger(tmp_path))
    ended = CompletedRuns(plan, ledger, range(plan.experiment.most))
    timed("tables", lambda: write_tables(ended, tmp_path))
    ledger.close()
    timed("tables opened", lambda: [pd.read_parquet(tmp_path / "runs.parquet"), pd.read_csv(tmp_path / "plan.csv")])
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in took.items())
    print(f"\n100,000 runs: {told}; budget 2 s for opening")
