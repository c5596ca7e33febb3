"""Which stops make a round: savings of Clarke and Wright, with stable sorts so that ties always fall the same way."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def savings_rounds(to_depot: F64, between: F64, demand: F64, capacity: float, longest: float) -> list[I64]:
    """Return rounds over all stops, each an ordered list of stops.

    Parameters
    ----------
    to_depot : shape (stops,), length from the depot to each stop
    between : shape (stops, stops), length from stop to stop, symmetric
    demand : shape (stops,), what each stop takes of a vehicle's capacity
    capacity, longest : what a round may carry, and how long it may be; a stop beyond them alone is a round of its own

    References
    ----------
    Clarke and Wright (1964), Scheduling of vehicles from a central depot to a number of delivery points.
    """
    n = len(to_depot)
    row, column = np.triu_indices(n, 1)
    saving = to_depot[row] + to_depot[column] - between[row, column]
    order = np.argsort(-saving, kind="stable")
    order = order[saving[order] > 0]
    follows = _merged(
        row[order], column[order], saving[order], 2.0 * to_depot, demand.astype(np.float64), capacity, longest
    )
    return _chains(follows)


@njit(cache=True, nogil=True)
def _merged(a: I64, b: I64, saving: F64, length: F64, load: F64, capacity: float, longest: float) -> I64:
    """Return the neighbours of every stop in its round, shape (stops, 2), -1 for the depot."""
    n = len(length)
    link = np.full((n, 2), -1, np.int64)
    head = np.arange(n)
    length, load = length.copy(), load.copy()
    for pair in range(len(a)):
        i, j = a[pair], b[pair]
        if head[i] == head[j] or (link[i, 0] >= 0 and link[i, 1] >= 0) or (link[j, 0] >= 0 and link[j, 1] >= 0):
            continue
        end, other = head[i], head[j]
        together = length[end] + length[other] - saving[pair]
        if load[end] + load[other] > capacity or together > longest:
            continue
        link[i, 0 if link[i, 0] < 0 else 1] = j
        link[j, 0 if link[j, 0] < 0 else 1] = i
        length[end], load[end] = together, load[end] + load[other]
        for stop in range(n):
            if head[stop] == other:
                head[stop] = end
    return link


@njit(cache=True, nogil=True)
def legs(
    first: I32, north: F64, east: F64, road_m: F64, road_seconds: F64, home_north: F64, home_east: F64, detour: float,
    metres_a_degree: float,
) -> tuple[F64, F64, F64, F64]:  # fmt: skip
    """Return the legs of rounds in metres and seconds, and the ways back.

    Parameters
    ----------
    first : shape (rounds + 1,), where the stops of each round begin
    north, east : shape (stops,), places in metres; east still to be shrunk by the cosine of the latitude
    road_m, road_seconds : shape (stops,), from home by road; legs wind, and are as slow, as those of their round do
    home_north, home_east : shape (rounds,)
    detour : of the legs between stops

    Returns
    -------
    Shapes (stops,), (stops,), (rounds,), (rounds,).
    """
    leg_m, leg_s = np.empty(len(north)), np.empty(len(north))
    rounds = len(first) - 1
    back_m, back_s = np.empty(rounds), np.empty(rounds)
    for number in range(rounds):
        a, b = first[number], first[number + 1]
        latitude = (north[a:b].sum() + home_north[number]) / (b - a + 1) / metres_a_degree
        shrink = np.cos(np.radians(latitude))
        straight = 0.0
        for stop in range(a, b):
            home = np.hypot(north[stop] - home_north[number], (east[stop] - home_east[number]) * shrink)
            straight += home
            leg_m[stop] = home
            back_m[number] = home
        for stop in range(a + 1, b):
            leg_m[stop] = detour * np.hypot(north[stop] - north[stop - 1], (east[stop] - east[stop - 1]) * shrink)
        winding = road_m[a:b].sum() / max(1.0, straight)
        pace = road_seconds[a:b].sum() / max(1.0, road_m[a:b].sum())
        leg_m[a:b] *= winding
        leg_s[a:b] = leg_m[a:b] * pace
        back_m[number] *= winding
        back_s[number] = back_m[number] * pace
    return leg_m, leg_s, back_m, back_s


def _chains(link: I64) -> list[I64]:
    """Return the rounds as ordered stops, each from its end of the lower number, by that number."""
    seen = np.zeros(len(link), np.bool_)
    rounds = []
    for start in range(len(link)):
        if seen[start] or (link[start] >= 0).all():
            continue
        chain, last, current = [], -1, start
        while current >= 0:
            chain.append(current)
            seen[current] = True
            onward = [int(stop) for stop in link[current] if stop >= 0 and stop != last]
            last, current = current, onward[0] if onward else -1
        rounds.append(np.array(chain))
    return rounds
