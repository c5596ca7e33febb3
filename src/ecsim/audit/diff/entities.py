"""Whom and what rows that differ are about, by table, with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.journal.objects import Columns
from ecsim.naming.names import Names

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something that rows that differ concern.

    Attributes
    ----------
    table, number, name : which row of which table, and what people call it
    only_a, only_b, changed, moved : how many rows differ, by how
    """

    table: str
    number: int
    name: str
    only_a: int
    only_b: int
    changed: int
    moved: int

    @property
    def rows(self) -> int:
        """All rows that differ."""
        return self.only_a + self.only_b + self.changed + self.moved


class Tally:
    """Rows that differ, counted by the entities they concern.

    Parameters
    ----------
    a, b : names of both runs
    tables : whose rows are counted
    """

    HOWS = ("only_a", "only_b", "changed", "moved")

    def __init__(self, a: Names, b: Names, tables: Sequence[str]) -> None:
        self.a, self.b = a, b
        self._counts: dict[str, I64] = {table: np.zeros((0, len(self.HOWS)), np.int64) for table in tables}

    def add(self, how: str, side: Names, kind: type[Event], columns: Columns, rows: I64) -> None:
        """Count rows by the entities they point at.

        Parameters
        ----------
        how : one of `HOWS`
        side : names of the run that they are of
        kind : of the rows
        columns : the rows of the kind in that run
        rows : numbers of those that differ
        """
        for table, ids in side.belonging.about(kind, columns, rows).items():
            if table not in self._counts:
                continue
            tally = np.bincount(ids[ids >= 0])
            counts = self._counts[table]
            if len(tally) > len(counts):
                counts = np.concatenate([counts, np.zeros((len(tally) - len(counts), len(self.HOWS)), np.int64)])
                self._counts[table] = counts
            counts[: len(tally), self.HOWS.index(how)] += tally

    def most(self, top: int) -> list[Entity]:
        """Return for each table those with most rows that differ, the most first."""
        return [
            Entity(table, int(number), self._name(table, int(number)), *(int(n) for n in counts[number]))
            for table, counts in self._counts.items()
            for number in np.argsort(-counts.sum(axis=1), kind="stable")[:top]
            if counts[number].any()
        ]

    def _name(self, table: str, number: int) -> str:
        """Return the name in the run that knows more of it; both names where the number stands for another in each."""
        short, long = sorted((side.titled(table, number) for side in (self.a, self.b)), key=len)
        if long.startswith(short):
            return long
        return f"{self.a.titled(table, number)} in A, {self.b.titled(table, number)} in B"
