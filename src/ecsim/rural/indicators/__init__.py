"""The target table and the outcomes of a run: figures of its events alone, live or from a journal (docs/model.md 7).

Which figures there are stands in `ecsim.rural.figures`, one object each.
"""

from ecsim.rural.figures import (
    AT_THE_END,
    FIGURES,
    GROWTH,
    OF_A_PERIOD,
    Measure,
    Period,
    Periods,
    base_of,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    region_of,
)
from ecsim.rural.indicators.available import Available
from ecsim.rural.indicators.calendar import report_dates
from ecsim.rural.indicators.county_scorecard import CountyScorecard
from ecsim.rural.indicators.evaluations import Evaluations
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.indicators.target_count import TARGETS_MET, targets_met
from ecsim.rural.programme.notice import Programme, Target

__all__ = [
    "AT_THE_END",
    "FIGURES",
    "GROWTH",
    "OF_A_PERIOD",
    "TARGETS_MET",
    "Available",
    "CountyScorecard",
    "Evaluations",
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
