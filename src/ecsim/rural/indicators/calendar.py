"""When the target table is drawn up."""

from __future__ import annotations

import datetime as dt

from ecsim.rural.scenario import Scenario


def report_dates(scenario: Scenario) -> list[dt.date]:
    """Return the days of the run on which the programme's table is drawn up, and the last whole week's end."""
    last = scenario.start + dt.timedelta(days=7 * scenario.weeks - 1)
    days = [
        dt.date.fromisoformat(f"{year}-{day}")
        for year in range(scenario.start.year, last.year + 1)
        for day in scenario.programme.dates.table
    ]
    return [date for date in sorted(days) if scenario.start <= date <= last] + [last]
