"""The choice of the best arm, with what can be said of the probability that it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ecsim.experiments.analyses import selection_words as words
from ecsim.experiments.analyses.analysis import Analysis, Part, Said
from ecsim.experiments.analyses.wording import refuse_unknown, sense_of
from ecsim.experiments.compare import write_results
from ecsim.experiments.running.ensemble import Progress, Runner
from ecsim.experiments.running.executors import Executor
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.plan import Plan, execute_task
from ecsim.experiments.running.results import CompletedRuns
from ecsim.experiments.running.task import Task
from ecsim.experiments.settings import Selection
from ecsim.kernel.errors import EcsimError
from ecsim.statistics import selection as procedures
from ecsim.statistics.comparison import paired
from ecsim.statistics.selection import KimNelson, Ocba, Pair, Procedure

LEVEL = 0.95


@dataclass(frozen=True)
class SelectionRuns(CompletedRuns):
    """Runs that a selection looked at: of each arm so many replications."""

    counts: Mapping[str, int]

    def tasks(self) -> list[Task]:
        """Return the runs, by arm, then replication; runs made ahead in vain are not among them."""
        return [task for task in super().tasks() if task.replication < self.counts[task.arm]]

    @property
    def planned(self) -> int:
        """Runs that the choice was made from."""
        return sum(self.counts.values())

    def failures(self) -> list[str]:
        """Return nothing: a choice is made only where all runs that it needs have ended."""
        return []


@dataclass(frozen=True)
class SelectionOutcome:
    """A selection that has ended.

    Attributes
    ----------
    figures : the outcome by arm, replication by replication
    """

    plan: Plan
    settings: Selection
    result: procedures.Selection
    figures: Mapping[str, Sequence[float]]

    @property
    def arm(self) -> str:
        """The arm that was chosen."""
        return self.plan.arms[self.result.best]


def select(
    plan: Plan, folder: Path, executor: Executor, *, progress: Progress = None
) -> tuple[Analysis, SelectionOutcome]:  # fmt: skip
    """Make as many runs as it takes to choose the best arm, and write the tables and ``analysis/selection.json``.

    The tables hold the runs that the choice was made from, some arms with more replications than others. Runs that the
    ledger holds are not made again, so a selection that was killed goes on, and comes to the same choice.

    Raises
    ------
    EcsimError
        If there is no ``[selection]``, it does not fit the experiment, or a run failed that the choice needs.
    """
    procedure = procedure_of(plan, executor.workers)
    settings = plan.experiment.selection
    assert settings is not None
    plan = replace(plan, design=None)
    with Ledger(folder) as ledger:
        _write_plan(plan, settings, folder)
        runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, None, progress)
        result = run_procedure(plan, procedure, runner, settings.outcome)
        counts = dict(zip(plan.arms, result.replications, strict=True))
        seen = SelectionRuns(plan, ledger, range(max(counts.values())), counts)
        write_results(seen, folder)
        figures: dict[str, list[float]] = {arm: [] for arm in plan.arms}
        for task in seen.tasks():
            figures[task.arm].append(_figure(task, ledger, settings.outcome))
    chosen = SelectionOutcome(plan, settings, result, figures)
    analysis = analyse(chosen)
    analysis.write(folder)
    return analysis, chosen


def procedure_of(plan: Plan, workers: int = 1) -> Procedure:
    """Return the procedure that an experiment asks for.

    Parameters
    ----------
    workers : how many runs go on at once; it changes how many are asked for at a time, never what is chosen

    Raises
    ------
    EcsimError
        If there is none, or it does not fit the experiment.
    """
    experiment, where = plan.experiment, str(plan.home)
    settings, arms = experiment.selection, len(plan.arms)
    if settings is None:
        raise EcsimError(f"{where}: no [selection]; add one with outcome and difference")
    if experiment.design:
        raise EcsimError(f"{where}: selection is for arms without a design; `ecsim robust` ranks arms over points")
    if arms < 2:
        raise EcsimError(f"{where}: there is one arm, {plan.arms[0]}; selection chooses among two or more")
    sense = sense_of(settings.outcome, plan.known, where)
    try:
        if settings.procedure == "ocba":
            return Ocba(
                arms, settings.most, first=settings.first, step=settings.step, delta=settings.difference,
                sense=sense, names=plan.arms,
            )  # fmt: skip
        return KimNelson(
            arms, delta=settings.difference, probability=settings.probability, first=settings.first, sense=sense,
            most=settings.most, ahead=max(1, math.ceil(2 * workers / arms)), names=plan.arms,
        )  # fmt: skip
    except ValueError as error:
        raise EcsimError(f"{where}: selection: {error}") from None


def _write_plan(plan: Plan, settings: Selection, folder: Path) -> None:
    """Write a line for every run that may be made."""
    others = (len(plan.arms) - 1) * settings.first if settings.procedure == "ocba" else 0
    most = {"replications": settings.most - others, "stopping": None}
    replace(plan, experiment=plan.experiment.model_copy(update=most)).write(folder)


def run_procedure(plan: Plan, procedure: Procedure, runner: Runner, outcome: str) -> procedures.Selection:
    """Make what the procedure asks for, all runs of a stage at once, until it has chosen.

    Raises
    ------
    EcsimError
        If a run failed, or has no such outcome, that the choice cannot do without.
    """
    failed: dict[Pair, str] = {}
    told = 0
    while asked := procedure.ask():
        lost = [pair for pair in asked if pair in failed]
        if lost:
            raise EcsimError(
                f"{plan.home}: {failed[lost[0]]}; the choice needs this run — mend it and give the command again, only"
                " what is missing is made"
            )
        tasks = _tasks(plan, asked)
        runner.make(list(tasks.values()), told, told + len(tasks))
        ended = {pair: task for pair, task in tasks.items() if runner.ledger.has(task.run)}
        failed |= {pair: _told_of_failure(tasks[pair], runner.ledger) for pair in asked if pair not in ended}
        procedure.tell({pair: _figure(task, runner.ledger, outcome) for pair, task in ended.items()})
        told += len(ended)
    return procedure.result()


def _tasks(plan: Plan, asked: Sequence[Pair]) -> dict[Pair, Task]:
    """Return the runs asked for: by arm, counted from 0, and replication."""
    every = {(arm, number): task for number in {n for _, n in asked} for arm, task in enumerate(plan.tasks(number))}
    return {pair: every[pair] for pair in asked}


def _told_of_failure(task: Task, ledger: Ledger) -> str:
    return f"the run of {task.arm}, replication {task.replication} (seed {task.seed}) failed: {ledger.failed[task.run]}"


def _figure(task: Task, ledger: Ledger, outcome: str) -> float:
    outcomes = ledger.lines[task.run]["outcomes"]
    refuse_unknown(outcome, list(outcomes), "selection.outcome")
    figure = float(outcomes[outcome])
    if not math.isfinite(figure):
        raise EcsimError(
            f"selection: {outcome} of {task.arm}, replication {task.replication} (seed {task.seed}) is {figure}; a"
            " choice needs a number of every run — mend the model, or choose by another outcome"
        )
    return figure


def analyse(chosen: SelectionOutcome) -> Analysis:
    """Return the analysis of a selection that has ended."""
    result, settings = chosen.result, chosen.settings
    return Analysis(
        name="selection",
        kind="selection",
        title=Said("Which arm is best", "哪个方案最好"),
        settings={
            **settings.model_dump(mode="json"), "unit": chosen.plan.known.unit(settings.outcome),
            "better": sense_of(settings.outcome, chosen.plan.known, ""), "arms": chosen.plan.arms,
            "chosen": chosen.arm, "probability_of_choice": _or_none(result.probability), "promised": result.promised,
            "runs": result.total, "runs_of_equal_shares": max(result.replications) * len(chosen.plan.arms),
            "statement": result.statement, "level": LEVEL,
        },
        findings=words.findings(chosen),
        notes=words.notes(chosen),
        tables={
            "arms": Part(Said("Arms", "各方案"), _arms(chosen)),
            "stages": Part(Said("Who was left, and when", "各阶段剩余的方案"), _stages(chosen)),
        },
    )  # fmt: skip


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _arms(chosen: SelectionOutcome) -> pd.DataFrame:
    """Return a row an arm: its mean, its difference to the chosen arm over replications both have, when it went."""
    best = np.array(chosen.figures[chosen.arm])
    rows = []
    for arm in chosen.plan.arms:
        mine = np.array(chosen.figures[arm])
        both = min(len(mine), len(best))
        own = paired(mine, np.zeros(len(mine)), LEVEL)
        row: dict[str, Any] = {"arm": arm, "chosen": arm == chosen.arm, "replications": len(mine), "mean": own.mean}
        row |= {"low": own.low, "high": own.high, "sd": own.sd}
        gap = paired(mine[:both], best[:both], LEVEL)
        ends = (gap.mean, gap.low, gap.high) if arm != chosen.arm else (0.0, np.nan, np.nan)
        rows.append(row | dict(zip(("difference", "difference_low", "difference_high"), ends, strict=True)))
    gone = [_ruled_out(chosen.result, place) for place in range(len(rows))]
    return pd.DataFrame(rows).assign(ruled_out_after=pd.Series(gone, dtype=object))


def _ruled_out(result: procedures.Selection, place: int) -> int | None:
    return next((stage.replications for stage in result.stages if place not in stage.survivors), None)


def _stages(chosen: SelectionOutcome) -> pd.DataFrame:
    names, before, rows = chosen.plan.arms, set(range(len(chosen.plan.arms))), []
    for stage in chosen.result.stages:
        left = set(stage.survivors)
        rows.append(
            {"replications": stage.replications, "survivors": ", ".join(names[i] for i in sorted(left)),
             "ruled_out": ", ".join(names[i] for i in sorted(before - left))}
        )  # fmt: skip
        before = left
    return pd.DataFrame(rows, columns=["replications", "survivors", "ruled_out"])
