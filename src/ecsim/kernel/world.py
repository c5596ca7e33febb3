"""The world: clock, luck, journal and state; what is published is recorded and applied at once. It knows no agent."""

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
    """What keeps events: a journal."""

    def append(self, event: Event, stamp: Stamp) -> None:
        """Take the rows of one event."""

    def note_recorded(self, event: Event, stamp: Stamp) -> None:
        """Take note of rows that were recorded before."""


class Watcher(Protocol):
    """What looks on: an indicator. Nothing it does reaches the simulation."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of one event, after they were applied."""


class Exclusion(Protocol):
    """What is taken out of a run, to see what it would have been without."""

    def mask(self, event: Event, day: int) -> NDArray[np.bool_] | None:
        """Return which rows of a day happen all the same, shape (rows,); None: all of them."""


class World(Generic[S]):
    """One run as rules and agents see it.

    Attributes
    ----------
    state : read-only views; a rule that writes fails
    writable : the same tables for what applies events; no rule touches it
    draws : the luck of this run
    day : days since the start of the scenario
    numbers : the numbers of the model and its extensions, as the scenario has them
    options : what extensions tell the model's own rules, by name
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
        self.options: Mapping[str, Any] = {}
        self.next_seq = 0

    @property
    def week(self) -> int:
        """Weeks since the start of the scenario."""
        return self.day // 7

    def publish(self, event: E, cause: Cause = None) -> Rows[E]:
        """Record an event and let the state follow; return what happened: a reference to its rows.

        Rows that are left out of this run (``without``) are not among them.

        Parameters
        ----------
        cause : the event that brought this one about: one sequence number, one a row, or the rows of another event of
            the same length (or of one row)
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
        """Return which rows of an event would happen if it were published now, shape (rows,): all but those left out.

        A rule that gives out one thing after the other asks before it publishes them together.
        """
        keeps = self.without.mask(event, self.day) if self.without else None
        return np.ones(event.rows, np.bool_) if keeps is None else keeps

    def reapply(self, event: Event, stamp: Stamp) -> None:
        """Apply an event that was recorded before, as it was then."""
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
        found = cause.seqs if cause.count == rows else np.full(rows, cause.first, np.int64)
    elif isinstance(cause, np.ndarray) and cause.ndim:
        found = np.array(cause if len(cause) == rows else np.broadcast_to(cause, (rows,)), np.int64)
    else:
        found = np.full(rows, NO_CAUSE if cause is None else cause, np.int64)
    found.flags.writeable = False
    return found
