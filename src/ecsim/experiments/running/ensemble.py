"""Making the runs of an ensemble that are not made yet, each written down as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from ecsim.experiments.running.executors import Executor
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.task import Task, Work

Progress: TypeAlias = "Callable[[int, int], None] | None"
MakeTasks: TypeAlias = Callable[[Sequence[Task]], None]
"""Makes the tasks that a ledger does not hold."""
REPORTED_EVERY = 0.05
"""Seconds between two reports of progress; faster than that nobody sees."""


@dataclass(frozen=True, slots=True)
class Runner:
    """What it takes to make runs.

    Attributes
    ----------
    seconds : time limit of a run
    shard : this machine's part, as (k, n): the k-th of n, from 1; None: all
    """

    work: Work
    executor: Executor
    ledger: Ledger
    seconds: float
    shard: tuple[int, int] | None = None
    progress: Progress = None

    def make(self, tasks: Sequence[Task], done: int = 0, total: int | None = None) -> None:
        """Make the runs that the ledger does not hold; each is written down as it ends, and equal ones are made once.

        Parameters
        ----------
        done, total : runs before these, and runs in all, for who watches
        """
        share = [task for place, task in enumerate(tasks) if self._is_of_shard(place)]
        missing = list({task.run: task for task in reversed(share) if not self.ledger.has(task.run)}.values())[::-1]
        made, whole = done + len(share) - len(missing), total or len(share)
        reported = self._report(made, whole)
        with closing(self.executor.run(self.work, missing, self.seconds)) as ended:
            for task, outcome in ended:
                self.ledger.keep(task, outcome)
                made += 1
                if time.monotonic() - reported > REPORTED_EVERY:
                    reported = self._report(made, whole)
        self.ledger.sync()
        self._report(made, whole)

    def _is_of_shard(self, place: int) -> bool:
        return self.shard is None or place % self.shard[1] == self.shard[0] - 1

    def _report(self, made: int, whole: int) -> float:
        if self.progress:
            self.progress(made, whole)
        return time.monotonic()
