"""Periods of a run: which weeks are of which year, quarter or month, which are its last, and whether all were run.

A week belongs to the year, quarter and month that most of its days lie in (ISO 8601); growth compares the same weeks of
two years.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ecsim.kernel.text import Text
from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.figures.period import Period
from ecsim.rural.texts import text

MIDDLE = dt.timedelta(days=3)
"""From a week's first day to its fourth: the year of that day has most of the week."""


@dataclass(frozen=True)
class Periods:
    """The calendar of a run of whole weeks.

    A week is of the year, quarter and month that most of its days lie in (ISO 8601 for weeks that begin on a Monday).
    A period is covered if all of its weeks were run.

    Parameters
    ----------
    start : first day of the run
    weeks : whole weeks of the run
    """

    start: dt.date
    weeks: int

    @property
    def last(self) -> dt.date:
        """The last day that was run."""
        return self.begins(self.weeks) - dt.timedelta(days=1)

    def begins(self, week: int) -> dt.date:
        """Return the first day of a week."""
        return self.start + dt.timedelta(days=7 * week)

    def year_of(self, week: int) -> int:
        """Return the calendar year of a week."""
        return (self.begins(week) + MIDDLE).year

    def weeks_of(self, year: int) -> range:
        """Return the weeks of a year, be they run or not: before the run they are below 0."""
        return self._weeks_of(Period.of(str(year)), year)

    def _weeks_of(self, period: Period, year: int) -> range:
        """Return the weeks of a period's months in a year, be they run or not."""
        return range(*(self._first(day) for day in period.days_in(year)))

    def _first(self, day: dt.date) -> int:
        """Return the first week that has most of its days from a first day of a month on."""
        return -(((self.start + MIDDLE) - day).days // 7)

    def run_of(self, year: int) -> slice:
        """Return the weeks of a year that were run."""
        return self._run(self.weeks_of(year))

    def _run(self, weeks: range) -> slice:
        first = min(max(weeks.start, 0), self.weeks)
        return slice(first, min(max(weeks.stop, first), self.weeks))

    def lacks(self, year: int) -> Text | None:
        """Return how much of a year was run, in words; None if all of it was."""
        return self._lacks(Period.of(str(year)), year)

    def _lacks(self, period: Period, year: int) -> Text | None:
        """Return how much of a period's months in a year was run, in words; None if all of it was."""
        weeks = self._weeks_of(period, year)
        if weeks.start >= 0 and weeks.stop <= self.weeks:
            return None
        title = period.in_year(year).title
        if weeks.stop <= 0 or weeks.start >= self.weeks:
            return text("periods.not_run", period=title)
        if weeks.start >= 0:
            return text("periods.run_until", period=title, last=self.last)
        if weeks.stop <= self.weeks:
            return text("periods.run_from", period=title, first=self.start)
        return text("periods.run_between", period=title, first=self.start, last=self.last)

    def growth_year(self, date: dt.date) -> int:
        """Return the year whose growth a date tells: its own, or the one before while no week of it has begun."""
        return min(date.year, self.year_of((date - self.start).days // 7))

    def year_to(self, date: dt.date) -> tuple[range, range]:
        """Return the weeks of the year to a date, and as many of the year before; be they run or not."""
        year = self.growth_year(date)
        weeks, before = self.weeks_of(year), self.weeks_of(year - 1)
        passed = sum(self.begins(week) <= date for week in weeks)
        weeks_so_far = min(passed, len(before))
        return weeks[:weeks_so_far], before[:weeks_so_far]

    def lacks_growth(self, date: dt.date) -> Text | None:
        """Return why there is no growth of the year to a date on the year before; None if there is."""
        now, before = self.year_to(date)
        if before.start < 0:
            return self.lacks(self.year_of(before.start))
        return self.lacks(self.year_of(now.start)) if now.stop > self.weeks else None

    def growth_weeks(self, date: dt.date) -> list[slice]:
        """Return the weeks of the year to a date and the same of the year before; nothing if any was not run."""
        if self.lacks_growth(date):
            return []
        return [slice(span.start, span.stop) for span in self.year_to(date)]

    def growth_dates(self, date: dt.date) -> tuple[dt.date, dt.date]:
        """Return the first and the last day of the year to a date, in whole weeks."""
        now, _ = self.year_to(date)
        return self.begins(now.start), self.begins(now.stop) - dt.timedelta(days=1)

    @property
    def years(self) -> range:
        """The calendar years of which any week was run."""
        return range(self.year_of(0), self.year_of(self.weeks - 1) + 1) if self.weeks else range(0)

    def weeks_in(self, period: Period) -> slice:
        """Return the weeks of a period that were run."""
        if period.year is not None:
            return self._run(self._weeks_of(period, period.year))
        return slice(max(self.weeks - period.weeks, 0), self.weeks)

    def lacks_period(self, period: Period) -> Text | None:
        """Return how much of a period was run, in words; None if all of it was."""
        if period.year is not None:
            return self._lacks(period, period.year)
        return None if period.weeks <= self.weeks else text("periods.weeks_run", weeks=self.weeks)

    def growth_in(self, period: Period) -> list[slice]:
        """Return the weeks of a period and the same of the year before; nothing if any was not run."""
        if self.lacks_growth_in(period):
            return []
        if period.year is not None:
            both = self._weeks_of(period, period.year), self._weeks_of(period, period.year - 1)
            same = min(len(weeks) for weeks in both)
            return [slice(weeks.start, weeks.start + same) for weeks in both]
        now = self.weeks_in(period)
        return [now, slice(now.start - WEEKS_A_YEAR, now.stop - WEEKS_A_YEAR)]

    def lacks_growth_in(self, period: Period) -> Text | None:
        """Return why there is no growth of a period on the same weeks of the year before; None if there is."""
        if period.whole_year is not None:
            return self.lacks_growth(dt.date(period.whole_year, 12, 31))
        if period.year is not None:
            return self._lacks(period, period.year - 1) or self._lacks(period, period.year)
        if period.weeks > WEEKS_A_YEAR:
            return text("periods.growth_weeks", most=WEEKS_A_YEAR)
        lacking = self.lacks_period(period)
        if lacking is None and period.weeks + WEEKS_A_YEAR > self.weeks:
            return text("periods.year_before")
        return lacking
