"""What a snapshot is taken of: a run after a week, all of it or one county, with names in both languages.

A scope folds a run to a week's end and knows which counties, prefectures and projects belong to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.text import Text
from ecsim.rural.biography.names import Naming, RunTables
from ecsim.rural.state import State

Whole = int | np.integer[Any]
"""A whole number, also as an array holds it."""


@dataclass(frozen=True, slots=True)
class BilingualName:
    """A name in Chinese and in English; villages have a Chinese one only."""

    zh: str
    en: str

    @classmethod
    def of(cls, words: Text) -> BilingualName:
        """Return a text of the catalogue as a name."""
        return cls(words.zh, words.en)

    def __str__(self) -> str:
        return self.en if self.en == self.zh else f"{self.en} {self.zh}"


def yuan(fen: Whole) -> float:
    """Return fen in yuan."""
    return round(int(fen) / 100, 2)


@dataclass
class Scope:
    """A run after a week.

    Attributes
    ----------
    day : last day of the week
    on_day : the day asked for, if it lies before; what is so by the hour is told of it
    county : the only county that is told of, or None
    """

    reading: RunTables
    state: State
    day: int
    on_day: int
    county: int | None

    @cached_property
    def here(self) -> NDArray[np.bool_]:
        """Which counties are told of."""
        counties = np.arange(len(self.state.counties))
        return np.asarray(counties == self.county) if self.county is not None else np.ones(len(counties), np.bool_)

    @cached_property
    def prefectures(self) -> NDArray[np.bool_]:
        """Which prefectures have such a county."""
        count = self.state.prefecture_count
        return np.bincount(self.state.counties.prefecture[self.here], minlength=count) > 0

    def owned(self, county: NDArray[np.integer], prefecture: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Return what belongs to such a county, or is shared by its prefecture."""
        shared = county < 0
        return np.asarray(np.where(shared, self.prefectures[prefecture], self.here[np.maximum(county, 0)]))

    @cached_property
    def _namings(self) -> tuple[Naming, Naming]:
        return Naming(self.reading, "zh"), Naming(self.reading, "en")

    def called(self, table: str, row: Whole) -> BilingualName:
        """Return the names of a row of a table."""
        return BilingualName(*(naming.call(table, int(row)) for naming in self._namings))

    def place(self, village: Whole) -> tuple[BilingualName, BilingualName, BilingualName]:
        """Return a village, its township and its county by name."""
        naming = self._namings[0]
        town = naming.village_township(int(village))
        places = (("villages", int(village)), ("townships", town), ("counties", naming.township_county(town)))
        name, township, county = (BilingualName(**naming.both(*place)) for place in places)
        return name, township, county

    def titled(self, design: Whole) -> BilingualName:
        """Return the title of a station design."""
        return BilingualName(*(naming.design(int(design)) for naming in self._namings))

    def word(self, vocabulary: type[IntEnum], code: Whole) -> BilingualName:
        """Return what a code is called."""
        return BilingualName(*(naming.word(vocabulary, int(code)) for naming in self._namings))

    def date(self, day: Whole) -> str:
        """Return the date of a day, in ISO form."""
        return str(self.reading.date(int(day)))

    def rows(self, kind: type[Event]) -> Columns:
        """Return the rows of a kind up to the day."""
        rows = self.reading.rows(kind)
        upto = int(np.searchsorted(rows["day"], self.day, side="right"))
        return {name: values[:upto] for name, values in rows.items()}
