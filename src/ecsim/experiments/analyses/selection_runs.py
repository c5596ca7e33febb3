"""The runs of a selection: a procedure asks for some, they are made, until it has chosen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecsim.experiments.analyses.toolkit import CompletedRuns, EcsimError, Ledger, Plan, Runner, Task, refuse_unknown
from ecsim.experiments.schema import Selection
from ecsim.statistics import selection as procedures
from ecsim.statistics.selection import KimNelson, Ocba, Pair, Procedure


@dataclass(frozen=True)
class SelectionRuns(CompletedRuns):
    """Runs that a selection looked at: of each arm so many replications.

    Attributes
    ----------
    counts : replications by arm
    """

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

    @property
    def lacking(self) -> str:
        """Why the probability that was asked for could not be promised; empty if it was, or none was asked for."""
        settings = self.settings
        if self.result.promised or settings.procedure != "kim_nelson":
            return ""
        return (
            f"no probability is promised: after {settings.most} replications {len(self.result.survivors)} arms were "
            f"left, and {settings.probability:g} was asked for; raise selection.most ({settings.most}) or "
            f"selection.difference ({settings.difference:g})"
        )


def procedure_of(plan: Plan, workers: int = 1) -> Procedure:
    """Return the selection procedure that an experiment asks for: Kim and Nelson's, or OCBA.

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
    sense = plan.catalogue.required_sense(settings.outcome, where)
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


def run_procedure(plan: Plan, procedure: Procedure, runner: Runner, outcome: str) -> procedures.Selection:
    """Make what the procedure asks for, all runs of a stage at once, until it has chosen.

    Parameters
    ----------
    plan : of the experiment
    procedure : what asks for runs and chooses
    runner : makes them
    outcome : by which is chosen

    Raises
    ------
    EcsimError
        If a run failed, or has no such outcome, that the choice cannot do without.
    """
    failures: dict[Pair, str] = {}
    made = 0
    while asked := procedure.ask():
        lost = [pair for pair in asked if pair in failures]
        if lost:
            raise EcsimError(
                f"{plan.home}: {failures[lost[0]]}; the choice needs this run — fix it and give the command again, only"
                " what is missing is made"
            )
        tasks = _tasks(plan, asked)
        runner.make(list(tasks.values()), made, made + len(tasks))
        ended = {pair: task for pair, task in tasks.items() if runner.ledger.has(task.run)}
        failures |= {pair: _failure(tasks[pair], runner.ledger) for pair in asked if pair not in ended}
        procedure.tell({pair: figure_of(task, runner.ledger, outcome) for pair, task in ended.items()})
        made += len(ended)
    return procedure.result()


def _tasks(plan: Plan, asked: Sequence[Pair]) -> dict[Pair, Task]:
    """Return the runs asked for: by arm, counted from 0, and replication."""
    every = {(arm, number): task for number in {n for _, n in asked} for arm, task in enumerate(plan.tasks(number))}
    return {pair: every[pair] for pair in asked}


def _failure(task: Task, ledger: Ledger) -> str:
    return f"the run of {task.arm}, replication {task.replication} (seed {task.seed}) failed: {ledger.failed[task.run]}"


def figure_of(task: Task, ledger: Ledger, outcome: str) -> float:
    """Return the outcome of a run that has ended.

    Raises
    ------
    EcsimError
        If it has no such outcome, or that is not a finite number.
    """
    outcomes = ledger.lines[task.run]["outcomes"]
    refuse_unknown(outcome, list(outcomes), "selection.outcome")
    figure = float(outcomes[outcome])
    if not math.isfinite(figure):
        raise EcsimError(
            f"selection: {outcome} of {task.arm}, replication {task.replication} (seed {task.seed}) is {figure}; a"
            " choice needs a number of every run — fix the model, or choose by another outcome"
        )
    return figure
