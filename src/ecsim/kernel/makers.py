"""Which events make the rows of a table: a station begins with the event that opens it."""

from __future__ import annotations

from collections.abc import Iterable

from ecsim.kernel.columns import Column
from ecsim.kernel.event import Event


def made_by(kinds: Iterable[type[Event]]) -> dict[str, list[type[Event]]]:
    """Return which events make the rows of tables: a station begins with the event that opens it.

    Returns
    -------
    dict[str, list of type[Event]]
        By table, the kinds whose ``makes`` column numbers its rows.
    """
    makers: dict[str, list[type[Event]]] = {}
    for kind in kinds:
        if kind.makes:
            makers.setdefault(str(column_of(kind, kind.makes).table), []).append(kind)
    return makers


def column_of(kind: type[Event], name: str) -> Column:
    """Return a column of a kind by its name.

    Raises
    ------
    StopIteration
        If it has none of that name.
    """
    return next(column for column in kind.columns if column.name == name)
