"""The plan of an experiment: every arm, point and replication, each a task with an identity of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.experiments.outcome_catalogue import MET, OutcomeCatalogue
from ecsim.experiments.running.task import Task, run_name, seed_of
from ecsim.experiments.schema import SHOCK, Arm, Experiment
from ecsim.kernel.files import writing
from ecsim.kernel.shocks import Shock
from ecsim.kernel.toolkit import Model, Scenario, Text
from ecsim.statistics.designs import Design

PLAN = "plan.csv"


@dataclass(frozen=True)
class Plan:
    """An experiment whose files are read and checked: every run that it will make.

    Attributes
    ----------
    experiment : as its file says
    home : the folder it lies in
    scenarios : by arm; empty for a function
    design : points of the space, or None
    shocks : what a point gives a strength to, by name; several shocks may come together
    identities : what every run of an arm shares: content and code
    catalogue : outcomes and targets
    model : what scenarios simulate; None for a function
    """

    experiment: Experiment
    home: Path
    scenarios: Mapping[str, Scenario]
    design: Design | None
    identities: Mapping[str, str]
    catalogue: OutcomeCatalogue
    model: Model[Any, Any] | None = None
    shocks: Mapping[str, Sequence[Shock]] = field(default_factory=dict)

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the experiment's order."""
        return [arm.name for arm in self.experiment.arms]

    @cached_property
    def _not_available(self) -> tuple[Mapping[str, Text], Mapping[str, Text]]:
        first = next(iter(self.scenarios.values()), None)
        if self.model is None or first is None:
            return {}, {}
        return self.model.measures.not_available(first, self.catalogue.further)

    @property
    def not_available(self) -> Mapping[str, Text]:
        """Outcomes that no run can give, since their period is not run whole, with the reason; arms run alike."""
        return self._not_available[0]

    @property
    def lacking(self) -> Mapping[str, Text]:
        """Outcomes, counts of counties that meet a target among them, that no run can give, with the reason."""
        counts = {MET + name: reason for name, reason in self.targets_not_available.items()}
        return {name: why for name, why in self.not_available.items() if name in self.catalogue.labels} | counts

    @property
    def targets_not_available(self) -> Mapping[str, Text]:
        """Targets that no run can give a figure of at its end, with the reason."""
        return self._not_available[1]

    def instead_of(self, outcomes: Iterable[str]) -> Mapping[str, str]:
        """Return what to write in place of names that are no outcomes of the model, by name."""
        if self.model is None:
            return {}
        scenario = self.scenarios[self.experiment.reference]
        return OutcomeCatalogue.of(self.model.measures, scenario, {}, outcomes).instead

    @cached_property
    def arm_titles(self) -> dict[str, Text]:
        """What arms are called in sentences: by the title of the arm or its policy if that tells them apart."""
        titles = {arm.name: self._arm_title(arm) for arm in self.experiment.arms}
        alone = [title for title in titles.values() if list(titles.values()).count(title) == 1]
        return {
            name: Text(f"“{title.en}”", f"“{title.zh}”") if title and title in alone else Text(name, name)
            for name, title in titles.items()
        }

    def _arm_title(self, arm: Arm) -> Text | None:
        if arm.title:
            return Text(arm.title.en, arm.title.zh)
        if self.model is None:
            return None
        facts = self.model.hooks.arm(self.scenarios[arm.name])
        return Text(facts["title_en"], facts["title_zh"])

    @cached_property
    def shock_titles(self) -> dict[str, Text]:
        """What the shocks of a stress test, or several together, are called; those of a function by their name."""
        return {
            name: Text(" + ".join(s.title_en for s in shocks), " + ".join(s.title_zh for s in shocks))
            if shocks
            else Text(name, name)
            for name, shocks in self.shocks.items()
        }

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
        """Return the run of an arm with some values, be they a point of the design or not; equal runs have one name.

        Parameters
        ----------
        arm : by name
        point, replication : its place in the experiment
        seed : its luck
        values : of uncertain parameters and strengths of shocks, by name
        """
        parameters = {name: value for name, value in values.items() if not name.startswith(SHOCK)}
        strengths = {name: value for name, value in values.items() if name.startswith(SHOCK) and value > 0.0}
        identity = [self.identities[arm], parameters, seed, *([strengths, self._shocks] if strengths else [])]
        identity += [list(self.catalogue.further)] if self.catalogue.further else []
        return Task(
            run_name(identity), arm, point, replication, seed, self._payload(arm, replication, parameters, strengths)
        )

    def _payload(
        self, arm: str, replication: int, parameters: dict[str, Any], strengths: dict[str, float]
    ) -> dict[str, Any]:
        if self.experiment.function:
            values = {**self._changes[arm], **parameters, **dict.fromkeys(self._shocks, 0.0), **strengths}
            return {"function": self.experiment.function, "parameters": values, "home": self._place}
        scenario = self._contents[arm]
        shocks = [{"shock": s, "strength": by} for name, by in strengths.items() for s in self._shocks[name]]
        scenario = {
            **scenario,
            "parameters": {**scenario["parameters"], **parameters},
            "shocks": [*scenario["shocks"], *shocks],
        }
        detail = self.experiment.tables and replication == 0
        further = list(self.catalogue.further)
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
        return {f"{SHOCK}{name}": [s.model_dump(mode="json") for s in shocks] for name, shocks in self.shocks.items()}

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
