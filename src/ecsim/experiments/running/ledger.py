"""The ledger of an experiment: one durable line a finished run, so that none is ever made twice."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ecsim.errors import EcsimError
from ecsim.experiments.running.task import Failure, Outcome, Result, Task

LEDGER = "ledger.jsonl"


class Ledger:
    """Finished runs of a results folder, by identity.

    A line is written once a run has ended, and synced; what a killed parent leaves is every line but perhaps the last.
    Details of a run (`Result.tables`) lie in a file of its own, written before the line.

    Raises
    ------
    EcsimError
        If the folder cannot be written, or a line before the last is not readable.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, str] = {}
        (folder / "runs").mkdir(parents=True, exist_ok=True)
        self._read()
        self._handle = os.open(folder / LEDGER, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def _read(self) -> None:
        path = self.folder / LEDGER
        if not path.exists():
            return
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(path, whole)
        for number, raw in enumerate(content[:whole].splitlines(), 1):
            try:
                line = json.loads(raw)
            except ValueError:
                raise EcsimError(f"{path}: line {number} is not readable; remove it, its run is made again") from None
            self._take(line)

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
        """Write a line for a run that ended or failed; a failed one is tried again next time."""
        line: dict[str, Any] = {"run": task.run, "arm": task.arm, "point": task.point}
        line |= {"replication": task.replication, "seed": task.seed}
        if isinstance(outcome, Failure):
            line["failed"] = outcome.why
        else:
            line |= {"outcomes": dict(outcome.outcomes), "facts": dict(outcome.facts)}
            if outcome.tables:
                self._keep_details(task.run, outcome)
        os.write(self._handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(self._handle)
        self._take(line)

    def _keep_details(self, run: str, result: Result) -> None:
        path = self.details_path(run)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(dict(result.tables), file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)

    def details_path(self, run: str) -> Path:
        """Return where the details of a run lie."""
        return self.folder / "runs" / f"{run[:32]}.json"

    def details(self, run: str) -> dict[str, list[dict[str, Any]]]:
        """Return the details of a run that kept them."""
        found: dict[str, list[dict[str, Any]]] = json.loads(self.details_path(run).read_text(encoding="utf-8"))
        return found

    def merge(self, others: Iterable[Path]) -> int:
        """Take over the finished runs of other results folders; return how many were new.

        Raises
        ------
        EcsimError
            If a folder holds no ledger.
        """
        new = 0
        for folder in others:
            if not (folder / LEDGER).exists():
                raise EcsimError(f"{folder}: holds no {LEDGER}; name folders that `ecsim compare --shard` wrote")
            other = Ledger(folder)
            for run, line in other.lines.items():
                if self.has(run):
                    continue
                if other.details_path(run).exists():
                    self.details_path(run).write_bytes(other.details_path(run).read_bytes())
                os.write(self._handle, json.dumps(line, ensure_ascii=False).encode() + b"\n")
                self._take(line)
                new += 1
            other.close()
        os.fsync(self._handle)
        return new

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
