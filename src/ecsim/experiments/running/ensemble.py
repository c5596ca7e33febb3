"""Making the runs of an experiment that are not made yet, and deciding when there are enough."""

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
TOLD_EVERY = 0.05
"""Seconds between two tidings of progress; who watches sees no faster."""


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
        mine = [task for place, task in enumerate(tasks) if self._is_mine(place)]
        missing = list({task.run: task for task in reversed(mine) if not self.ledger.has(task.run)}.values())[::-1]
        made, whole = done + len(mine) - len(missing), total or len(mine)
        told = self._tell(made, whole)
        with closing(self.executor.run(self.work, missing, self.seconds)) as ended:
            for task, outcome in ended:
                self.ledger.keep(task, outcome)
                made += 1
                if time.monotonic() - told > TOLD_EVERY:
                    told = self._tell(made, whole)
        self.ledger.sync()
        self._tell(made, whole)

    def _is_mine(self, place: int) -> bool:
        return self.shard is None or place % self.shard[1] == self.shard[0] - 1

    def _tell(self, made: int, whole: int) -> float:
        if self.progress:
            self.progress(made, whole)
        return time.monotonic()
