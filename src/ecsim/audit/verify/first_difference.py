"""First difference: the first event that two versions of a stretch of a run, stored and simulated, do not share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader, disk
from ecsim.kernel.journal.frames import Damage, WeekMark, read_frames, tail_files
from ecsim.kernel.journal.objects import Columns, columns_of, gathered, object_path


@dataclass(frozen=True, slots=True)
class EventDifference:
    """One event that differs.

    Attributes
    ----------
    column : the field; ``kind`` if the events are of different kinds, or one of them is not there
    stored, simulated : what either side holds there; None: no event
    """

    seq: int
    day: int
    kind: str
    column: str
    stored: int | str | None
    simulated: int | str | None

    def __str__(self) -> str:
        sides = [self._side(value) for value in (self.stored, self.simulated)]
        where = f"seq {self.seq:,} (day {self.day})"
        if self.column == "kind":
            return f"{where}: stored is {sides[0]}, simulated is {sides[1]}"
        return f"{where}, {self.kind}.{self.column}: stored is {sides[0]}, simulated is {sides[1]}"

    @staticmethod
    def _side(value: int | str | None) -> str:
        return "no event" if value is None else f"{value:,}" if isinstance(value, int) else value


def first_difference(stored: Mapping[str, Columns], simulated: Mapping[str, Columns]) -> EventDifference | None:
    """Return the first event, by sequence number, that is not the same in both; None if all are.

    Parameters
    ----------
    stored, simulated : rows of the stretch by kind, envelope included
    """
    differences = [
        d for kind in sorted({*stored, *simulated}) for d in _of_kind(kind, stored.get(kind), simulated.get(kind))
    ]
    if not differences:
        return None
    seq = min(difference.seq for difference in differences)
    first = [difference for difference in differences if difference.seq == seq]
    if len(first) == 1 or first[0].column != "kind":
        return first[0]
    sides = [[side for d in first if (side := getattr(d, name)) is not None] for name in ("stored", "simulated")]
    now, then = (", ".join(map(str, side)) or None for side in sides)
    return EventDifference(seq, first[0].day, str(then or now), "kind", now, then)


def _of_kind(kind: str, stored: Columns | None, simulated: Columns | None) -> Iterator[EventDifference]:
    """Yield the first rows of a kind that only one side has, and the first that both have with other values."""
    kept, again = (_by_seq(columns) if columns else None for columns in (stored, simulated))
    if kept is None or again is None:
        only = kept or again
        if only is not None and len(only["seq"]):
            yield _one_sided(kind, only, 0, stored=again is None)
        return
    twice = np.flatnonzero(np.diff(kept["seq"]) == 0)
    if len(twice):
        yield EventDifference(*_at(kept, int(twice[0])), kind, "seq", "twice", "once")
    for ours, others, is_stored in ((kept, again, True), (again, kept, False)):
        alone = np.flatnonzero(~np.isin(ours["seq"], others["seq"]))
        if len(alone):
            yield _one_sided(kind, ours, int(alone[0]), stored=is_stored)
    _, in_kept, in_again = np.intersect1d(kept["seq"], again["seq"], return_indices=True)
    for column, values in kept.items():
        other = np.flatnonzero(values[in_kept] != again[column][in_again])
        if len(other):
            row, same = int(in_kept[other[0]]), int(in_again[other[0]])
            yield EventDifference(*_at(again, same), kind, column, int(values[row]), int(again[column][same]))


def _by_seq(columns: Columns) -> Columns:
    order = np.argsort(columns["seq"], kind="stable")
    return {name: values[order] for name, values in columns.items()}


def _at(columns: Columns, row: int) -> tuple[int, int]:
    return int(columns["seq"][row]), int(columns["day"][row])


def _one_sided(kind: str, columns: Columns, row: int, *, stored: bool) -> EventDifference:
    return EventDifference(*_at(columns, row), kind, "kind", kind if stored else None, None if stored else kind)


def stored_rows(reader: JournalReader, first: int, stop: int) -> tuple[dict[str, Columns], list[str]]:
    """Return what a run's files hold from a sequence number to below another, right or wrong, kind by kind.

    Returns
    -------
    the rows, and the kinds that cannot be read
    """
    parts_by_kind: dict[str, list[Columns]] = {}
    unread: list[str] = []
    for seal in reader.seals:
        if seal.first < stop and seal.next > first:
            for kind, name in seal.objects.items():
                try:
                    path = object_path(reader.store, name)
                    columns = columns_of(disk.read(path), reader.stored[kind].kind, path.name)
                    parts_by_kind.setdefault(kind, []).append(columns)
                except (VerificationError, FileNotFoundError, KeyError):
                    unread.append(kind)
    for kind, columns in _of_tails(reader).items():
        parts_by_kind.setdefault(kind, []).append(columns)
    return {kind: _between(parts, first, stop) for kind, parts in parts_by_kind.items()}, unread


def _of_tails(reader: JournalReader) -> dict[str, Columns]:
    sealed = reader.seals[-1].next if reader.seals else 0
    batches: dict[str, list[Any]] = {}
    order: list[type[Event]] = [stored.kind for stored in reader.stored.values()]
    for path in tail_files(reader.folder):
        for part in read_frames(path, disk.read(path), order):
            if not isinstance(part, Damage | WeekMark) and part[1].first >= sealed:
                batches.setdefault(part[0].kind, []).append(part)
    return {kind: gathered(rows) for kind, rows in batches.items()}


def _between(parts: list[Columns], first: int, stop: int) -> Columns:
    together = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    inside = (together["seq"] >= first) & (together["seq"] < stop)
    return {name: values[inside] for name, values in together.items()}
