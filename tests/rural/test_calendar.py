"""Weeks of a run and what falls into them: seasons, rains, festivals, the lockdown (docs/model.md 3)."""

from __future__ import annotations

import datetime as dt

import pytest

from ecsim.rural.calendar import Calendar
from ecsim.rural.regions.pack import seasons_of

START = dt.date(2018, 1, 1)
SEASONS = seasons_of("yunnan_2018")
CALENDAR = Calendar(START, SEASONS)
WEEKS = range(160)


def week_of(*date: int) -> int:
    """Return the week that a date falls into."""
    return (dt.date(*date) - START).days // 7


def test_weeks_begin_where_the_run_does() -> None:
    assert CALENDAR.date(0) == START
    assert CALENDAR.date(52) == dt.date(2018, 12, 31)
    assert Calendar(dt.date(2018, 7, 4), SEASONS).date(1) == dt.date(2018, 7, 11)
    assert CALENDAR.years(52) == pytest.approx(364 / 365.25)


def test_a_year_has_weeks_0_to_51_and_the_odd_days_are_of_the_last() -> None:
    assert [CALENDAR.week_of_year(week) for week in (0, 1, 51, 52, 53)] == [0, 1, 51, 51, 0]
    assert {CALENDAR.week_of_year(week) for week in WEEKS} == set(range(52))


def test_the_rains_are_from_june_to_october() -> None:
    assert {CALENDAR.date(week).month for week in WEEKS if CALENDAR.wet(week)} == {6, 7, 8, 9, 10}
    assert {CALENDAR.date(week).month for week in WEEKS if not CALENDAR.wet(week)} == {1, 2, 3, 4, 5, 11, 12}


@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_double_eleven_is_a_festival_and_spring_is_none(year: int) -> None:
    assert CALENDAR.festival(week_of(year, 11, 11))
    assert not any(CALENDAR.festival(week_of(year, month, 15)) for month in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12))
    assert CALENDAR.festival(week_of(year, 1, 20))  # the weeks before New Year
    assert CALENDAR.festival(week_of(year, 11, 30)) is False


def test_the_lockdown_is_four_weeks_of_early_2020() -> None:
    shut = [week for week in WEEKS if CALENDAR.lockdown(week)]
    assert shut == [108, 109, 110, 111]
    assert (CALENDAR.date(shut[0]), CALENDAR.date(shut[-1])) == (dt.date(2020, 1, 27), dt.date(2020, 2, 17))
