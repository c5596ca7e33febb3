"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.rural.indicators.available import Available
from ecsim.rural.indicators.calendar import report_dates
from ecsim.rural.indicators.county_scorecard import CountyScorecard
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.indicators.outcomes import (
    AT_THE_END,
    GROWTH,
    OF_A_PERIOD,
    Measure,
    base_of,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    region_of,
)
from ecsim.rural.indicators.periods import Period, Periods, Reason
from ecsim.rural.programme.notice import FIGURES, Programme, Target
from ecsim.statistics.bounds import SIGNS, Bound, together, verdicts

__all__ = [
    "AT_THE_END",
    "FIGURES",
    "GROWTH",
    "OF_A_PERIOD",
    "SIGNS",
    "Available",
    "Bound",
    "CountyScorecard",
    "Measure",
    "Milestones",
    "Period",
    "Periods",
    "Programme",
    "Reason",
    "Target",
    "base_of",
    "not_an_outcome",
    "of_period",
    "outcome_of",
    "outcomes_of",
    "region_of",
    "report_dates",
    "together",
    "verdicts",
]  # fmt: skip
