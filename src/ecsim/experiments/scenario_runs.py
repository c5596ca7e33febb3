"""Runs of one scenario with values replaced, each made once and kept: what laws, samples and validation are tried by.

The results folder holds a ledger as that of an experiment does; a run that lies there already is not made again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecsim.experiments.running.simulation_task import identity
from ecsim.experiments.running.task import Work, run_name
from ecsim.experiments.running.toolkit import Executor, Ledger, Progress, Runner, Task, execute_task
from ecsim.kernel.identity import source_digest
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.scenario import Scenario
from ecsim.scenario.load import changed

SECONDS_A_RUN = 86_400.0
"""Time limit of a run: such runs are as large as who asks for them likes."""


@dataclass(frozen=True)
class RunWanted:
    """A run of a scenario.

    Attributes
    ----------
    seed : of its random draws
    changes : values of the scenario that are replaced, by dotted key
    invariance : change of the model's own that must not matter and is made too, by name; empty: none
    after_another : whether it is made right behind a run of another seed, in the same process
    without : names of the model's switches of laws: what does not happen in it
    """

    seed: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    invariance: str = ""
    after_another: bool = False
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioRuns:
    """Makes and keeps runs of a scenario.

    Attributes
    ----------
    scenario : what is run, with its model's code trusted
    folder : of the results
    executor : where runs are made
    progress : told how many are made, of how many
    work : what a run comes to; by default the outcomes that are asked for
    """

    scenario: Scenario
    folder: Path
    executor: Executor
    progress: Progress = None
    work: Work = execute_task

    def figures(self, wanted: Sequence[RunWanted], outcomes: Sequence[str] = ()) -> RunFigures:
        """Return the figures of some runs; those that are not kept are made.

        Parameters
        ----------
        wanted : the runs; equal ones are made once
        outcomes : further outcomes that every run is asked for

        Raises
        ------
        EcsimError
            If a change says what is not allowed, or the folder cannot be written.
        """
        tasks = [self._task(number, run, sorted(set(outcomes))) for number, run in enumerate(wanted)]
        with Ledger(self.folder) as ledger:
            Runner(self.work, self.executor, ledger, SECONDS_A_RUN, progress=self.progress).make(tasks)
            lines = [ledger.lines.get(task.run) for task in tasks]
            failed = {task.run: ledger.failed[task.run] for task in tasks if task.run in ledger.failed}
        reasons = [f"seed {task.seed}: {failed[task.run]}" for task in tasks if task.run in failed]
        return RunFigures([line["outcomes"] if line else {} for line in lines], list(dict.fromkeys(reasons)))

    def _task(self, number: int, run: RunWanted, outcomes: list[str]) -> Task:
        scenario = changed(self.scenario, run.changes, "a change")
        model = model_of_scenario(scenario, trust=True)
        name = [identity(model, scenario), run.seed, run.invariance, run.after_another, outcomes, self.work.__name__]
        name += [list(run.without)] if run.without else []
        payload = {"scenario": scenario.model_dump(mode="json"), "tables": False, "detail": False, "further": outcomes}
        payload |= {"after_another": run.after_another} | ({"invariance": run.invariance} if run.invariance else {})
        payload |= {"without": list(run.without)} if run.without else {}
        return Task(run_name([*name, source_digest(model.looks_on)]), scenario.name, 0, number, run.seed, payload)


@dataclass(frozen=True)
class RunFigures:
    """What runs came to.

    Attributes
    ----------
    runs : figures by name, in the order in which runs were asked for; nothing of one that failed
    failures : in words
    """

    runs: Sequence[Mapping[str, float]]
    failures: Sequence[str]

    def column(self, name: str) -> list[float]:
        """Return a figure of every run; NaN where it has none."""
        return [_number(run.get(name)) for run in self.runs]


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
