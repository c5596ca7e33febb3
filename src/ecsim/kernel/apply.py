"""Applying events: a state is the fold of its events, and only what is here writes it.

Applying a batch gives the same as applying its rows one by one, wherever it is cut; replay relies on it. So never
``x[ids] += …``, which loses repeats of an id: `numpy.add.at`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.state import State

E = TypeVar("E", bound=Event)
S = TypeVar("S", bound=State)
Change: TypeAlias = Callable[[Any, Any, Stamp], None]
"""What an event does to the state: takes state, event and stamp, and is the only thing that writes."""
Changes: TypeAlias = Mapping[type[Event], Change]
"""The change of each kind; a kind that has none only informs."""


def applies(kind: type[E]) -> Callable[[Callable[[S, E, Stamp], None]], Callable[[S, E, Stamp], None]]:
    """Tie a change of state to the kind of event it belongs to; the decorator of a change.

    Parameters
    ----------
    kind : the event class; each has one change at most, and a kind without one only informs

    Examples
    --------
    ::

        @applies(StationOpened)
        def open_station(state: State, event: StationOpened, stamp: Stamp) -> None:
            state.villages.station[event.village] = event.station
    """

    def tie(change: Callable[[S, E, Stamp], None]) -> Callable[[S, E, Stamp], None]:
        change.kind = kind  # type: ignore[attr-defined]  # read once by `changes_by_kind`
        return change

    return tie


def changes_by_kind(changes: Sequence[Change]) -> dict[type[Event], Change]:
    """Return the change of each kind, from a model's list of changes.

    Parameters
    ----------
    changes : functions that `applies` decorated

    Raises
    ------
    ValueError
        If two changes belong to one kind.
    """
    by_kind: dict[type[Event], Change] = {}
    for change in changes:
        kind = change.kind  # type: ignore[attr-defined]  # set by `applies`
        if kind in by_kind:
            raise ValueError(f"{kind.__name__} is applied twice: {by_kind[kind].__name__} and {change.__name__}")
        by_kind[kind] = change
    return by_kind


def apply_event(changes: Changes, state: State, event: Event, stamp: Stamp) -> None:
    """Apply one event to the state; a kind without a change leaves it as it is.

    Parameters
    ----------
    changes : as `changes_by_kind` gives them
    state : writable; the only writer in a run
    event, stamp : what happened, when, and at which sequence numbers
    """
    change = changes.get(type(event))
    if change is not None:
        change(state, event, stamp)
