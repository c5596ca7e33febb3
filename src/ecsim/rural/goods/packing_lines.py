"""How lines for packing and for first processing follow what they have to do (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import EnterpriseKind
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import WEEKS_A_YEAR, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def next_line(terms: GoodsTerms, line: F64, aim: F64) -> F64:
    """Return what each line does in the ordinary week after: it grows toward what is needed, or wears out slowly.

    Parameters
    ----------
    line, aim : what it does in its ordinary week, and would have to; of one shape
    """
    grows = line + terms.packing_speed * (aim - line)
    return np.asarray(np.where(aim > line, grows, line * (1.0 - terms.packing_decay)), np.float64)


def public_share(state: State, wanted_g: F64, hours: float = 1.0) -> F64:
    """Return which part of what dealers would have done public lines of their county do, shape (dealers,), at most 1.

    Parameters
    ----------
    wanted_g : shape (dealers,), grams in sold form a week
    hours : that the lines work, over those of an ordinary week

    Notes
    -----
    They are open to all: who would have something done gets a part in proportion.
    """
    capacity = np.asarray(state.counties.packing_g * hours, np.float64)
    return public_part(state, capacity, wanted_g)


def public_part(state: State, capacity_g: F64 | I64, wanted_g: F64 | I64) -> F64:
    """Return which part of what dealers want of a public capacity of their county they get, shape (dealers,).

    Parameters
    ----------
    capacity_g : shape (counties,)
    wanted_g : shape (dealers,)
    """
    county, many = state.crops.county[state.dealers.crop], len(state.counties)
    wanted = np.bincount(county, wanted_g, many)
    part = np.divide(capacity_g, wanted, out=np.zeros(many), where=wanted > 0)
    return np.asarray(np.minimum(part, 1.0)[county], np.float64)


def is_processor(kind: NDArray[np.uint8], enterprise: NDArray[np.integer[Any]]) -> Bool:
    """Return who is a processor, who brings goods into the form sold on lines of its own; shape of ``enterprise``.

    Parameters
    ----------
    kind : of every enterprise
    enterprise : of each, or -1
    """
    return np.asarray(np.append(kind, -1)[enterprise] == EnterpriseKind.PROCESSOR)


def processes(state: State) -> Bool:
    """Return which dealers are processors, shape (dealers,)."""
    return is_processor(state.enterprises.kind, state.dealers.enterprise)


def packing_needed(strongest_g: F64, terms: GoodsTerms) -> F64:
    """Return the packing line that is aimed at: what it does in its ordinary week, with overtime in the strongest.

    Parameters
    ----------
    strongest_g : orders of the strongest week
    """
    return np.asarray(strongest_g * terms.packing_reserve / terms.overtime, np.float64)


def line_needed(processing_fen: F64, raw_g: F64, hired_g: F64 | float, processor: Bool, terms: GoodsTerms) -> F64:
    """Return the processing line that is aimed at, grams raw a week: more by processors, none where nothing is to do.

    Parameters
    ----------
    processing_fen : what it costs to bring a kilogram raw into the form sold; 0: nothing is done to it
    raw_g : what is to be processed in a week
    hired_g : and for others, where it pays
    processor : whether it is a processor's, who has some to spare for others whoever asks
    """
    wanted = np.maximum(raw_g * np.where(processor, terms.processing_spare, 1.0), raw_g + hired_g)
    return np.asarray(np.where(processing_fen > 0, wanted, 0.0), np.float64)


class LineCosts(NamedTuple):
    """User cost of lines: what one costs a year, by interest and wear, for each kilogram of an ordinary week; fen."""

    packing_fen: float
    processing_fen: float
    """A kilogram raw."""

    @classmethod
    def of(cls, terms: GoodsTerms) -> LineCosts:
        """Return what lines cost."""
        return cls(user_cost_fen(terms, terms.packing_line_yuan), user_cost_fen(terms, terms.processing_line_yuan))


def user_cost_fen(terms: GoodsTerms, price_yuan: float) -> float:
    """Return what a line or room costs a year, by interest and wear, given its price.

    References
    ----------
    Jorgenson (1963), without expected changes of prices. docs/model.md 4.7.
    """
    return 100.0 * (terms.line_interest + WEEKS_A_YEAR * terms.packing_decay) * price_yuan


def worth_its_cost(aim: F64, gain_fen: F64, cost_fen: float) -> F64:
    """Return the line that is built toward: none where what it brings a year is less than it costs.

    Parameters
    ----------
    aim : what the strongest week needs
    gain_fen : a year, of a kilogram of an ordinary week
    cost_fen : the same; 0: whatever is needed is built
    """
    return np.where((gain_fen > cost_fen) | (cost_fen == 0.0), aim, 0.0)


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
        self._aim = packing_needed(peak, terms)
        self._lines = [self._aim]

    def of_week(self, week: int) -> F64:
        """Return what a line packs in its ordinary week over a week's orders, season apart, shape (crops,)."""
        for reached in range(len(self._lines), week + 1):
            grown = self._growth(reached) / self._growth(reached - 1)
            self._lines.append(next_line(self._terms, self._lines[-1] / grown, self._aim))
        return self._lines[week]
