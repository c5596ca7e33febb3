"""Which roads rounds take: the fastest ways when all are open, and a day's ways round those that are closed.

Ways round closed roads are searched for once, and found again from then on (`ecsim.roads.detours`, docs/model.md 4.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.roads import NO_WAY, Network, Ways, seconds_and_metres
from ecsim.roads.detours import Detours, open_way
from ecsim.roads.networks import seconds_and_metres_at
from ecsim.rural.logistics.rounds import CLOSED, I32, Bool, Rounds
from ecsim.rural.road_ways import Groups, RoadWays

I64 = NDArray[np.int64]


class Route(NamedTuple):
    """Where the rounds of a plan start and stop: places of the road network; stops lie one after the other."""

    first: I32
    """Shape (rounds + 1,), where the stops of each round begin."""
    home: I64
    """Shape (rounds,)."""
    stop: I64
    """Shape (stops,)."""


class Legs(NamedTuple):
    """What lies between stops."""

    leg_seconds: I32
    """Shape (stops,), from the stop before that is visited, or from home."""
    leg_m: I32
    back_seconds: I32
    """Shape (rounds,)."""
    back_m: I32


class DaysLegs(NamedTuple):
    """The legs of one day, and what closed roads do to them."""

    rounds: Rounds
    wait: I32
    """Shape (stops,): seconds that a van waits on its way for roads to open, or CLOSED: it comes to no such stop."""
    reaches: Bool
    """Shape (rounds,): whether it goes anywhere."""


@dataclass(frozen=True)
class Driving:
    """What drivers find on the roads of a week."""

    roads: RoadWays
    patience: int
    """Seconds that a van waits at closed roads, at most."""
    slowness: float
    """Time a way takes over that when roads are dry."""


def legs(route: Route, groups: Groups, visited: Bool) -> Legs:
    """Return the legs of rounds that go to some of their stops, in their order, by the fastest ways, open and dry.

    Parameters
    ----------
    groups : within each of which rounds have their home and their stops
    visited : shape (stops,); to others there is a leg of 0, and a round that has none goes nowhere
    """
    pairs = _pairs(route, groups, visited)
    seconds, metres = (np.where(pairs >= 0, part, 0) for part in seconds_and_metres(groups.ways.cost[pairs]))
    stops = len(route.stop)
    return Legs(*(part.astype(np.int32) for part in (seconds[:stops], metres[:stops], seconds[stops:], metres[stops:])))


def legs_of_day(
    route: Route, groups: Groups, rounds: Rounds, goes: Bool, visited: Bool, left: I64, driving: Driving
) -> DaysLegs:
    """Return the legs of a day on which some roads are closed.

    A van takes the way on which it loses less: the one that waits for roads to open, as long as it has patience for
    it, or the one round them. Where there is neither it drives up to where the way is shut, turns back, and goes on to
    the next stop.

    Parameters
    ----------
    route, groups, rounds : of the plan
    goes : shape (rounds,)
    visited : shape (stops,), those that vans are sent to; whoever knows that one is cut off sends none
    left : shape (links,), seconds until each road opens; 0 where it is open
    """
    planned = rounds if visited.all() else legs(route, groups, visited)
    changed = Legs(
        _slower(planned.leg_seconds, driving), planned.leg_m.copy(),
        _slower(planned.back_seconds, driving), planned.back_m.copy(),
    )  # fmt: skip
    wait = np.where(visited, 0, CLOSED).astype(np.int32)
    reaches = np.logical_or.reduceat(visited, route.first[:-1]) if len(route.home) else np.zeros(0, np.bool_)
    met = goes & _meets(route.first, _pairs(route, groups, visited), groups.ways, left > 0)
    day = _Day(
        driving.roads.fastest, groups.ways, groups.detours, groups.group, groups.member, groups.size, left,
        driving.patience, driving.slowness,
    )  # fmt: skip
    _go(day, route, np.flatnonzero(met), changed, wait, reaches)
    return DaysLegs(rounds._replace(**changed._asdict()), wait, reaches)


def _slower(seconds: I32, driving: Driving) -> I32:
    return np.asarray(np.rint(seconds * driving.slowness), np.int32)


class _Day(NamedTuple):
    """What is closed today and what there is to know of the ways round it, for compiled loops.

    Fields are those of `RoadWays`, `Groups` and `Driving`.
    """

    roads: Network
    ways: Ways
    detours: Detours
    group: I64
    member: I64
    size: I64
    left: I64
    """Shape (links,), seconds until each road opens; 0 where it is open."""
    patience: int
    slowness: float


@njit(cache=True, nogil=True)
def _go(day: _Day, route: Route, met: I64, changed: Legs, wait: I32, reaches: Bool) -> None:
    """Write legs and waits of the rounds that meet closed roads, and whether they go anywhere."""
    for number in met:
        reaches[number] = _go_round(day, route, number, changed, wait)


@njit(cache=True, nogil=True)
def _go_round(day: _Day, route: Route, number: int, changed: Legs, wait: I32) -> bool:
    """Write one round's legs and waits; return whether it goes anywhere."""
    here, waited, came = route.home[number], 0, False
    for stop in range(route.first[number], route.first[number + 1]):
        if wait[stop] == CLOSED:
            continue
        seconds, metres, lost = _best(day, here, route.stop[stop], waited)
        changed.leg_seconds[stop], changed.leg_m[stop], wait[stop] = seconds, metres, lost
        if lost == CLOSED:
            came = came or seconds > 0
        else:
            here, waited, came = route.stop[stop], waited + lost, True
    seconds, metres, lost = _best(day, here, route.home[number], waited)  # the way there is a way back
    changed.back_seconds[number], changed.back_m[number] = seconds + lost, metres
    return came


@njit(cache=True, nogil=True)
def _best(day: _Day, origin: int, target: int, waited: int) -> tuple[int, int, int]:
    """Return seconds to drive, metres and seconds to wait of the best way; without one those up to where it is shut.

    Parameters
    ----------
    waited : seconds that the van has lost so far, by which roads are that much nearer to opening

    Returns
    -------
    As a wait CLOSED if there is no way: then the van drives to where it is shut, and back
    """
    cost, links = _open_way(day, origin, target, waited + day.patience)
    if cost == NO_WAY:
        seconds, metres = _in_vain(day, origin, target, waited)
        return seconds, metres, CLOSED
    seconds, metres = _driven(day, cost)
    until = waited
    for link in links:
        until = max(until, day.left[link])
    if until > waited:
        cost, _ = _open_way(day, origin, target, 0)
        round_seconds, round_metres = _driven(day, cost)
        if cost != NO_WAY and round_seconds < seconds + until - waited:
            return round_seconds, round_metres, 0
    return seconds, metres, until - waited


@njit(cache=True, nogil=True)
def _open_way(day: _Day, origin: int, target: int, longest: int) -> tuple[int, I32]:
    """Return cost and links of the fastest way on which every road opens within so many seconds."""
    pair = _pair(day.ways.first_pair, day.group, day.member, day.size, origin, target)
    return open_way(day.roads, day.ways, day.detours, pair, (origin, target), day.left, longest)


@njit(cache=True, nogil=True)
def _in_vain(day: _Day, origin: int, target: int, waited: int) -> tuple[int, int]:
    """Return seconds and metres to where the fastest way to a place is shut, and back; see `_best`."""
    pair, cost = _pair(day.ways.first_pair, day.group, day.member, day.size, origin, target), 0
    for place in range(day.ways.first_link[pair], day.ways.first_link[pair + 1]):
        if day.left[day.ways.links[place]] > waited + day.patience:
            break
        cost += day.roads.cost[day.ways.links[place]]
    return _driven(day, 2 * cost)


@njit(cache=True, nogil=True)
def _driven(day: _Day, cost: int) -> tuple[int, int]:
    """Return seconds, as roads are today, and metres of a way."""
    seconds, metres = seconds_and_metres_at(cost)
    return int(np.rint(seconds * day.slowness)), metres


def _pairs(route: Route, groups: Groups, visited: Bool) -> I64:
    """Return the pair of every leg, shape (stops + rounds,): to each visited stop, then the ways home; -1 of others."""
    legs_and_ways_home = np.full(len(route.stop) + len(route.home), -1)
    _write_pairs(route, groups.ways.first_pair, groups.group, groups.member, groups.size, visited, legs_and_ways_home)
    return legs_and_ways_home


@njit(cache=True, nogil=True)
def _write_pairs(
    route: Route, first_pair: I64, group: I64, member: I64, size: I64, visited: Bool, pairs: I64
) -> None:  # fmt: skip
    stops = len(route.stop)
    for number in range(len(route.home)):
        here = home = route.home[number]
        for stop in range(route.first[number], route.first[number + 1]):
            if visited[stop]:
                pairs[stop] = _pair(first_pair, group, member, size, here, route.stop[stop])
                here = route.stop[stop]
        if here != home:
            pairs[stops + number] = _pair(first_pair, group, member, size, here, home)


@njit(cache=True, nogil=True)
def _pair(first_pair: I64, group: I64, member: I64, size: I64, start: int, end: int) -> int:
    """Return the pair of two places of a group; the compiled form of `Groups.pairs`."""
    return int(first_pair[group[start]] + member[start] * size[group[start]] + member[end])


@njit(cache=True, nogil=True)
def _meets(first: I32, pairs: I64, ways: Ways, closed: Bool) -> Bool:
    """Return which rounds pass a closed link."""
    rounds = len(first) - 1
    met = np.zeros(rounds, np.bool_)
    for number in range(rounds):
        for leg in range(first[number], first[number + 1] + 1):
            pair = pairs[first[rounds] + number] if leg == first[number + 1] else pairs[leg]
            if pair < 0:
                continue
            for place in range(ways.first_link[pair], ways.first_link[pair + 1]):
                if closed[ways.links[place]]:
                    met[number] = True
                    break
            if met[number]:
                break
    return met
