"""Periods that figures are of: a calendar year, a quarter or month of one, or the last weeks of a run."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from ecsim.kernel.text import Text
from ecsim.rural.texts import text

PERIOD = r"(?P<year>[0-9]{4})(Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?|last(?P<weeks>[1-9][0-9]*)weeks"
"""How a period is written."""
_MONTHS_A_QUARTER, _MONTHS_A_YEAR = 3, 12


@dataclass(frozen=True, slots=True)
class Period:
    """What an outcome is of: a calendar year, a quarter or month of one, or the last weeks of the run.

    Attributes
    ----------
    text : as names have it after ``@``: ``2019``, ``2019Q3``, ``2019M07``, ``last52weeks``
    year : the calendar year that it is or lies in, or None
    months : of that year, from 1 on: all twelve, a quarter's three or one; none of the last weeks
    weeks : how many of the last weeks; 0 of the others
    """

    text: str
    year: int | None
    months: range
    weeks: int

    @classmethod
    def of(cls, text: str) -> Period:
        """Return the period of a text.

        Raises
        ------
        ValueError
            If it is none.
        """
        match = re.fullmatch(PERIOD, text)
        if match is None:
            raise ValueError(
                f"period {text!r}: write a calendar year, as 2019, a quarter or month of one, as 2019Q3 or 2019M07, or "
                f"the last weeks, as last52weeks"
            )
        year, quarter, month, weeks = match["year"], match["quarter"], match["month"], match["weeks"]
        if year is None:
            return cls(text, None, range(0), int(weeks))
        months = range(1, _MONTHS_A_YEAR + 1)
        if quarter:
            months = months[_MONTHS_A_QUARTER * (int(quarter) - 1) :][:_MONTHS_A_QUARTER]
        elif month:
            months = months[int(month) - 1 :][:1]
        return cls(text, int(year), months, 0)

    @property
    def whole_year(self) -> int | None:
        """The calendar year, if it is all of one."""
        return self.year if len(self.months) == _MONTHS_A_YEAR else None

    def in_year(self, year: int) -> Period:
        """Return the same months of another year."""
        return Period(self.text.replace(str(self.year), str(year), 1), year, self.months, 0)

    def days_in(self, year: int) -> tuple[dt.date, dt.date]:
        """Return the first day of its months in a year, and the first day after them."""
        after = self.months[-1] + 1
        ends = dt.date(year + after // (_MONTHS_A_YEAR + 1), (after - 1) % _MONTHS_A_YEAR + 1, 1)
        return dt.date(year, self.months[0], 1), ends

    @property
    def title(self) -> Text:
        """As titles of outcomes have it: last in English, in brackets in Chinese."""
        if self.year is None:
            return text("periods.last_weeks", weeks=self.weeks)
        if self.whole_year is not None:
            return text("periods.year", year=self.year)
        if len(self.months) == 1:
            return text("periods.month", year=self.year, month=self.months[0])
        return text("periods.quarter", year=self.year, quarter=self.months[-1] // _MONTHS_A_QUARTER)
