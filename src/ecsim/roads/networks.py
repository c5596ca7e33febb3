"""Road networks: the shortest ways over them, by link, and the ways round links that are closed.

A cost is one whole number a link, and ways are shortest by its sum. `lexicographic` packs seconds and metres into one,
so that the fastest way is found, of equally fast ones the shortest, and both are known of it.

References
----------
Dijkstra (1959), A note on two problems in connexion with graphs.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

NO_WAY = np.int64(2**62)
"""As a cost: there is no way."""
_METRES = 2**32
"""More metres than any way has."""


class Network(NamedTuple):
    """Places and the links between them, which go both ways."""

    first: I32
    """Shape (places + 1,): the links of place p are first[p] to below first[p + 1] of the next two."""
    to: I32
    """Shape (2·links,): the place at the other end."""
    link: I32
    """Shape (2·links,)."""
    cost: I64
    """Shape (links,), >= 0."""


class Ways(NamedTuple):
    """The shortest way of every pair of places of a group."""

    first_pair: I64
    """Shape (groups + 1,): pairs of group g begin at first_pair[g], from its i-th member to its j-th at i·n + j."""
    cost: I64
    """Shape (pairs,), or `NO_WAY`."""
    first_link: I64
    """Shape (pairs + 1,): the links of a pair's way are first_link[pair] to below first_link[pair + 1] of `links`."""
    links: I32
    """In the order in which they are passed."""


def network(places: int, start: ArrayLike, end: ArrayLike, cost: ArrayLike) -> Network:
    """Return the network of some links.

    Parameters
    ----------
    places : how many there are
    start, end : shape (links,), places
    cost : shape (links,), whole numbers >= 0
    """
    a, b = np.asarray(start, np.int64), np.asarray(end, np.int64)
    here, there = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.lexsort((there, here))
    first = np.searchsorted(here[order], np.arange(places + 1))
    return Network(
        first=first.astype(np.int32),
        to=there[order].astype(np.int32),
        link=np.tile(np.arange(len(a), dtype=np.int32), 2)[order],
        cost=np.asarray(cost, np.int64),
    )


def lexicographic(seconds: ArrayLike, metres: ArrayLike) -> I64:
    """Return costs by which ways are compared by seconds first, by metres where these are equal."""
    return np.asarray(np.asarray(seconds, np.int64) * _METRES + np.asarray(metres, np.int64), np.int64)


def seconds_and_metres(cost: ArrayLike) -> tuple[I64, I64]:
    """Return what `lexicographic` costs, or sums of them, are made of."""
    both = np.asarray(cost, np.int64)
    return np.asarray(both // _METRES, np.int64), np.asarray(both % _METRES, np.int64)


def costs_from(roads: Network, origin: int) -> I64:
    """Return the cost of the shortest way to every place, shape (places,), or `NO_WAY`."""
    nobody = np.zeros(len(roads.first) - 1, np.bool_)
    return np.asarray(_search(roads, origin, nobody, -1, np.zeros(len(roads.cost), np.bool_))[0], np.int64)


def ways_within(roads: Network, groups: ArrayLike, members: ArrayLike) -> Ways:
    """Return the shortest ways among the members of each group; others may lie on them.

    Parameters
    ----------
    groups : shape (groups + 1,), where the members of each group begin
    members : places, those of a group one after the other
    """
    first, places = np.asarray(groups, np.int64), np.asarray(members, np.int64)
    pairs = np.concatenate([[0], np.cumsum(np.diff(first) ** 2)])
    cost, count, links = _within(roads, first, places, pairs)
    return Ways(pairs, cost, np.concatenate([[0], np.cumsum(count)]), links)


def nearest(roads: Network, kind: ArrayLike, number: int) -> tuple[I32, I64]:
    """Return the nearest places of the same kind of each place, itself first, and the cost of the way there.

    Parameters
    ----------
    kind : shape (places,), whole numbers; of places of kind -1 none is looked for
    number : how many, itself not counted

    Returns
    -------
    Shapes (places, number + 1): places, -1 where there are no more, and costs, `NO_WAY` there
    """
    return _nearest(roads, np.asarray(kind, np.int64), number)


@njit(cache=True, nogil=True)
def _search(roads: Network, origin: int, wanted: Bool, left: int, closed: Bool) -> tuple[I64, I32, I32]:
    """Return costs from a place, and by which link and from which place each was reached; until all wanted are."""
    places = len(roads.first) - 1
    reached = np.full(places, NO_WAY)
    via, before = np.full(places, -1, np.int32), np.full(places, -1, np.int32)
    done = np.zeros(places, np.bool_)
    reached[origin] = 0
    heap = [(np.int64(0), np.int64(origin))]
    while heap:
        cost, place = heappop(heap)
        if done[place]:
            continue
        done[place] = True
        if wanted[place]:
            left -= 1
            if left == 0:
                break
        for edge in range(roads.first[place], roads.first[place + 1]):
            link, there = roads.link[edge], roads.to[edge]
            further = cost + roads.cost[link]
            if not closed[link] and further < reached[there]:
                reached[there], via[there], before[there] = further, link, place
                heappush(heap, (further, np.int64(there)))
    for other in range(places):  # what was seen but not settled may be reached for less
        if not done[other]:
            reached[other] = NO_WAY
    return reached, via, before


@njit(cache=True, nogil=True)
def way(roads: Network, origin: int, target: int, closed: Bool) -> tuple[int, I32]:
    """Return the cost of the shortest way that passes no closed link, and its links; `NO_WAY` if there is none.

    Parameters
    ----------
    closed : shape (links,)
    """
    wanted = np.zeros(len(roads.first) - 1, np.bool_)
    wanted[target] = True
    reached, via, before = _search(roads, origin, wanted, 1, closed)
    if reached[target] == NO_WAY:
        return int(NO_WAY), np.zeros(0, np.int32)
    return int(reached[target]), _links(via, before, origin, target)


@njit(cache=True, nogil=True)
def seconds_and_metres_at(cost: int) -> tuple[int, int]:
    """Return what one `lexicographic` cost is made of; the compiled form of `seconds_and_metres`."""
    return cost // _METRES, cost % _METRES


@njit(cache=True, nogil=True)
def _links(via: I32, before: I32, origin: int, target: int) -> I32:
    """Return the links of the way that a search found."""
    count, place = 0, int(target)
    while place != origin:
        count, place = count + 1, int(before[place])
    links, place = np.empty(count, np.int32), int(target)
    while place != origin:
        count -= 1
        links[count], place = via[place], int(before[place])
    return links


@njit(cache=True, nogil=True)
def _within(roads: Network, first: I64, members: I64, pairs: I64) -> tuple[I64, I64, I32]:
    cost, count = np.full(pairs[-1], NO_WAY), np.zeros(pairs[-1], np.int64)
    links, used = np.empty(4 * len(roads.cost) + 16, np.int32), 0
    wanted, closed = np.zeros(len(roads.first) - 1, np.bool_), np.zeros(len(roads.cost), np.bool_)
    for group in range(len(first) - 1):
        own = members[first[group] : first[group + 1]]
        wanted[own] = True
        for i in range(len(own)):
            reached, via, before = _search(roads, own[i], wanted, len(own), closed)
            for j in range(len(own)):
                pair = pairs[group] + i * len(own) + j
                cost[pair] = reached[own[j]]
                if reached[own[j]] == NO_WAY:
                    continue
                passed = _links(via, before, own[i], own[j])
                count[pair] = len(passed)
                if used + len(passed) > len(links):
                    longer = np.empty(2 * len(links) + len(passed), np.int32)
                    longer[:used] = links[:used]
                    links = longer
                links[used : used + len(passed)] = passed
                used += len(passed)
        wanted[own] = False
    return cost, count, links[:used].copy()


@njit(cache=True, nogil=True)
def _nearest(roads: Network, kind: I64, number: int) -> tuple[I32, I64]:
    places = len(roads.first) - 1
    near, cost = np.full((places, number + 1), -1, np.int32), np.full((places, number + 1), NO_WAY)
    closed, wanted = np.zeros(len(roads.cost), np.bool_), np.zeros(places, np.bool_)
    for origin in range(places):
        if kind[origin] < 0:
            continue
        wanted[:] = kind == kind[origin]
        reached = _search(roads, origin, wanted, number + 1, closed)[0]
        found = np.flatnonzero(wanted & (reached < NO_WAY))
        order = np.argsort(reached[found], kind="mergesort")[: number + 1]
        for row in range(len(order)):
            near[origin, row], cost[origin, row] = found[order[row]], reached[found[order[row]]]
    return near, cost
