"""Reading a journal: events in the order they happened, or all rows of one kind as columns.

Nothing of a run is trusted before it was checked: lines against their hashes, objects against their names, rows against
the sequence numbers of their seal. A reader may read while the run is being written.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import NO_CAUSE, Event, Stamp
from ecsim.kernel.journal import disk
from ecsim.kernel.journal.frames import Damage, WeekMark, read_frames, tail_files
from ecsim.kernel.journal.manifest import MANIFEST, Root, Seal, read_lines, whole_lines
from ecsim.kernel.journal.objects import (
    MOST_ROWS_A_BYTE,
    Columns,
    check_object,
    gathered,
    layout,
    object_path,
    read_object,
)
from ecsim.kernel.journal.schema import StoredKind, stored_kinds

Batch = tuple[Event, Stamp]
_Run = tuple[int, int, int, int, type[Event], Columns, NDArray[np.int64]]
"""First sequence number, day, start and stop of some rows that follow each other; their kind, columns and causes."""


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

    def upto(self, events: int, day: int) -> WholeWeeks:
        """Return the weeks up to the mark of an event and day."""
        batches = [batch for batch in self.batches if batch[1].first < events]
        return WholeWeeks(batches, marks=[mark for mark in self.marks if mark <= (events, day)])


class JournalReader:
    """A run on disk.

    Parameters
    ----------
    folder : of the run
    kinds : kinds of events as they are today; those that the run stored in an earlier version are raised to them

    Attributes
    ----------
    genesis : dict
        The first line of the manifest: what the run's events depend on.
    seals : list of Seal
        The sealed parts, in order.
    published : Root or None
        The root the run was closed with; None if it was not closed.
    leaves : list of str
        Hashes of the leaves that the manifest states, in hex, from the first on.
    keep : str
        ``all``, ``decisions`` or ``digest``: which events were stored.
    stored : dict[str, StoredKind]
        The kinds as the run stored them, by name.
    damage : Damage or None
        Where the tail stopped being readable, once it was read.

    Raises
    ------
    EcsimError
        If the folder holds no run.
    VerificationError
        If its manifest was altered.
    """

    def __init__(self, folder: Path, kinds: Sequence[type[Event]]) -> None:
        self.folder = folder
        self.damage: Damage | None = None
        self.refresh()
        self.kinds: dict[str, type[Event]] = {kind.kind: kind for kind in kinds}
        self.stored: dict[str, StoredKind] = stored_kinds(self.genesis, kinds, folder)

    def refresh(self) -> None:
        """Read the manifest again: it grows while the run is written."""
        lines = read_lines(self.folder / MANIFEST)
        self.genesis: dict[str, Any] = lines[0][0]
        self.line_hashes = [digest for _, digest in lines]
        self.seals = [Seal.of(line) for line, _ in lines if line["line"] == "seal"]
        close = next((line for line, _ in lines if line["line"] == "close"), None)
        self.published = Root(close["events"], close["root"], lines[0][1], lines[-1][1]) if close else None
        self.leaves = [leaf for seal in self.seals for leaf in seal.leaves] + (close["leaves"] if close else [])

        self.keep: str = self.genesis["keep"]
        self.store = self._inside(self.folder / self.genesis["store"])
        for seal in self.seals:
            self._has_room(seal)

    def _inside(self, path: Path) -> Path:
        """Return a path, links followed or not; refuse one that leads out of the folder that the run lies in."""
        results = self.folder.resolve().parent
        if not path.resolve().is_relative_to(results):
            raise VerificationError(
                f"{self.folder / MANIFEST}: {path} leads out of {results}; a run's events lie in its own folder or "
                "beside it, and nothing else is read: copy them there"
            )
        return path

    def _has_room(self, seal: Seal) -> None:
        """Refuse a seal of objects that lie elsewhere, or (if all are there) of more events than they can hold."""
        sizes = [self._size(name) for name in seal.objects.values()]
        known = [size for size in sizes if size is not None]
        most = sum(known) * MOST_ROWS_A_BYTE
        if self.keep == "all" and len(known) == len(sizes) and seal.next - seal.first > most:
            raise VerificationError(
                f"{self.folder / MANIFEST}: {self._where(seal)} should be in objects that hold at most {most:,}"
            )

    def _size(self, name: str) -> int | None:
        """Return how many bytes an object has, None if it is not there; a link must not lead out of the results."""
        path = object_path(self.store, name)
        try:
            if path.is_symlink() or path.parent.is_symlink():
                self._inside(path)
            return disk.size_of(path)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def needs_objects(self) -> None:
        """Refuse a run that lacks an object; for who makes room for all its events before reading them.

        Raises
        ------
        VerificationError
            Naming the first.
        """
        for seal in self.seals:
            for kind, name in seal.objects.items():
                if self._size(name) is None:
                    raise VerificationError(f"{self.folder}: {kind}: object {name} is missing; see `ecsim verify`")

    def marks(self) -> list[tuple[int, int]]:
        """Return the ends of the run's whole weeks: sequence number and day with which the next week begins."""
        unsealed = self.whole_weeks().marks
        return [mark for seal in self.seals for mark in seal.marks] + unsealed

    @property
    def manifest_bytes(self) -> int:
        """The length of the whole lines of the manifest; what comes after was cut short."""
        return sum(len(line) for line in whole_lines(disk.read(self.folder / MANIFEST)))

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
        """Yield the run's events by sequence number.

        Rows of one kind and day that follow one another come together. Kinds of an earlier version come as they are
        today.

        Parameters
        ----------
        until_day : the last day, included; None: all

        Yields
        ------
        (Event, Stamp)

        Raises
        ------
        EcsimError
            If the run kept less than all its events.
        VerificationError
            If an object was altered.
        """
        for event, stamp in self.as_stored(until_day):
            yield self.stored[event.kind].today(event), stamp

    def changes(self, kinds: Iterable[type[Event]], until_day: int | None = None) -> Iterator[Batch]:
        """Yield the events of some kinds as `batches` does, for a fold that asks for no cause: stamps tell of none."""
        names = {kind.kind for kind in kinds}
        for event, stamp in self.as_stored(until_day, names, without=("cause",)):
            yield self.stored[event.kind].today(event), stamp

    def as_stored(
        self, until_day: int | None = None, names: Container[str] | None = None, without: Sequence[str] = ()
    ) -> Iterator[Batch]:
        """Yield events as they were written, in the versions of then.

        Parameters
        ----------
        until_day : the last day, included; None: all
        names : of kinds; None: all of them
        without : columns of the envelope that are not read (``day``, ``cause``)
        """
        self.needs_all()
        for event, stamp in self._all(until_day, names, without):
            if until_day is not None and stamp.day > until_day:
                return
            yield event, stamp

    def _all(self, until_day: int | None, names: Container[str] | None, without: Sequence[str]) -> Iterator[Batch]:
        seals, tails = self._now()
        for seal in seals:
            yield from in_order(self.tables(seal, names, without))
            if until_day is not None and seal.marks and seal.marks[-1][1] > until_day:
                return
        yield from (batch for batch in self._unsealed(seals, tails) if names is None or batch[0].kind in names)

    def _now(self) -> tuple[list[Seal], list[tuple[Path, bytes]]]:
        """Return seals and tails that hold, between them, every whole week there was when they were asked for.

        The tails first: what is gone from them by then has its line in the manifest. What is in both is passed over.
        """
        if self.published:
            return self.seals, []
        tails = self._tails()
        self.refresh()
        return self.seals, tails

    def tables(
        self, seal: Seal, names: Container[str] | None = None, without: Sequence[str] = ()
    ) -> dict[type[Event], Columns]:
        """Return the rows of one seal as columns, by kind; kinds without a row are left out.

        Parameters
        ----------
        seal : one of `seals`
        names : of kinds; None: all of them
        without : columns of the envelope that are not read

        Raises
        ------
        VerificationError
            If an object was altered, or the objects hold more or fewer rows than the seal.
        """
        by_kind = {}
        for name in seal.objects:
            if names is None or name in names:
                columns = self.rows(seal, name, without)
                if len(columns["seq"]):
                    by_kind[self.stored[name].kind] = columns
        if (
            self.keep == "all"
            and names is None
            and sum(len(columns["seq"]) for columns in by_kind.values()) != seal.next - seal.first
        ):
            raise VerificationError(
                f"{self.folder}: {self._where(seal)}: the objects hold more or fewer; `ecsim verify` says which"
            )
        return by_kind

    def rows(self, seal: Seal, name: str, without: Sequence[str] = (), *, placed: bool = True) -> Columns:
        """Return the rows of one kind in a seal, as they were stored; all of the envelope or some.

        Parameters
        ----------
        placed : whether to refuse rows that do not lie in the seal, each after the one before

        Raises
        ------
        VerificationError
            If the object is missing, or is not what its name, its kind or its seal says.
        """
        kind = self.known(seal, name)
        columns = read_object(
            self.store, seal.objects[name], kind, without, None if seal.cut else seal.next - seal.first
        )
        seq = columns["seq"]
        if placed and len(seq) and (seq[0] < seal.first or (np.diff(seq) <= 0).any()):
            raise VerificationError(
                f"{self.folder}: {self._where(seal)}: rows of {name} are repeated, out of order or from elsewhere"
            )
        columns = _below(seal, columns)
        if placed and len(seq) and not seal.cut and seq[-1] >= seal.next:
            raise VerificationError(f"{self.folder}: {self._where(seal)}: rows of {name} lie behind them")
        return columns

    def known(self, seal: Seal, name: str) -> type[Event]:
        """Return the class of the rows of a kind as a seal holds them.

        Raises
        ------
        VerificationError
            If the first line does not know the kind.
        """
        if name not in self.stored:
            raise VerificationError(
                f"{self._where(seal)}: has rows of {name}, a kind that the first line does not know"
            )
        return self.stored[name].kind

    def counts(self, names: Iterable[str]) -> dict[str, int]:
        """Return how many rows a run holds of some kinds, by what its objects say of themselves."""
        seals, tails = self._now()
        rows = dict.fromkeys(names, 0)
        for seal in seals:
            for name in rows.keys() & seal.objects.keys():
                room = None if seal.cut else seal.next - seal.first
                rows[name] += check_object(self.store, seal.objects[name], self.known(seal, name), room)
        for event, _ in self._unsealed(seals, tails):
            if event.kind in rows:
                rows[event.kind] += event.rows
        return rows

    def _where(self, seal: Seal) -> str:
        return f"events {seal.first:,} to {seal.next - 1:,}"

    def _tails(self) -> list[tuple[Path, bytes]]:
        contents = []
        for path in tail_files(self.folder):
            try:
                contents.append((path, disk.read(path)))
            except FileNotFoundError:  # sealed this moment: the manifest tells
                continue
        return contents

    def _unsealed(self, seals: Sequence[Seal], tails: Iterable[tuple[Path, bytes]]) -> Iterator[Batch]:
        sealed = seals[-1].next if seals else 0
        self.damage = None
        order = [stored.kind for stored in self.stored.values()]
        for path, data in tails:
            for part in read_frames(path, data, order):
                if isinstance(part, Damage):
                    self.damage = part
                    return
                if not isinstance(part, WeekMark) and part[1].first >= sealed:
                    yield part

    def whole_weeks(self) -> WholeWeeks:
        """Return what the tails hold up to the last whole week.

        Raises
        ------
        EcsimError
            If a tail before the last one is damaged: no kill does that.
        """
        seals, tails = self._now()
        sealed, last = (seals[-1].next, seals[-1].marks[-1]) if seals else (0, (0, -1))
        order = [stored.kind for stored in self.stored.values()]
        whole, week = WholeWeeks(), list[Batch]()
        for path, data in tails:
            length, week = 0, []
            for part in read_frames(path, data, order):
                if isinstance(part, Damage):
                    if path != tails[-1][0]:
                        raise EcsimError(f"{path}: {part.why} at byte {part.offset}, and more follows; run again")
                elif not isinstance(part, WeekMark):
                    week.append(part)
                elif (part.next, part.next_day) > last:
                    self._ends_well(path, part, week, last[0])
                    last = part.next, part.next_day
                    whole.batches += [batch for batch in week if batch[1].first >= sealed]
                    whole.marks.append((part.next, part.next_day))
                    length, week = part.offset, []
                else:
                    week = []
            whole.lengths.append((path, length))
            whole.next_number = int(path.stem.removeprefix("tail-")) + 1
        return whole

    def _ends_well(self, path: Path, mark: WeekMark, week: Sequence[Batch], begins: int) -> None:
        """Refuse the end of a week that is not where its last rows are; of what was not kept, nobody knows."""
        last = week[-1][1].first + week[-1][0].rows if week else begins
        if self.keep == "all" and mark.next != last:
            raise VerificationError(f"{path}: a week is said to end at event {mark.next:,}; its rows end at {last:,}")

    def kind(self, kind: type[Event]) -> Columns:
        """Return all rows of one kind as columns of today: seq, day, cause and its own, each of shape (rows,).

        Raises
        ------
        VerificationError
            If an object was altered.
        """
        stored = self.stored.get(kind.kind)
        if stored is None:
            return {name: np.zeros(0, dtype) for name, dtype in layout(kind)}
        seals, tails = self._now()
        parts = [self.rows(seal, kind.kind) for seal in seals if kind.kind in seal.objects]
        tail = [batch for batch in self._unsealed(seals, tails) if batch[0].kind == kind.kind]
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
    count = int(np.searchsorted(columns["seq"], seal.next))
    return {name: values[:count] for name, values in columns.items()}


def in_order(tables: dict[type[Event], Columns]) -> Iterator[Batch]:
    """Yield rows of several kinds by sequence number, as events of one kind and day.

    Parameters
    ----------
    tables : seq, day, own columns and perhaps cause of each kind, by seq
    """
    runs: list[_Run] = []
    for kind, columns in tables.items():
        if len(columns["seq"]):
            runs += _runs_of(kind, columns)
    runs.sort(key=itemgetter(0))
    for first, day, start, stop, kind, arrays, cause in runs:
        event = kind.of({name: values[start:stop] for name, values in arrays.items()})
        yield event, Stamp(first, day, cause[start:stop])


def _runs_of(kind: type[Event], columns: Columns) -> Iterator[_Run]:
    seq, day = columns["seq"], columns["day"]
    cause = columns.get("cause", np.broadcast_to(np.int64(NO_CAUSE), len(seq)))
    arrays = {c.name: columns[c.name].view(np.bool_) if c.dtype == np.bool_ else columns[c.name] for c in kind.columns}
    cuts = np.flatnonzero((np.diff(seq) != 1) | (np.diff(day) != 0)) + 1
    starts, stops = np.append(0, cuts), np.append(cuts, len(seq))
    places = (seq[starts].tolist(), day[starts].tolist(), starts.tolist(), stops.tolist())
    return zip(*places, repeat(kind), repeat(arrays), repeat(cause))
