"""What figures are worked out from: everything that was added up of a run, and what it is held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from ecsim.rural.figures.accumulators import (
    Conversion,
    CostOfLiving,
    Goods,
    Incomes,
    Parcels,
    PlaceIndex,
    PoorServed,
    ProgrammeFacts,
    Sales,
    StationLife,
)
from ecsim.rural.figures.periods import Periods


class OfficialFigures(Protocol):
    """Official figures that a programme is scored against."""

    @property
    def income_lines_fen(self) -> Mapping[int, int]:
        """Income lines by year, fen a head and year."""

    def growth_of(self, which: str, year: int) -> float:
        """Return the growth of a benchmark in a year, or the last year before it that is known; NaN without any."""


class Card(Protocol):
    """A scorecard that has seen a run (`ecsim.rural.indicators.CountyScorecard`).

    Attributes
    ----------
    start : first day of the run
    weeks : whole weeks of the run
    """

    start: dt.date
    weeks: int
    periods: Periods
    index: PlaceIndex
    sales: Sales
    goods: Goods
    incomes: Incomes
    cost_of_living: CostOfLiving
    parcels: Parcels
    stations: StationLife
    programme: ProgrammeFacts
    poor_served: PoorServed
    conversion: Conversion

    @property
    def official(self) -> OfficialFigures:
        """What stands outside the model."""

    @property
    def consumption_share(self) -> float:
        """Share of income that households consume; NaN if the programme gives none."""

    @property
    def least_transactions(self) -> float:
        """Transactions a month from which a station counts as in use."""
