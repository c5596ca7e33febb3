"""Local improvement of trips: stops moved, swapped and turned round until nothing shortens the whole.

Segments of up to three stops move within and between trips, trips exchange their ends, and each is turned within
itself (2-opt). Moves are tried in a fixed order and only strictly shorter ones are taken, so in whole numbers it ends,
always alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

I64 = NDArray[np.int64]
LONGEST_SEGMENT = 3


class Stops(NamedTuple):
    """What trips are made over; location 0 is the depot, stops are 1 to n; whole numbers all."""

    lengths: I64
    """Shape (n + 1, n + 1), symmetric."""
    brought: I64
    taken: I64
    """Shape (n + 1,) each."""
    at_stop: int
    """What a stop adds to the length of a trip for its limit alone."""
    capacity: int
    longest: int


class Trips(NamedTuple):
    """Trips under way of being improved; ``stops[t, : size[t]]`` are those of trip t."""

    stops: I64
    size: I64
    first: I64
    """Where a trip is made that may take the place of one, and below another that may take that of a second."""
    second: I64


class Move(NamedTuple):
    """A segment of ``many`` stops from a place of a trip to a place of the same or another, turned round or not."""

    trip: int
    place: int
    many: int
    to: int
    at: int
    turned: bool


def improved(over: Stops, chains: list[I64]) -> list[I64]:
    """Return trips that no single move shortens, those left without stops taken out.

    Parameters
    ----------
    over : lengths, loads and limits
    chains : trips, as ordered stops
    """
    room = np.zeros((len(chains) + 2, len(over.lengths)), np.int64)
    trips = Trips(room[:-2], np.array([len(chain) for chain in chains], np.int64), room[-2], room[-1])
    for row, chain in zip(trips.stops, chains, strict=True):
        row[: len(chain)] = chain
    _improve(over, trips)
    return [stops[:size].copy() for stops, size in zip(trips.stops, trips.size, strict=True) if size]


@njit(cache=True, nogil=True)
def _improve(over: Stops, trips: Trips) -> None:
    again = True
    while again:
        again = False
        for a in range(len(trips.size)):
            again |= _turn(over, trips, a)
            place = 0
            while place < trips.size[a]:
                for many in range(1, LONGEST_SEGMENT + 1):
                    again |= _move(over, trips, a, place, many)
                again |= _swap(over, trips, a, place)
                place += 1
            for b in range(a + 1, len(trips.size)):
                again |= _cross(over, trips, a, b)


@njit(cache=True, nogil=True)
def _at(trips: Trips, trip: int, place: int) -> int:
    """Return the stop at a place of a trip, or the depot before its first and after its last."""
    return trips.stops[trip, place] if 0 <= place < trips.size[trip] else 0


@njit(cache=True, nogil=True)
def _fits(over: Stops, stops: I64, size: int) -> bool:
    """Return whether a trip keeps to capacity after every stop, and to its longest length."""
    load, length, last = np.int64(0), over.at_stop * size, np.int64(0)
    for place in range(size):
        load += over.brought[stops[place]]
        length += over.lengths[last, stops[place]]
        last = stops[place]
    if load > over.capacity or length + over.lengths[last, 0] > over.longest:
        return False
    for place in range(size):
        load += over.taken[stops[place]] - over.brought[stops[place]]
        if load > over.capacity:
            return False
    return True


@njit(cache=True, nogil=True)
def _take(over: Stops, trips: Trips, a: int, many: int, b: int, more: int) -> bool:
    """Put what was made in the place of the trips that it was made of, if it fits."""
    if not _fits(over, trips.first, many) or (a != b and not _fits(over, trips.second, more)):
        return False
    trips.stops[a, :many], trips.size[a] = trips.first[:many], many
    if a != b:
        trips.stops[b, :more], trips.size[b] = trips.second[:more], more
    return True


@njit(cache=True, nogil=True)
def _turn(over: Stops, trips: Trips, a: int) -> bool:
    """Turn round part of a trip where that shortens it (2-opt)."""
    c, done = over.lengths, False
    for i in range(trips.size[a] - 1):
        for j in range(i + 1, trips.size[a]):
            before, start, end, after = _at(trips, a, i - 1), _at(trips, a, i), _at(trips, a, j), _at(trips, a, j + 1)
            if c[before, end] + c[start, after] < c[before, start] + c[end, after]:
                size = trips.size[a]
                trips.first[:size] = trips.stops[a, :size]
                trips.first[i : j + 1] = trips.stops[a, i : j + 1][::-1]
                done |= _take(over, trips, a, size, a, size)
    return done


@njit(cache=True, nogil=True)
def _move(over: Stops, trips: Trips, a: int, i: int, many: int) -> bool:
    """Move a segment to the place, of any trip and either way round, where it shortens the whole most."""
    c = over.lengths
    if i + many > trips.size[a]:
        return False
    start, end = trips.stops[a, i], trips.stops[a, i + many - 1]
    before, after = _at(trips, a, i - 1), _at(trips, a, i + many)
    gone = c[before, after] - c[before, start] - c[end, after]
    best, move = np.int64(0), Move(a, i, many, -1, 0, False)
    for b in range(len(trips.size)):
        for j in range(trips.size[b] + 1):
            if a == b and i <= j <= i + many:
                continue
            left, right = _at(trips, b, j - 1), _at(trips, b, j)
            for way in range(2 if many > 1 else 1):
                head, tail = (end, start) if way else (start, end)
                change = gone + c[left, head] + c[tail, right] - c[left, right]
                if change < best and _moved(over, trips, Move(a, i, many, b, j, way == 1), False):
                    best, move = change, Move(a, i, many, b, j, way == 1)
    return move.to >= 0 and _moved(over, trips, move, True)


@njit(cache=True, nogil=True)
def _moved(over: Stops, trips: Trips, move: Move, take: bool) -> bool:
    """Say whether a segment fits at a place, and put it there if it is to be taken."""
    a, i, many, b = move.trip, move.place, move.many, move.to
    rest = trips.size[a] - many
    trips.first[:i] = trips.stops[a, :i]
    trips.first[i:rest] = trips.stops[a, i + many : trips.size[a]]
    into, size, at = trips.first, rest, move.at if move.at < i else move.at - many
    if a != b:
        into, size, at = trips.second, trips.size[b], move.at
        into[:size] = trips.stops[b, :size]
    for place in range(size - 1, at - 1, -1):
        into[place + many] = into[place]
    for place in range(many):
        into[at + place] = trips.stops[a, i + many - 1 - place if move.turned else i + place]
    if take:
        return _take(over, trips, a, rest + many if a == b else rest, b, size + many)
    return _fits(over, into, size + many) and (a == b or _fits(over, trips.first, rest))


@njit(cache=True, nogil=True)
def _swap(over: Stops, trips: Trips, a: int, i: int) -> bool:
    """Swap a stop for one of a later trip where that shortens the whole."""
    c = over.lengths
    for b in range(a + 1, len(trips.size)):
        for j in range(trips.size[b]):
            if i >= trips.size[a]:
                return False
            one, other = trips.stops[a, i], trips.stops[b, j]
            before, after, left, right = (
                _at(trips, a, i - 1),
                _at(trips, a, i + 1),
                _at(trips, b, j - 1),
                _at(trips, b, j + 1),
            )
            change = c[before, other] + c[other, after] - c[before, one] - c[one, after]
            change += c[left, one] + c[one, right] - c[left, other] - c[other, right]
            if change < 0:
                many, more = trips.size[a], trips.size[b]
                trips.first[:many], trips.second[:more] = trips.stops[a, :many], trips.stops[b, :more]
                trips.first[i], trips.second[j] = other, one
                if _take(over, trips, a, many, b, more):
                    return True
    return False


@njit(cache=True, nogil=True)
def _cross(over: Stops, trips: Trips, a: int, b: int) -> bool:
    """Let two trips exchange their ends, as they are or the one's begin for the other's, where that shortens both."""
    c = over.lengths
    for i in range(trips.size[a] + 1):
        for j in range(trips.size[b] + 1):
            before, after, left, right = _at(trips, a, i - 1), _at(trips, a, i), _at(trips, b, j - 1), _at(trips, b, j)
            now = c[before, after] + c[left, right]
            if c[before, right] + c[left, after] < now and _joined(over, trips, a, i, b, j, False):
                return True
            if c[before, left] + c[after, right] < now and _joined(over, trips, a, i, b, j, True):
                return True
    return False


@njit(cache=True, nogil=True)
def _joined(over: Stops, trips: Trips, a: int, i: int, b: int, j: int, turned: bool) -> bool:
    """Join begins and ends of two trips anew, if both fit."""
    many, more, first, second = trips.size[a], trips.size[b], trips.first, trips.second
    if turned:  # the first's begin and the second's begin, turned; the first's end, turned, and the second's end
        first[:i], first[i : i + j] = trips.stops[a, :i], trips.stops[b, :j][::-1]
        second[: many - i] = trips.stops[a, i:many][::-1]
        second[many - i : many - i + more - j] = trips.stops[b, j:more]
        return _take(over, trips, a, i + j, b, many - i + more - j)
    first[:i], first[i : i + more - j] = trips.stops[a, :i], trips.stops[b, j:more]
    second[:j], second[j : j + many - i] = trips.stops[b, :j], trips.stops[a, i:many]
    return _take(over, trips, a, i + more - j, b, j + many - i)
