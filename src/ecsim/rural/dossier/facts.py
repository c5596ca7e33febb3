"""What the parts of an evaluation file read: rows of events of one county, and how figures are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.dossier import Entry, FactColumn, FactTable
from ecsim.kernel.recorded import Columns, Event, StoredRun, Text, select_rows
from ecsim.rural.biography.words import RunWords
from ecsim.rural.events import CountiesBaselined, ProjectApproved
from ecsim.rural.scenario import Scenario
from ecsim.rural.state.ledger import county_account, prefecture_account

say = Catalogue("ecsim.rural.dossier", "texts.toml")
"""Returns a text of an evaluation file by key, with values put in."""
MILLIONTHS = 1e6
FEN_A_YUAN, FEN_A_WAN = 100.0, 1e6
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class CountyFacts:
    """A run as one county sees it.

    Attributes
    ----------
    county, prefecture : their rows
    """

    run: StoredRun[Any, Any]
    words: RunWords
    county: int
    prefecture: int

    @property
    def scenario(self) -> Scenario:
        """The scenario of the run."""
        scenario: Scenario = self.run.scenario
        return scenario

    def all_rows(self, kind: type[Event]) -> Columns:
        """Return all rows of a kind."""
        return self.words.reading.rows(kind)

    def rows(self, kind: type[Event]) -> Columns:
        """Return the rows of a kind that are of the county: by its column, or by the project that they are of."""
        rows = self.all_rows(kind)
        if "county" in rows:
            return select_rows(rows, rows["county"] == self.county)
        return select_rows(rows, np.isin(rows["project"], self.projects["project"]))

    def of_prefecture(self, kind: type[Event]) -> Columns:
        """Return the rows of a kind that are of the county's prefecture."""
        rows = self.all_rows(kind)
        return select_rows(rows, rows["prefecture"] == self.prefecture)

    @cached_property
    def projects(self) -> Columns:
        """Projects of the county, and those of its prefecture that serve all its counties, as they were approved."""
        rows = self.all_rows(ProjectApproved)
        shared = (rows["county"] < 0) & (rows["prefecture"] == self.prefecture)
        return select_rows(rows, (rows["county"] == self.county) | shared)

    @cached_property
    def accounts(self) -> tuple[int, int]:
        """The accounts of the county and of its prefecture."""
        prefectures = int(self.all_rows(CountiesBaselined)["prefecture"].max()) + 1
        return county_account(prefectures, self.county), prefecture_account(self.prefecture)

    @property
    def last_day(self) -> int:
        """The last day that was run."""
        return 7 * self.words.reading.weeks - 1

    def date(self, day: int) -> Text:
        """Return the date of a day."""
        return same(self.words.date(day))

    def told(self, *several: Columns) -> list[tuple[Entry, ...]]:
        """Return events as rows of date, number and sentence, in their order."""
        days = {
            int(seq): int(day)
            for rows in several
            for seq, day in zip(rows["seq"].tolist(), rows["day"].tolist(), strict=True)
        }
        sentences = self.words.sentences(days)
        return [(Entry(self.date(days[seq])), Entry(same(f"{seq:,}")), Entry(sentences[seq])) for seq in sorted(days)]


def same(words: object) -> Text:
    """Return what is written alike in both languages."""
    return Text(str(words), str(words))


def yuan(fen: float) -> Text:
    """Return a sum as tables hold it: in yuan, in Chinese in 万元."""
    return Text(f"{fen / FEN_A_YUAN:,.0f}", f"{fen / FEN_A_WAN:,.2f}")


def sum_of_money(fen: float) -> Text:
    """Return a sum in words: in million yuan, in Chinese in 万元."""
    return Text(f"{fen / (FEN_A_YUAN * MILLIONTHS):,.2f} million yuan", f"{fen / FEN_A_WAN:,.2f} 万元")


def table(title: str, columns: Iterable[str], rows: Sequence[Sequence[Entry | Text]], empty: str) -> FactTable:
    """Return a table.

    Parameters
    ----------
    title, empty : keys of texts: of its title, and of what is said where there is no row
    columns : names in the group ``columns``; one that ends in ``#`` holds numbers
    """
    heads = tuple(FactColumn(say(f"columns.{name.rstrip('#')}"), name.endswith("#")) for name in columns)
    cells = tuple(tuple(cell if isinstance(cell, Entry) else Entry(cell) for cell in row) for row in rows)
    return FactTable(say(title), heads, cells, say(empty))
