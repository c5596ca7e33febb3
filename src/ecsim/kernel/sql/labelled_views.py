"""Labelled views: for each kind ``<kind>_named``, the same rows with dates, words and names beside the numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from ecsim.kernel.columns import Column
from ecsim.kernel.event import Event
from ecsim.kernel.makers import column_of
from ecsim.kernel.sql.code_labels import Vocabularies, word
from ecsim.kernel.sql.entity_views import WEIGHT, EntityViews


@dataclass(frozen=True)
class LabelledViews:
    """What the numbers of a run stand for, and the views that say so.

    Attributes
    ----------
    start : date
        The date of day 0.
    vocabularies : Mapping
        Words of codes, by ``kind.column``.
    belongs : Mapping[str, tuple of str]
        Columns of each view of the schema ``belongs``, the id first.
    things : EntityViews
        What else is known of what there is.
    """

    start: dt.date
    vocabularies: Vocabularies
    belongs: Mapping[str, tuple[str, ...]]
    things: EntityViews

    def view(self, kind: type[Event]) -> str:
        """Return the SQL of a kind's named view.

        Notes
        -----
        A column that points at a table brings the thing's name; one that bears the name of the table's id
        (``household``, not ``operator`` for a household) also brings where the thing belongs, unless a column before
        it did.
        """
        columns = {name: f'e."{name}"' for name in ("seq", "day")}
        columns |= {"date": f"DATE '{self.start}' + e.day", "cause": "e.cause"}
        joins: dict[str, str] = {}
        for column in kind.columns:
            columns[column.name] = f'e."{column.name}"'
            columns |= self._names(kind, column, joins)
        for column in kind.columns:
            for name in self._brought(kind, column):
                columns.setdefault(name, _brought_value(kind, column, name))
        joined = [
            join for column, join in joins.items() if any(f'"{column}_".' in selected for selected in columns.values())
        ]
        selected = ", ".join(f'{value} AS "{name}"' for name, value in columns.items())
        return f'SELECT {selected} FROM "{kind.kind}" e {" ".join(joined)}'

    def _names(self, kind: type[Event], column: Column, joins: dict[str, str]) -> dict[str, str]:
        """Return the columns that say in words what a column holds, and note the join they need."""
        if f"{kind.kind}.{column.name}" in self.vocabularies:
            value = f'e."{column.name}"'
            return {f"{column.name}_name": word(self.vocabularies, kind.kind, column.name, value)}
        table = self._table(kind, column)
        if not table:
            return {}
        number = self.belongs[table][0]
        joins[column.name] = (
            f'LEFT JOIN belongs."{table}" "{column.name}_" ON "{column.name}_"."{number}" = e."{column.name}"'
        )
        names = [name for name in self.belongs[table] if name.startswith(f"{number}_name")]
        return {column.name + name.removeprefix(number): f'"{column.name}_"."{name}"' for name in names}

    def _brought(self, kind: type[Event], column: Column) -> tuple[str, ...]:
        """Return the columns that a thing brings beside its names."""
        table = self._table(kind, column)
        if not table or column.name != self.belongs[table][0] or (kind.kind, column.name) in self.things.named_alone:
            return ()
        return self.belongs[table][1:]

    def _table(self, kind: type[Event], column: Column) -> str | None:
        """Return the table whose view says more of a column's values; none where the row itself says it all."""
        table = self.things.numbers.get((kind.kind, column.name), column.table)
        if table is None or table not in self.belongs:
            return None
        makes = column_of(kind, kind.makes).table if kind.makes else None
        has_name = f"{self.belongs[table][0]}_name" in self.belongs[table]
        return None if table == makes and not has_name else table


def _brought_value(kind: type[Event], column: Column, name: str) -> str:
    """Return the SQL of a column that a thing brings; a weight is one where amounts are of all already."""
    value = f'"{column.name}_"."{name}"'
    if name == WEIGHT and kind.counted_each:
        return f'CASE WHEN e."{kind.counted_each}"::BOOLEAN THEN {value} ELSE 1 END'
    return value
