"""A made-up run whose weeks follow from their number alone: a week written again is the week that was lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from ecsim.kernel.columns import Fen, Flags
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import Journal, JournalReader, Root
from ecsim.rural.events.ids import HouseholdIds

WEEKS = 5
ROWS = 3_500
"""Sales a week; so the run's events fill one leaf and a part of the next."""
SEAL_EVENTS = 2 * ROWS
"""Seals after weeks 2 and 4, and one at the close."""
GENESIS = {"seed": 1}
Told = Callable[[int], None] | None


class Sold(Event):
    """Households sold something."""

    kind = "sold"
    household: HouseholdIds
    fen: Fen


class Opened(Event):
    """A shop was opened."""

    kind = "opened"
    decision = True
    household: HouseholdIds
    poor: Flags


KINDS = (Sold, Opened)


def events_of(week: int, rows: int = ROWS, pieces: int = 1) -> Iterator[tuple[Event, Stamp]]:
    """Yield the events of a week; its sales come in so many pieces."""
    first = week * (rows + 1)
    cause = first - 1
    sold = Sold(household=np.arange(rows) * 7 % 501, fen=np.arange(rows) * (week + 1))
    opened = Opened(household=[week], poor=[week % 2 == 0])
    cuts = np.linspace(0, rows, pieces + 1).astype(int)
    parts = [sold.slice(start, stop) for start, stop in pairwise(cuts) if stop > start]
    for event in (*parts, opened):
        yield event, Stamp(first, 7 * week, np.full(event.rows, cause, np.int64))
        first += event.rows


def write(journal: Journal, first: int = 0, last: int = WEEKS, *, told: Told = None, pieces: int = 1) -> None:
    """Write weeks; tell of each once it is acknowledged."""
    for week in range(first, last):
        for event, stamp in events_of(week, pieces=pieces):
            journal.append(event, stamp)
        journal.end_week(7 * (week + 1))
        if told:
            told(week + 1)


def begun(folder: Path) -> Journal:
    return Journal.create(folder, GENESIS, KINDS, store=folder.parent / "objects")


def reopened(folder: Path) -> tuple[Journal, int]:
    """Return the journal of a run that was stopped, and its next week."""
    reader = JournalReader(folder, KINDS)
    journal = Journal.reopen(reader)
    for event, stamp in reader.batches():
        journal.note_recorded(event, stamp)
    return journal, reader.marks()[-1][1] // 7 if reader.marks() else 0


def brought_to_its_end(folder: Path, weeks: int = WEEKS, told: Told = None) -> Root:
    """Return the root of the run in a folder, begun or gone on with or ended before."""
    if not (folder / "manifest.jsonl").exists():
        journal, first = begun(folder), 0
    elif published := JournalReader(folder, KINDS).published:
        return published
    else:
        journal, first = reopened(folder)
    with journal:
        write(journal, first, weeks, told=told)
        return journal.close()


def branched(parent: Path, folder: Path, week: int) -> Journal:
    """Return the journal of a fork that goes on as its parent did, after a week."""
    reader = JournalReader(parent, KINDS)
    events = week * (ROWS + 1)
    journal = Journal.branch(folder, GENESIS, reader, events, 7 * week)
    for event, stamp in reader.batches():
        if stamp.first < events:
            journal.note_recorded(event, stamp)
    return journal


def unbroken_root(weeks: int = WEEKS) -> str:
    journal = Journal.in_memory(GENESIS, KINDS)
    write(journal, last=weeks)
    return journal.close().root


def whole_weeks(folder: Path) -> int:
    """Return how many weeks of the run in a folder are whole; -1: there is no run."""
    if not (folder / "manifest.jsonl").exists():
        return -1
    marks = JournalReader(folder, KINDS).marks()
    return marks[-1][1] // 7 if marks else 0
