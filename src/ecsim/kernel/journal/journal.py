"""Writing a journal: append, make each week durable, seal, close with the root; and going on with one.

A week that ended is durable: its batches lie in a tail that was synced. From time to time a thread seals what has come
together: one Parquet object for each kind, and a line of the manifest that names them. Closing publishes the root.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import Any, Literal, Self

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.files import advice, writing
from ecsim.kernel.journal import disk
from ecsim.kernel.journal.frames import frame, week_mark
from ecsim.kernel.journal.manifest import MANIFEST, Root, Seal, chained, schema_of
from ecsim.kernel.journal.merkle import LEAF_SEQS, LeafHasher
from ecsim.kernel.journal.objects import gathered, object_path, write_object
from ecsim.kernel.journal.reader import JournalReader, WholeWeeks
from ecsim.kernel.vocabulary import vocabularies_of

Keep = Literal["all", "decisions", "digest"]
SEAL_EVENTS = 2**22
"""Events after which a journal is sealed, at the next week's end."""
LOCK = "writer.lock"
"""A file in the run's folder that its writer holds; it is gone once the run has ended."""
Batch = tuple[Event, Stamp]


class Journal:
    """A journal being written; `in_memory` keeps the root alone, the other makers write a folder.

    One writer at a time: another is refused until this one closes, leaves its ``with`` or dies. Once the disk has
    refused, nothing more is written: what it holds is known again only to who reads it.

    Attributes
    ----------
    kinds : tuple of type[Event]
        Every kind of event that may be recorded, in the order of the genesis line.
    folder, store : Path or None
        Where the manifest and the tail lie, and where sealed objects do; None in memory.
    keep : str
        ``all``, ``decisions`` or ``digest``: which events are stored. The root covers all of them in any case.
    hasher : LeafHasher
        The leaves of the root so far.
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
        self._lock: int | None = None
        self._refused: EcsimError | None = None

    @classmethod
    def in_memory(cls, genesis: Mapping[str, Any], kinds: Sequence[type[Event]]) -> Self:
        """Return a journal that keeps the root alone and writes nothing.

        Parameters
        ----------
        genesis : what the run's events depend on, as `ecsim.kernel.identity.genesis_of` gives it
        kinds : every kind of event that may be recorded
        """
        journal = cls(kinds, None, None, "digest")
        journal._genesis = hashlib.sha256(chained({"line": "genesis", **genesis}, "")).hexdigest()
        return journal

    @classmethod
    def create(
        cls, folder: Path, genesis: Mapping[str, Any], kinds: Sequence[type[Event]], keep: Keep = "all",
        store: Path | None = None, seals: Sequence[Seal] = (), weeks: WholeWeeks | None = None,
    ) -> Self:  # fmt: skip
        """Return a new journal in a folder.

        Parameters
        ----------
        folder : new, or without a run
        genesis : what the run's events depend on
        kinds : every kind of event that may be recorded
        keep : which events are stored
        store : folder of sealed objects; by default ``objects`` in the run's folder
        seals : what the journal begins with: seals of another that lie in the same store
        weeks : what it goes on with, not sealed yet

        Raises
        ------
        EcsimError
            If the folder already holds a run, or another process is making one there.
        ValueError
            If the store lies neither in the folder nor beside it, where no reader would look.
        """
        store = store or folder / "objects"
        if not store.resolve().is_relative_to(folder.resolve().parent):
            raise ValueError(f"the store {store} must lie in {folder} or beside it")
        journal = cls(kinds, folder, store, keep)
        with journal._writing():
            journal._needs_no_run()
        with journal._taking():
            journal._needs_no_run()
            journal._remove_leftovers()
            journal._sealed = seals[-1].next if seals else 0
            if weeks:
                journal._write_weeks(weeks)
            line = {"line": "genesis", "vocabularies": vocabularies_of(kinds, {}), **genesis}
            line |= {"kinds": schema_of(kinds), "keep": keep, "store": os.path.relpath(store, folder)}
            lines = journal._chain([line])
            journal._genesis = journal._last_line
            disk.write_whole(folder / MANIFEST, lines + journal._chain([seal.line() for seal in seals]))
        return journal

    @classmethod
    def branch(cls, folder: Path, genesis: Mapping[str, Any], parent: JournalReader, events: int, day: int) -> Self:
        """Return the journal of a fork, which begins with the first events of another.

        Sealed ones are not copied, unless the folder lies elsewhere than the parent's: a run's events lie beside it.
        The caller gives every one of them to `note_recorded`.

        Parameters
        ----------
        folder, genesis : of the fork
        parent : the run that is left
        events, day : how many events are shared, and the day on which the next one may happen; a week begins there
        """
        weeks = parent.whole_weeks().upto(events, day)
        seals = [cut for seal in parent.seals if (cut := seal.upto(events, day)).marks]
        store = parent.store
        if not store.resolve().is_relative_to(folder.resolve().parent):
            store = folder.parent / "objects"
            with writing(folder):
                disk.make_folder(folder)
            _copy_objects(parent.store, store, seals)
        journal = cls.create(folder, genesis, tuple(parent.kinds.values()), "all", store, seals, weeks)
        journal.hasher.restore(leaf for seal in seals for leaf in seal.leaves)
        return journal

    @classmethod
    def reopen(cls, reader: JournalReader) -> Self:
        """Return the journal of a run that was not closed, to go on after its last whole week.

        The caller gives every event up to there to `note_recorded`; the reader knows them by then.

        Raises
        ------
        EcsimError
            If the run was closed, is being written, kept less than all its events, or its tail was altered otherwise
            than by a kill.
        """
        reader.needs_all()
        _needs_no_end(reader)
        journal = cls(tuple(reader.kinds.values()), reader.folder, reader.store, "all")
        with journal._taking():
            reader.refresh()
            _needs_no_end(reader)
            journal._genesis, journal._last_line = reader.line_hashes[0], reader.line_hashes[-1]
            journal._sealed = reader.seals[-1].next if reader.seals else 0
            journal.hasher.restore(reader.leaves)
            journal._keep_whole_weeks(reader)
            disk.remove_dead_drafts(reader.store, "*/*.draft")
            disk.remove_dead_drafts(reader.folder, "*.draft")
        return journal

    def _needs_no_run(self) -> None:
        if (self._place / MANIFEST).exists():
            raise EcsimError(
                f"{self.folder}: already holds a run; choose another folder or remove it "
                f"(`ecsim resume {quote(str(self.folder))}` if it was stopped)"
            )

    def _remove_leftovers(self) -> None:
        """Remove what a writer that was killed before there was a run has left."""
        for pattern in ("tail-*.bin", f"{MANIFEST}.*.draft"):
            for path in self._place.glob(pattern):
                disk.remove(path)

    def _keep_whole_weeks(self, reader: JournalReader) -> None:
        """Drop what was being written when the run was stopped; make durable what stays."""
        disk.cut(reader.folder / MANIFEST, reader.manifest_bytes)
        whole = reader.whole_weeks()
        for path, length in whole.lengths:
            if length:
                disk.cut(path, length)
            else:
                disk.remove(path)
        disk.sync_folder(reader.folder)
        self._open, self._marks = whole.batches, whole.marks
        self._tail_number = whole.next_number

    def _write_weeks(self, weeks: WholeWeeks) -> None:
        """Write weeks of a parent, not sealed yet, into this journal's own tail."""
        first = self._sealed
        for mark in weeks.marks:
            self._write_week([batch for batch in weeks.batches if first <= batch[1].first < mark[0]], mark)
            first = mark[0]

    def note_recorded(self, event: Event, stamp: Stamp) -> None:
        """Take note of rows that are in the journal already: the root covers them, nothing is written."""
        self.hasher.catch_up(event, stamp)

    def append(self, event: Event, stamp: Stamp) -> None:
        """Take the rows of one event; they are durable after `end_week`.

        Raises
        ------
        ValueError
            If they do not follow the last ones without a gap or a repeat.
        """
        self.hasher.add(event, stamp)
        if self.folder is not None and (self.keep == "all" or (self.keep == "decisions" and event.decision)):
            self._week.append((event, stamp))

    def end_week(self, next_day: int) -> None:
        """Make the week durable, also one in which nothing happened; seal when enough has come together.

        Parameters
        ----------
        next_day : day on which the next week begins

        Raises
        ------
        EcsimError
            If the disk refuses; what was durable before is kept.
        """
        if self.folder is None or (self.keep == "digest" and not self._week):
            return
        with self._writing():
            week, self._week = self._week, []
            self._write_week(week, (self.hasher.events, next_day))
            if self.hasher.events - self._sealed >= SEAL_EVENTS:
                self.seal()

    def _write_week(self, batches: list[Batch], mark: tuple[int, int]) -> None:
        if self._tail is None:
            self._tail = disk.open_to_append(self._tail_path(self._tail_number))
            disk.sync_folder(self._place)
        for event, stamp in batches:
            disk.append(self._tail, frame(event, stamp, self._numbers[type(event)]))
        disk.append(self._tail, week_mark(*mark))
        disk.sync(self._tail)
        self._open += batches
        self._marks.append(mark)

    def seal(self) -> None:
        """Hand what is not sealed yet to the sealing thread; at most one seal is under way.

        Raises
        ------
        EcsimError
            If the disk refuses; the run is kept up to its last whole week.
        """
        with self._writing():
            self._wait()
            if not self._marks:
                return
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="seal")
            self._close_tail()
            batches, self._open = self._open, []
            first, self._sealed = self._sealed, self._marks[-1][0]
            leaves = self._leaves(first // LEAF_SEQS, self._sealed // LEAF_SEQS)
            seal = Seal(first, self._sealed, {}, leaves, tuple(self._marks))
            self._marks = []
            self._sealing = self._pool.submit(self._seal, batches, seal, self._tail_number)
            self._tail_number += 1

    def close(self) -> Root:
        """Seal the rest, publish the root in the closing line, and return it.

        Raises
        ------
        EcsimError
            If the disk refuses; `ecsim resume` then ends the run.
        """
        root = Root(self.hasher.events, self.hasher.root(), self._genesis)
        if self.folder is not None:
            with self._writing():
                self.seal()
                self._wait()
                disk.sync_folder(self.folder)  # what has ended has no tail, even after a power cut
                leaves = [] if self.keep == "all" else [leaf.hex() for leaf in self.hasher.every_leaf()]
                self._write_line({"line": "close", "events": root.events, "root": root.root, "leaves": leaves})
                disk.remove(self.folder / LOCK)  # what has ended is refused to every writer without it
        self._shut()
        return replace(root, manifest=self._last_line)

    def _leaves(self, start: int, stop: int) -> tuple[str, ...]:
        if self.keep != "all":
            return ()
        return tuple(leaf.hex() for leaf in self.hasher.leaves[start:stop])

    def _seal(self, batches: list[Batch], seal: Seal, number: int) -> None:
        """Write one object per kind, then the line that names them, then drop the tails they came from."""
        by_kind: dict[type[Event], list[Batch]] = defaultdict(list)
        for event, stamp in batches:
            by_kind[type(event)].append((event, stamp))
        assert self.store is not None
        for kind, rows in by_kind.items():
            seal.objects[kind.kind] = write_object(self.store, kind, gathered(rows))
        for folder in (self.store, self.store.parent) if by_kind else ():
            disk.sync_folder(folder)  # a run that was killed may have made, but not synced, what this one found
        self._write_line(seal.line())
        for old in range(number + 1):
            disk.remove(self._tail_path(old))

    def _wait(self) -> None:
        if self._sealing is not None:
            self._sealing.result()
            self._sealing = None

    @contextmanager
    def _taking(self) -> Iterator[None]:
        """Keep other writers out from here on; let them in again if the journal cannot be set up."""
        with self._writing():
            disk.make_folder(self._place)
            self._lock = disk.lock(self._place / LOCK)
            try:
                yield
            except BaseException:
                self._shut()
                raise

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Say what to do when the disk refuses, and write no more: nobody knows what a disk that refused has kept."""
        if self._refused:
            raise self._refused
        try:
            yield
        except OSError as error:
            self._refused = self._refusal(error)
            raise self._refused from error

    def _refusal(self, error: OSError) -> EcsimError:
        kept, then = "the run is kept up to its last whole week", f"`ecsim resume {quote(str(self.folder))}`"
        if error.errno == errno.ENAMETOOLONG or not (self._place / MANIFEST).exists():
            kept, then = "nothing was written yet", "run it again"
        elif self.keep != "all":
            kept, then = f"a run that keeps {self.keep} cannot go on", "remove the folder and run it again"
        return EcsimError(
            f"{self.folder}: cannot be written ({error.strerror or error}); {kept}: {advice(error)}, then {then}"
        )

    def _shut(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._close_tail()
        if self._lock is not None:
            lock, self._lock = self._lock, None
            disk.unlock(lock)

    def _close_tail(self) -> None:
        if self._tail is not None:
            tail, self._tail = self._tail, None
            disk.close(tail)

    @property
    def _place(self) -> Path:
        """The folder; a journal in memory alone has none and never asks."""
        assert self.folder is not None
        return self.folder

    def _tail_path(self, number: int) -> Path:
        return self._place / f"tail-{number:05d}.bin"

    def _write_line(self, line: Mapping[str, Any]) -> None:
        disk.append_whole(self._place / MANIFEST, self._chain([line]))

    def _chain(self, lines: Iterable[Mapping[str, Any]]) -> bytes:
        """Return lines that follow the last one."""
        made = []
        for line in lines:
            made.append(chained(line, self._last_line))
            self._last_line = hashlib.sha256(made[-1]).hexdigest()
        return b"".join(made)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shut()


def _copy_objects(store: Path, to: Path, seals: Sequence[Seal]) -> None:
    """Copy the objects of seals into another store, but for those that are there.

    Raises
    ------
    EcsimError
        If one cannot be read or the disk refuses.
    """
    with writing(to):
        for name in {name for seal in seals for name in seal.objects.values()}:
            disk.make_folder(object_path(to, name).parent)
            if not object_path(to, name).exists():
                disk.write_whole(object_path(to, name), disk.read(object_path(store, name)))


def _needs_no_end(reader: JournalReader) -> None:
    """Refuse a run that was closed."""
    if reader.published:
        raise EcsimError(f"{reader.folder}: has ended (root {reader.published.root}); there is nothing to resume")
