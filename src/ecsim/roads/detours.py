"""Ways round closed links, kept as they are found, so that each is searched for once.

The shortest way without some links stays the shortest as long as these are shut and none of its own is: to shut others
makes no way shorter, and of equally short ways the search finds the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.roads.networks import Network, Ways, way

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
ROOM = 2**13
"""How many detours are kept; a store that is full forgets all of them."""
LINKS_A_DETOUR = 64
"""For how many links of each there is room in the mean."""


class Detours(NamedTuple):
    """Ways round closed links that were found so far: those of a pair of places are a chain, the newest first."""

    newest: I64
    """Shape (pairs,): the detour of each pair that was found last, or -1."""
    older: I64
    """Shape (room,): the one of the same pair that was found before, or -1."""
    cost: I64
    """Shape (room,), or `NO_WAY`."""
    first: I64
    """Shape (2·room + 1,): the links that detour d does without begin at first[2·d] of `links`, its own at the next."""
    links: I32
    used: I64
    """Shape (1,), how many there are."""


def no_detours(pairs: int) -> Detours:
    """Return a store for so many pairs of places, in which there is none yet."""
    older, cost = np.empty((2, ROOM), np.int64)
    first, links = np.zeros(2 * ROOM + 1, np.int64), np.empty(LINKS_A_DETOUR * ROOM, np.int32)
    return Detours(np.full(pairs, -1), older, cost, first, links, np.zeros(1, np.int64))


@njit(cache=True, nogil=True)
def open_way(
    roads: Network, ways: Ways, detours: Detours, pair: int, ends: tuple[int, int], left: I64, longest: int
) -> tuple[int, I32]:  # fmt: skip
    """Return cost and links of the shortest way without links that are shut; `NO_WAY` if there is none.

    Parameters
    ----------
    ways : the shortest ways when every link is open
    pair, ends : whose way is looked for: of `ways`, and as places
    left : shape (links,), how long it takes until each opens; 0 where it is open
    longest : a link that opens later than that is shut
    """
    planned = ways.links[ways.first_link[pair] : ways.first_link[pair + 1]]
    if not _any_shut(planned, left, longest):
        return ways.cost[pair], planned
    detour = detours.newest[pair]
    while detour >= 0 and not _holds(detours, detour, left, longest):
        detour = detours.older[detour]
    if detour < 0:
        detour = _search(roads, planned, detours, pair, ends, left, longest)
    return detours.cost[detour], detours.links[detours.first[2 * detour + 1] : detours.first[2 * detour + 2]]


@njit(cache=True, nogil=True)
def _any_shut(links: I32, left: I64, longest: int) -> bool:
    for link in links:  # noqa: SIM110 (compiled)
        if left[link] > longest:
            return True
    return False


@njit(cache=True, nogil=True)
def _holds(detours: Detours, detour: int, left: I64, longest: int) -> bool:
    """Return whether what a detour does without is shut, and it is not."""
    own = detours.first[2 * detour + 1]
    for link in detours.links[detours.first[2 * detour] : own]:
        if left[link] <= longest:
            return False
    return not _any_shut(detours.links[own : detours.first[2 * detour + 2]], left, longest)


@njit(cache=True, nogil=True)
def _search(
    roads: Network, planned: I32, detours: Detours, pair: int, ends: tuple[int, int], left: I64, longest: int
) -> int:  # fmt: skip
    """Keep a new detour and return its number: ways are tried, and what is shut on them is left out."""
    cost, links, closed = 0, planned, np.zeros(len(roads.cost), np.bool_)
    while _any_shut(links, left, longest):
        for link in links:
            closed[link] = closed[link] or left[link] > longest
        cost, links = way(roads, ends[0], ends[1], closed)
    return _keep(detours, pair, cost, np.flatnonzero(closed), links)


@njit(cache=True, nogil=True)
def _keep(detours: Detours, pair: int, cost: int, without: I64, links: I32) -> int:
    number = int(detours.used[0])
    if number == len(detours.cost) or detours.first[2 * number] + len(without) + len(links) > len(detours.links):
        number, detours.newest[:] = 0, -1
    own = detours.first[2 * number] + len(without)
    detours.links[detours.first[2 * number] : own] = without
    detours.links[own : own + len(links)] = links
    detours.first[2 * number + 1], detours.first[2 * number + 2] = own, own + len(links)
    detours.older[number], detours.cost[number], detours.newest[pair] = detours.newest[pair], cost, number
    detours.used[0] = number + 1
    return number
