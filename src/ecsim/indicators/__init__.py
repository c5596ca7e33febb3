"""Indicators: folds over events, on a live run or a journal alike."""

from ecsim.indicators.board import OUTCOMES, TARGETS, Board, Target, region_of

__all__ = ["OUTCOMES", "TARGETS", "Board", "Target", "region_of"]
