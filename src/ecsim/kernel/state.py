"""The state of a run: its tables, once writable (for what applies events) and once read-only (for everyone else)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Self, dataclass_transform, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import hint
from ecsim.kernel.table import Table


@dataclass_transform(eq_default=False)
@dataclass(eq=False)
class State:
    """The state of a run: every table of a model, written by what applies events and by nothing else.

    A subclass annotates each table with its class, in order, and becomes a dataclass of them. A run holds it twice:
    writable (for changes) and as read-only views (for rules, agents and figures), so that a rule that writes fails.

    Attributes
    ----------
    used : int64, shape (tables,)
        How many rows of each table are filled, in the order of `table_names`.
    """

    ADDED: ClassVar[frozenset[str]] = frozenset()
    """Tables that runs of earlier versions do not have."""
    used: NDArray[np.int64]

    def __init_subclass__(cls) -> None:
        dataclass(eq=False)(cls)

    @classmethod
    def allocate(cls, sizes: Mapping[str, int]) -> Self:
        """Return an empty state.

        Parameters
        ----------
        sizes : rows by name of table, one entry for each; of `ADDED` ones none where there is no entry
        """
        tables: dict[str, Any] = {
            name: kind.allocate(cls.rows(sizes, name)) for name, kind in cls.table_types().items()
        }
        return cls(**tables, used=np.zeros(len(tables), np.int64))

    @classmethod
    def rows(cls, sizes: Mapping[str, int], table: str) -> int:
        """Return the rows that a run asks for of a table; none if it was written before there was such a table."""
        return 0 if table in cls.ADDED and table not in sizes else sizes[table]

    @classmethod
    @cache
    def table_names(cls) -> tuple[str, ...]:
        """Return the names of the tables, in order."""
        return tuple(field.name for field in fields(cls) if field.name != "used")

    @classmethod
    @cache
    def table_types(cls) -> Mapping[str, type[Table]]:
        """Return the class of each table by its name."""
        hints = get_type_hints(cls)
        return {name: hints[name] for name in cls.table_names()}

    @classmethod
    def extended(cls, tables: Mapping[str, type[Table]], columns: Mapping[str, Mapping[str, Any]]) -> type[State]:
        """Return a state with further tables, and with further columns of tables that there are.

        Parameters
        ----------
        columns : array type of each further column, by table and name

        Raises
        ------
        ValueError
            If columns are for a table that there is not.
        """
        if not tables and not columns:
            return cls
        known = cls.table_types()
        wider = {name: known[_known_table(name, known)].extended(further) for name, further in columns.items()}
        return type(cls.__name__, (cls,), {"__annotations__": {**wider, **tables}, "__doc__": cls.__doc__})

    def tables(self) -> dict[str, Table]:
        """Return the tables by name."""
        return {name: getattr(self, name) for name in self.table_names()}

    def read_only(self) -> Self:
        """Return the same tables as views that refuse to be written."""
        views: dict[str, Any] = {name: table.read_only() for name, table in self.tables().items()}
        used = self.used.view()
        used.flags.writeable = False
        return type(self)(**views, used=used)

    def count(self, table: str) -> int:
        """Return how many rows of a table are filled: the id of the next new row."""
        return int(self.used[self.table_names().index(table)])

    def filled(self, table: str, upto: int) -> None:
        """Note that rows below ``upto`` are filled; only what applies events calls this.

        Raises
        ------
        ValueError
            If the table has no room for them.
        """
        place = self.table_names().index(table)
        room = len(getattr(self, table))
        if upto > room:
            raise ValueError(f"{table}: row {upto - 1} is needed but there is room for {room}; raise its size")
        self.used[place] = max(int(self.used[place]), upto)

    def equals(self, other: State) -> bool:
        """Return whether every column of every table is the same, to the bit."""
        return not self.differences(other)

    def differences(self, other: State) -> list[str]:
        """Return what differs from another state of the same model, as ``table.column``, compared to the bit."""
        tables, other_tables = self.tables(), other.tables()
        unequal = [
            f"{name}.{column}"
            for name, table in tables.items()
            for column, values in table.columns().items()
            if not np.array_equal(values, other_tables[name].columns()[column])
        ]
        return unequal if np.array_equal(self.used, other.used) else [*unequal, "used"]


def _known_table(name: str, tables: Mapping[str, type[Table]]) -> str:
    if name not in tables:
        near = hint(name, tables, f"tables are {', '.join(tables)}")
        raise ValueError(f"columns are for a table {name!r}, which does not exist; {near}")
    return name
