"""Applying events: the only writer of the state.

Applying a batch gives the same as applying its rows one by one, wherever it is cut; replay relies on it. So never
``x[ids] += …``, which loses repeats: `numpy.add.at`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from ecsim.events.event import Event, Stamp
from ecsim.state.state import State

E = TypeVar("E", bound=Event)
Change: TypeAlias = Callable[[State, Any, Stamp], None]


def applies(kind: type[E]) -> Callable[[Callable[[State, E, Stamp], None]], Callable[[State, E, Stamp], None]]:
    """Tie a change of state to the event it belongs to; what lists the changes is `state.CHANGES`."""

    def tie(change: Callable[[State, E, Stamp], None]) -> Callable[[State, E, Stamp], None]:
        change.kind = kind  # type: ignore[attr-defined]  # read once by `table_of`
        return change

    return tie


def table_of(changes: tuple[Change, ...]) -> dict[type[Event], Change]:
    """Return the change of each kind.

    Raises
    ------
    ValueError
        If two changes belong to one kind.
    """
    found: dict[type[Event], Change] = {}
    for change in changes:
        kind = change.kind  # type: ignore[attr-defined]  # set by `applies`
        if kind in found:
            raise ValueError(f"{kind.__name__} is applied twice: {found[kind].__name__} and {change.__name__}")
        found[kind] = change
    return found
