"""Rows of a run that make a figure: picked while the run goes by, fetched by their sequence numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.journal.reader import Batch
from ecsim.kernel.measures import Evidence
from ecsim.kernel.rows import RowCollector, RowsByKind, joined, select_rows

I64 = NDArray[np.int64]


def watched(reader: JournalReader, until_day: int, evidence: Evidence, opened: int) -> list[Batch]:
    """Let the evidence see what it needs of a run, up to and with a day; return what of that the opening brought.

    Parameters
    ----------
    reader : of the run
    until_day : the last day, included
    evidence : of a figure
    opened : sequence number behind the opening
    """
    opening, names = list[Batch](), {kind.kind for kind in evidence.kinds}
    for stored, stamp in reader.as_stored(until_day, names):
        event = reader.stored[stored.kind].today(stored)
        evidence.see(event, stamp)
        if stamp.first < opened:
            opening.append((event, stamp))
    return opening


def fetched(reader: JournalReader, wanted: Mapping[type[Event], I64]) -> RowsByKind:
    """Return rows of a run by their sequence numbers.

    Parameters
    ----------
    reader : of the run
    wanted : sequence numbers by kind, rising
    """
    parts_by_kind: dict[type[Event], list[Columns]] = defaultdict(list)
    for seal in reader.seals:
        inside = {kind: seqs[slice(*np.searchsorted(seqs, [seal.first, seal.next]))] for kind, seqs in wanted.items()}
        for kind, seqs in inside.items():
            if len(seqs):
                for columns in reader.tables(seal, (kind.kind,)).values():
                    rows = select_rows(columns, np.searchsorted(columns["seq"], seqs))
                    parts_by_kind[kind].append(_with_flags(kind, reader.stored[kind.kind].columns_today(rows)))
    unsealed = RowCollector()
    for event, stamp in [] if reader.published else reader.whole_weeks().batches:
        if type(event) in wanted:
            unsealed.collect(event, stamp, np.flatnonzero(np.isin(stamp.seqs(event), wanted[type(event)])))
    for kind, columns in unsealed.rows().items():
        parts_by_kind[kind].append(columns)
    return {kind: joined(parts) for kind, parts in parts_by_kind.items()}


def _with_flags(kind: type[Event], columns: Columns) -> Columns:
    """Return columns with flags as such: objects hold them as bytes."""
    flags = {column.name for column in kind.columns if column.dtype == np.bool_}
    return {name: values.view(np.bool_) if name in flags else values for name, values in columns.items()}
