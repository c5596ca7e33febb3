"""Orders in which possible sites come up: by weight, in turn by group, some first, or by what each newly covers.

Each returns row numbers, shape (sites,), the first to be served first. Ties fall by row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import place_in_group
from ecsim.siting.choice import I64, Bool


def by_weight(weight: NDArray[np.number]) -> I64:
    """Return rows by weight, the heaviest first."""
    return np.argsort(-weight, kind="stable")


def by_turn(group: NDArray[np.integer], weight: NDArray[np.number]) -> I64:
    """Return the heaviest row of each group, then the second of each, …; within a turn by weight."""
    order = np.lexsort((-weight, group))
    turn = np.zeros(len(group), np.int64)
    turn[order] = place_in_group(group[order])
    return np.lexsort((np.arange(len(group)), -weight, turn))


def flagged_first(weight: NDArray[np.number], flag: Bool) -> I64:
    """Return flagged rows by weight, then the others by weight."""
    rows = by_weight(weight)
    return np.concatenate([rows[flag[rows]], rows[~flag[rows]]])


def by_new_coverage(near: Bool, weight: NDArray[np.number]) -> I64:
    """Return sites by the weight that each newly brings within reach, one after the other.

    Parameters
    ----------
    near : shape (sites, customers), whom a site reaches
    weight : shape (customers,)

    Notes
    -----
    The greedy choice is within 1 - 1/e of the best (Nemhauser, Wolsey and Fisher 1978).
    """
    left = np.asarray(weight, np.float64).copy()
    order, free = [], np.ones(len(near), np.bool_)
    for _ in range(len(near)):
        best = int(np.argmax(np.where(free, near @ left, -1.0)))
        order.append(best)
        free[best] = False
        left[near[best]] = 0.0
    return np.array(order, np.int64)
