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


def improved(over: Stops, chains: list[I64]) -> list[I64]:
    """Return trips that no single move shortens, those left without stops taken out.

    Parameters
    ----------
    over : lengths, loads and limits
    chains : trips, as ordered stops
    """
    trips = Trips(np.zeros((len(chains), len(over.lengths)), np.int64), np.array([len(c) for c in chains], np.int64))
    for row, chain in zip(trips.stops, chains, strict=True):
        row[: len(chain)] = chain
    _improve(over, trips)
    return [stops[:size].copy() for stops, size in zip(trips.stops, trips.size, strict=True) if size]


@njit(cache=True, nogil=True)
def _improve(over: Stops, trips: Trips) -> None:
    first, second = np.empty_like(trips.stops[0]), np.empty_like(trips.stops[0])
    again = True
    while again:
        again = False
        for a in range(len(trips.size)):
            again |= _turn(over, trips, a, first)
            place = 0
            while place < trips.size[a]:
                for many in range(1, LONGEST_SEGMENT + 1):
                    again |= _move(over, trips, a, place, many, first, second)
                again |= _swap(over, trips, a, place, first, second)
                place += 1
            for b in range(a + 1, len(trips.size)):
                again |= _cross(over, trips, a, b, first, second)


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
def _take(over: Stops, trips: Trips, a: int, first: I64, many: int, b: int, second: I64, more: int) -> bool:
    """Put two trips in the place of those that they were made of, if they fit."""
    if not _fits(over, first, many) or (a != b and not _fits(over, second, more)):
        return False
    trips.stops[a, :many], trips.size[a] = first[:many], many
    if a != b:
        trips.stops[b, :more], trips.size[b] = second[:more], more
    return True


@njit(cache=True, nogil=True)
def _turn(over: Stops, trips: Trips, a: int, first: I64) -> bool:
    """Turn round part of a trip where that shortens it (2-opt)."""
    c, done = over.lengths, False
    for i in range(trips.size[a] - 1):
        for j in range(i + 1, trips.size[a]):
            before, start, end, after = _at(trips, a, i - 1), _at(trips, a, i), _at(trips, a, j), _at(trips, a, j + 1)
            if c[before, end] + c[start, after] < c[before, start] + c[end, after]:
                size = trips.size[a]
                first[:size] = trips.stops[a, :size]
                first[i : j + 1] = trips.stops[a, i : j + 1][::-1]
                done |= _take(over, trips, a, first, size, a, first, size)
    return done


@njit(cache=True, nogil=True)
def _move(over: Stops, trips: Trips, a: int, i: int, many: int, first: I64, second: I64) -> bool:
    """Move a segment to the place, of any trip and either way round, where it shortens the whole most."""
    c = over.lengths
    if i + many > trips.size[a]:
        return False
    start, end = trips.stops[a, i], trips.stops[a, i + many - 1]
    before, after = _at(trips, a, i - 1), _at(trips, a, i + many)
    gone = c[before, after] - c[before, start] - c[end, after]
    best, to, place, turned = np.int64(0), -1, 0, False
    for b in range(len(trips.size)):
        for j in range(trips.size[b] + 1):
            if a == b and i <= j <= i + many:
                continue
            left, right = _at(trips, b, j - 1), _at(trips, b, j)
            for way in range(2 if many > 1 else 1):
                head, tail = (end, start) if way else (start, end)
                change = gone + c[left, head] + c[tail, right] - c[left, right]
                if change < best and _moved(over, trips, a, i, many, b, j, way == 1, first, second, False):
                    best, to, place, turned = change, b, j, way == 1
    return to >= 0 and _moved(over, trips, a, i, many, to, place, turned, first, second, True)


@njit(cache=True, nogil=True)
def _moved(
    over: Stops, trips: Trips, a: int, i: int, many: int, b: int, j: int, turned: bool, first: I64, second: I64,
    take: bool,
) -> bool:  # fmt: skip
    """Say whether a segment fits at a place, and put it there if it is to be taken."""
    rest = trips.size[a] - many
    first[:i] = trips.stops[a, :i]
    first[i:rest] = trips.stops[a, i + many : trips.size[a]]
    into, size, at = (first, rest, j if j < i else j - many) if a == b else (second, trips.size[b], j)
    if a != b:
        second[:size] = trips.stops[b, :size]
    for place in range(size - 1, at - 1, -1):
        into[place + many] = into[place]
    for place in range(many):
        into[at + place] = trips.stops[a, i + many - 1 - place if turned else i + place]
    if take:
        return _take(over, trips, a, first, rest + many if a == b else rest, b, second, size + many)
    return _fits(over, into, size + many) and (a == b or _fits(over, first, rest))


@njit(cache=True, nogil=True)
def _swap(over: Stops, trips: Trips, a: int, i: int, first: I64, second: I64) -> bool:
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
                first[:many], second[:more] = trips.stops[a, :many], trips.stops[b, :more]
                first[i], second[j] = other, one
                if _take(over, trips, a, first, many, b, second, more):
                    return True
    return False


@njit(cache=True, nogil=True)
def _cross(over: Stops, trips: Trips, a: int, b: int, first: I64, second: I64) -> bool:
    """Let two trips exchange their ends, as they are or the one's begin for the other's, where that shortens both."""
    c = over.lengths
    for i in range(trips.size[a] + 1):
        for j in range(trips.size[b] + 1):
            before, after, left, right = _at(trips, a, i - 1), _at(trips, a, i), _at(trips, b, j - 1), _at(trips, b, j)
            now = c[before, after] + c[left, right]
            if c[before, right] + c[left, after] < now and _joined(over, trips, a, i, b, j, False, first, second):
                return True
            if c[before, left] + c[after, right] < now and _joined(over, trips, a, i, b, j, True, first, second):
                return True
    return False


@njit(cache=True, nogil=True)
def _joined(over: Stops, trips: Trips, a: int, i: int, b: int, j: int, turned: bool, first: I64, second: I64) -> bool:
    """Join begins and ends of two trips anew, if both fit."""
    many, more = trips.size[a], trips.size[b]
    if turned:  # the first's begin and the second's begin, turned; the first's end, turned, and the second's end
        first[:i], first[i : i + j] = trips.stops[a, :i], trips.stops[b, :j][::-1]
        second[: many - i], second[many - i : many - i + more - j] = (
            trips.stops[a, i:many][::-1],
            trips.stops[b, j:more],
        )
        return _take(over, trips, a, first, i + j, b, second, many - i + more - j)
    first[:i], first[i : i + more - j] = trips.stops[a, :i], trips.stops[b, j:more]
    second[:j], second[j : j + many - i] = trips.stops[b, :j], trips.stops[a, i:many]
    return _take(over, trips, a, first, i + more - j, b, second, j + many - i)
