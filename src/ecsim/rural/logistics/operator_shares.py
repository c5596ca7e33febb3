"""Shares of a county's parcels: they follow what operators charge and how often they come (docs/model.md 4.9).

A joint pool charges and comes as one, for all its members; each member has a share of its own in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.logistics import in_proportion
from ecsim.rural.events import OperatorKind, OperatorSharesMoved
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
MINUTES_A_DAY = 1440
FARTHEST = 5.0
"""Logs of odds are cut off there below the best of a county: nobody's share falls to nothing."""
WEIGHT_OF_ONE = 1000
"""Whole weights that shares are made from are so many to a millionth."""


def units(state: State) -> I64:
    """Return who drives for each operator, shape (operators so far,): its pool, or itself."""
    pool = state.operators.pool[: state.count("operators")].astype(np.int64)
    return np.where(pool >= 0, pool, np.arange(len(pool)))


def of_units(state: State, column: NDArray[Any]) -> F64:
    """Return a column by who drives, shape (operators,): of a pool the mean of its members', by their shares."""
    o, unit, every = state.operators, units(state), len(state.operators)
    members = np.flatnonzero(o.kind[: len(unit)] != OperatorKind.POOL)
    share = np.maximum(o.share[members].astype(np.float64), 1e-9)
    weight = np.bincount(unit[members], share, every)
    total = np.bincount(unit[members], share * column[members], every)
    return np.asarray(total / np.where(weight > 0, weight, 1.0), np.float64)


def log_odds(state: State, terms: LogisticsTerms) -> F64:
    """Return the log of the odds of each operator, shape (operators so far,): its charge and wait against the opening.

    References
    ----------
    docs/model.md 4.9.
    """
    o, unit = state.operators, units(state)
    opening = np.maximum(state.counties.opening_cost_fen[o.county[unit]], 1)
    waits = (o.wait_minutes[unit] - of_units(state, o.usual_wait_minutes)[unit]) / MINUTES_A_DAY
    return np.asarray(-terms.share_price * o.charge_fen[unit] / opening - terms.share_delay * waits, np.float64)


def beside_best(log_odds: F64 | float, best: float) -> F64:
    """Return odds over the best of a county, of their shape, from their logs."""
    return np.asarray(np.exp(np.maximum(log_odds - best, -FARTHEST)), np.float64)


def weights_of_county(state: State, terms: LogisticsTerms, members: I64) -> F64:
    """Return what the shares of some operators of one county are in proportion to in the long run, all together one.

    Parameters
    ----------
    members : operators that are there, pools not among them
    """
    odds = log_odds(state, terms)[members]
    pull = state.operators.attraction[members] * beside_best(odds, odds.max())
    return np.asarray(pull / pull.sum(), np.float64)


def members_of_county(state: State, county: int) -> I64:
    """Return the operators that are in a county, pools not among them."""
    o = state.operators
    there = (o.county == county) & (o.attraction > 0) & (o.kind != OperatorKind.POOL)
    return np.flatnonzero(there[: state.count("operators")])


def move_shares(world: World, terms: LogisticsTerms) -> None:
    """Let shares go a part of the way to where charges and service would have them; each county's add up to one."""
    state, o = world.state, world.state.operators
    shares = o.share.astype(np.int64)
    for county in range(len(state.counties)):
        members = members_of_county(state, county)
        if members.size:
            shares[members] = _moved(o.share[members], weights_of_county(state, terms, members), terms.share_speed)
    pools = np.flatnonzero(o.kind[: state.count("operators")] == OperatorKind.POOL)
    pooled = np.flatnonzero(o.pool[: state.count("operators")] >= 0)
    shares[pools] = np.bincount(o.pool[pooled], shares[pooled], len(shares))[pools]
    rows = np.flatnonzero(shares != o.share)
    world.publish(OperatorSharesMoved(operator=rows, share=shares[rows]), cause=_last(state)[rows])


def _moved(now: NDArray[np.integer], target: F64, speed: float) -> I64:
    """Return shares between those of now and their targets, whole millionths that add up to a whole."""
    wanted = now + speed * (ONE * target - now)
    weights = np.maximum(np.rint(WEIGHT_OF_ONE * wanted).astype(np.int64), WEIGHT_OF_ONE)
    return np.array(in_proportion(ONE, weights.tolist()), np.int64)


def _last(state: State) -> I64:
    """Return the last account of who drives for each operator, shape (operators,)."""
    o, unit = state.operators, units(state)
    seq = np.where(o.settled_seq > 0, o.settled_seq, o.seq)
    seq[: len(unit)] = seq[unit]
    return np.asarray(seq, np.int64)
