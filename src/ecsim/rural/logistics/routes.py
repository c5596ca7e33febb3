"""How long the legs of rounds are, in metres and seconds."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]


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
