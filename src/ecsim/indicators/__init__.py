"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.indicators.board import TARGETS, Board, Target
from ecsim.indicators.calendar import benchmarks, report_dates
from ecsim.indicators.milestones import Milestones
from ecsim.indicators.outcomes import OUTCOMES, Measure, region_of

__all__ = ["OUTCOMES", "TARGETS", "Board", "Measure", "Milestones", "Target", "benchmarks", "region_of", "report_dates"]
