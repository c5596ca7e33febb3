"""The world of one run: clock, random draws, journal and state; what is published is recorded and applied at once.

It knows no agent and no rule: they read `World.state`, draw from `World.draws`, and act by `World.publish`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.apply import Changes, apply_event
from ecsim.kernel.event import NO_CAUSE, Event, Rows, Stamp
from ecsim.kernel.parameters import Parameters
from ecsim.kernel.state import State

if TYPE_CHECKING:
    from ecsim.kernel.draws import Draws

Cause: TypeAlias = "int | Rows[Any] | NDArray[np.int64] | None"
E = TypeVar("E", bound=Event)
S = TypeVar("S", bound=State)


class Recorder(Protocol):
    """What records events: a journal."""

    def append(self, event: Event, stamp: Stamp) -> None:
        """Record the rows of one event."""

    def note_recorded(self, event: Event, stamp: Stamp) -> None:
        """Take note of rows that were recorded before, as a resumed run or a fork applies them again."""


class Watcher(Protocol):
    """What looks on at a run: a measurement. Nothing it does reaches the simulation."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of one event, after they were applied."""


class Exclusion(Protocol):
    """Events that are excluded from a run, to see what it would have been without them (a counterfactual)."""

    def mask(self, event: Event, day: int) -> NDArray[np.bool_] | None:
        """Return which rows of an event happen all the same, shape (rows,); None: all of them.

        Parameters
        ----------
        event : about to be published
        day : days since the start of the scenario
        """


class World(Generic[S]):
    """One run as rules and agents see it.

    Parameters
    ----------
    state : allocated; the world alone has it writable
    changes : what each kind of event does to it
    draws : the random draws of the run
    journal : records what is published
    watchers : look on, each event after it was applied
    without : events that are excluded from this run

    Attributes
    ----------
    state : State
        Read-only views; a rule that writes fails.
    writable : State
        The same tables for what applies events; no rule touches it.
    day : int
        Days since the start of the scenario.
    numbers : Parameters
        The parameters of the model and its extensions, as the scenario and its shocks have them.
    options : Mapping
        What extensions tell the model's own rules, by name.
    next_seq : int
        Sequence number of the next row that is published.
    """

    def __init__(
        self, state: S, changes: Changes, draws: Draws, journal: Recorder, watchers: Sequence[Watcher] = (),
        without: Exclusion | None = None,
    ) -> None:  # fmt: skip
        self.writable = state
        self.state = state.read_only()
        self._changes = changes
        self.draws = draws
        self.journal = journal
        self.watchers = tuple(watchers)
        self.without = without
        self.day = 0
        self.numbers = Parameters({})
        self.options: Mapping[str, tuple[Any, ...]] = {}
        self.next_seq = 0

    @property
    def week(self) -> int:
        """Weeks since the start of the scenario."""
        return self.day // 7

    def publish(self, event: E, cause: Cause = None) -> Rows[E]:
        """Record an event, apply it to the state, and return what really happened.

        Rows that are excluded from this run (``without``) are not among what is returned, so a rule goes on with what
        happened and not with what it intended. An event without rows is neither recorded nor applied.

        Parameters
        ----------
        event : the fact; its rows get the next sequence numbers
        cause : what brought it about: one sequence number, one for each row (shape (rows,)), or the rows of another
            published event (of the same length, or of one row); None: it has no cause

        Raises
        ------
        ValueError
            If there are neither one nor as many causes as rows.
        """
        if not event.rows:
            return Rows(self.next_seq, event)
        causes = _causes(cause, event.rows)
        if self.without is not None and not (keeps := self.would_happen(event)).all():
            event, causes = event.rows_where(keeps), _causes(causes[keeps], int(keeps.sum()))
        rows = Rows(self.next_seq, event)
        if event.rows:
            stamp = Stamp(self.next_seq, self.day, causes)
            self.journal.append(event, stamp)
            self._apply(event, stamp)
        return rows

    def would_happen(self, event: Event) -> NDArray[np.bool_]:
        """Return which rows of an event would happen if it were published now, shape (rows,): all but those excluded.

        A rule that gives out one thing after the other asks before it publishes them together.
        """
        keeps = self.without.mask(event, self.day) if self.without else None
        return np.ones(event.rows, np.bool_) if keeps is None else keeps

    def reapply(self, event: Event, stamp: Stamp) -> None:
        """Re-apply an event that was recorded before, with the sequence numbers and day it had then."""
        self.journal.note_recorded(event, stamp)
        self._apply(event, stamp)

    def _apply(self, event: Event, stamp: Stamp) -> None:
        self.next_seq = stamp.first + event.rows
        apply_event(self._changes, self.writable, event, stamp)
        for watcher in self.watchers:
            watcher.see(event, stamp)

    def publish_all(self, events: Iterable[Event]) -> None:
        """Publish events that nothing in the run brought about: the opening."""
        for event in events:
            self.publish(event)


def _causes(cause: Cause, rows: int) -> NDArray[np.int64]:
    """Return the cause of each row, shape (rows,), read-only."""
    if isinstance(cause, Rows):
        if cause.count not in (1, rows):
            raise ValueError(f"{cause.count} causes for {rows} rows; one, or one a row, is needed")
        cause = cause.seqs if cause.count == rows else cause.first
    causes = np.empty(rows, np.int64)
    causes[:] = NO_CAUSE if cause is None else cause
    causes.setflags(write=False)
    return causes
