"""What an experiment will run: every arm, point and replication, each with an identity of its own."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.experiments.config import (
    SHOCK,
    Experiment,
    check_runs,
    design_of,
    known_of,
    ladder_of,
    load_experiment,
    points_of,
    scenarios_of,
    shocks_of,
    simulated,
    space_of,
)
from ecsim.experiments.name_checks import needed_outcomes
from ecsim.experiments.openings import check_openings
from ecsim.experiments.outcome_catalogue import MET, OutcomeCatalogue
from ecsim.experiments.running import simulation_task
from ecsim.experiments.running.identity import canonical, identity_of_function, seed_of
from ecsim.experiments.running.task import Result, Task
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing
from ecsim.kernel.model import Model
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.shocks import Shock
from ecsim.kernel.text import Text
from ecsim.statistics.designs import Design
from ecsim.statistics.function import called, code_of, make_importable, resolve, takes_seed

PLAN = "plan.csv"


@dataclass(frozen=True)
class Plan:
    """An experiment made ready to run.

    Attributes
    ----------
    scenarios : by arm; empty for a function
    design : points of the space, or None
    shocks : what a point gives a strength to, by name; several shocks may come together
    identities : what every run of an arm shares: content and code
    known : outcomes and targets
    model : what scenarios simulate; None for a function
    """

    experiment: Experiment
    home: Path
    scenarios: Mapping[str, Scenario]
    design: Design | None
    identities: Mapping[str, str]
    known: OutcomeCatalogue
    model: Model[Any, Any] | None = None
    shocks: Mapping[str, Sequence[Shock]] = field(default_factory=dict)

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the experiment's order."""
        return [arm.name for arm in self.experiment.arms]

    @cached_property
    def _lacking(self) -> tuple[Mapping[str, Text], Mapping[str, Text]]:
        first = next(iter(self.scenarios.values()), None)
        if self.model is None or first is None:
            return {}, {}
        return self.model.measures.not_available(first, self.known.further)

    @property
    def not_available(self) -> Mapping[str, Text]:
        """Outcomes that no run can give, since their period is not run whole, with the reason; arms run alike."""
        return self._lacking[0]

    @property
    def targets_not_available(self) -> Mapping[str, Text]:
        """Targets that no run can give a figure of at its end, with the reason."""
        return self._lacking[1]

    def refuse_not_available(self, asked: Mapping[str, Iterable[str]], where: str) -> None:
        """Refuse outcomes that are asked for by key and that no run can give.

        Raises
        ------
        EcsimError
            If there is one.
        """
        for key, names in asked.items():
            for name in names:
                reason = self.not_available.get(name) or self.targets_not_available.get(name.removeprefix(MET))
                if reason:
                    raise EcsimError(
                        f"{where}: {key} names {name!r}, which is not available: {reason.en}; "
                        "choose another outcome, or other dates"
                    )

    @property
    def points(self) -> int:
        """Points of the design; 1 without one."""
        return len(self.design) if self.design is not None else 1

    @property
    def runs(self) -> int:
        """Runs that may be made, at most."""
        return len(self.arms) * self.points * self.experiment.most

    def tasks(self, replication: int) -> Iterator[Task]:
        """Yield the runs of a replication: every arm at every point."""
        seeds = self.seeds(replication)
        for point in range(self.points):
            values = self.values(point)
            for arm in self.arms:
                yield self.task(arm, point, replication, int(seeds[point]), values)

    def tasks_of(self, replications: Iterable[int]) -> list[Task]:
        """Return the runs of several replications, one after the other."""
        return [task for number in replications for task in self.tasks(number)]

    def values(self, point: int) -> dict[str, Any]:
        """Return the values of the uncertain parameters at a point, as JSON takes them."""
        if self.design is None:
            return {}
        return self._values[point]

    @cached_property
    def _values(self) -> list[dict[str, Any]]:
        assert self.design is not None
        rows = self.design.values.astype(object).to_dict("records")
        return [{str(k): v.item() if hasattr(v, "item") else v for k, v in row.items()} for row in rows]

    def seeds(self, replication: int) -> NDArray[np.int64]:
        """Return the seed of every point; later replications leave those of earlier ones as they are."""
        if self.design is None:
            return np.array([seed_of(self.experiment.first_seed, replication)])
        if replication < self.experiment.most:
            return self._planned_seeds[:, replication]
        return self.design.seeds(replication + 1, self.experiment.first_seed)[:, replication]

    @cached_property
    def _planned_seeds(self) -> NDArray[np.int64]:
        assert self.design is not None
        return self.design.seeds(self.experiment.most, self.experiment.first_seed)

    def task(self, arm: str, point: int, replication: int, seed: int, values: Mapping[str, Any]) -> Task:
        """Return the run of an arm with some values, be they a point of the design or not; equal runs have one name."""
        parameters = {name: value for name, value in values.items() if not name.startswith(SHOCK)}
        strengths = {name: value for name, value in values.items() if name.startswith(SHOCK) and value > 0.0}
        identity = [self.identities[arm], parameters, seed, *([strengths, self._shocks] if strengths else [])]
        identity += [list(self.known.further)] if self.known.further else []
        run = hashlib.sha256(canonical(identity).encode()).hexdigest()
        return Task(run, arm, point, replication, seed, self._payload(arm, replication, parameters, strengths))

    def _payload(
        self, arm: str, replication: int, parameters: dict[str, Any], strengths: dict[str, float]
    ) -> dict[str, Any]:
        if self.experiment.function:
            values = {**self._changes[arm], **parameters, **dict.fromkeys(self._shocks, 0.0), **strengths}
            return {"function": self.experiment.function, "parameters": values, "home": self._place}
        scenario = self._contents[arm]
        told = [{"shock": s, "strength": by} for name, by in strengths.items() for s in self._shocks[name]]
        scenario = {
            **scenario,
            "parameters": {**scenario["parameters"], **parameters},
            "shocks": [*scenario["shocks"], *told],
        }
        detail = self.experiment.tables and replication == 0
        further = list(self.known.further)
        return {"scenario": scenario, "tables": self.experiment.tables, "detail": detail, "further": further}

    @cached_property
    def _changes(self) -> dict[str, dict[str, Any]]:
        return {arm.name: arm.changes for arm in self.experiment.arms}

    @cached_property
    def _place(self) -> str:
        return str(self.home.resolve())

    @cached_property
    def _contents(self) -> dict[str, dict[str, Any]]:
        return {arm: scenario.model_dump(mode="json") for arm, scenario in self.scenarios.items()}

    @cached_property
    def _shocks(self) -> dict[str, list[dict[str, Any]]]:
        return {f"{SHOCK}{name}": [s.model_dump(mode="json") for s in told] for name, told in self.shocks.items()}

    def write(self, folder: Path) -> None:
        """Write ``plan.csv``: a line a run, before the first of them is made.

        Raises
        ------
        EcsimError
            If it cannot be written.
        """
        names = self.design.space.names if self.design is not None else []
        with writing(folder / PLAN), (folder / PLAN).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["run", "arm", "point", "replication", "seed", *names])
            rows.writerows(
                [task.run, task.arm, task.point, task.replication, task.seed, *self.values(task.point).values()]
                for number in range(self.experiment.most)
                for task in self.tasks(number)
            )


def resolve_plan(
    place: Path, changes: Mapping[str, Any] | None = None, of_scenario: Mapping[str, Any] | None = None
) -> Plan:
    """Return the plan of an experiment.

    Parameters
    ----------
    place : folder with ``experiment.toml``, or that file
    changes, of_scenario : values that replace the experiment's own, and those of every arm's scenario

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a module that it names does not come in.

    Notes
    -----
    What an experiment names as ``module:function`` or ``module:Class`` is imported: its code runs.
    """
    experiment, home = load_experiment(place, changes)
    where = str(place)
    model: Model[Any, Any] | None = None
    if experiment.function:
        known = known_of(experiment, None, where)
        _check_function(experiment.function, experiment.most, of_scenario or {}, home, where)
        code = code_of(experiment.function)
        told = experiment.function, code
        shared = {a.name: identity_of_function(*told, a.changes, experiment.data, home, where) for a in experiment.arms}
        scenarios: dict[str, Scenario] = {}
    else:
        scenarios = scenarios_of(experiment, home, of_scenario)
        reference = scenarios[experiment.reference]
        model, known = simulated(reference), known_of(experiment, reference, where)
        check_openings(model, {f"{where}: {name}": scenario for name, scenario in scenarios.items()})
        shared = {name: simulation_task.identity(model, scenario) for name, scenario in scenarios.items()}
    space = space_of(experiment, scenarios.get(experiment.reference), where) if experiment.space else None
    check_runs(experiment, points_of(experiment, space), where)
    design = design_of(experiment, space, home) if space else ladder_of(experiment)
    check_runs(experiment, len(design) if design is not None else 1, where)
    shocks = shocks_of(experiment, home, scenarios, where)
    plan = Plan(experiment, home, scenarios, design, shared, known, model, shocks)
    plan.refuse_not_available(needed_outcomes(experiment), where)
    return plan


def _check_function(function: str, replications: int, of_scenario: Mapping[str, Any], home: Path, where: str) -> None:
    make_importable(str(home.resolve()))
    try:
        lucky = takes_seed(resolve(function))
    except (TypeError, ValueError) as error:
        raise EcsimError(f"{where}: function {function}: {error}") from error
    if replications > 1 and not lucky:
        raise EcsimError(
            f"{where}: replications is {replications}, and {function} has no random variation: all would be "
            f"equal; give it an "
            "argument called seed, or give replications = 1"
        )
    if of_scenario:
        raise EcsimError(f"{where}: a function has no scenario; leave out {', '.join(of_scenario)}")


def execute_task(task: Task) -> Result:
    """Return what came of a task: of a function, or of the simulation."""
    if "function" in task.payload:
        make_importable(task.payload["home"])
        return Result(called(task.payload["function"], task.payload["parameters"], task.seed))
    return simulation_task.run_simulation_task(task)
