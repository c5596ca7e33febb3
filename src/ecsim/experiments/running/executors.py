"""Where runs are made: this process, processes of this machine, a Dask cluster; the same numbers to the bit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as RunTimeoutError
from importlib import import_module
from typing import Any, Protocol

from pebble import ProcessExpired, ProcessPool

from ecsim.errors import EcsimError
from ecsim.experiments.running.task import Failure, Outcome, Result, Task, Work

AHEAD = 4
"""Runs handed out for each worker before the first of them has ended."""


class Executor(Protocol):
    """Makes runs; a run that fails is told of and the others go on."""

    workers: int

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:
        """Yield each task with what came of it, in the order in which they end; ``seconds`` bounds a run."""


class InProcess:
    """This process, one run after the other; nothing bounds a run's time."""

    workers = 1

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:  # noqa: ARG002
        """Yield each task with what came of it."""
        for task in tasks:
            yield task, attempted(work, task)


class LocalProcesses:
    """Worker processes of this machine; a worker that dies takes its own run with it and no other."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:
        """Yield each task with what came of it."""
        waiting = iter(tasks)
        under_way: dict[Future[Outcome], Task] = {}
        with ProcessPool(max_workers=self.workers) as pool:
            try:
                while True:
                    while len(under_way) < AHEAD * self.workers and (task := next(waiting, None)) is not None:
                        under_way[pool.schedule(attempted, args=(work, task), timeout=seconds)] = task
                    if not under_way:
                        return
                    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                        yield under_way.pop(future), _of(future, seconds)
            except BaseException:
                pool.stop()  # type: ignore[no-untyped-call]
                raise


def _of(future: Future[Outcome], seconds: float) -> Outcome:
    try:
        return future.result()
    except RunTimeoutError:
        return Failure(f"took longer than {seconds:g} s and was stopped")
    except ProcessExpired as error:
        return Failure(f"its worker died (exit code {error.exitcode})")


class Cluster:
    """A Dask cluster; runs of a worker that dies are made again by another.

    Raises
    ------
    EcsimError
        If the extra ``cluster`` is not installed, or there is no scheduler at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError:
            raise EcsimError("--cluster needs the extra: pip install 'ecsim[cluster]'") from None
        try:
            self._client = self._dask.Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise EcsimError(
                f"--cluster {address}: no scheduler there ({error}); start one with `dask scheduler`"
            ) from None
        self.workers = max(1, sum(self._client.nthreads().values()))

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Iterator[tuple[Task, Outcome]]:  # noqa: ARG002
        """Yield each task with what came of it; how long a run may take is the cluster's own business."""
        waiting = iter(tasks)
        under_way: dict[str, Task] = {}
        ended = self._dask.as_completed(loop=self._client.loop)
        while True:
            while len(under_way) < AHEAD * self.workers and (task := next(waiting, None)) is not None:
                future = self._client.submit(attempted, work, task, key=f"ecsim-{task.run}", retries=3, pure=False)
                under_way[future.key] = task
                ended.add(future)
            if not under_way:
                return
            future = next(ended)
            task = under_way.pop(future.key)
            try:
                yield task, future.result()
            except Exception as error:  # whatever a worker came to; it is recorded
                yield task, Failure(f"{type(error).__name__}: {error}")


def attempted(work: Work, task: Task) -> Outcome:
    """Return what came of a task; what goes wrong in a run is its result, not the end of the ensemble."""
    try:
        found: Result = work(task)
    except Exception as error:  # any failure of a run is recorded in the ledger
        return Failure(f"{type(error).__name__}: {error}")
    return found
