"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.rural.indicators.board import Board, not_available, not_available_on
from ecsim.rural.indicators.calendar import benchmarks, report_dates
from ecsim.rural.indicators.milestones import Milestones
from ecsim.rural.indicators.outcomes import OUTCOMES, Measure, region_of
from ecsim.rural.indicators.periods import Periods, Reason
from ecsim.rural.indicators.target import TARGETS, Target
from ecsim.statistics.bounds import SIGNS, Bound, together, verdicts

__all__ = [
    "OUTCOMES", "SIGNS", "TARGETS", "Board", "Bound", "Measure", "Milestones", "Periods", "Reason", "Target",
    "benchmarks", "not_available", "not_available_on", "region_of", "report_dates", "together", "verdicts",
]  # fmt: skip
