"""Who packs: crews that dealers take on for a season ahead, and what a week brings beyond them (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CrewsMoved
from ecsim.rural.goods.prices import OnlinePrices, online_margin_fen
from ecsim.rural.goods.terms import SECONDS_AN_HOUR, GoodsTerms, PackingWork, seconds_of, sold_for_raw
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def hands_g(state: State, terms: GoodsTerms, hours: F64, lines_g: I64) -> I64:
    """Return what there are hands to pack this week, shape (dealers,), in sold form.

    Parameters
    ----------
    hours : shape (dealers,), of paid work a kilogram; 0: whoever sends it works himself
    lines_g : shape (dealers,), what there are goods and lines for

    Notes
    -----
    A crew works overtime; of what its line could do beyond that, day labourers found within the week do a share.
    """
    wanted = lines_g / 1000.0 * hours
    own = state.dealers.crew_seconds / SECONDS_AN_HOUR * terms.crew_overtime
    lacking = (1.0 - terms.day_labour) * np.maximum(wanted - own, 0.0)
    lacking_g = np.ceil(np.divide(1000.0 * lacking, hours, out=np.zeros(len(hours)), where=hours > 0))
    return lines_g - lacking_g.astype(np.int64)


def overtime_seconds(state: State, hours: F64, sent_g: I64) -> I64:
    """Return the seconds of packing beyond what each dealer's crew works in an ordinary week, shape (dealers,).

    Parameters
    ----------
    hours : shape (dealers,), of paid work a kilogram
    sent_g : shape (dealers,), of the week, in sold form
    """
    worked = seconds_of(sent_g.astype(np.float64), hours)
    return np.asarray(np.maximum(worked - state.dealers.crew_seconds, 0), np.int64)


def crew_wanted(now: F64, needed: F64, full: F64, lost: F64, terms: GoodsTerms) -> F64:
    """Return the crew that each dealer goes on with: its own, unless one more hour or one less is worth the turnover.

    Parameters
    ----------
    now : shape (dealers,), hours that its crew works in an ordinary week
    needed : shape (dealers, weeks), hours that the weeks ahead need
    full : shape (dealers,), hours of a week in which its line works all it can
    lost : shape (dealers,), what an hour that lacks loses beyond its wage, over that wage

    Returns
    -------
    shape (dealers,), hours an ordinary week

    Notes
    -----
    What one more hour a week saves falls in steps with the crew, so that it is best at one of them. Between the crew up
    to which hiring pays and the one down to which dismissing does, nothing is done.

    References
    ----------
    Nickell (1986), Dynamic models of labour demand; Bentolila and Bertola (1990). docs/model.md 4.7.
    """
    found = 1.0 - terms.day_labour
    short = np.divide(needed - terms.day_labour * full[:, None], found * terms.crew_overtime) if found else needed * 0.0
    steps = np.maximum(np.concatenate([needed, short], axis=1), 0.0)
    of_step = steps[:, :, None]
    saved = np.where(of_step <= needed[:, None, :], terms.overtime_pay, -terms.idle_pay).sum(axis=2)
    worth = saved + found * terms.crew_overtime * lost[:, None] * (of_step <= short[:, None, :]).sum(axis=2)
    hired, kept = (
        np.where(worth > cost, steps, 0.0).max(axis=1) for cost in (terms.turnover_weeks, -terms.turnover_weeks)
    )
    dismisses = terms.idle_pay * needed.shape[1] > terms.turnover_weeks
    return np.clip(now, hired, np.maximum(kept, hired) if dismisses else np.inf)


def move_crews(world: World, terms: GoodsTerms, packing: PackingWork, prices: OnlinePrices, coming: F64) -> None:
    """Dealers that pay packers take some on for the months ahead, or let some go.

    Parameters
    ----------
    terms : numbers of dealers
    packing : paid work
    prices : of the week
    coming : shape (crops, weeks), orders of the weeks ahead over those of a week without season

    References
    ----------
    docs/model.md 4.7.
    """
    state = world.state
    rows = np.flatnonzero(state.dealers.alive & (prices.hours > 0))
    d, hours = state.dealers, prices.hours[rows]
    crop = d.crop[rows]
    now = d.crew_seconds[rows] / SECONDS_AN_HOUR
    margin = online_margin_fen(state, prices.net_fen)[rows] / sold_for_raw(state.crops.conversion)[crop]
    wanted = crew_wanted(
        now,
        (d.forecast_g[rows] / 1000.0 * hours)[:, None] * coming[crop],
        d.packing_g[rows] / 1000.0 * terms.overtime * hours,
        np.maximum(margin / (hours * packing.wage_fen_an_hour), 0.0),
        terms,
    )
    seconds = np.rint(wanted * SECONDS_AN_HOUR).astype(np.int64)
    moved = seconds != d.crew_seconds[rows]
    rows, seconds = rows[moved], seconds[moved]
    turned_over = np.abs(seconds - d.crew_seconds[rows]) / SECONDS_AN_HOUR
    cost = np.rint(turned_over * terms.turnover_weeks * packing.wage_fen_an_hour).astype(np.int64)
    world.publish(CrewsMoved(dealer=rows, crew_seconds=seconds, cost_fen=cost), cause=d.seq[rows])
