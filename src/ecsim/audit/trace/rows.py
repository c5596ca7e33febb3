"""Rows of a run that make a figure: picked while the run goes by, fed to a board of their own, fetched by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.journal.reader import Batch
from ecsim.rural.indicators.basis import Asked, Part
from ecsim.rural.indicators.register import PLACED_BY, Register

I64 = NDArray[np.int64]
Rows = dict[type[Event], Columns]
"""Rows by kind as columns: seq, day, cause and its own; by sequence number."""


class Picker:
    """Keeps the rows of one kind or another that may be asked for, as a run goes by."""

    def __init__(self) -> None:
        self._kept: dict[type[Event], list[Columns]] = defaultdict(list)

    def keep(self, event: Event, stamp: Stamp, rows: I64) -> None:
        """Keep some rows of an event."""
        if len(rows):
            envelope: Columns = {
                "seq": stamp.first + rows,
                "day": np.full(len(rows), stamp.day, np.int32),
                "cause": stamp.cause[rows],
            }
            self._kept[type(event)].append(envelope | {c.name: event.__dict__[c.name][rows] for c in event.columns})

    def rows(self) -> Rows:
        """Return what was kept."""
        return {kind: joined(parts) for kind, parts in self._kept.items()}


class Evidence:
    """Watches a run for the rows that the parts of a figure count, and those that say where they belong."""

    def __init__(self, parts: Sequence[Part], asked: Asked) -> None:
        self.asked = asked
        self._parts = [(part, Picker()) for part in parts]
        kinds = {kind for part in parts for kind in part.kinds}
        self._placing = Picker()
        self._placed_by = {PLACED_BY[table][0] for kind in kinds if (table := _first_table(kind)) in PLACED_BY}
        self.kinds = kinds | self._placed_by

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows that may count."""
        for part, picker in self._parts:
            if type(event) in part.kinds:
                picker.keep(event, stamp, part.may_count(self.asked, event, stamp.day))
        if type(event) in self._placed_by:
            here = self.asked.board.register.county_of(event) == self.asked.county
            self._placing.keep(event, stamp, np.flatnonzero(here))

    def counted(self) -> Rows:
        """Return the rows that count, once the whole run went by."""
        found: dict[type[Event], list[Columns]] = defaultdict(list)
        for part, picker in self._parts:
            rows = picker.rows()
            counts = part.counts(self.asked, rows) if rows else {}
            for kind, columns in rows.items():
                mask = counts.get(kind)
                found[kind].append(columns if mask is None else chosen(columns, mask))
        return _some({kind: joined(parts) for kind, parts in found.items()})

    def placing(self, counted: Rows) -> Rows:
        """Return the rows that say where what was counted belongs: a station's opening, a session."""
        placing, found = self._placing.rows(), Rows()
        for table, (kind, column) in PLACED_BY.items():
            ids = [c[k.columns[0].name] for k, c in counted.items() if _first_table(k) == table]
            if ids and kind in placing:
                found[kind] = chosen(placing[kind], np.isin(placing[kind][column], np.concatenate(ids)))
        return _some(found)


def _some(rows: Rows) -> Rows:
    """Return the kinds of which there is any row."""
    return {kind: columns for kind, columns in rows.items() if len(columns["seq"])}


def _first_table(kind: type[Event]) -> str:
    """Return the table by which rows of a kind belong to a county; empty if they name the county themselves."""
    own = any(column.name == "county" for column in kind.columns)
    return "" if own else str(kind.columns[0].table)


def chosen(columns: Columns, rows: I64 | NDArray[np.bool_] | slice) -> Columns:
    """Return some rows of a table."""
    return {name: values[rows] for name, values in columns.items()}


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the rows of several tables of one kind as one, by sequence number, each once."""
    if len(parts) == 1:
        return parts[0]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return chosen(whole, np.unique(whole["seq"], return_index=True)[1])


def merged(*several: Rows) -> Rows:
    """Return the rows of several tables of kinds, each once."""
    kinds = dict.fromkeys(kind for rows in several for kind in rows)
    return {kind: joined([rows[kind] for rows in several if kind in rows]) for kind in kinds}


def in_days(tables: Rows) -> Iterator[Batch]:
    """Yield rows as events, those of a kind and day together, by the first of them."""
    batches = []
    for kind, columns in _some(tables).items():
        cuts = np.flatnonzero(np.diff(columns["day"])) + 1
        for start, stop in zip([0, *cuts.tolist()], [*cuts.tolist(), len(columns["seq"])], strict=True):
            batches.append((int(columns["seq"][start]), kind, slice(start, stop)))
    for first, kind, rows in sorted(batches, key=lambda batch: batch[0]):
        columns = chosen(tables[kind], rows)
        event = kind.of({column.name: columns[column.name] for column in kind.columns})
        yield event, Stamp(first, int(columns["day"][0]), columns["cause"])


def watched(reader: JournalReader, until_day: int, evidence: Evidence) -> list[Batch]:
    """Let the evidence and its board see what they read of a run, up to and with a day; return the opening."""
    board, opening = evidence.asked.board, list[Batch]()
    names = {kind.kind for kind in (*Register.listens, *evidence.kinds)}
    for stored, stamp in reader.as_stored(until_day, names):
        event = reader.stored[stored.kind].today(stored)
        board.see(event, stamp)
        evidence.see(event, stamp)
        if type(event) in Register.opening:
            opening.append((event, stamp))
    return opening


def fetched(reader: JournalReader, wanted: Mapping[type[Event], I64]) -> Rows:
    """Return rows by their sequence numbers, which rise."""
    found: dict[type[Event], list[Columns]] = defaultdict(list)
    for seal in reader.seals:
        inside = {kind: seqs[slice(*np.searchsorted(seqs, [seal.first, seal.next]))] for kind, seqs in wanted.items()}
        for kind, seqs in inside.items():
            if len(seqs):
                for columns in reader.tables(seal, (kind.kind,)).values():
                    rows = chosen(columns, np.searchsorted(columns["seq"], seqs))
                    found[kind].append(_with_flags(kind, reader.stored[kind.kind].columns_today(rows)))
    unsealed = Picker()
    for event, stamp in [] if reader.published else reader.whole_weeks().batches:
        if type(event) in wanted:
            unsealed.keep(event, stamp, np.flatnonzero(np.isin(stamp.seqs(event), wanted[type(event)])))
    for kind, columns in unsealed.rows().items():
        found[kind].append(columns)
    return {kind: joined(parts) for kind, parts in found.items()}


def _with_flags(kind: type[Event], columns: Columns) -> Columns:
    """Return columns with flags as such: objects hold them as bytes."""
    flags = {column.name for column in kind.columns if column.dtype == np.bool_}
    return {name: values.view(np.bool_) if name in flags else values for name, values in columns.items()}
