"""Rerun: a run is a function of scenario and seed, so where a second simulation differs, the stored run was altered.

A fork is simulated again with its whole line of descent: each parent's scenario up to the week in which its child left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.audit.verify.first_difference import EventDifference, first_difference, stored_rows
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal.merkle import LeafHasher
from ecsim.kernel.journal.objects import gathered
from ecsim.kernel.recorded import (
    LEAF_SEQS,
    Actors,
    Columns,
    Event,
    JournalReader,
    Scenario,
    Stamp,
    StoredRun,
    open_run,
    same_rules,
)

Progress = Callable[[int, int], None] | None


@dataclass(frozen=True, slots=True)
class Rerun:
    """What simulating a run again showed.

    Attributes
    ----------
    events : int
        How many were simulated.
    leaf : int or None
        The first that differs; None: all agree.
    days : tuple of int
        First and last day of the last stretch that was compared.
    difference : EventDifference or None
        Its first event that differs; None: none of those that are stored and can be read does.
    unread : tuple of str
        Kinds that could not be read there, or were not kept.
    limit : str
        Why the rest was not simulated again; empty: nothing was left out.
    """

    events: int
    leaf: int | None
    days: tuple[int, int]
    difference: EventDifference | None
    unread: tuple[str, ...]
    limit: str


@dataclass(frozen=True, slots=True)
class _Generation:
    """A run of a line of descent, from the period in which it left its parent.

    Attributes
    ----------
    events : how many it shares with its parent
    removes : whether it goes on without some events that its parent had
    """

    scenario: Scenario
    period: int
    events: int
    removes: bool


class _DiffersError(Exception):
    """A leaf came out otherwise; simulating on would show nothing new."""


class _EnoughError(Exception):
    """A run that has not ended was simulated as far as it goes."""


class _Comparison:
    """Takes what is simulated in place of a journal, and stops at the first leaf that is not what was stored.

    Parameters
    ----------
    known : leaves of the manifest
    suspect : a leaf whose hash differs from the one that was sealed
    until : how many events are enough; None: all of them
    """

    def __init__(self, known: Sequence[str], suspect: int | None, until: int | None) -> None:
        self.known, self.suspect, self.until = known, suspect, until
        self.hasher = LeafHasher()
        self.window: list[tuple[Event, Stamp]] = []
        self.agreed = 0

    def append(self, event: Event, stamp: Stamp) -> None:
        """Take rows; forget those of leaves that agree."""
        self.hasher.add(event, stamp)
        self.window.append((event, stamp))
        while self.agreed < min(len(self.hasher.leaves), len(self.known)):
            if self.agreed == self.suspect or self.hasher.leaves[self.agreed].hex() != self.known[self.agreed]:
                raise _DiffersError
            self.agreed += 1
        if self.until is not None and self.hasher.events >= self.until:
            raise _EnoughError
        begins = self.agreed * LEAF_SEQS
        self.window = [(e, s) for e, s in self.window if s.first + e.rows > begins]

    note_recorded = append

    def rows(self, first: int, stop: int) -> dict[str, Columns]:
        """Return what was simulated in a stretch that did not agree."""
        by_kind: dict[str, list[tuple[Event, Stamp]]] = {}
        for event, stamp in self.window:
            start, end = max(first - stamp.first, 0), min(stop - stamp.first, event.rows)
            if start < end:
                part = Stamp(stamp.first + start, stamp.day, stamp.cause[start:end])
                by_kind.setdefault(event.kind, []).append((event.slice(start, end), part))
        return {kind: gathered(parts) for kind, parts in by_kind.items()}


def simulate_again(
    run: StoredRun[Any, Any], events: int, suspect: int | None = None, progress: Progress = None, *, trust: bool = False
) -> Rerun:
    """Return what simulating a run again shows, up to the first leaf that differs or to its end.

    Parameters
    ----------
    run : which was recorded
    events : how many it holds
    suspect : the first leaf that is known not to match the manifest
    progress : called with (weeks done, weeks in all)
    trust : whether strategies ``module:Class`` of the run and its parents may be imported, which runs their code

    Raises
    ------
    EcsimError
        If it cannot be simulated again: by other rules, without the parent it left, or if a strategy is not trusted.
    """
    same_rules(run)
    reader, line = run.reader, _line_of_descent(run, trust=trust)
    for each in line:
        run.model.check(each.scenario, trust)
    closed = reader.published
    comparison = _Comparison(reader.leaves, suspect, None if closed else events)
    try:
        limit = _simulate(run, line, comparison, progress)
    except _DiffersError:
        return _differing(reader, comparison, events)
    except _EnoughError:
        difference = _differing(reader, comparison, events)
        agrees = suspect is None and difference.difference is None
        return Rerun(events, None, (0, 0), None, (), "it has not ended") if agrees else difference
    out = (comparison.hasher.events, comparison.hasher.root())
    if not limit and (suspect is not None or (closed and out != (closed.events, closed.root))):
        return _differing(reader, comparison, events)
    return Rerun(comparison.hasher.events, None, (0, 0), None, (), limit)


def _line_of_descent(run: StoredRun[Any, Any], *, trust: bool) -> list[_Generation]:
    """Return the run's ancestors, the oldest first, and the run itself."""
    reader, parent = run.reader, run.reader.genesis.get("parent")
    if parent is None:
        return [_Generation(run.scenario, 0, 0, removes=False)]
    folder = reader.folder / parent["run"]
    try:
        ancestor = open_run(folder, trust=trust)
        is_parent = ancestor.reader.line_hashes[0] == parent["genesis"]
    except EcsimError:
        is_parent = False
    if not is_parent:
        raise EcsimError(
            f"{reader.folder}: its parent is not in {parent['run']}; the first {parent['events']:,} events were made "
            "by the parent's scenario and cannot be simulated again without it, nor what follows: put it there again"
        )
    first = parent["day"] // run.model.days
    generation = _Generation(run.scenario, first, parent["events"], bool(parent.get("removes")))
    return [*_line_of_descent(ancestor, trust=trust), generation]


def _simulate(run: StoredRun[Any, Any], line: list[_Generation], record: _Comparison, progress: Progress) -> str:
    """Simulate a line of descent; return why it was not followed to its end, if it was not."""
    model, last = run.model, line[-1].scenario
    opening = model.opening(line[0].scenario)  # what a fork changes may be what its first ancestor opened with
    world = model.world(opening.sizes, run.reader.genesis["seed"], record)
    world.publish_all(opening.events)
    everybody = [Actors(model, world, each.scenario) for each in line]
    try:
        for number, actors in enumerate(everybody):
            if line[number].removes:
                return _removed(line[number].events)
            periods = last.periods(model.days)
            until = line[number + 1].period if number + 1 < len(line) else periods
            for period in range(line[number].period, until):
                actors.take(period)
                if progress:
                    progress(period + 1, periods)
    finally:
        for actors in everybody:
            actors.release()
    return ""


def _removed(events: int) -> str:
    return (
        f"from seq {events:,} on (leaf {events // LEAF_SEQS}) it goes without events that its parent had, which its "
        "scenario does not say: that part cannot be simulated again"
    )


def _differing(reader: JournalReader, comparison: _Comparison, events: int) -> Rerun:
    """Return the first difference in what did not agree."""
    first, simulated_to = comparison.agreed * LEAF_SEQS, comparison.hasher.events
    if comparison.agreed < min(len(comparison.hasher.leaves), len(comparison.known)):
        stop = first + LEAF_SEQS
    else:  # behind the last leaf that is known
        stop = comparison.until or max(simulated_to, events)
    simulated = comparison.rows(first, stop)
    stored, broken = stored_rows(reader, first, stop)
    unread = {*broken, *(kind for kind in simulated if not _was_kept(reader, kind))}
    sides = [{kind: rows for kind, rows in side.items() if kind not in unread} for side in (stored, simulated)]
    days = [int(day) for columns in simulated.values() for day in (columns["day"].min(), columns["day"].max())]
    span = (min(days), max(days)) if days else (0, 0)
    return Rerun(simulated_to, comparison.agreed, span, first_difference(*sides), tuple(sorted(unread)), "")


def _was_kept(reader: JournalReader, kind: str) -> bool:
    return reader.keep == "all" or (reader.keep == "decisions" and reader.stored[kind].kind.decision)
