"""How good what dealers send is: what of it was graded, beyond what lines on trend would grade (docs/model.md 4.6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, OrdersFilled
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]


class SentQuality(NamedTuple):
    """Quality of what dealers sent in a week, shape (dealers,) each."""

    sent_g: F64
    """In sold form."""
    graded: F64
    """Share of it that was graded; that of lines on trend where nothing was sent."""
    usual: F64
    """Share that lines on trend would have graded."""


def quality_of_week(state: State, filled: OrdersFilled, line: F64, season: F64) -> SentQuality:
    """Return the quality of what dealers sent.

    Parameters
    ----------
    filled : the week's orders of each dealer
    line : shape (crops,), what a line on trend packs in its ordinary week, over a week's orders without season
    season : shape (crops,), this week's orders over those of a week without season
    """
    sent = np.zeros(len(state.dealers))
    sent[filled.dealer] = filled.filled_g
    usual = usually_graded(state, line, season)
    graded = np.divide(graded_g(state, sent), sent, out=usual.copy(), where=sent > 0)
    return SentQuality(sent, graded, usual)


def graded_g(state: State, sent_g: F64) -> F64:
    """Return how much of what each dealer sends in a week is graded, shape (dealers,), grams in sold form.

    Parameters
    ----------
    sent_g : shape (dealers,)

    Notes
    -----
    A line grades in its ordinary week; in overtime it packs and no more. Households' shops and stations have no line
    and send by hand. Public lines of the county are open to all of them, in proportion to what each has left to grade.
    """
    d, counties = state.dealers, state.counties
    own = np.where(d.kind < DealerKind.SHOPS, np.minimum(sent_g, d.packing_g), 0.0)
    county = state.crops.county[d.crop]
    left = np.bincount(county, sent_g - own, len(counties))
    public = np.divide(counties.packing_g, left, out=np.zeros(len(counties)), where=left > 0)
    return np.asarray(own + (sent_g - own) * np.minimum(public, 1.0)[county], np.float64)


def usually_graded(state: State, line: F64, season: F64) -> F64:
    """Return the share that lines on trend grade in such a week, shape (dealers,).

    Parameters
    ----------
    line : shape (crops,), what a line packs in its ordinary week, over a week's orders without season
    season : shape (crops,), this week's orders over those of a week without season

    Notes
    -----
    Lines are made for the strongest week with overtime, so of the weeks near it they grade a part. Rivals in other
    regions are as pressed in their season, and when demand grows: these alone make nobody better or worse.
    """
    share = np.divide(line, season, out=np.ones(len(season)), where=season > line)
    crop = state.dealers.crop
    return np.where(state.dealers.kind < DealerKind.SHOPS, share[crop], 0.0)


def grading(state: State, terms: GoodsTerms, week: SentQuality) -> F64:
    """Return how much more than on trend buyers have come to find graded, shape (dealers,), share of goods sent.

    Notes
    -----
    A mean of goods, not of weeks: what was sent before counts as some weeks of orders, season apart.
    """
    d = state.dealers
    known, before = terms.grading_weeks * d.forecast_g, d.grading / ONE
    total = known + week.sent_g
    seen = known * before + week.sent_g * (week.graded - week.usual)
    return np.divide(seen, total, out=before.copy(), where=total > 0)
