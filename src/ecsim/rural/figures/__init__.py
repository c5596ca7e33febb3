"""Figures of a run by county, one object each: targets are of some, outcomes are the others (docs/model.md 7).

`DATE_FIGURES` say how things stand on a date, `PERIOD_FIGURES` what a period brought. Each object says what the figure
is called, how it is worked out of what `accumulators` added up, and which events it is made of; scorecard, target
table, `ecsim trace` and `ecsim list indicators` follow from it.
"""

from ecsim.rural.figures.components import FigureQuery
from ecsim.rural.figures.figure import DateFigure, Measure, PeriodFigure
from ecsim.rural.figures.names import (
    AT_SHOP_PRICES,
    AT_THE_END,
    BENCHMARKS,
    FIGURES,
    GROWTH,
    KEPT_BESIDE,
    OF_A_PERIOD,
    OF_YEARS_ALONE,
    base_of,
    composition_of,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    parted,
    region_of,
)
from ecsim.rural.figures.of_a_date import DATE_FIGURES
from ecsim.rural.figures.of_a_period import PERIOD_FIGURES
from ecsim.rural.figures.period import PERIOD, Period
from ecsim.rural.figures.periods import Periods

__all__ = [
    "AT_SHOP_PRICES", "AT_THE_END", "BENCHMARKS", "DATE_FIGURES", "FIGURES", "GROWTH", "KEPT_BESIDE", "OF_A_PERIOD",
    "OF_YEARS_ALONE", "PERIOD", "PERIOD_FIGURES", "DateFigure", "FigureQuery", "Measure", "Period", "PeriodFigure",
    "Periods", "base_of", "composition_of", "not_an_outcome", "of_period", "outcome_of", "outcomes_of", "parted",
    "region_of",
]  # fmt: skip
