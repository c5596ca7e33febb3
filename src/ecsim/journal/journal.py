"""Writing a journal: append, make each week durable, seal, close with the root."""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from ecsim.errors import EcsimError
from ecsim.events.event import Event, Stamp
from ecsim.journal.frames import frame
from ecsim.journal.merkle import LeafHasher
from ecsim.journal.objects import gathered, sync_folder, write_object

Keep = Literal["all", "decisions", "digest"]
SEAL_EVENTS = 2**22
"""Events after which a journal is sealed, at the next week's end."""
MANIFEST = "manifest.jsonl"
Batch = tuple[Event, Stamp]


@dataclass(frozen=True, slots=True)
class Root:
    """What a run is: so many events, their Merkle root, and the hash of the line that says where they come from."""

    events: int
    root: str
    genesis: str


def chained(line: Mapping[str, Any], previous: str) -> bytes:
    """Return a manifest line that carries the hash of the one before, and its own."""
    told = {**line, "previous": previous}
    return _told({**told, "hash": hashlib.sha256(_told(told)).hexdigest()}) + b"\n"


def is_whole(line: Mapping[str, Any]) -> bool:
    """Return whether a manifest line hashes to what it says of itself."""
    told = {key: value for key, value in line.items() if key != "hash"}
    return line.get("hash") == hashlib.sha256(_told(told)).hexdigest()


def _told(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False, sort_keys=True).encode()


def schema_of(kinds: Sequence[type[Event]]) -> list[dict[str, Any]]:
    """Return kinds with version and columns, as a genesis line tells them."""
    return [
        {"kind": k.kind, "version": k.version, "columns": [[c.name, c.dtype.str, c.table or ""] for c in k.columns]}
        for k in kinds
    ]


class Journal:
    """A journal being written; `in_memory` keeps the root alone, `create` writes a folder.

    Not safe for more than one writer; a folder that holds a run already is refused.
    """

    def __init__(self, kinds: Sequence[type[Event]], folder: Path | None, store: Path | None, keep: Keep) -> None:
        self.kinds = tuple(kinds)
        self.folder = folder
        self.store = store
        self.keep = keep
        self.hasher = LeafHasher()
        self._numbers = {kind: number for number, kind in enumerate(self.kinds)}
        self._genesis = ""
        self._last_line = ""
        self._week: list[Batch] = []
        self._open: list[Batch] = []
        self._open_rows = 0
        self._tail_number = 0
        self._tail: int | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._sealing: Future[None] | None = None

    @classmethod
    def in_memory(cls, genesis: Mapping[str, Any], kinds: Sequence[type[Event]]) -> Self:
        """Return a journal that keeps the root alone and writes nothing."""
        journal = cls(kinds, None, None, "digest")
        journal._genesis = hashlib.sha256(chained({"line": "genesis", **genesis}, "")).hexdigest()
        return journal

    @classmethod
    def create(
        cls, folder: Path, genesis: Mapping[str, Any], kinds: Sequence[type[Event]], keep: Keep = "all",
        store: Path | None = None,
    ) -> Self:  # fmt: skip
        """Return a new journal in a folder; sealed events go to ``store``, by default beside the run.

        Raises
        ------
        EcsimError
            If the folder holds a run already.
        """
        if (folder / MANIFEST).exists():
            raise EcsimError(f"{folder}: holds a run already; choose another folder or remove it")
        folder.mkdir(parents=True, exist_ok=True)
        store = store or folder / "objects"
        journal = cls(kinds, folder, store, keep)
        told = {"line": "genesis", **genesis, "kinds": schema_of(kinds), "keep": keep}
        told["store"] = os.path.relpath(store, folder)
        journal._write_line(told)
        journal._genesis = journal._last_line
        return journal

    def append(self, event: Event, stamp: Stamp) -> None:
        """Take the rows of one event; they are durable after `end_week`."""
        self.hasher.add(event, stamp)
        if self.folder is not None and (self.keep == "all" or (self.keep == "decisions" and event.decision)):
            self._week.append((event, stamp))

    def end_week(self) -> None:
        """Make the week durable; seal when enough has come together."""
        if not self._week:
            return
        if self._tail is None:
            path = self._tail_path(self._tail_number)
            self._tail = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for event, stamp in self._week:
            _write_all(self._tail, frame(event, stamp, self._numbers[type(event)]))
            self._open_rows += event.rows
        os.fsync(self._tail)
        self._open += self._week
        self._week = []
        if self._open_rows >= SEAL_EVENTS:
            self.seal()

    def seal(self) -> None:
        """Hand what is open to the sealing thread; at most one seal is under way."""
        self._wait()
        if not self._open or self._tail is None:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="seal")
        os.close(self._tail)
        batches, number = self._open, self._tail_number
        self._open, self._open_rows, self._tail = [], 0, None
        self._tail_number += 1
        self._sealing = self._pool.submit(self._seal, batches, number)

    def close(self) -> Root:
        """Seal the rest, publish the root and return it."""
        root = Root(self.hasher.events, self.hasher.root(), self._genesis)
        if self.folder is not None:
            self.end_week()
            self.seal()
            self._wait()
            self._write_line({"line": "close", "events": root.events, "root": root.root})
        if self._pool is not None:
            self._pool.shutdown()
        return root

    def _seal(self, batches: list[Batch], number: int) -> None:
        by_kind: dict[type[Event], list[Batch]] = defaultdict(list)
        for event, stamp in batches:
            by_kind[type(event)].append((event, stamp))
        assert self.store is not None
        objects = {}
        for kind, rows in by_kind.items():
            name = write_object(self.store, kind, gathered(rows))
            objects[kind.kind] = {"object": name, "rows": sum(event.rows for event, _ in rows)}
        last_event, last_stamp = batches[-1]
        first = batches[0][1].first
        told = {"line": "seal", "first": first, "next": last_stamp.first + last_event.rows, "objects": objects}
        self._write_line(told)
        self._tail_path(number).unlink()

    def _wait(self) -> None:
        if self._sealing is not None:
            self._sealing.result()
            self._sealing = None

    def _tail_path(self, number: int) -> Path:
        assert self.folder is not None
        return self.folder / f"tail-{number:05d}.bin"

    def _write_line(self, told: Mapping[str, Any]) -> None:
        assert self.folder is not None
        line = chained(told, self._last_line)
        with (self.folder / MANIFEST).open("ab", buffering=0) as file:
            file.write(line)
            os.fsync(file.fileno())
        sync_folder(self.folder)
        self._last_line = hashlib.sha256(line).hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self._pool is not None:
            self._pool.shutdown()


def _write_all(handle: int, content: bytes) -> None:
    """Write every byte; the system may take fewer at a time."""
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
