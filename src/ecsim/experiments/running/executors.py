"""Where runs are made: this process, processes of this machine, a Dask cluster; the same numbers to the bit."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as RunTimeoutError
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context, parent_process
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Protocol, TypeAlias
from weakref import finalize

from pebble import ProcessExpired, ProcessPool

from ecsim.experiments.running.task import Failure, Outcome, Result, Task, Work
from ecsim.kernel.errors import EcsimError

AHEAD = 4
"""Runs handed out for each worker before the first of them has ended."""
RESTARTS = 3
"""How often in a row workers may end before any run has."""
SCHEDULER_SECONDS = 10.0
"""How long the scheduler of a cluster is waited for."""
Ended: TypeAlias = "Generator[tuple[Task, Outcome], None, None]"


class Executor(Protocol):
    """Makes runs; a run that fails is told of and the others go on."""

    workers: int

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Ended:
        """Yield each task with what came of it, in the order in which they end; ``seconds`` bounds a run."""

    def close(self) -> None:
        """Give back what the runs were made with; the next call of `run` fetches it anew."""


class InProcess:
    """This process, one run after the other; nothing bounds a run's time."""

    workers = 1

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Ended:  # noqa: ARG002
        """Yield each task with what came of it."""
        for task in tasks:
            yield task, attempted(work, task)

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""


class LocalProcesses:
    """Worker processes of this machine; a worker that dies takes its own run with it and no other.

    Workers live on from one call of `run` to the next, with what they have read and compiled, until `close` or until
    nobody holds this object. They end by themselves when this process does, even by ``kill -9``.
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and workers < 1:
            raise EcsimError(f"workers is {workers}; at least 1 is needed")
        self.workers = workers or os.cpu_count() or 1
        self._pool: ProcessPool | None = None
        self._ending: finalize[..., LocalProcesses] | None = None

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Ended:
        """Yield each task with what came of it.

        Raises
        ------
        EcsimError
            If workers end again and again before they make a run.
        """
        waiting, in_vain = deque(tasks), 0
        try:
            while waiting:
                before = len(waiting)
                yield from self._until_broken(work, waiting, seconds)
                in_vain = in_vain + 1 if len(waiting) == before else 0
                if in_vain == RESTARTS:
                    raise EcsimError(
                        f"{self.workers} worker processes ended {RESTARTS} times before they made a run; look for what "
                        "ends them (memory, limits of this machine), or take fewer with --workers"
                    )
        except BaseException:
            self.close()
            raise

    def _until_broken(self, work: Work, waiting: deque[Task], seconds: float) -> Ended:
        """Make runs until none waits, or until all workers have ended; then what was under way waits again."""
        pool, under_way = self._opened(), dict[Future[Outcome], Task]()
        ended: SimpleQueue[Future[Outcome]] = SimpleQueue()
        while waiting or under_way:
            try:
                while waiting and len(under_way) < AHEAD * self.workers:
                    handed_out = pool.schedule(attempted, args=(work, waiting[0]), timeout=seconds)
                    under_way[handed_out] = waiting.popleft()
                    handed_out.add_done_callback(ended.put)
                future = ended.get(timeout=1.0)
                yield under_way[future], _of(future, seconds)
                del under_way[future]
            except Empty:
                if not pool.active:
                    break
            except RuntimeError:
                if pool.active:
                    raise
                break
        waiting.extendleft(reversed(under_way.values()))
        if waiting:
            self.close()

    def _opened(self) -> ProcessPool:
        if self._pool is None:
            # Mesa makes "spawn" the default, with which every worker imports everything for seconds
            context = get_context("fork" if sys.platform == "linux" else "spawn")
            self._pool = ProcessPool(self.workers, initializer=_end_with_parent, context=context)
            self._ending = finalize(self, _stop, self._pool)
        return self._pool

    def close(self) -> None:
        """End the workers."""
        if self._ending is not None:
            self._ending()
        self._pool = self._ending = None


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _end_with_parent() -> None:
    """End this worker when the process that it works for has ended; a run that nobody waits for is not gone on with."""
    parent = parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def _of(future: Future[Outcome], seconds: float) -> Outcome:
    try:
        return future.result()
    except RunTimeoutError:
        return Failure(f"took longer than {seconds:g} s and was stopped")
    except ProcessExpired as error:
        return Failure(f"its worker died (exit code {error.exitcode})")


@dataclass(frozen=True)
class Certificates:
    """PEM files with which a client and a scheduler know each other (TLS).

    Attributes
    ----------
    authority : the certificate authority's
    certificate, key : one's own, signed by it
    """

    authority: Path
    certificate: Path
    key: Path

    def security(self, dask: Any) -> Any:  # noqa: ANN401 (of an extra)
        """Return what Dask takes of them: nothing goes unencrypted, and who has no certificate is turned away.

        Raises
        ------
        EcsimError
            If a file is missing or holds no certificate or key.
        """
        for path in (self.authority, self.certificate, self.key):
            if not path.is_file():
                raise EcsimError(f"{path}: no such file; name PEM files with --tls-ca-file, --tls-cert and --tls-key")
        security = dask.Security(
            require_encryption=True, tls_ca_file=str(self.authority), tls_client_cert=str(self.certificate),
            tls_client_key=str(self.key),
        )  # fmt: skip
        try:
            security.get_connection_args("client")
        except OSError as error:
            raise EcsimError(
                f"{self.authority}, {self.certificate}, {self.key}: TLS cannot use them ({error}); name PEM files of "
                "the authority, of a certificate it signed and of that one's key"
            ) from error
        return security


class Cluster:
    """A Dask cluster; runs of a worker that dies are made again by another.

    Whoever reaches a scheduler without TLS can run code on it and on its workers: give certificates, or keep it in a
    network of your own.

    Parameters
    ----------
    address : ``tcp://host:port``, or ``tls://host:port``
    certificates : for TLS; without them Dask's own configuration says

    Raises
    ------
    EcsimError
        If the extra ``cluster`` is not installed, there is no scheduler at the address, or certificates do not fit.
    """

    def __init__(self, address: str, certificates: Certificates | None = None) -> None:
        if certificates and not address.startswith("tls://"):
            raise EcsimError(f"--cluster {address}: certificates go with tls://; without TLS leave them out")
        try:
            self._dask: Any = import_module("distributed")
        except ImportError:
            raise EcsimError("--cluster needs the extra: pip install 'ecsim[cluster]'") from None
        try:
            security = certificates.security(self._dask) if certificates else None
            self._client = self._dask.Client(
                address, timeout=SCHEDULER_SECONDS, set_as_default=False, security=security
            )
        except (OSError, TypeError, ValueError) as error:
            raise EcsimError(
                f"--cluster {address}: no scheduler there ({error}); start one with `dask scheduler`"
            ) from None
        self.workers = max(1, sum(self._client.nthreads().values()))

    def run(self, work: Work, tasks: Sequence[Task], seconds: float) -> Ended:  # noqa: ARG002
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
            yield task, _of_cluster(future)

    def close(self) -> None:
        """Leave the cluster as it is; others may work on it."""


def _of_cluster(future: Any) -> Outcome:  # noqa: ANN401 (of an extra)
    try:
        outcome: Outcome = future.result()
    except Exception as error:  # whatever a worker came to; it is recorded
        return Failure(f"{type(error).__name__}: {error}")
    return outcome


def attempted(work: Work, task: Task) -> Outcome:
    """Return what came of a task; what goes wrong in a run is its result, not the end of the ensemble."""
    try:
        found: Result = work(task)
    except (Exception, SystemExit) as error:  # any failure of a run is recorded in the ledger
        return Failure(f"{type(error).__name__}: {error}")
    return found
