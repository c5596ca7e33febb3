"""Completed runs: those of a plan that have ended, in its order whatever the order in which they ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.plan import Plan
from ecsim.experiments.running.task import Task
from ecsim.statistics.stopping import Decision


@dataclass(frozen=True)
class CompletedRuns:
    """Runs of an experiment that its tables hold: every arm and point of these replications, as far as they ended.

    Attributes
    ----------
    replications : numbers of those that are whole
    passed_over : further replications that were tried, and left out as a whole for a run without a figure
    stopped : what the experiment's stopping rule said last
    """

    plan: Plan
    ledger: Ledger
    replications: Sequence[int]
    passed_over: Sequence[int] = field(default=(), kw_only=True)
    stopped: Decision | None = field(default=None, kw_only=True)

    @cached_property
    def _every(self) -> list[Task]:
        return self.plan.tasks_of(self.replications)

    @cached_property
    def _tried(self) -> list[Task]:
        return [*self._every, *self.plan.tasks_of(self.passed_over)]

    @property
    def planned(self) -> int:
        """Runs that the tables would hold if all had ended with a figure."""
        return len(self._tried)

    def tasks(self) -> list[Task]:
        """Return the runs that ended, by arm, then point, then replication."""
        order = {arm: place for place, arm in enumerate(self.plan.arms)}
        ended = [task for task in self._every if self.ledger.has(task.run)]
        return sorted(ended, key=lambda task: (order[task.arm], task.point, task.replication))

    def failures(self) -> list[str]:
        """Return what failed and was not made since, in words."""
        return [
            f"{task.arm}, point {task.point}, replication {task.replication} (seed {task.seed}): "
            f"{self.ledger.failed[task.run]}"
            for task in self._tried
            if task.run in self.ledger.failed
        ]

    def unused(self) -> int:
        """Return how many finished runs lie in the folder that the plan does not have."""
        others = self.ledger.lines.keys() - {task.run for task in self.tasks()}
        if not others:
            return 0
        return len(others - {task.run for task in self.plan.tasks_of(range(self.plan.experiment.most))})
