"""What dealers expect, bid and can pack from week to week, and how they are thought of (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, DealersAdjusted, OrdersFilled
from ecsim.rural.goods.growing_lines import lines_after
from ecsim.rural.goods.quality import SentQuality, grading
from ecsim.rural.goods.setting import GoodsSetting
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]


class WeekOfDemand(NamedTuple):
    """What demand did in a week, shape (crops,) each."""

    growth: F64
    """Over last week's, as a factor."""
    season: F64
    """Orders over those of a week without season."""


def adjust(
    world: World, terms: GoodsTerms, setting: GoodsSetting, sourcing: Sourcing, filled: OrdersFilled,
    demand: WeekOfDemand, quality: SentQuality, margin_fen: F64, rooms_g: F64,
) -> None:  # fmt: skip
    """Dealers learn from the week: forecasts, bids, packing lines, grading and reputations move a part of the way.

    Parameters
    ----------
    sourcing : what each wanted of growers and what they offered it
    filled : the week's orders of each dealer
    demand : growth and season, of which forecasts are cleared
    quality : of what they sent
    margin_fen : shape (dealers,), kept of a sale online beyond what growers are paid, a kilogram raw
    rooms_g : shape (dealers,), cold rooms that each aims at

    Notes
    -----
    Bids rise while a dealer gets less than it wants and fall otherwise, between nothing and what traders add when they
    sell on. A line grows toward what the strongest week will need, where the margin of what is sent on it is more than
    it costs by interest and wear; public packing lines take a share of that off.

    References
    ----------
    docs/model.md 4.7: ``m ← m + γ·(N − S)/(N + S)``; ``dK = λ·(K* − K)``.
    """
    state = world.state
    d = state.dealers
    ordered, in_time = _of_week(state, terms, filled)
    forecast = _forecast(state, terms, ordered, demand)
    wanted = d.wanted_g + (sourcing.wanted_g - d.wanted_g) / terms.bid_weeks
    offered = d.offered_g + (sourcing.offered_g - d.offered_g) / terms.bid_weeks
    gap = np.divide(wanted - offered, wanted + offered, out=np.zeros(len(d)), where=wanted + offered > 0)
    bid = np.clip(d.bid / ONE + terms.bid_speed * gap, 0.0, terms.resale_margin)
    reputation = d.reputation / ONE + terms.reputation_speed * (in_time * quality.uncomplained - d.reputation / ONE)
    trades = np.flatnonzero(d.alive & (d.kind != DealerKind.TRADERS))
    columns = {
        "forecast_g": forecast,
        "wanted_g": wanted,
        "offered_g": offered,
        "bid": bid * ONE,
        **lines_after(world, terms, setting.peak[d.crop], forecast, margin_fen, rooms_g)._asdict(),
        "reputation": reputation * ONE,
        "grading": grading(state, terms, quality) * ONE,
    }
    now = {name: np.rint(values[trades]).astype(np.int64) for name, values in columns.items()}
    moved = np.any([values != getattr(d, name)[trades] for name, values in now.items()], axis=0)
    world.publish(
        DealersAdjusted(dealer=trades[moved], **{name: values[moved] for name, values in now.items()}),
        cause=d.orders_seq[trades[moved]],
    )


def _of_week(state: State, terms: GoodsTerms, filled: OrdersFilled) -> tuple[F64, F64]:
    """Return orders and the share of what was due that was filled, shape (dealers,) each; 1 where nothing was due.

    Notes
    -----
    What waited is sent first, and late: it counts for less.
    """
    ordered, done = np.zeros(len(state.dealers)), np.ones(len(state.dealers))
    ordered[filled.dealer] = filled.ordered_g
    due = filled.filled_g + filled.lost_g + filled.waiting_g - np.maximum(filled.taken_g, 0)
    own = filled.filled_g - np.maximum(filled.taken_g, 0)
    due = due + np.maximum(-filled.taken_g, 0)
    late = np.minimum(own, due - filled.ordered_g)
    done[filled.dealer] = np.divide(own - terms.late_weight * late, due, out=np.ones(len(due)), where=due > 0)
    return ordered, done


def _forecast(state: State, terms: GoodsTerms, ordered: F64, demand: WeekOfDemand) -> F64:
    """Return the weekly orders that each dealer expects, season apart."""
    d = state.dealers
    expected = d.forecast_g * demand.growth[d.crop]
    now = demand.season[d.crop]
    seen = np.divide(ordered, now, out=expected.copy(), where=now > 0)
    return np.asarray(expected + terms.forecast_speed * (seen - expected), np.float64)
