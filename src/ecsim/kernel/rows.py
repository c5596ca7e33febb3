"""Rows of events as columns by kind: picked as a run goes by, put together, given back as events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.journal.reader import Batch

I64: TypeAlias = NDArray[np.int64]
RowsByKind: TypeAlias = dict[type[Event], Columns]
"""Rows by kind as columns: seq, day, cause and its own; by sequence number."""


class RowCollector:
    """Rows that may be asked for, collected kind by kind as a run goes by."""

    def __init__(self) -> None:
        self._kept: dict[type[Event], list[Columns]] = defaultdict(list)

    def collect(self, event: Event, stamp: Stamp, rows: NDArray[np.integer[Any]]) -> None:
        """Keep some rows of an event.

        Parameters
        ----------
        event, stamp : as they go by
        rows : numbers of the rows to keep, within the event
        """
        if len(rows):
            envelope: Columns = {
                "seq": stamp.first + rows,
                "day": np.full(len(rows), stamp.day, np.int32),
                "cause": stamp.cause[rows],
            }
            self._kept[type(event)].append(envelope | {c.name: event.__dict__[c.name][rows] for c in event.columns})

    def rows(self) -> RowsByKind:
        """Return what was kept."""
        return {kind: joined(parts) for kind, parts in self._kept.items()}


def nonempty(rows: RowsByKind) -> RowsByKind:
    """Return the kinds of which there is any row."""
    return {kind: columns for kind, columns in rows.items() if len(columns["seq"])}


def select_rows(columns: Columns, rows: I64 | NDArray[np.bool_] | slice) -> Columns:
    """Return some rows of a table of columns.

    Parameters
    ----------
    columns : each of shape (rows,)
    rows : row numbers, a mask of shape (rows,), or a slice
    """
    return {name: values[rows] for name, values in columns.items()}


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the rows of several tables of one kind as one, by sequence number; a row that several hold comes once."""
    if len(parts) == 1:
        return parts[0]
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return select_rows(whole, np.unique(whole["seq"], return_index=True)[1])


def merged(*several: RowsByKind) -> RowsByKind:
    """Return the rows of several tables of kinds as one, each row once."""
    kinds = dict.fromkeys(kind for rows in several for kind in rows)
    return {kind: joined([rows[kind] for rows in several if kind in rows]) for kind in kinds}


def since(rows: RowsByKind, seq: int) -> RowsByKind:
    """Return the rows from a sequence number on.

    Parameters
    ----------
    rows : by kind
    seq : the first sequence number that stays
    """
    return {kind: select_rows(columns, columns["seq"] >= seq) for kind, columns in rows.items()}


def batches_by_day(tables: RowsByKind) -> Iterator[Batch]:
    """Yield rows as events by sequence number, those of a kind and day together."""
    batches = []
    for kind, columns in nonempty(tables).items():
        cuts = np.flatnonzero(np.diff(columns["day"])) + 1
        for start, stop in zip([0, *cuts.tolist()], [*cuts.tolist(), len(columns["seq"])], strict=True):
            batches.append((int(columns["seq"][start]), kind, slice(start, stop)))
    for first, kind, rows in sorted(batches, key=lambda batch: batch[0]):
        columns = select_rows(tables[kind], rows)
        event = kind.of({column.name: columns[column.name] for column in kind.columns})
        yield event, Stamp(first, int(columns["day"][0]), columns["cause"])
