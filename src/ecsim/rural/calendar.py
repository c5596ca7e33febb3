"""The calendar of a run: dates of weeks, and the seasons, festivals and lockdowns of its region.

Seasons, festivals and lockdowns are data of the region pack; a run counts in weeks from its first day.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from ecsim.kernel.strict import Date, Several, Strict

WEEKS_A_MONTH, WEEKS_A_QUARTER, WEEKS_A_YEAR = 4, 13, 52
"""Accounts, wages and background income are settled once in so many weeks, examples recognised once a quarter."""
CREW_WEEKS = 3 * WEEKS_A_MONTH
"""For which dealers take packers on: three accounts."""
Day = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""A day of every year, as ``11-01``; days of one year compare as their texts do."""


class Season(Strict):
    """Days that come every year: weeks whose first day lies from the first to the last of them.

    Attributes
    ----------
    earliest, latest : the widest that is believable, within one year
    """

    title_en: str
    title_zh: str
    first: Day
    last: Day
    earliest: Day
    latest: Day
    source: str

    @model_validator(mode="after")
    def _lies_in_its_range(self) -> Season:
        _check_range(self.title_en, self.earliest, self.first, self.last, self.latest)
        return self

    def holds(self, date: dt.date) -> bool:
        """Return whether a week that begins on a date is of the season."""
        return self.first <= f"{date:%m-%d}" <= self.last


class Spell(Strict):
    """Days that came once: weeks whose first day lies from the first to the last of them.

    Attributes
    ----------
    earliest, latest : the widest that is believable
    """

    title_en: str
    title_zh: str
    first: Date
    last: Date
    earliest: Date
    latest: Date
    source: str

    @model_validator(mode="after")
    def _lies_in_its_range(self) -> Spell:
        _check_range(self.title_en, *(day.isoformat() for day in (self.earliest, self.first, self.last, self.latest)))
        return self

    def holds(self, date: dt.date) -> bool:
        """Return whether a week that begins on a date is of the spell."""
        return self.first <= date <= self.last


def _check_range(title: str, earliest: str, first: str, last: str, latest: str) -> None:
    if not earliest <= first <= last <= latest:
        raise ValueError(
            f"{title}: earliest {earliest}, first {first}, last {last}, latest {latest}; they must follow each other "
            "in this order"
        )


class Seasons(Strict):
    """What comes to a region, every year or once; a region without one of them gives an empty list.

    Attributes
    ----------
    rains : roads close more often
    festivals : people order more
    lockdowns : traffic and outlets stand still
    lost_wages : people cannot go to work away
    """

    rains: Several[Season]
    festivals: Several[Season]
    lockdowns: Several[Spell]
    lost_wages: Several[Spell]


@dataclass(frozen=True)
class Calendar:
    """Dates of a run that starts on ``start``, and the seasons of its region."""

    start: dt.date
    seasons: Seasons

    def date(self, week: int) -> dt.date:
        """Return the first day of a week."""
        return self.start + dt.timedelta(days=7 * week)

    def years(self, week: int) -> float:
        """Return the years since the start."""
        return 7.0 * week / 365.25

    def years_from_first_mean(self, week: int) -> float:
        """Return the years since the middle of the first year: the opening's yearly amounts are its mean."""
        return self.years(week) - 0.5

    def moment(self, week: int) -> float:
        """Return a week as a point in time, in calendar years: 2019.5 is the middle of 2019."""
        return self.start.year + 0.5 + self.years_from_first_mean(week)

    def week_of_year(self, week: int) -> int:
        """Return 0 to 51: the week of the year; the odd last days count to week 51."""
        return min(51, (self.date(week).timetuple().tm_yday - 1) // 7)

    def year(self, week: int) -> int:
        """Return the calendar year that most days of a week lie in."""
        return (self.date(week) + dt.timedelta(days=3)).year

    def wet(self, week: int) -> bool:
        """Return whether the week falls in the rains."""
        return self._any(self.seasons.rains, week)

    def festival(self, week: int) -> bool:
        """Return whether the week is one of a festival."""
        return self._any(self.seasons.festivals, week)

    def lockdown(self, week: int) -> bool:
        """Return whether traffic and outlets stand still."""
        return self._any(self.seasons.lockdowns, week)

    def lockdown_shares(self) -> tuple[tuple[int, float], ...]:
        """Return the calendar years with lockdown weeks, and the share of their weeks that these are."""
        days: dict[int, int] = {}
        for spell in self.seasons.lockdowns:
            for day in range((spell.last - spell.first).days + 1):
                year = (spell.first + dt.timedelta(days=day)).year
                days[year] = days.get(year, 0) + 1
        return tuple((year, many / (366 if isleap(year) else 365)) for year, many in sorted(days.items()))

    def wages_lost(self, week: int) -> bool:
        """Return whether people cannot go to work away."""
        return self._any(self.seasons.lost_wages, week)

    def _any(self, seasons: tuple[Season, ...] | tuple[Spell, ...], week: int) -> bool:
        return any(season.holds(self.date(week)) for season in seasons)
