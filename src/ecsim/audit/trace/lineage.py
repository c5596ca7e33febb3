"""Lineage: what brought an event about, and what brought that about, back to what has no cause.

Cause and kind of every event lie in two arrays by sequence number: a run of 10^8 events takes half a gigabyte, a level
of causes one indexing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import VerificationError
from ecsim.kernel.event import NO_CAUSE, Event
from ecsim.kernel.journal import JournalReader

I64 = NDArray[np.int64]
_NO_KIND = 255


@dataclass(frozen=True, slots=True)
class Lineage:
    """The causes of all events of a run, as one array: what brought each about, back to what has no cause.

    Attributes
    ----------
    cause : int32 (int64 if there are more than 2**31 events), shape (events,)
        Sequence number of the cause of each event; -1 for none.
    kind : uint8, shape (events,)
        The kind of each event, as its place in `kinds`.
    kinds : tuple of type[Event]
        The kinds of the run.
    """

    cause: NDArray[Any]
    kind: NDArray[np.uint8]
    kinds: tuple[type[Event], ...]

    @classmethod
    def of(cls, reader: JournalReader) -> Lineage:
        """Return the lineage of a run's whole weeks, read from its journal.

        Raises
        ------
        EcsimError
            If the run kept less than all its events.
        VerificationError
            If an object of it is missing or is not what its name says.
        """
        reader.needs_all()
        reader.needs_objects()
        marks = reader.marks()
        events = reader.published.events if reader.published else marks[-1][0]
        cause = np.full(events, NO_CAUSE, np.int32 if events < 2**31 else np.int64)
        kind = np.full(events, _NO_KIND, np.uint8)
        kinds = tuple(stored.shown for stored in reader.stored.values())
        place = {each.kind: number for number, each in enumerate(kinds)}
        for name, seq, causes in _envelopes(reader, kinds):
            if len(seq) and (causes.min() < NO_CAUSE or (causes >= seq).any() or seq[-1] >= events):
                raise VerificationError(f"{reader.folder}: rows of {name} come behind the end or before their causes")
            cause[seq] = causes
            kind[seq] = place[name]
        return cls(cause, kind, kinds)

    def levels(self, start: I64) -> list[I64]:
        """Return events by how many steps back they lie from some events: these, their causes, the causes of those, …

        Each event comes once, where it is nearest; sequence numbers rise within a level.
        """
        levels, seen = [_distinct(start)], np.zeros(len(self.cause), np.bool_)
        while len(levels[-1]):
            seen[levels[-1]] = True
            causes = self.cause[levels[-1]]
            causes = causes[causes != NO_CAUSE]
            levels.append(_distinct(causes[~seen[causes]].astype(np.int64)))
        return levels[:-1]

    def edges(self, events: I64) -> Counter[tuple[str, str]]:
        """Return how many of some events of a kind another kind brought about, as (kind, kind of the cause)."""
        cause = self.cause[events]
        caused = cause != NO_CAUSE
        pairs = self.kind[events[caused]].astype(np.int64) * 256 + self.kind[cause[caused]]
        codes, counts = np.unique(pairs, return_counts=True)
        return Counter(
            {
                (self.kinds[code // 256].kind, self.kinds[code % 256].kind): n
                for code, n in zip(codes.tolist(), counts.tolist(), strict=True)
            }
        )

    def by_kind(self, events: I64) -> dict[type[Event], I64]:
        """Return events sorted by their kind, in the order of the vocabulary."""
        kinds = self.kind[events]
        return {self.kinds[code]: events[kinds == code] for code in np.unique(kinds).tolist()}


def _distinct(seqs: I64) -> I64:
    """Return sequence numbers in order, each once; many times faster than `numpy.unique`."""
    ordered = np.sort(seqs)
    distinct: I64 = ordered[np.append(np.diff(ordered) != 0, True)[: len(ordered)]]
    return distinct


def _envelopes(reader: JournalReader, kinds: Sequence[type[Event]]) -> Iterator[tuple[str, I64, I64]]:
    """Yield sequence numbers and causes, kind by kind and part by part; nothing else is read."""
    unread = ("day", *{column.name for kind in kinds for column in kind.columns})
    for seal in reader.seals:
        for name in seal.objects:
            for columns in reader.tables(seal, (name,), unread).values():
                yield name, columns["seq"], columns["cause"]
    unsealed = chain.from_iterable([] if reader.published else [reader.whole_weeks().batches])
    for event, stamp in unsealed:
        yield event.kind, stamp.seqs(event), stamp.cause
