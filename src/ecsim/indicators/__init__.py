"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.indicators.board import Board, not_available, not_available_on
from ecsim.indicators.calendar import benchmarks, report_dates
from ecsim.indicators.milestones import Milestones
from ecsim.indicators.outcomes import OUTCOMES, Measure, region_of
from ecsim.indicators.periods import Periods, Reason
from ecsim.indicators.target import SIGNS, TARGETS, Bound, Target, together, verdicts

__all__ = [
    "OUTCOMES", "SIGNS", "TARGETS", "Board", "Bound", "Measure", "Milestones", "Periods", "Reason", "Target",
    "benchmarks", "not_available", "not_available_on", "region_of", "report_dates", "together", "verdicts",
]  # fmt: skip
