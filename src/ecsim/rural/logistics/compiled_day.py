"""The operating day as one compiled loop: the recursion of Kiefer and Wolfowitz for vans and docks.

Rounds of a depot ask for vans in the order they are sorted, and for docks in the order they got their vans; both
queues are first come, first served. So each round's times follow from the vans' and docks' free times alone.

References
----------
Kiefer and Wolfowitz (1955), On the theory of queues with many servers.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds

I64 = NDArray[np.int64]


def run_day(rounds: Rounds, depots: Depots, terms: DayTerms, day: DayInput) -> DayResult:
    """Return what every depot's vehicles did in a day; equal to `day.run_day` to the second.

    Parameters
    ----------
    rounds, depots : who drives where, and with how many vans and docks
    terms : numbers of an operating day
    day : which rounds go, loads and waits by stop

    Returns
    -------
    What was delivered by stop, and what each round drove; equal to the second to `ecsim.rural.logistics.day.run_day`

    References
    ----------
    docs/model.md 4.9: the recursion of free times after Kiefer and Wolfowitz.
    """
    result = DayResult.empty(rounds)
    _run(rounds, depots, terms, day, result)
    return result


@njit(cache=True, nogil=True)
def _run(rounds: Rounds, depots: Depots, terms: DayTerms, day: DayInput, result: DayResult) -> None:
    depot, vans, docks = rounds.depot, depots.vans, depots.docks
    van_free = np.zeros(vans.max() if len(vans) else 1, np.int64)
    dock_free = np.zeros(docks.max() if len(docks) else 1, np.int64)
    loads = np.zeros(len(rounds.place), np.int64)
    arrival = -1
    sorted_parcels, left_home = np.int64(0), 0
    for number in range(len(depot)):
        if depot[number] != arrival:
            arrival = depot[number]
            van_free[:], dock_free[:] = 0, 0
            sorted_parcels, left_home = np.int64(0), 0
        if not day.goes[number]:
            continue
        sorted_parcels += _fill(rounds, terms, day, number, depots.sorting_ms[arrival], sorted_parcels, loads)
        carried, duration = _reckon(rounds, terms, day, number, loads)
        loading = carried * terms.loading_ms // 1000
        ready = sorted_parcels * depots.sorting_ms[arrival] // 1000
        van = np.argmin(van_free[: vans[arrival]])
        taken = max(ready, van_free[van])
        if left_home >= vans[arrival] and taken + loading + duration > terms.day_seconds:
            continue
        left_home += 1
        dock = np.argmin(dock_free[: docks[arrival]])
        leaves = max(taken, dock_free[dock]) + loading
        dock_free[dock] = leaves
        van_free[van] = leaves + duration
        _drive(rounds, terms, day, number, leaves, loads, result)
        result.ran[number], result.back[number], result.away[number] = (
            True,
            leaves + duration,
            leaves + duration - taken,
        )


@njit(cache=True, nogil=True)
def _fill(
    rounds: Rounds, terms: DayTerms, day: DayInput, number: int, sorting_ms: np.int32, before: np.int64, loads: I64
) -> np.int64:  # fmt: skip
    """Write what a round's van takes for each stop, as far as it is sorted and there is room; return what was sorted.

    Parameters
    ----------
    before : parcels that were sorted for rounds before
    """
    carried, fresh, capacity = np.int64(0), np.int64(0), np.int64(rounds.capacity[number])
    for stop in range(rounds.first[number], rounds.first[number + 1]):
        loads[stop] = 0
        if day.wait[stop] == CLOSED:
            continue
        wanted = min(np.int64(day.load[stop]), np.int64(day.room[stop]))
        known = min(wanted, np.int64(day.load[stop]) - day.fresh[stop], capacity - carried)
        new = min(wanted - known, capacity - carried - known)
        if sorting_ms > 0:
            new = min(new, max(1000 * terms.sorting_seconds // sorting_ms - before - fresh, 0))
        loads[stop] = known + new
        carried += known + new
        fresh += new
    return fresh


@njit(cache=True, nogil=True)
def _reckon(rounds: Rounds, terms: DayTerms, day: DayInput, number: int, loads: I64) -> tuple[np.int64, np.int64]:
    """Return the parcels that a round's van takes, and the seconds from leaving the dock to being home."""
    begin, end = rounds.first[number], rounds.first[number + 1]
    carried, duration = loads[begin:end].sum(), np.int64(rounds.back_seconds[number])
    on_board = carried
    for stop in range(begin, end):
        duration += rounds.leg_seconds[stop]
        if day.wait[stop] != CLOSED:
            given, taken_in = _exchange(day, stop, loads, on_board, rounds.capacity[number])
            on_board += taken_in - given
            duration += day.wait[stop] + _at_stop(rounds, terms, stop, given, taken_in)
    return carried, duration


@njit(cache=True, nogil=True)
def _exchange(
    day: DayInput, stop: int, loads: I64, on_board: np.int64, capacity: np.int32
) -> tuple[np.int64, np.int64]:  # fmt: skip
    """Return the parcels handed over at a stop, and the goods taken in as far as there is room then."""
    if day.shut[stop]:
        return np.int64(0), np.int64(0)
    return loads[stop], min(np.int64(day.pickup[stop]), np.int64(capacity) - on_board + loads[stop])


@njit(cache=True, nogil=True)
def _at_stop(rounds: Rounds, terms: DayTerms, stop: int, given: np.int64, taken_in: np.int64) -> np.int64:
    """Return the seconds that a van stands at a stop."""
    return np.int64(terms.stop_seconds + rounds.parcel_seconds[stop] * given + terms.pickup_seconds * taken_in)


@njit(cache=True, nogil=True)
def _drive(
    rounds: Rounds, terms: DayTerms, day: DayInput, number: int, leaves: np.int64, loads: I64, result: DayResult
) -> None:  # fmt: skip
    """Write what a round does."""
    begin, end = rounds.first[number], rounds.first[number + 1]
    now, on_board, metres = leaves, loads[begin:end].sum(), np.int64(rounds.back_m[number])
    for stop in range(begin, end):
        now += rounds.leg_seconds[stop]
        metres += rounds.leg_m[stop]
        if day.wait[stop] == CLOSED:
            continue
        now += day.wait[stop]
        given, taken_in = _exchange(day, stop, loads, on_board, rounds.capacity[number])
        on_board += taken_in - given
        result.arrive[stop], result.delivered[stop], result.picked[stop] = now, given, taken_in
        now += _at_stop(rounds, terms, stop, given, taken_in)
    result.driven_m[number] = metres
