"""Replay: the state of a run at any period's end, folded from its events alone.

A run may come from anybody. So room is made for what its events can fill and no more, and no event is applied that
points at rows that do not exist: compiled code does not check where it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from ecsim.kernel.apply import apply_event
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.runs import StoredRun, open_run
from ecsim.kernel.state import State
from ecsim.kernel.vocabulary import FurtherWords, further_words

S = TypeVar("S", bound=State)
NONSENSE = (ArithmeticError, IndexError, KeyError, TypeError, ValueError)
"""What the state or a fold may raise at events that no simulation publishes."""


def allocated(run: StoredRun[S, Any]) -> S:
    """Return an empty state with the room that a run's first line asks for, once that is plausible.

    Raises
    ------
    EcsimError
        If the run has no whole period yet: it has not come to what it needs room for.
    VerificationError
        If it asks for less than its opening fills, or for more than a run of such an opening can need.
    """
    folder, sizes = run.reader.folder, run.reader.genesis["sizes"]
    if not run.reader.marks():
        raise EcsimError(f"{folder}: has no whole week yet; wait until it has, or `ecsim resume {folder}`")
    for table, (least, most) in run.model.room(run.reader, run.scenario).items():
        rows = run.model.state.rows(sizes, table)
        if not least <= rows <= most:
            raise VerificationError(
                f"{folder}: asks for {rows:,} rows of {table}; by its opening it can need {least:,} to {most:,}"
            )
    return run.model.state.allocate(sizes)


class ValueBounds:
    """Bounds of what an event's numbers may point at: rows of the state's tables, codes of vocabularies.

    Parameters
    ----------
    state : whose tables have their final length
    """

    def __init__(self, state: State, words: FurtherWords) -> None:
        self._words = words
        self._sizes = {name: len(table) for name, table in state.tables().items()}
        self._bounds: dict[type[Event], list[tuple[str, int]]] = {}

    def check(self, event: Event) -> None:
        """Refuse an event with ids of no row or codes of no meaning, before compiled code follows them.

        Raises
        ------
        ValueError
            Naming the column, the values found and the highest possible one.
        """
        kind = type(event)
        if kind not in self._bounds:
            self._bounds[kind] = self._bounds_of(kind)
        for name, most in self._bounds[kind]:
            low, high = _span(event.__dict__[name])
            if low < -1 or high > most:
                raise ValueError(f"{name} is {low} to {high}; the highest possible is {most}")

    def _bounds_of(self, kind: type[Event]) -> list[tuple[str, int]]:
        tables = [(c.name, self._sizes[c.table] - 1) for c in kind.columns if c.table in self._sizes]
        return tables + [(c.name, _highest(c.vocabulary, self._words)) for c in kind.columns if c.vocabulary]


def _highest(vocabulary: type[IntEnum], words: FurtherWords) -> int:
    """Return the highest code there can be: of flags that add up, their sum."""
    codes = [int(code) for code in vocabulary]
    codes += further_words(vocabulary, words)
    adds_up = all(code > 0 and code & (code - 1) == 0 for code in codes)
    return sum(codes) if adds_up else max(codes)


def _span(values: NDArray[Any]) -> tuple[int, int]:
    """Return the lowest and highest value; of a few, quicker than numpy would."""
    if not len(values):
        return 0, 0
    if len(values) < 32:
        known = values.tolist()
        return min(known), max(known)
    return int(values.min()), int(values.max())


def impossible(event: Event, stamp: Stamp, error: Exception) -> str:
    """Return the message that an event cannot have happened: its kind, place, day and why.

    Parameters
    ----------
    event, stamp : the event
    error : what the state raised when it was applied
    """
    return f"{event.kind} at seq {stamp.first:,} (day {stamp.day}) cannot have happened: {error}"


def replay_run(folder: Path, until_day: int | None = None, *, trust: bool = False) -> Any:  # noqa: ANN401 (the model's own state)
    """Return the state of a recorded run after a day, as the fold of its journal.

    Parameters
    ----------
    folder : of the run
    until_day : days since the start of the scenario, that day included; None: to the end of what was recorded
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the folder holds no run, one without a whole period, or one that kept less than all its events.
    VerificationError
        If its events cannot have happened.
    """
    run = open_run(folder, trust=trust)
    run.reader.needs_all()
    state = allocated(run)
    for _ in applied(run, state, run.model.changes_by_kind, until_day):
        pass
    return state


def applied(
    run: StoredRun[S, Any], state: S, kinds: Iterable[type[Event]], until_day: int | None = None
) -> Iterator[tuple[Event, Stamp]]:
    """Apply the events of some kinds to a state, each after it was yielded: who asks sees what it comes upon.

    Parameters
    ----------
    state : allocated, with nothing in it yet
    kinds : all that what is read of the state depends on

    Raises
    ------
    VerificationError
        If an event cannot have happened.
    """
    bounds, changes = ValueBounds(state, run.model.words), run.model.changes_by_kind
    for event, stamp in run.reader.changes(kinds, until_day):
        try:
            bounds.check(event)
            yield event, stamp
            apply_event(changes, state, event, stamp)
        except NONSENSE as error:
            raise VerificationError(f"{run.reader.folder}: {impossible(event, stamp, error)}") from None
