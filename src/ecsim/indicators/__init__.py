"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.indicators.board import OUTCOMES, TARGETS, Board, Target, region_of
from ecsim.indicators.calendar import benchmarks, report_dates
from ecsim.indicators.milestones import Milestones

__all__ = ["OUTCOMES", "TARGETS", "Board", "Milestones", "Target", "benchmarks", "region_of", "report_dates"]
