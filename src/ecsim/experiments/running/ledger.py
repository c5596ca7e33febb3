"""The ledger of an experiment: one line a finished run, so that none is ever made twice."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecsim.experiments.running.task import Failure, Outcome, Result, Task
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import writing

LEDGER = "ledger.jsonl"
SYNC_SECONDS = 0.1
"""Lines that follow each other faster are brought to the disk together."""
PATIENCE_SECONDS = 2.0
"""Time for which workers of a killed process may take to end."""


class Ledger:
    """Finished runs of a results folder, by identity; one process at a time holds it.

    A line is written as soon as a run has ended: a killed process loses none. It is on the disk itself at once where
    runs are slow, and within a tenth of a second or at the next line where they are fast: only a power cut may lose
    those. Details of a run (`Result.tables`) lie in a file of its own, written before the line.

    Raises
    ------
    EcsimError
        If the folder cannot be written, another process holds the ledger, or a line before the last is not readable.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, str] = {}
        with writing(folder):
            (folder / "runs").mkdir(parents=True, exist_ok=True)
            self._handle = os.open(folder / LEDGER, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._hold()
            self._read()
        except BaseException:
            os.close(self._handle)
            raise
        self._synced = 0.0

    def _hold(self) -> None:
        """Lock the ledger; the lock ends with the process, however it ends, and with the workers it leaves behind."""
        patient_until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > patient_until:
                    raise EcsimError(
                        f"{self.folder}: another process is making runs into this folder; wait until it has ended, or "
                        "name another folder with --out"
                    ) from None
            time.sleep(0.05)

    def _read(self) -> None:
        content = (self.folder / LEDGER).read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(self._handle, whole)
        self._end = whole
        lines = content[:whole].splitlines()
        try:
            found = json.loads(b"[" + b",".join(lines) + b"]")  # all at once, faster than line by line
            for line in found:
                self._take(line)
        except (ValueError, KeyError, TypeError):
            raise EcsimError(
                f"{self.folder / LEDGER}: line {_first_unreadable(lines)} is not readable; remove it, its run is made "
                "again"
            ) from None

    def _take(self, line: dict[str, Any]) -> None:
        if "failed" in line:
            self.failed[line["run"]] = line["failed"]
        else:
            self.lines[line["run"]] = line
            self.failed.pop(line["run"], None)

    def has(self, run: str) -> bool:
        """Return whether a run has ended."""
        return run in self.lines

    def keep(self, task: Task, outcome: Outcome) -> None:
        """Write a line for a run that ended or failed; a failed one is tried again next time.

        Raises
        ------
        EcsimError
            If it cannot be written; what was written before stays as it is.
        """
        line: dict[str, Any] = {"run": task.run, "arm": task.arm, "point": task.point}
        line |= {"replication": task.replication, "seed": task.seed}
        if isinstance(outcome, Failure):
            line["failed"] = outcome.why
        else:
            line |= {"outcomes": dict(outcome.outcomes), "facts": dict(outcome.facts)}
            if outcome.tables:
                self._keep_details(task.run, outcome)
        self._write(line)
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self.sync()

    def _write(self, line: dict[str, Any]) -> None:
        raw = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        with self.writing(f"the {len(self.lines)} runs written so far"):
            try:
                if os.write(self._handle, raw) < len(raw):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError:
                os.ftruncate(self._handle, self._end)
                raise
        self._end += len(raw)
        self._take(line)

    @contextmanager
    def writing(self, kept: str = "finished runs") -> Iterator[None]:
        """Say in plain words that the folder cannot be written, if that is so.

        Parameters
        ----------
        kept : what is there still

        Raises
        ------
        EcsimError
            In place of an `OSError`.
        """
        with writing(self.folder, f"; {kept} are kept, and the same command goes on from there"):
            yield

    def _keep_details(self, run: str, result: Result) -> None:
        path = self.details_path(run)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with self.writing(f"the {len(self.lines)} runs written so far"):
            try:
                with draft.open("w", encoding="utf-8") as file:
                    file.write(json.dumps(dict(result.tables)))
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                draft.unlink(missing_ok=True)
                raise
            draft.rename(path)

    def sync(self) -> None:
        """Bring to the disk itself what was written."""
        with self.writing(f"the {len(self.lines)} runs written so far"):
            os.fsync(self._handle)
        self._synced = time.monotonic()

    def details_path(self, run: str) -> Path:
        """Return where the details of a run lie."""
        return self.folder / "runs" / f"{run[:32]}.json"

    def details(self, run: str) -> dict[str, list[dict[str, Any]]]:
        """Return the details of a run that kept them."""
        tables: dict[str, list[dict[str, Any]]] = json.loads(self.details_path(run).read_text(encoding="utf-8"))
        return tables

    def merge(self, others: Iterable[Path]) -> int:
        """Take over the runs of other results folders, also the failed; return how many finished ones were new.

        Raises
        ------
        EcsimError
            If a folder holds no ledger, or runs are being made into it.
        """
        new = 0
        for folder in others:
            if folder.resolve() == self.folder.resolve():
                continue
            with Ledger(needs_ledger(folder)) as other:
                new += sum(self._take_over(other, run) for run in other.lines)
                for run in other.failed.keys() - self.lines.keys() - self.failed.keys():
                    self._write({"run": run, "failed": other.failed[run]})
        self.sync()
        return new

    def _take_over(self, other: Ledger, run: str) -> bool:
        if self.has(run):
            return False
        if other.details_path(run).exists():
            self.details_path(run).write_bytes(other.details_path(run).read_bytes())
        self._write(other.lines[run])
        return True

    def close(self) -> None:
        """Give the file back, for others to hold."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)  # forked workers that live on hold the same lock
        os.close(self._handle)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def holds_ledger(folder: Path) -> bool:
    """Return whether a folder holds a ledger; one whose name is too long for the system does not."""
    try:
        return (folder / LEDGER).is_file()
    except OSError:
        return False


def needs_ledger(folder: Path) -> Path:
    """Return a folder that holds a ledger, or say that it holds none."""
    if holds_ledger(folder):
        return folder
    raise EcsimError(f"{folder}: holds no {LEDGER}; name folders that `ecsim compare --shard` wrote")


def ended_in(folder: Path) -> set[str]:
    """Return the runs of a results folder that ended or failed, by identity."""
    with Ledger(needs_ledger(folder)) as ledger:
        return ledger.lines.keys() | ledger.failed.keys()


def _first_unreadable(lines: Sequence[bytes]) -> int:
    """Return the number, from 1, of the first line that tells of no run."""
    for number, raw in enumerate(lines, 1):
        try:
            json.loads(raw)["run"]
        except (ValueError, KeyError, TypeError):
            return number
    return len(lines)
