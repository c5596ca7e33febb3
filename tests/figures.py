"""The scorecard of a run made up by hand in the tiny region, for tests of single figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.indicators import CountyScorecard, of_period
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.regions.official import Official
from tiny import Opened, opening_events

START, WEEKS = dt.date(2018, 1, 1), 117
FIRST_YEAR, SECOND_YEAR = range(52), range(52, 104)
"""Weeks of 2018 and of 2019: a week is of the year that most of its days lie in."""
NATION = {"retail": {2018: 0.25, 2019: 0.2, 2020: 0.1}, "farm": {2018: 0.35, 2019: 0.3, 2020: 0.1}}
"""Made-up growth of the nation."""
LINES_FEN = {2018: 299_500, 2019: 321_800, 2020: 400_000}
"""Income lines of the register, fen a head and year."""


class Happened:
    """A run that consists of what a test says happened, and its figures."""

    def __init__(self, opened: Opened | None = None, *, weeks: int = WEEKS) -> None:
        self.card, self._seq = CountyScorecard(START, weeks, shipped_programme(), Official(NATION, LINES_FEN)), 0
        for event in opening_events(opened):
            self.on(0, event)

    def on(self, day: int, event: Event) -> Happened:
        """Let something happen on a day."""
        self.card.see(event, Stamp(self._seq, day, np.full(event.rows, -1, np.int64)))
        self._seq += event.rows
        return self

    def all(self, batches: Iterable[tuple[Event, Stamp]], *, row_by_row: bool = False) -> Happened:
        """Let everything happen that happened in a run, in its batches or one row after the other."""
        for event, stamp in batches:
            for first, last in ((row, row + 1) for row in range(event.rows)) if row_by_row else ((0, event.rows),):
                self.on(stamp.day, event.slice(first, last))
        return self

    def value(self, name: str, date: dt.date | int = dt.date(2020, 3, 29)) -> list[float]:
        """Return an indicator of the target table of each county, on a date or a day of the run."""
        when = START + dt.timedelta(days=date) if isinstance(date, int) else date
        return [float(value) for value in self.card.values(when)[name]]

    def outcome(self, name: str, year: int | None = None) -> list[float]:
        """Return an outcome of each county, of a year or of the whole run."""
        return [float(value) for value in self.card.outcomes()[name if year is None else of_period(name, str(year))]]


def by_year(found: Mapping[str, NDArray[Any]], county: NDArray[Any], amount: NDArray[Any]) -> NDArray[np.float64]:
    """Return amounts of rows of events added up by year (2018, 2019) and county."""
    place = 2 * (found["day"] // 7 // 52) + county
    return np.bincount(place[place < 4], amount[place < 4], 4).reshape(2, 2)


def day(week: int) -> int:
    """Return a day in the middle of a week."""
    return 7 * week + 3
