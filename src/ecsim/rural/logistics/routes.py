"""How long the legs of rounds are, in metres and seconds, and what a day's rounds leave out."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


class Ways(NamedTuple):
    """Where rounds go, and how winding and slow their roads are; stops lie one after the other."""

    first: I32
    """Shape (rounds + 1,), where the stops of each round begin."""
    north: F64
    """Shape (stops,), places in metres."""
    east: F64
    """Likewise, still to be shrunk by the cosine of the latitude."""
    road_m: F64
    """Shape (stops,), from home by road; legs wind, and are as slow, as those of their round do."""
    road_seconds: F64
    home_north: F64
    """Shape (rounds,)."""
    home_east: F64
    detour: float
    """Of the legs between stops."""
    metres_a_degree: float


class Legs(TypedDict):
    """Legs to stops, shape (stops,), and the ways back, shape (rounds,)."""

    leg_m: I32
    leg_seconds: I32
    back_m: I32
    back_seconds: I32


def legs(ways: Ways, visited: Bool) -> Legs:
    """Return the legs of rounds that go to some of their stops, in their order, in whole metres and seconds.

    Parameters
    ----------
    visited : shape (stops,); to others there is a leg of 0, and a round that has none goes nowhere
    """
    leg_m, leg_s, back_m, back_s = (np.rint(part).astype(np.int32) for part in _legs(ways, visited))
    return Legs(leg_m=leg_m, leg_seconds=leg_s, back_m=back_m, back_seconds=back_s)


@njit(cache=True, nogil=True)
def _legs(ways: Ways, visited: Bool) -> tuple[F64, F64, F64, F64]:
    north, east, home_north, home_east = ways.north, ways.east, ways.home_north, ways.home_east
    leg_m, leg_s = np.zeros(len(north)), np.zeros(len(north))
    rounds = len(ways.first) - 1
    back_m, back_s = np.zeros(rounds), np.zeros(rounds)
    for number in range(rounds):
        a, b = ways.first[number], ways.first[number + 1]
        latitude = (north[a:b].sum() + home_north[number]) / (b - a + 1) / ways.metres_a_degree
        shrink = np.cos(np.radians(latitude))
        straight, last = 0.0, -1
        for stop in range(a, b):
            home = np.hypot(north[stop] - home_north[number], (east[stop] - home_east[number]) * shrink)
            straight += home
            if not visited[stop]:
                continue
            back_m[number] = home
            leg_m[stop] = home
            if last >= 0:
                leg_m[stop] = ways.detour * np.hypot(north[stop] - north[last], (east[stop] - east[last]) * shrink)
            last = stop
        winding = ways.road_m[a:b].sum() / max(1.0, straight)
        pace = ways.road_seconds[a:b].sum() / max(1.0, ways.road_m[a:b].sum())
        leg_m[a:b] *= winding
        leg_s[a:b] = leg_m[a:b] * pace
        back_m[number] *= winding
        back_s[number] = back_m[number] * pace
    return leg_m, leg_s, back_m, back_s
