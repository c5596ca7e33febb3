"""The order of rows as a change that must not matter: the rows of a table of the opening are numbered another way.

Every column of the opening's events that points at the table follows, so that the same things stand there under other
numbers. What a rule draws for a row number goes to another thing: single runs differ, their distribution may not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.invariance import Invariance, Variant
from ecsim.kernel.text import Text

I64 = NDArray[np.int64]


def reordered(table: str, name: str, title: Text, *, within: str = "", followed_by: Sequence[str] = ()) -> Invariance:
    """Return the change of the order in which the rows of a table are numbered at the opening.

    Parameters
    ----------
    table : whose rows take another order, drawn at random; another one in each replication
    name, title : of the change
    within : column of the event that lists the rows: rows change places with those alone that have the same value in it
    followed_by : tables whose rows are listed in the order of this one's, and stay so: plots of households
    """

    def apply(model: Any, scenario: Any, variant: Variant) -> tuple[Any, Any]:  # noqa: ANN401 (the model's own kind)
        base = model.open

        def opened(scenario: Any, parameters: Any) -> Any:  # noqa: ANN401
            opening = base(scenario, parameters)
            rows = OpeningRows(tuple(opening.events), opening.sizes)
            rows = rows.renumbered(table, rows.shuffled(table, within, variant.number))
            for other in followed_by:
                rows = rows.renumbered(other, rows.in_order_of(other, table))
            return replace(opening, events=rows.events)

        return replace(model, open=opened), scenario

    return Invariance(name, title, apply)


@dataclass(frozen=True)
class OpeningRows:
    """The events of an opening, as rows of tables that may be numbered another way.

    Attributes
    ----------
    events : of the opening, in order
    sizes : rows of each table
    """

    events: tuple[Event, ...]
    sizes: Mapping[str, int]

    def renumbered(self, table: str, new: I64) -> OpeningRows:
        """Return the opening with the rows of a table under other numbers; an event that lists them is in their order.

        Parameters
        ----------
        table : whose rows are renumbered
        new : shape (rows of the table,): the new number of each row
        """
        return replace(self, events=tuple(self._renumbered(event, table, new) for event in self.events))

    def _renumbered(self, event: Event, table: str, new: I64) -> Event:
        columns = {column.name: event.__dict__[column.name] for column in event.columns}
        pointing = [column.name for column in event.columns if column.table == table]
        if not pointing:
            return event
        listing = self._listing(event, table)
        for name in pointing:
            columns[name] = np.where(columns[name] < 0, columns[name], new[columns[name]])
        order = np.argsort(columns[listing], kind="stable") if listing else slice(None)
        return type(event)(**{name: values[order] for name, values in columns.items()})

    def shuffled(self, table: str, within: str, number: int) -> I64:
        """Return new numbers of a table's rows, drawn at random.

        Parameters
        ----------
        within : column of the event that lists the rows: only rows of the same value change places; empty: all of them
        number : another one, another order
        """
        from ecsim.kernel.draws import Draws  # compiles: only a run needs it

        rows = self.sizes[table]
        luck = Draws(number).uniform(f"order of {table}", 0, np.arange(rows))
        group = self._by_row(table, within) if within else np.zeros(rows, np.int64)
        new = np.empty(rows, np.int64)
        new[np.lexsort((luck, group))] = np.argsort(group, kind="stable")
        return new

    def in_order_of(self, table: str, leader: str) -> I64:
        """Return new numbers of a table's rows that put them in the order of the rows of another that they point at."""
        event, _ = self._list_of(table)
        pointing = next((column.name for column in event.columns if column.table == leader), None)
        if pointing is None:
            raise ValueError(f"{event.kind} lists the rows of {table} and points at none of {leader}")
        new = np.empty(event.rows, np.int64)
        new[np.argsort(self._by_row(table, pointing), kind="stable")] = np.arange(event.rows)
        return new

    def _by_row(self, table: str, column: str) -> I64:
        """Return a column of the event that lists the rows of a table, in the order of the rows."""
        event, listing = self._list_of(table)
        if column not in event.__dict__:
            raise ValueError(f"{event.kind} lists the rows of {table} and has no column {column}")
        return np.asarray(event.__dict__[column][np.argsort(event.__dict__[listing])], np.int64)

    def _list_of(self, table: str) -> tuple[Event, str]:
        """Return the event that lists the rows of a table, and the column in which it does."""
        for event in self.events:
            if listing := self._listing(event, table):
                return event, listing
        raise ValueError(f"no event of the opening lists all rows of {table}")

    def _listing(self, event: Event, table: str) -> str | None:
        """Return the column of an event that lists the rows of a table: each of them once; None if none does."""
        if event.rows != self.sizes.get(table):
            return None
        pointing = (column.name for column in event.columns if column.table == table)
        every = np.arange(event.rows)
        return next((name for name in pointing if np.array_equal(np.sort(event.__dict__[name]), every)), None)
