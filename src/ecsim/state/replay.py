"""The state of a run at any week, from its events alone.

A run may come from anybody. So room is made for what its events can fill and no more, and no event is followed that
points at rows that there are not: compiled code does not look where it writes.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ecsim.errors import EcsimError, VerificationError
from ecsim.events import EVENTS, Event, Stamp
from ecsim.events.codes import Founder
from ecsim.journal import JournalReader
from ecsim.regions.opening import table_room
from ecsim.state.changes import STATE_CHANGES
from ecsim.state.state import State

NONSENSE = (ArithmeticError, IndexError, KeyError, TypeError, ValueError)
"""What the state or a fold may raise at events that no simulation publishes."""
MOST_ROOM = 10
"""How many times the room of today's rules another version may have made."""
_OPENING = (
    "counties",
    "townships",
    "villages",
    "crops",
    "cooperatives",
    "households",
    "plots",
    "enterprises",
    "operators",
)
"""Tables that the opening fills, each by its own kind of event."""


def apply_event(state: State, event: Event, stamp: Stamp) -> None:
    """Let the state follow one event; kinds that only inform change nothing."""
    change = STATE_CHANGES.get(type(event))
    if change is not None:
        change(state, event, stamp)


def allocated(reader: JournalReader) -> State:
    """Return an empty state with the room that a run asks for.

    Raises
    ------
    EcsimError
        If the run has no whole week yet: it has not come to what it needs room for.
    VerificationError
        If it asks for less than its opening fills, or for more than a run of such an opening can need.
    """
    if not reader.marks():
        raise EcsimError(
            f"{reader.folder}: has no whole week yet; wait until it has, or `ecsim resume {reader.folder}`"
        )
    filled = reader.counts([f"{table}_baselined" for table in _OPENING])
    room, sizes = table_room(filled, prefectures=filled["counties_baselined"]), reader.genesis["sizes"]
    for table in State.table_names():
        least, most = filled.get(f"{table}_baselined", 0), MOST_ROOM * room[table]
        if not least <= sizes[table] <= most:
            raise VerificationError(
                f"{reader.folder}: asks for {sizes[table]:,} rows of {table}; by its opening it can need {least:,} to "
                f"{most:,}"
            )
    return State.allocate(sizes)


class Limits:
    """How far the numbers of a run's events may point: at rows of its tables, at words of a vocabulary."""

    def __init__(self, state: State) -> None:
        self._sizes = {name: len(table) for name, table in state.tables().items()}
        self._limits: dict[type[Event], list[tuple[str, int]]] = {}

    def hold(self, event: Event) -> None:
        """Refuse rows that point at nothing, and codes that mean nothing, before compiled code follows them.

        Raises
        ------
        ValueError
            Naming the column.
        """
        kind = type(event)
        if kind not in self._limits:
            self._limits[kind] = self._limits_of(kind)
        for name, most in self._limits[kind]:
            low, high = _span(event.__dict__[name])
            if low < -1 or high > most:
                raise ValueError(f"{name} is {low} to {high}; the highest there is is {most}")

    def _limits_of(self, kind: type[Event]) -> list[tuple[str, int]]:
        tables = [(c.name, self._sizes[c.table] - 1) for c in kind.columns if c.table in self._sizes]
        return tables + [(c.name, _highest(c.vocabulary)) for c in kind.columns if c.vocabulary]


def _highest(vocabulary: type[IntEnum]) -> int:
    codes = [int(code) for code in vocabulary]
    return sum(codes) if vocabulary is Founder else max(codes)  # bit flags


def _span(values: NDArray[Any]) -> tuple[int, int]:
    """Return the lowest and highest value; of a few, quicker than numpy would."""
    if not len(values):
        return 0, 0
    if len(values) < 32:
        known = values.tolist()
        return min(known), max(known)
    return int(values.min()), int(values.max())


def impossible(event: Event, stamp: Stamp, error: Exception) -> str:
    """Return in words that an event cannot have happened."""
    return f"{event.kind} at seq {stamp.first:,} (day {stamp.day}) cannot have happened: {error}"


def replay_run(folder: Path, until_day: int | None = None) -> State:
    """Return the state of a run after a day, as the fold of its journal.

    Raises
    ------
    EcsimError
        If the folder holds no run, one without a whole week, or one that kept less than all its events.
    VerificationError
        If its events cannot have happened.
    """
    reader = JournalReader(folder, EVENTS)
    reader.needs_all()
    state = allocated(reader)
    limits = Limits(state)
    for event, stamp in reader.changes(STATE_CHANGES, until_day):
        try:
            limits.hold(event)
            apply_event(state, event, stamp)
        except NONSENSE as error:
            raise VerificationError(f"{folder}: {impossible(event, stamp, error)}") from None
    return state
