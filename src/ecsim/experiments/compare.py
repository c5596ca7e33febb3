"""Comparing the arms of an experiment: make what is missing of its runs, write its tables, say what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecsim.experiments.arm_comparison import Comparison
from ecsim.experiments.comparison_tables import write_results
from ecsim.experiments.resolve import resolve_plan
from ecsim.experiments.running.toolkit import (
    CompletedRuns,
    Executor,
    Ledger,
    LocalProcesses,
    Plan,
    Progress,
    Runner,
    ended_in,
    execute_task,
    holds_ledger,
    run_until_enough,
    until_the_rule_stops,
)
from ecsim.kernel.errors import EcsimError, counted

SCENARIO = "scenario."
"""Keys of ``--set`` that begin so are of every arm's scenario."""


def compare(
    experiment: Path | str, out: Path | None = None, *, replications: int | None = None, workers: int | None = None,
    sample: float | None = None, changes: Mapping[str, Any] | None = None, executor: Executor | None = None,
    progress: Progress = None,
) -> Comparison:  # fmt: skip
    """Run an experiment, as far as its runs are not made already, and return its tables.

    Parameters
    ----------
    experiment : folder with ``experiment.toml``, or that file
    out : folder for the results; by default ``results/<name>``
    replications : in place of the experiment's own
    sample : share of the households to follow, in place of the scenario's own
    changes : other values of the experiment, by dotted key
    workers : processes; by default one a core
    executor : where runs are made, in place of processes of this machine

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a whole arm failed.
    """
    plan = load_plan(experiment, replications, sample, changes)
    folder = out or Path("results") / plan.experiment.name
    workplace = executor or LocalProcesses(workers)
    try:
        comparison = compare_plan(plan, folder, workplace, progress=progress)
    finally:
        if executor is None:
            workplace.close()
    assert comparison is not None
    return comparison


def compare_plan(
    plan: Plan, folder: Path, executor: Executor, shard: tuple[int, int] | None = None, progress: Progress = None
) -> Comparison | None:
    """Make what is missing of a plan's runs and return its comparison.

    Parameters
    ----------
    plan : what is run
    folder : of the results
    executor : where runs are made
    shard : this machine's part, as (k, n): the k-th of n, from 1; None: all
    progress : told how many runs are made, of how many

    Returns
    -------
    None for a shard: there is no comparison yet.
    """
    with Ledger(folder) as ledger:
        plan.write(folder)
        runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, shard, progress)
        if shard is not None:
            runner.make(plan.tasks_of(range(plan.experiment.most)))
            return None
        return write_results(run_until_enough(plan, runner), folder)


def merge(plan: Plan, folder: Path, parts: Sequence[Path]) -> Comparison:
    """Return the comparison of an experiment whose parts were made apart; the parts stay as they are.

    Parameters
    ----------
    plan : of the whole experiment
    folder : of the combined results
    parts : results folders of the shards

    Raises
    ------
    EcsimError
        If a folder holds no part, or a run of the plan is in none of them.
    """
    numbers = range(plan.experiment.most)
    _needs_every_run(plan, folder, parts)
    with Ledger(folder) as ledger:
        plan.write(folder)
        ledger.merge(parts)
        if plan.experiment.stopping is None:
            return write_results(CompletedRuns(plan, ledger, numbers), folder)
        return write_results(until_the_rule_stops(plan, ledger, lambda _: None), folder)


def _needs_every_run(plan: Plan, folder: Path, parts: Sequence[Path]) -> None:
    """Refuse to put parts together, before anything is written, if a run of the plan is in none of them."""
    ended = set[str]()
    for place in (*parts, *([folder] if holds_ledger(folder) else [])):
        ended |= ended_in(place)
    every = plan.tasks_of(range(plan.experiment.most))
    lacking = [task for task in every if task.run not in ended]
    if lacking:
        raise EcsimError(
            f"{folder}: in none of the parts: {len(lacking)} of {counted(len(every), 'run')}, the first of "
            f"{lacking[0].arm}, replication {lacking[0].replication}; make their part, or name it"
        )


def load_plan(
    experiment: Path | str, replications: int | None = None, sample: float | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """Return the plan of an experiment with some of its values replaced.

    Parameters
    ----------
    experiment : folder with ``experiment.toml``, that file, or the name of a study
    replications : in place of the experiment's own
    sample : share of the households to follow, in (0, 1]
    changes : other values by dotted key; ``scenario.end`` is that of every arm

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or replications are given beside a stopping rule.
    """
    given = dict(changes or {}) | ({"replications": replications} if replications is not None else {})
    of_experiment = {key: value for key, value in given.items() if not key.startswith(SCENARIO)}
    of_scenario = {key.removeprefix(SCENARIO): value for key, value in given.items() if key.startswith(SCENARIO)}
    of_scenario |= {"sample": sample} if sample is not None else {}
    plan = resolve_plan(Path(experiment), of_experiment, of_scenario)
    if replications is not None and plan.experiment.stopping:
        raise EcsimError(
            f"{experiment}: its stopping rule says how many replications; use --set stopping.most={replications}"
        )
    return plan
