"""How good what dealers send is: what was graded, and what buyers complain about, beyond trend (docs/model.md 4.6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, Mark, Mechanism, OrdersFilled
from ecsim.rural.facilities import reached_dealers
from ecsim.rural.goods.marks import Growth, OpeningMarks
from ecsim.rural.goods.packing_lines import public_share
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.market import MarketTerms
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]


class OnTrend(NamedTuple):
    """What dealers would be if nothing but demand had grown since the opening, as with rivals in other regions."""

    line: F64
    """Shape (crops,): what a line packs in its ordinary week, over a week's orders without season."""
    certified: F64
    """Shape (dealers,): certificates it had at the opening, and that the listings of its product took since."""

    @classmethod
    def of(cls, state: State, line: F64, marks: OpeningMarks, growth: Growth) -> OnTrend:
        """Return the trend of a week.

        Parameters
        ----------
        line : as of the field
        marks : of the opening
        growth : of demand since then
        """
        taken = marks.on_trend(growth)[:, Mark.CERTIFICATE]
        return cls(line, marks.held[:, Mark.CERTIFICATE] + taken[state.dealers.crop])


class SentQuality(NamedTuple):
    """Quality of what dealers sent in a week, shape (dealers,) each."""

    sent_g: F64
    """In sold form."""
    graded: F64
    """Share of it that was graded; that of lines on trend where nothing was sent."""
    usual: F64
    """Share that lines on trend would have graded."""
    uncomplained: F64
    """Orders that nobody complains about, over those on trend; 1 where nothing was sent."""
    complained: F64
    """Share of what was sent that buyers complain about, trend or not."""


def quality_of_week(
    state: State, terms: GoodsTerms, market: MarketTerms, filled: OrdersFilled, trend: OnTrend, season: F64
) -> SentQuality:
    """Return the quality of what dealers sent.

    Parameters
    ----------
    terms, market : numbers of complaints; of what is traced
    filled : the week's orders of each dealer
    trend : of the week
    season : shape (crops,), this week's orders over those of a week without season
    """
    sent = np.zeros(len(state.dealers))
    sent[filled.dealer] = filled.filled_g
    usual = usually_graded(state, trend.line, season)
    graded = np.divide(graded_g(state, sent), sent, out=usual.copy(), where=sent > 0)
    traced = market.trace_share * reached_dealers(state, Mechanism.TRACING)
    now = complained(terms, graded, state.dealers.marks[:, Mark.CERTIFICATE].astype(np.float64), traced)
    now *= 1.0 - terms.testing_care * reached_dealers(state, Mechanism.TESTING)
    before = complained(terms, usual, trend.certified, np.zeros(len(sent)))
    return SentQuality(sent, graded, usual, np.where(sent > 0, (1.0 - now) / (1.0 - before), 1.0), now)


def complained(terms: GoodsTerms, graded: F64, certified: F64, traced: F64) -> F64:
    """Return the share of orders that buyers complain about; of one shape, shares of what was sent.

    Notes
    -----
    Of the goods, to the seller: neither a complaint about a parcel's way nor one that an office hears of (4.12).
    """
    cared = (1.0 - terms.grading_care * graded) * (1.0 - terms.certificate_care * certified)
    return np.asarray(terms.complained_share * cared * (1.0 - terms.trace_care * traced), np.float64)


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
    d = state.dealers
    own = np.where(d.kind < DealerKind.SHOPS, np.minimum(sent_g, d.packing_g), 0.0)
    left = sent_g - own
    return np.asarray(own + left * public_share(state, left), np.float64)


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
