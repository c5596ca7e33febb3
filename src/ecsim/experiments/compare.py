"""Arms side by side: make what is missing, write the tables, say what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.chances import chances
from ecsim.experiments.config import Experiment
from ecsim.experiments.contrasts import contrast_table
from ecsim.experiments.notebook import html_of, text_of
from ecsim.experiments.outcome_catalogue import MET, OutcomeCatalogue
from ecsim.experiments.running.ensemble import Progress, Runner
from ecsim.experiments.running.executors import Executor, LocalProcesses
from ecsim.experiments.running.ledger import Ledger, ended_in, holds_ledger
from ecsim.experiments.running.plan import Plan, execute_task, resolve_plan
from ecsim.experiments.running.results import CompletedRuns, write_tables
from ecsim.experiments.running.task import Task
from ecsim.experiments.summary import (
    independent,
    left_out,
    main_outcomes,
    outcomes_of,
    pairs_compared,
    summarise,
)
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.text import Text
from ecsim.statistics.rounding import less
from ecsim.statistics.stopping import Decision, Verdict, decide_together

SCENARIO = "scenario."
"""Keys of ``--set`` that begin so are of every arm's scenario."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """What an experiment found, as tables."""

    experiment: Experiment
    folder: Path
    runs: pd.DataFrame
    summary: pd.DataFrame
    failed: tuple[str, ...]
    stopped: Decision | None = None
    unused: int = 0
    """Finished runs in the folder that the plan does not have: of another configuration, or other code."""
    chances: pd.DataFrame = field(default_factory=pd.DataFrame)
    """How likely a county meets each target, all at once and each set (`ecsim.experiments.chances`)."""
    not_available: Mapping[str, str] = field(default_factory=dict)
    """Outcomes that the runs cannot give, since their period was not run whole, with the reason."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Runs that gave no number, by outcome; there the other arms' runs are left out of the summary too."""
    planned: int = 0
    """Runs that would be there if all had ended with a figure."""
    pairs: Mapping[str, int] = field(default_factory=dict)
    """Pairs in which every arm has a figure, by outcome that lacks some."""
    known: OutcomeCatalogue = field(default_factory=OutcomeCatalogue)
    """What outcomes and targets are called, in which unit, and which way they are better."""
    contrasts: pd.DataFrame = field(default_factory=pd.DataFrame)
    """What the experiment's named contrasts came to, by contrast and main outcome; empty where it names none."""

    @property
    def met(self) -> bool:
        """Whether the stopping rule was met, where there is one."""
        return self.stopped is None or self.stopped.verdict is Verdict.ENOUGH

    def __repr__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


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
    own = executor or LocalProcesses(workers)
    try:
        found = compare_plan(plan, folder, own, progress=progress)
    finally:
        if executor is None:
            own.close()
    assert found is not None
    return found


def compare_plan(
    plan: Plan, folder: Path, executor: Executor, shard: tuple[int, int] | None = None, progress: Progress = None
) -> Comparison | None:
    """Make what is missing of a plan and return its comparison; of a part of it (``shard``) there is none yet."""
    with Ledger(folder) as ledger:
        plan.write(folder)
        runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, shard, progress)
        if shard is not None:
            runner.make(plan.tasks_of(range(plan.experiment.most)))
            return None
        ended, stopped = run_until_enough(plan, runner)
        return write_results(ended, folder, stopped)


def merge(plan: Plan, folder: Path, parts: Sequence[Path]) -> Comparison:
    """Return the comparison of an experiment whose parts were made apart; the parts stay as they are.

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
        ended, stopped = _until_the_rule_stops(plan, ledger, lambda _: None)
        return write_results(ended, folder, stopped)


def _needs_every_run(plan: Plan, folder: Path, parts: Sequence[Path]) -> None:
    """Refuse to put parts together, before anything is written, if a run of the plan is in none of them."""
    there = set[str]()
    for place in (*parts, *([folder] if holds_ledger(folder) else [])):
        there |= ended_in(place)
    every = plan.tasks_of(range(plan.experiment.most))
    lacking = [task for task in every if task.run not in there]
    if lacking:
        raise EcsimError(
            f"{folder}: {len(lacking)} of {len(every)} runs are in none of the parts, the first is of "
            f"{lacking[0].arm}, replication {lacking[0].replication}; make their part, or name it"
        )


def load_plan(
    experiment: Path | str, replications: int | None = None, sample: float | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """Return the plan of an experiment with some of its values replaced; ``scenario.end`` is that of every arm."""
    told = dict(changes or {}) | ({"replications": replications} if replications is not None else {})
    own = {key: value for key, value in told.items() if not key.startswith(SCENARIO)}
    of_scenario = {key.removeprefix(SCENARIO): value for key, value in told.items() if key.startswith(SCENARIO)}
    plan = resolve_plan(Path(experiment), own, of_scenario | ({"sample": sample} if sample is not None else {}))
    if replications is not None and plan.experiment.stopping:
        raise EcsimError(
            f"{experiment}: its stopping rule says how many replications; use --set stopping.most={replications}"
        )
    return plan


def run_until_enough(plan: Plan, runner: Runner) -> tuple[CompletedRuns, Decision | None]:
    """Make runs until the experiment's own number of replications, or until its stopping rule has enough."""
    if plan.experiment.stopping is None:
        numbers = range(plan.experiment.replications)
        runner.make(plan.tasks_of(numbers))
        return CompletedRuns(plan, runner.ledger, numbers), None
    return _until_the_rule_stops(plan, runner.ledger, lambda tasks: runner.make(tasks, total=len(tasks)))


def _until_the_rule_stops(
    plan: Plan, ledger: Ledger, make: Callable[[Sequence[Task]], None]
) -> tuple[CompletedRuns, Decision]:
    """Make replications, or look at those made already, until the stopping rule has enough."""
    rule = plan.experiment.stopping
    assert rule is not None
    upto = min(rule.least, rule.most)
    while True:
        make(plan.tasks_of(range(upto)))
        gaps, failed = _gaps(plan, ledger, range(upto))
        decision = max(
            decide_together(dict.fromkeys(gaps, rule.rule()), gaps, failed).values(), key=lambda found: found.half_width
        )
        if decision.verdict is not Verdict.GO_ON:
            good = [number for number in range(upto) if number not in failed][: decision.n]
            tried = good[-1] if good and decision.verdict is Verdict.ENOUGH else upto
            return CompletedRuns(plan, ledger, good, passed_over=sorted(n for n in failed if n < tried)), decision
        upto = min(rule.most, max(upto + 1, decision.suggested))


def _gaps(plan: Plan, ledger: Ledger, numbers: range) -> tuple[dict[str, dict[int, float]], set[int]]:
    """Return each arm's difference to the reference by replication, and replications with a run without a figure."""
    rule = plan.experiment.stopping
    assert rule is not None
    reference = plan.experiment.reference
    gaps: dict[str, dict[int, float]] = {arm: {} for arm in plan.arms if arm != reference}
    failed = set()
    for number in numbers:
        found = {task.arm: ledger.lines.get(task.run) for task in plan.tasks(number)}
        if any(line is None for line in found.values()):
            failed.add(number)
            continue
        known = next(line["outcomes"] for line in found.values() if line)
        if rule.outcome not in known:
            raise EcsimError(f"stopping.outcome is {rule.outcome!r}; choose one of the outcomes: {', '.join(known)}")
        figures = {arm: float(line["outcomes"][rule.outcome]) for arm, line in found.items() if line}
        if not all(map(isfinite, figures.values())):
            failed.add(number)
            continue
        for arm, told in gaps.items():
            told[number] = float(less(figures[arm], figures[reference]))
    return gaps, failed


def write_results(ended: CompletedRuns, folder: Path, stopped: Decision | None = None) -> Comparison:
    """Write the tables of what has ended and return the comparison."""
    experiment = ended.plan.experiment
    with ended.ledger.writing():
        runs = write_tables(ended, folder, stopped)
        figures = independent(runs, ended.plan.design)
        figures.to_parquet(folder / "independent.parquet", index=False)
        known = ended.plan.known
        better = {name: known.sense(name) for name in outcomes_of(runs)}
        several = len(ended.plan.arms) > 1
        summary = summarise(figures, experiment.reference, better, known.unit) if several else pd.DataFrame()
        summary.to_csv(folder / "summary.csv", index=False)
        contrasts = _contrasts(ended.plan, runs, figures, folder)
    pairs = {name: n for name, n in pairs_compared(runs).items() if n < ended.planned // len(ended.plan.arms)}
    return Comparison(
        experiment, folder, runs, summary, tuple(ended.failures()), stopped, count_unused_runs(ended),
        _chances(ended, folder), {name: reason.en for name, reason in _lacking(ended.plan).items()}, left_out(runs),
        ended.planned, pairs, known, contrasts,
    )  # fmt: skip


def _contrasts(plan: Plan, runs: pd.DataFrame, figures: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write and return what the named contrasts came to; a table of an earlier form of the experiment goes."""
    experiment, known = plan.experiment, plan.known
    place, names = folder / "contrasts.csv", main_outcomes(runs, experiment, known.headlines)
    if not experiment.contrasts or not names:
        place.unlink(missing_ok=True)
        return pd.DataFrame()
    better = {name: known.sense(name) for name in names}
    found = contrast_table(figures, experiment.contrasts, {name: known.unit(name) for name in names}, better)
    found.to_csv(place, index=False)
    return found


def _chances(ended: CompletedRuns, folder: Path) -> pd.DataFrame:
    """Write how likely a county meets each target and set, and return it; of a model without targets nothing."""
    if not ended.plan.known.targets:
        return pd.DataFrame()
    found = chances(pd.read_parquet(folder / "targets.parquet"), ended.plan.design)
    found.to_parquet(folder / "chances.parquet", index=False)
    return found


def _lacking(plan: Plan) -> dict[str, Text]:
    counts = {MET + name: reason for name, reason in plan.targets_not_available.items()}
    return {name: reason for name, reason in plan.not_available.items() if name in plan.known.labels} | counts


def count_unused_runs(ended: CompletedRuns) -> int:
    """Return how many finished runs lie in the folder that the plan does not have."""
    others = ended.ledger.lines.keys() - {task.run for task in ended.tasks()}
    if not others:
        return 0
    planned_runs = {task.run for task in ended.plan.tasks_of(range(ended.plan.experiment.most))}
    return len(others - planned_runs)
