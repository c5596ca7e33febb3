"""Which roads rounds take: the fastest ways when all are open, and a day's ways round those that are closed.

Ways over a network are worked out once for each pair of places and each set of closed links that lay on the ways tried
before, and found again from then on (docs/model.md 4.9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.queues import TURNED_BACK, wait_or_turn_back
from ecsim.roads import NO_WAY, Ways, seconds_and_metres, way
from ecsim.rural.logistics.rounds import CLOSED, I32, Bool, Rounds
from ecsim.rural.road_ways import Groups, KnownWay, RoadWays

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
    every = visited.all()
    planned = Legs(*(getattr(rounds, name) for name in Legs._fields)) if every else legs(route, groups, visited)
    slow = planned._replace(
        leg_seconds=_slower(planned.leg_seconds, driving), back_seconds=_slower(planned.back_seconds, driving)
    )
    wait = np.where(visited, 0, CLOSED).astype(np.int32)
    reaches = np.logical_or.reduceat(visited, route.first[:-1]) if len(route.home) else np.zeros(0, np.bool_)
    met = np.flatnonzero(_meets(route.first, _pairs(route, groups, visited), groups.ways, left > 0) & goes)
    if not met.size:
        return DaysLegs(rounds._replace(**slow._asdict()), wait, reaches)
    changed = slow._replace(leg_m=slow.leg_m.copy(), back_m=slow.back_m.copy())
    day = _Day(driving, left)
    for number in met.tolist():
        reaches[number] = _go_round(day, route, number, changed, wait)
    return DaysLegs(rounds._replace(**changed._asdict()), wait, reaches)


def _slower(seconds: I32, driving: Driving) -> I32:
    return np.asarray(np.rint(seconds * driving.slowness), np.int32)


class _Day:
    """What is closed today, and the ways round it."""

    def __init__(self, driving: Driving, left: I64) -> None:
        self.driving = driving
        self.links = np.flatnonzero(left)
        self.left = dict(zip(self.links.tolist(), left[self.links].tolist(), strict=True))
        self.closed = frozenset(self.left)
        self._shut: dict[int, frozenset[int]] = {}

    def best(self, origin: int, target: int, waited: int) -> tuple[int, int, int] | None:
        """Return seconds to drive, metres and seconds to wait of the best way; None if there is none.

        Parameters
        ----------
        waited : seconds that the van has lost so far, by which roads are that much nearer to opening
        """
        patient = self._open_way(origin, target, self._shut_after(waited))
        if patient is None:
            return None
        until = max((self.left[link] for link in self.closed.intersection(patient.links)), default=0)
        wait = max(0, until - waited)
        drive = self._seconds(patient)
        if wait:
            around = self._open_way(origin, target, self.closed)
            if around is not None and self._seconds(around) < drive + wait:
                return self._seconds(around), around.metres, 0
        return drive, patient.metres, wait

    def in_vain(self, origin: int, target: int, waited: int) -> tuple[int, int]:
        """Return seconds and metres to where the fastest way to a place is shut, and back.

        Parameters
        ----------
        waited : as of `best`
        """
        planned, shut = known_way(self.driving.roads, origin, target, frozenset()), self._shut_after(waited)
        assert planned is not None, "a prefecture is one network"
        upto = next(row for row, link in enumerate(planned.links) if link in shut)
        seconds, metres = seconds_and_metres(self.driving.roads.fastest.cost[list(planned.links[:upto])].sum())
        return round(2 * int(seconds) * self.driving.slowness), 2 * int(metres)

    def _seconds(self, known: KnownWay) -> int:
        return round(known.seconds * self.driving.slowness)

    def _shut_after(self, waited: int) -> frozenset[int]:
        """Return the links at which a van would not wait that has waited so long already."""
        if waited not in self._shut:
            left = np.array(list(self.left.values())) - waited
            never = wait_or_turn_back(left, self.driving.patience) == TURNED_BACK
            self._shut[waited] = frozenset(self.links[never].tolist())
        return self._shut[waited]

    def _open_way(self, origin: int, target: int, shut: frozenset[int]) -> KnownWay | None:
        """Return the fastest way without links that are shut: ways are tried and what is shut on them is left out."""
        without: frozenset[int] = frozenset()
        while (found := known_way(self.driving.roads, origin, target, without)) is not None:
            blocked = shut.intersection(found.links)
            if not blocked:
                return found
            without |= blocked
        return None


def known_way(roads: RoadWays, origin: int, target: int, without: frozenset[int]) -> KnownWay | None:
    """Return the fastest way that passes none of some links, None if there is none; each is worked out once."""
    key = origin, target, without
    if key not in roads.known:
        closed = np.zeros(len(roads.fastest.cost), np.bool_)
        closed[list(without)] = True
        cost, links = way(roads.fastest, origin, target, closed)
        seconds, metres = seconds_and_metres(cost)
        none = cost == NO_WAY
        roads.known[key] = None if none else KnownWay(int(seconds), int(metres), tuple(links.tolist()))
    return roads.known[key]


def _go_round(day: _Day, route: Route, number: int, changed: Legs, wait: I32) -> bool:
    """Write one round's legs and waits; return whether it goes anywhere."""
    here, waited, came = int(route.home[number]), 0, False
    for stop in range(route.first[number], route.first[number + 1]):
        if wait[stop] == CLOSED:
            continue
        best = day.best(here, int(route.stop[stop]), waited)
        if best is None:
            changed.leg_seconds[stop], changed.leg_m[stop] = day.in_vain(here, int(route.stop[stop]), waited)
            wait[stop], came = CLOSED, came or changed.leg_seconds[stop] > 0
            continue
        changed.leg_seconds[stop], changed.leg_m[stop], wait[stop] = best
        here, waited, came = int(route.stop[stop]), waited + best[2], True
    home = day.best(here, int(route.home[number]), waited)
    assert home is not None, "the way there is a way back"
    changed.back_seconds[number], changed.back_m[number] = home[0] + home[2], home[1]
    return came


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
        home = route.home[number]
        here, base, many = home, first_pair[group[home]], size[group[home]]
        for stop in range(route.first[number], route.first[number + 1]):
            if visited[stop]:
                pairs[stop] = base + member[here] * many + member[route.stop[stop]]
                here = route.stop[stop]
        if here != home:
            pairs[stops + number] = base + member[here] * many + member[home]


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
