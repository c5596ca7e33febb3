"""When targets are reported, and the official growth they are scored against."""

from __future__ import annotations

import datetime as dt

from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.regions.rows import GROWTH_ROWS
from ecsim.rural.scenario import Scenario


def benchmarks(pack: RegionPack) -> dict[str, dict[int, float]]:
    """Return the official national growth that the targets are scored against.

    Later years of farm products are taken from the last known.
    """
    found = {name: {year: pack.series[key] for year, key in years.items()} for name, years in GROWTH_ROWS.items()}
    for year in (2020, 2021, 2022):
        for known in found.values():
            known.setdefault(year, known[max(y for y in known if y < year)])
    return found


def report_dates(scenario: Scenario) -> list[dt.date]:
    """Return quarter ends of the run, and the last whole week's end."""
    last = scenario.start + dt.timedelta(days=7 * scenario.weeks - 1)
    ends = [
        dt.date(year, month, day) for year in range(2018, 2023) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
    ]
    return [date for date in ends if scenario.start <= date <= last] + [last]
