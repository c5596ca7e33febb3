"""What the parts of an evaluation file read: rows of events of one county."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ecsim.kernel.recorded import Columns, Event, StoredRun, Text, select_rows
from ecsim.rural.biography.words import RunWords
from ecsim.rural.dossier.wording import same
from ecsim.rural.events import CountiesBaselined, ProjectApproved
from ecsim.rural.regions import county_row, pack_of
from ecsim.rural.scenario import Scenario
from ecsim.rural.state.ledger import county_account, prefecture_account


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

    @classmethod
    def of(cls, run: StoredRun[Any, Any], county: str) -> CountyFacts:
        """Return a run as a county sees it, the county by a name that it has.

        Raises
        ------
        EcsimError
            If there is no such county, or the run kept less than all its events.
        """
        pack = pack_of(run.scenario)
        row = county_row(pack, county)
        return cls(run, RunWords.of(run.reader.folder), row, pack.counties[row].prefecture)

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

    def told(self, *several: Columns) -> list[tuple[Text, ...]]:
        """Return events as rows of date, number and sentence, in their order."""
        days = {
            int(seq): int(day)
            for rows in several
            for seq, day in zip(rows["seq"].tolist(), rows["day"].tolist(), strict=True)
        }
        sentences = self.words.sentences(days)
        return [(self.date(days[seq]), same(f"{seq:,}"), sentences[seq]) for seq in sorted(days)]
