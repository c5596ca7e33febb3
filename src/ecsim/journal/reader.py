"""Reading a journal: events in the order they happened, or all rows of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.errors import EcsimError
from ecsim.events.event import Event, Stamp
from ecsim.journal.frames import Damage, WeekMark, read_frames
from ecsim.journal.manifest import MANIFEST, Root, Seal, read_lines
from ecsim.journal.objects import Columns, gathered, layout, read_object
from ecsim.journal.schema import Stored, stored_kinds

Batch = tuple[Event, Stamp]


@dataclass
class WholeWeeks:
    """What a run's tails hold up to the last whole week.

    Attributes
    ----------
    batches : rows not sealed yet
    lengths : for each tail, the bytes that belong to whole weeks; 0: the file is of no more use
    marks : their weeks, as `Seal.marks`
    next_number : number of the next tail
    """

    batches: list[Batch] = field(default_factory=list)
    lengths: list[tuple[Path, int]] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    next_number: int = 0


class JournalReader:
    """A run on disk.

    Attributes
    ----------
    genesis : the first line of the manifest
    seals : the sealed parts, in order
    published : the root the run was closed with, or None if it was not closed
    leaves : hashes of the leaves that the manifest tells of, in hex, from the first on
    damage : where the tail stopped being readable, once it was read
    """

    def __init__(self, folder: Path, kinds: Sequence[type[Event]]) -> None:
        self.folder = folder
        self.damage: Damage | None = None
        self._read_manifest()
        self.keep: str = self.genesis.get("keep", "all")
        self.store = folder / self.genesis["store"]
        self.kinds: dict[str, type[Event]] = {kind.kind: kind for kind in kinds}
        self.stored: dict[str, Stored] = stored_kinds(self.genesis["kinds"], kinds, folder)

    def _read_manifest(self) -> None:
        lines = read_lines(self.folder / MANIFEST)
        self.genesis: dict[str, Any] = lines[0][0]
        self.line_hashes = [found for _, found in lines]
        self.seals = [Seal.of(line) for line, _ in lines if line["line"] == "seal"]
        close = next((line for line, _ in lines if line["line"] == "close"), None)
        self.published = Root(close["events"], close["root"], lines[0][1]) if close else None
        self.leaves = [leaf for seal in self.seals for leaf in seal.leaves] + (close["leaves"] if close else [])

    def marks(self) -> list[tuple[int, int]]:
        """Return the whole weeks of the run: sequence number and day with which the next one begins."""
        sealed = [mark for seal in self.seals for mark in seal.marks]
        return sealed + self.whole_weeks().marks

    @property
    def manifest_bytes(self) -> int:
        """The length of the whole lines of the manifest; what comes after was cut short."""
        content = (self.folder / MANIFEST).read_bytes()
        return content.rfind(b"\n") + 1

    def needs_all(self) -> None:
        """Refuse a run that kept less than all its events.

        Raises
        ------
        EcsimError
            Saying how to get them.
        """
        if self.keep != "all":
            raise EcsimError(f"{self.folder}: keeps {self.keep} only; `ecsim reproduce` writes the run in full again")

    def batches(self, until_day: int | None = None) -> Iterator[Batch]:
        """Yield events by sequence number, up to and with a day; rows of one kind and day that follow come together.

        Kinds of an earlier version come as they are today.

        Raises
        ------
        EcsimError
            If the run kept less than all its events.
        """
        for event, stamp in self.as_stored(until_day):
            yield self.stored[event.kind].today(event), stamp

    def as_stored(self, until_day: int | None = None) -> Iterator[Batch]:
        """Yield events as they were written, in the versions of then."""
        self.needs_all()
        for event, stamp in self._all():
            if until_day is not None and stamp.day > until_day:
                return
            yield event, stamp

    def _all(self) -> Iterator[Batch]:
        """Yield what is sealed, then what is not; a seal that ended meanwhile is read before the tail it emptied."""
        read = 0
        while True:
            for seal in self.seals[read:]:
                yield from in_order(self.tables(seal))
            read = len(self.seals)
            tails = self._tails()
            self._read_manifest()
            if len(self.seals) == read:
                break
        yield from self._unsealed(tails)

    def tables(self, seal: Seal) -> dict[type[Event], Columns]:
        """Return the rows of one seal, kind by kind."""
        found = {}
        for name, held in seal.objects.items():
            kind = self.stored[name].kind
            columns = _below(seal, read_object(self.store, held, kind))
            if len(columns["seq"]):
                found[kind] = columns
        return found

    def _tails(self) -> list[tuple[Path, bytes]]:
        found = []
        for path in sorted(self.folder.glob("tail-*.bin")):
            try:
                found.append((path, path.read_bytes()))
            except FileNotFoundError:  # sealed this moment: the manifest tells
                continue
        return found

    def _unsealed(self, tails: Iterable[tuple[Path, bytes]]) -> Iterator[Batch]:
        sealed = self.seals[-1].next if self.seals else 0
        order = [stored.kind for stored in self.stored.values()]
        for path, data in tails:
            for found in read_frames(path, data, order):
                if isinstance(found, Damage):
                    self.damage = found
                    return
                if not isinstance(found, WeekMark) and found[1].first >= sealed:
                    yield found

    def whole_weeks(self) -> WholeWeeks:
        """Return what the tails hold up to the last whole week.

        Raises
        ------
        EcsimError
            If a tail before the last one is damaged: no kill does that.
        """
        sealed = self.seals[-1].next if self.seals else 0
        order = [stored.kind for stored in self.stored.values()]
        whole, week, tails = WholeWeeks(), list[Batch](), self._tails()
        for path, data in tails:
            length, week = 0, []
            for found in read_frames(path, data, order):
                if isinstance(found, Damage):
                    if path != tails[-1][0]:
                        raise EcsimError(f"{path}: {found.why} at byte {found.offset}, and more follows; run again")
                elif not isinstance(found, WeekMark):
                    week.append(found)
                elif found.next > sealed:
                    whole.batches += [batch for batch in week if batch[1].first >= sealed]
                    whole.marks.append((found.next, found.next_day))
                    length, week = found.offset, []
                else:
                    week = []
            whole.lengths.append((path, length))
            whole.next_number = int(path.stem.removeprefix("tail-")) + 1
        return whole

    def kind(self, kind: type[Event]) -> Columns:
        """Return all rows of one kind as columns: seq, day, cause and its own."""
        stored = self.stored.get(kind.kind)
        if stored is None:
            return {name: np.zeros(0, dtype) for name, dtype in layout(kind)}
        parts = [
            _below(seal, read_object(self.store, seal.objects[kind.kind], stored.kind))
            for seal in self.seals
            if kind.kind in seal.objects
        ]
        tail = [found for found in self._unsealed(self._tails()) if found[0].kind == kind.kind]
        if tail:
            parts.append(gathered(tail))
        together = {
            name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0, dtype)
            for name, dtype in layout(stored.kind)
        }
        return stored.columns_today(together)


def _below(seal: Seal, columns: Columns) -> Columns:
    """Return the rows that belong to the run."""
    if not seal.cut:
        return columns
    many = int(np.searchsorted(columns["seq"], seal.next))
    return {name: values[:many] for name, values in columns.items()}


def in_order(tables: dict[type[Event], Columns]) -> Iterator[Batch]:
    """Yield rows of several kinds by sequence number, in runs of one kind and day."""
    runs: list[tuple[int, type[Event], int, int]] = []
    for kind, columns in tables.items():
        seq, day = columns["seq"], columns["day"]
        cuts = np.flatnonzero((np.diff(seq) != 1) | (np.diff(day) != 0)) + 1
        starts = np.concatenate([[0], cuts])
        stops = np.concatenate([cuts, [len(seq)]])
        runs += [
            (int(seq[start]), kind, int(start), int(stop))
            for start, stop in zip(starts, stops, strict=True)
            if len(seq)
        ]
    runs.sort(key=lambda run: run[0])
    for first, kind, start, stop in runs:
        columns = tables[kind]
        arrays = {
            c.name: columns[c.name][start:stop].view(np.bool_) if c.dtype == np.bool_ else columns[c.name][start:stop]
            for c in kind.columns
        }
        yield kind.of(arrays), Stamp(first, int(columns["day"][start]), columns["cause"][start:stop])
