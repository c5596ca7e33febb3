"""The target table and the outcomes of a run: figures of its events alone, live or from a journal (docs/model.md 7)."""

from ecsim.rural.indicators.available import Available
from ecsim.rural.indicators.calendar import report_dates
from ecsim.rural.indicators.county_scorecard import CountyScorecard
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.indicators.outcomes import (
    AT_THE_END,
    GROWTH,
    OF_A_PERIOD,
    TARGETS_MET,
    Measure,
    Period,
    base_of,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    region_of,
    targets_met,
)
from ecsim.rural.indicators.periods import Periods
from ecsim.rural.programme.notice import FIGURES, Programme, Target

__all__ = [
    "AT_THE_END",
    "FIGURES",
    "GROWTH",
    "OF_A_PERIOD",
    "TARGETS_MET",
    "Available",
    "CountyScorecard",
    "Measure",
    "Milestones",
    "Period",
    "Periods",
    "Programme",
    "Target",
    "base_of",
    "not_an_outcome",
    "of_period",
    "outcome_of",
    "outcomes_of",
    "region_of",
    "report_dates",
    "targets_met",
]  # fmt: skip
