"""The calendar of a run: dates of weeks, seasons, festivals, the lockdown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WEEKS_A_MONTH = 4
"""Accounts, wages and background income are settled once in so many weeks."""
LOCKDOWN = (dt.date(2020, 1, 27), dt.date(2020, 2, 23))
"""Weeks in which traffic and outlets stood still (K20i's first quarter)."""


@dataclass(frozen=True)
class Calendar:
    """Dates of a run that starts on ``start``."""

    start: dt.date

    def date(self, week: int) -> dt.date:
        """Return the first day of a week."""
        return self.start + dt.timedelta(days=7 * week)

    def years(self, week: int) -> float:
        """Return the years since the start."""
        return 7.0 * week / 365.25

    def week_of_year(self, week: int) -> int:
        """Return 0 to 51: the week of the year; the odd last days count to week 51."""
        return min(51, (self.date(week).timetuple().tm_yday - 1) // 7)

    def month(self, week: int) -> int:
        """Return the month of a week's first day, 1 to 12."""
        return self.date(week).month

    def wet(self, week: int) -> bool:
        """Return whether the week falls in the rains, June to October."""
        return 6 <= self.month(week) <= 10

    def festival(self, week: int) -> bool:
        """Return whether double eleven or the weeks before New Year fall into the week."""
        first = self.date(week)
        last = first + dt.timedelta(days=6)
        near_new_year = (first.month, first.day) >= (1, 8) and (first.month, first.day) <= (1, 28)
        return (first.month == 11 and first.day <= 13 <= last.day + 7 and last.day >= 5) or near_new_year

    def lockdown(self, week: int) -> bool:
        """Return whether the week lies in the lockdown of early 2020."""
        return LOCKDOWN[0] <= self.date(week) <= LOCKDOWN[1]
