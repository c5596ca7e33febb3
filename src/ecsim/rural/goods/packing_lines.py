"""How lines for packing and for first processing follow what they have to do (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.terms import GoodsTerms

F64 = NDArray[np.float64]


def next_line(terms: GoodsTerms, line: F64, aim: F64) -> F64:
    """Return what each line does in the ordinary week after: it grows toward what is needed, or wears out slowly.

    Parameters
    ----------
    line, aim : what it does in its ordinary week, and would have to; of one shape
    """
    grows = line + terms.packing_speed * (aim - line)
    return np.asarray(np.where(aim > line, grows, line * (1.0 - terms.packing_decay)), np.float64)


def line_needed(processing_fen: F64, raw_g: F64, processor: NDArray[np.bool_], terms: GoodsTerms) -> F64:
    """Return the line that is aimed at, grams raw a week: more by processors, none for goods sold as they are.

    Parameters
    ----------
    processing_fen : what it costs to bring a kilogram raw into the form sold; 0: nothing is done to it
    raw_g : what is to be processed in a week
    processor : whether it is a processor's, who works for others too
    """
    wanted = raw_g * np.where(processor, terms.processing_spare, 1.0)
    return np.asarray(np.where(processing_fen > 0, wanted, 0.0), np.float64)


class LinesOnTrend:
    """Lines of the opening that have followed the growth of demand alone, by week.

    Parameters
    ----------
    terms : numbers of dealers
    peak : shape (crops,), orders of the strongest week over the mean one
    growth : factor on demand in a week since the opening, shape (crops,)

    Notes
    -----
    Lines lag behind demand that grows, here as with rivals in other regions; weeks are worked out once, from the
    opening on.
    """

    def __init__(self, terms: GoodsTerms, peak: F64, growth: Callable[[int], F64]) -> None:
        self._terms, self._growth = terms, growth
        self._aim = np.asarray(peak * terms.packing_reserve / terms.overtime, np.float64)
        self._lines = [self._aim]

    def of_week(self, week: int) -> F64:
        """Return what a line packs in its ordinary week over a week's orders, season apart, shape (crops,)."""
        for reached in range(len(self._lines), week + 1):
            grown = self._growth(reached) / self._growth(reached - 1)
            self._lines.append(next_line(self._terms, self._lines[-1] / grown, self._aim))
        return self._lines[week]
