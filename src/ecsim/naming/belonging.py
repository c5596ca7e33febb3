"""To what every row of a run's tables belongs, from the events that make them: a station to its village, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.makers import column_of, made_by
from ecsim.kernel.vocabulary import FurtherWords, meanings

I64: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = Mapping[str, NDArray[Any]]
RowsOf: TypeAlias = Callable[[type[Event]], Columns]
"""Returns all rows of a kind as columns."""
WEIGHT = "weight"
"""Column of a maker that says how many of its like a row stands for."""


class Belonging:
    """To what rows belong, as far as events say; each table is read when it is asked for.

    Parameters
    ----------
    kinds : every kind of the model
    rows_of : returns what happened of a kind
    words : further words of vocabularies, as the model has them
    """

    def __init__(self, kinds: Iterable[type[Event]], rows_of: RowsOf, words: FurtherWords) -> None:
        self._kinds, self.words = tuple(kinds), words
        self._makers, self._rows_of = made_by(self._kinds), rows_of
        self._above: dict[str, tuple[str, I64] | None] = {}

    def above(self, table: str) -> tuple[str, I64] | None:
        """Return the table above one, and the row there of each of its rows, -1 where it has none; None: no table."""
        if table not in self._above:
            self._above[table] = self._read(table)
        return self._above[table]

    def _read(self, table: str) -> tuple[str, I64] | None:
        within = [kind for kind in self._makers.get(table, ()) if kind.within]
        if not within:
            return None
        above = str(column_of(within[0], within[0].within[0]).table)
        parents = np.zeros(0, np.int64)
        for kind in within:
            rows = self._rows_of(kind)
            parents = filled(parents, rows[kind.makes], rows[kind.within[0]])
        return above, parents

    def up(self, table: str, ids: I64) -> tuple[str | None, I64]:
        """Return the table above one, and the rows there of some of its rows."""
        above = self.above(table)
        if above is None:
            return None, ids
        known = (ids >= 0) & (ids < len(above[1]))
        return above[0], np.where(known, above[1][np.where(known, ids, 0)], -1) if len(above[1]) else ids * 0 - 1

    def line(self, table: str, row: int) -> Iterator[tuple[str, int]]:
        """Yield what a row belongs to, from the nearest on."""
        ids = np.array([row], np.int64)
        place, ids = self.up(table, ids)
        while place is not None and ids[0] >= 0:
            yield place, int(ids[0])
            place, ids = self.up(place, ids)

    def about(self, kind: type[Event], columns: Columns, rows: I64) -> dict[str, I64]:
        """Return what rows concern: by table the row they point at, or what that belongs to, and so on up.

        Parameters
        ----------
        kind : of the rows
        columns : the rows
        rows : numbers of those that are asked for

        Returns
        -------
        dict[str, int64 array]
            By table, shape (rows,) each; -1 where a row says nothing of the table.
        """
        rows_by_table: dict[str, I64] = {}
        for column in kind.columns:
            table, ids = column.table, columns[column.name][rows].astype(np.int64)
            while table is not None:
                rows_by_table[table] = (
                    np.where(rows_by_table[table] < 0, ids, rows_by_table[table]) if table in rows_by_table else ids
                )
                table, ids = self.up(table, ids)
        return rows_by_table

    def weights(self, kind: type[Event], columns: Columns) -> I64:
        """Return by how many an amount of each row counts: its like that the row stands for, shape (rows,).

        That is what the row's first column points at; one where the row's amounts are of all of them already.
        """
        stands_for = self._stands_for(kind, columns)
        return np.where(columns[kind.counted_each], stands_for, 1) if kind.counted_each else stands_for

    def _stands_for(self, kind: type[Event], columns: Columns) -> I64:
        first = kind.columns[0]
        table, ids = first.table, columns[first.name].astype(np.int64)
        while table is not None:
            for maker in self._makers.get(table, ()):
                if any(column.name == WEIGHT for column in maker.columns):
                    made = self._rows_of(maker)
                    return filled(np.zeros(0, np.int64), made[maker.makes], made[WEIGHT])[ids]
            table, ids = self.up(table, ids)
        return np.ones(len(columns[first.name]), np.int64)

    def kind_of(self, table: str, row: int) -> str:
        """Return of what kind a row is in a word, if its maker says so in a column ``<one>_kind``; else ""."""
        for maker in self._makers.get(table, ()):
            name = f"{maker.makes}_kind"
            vocabulary = next((column.vocabulary for column in maker.columns if column.name == name), None)
            if vocabulary is not None:
                made = self._rows_of(maker)
                (place,) = np.flatnonzero(made[maker.makes] == row)[:1] if (made[maker.makes] == row).any() else (-1,)
                if place >= 0:
                    return code_word(vocabulary, int(made[name][place]), self.words)
        return ""

    def one(self, table: str) -> str:
        """Return what one row of a table is called: a station; by its title, its maker, or who points at it."""
        columns = [column for kind in self._kinds for column in kind.columns if column.table == table]
        titles = [column.title.en for column in columns if column.title]
        makers = [kind.makes for kind in self._makers.get(table, ())]
        return next(iter((*titles, *makers, *(column.name for column in columns))), table).replace("_", " ")


def filled(before: I64, ids: NDArray[Any], values: NDArray[Any]) -> I64:
    """Return a column by id with some values set, longer if an id needs it.

    Parameters
    ----------
    before : int64, shape (rows,); -1 where nothing is known
    ids : of the rows to set
    values : what they get

    Returns
    -------
    int64, shape (max(rows, largest id + 1),)
    """
    length = max(len(before), int(ids.max()) + 1 if len(ids) else 0)
    parents = np.full(length, -1, np.int64)
    parents[: len(before)] = before
    parents[ids] = values
    return parents


def code_word(vocabulary: type[IntEnum], code: int, words: FurtherWords) -> str:
    """Return a code in words; flags that add up are joined by ``+``.

    Parameters
    ----------
    vocabulary : of the column
    code : a value of it
    words : codes that extensions add to vocabularies
    """
    known = {each: word.replace("_", " ") for each, word in meanings(vocabulary, words).items()}
    parts = [word for each, word in known.items() if each & code]
    return known.get(code) or " + ".join(parts) or "none"
