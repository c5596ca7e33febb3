"""Which stops make a trip: savings of Clarke and Wright, with stable sorts so that ties always fall the same way."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def savings_trips(
    to_depot: F64,
    between: F64,
    demand: NDArray[np.number],
    capacity: float,
    longest: float,
    *,
    pickups: NDArray[np.number] | None = None,
    a_trip: float = 0.0,
) -> list[I64]:
    """Return trips over all stops, each an ordered list of stops.

    Parameters
    ----------
    to_depot : shape (stops,), length from the depot to each stop
    between : shape (stops, stops), length from stop to stop, symmetric
    demand : shape (stops,), what is brought to each stop, in units of a vehicle's capacity
    capacity, longest : what a trip may carry, and how long it may be; a stop beyond them alone is a trip of its own
    pickups : shape (stops,), what is taken back from each stop; the load after every stop then keeps within capacity
    a_trip : what one trip less is worth, as a length; trips are joined unless they grow longer by as much

    References
    ----------
    Clarke and Wright (1964), Scheduling of vehicles from a central depot to a number of delivery points.
    """
    n = len(to_depot)
    row, column = np.triu_indices(n, 1)
    saving = to_depot[row] + to_depot[column] - between[row, column]
    order = np.argsort(-saving, kind="stable")
    order = order[saving[order] + a_trip > 0]
    brought, taken = demand.astype(np.float64), np.zeros(n) if pickups is None else pickups.astype(np.float64)
    pairs = _Pairs(row[order], column[order], saving[order])
    chains = _chains(_merged(pairs, 2.0 * to_depot, brought, taken, float(capacity), float(longest)))
    if pickups is None:
        return chains
    return [chain if highest_load(brought[chain], taken[chain]) <= capacity else chain[::-1] for chain in chains]


def highest_load(brought: NDArray[np.number], taken: NDArray[np.number]) -> float:
    """Return the highest load of a trip, at the depot or after a stop.

    Parameters
    ----------
    brought, taken : shape (stops of the trip,), in its order
    """
    return float(brought.sum() + max(0.0, float(np.cumsum(taken - brought).max(initial=0.0))))


class _Pairs(NamedTuple):
    """Pairs of stops, those that save most first."""

    a: I64
    b: I64
    saving: F64


@njit(cache=True, nogil=True)
def _merged(pairs: _Pairs, length: F64, brought: F64, taken: F64, capacity: float, longest: float) -> I64:
    """Return the neighbours of every stop in its trip, shape (stops, 2), -1 for the depot.

    Trips are known by one of their stops, their head; ``peak`` is the highest load from ``ends[:, 0]`` to
    ``ends[:, 1]`` and the other way round.
    """
    n = len(length)
    link = np.full((n, 2), -1, np.int64)
    head = np.arange(n)
    ends = np.stack((head, head), axis=1)
    peak = np.stack((np.maximum(brought, taken), np.maximum(brought, taken)), axis=1)
    length, brought, taken = length.copy(), brought.copy(), taken.copy()
    for pair in range(len(pairs.a)):
        i, j = pairs.a[pair], pairs.b[pair]
        if head[i] == head[j] or (link[i, 0] >= 0 and link[i, 1] >= 0) or (link[j, 0] >= 0 and link[j, 1] >= 0):
            continue
        one, other = head[i], head[j]
        together = length[one] + length[other] - pairs.saving[pair]
        along = 0 if ends[one, 1] == i else 1  # the way through the first that ends in i
        onward = 0 if ends[other, 0] == j else 1  # the way through the second that begins with j
        out = max(peak[one, along] + brought[other], taken[one] + peak[other, onward])
        back = max(peak[other, 1 - onward] + brought[one], taken[other] + peak[one, 1 - along])
        if min(out, back) > capacity or together > longest:
            continue
        link[i, 0 if link[i, 0] < 0 else 1] = j
        link[j, 0 if link[j, 0] < 0 else 1] = i
        ends[one, 0], ends[one, 1] = ends[one, along], ends[other, 1 - onward]
        peak[one, 0], peak[one, 1] = out, back
        length[one] = together
        brought[one], taken[one] = brought[one] + brought[other], taken[one] + taken[other]
        for stop in range(n):
            if head[stop] == other:
                head[stop] = one
    return link


def _chains(link: I64) -> list[I64]:
    """Return the trips as ordered stops, each from its end of the lower number, by that number."""
    seen = np.zeros(len(link), np.bool_)
    trips = []
    for start in range(len(link)):
        if seen[start] or (link[start] >= 0).all():
            continue
        chain, last, current = [], -1, start
        while current >= 0:
            chain.append(current)
            seen[current] = True
            onward = [int(stop) for stop in link[current] if stop >= 0 and stop != last]
            last, current = current, onward[0] if onward else -1
        trips.append(np.array(chain))
    return trips
