"""Official figures that a programme is scored against, as the region pack gives them.

A year that a programme does not name takes the last before it; a pack that lacks a row is refused before a run
begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecsim.kernel.errors import EcsimError
from ecsim.rural.programme.notice import Programme
from ecsim.rural.regions.pack import RegionPack
from ecsim.rural.scenario import Scenario


@dataclass(frozen=True)
class Official:
    """What stands outside the model.

    Attributes
    ----------
    growth : by benchmark (``retail``, ``farm``) and year, share a year
    income_lines_fen : by year, fen a head and year
    """

    growth: Mapping[str, Mapping[int, float]]
    income_lines_fen: Mapping[int, int]

    def growth_of(self, which: str, year: int) -> float:
        """Return the growth of a year, or of the last year before it that is known; NaN where there is none."""
        known = self.growth.get(which, {})
        years = [each for each in known if each <= year]
        return known[max(years)] if years else float("nan")


def official_figures(programme: Programme, pack: RegionPack) -> Official:
    """Return the official figures that a programme names.

    Raises
    ------
    EcsimError
        If the region does not give one of them.
    """
    return Official(
        growth={
            which: {int(year): _given(pack, programme, f"benchmarks.{which}.{year}", row) for year, row in rows.items()}
            for which, rows in programme.benchmarks.items()
        },
        income_lines_fen={
            int(year): round(100 * _given(pack, programme, f"income_lines.{year}", row))
            for year, row in programme.income_lines.items()
        },
    )


def _given(pack: RegionPack, programme: Programme, key: str, row: str) -> float:
    if row not in pack.series:
        raise EcsimError(
            f"region {pack.name}: national.csv has no row {row}, which {key} of programme {programme.name} names: "
            "add it, or name another row"
        )
    return pack.series[row]


def check_fits(scenario: Scenario, pack: RegionPack) -> None:
    """Refuse a scenario that its region does not fit.

    Raises
    ------
    EcsimError
        If the run leaves what the region's series cover, or the region lacks a figure that the programme names.
    """
    if scenario.start < pack.first or scenario.end > pack.last:
        raise EcsimError(
            f"scenario {scenario.name}: {scenario.start} to {scenario.end}; the series of region {pack.name} cover "
            f"{pack.first} to {pack.last}: choose start and end within"
        )
    official_figures(scenario.programme, pack)
