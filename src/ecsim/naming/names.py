"""Names: what events point at, and events in words: money in yuan, weights in kilograms, codes as words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ecsim.kernel.columns import Codes, Column, Fen, Flags, Grams, Ids, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.runs import StoredRun
from ecsim.kernel.text import Text
from ecsim.naming.belonging import Belonging, Columns, code_word

Proper: TypeAlias = Mapping[str, Sequence[Text]]
"""Proper names by table, in the order of its rows; of columns that number a list of the scenario, by column."""
_MEASURES: tuple[tuple[type[Column], str, float, str, str], ...] = (
    (Fen, " fen", 100.0, ",.2f", " yuan"),
    (Grams, " g", 1000.0, ",.1f", " kg"),
    (Millionths, "", 1e6, ",.4g", ""),
)
"""How a measure is written: what its name loses, what makes one unit, how that is written, the unit."""


@dataclass(frozen=True)
class Names:
    """What rows of a run's tables are called, and its events in words.

    Attributes
    ----------
    belonging : where what has no name of its own belongs
    start : first day of the run
    proper : names that rows have of their own
    telling : columns that tell most of an event, the first that it has
    shown_instead : values that are shown in place of a column's own, by kind and column; below 0: none is shown
    """

    belonging: Belonging
    start: dt.date
    proper: Proper = field(default_factory=dict)
    telling: Sequence[str] = ()
    shown_instead: Mapping[tuple[str, str], Callable[[Columns, int], int]] = field(default_factory=dict)

    def name(self, table: str, row: int) -> str:
        """Return what people call a row, enough to find it: its own name or number, and where it belongs."""
        where = ", ".join(
            proper for above, place in self.belonging.line(table, row) if (proper := self._own(above, place))
        )
        proper = self._own(table, row)
        if proper:
            return f"{proper}, {where}" if where else proper
        kind = self.belonging.kind_of(table, row)
        numbered = f"{kind} {row}" if kind else str(row)
        return f"{numbered} in {where}" if where else numbered

    def _own(self, table: str, row: int) -> str:
        """Return a row's proper name in both languages, if it has one."""
        names = self.proper.get(table, ())
        if not 0 <= row < len(names):
            return ""
        return names[row].zh if names[row].zh == names[row].en else f"{names[row].zh} {names[row].en}"

    def titled(self, table: str, row: int) -> str:
        """Return a row with the word for its like before it, where it has no name of its own: station 3 in …"""
        name = self.name(table, row)
        return name if self._own(table, row) else f"{self.belonging.one(table)} {name}"

    def briefly(self, kind: type[Event], rows: Columns) -> str:
        """Return the name that tells most of one event: its project, its station, whom it pays, …"""
        columns = {column.name: column for column in kind.columns if isinstance(column, Ids)}
        for name in (*self.telling, *columns):
            if name in columns and (row := int(rows[name][0])) >= 0:
                name_of_row = self.name(str(columns[name].table), row)
                return f"{name.replace('_', ' ')} {name_of_row}" if name_of_row[0] in "0123456789" else name_of_row
        return ""

    def described(self, kind: type[Event], rows: Columns, row: int) -> str:
        """Return one event in words, without its kind and date: what it names, counts and costs.

        Parameters
        ----------
        kind : of the event
        rows : rows of the kind, as columns
        row : number of the row
        """
        words = [self._word(column, self._value(kind, column.name, rows, row)) for column in kind.columns]
        return "; ".join(word for word in words if word)

    def _value(self, kind: type[Event], column: str, rows: Columns, row: int) -> int:
        shown_instead = self.shown_instead.get((kind.kind, column))
        return shown_instead(rows, row) if shown_instead else int(rows[column][row])

    def _word(self, column: Column, value: int) -> str:
        title = column.name.replace("_", " ")
        if isinstance(column, Ids):
            return f"{title} {self.name(str(column.table), value)}" if value >= 0 else ""
        if isinstance(column, Flags):
            return title if value else ""
        if isinstance(column, Codes):
            return f"{title} {self._code(column, value)}" if value >= 0 else ""
        return self._amount(column, title, value)

    def _amount(self, column: Column, title: str, value: int) -> str:
        if title.endswith(" day"):
            return f"{title.removesuffix(' day')} {self.start + dt.timedelta(days=value)}"
        for measure, ending, size, shown, unit in _MEASURES:
            if isinstance(column, measure):
                return f"{title.removesuffix(ending)} {value / size:{shown}}{unit}" if value else ""
        return f"{title} {value:,}"

    def _code(self, column: Column, value: int) -> str:
        return self._own(column.name, value) or (
            code_word(column.vocabulary, value, self.belonging.words) if column.vocabulary else str(value)
        )


def names_of(run: StoredRun[Any, Any]) -> Names:
    """Return the names of a run, each table of it read when it is asked for."""
    reader, model = run.reader, run.model
    known: dict[type[Event], Columns] = {}

    def rows_of(kind: type[Event]) -> Columns:
        if kind not in known:
            known[kind] = reader.kind(kind)
        return known[kind]

    start = dt.date.fromisoformat(reader.genesis["scenario"]["start"])
    hooks = model.hooks
    return Names(
        Belonging(model.events, rows_of, model.words),
        start,
        hooks.names(reader),
        model.telling,
        hooks.shown_instead(reader),
    )
