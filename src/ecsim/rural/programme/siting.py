"""Which villages are offered a station (docs/model.md 4.8).

The policy says how villages are ranked: township by township, by population, poor ones first, or by greedy maximal
coverage. Ties fall by row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import VillageKind
from ecsim.rural.state import State
from ecsim.rural.units import KM_A_DEGREE

I64 = NDArray[np.int64]


def ranked_villages(state: State, county: int, rule: str, *, needs_outlet: bool, reach_km: float) -> I64:
    """Return a county's villages without a station, the first to be offered one first.

    Parameters
    ----------
    rule : equal_per_township, population, poor_villages_first or max_coverage
    needs_outlet : only villages with a shop to build on
    reach_km : straight distance within which a station serves a neighbouring village, for max_coverage
    """
    v = state.villages
    fits = (v.county == county) & (v.unit_kind == VillageKind.VILLAGE) & (v.station < 0)
    if needs_outlet:
        fits &= v.outlet > 0
    rows = np.flatnonzero(fits)
    if rule == "max_coverage":
        return _greedy_coverage(state, rows, reach_km)
    if rule == "equal_per_township":
        turn = np.zeros(len(rows), np.int64)
        order = np.lexsort((-v.households[rows], v.township[rows]))
        start = np.searchsorted(v.township[rows[order]], v.township[rows[order]])
        turn[order] = np.arange(len(rows)) - start
        return rows[np.lexsort((rows, -v.households[rows], turn))]
    if rule == "population":
        return rows[np.lexsort((rows, -v.households[rows]))]
    return _alternating(rows[np.lexsort((rows, -v.households[rows]))], v.poor)


def _alternating(rows: I64, poor: NDArray[np.bool_]) -> I64:
    """Return poor villages first, each group in its order."""
    return np.concatenate([rows[poor[rows]], rows[~poor[rows]]])


def _greedy_coverage(state: State, rows: I64, reach_km: float) -> I64:
    """Return villages by households newly brought within reach, one after the other.

    Notes
    -----
    The greedy choice is within 1 - 1/e of the best (Nemhauser, Wolsey and Fisher 1978).
    """
    v = state.villages
    north, east = v.latitude[rows] * 1e-6, v.longitude[rows] * 1e-6
    shrink = np.cos(np.radians((north[:, None] + north) / 2.0))
    near = KM_A_DEGREE * np.hypot(north[:, None] - north, (east[:, None] - east) * shrink) <= reach_km
    left = v.households[rows].astype(np.float64)
    order, free = [], np.ones(len(rows), np.bool_)
    for _ in range(len(rows)):
        gain = np.where(free, near @ left, -1.0)
        best = int(np.argmax(gain))
        order.append(best)
        free[best] = False
        left = np.where(near[best], 0.0, left)
    return rows[np.array(order, np.int64)]
