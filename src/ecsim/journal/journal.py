"""Writing a journal: append, make each week durable, seal, close with the root; and going on with one."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from ecsim.errors import EcsimError
from ecsim.events.event import Event, Stamp
from ecsim.journal import disk
from ecsim.journal.frames import frame, week_mark
from ecsim.journal.manifest import MANIFEST, Root, Seal, chained, schema_of, vocabularies_of
from ecsim.journal.merkle import LEAF_SEQS, LeafHasher
from ecsim.journal.objects import gathered, write_object
from ecsim.journal.reader import JournalReader

Keep = Literal["all", "decisions", "digest"]
SEAL_EVENTS = 2**22
"""Events after which a journal is sealed, at the next week's end."""
Batch = tuple[Event, Stamp]


class Journal:
    """A journal being written; `in_memory` keeps the root alone, the other makers write a folder.

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
        self._marks: list[tuple[int, int]] = []
        self._sealed = 0
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
        store: Path | None = None, seals: Sequence[Seal] = (),
    ) -> Self:  # fmt: skip
        """Return a new journal in a folder; sealed events go to ``store``, by default beside the run.

        Parameters
        ----------
        seals : what the journal begins with: seals of another that lie in the same store

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
        told |= {"vocabularies": vocabularies_of(kinds), "store": os.path.relpath(store, folder)}
        lines = journal._chain([told])
        journal._genesis = journal._last_line
        disk.write_whole(folder / MANIFEST, lines + journal._chain([seal.line() for seal in seals]))
        journal._sealed = seals[-1].next if seals else 0
        return journal

    @classmethod
    def branch(cls, folder: Path, genesis: Mapping[str, Any], parent: JournalReader, events: int) -> Self:
        """Return a journal that begins with the first ``events`` events of another; sealed ones are not copied.

        The caller gives every one of them to `follow`, and to `adopt` those that the parent has not sealed yet.
        """
        seals = [seal.upto(events) for seal in parent.seals if seal.first < events]
        journal = cls.create(folder, genesis, tuple(parent.kinds.values()), "all", parent.store, seals)
        journal.hasher.restore(leaf for seal in seals for leaf in seal.leaves)
        return journal

    @classmethod
    def reopen(cls, reader: JournalReader) -> Self:
        """Return the journal of a run that was not closed, to go on after its last whole week.

        The caller gives every event up to there to `follow`.

        Raises
        ------
        EcsimError
            If the run was closed, kept less than all its events, or its tail was altered otherwise than by a kill.
        """
        if reader.published:
            raise EcsimError(f"{reader.folder}: has ended (root {reader.published.root}); there is nothing to resume")
        reader.needs_all()
        journal = cls(tuple(reader.kinds.values()), reader.folder, reader.store, "all")
        journal._genesis, journal._last_line = reader.line_hashes[0], reader.line_hashes[-1]
        journal._sealed = reader.seals[-1].next if reader.seals else 0
        journal.hasher.restore(reader.leaves)
        disk.cut(reader.folder / MANIFEST, reader.manifest_bytes)
        tails = reader.whole_weeks()
        for path, length in tails.lengths:
            if length:
                disk.cut(path, length)
            else:
                disk.remove(path)
        journal._open, journal._marks = tails.batches, tails.marks
        journal._tail_number = tails.next_number
        return journal

    def discard(self) -> None:
        """Remove the manifest of a run of which nothing else is whole, so that it can be begun again."""
        assert self.folder is not None
        disk.remove(self.folder / MANIFEST)

    def follow(self, event: Event, stamp: Stamp) -> None:
        """Take note of rows that are in the journal already, for the root."""
        self.hasher.catch_up(event, stamp)

    def append(self, event: Event, stamp: Stamp) -> None:
        """Take the rows of one event; they are durable after `end_week`."""
        self.hasher.add(event, stamp)
        if self.folder is not None and (self.keep == "all" or (self.keep == "decisions" and event.decision)):
            self._week.append((event, stamp))

    def adopt(self, batches: Iterable[Batch], next_day: int) -> None:
        """Write rows of a parent's tail into this journal's own."""
        self._week += batches
        self.end_week(next_day)

    def end_week(self, next_day: int) -> None:
        """Make the week durable; seal when enough has come together.

        Parameters
        ----------
        next_day : day on which the next week begins
        """
        if not self._week:
            return
        mark = (self.hasher.events, next_day)
        if self._tail is None:
            self._tail = disk.open_to_append(self._tail_path(self._tail_number))
        for event, stamp in self._week:
            disk.append(self._tail, frame(event, stamp, self._numbers[type(event)]))
        disk.append(self._tail, week_mark(*mark))
        disk.sync(self._tail)
        self._open += self._week
        self._marks.append(mark)
        self._week = []
        if self.hasher.events - self._sealed >= SEAL_EVENTS:
            self.seal()

    def seal(self) -> None:
        """Hand what is open to the sealing thread; at most one seal is under way."""
        self._wait()
        if not self._open:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="seal")
        if self._tail is not None:
            disk.close(self._tail)
        batches, self._open, self._tail = self._open, [], None
        first, self._sealed = self._sealed, self._marks[-1][0]
        leaves = self._leaves(first // LEAF_SEQS, self._sealed // LEAF_SEQS)
        seal = Seal(first, self._sealed, {}, leaves, tuple(self._marks))
        self._marks = []
        self._sealing = self._pool.submit(self._seal, batches, seal, self._tail_number)
        self._tail_number += 1

    def close(self) -> Root:
        """Seal the rest, publish the root and return it."""
        root = Root(self.hasher.events, self.hasher.root(), self._genesis)
        if self.folder is not None:
            self.seal()
            self._wait()
            leaves = [] if self.keep == "all" else [leaf.hex() for leaf in self.hasher.leaves]
            self._write_line({"line": "close", "events": root.events, "root": root.root, "leaves": leaves})
        self._shut()
        return root

    def _leaves(self, start: int, stop: int) -> tuple[str, ...]:
        if self.keep != "all":
            return ()
        return tuple(leaf.hex() for leaf in self.hasher.leaves[start:stop])

    def _seal(self, batches: list[Batch], seal: Seal, number: int) -> None:
        """Write one object a kind, then the line that names them, then drop the tails they came from."""
        by_kind: dict[type[Event], list[Batch]] = defaultdict(list)
        for event, stamp in batches:
            by_kind[type(event)].append((event, stamp))
        assert self.store is not None
        for kind, rows in by_kind.items():
            seal.objects[kind.kind] = write_object(self.store, kind, gathered(rows))
        self._write_line(seal.line())
        for old in range(number + 1):
            disk.remove(self._tail_path(old))

    def _wait(self) -> None:
        if self._sealing is not None:
            self._sealing.result()
            self._sealing = None

    def _shut(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        if self._tail is not None:
            disk.close(self._tail)
            self._tail = None

    def _tail_path(self, number: int) -> Path:
        assert self.folder is not None
        return self.folder / f"tail-{number:05d}.bin"

    def _write_line(self, told: Mapping[str, Any]) -> None:
        assert self.folder is not None
        disk.append_whole(self.folder / MANIFEST, self._chain([told]))

    def _chain(self, lines: Iterable[Mapping[str, Any]]) -> bytes:
        """Return lines that follow the last one."""
        made = []
        for told in lines:
            made.append(chained(told, self._last_line))
            self._last_line = hashlib.sha256(made[-1]).hexdigest()
        return b"".join(made)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shut()
        if isinstance(error, OSError) and self.folder is not None:
            raise disk.told(error, self.folder) from error
