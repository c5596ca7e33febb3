"""Checking the bytes of a run: every object, every sequence number and every leaf, recomputed from data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecsim.errors import VerificationError
from ecsim.events.event import Event, Stamp
from ecsim.journal.manifest import Seal
from ecsim.journal.merkle import LEAF_SEQS, LeafHasher
from ecsim.journal.objects import Columns, columns_of, object_path
from ecsim.journal.reader import JournalReader, in_order


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a run found to hold."""

    events: int
    root: str
    last_day: int
    closed: bool
    note: str


def verify(
    folder: Path, kinds: Sequence[type[Event]], published: str | None = None,
    watch: Callable[[Event, Stamp], None] | None = None,
) -> Verification:  # fmt: skip
    """Return what holds of a run, up to its last whole batch.

    Parameters
    ----------
    published : a root known from elsewhere, in hex
    watch : called with every event, as it is today, once its place is known to be right

    Raises
    ------
    VerificationError
        Naming the first object, sequence number or leaf that is not what it was.
    """
    reader = JournalReader(folder, kinds)
    check = _Check(reader)
    last_day = 0
    for event, stamp in _readable(reader):
        check.add(event, stamp)
        last_day = stamp.day
        if watch:
            watch(reader.stored[event.kind].today(event), stamp)
    check.ends(published)
    note = "closed" if reader.published else "not closed: it ended before its last week"
    if reader.damage:
        note += f"; {reader.damage.why} at byte {reader.damage.offset} of {reader.damage.path.name}"
    return Verification(check.hasher.events, check.hasher.root(), last_day, reader.published is not None, note)


class _Check:
    """Leaves recomputed as rows come, each held against the manifest's."""

    def __init__(self, reader: JournalReader) -> None:
        self.reader, self.hasher = reader, LeafHasher()
        self.days: list[int] = []
        self._kinds: list[set[str]] = []

    def add(self, event: Event, stamp: Stamp) -> None:
        if stamp.first != self.hasher.events:
            leaf = min(stamp.first, self.hasher.events) // LEAF_SEQS
            raise VerificationError(
                f"{self.reader.folder}: {event.kind} begins at seq {stamp.first} where {self.hasher.events} is next "
                f"({self._leaf(leaf, stamp.day)}): events were removed, added or reordered"
            )
        before = len(self.hasher.leaves)
        self._note(event, stamp)
        self.hasher.add(event, stamp)
        for leaf in range(before, min(len(self.hasher.leaves), len(self.reader.leaves))):
            if self.hasher.leaves[leaf].hex() != self.reader.leaves[leaf]:
                raise VerificationError(
                    f"{self.reader.folder}: {self._leaf(leaf, stamp.day)} is not what the manifest says; it holds "
                    f"{', '.join(sorted(self._kinds[leaf]))}. `--rerun` names the event and the field"
                )

    def _note(self, event: Event, stamp: Stamp) -> None:
        """Remember on which day a leaf begins and what it holds, to name it."""
        for leaf in range(stamp.first // LEAF_SEQS, (stamp.first + event.rows - 1) // LEAF_SEQS + 1):
            if leaf == len(self.days):
                self.days.append(stamp.day)
                self._kinds.append(set())
            self._kinds[leaf].add(event.kind)

    def _leaf(self, leaf: int, last_day: int) -> str:
        first_day = self.days[leaf] if leaf < len(self.days) else last_day
        return (
            f"leaf {leaf} (seqs {leaf * LEAF_SEQS:,} to {(leaf + 1) * LEAF_SEQS - 1:,}, days {first_day} to {last_day})"
        )

    def ends(self, given: str | None) -> None:
        """Hold count and root against what was published.

        Raises
        ------
        VerificationError
            If they differ.
        """
        folder, closed, root = self.reader.folder, self.reader.published, self.hasher.root()
        if closed and closed.events != self.hasher.events:
            raise VerificationError(
                f"{folder}: holds {self.hasher.events} events; {closed.events} were published: the last are missing"
            )
        for where, known in (("the manifest", closed.root if closed else None), ("you", given)):
            if known is not None and known != root:
                raise VerificationError(
                    f"{folder}: the events have the root {root}; the one published by {where} is {known}. "
                    "`--rerun` names the event and the field"
                )


def _readable(reader: JournalReader) -> Iterator[tuple[Event, Stamp]]:
    """Yield the events as stored; if an object was altered, say which, and where in the run if it can still be read."""
    try:
        yield from reader.as_stored()
    except VerificationError as error:
        raise VerificationError(f"{error}{_where(reader, str(error))}") from None


def _where(reader: JournalReader, told: str) -> str:
    """Return which seal an altered object belongs to, and the first leaf that it changes."""
    for seal in reader.seals:
        for kind, held in seal.objects.items():
            if held in told:
                return f"; it belongs to seqs {seal.first:,} to {seal.next - 1:,}{_changed_leaf(reader, seal, kind)}"
    return ""


def _changed_leaf(reader: JournalReader, seal: Seal, kind: str) -> str:
    """Return the first leaf that comes out otherwise with the altered rows, as far as they can be read."""
    tables: dict[type[Event], Columns] = {}
    try:
        for name, held in seal.objects.items():
            stored = reader.stored[name].kind
            path = object_path(reader.store, held)
            tables[stored] = columns_of(path.read_bytes(), stored, path.name)
    except (VerificationError, OSError):
        return ""
    leaf, hasher = -(-seal.first // LEAF_SEQS), LeafHasher()
    hasher.start_at(leaf)
    days: list[int] = []
    try:
        for event, stamp in in_order(tables):
            hasher.catch_up(event, stamp)
            days += [stamp.day] * (len(hasher.leaves) - len(days))
    except ValueError:
        return "; rows are missing, doubled or out of order"
    known = reader.leaves[leaf:]
    wrong = np.array([made.hex() != told for made, told in zip(hasher.leaves, known, strict=False)])
    if not wrong.any():
        return ""
    first = int(np.argmax(wrong))
    start = (leaf + first) * LEAF_SEQS
    return f"; leaf {leaf + first} (seqs {start:,} to {start + LEAF_SEQS - 1:,}, day {days[first]}), {kind}"
