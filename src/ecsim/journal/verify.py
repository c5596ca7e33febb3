"""Checking a run: every object, every sequence number and every leaf, recomputed from data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecsim.errors import VerificationError
from ecsim.events.event import Event
from ecsim.journal.merkle import LEAF_SEQS, LeafHasher
from ecsim.journal.reader import JournalReader


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of a run found to hold."""

    events: int
    root: str
    last_day: int
    closed: bool
    note: str


def verify(folder: Path, kinds: Sequence[type[Event]], published: str | None = None) -> Verification:
    """Return what holds of a run, up to its last whole batch.

    Parameters
    ----------
    published : a root known from elsewhere, in hex

    Raises
    ------
    VerificationError
        Naming the first object, sequence number or leaf that is not what it was.
    """
    reader = JournalReader(folder, kinds)
    hasher, last_day = LeafHasher(), 0
    for event, stamp in reader.batches():
        if stamp.first != hasher.events:
            leaf = min(stamp.first, hasher.events) // LEAF_SEQS
            raise VerificationError(
                f"{folder}: {event.kind} begins at seq {stamp.first} where {hasher.events} is next "
                f"(leaf {leaf}, day {stamp.day}): events were removed, added or reordered"
            )
        hasher.add(event, stamp)
        last_day = stamp.day
    root = hasher.root()
    for where, known in (("the manifest", reader.published.root if reader.published else None), ("you", published)):
        if known is not None and known != root:
            raise VerificationError(
                f"{folder}: the events have the root {root}; the one published by {where} is {known}"
            )
    if reader.published and reader.published.events != hasher.events:
        raise VerificationError(f"{folder}: holds {hasher.events} events; {reader.published.events} were published")
    note = "closed" if reader.published else "not closed: it ended before its last week"
    if reader.damage:
        note += f"; {reader.damage.why} at byte {reader.damage.offset} of {reader.damage.path.name}"
    return Verification(hasher.events, root, last_day, reader.published is not None, note)
