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

from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds


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
    arrival = -1
    sorted_ms, left_home = np.int64(0), 0
    for number in range(len(depot)):
        if depot[number] != arrival:
            arrival = depot[number]
            van_free[:], dock_free[:] = 0, 0
            sorted_ms, left_home = np.int64(0), 0
        if not day.goes[number]:
            continue
        carried, duration = _reckon(rounds, terms, day, number)
        loading = carried * terms.loading_ms // 1000
        sorted_ms += carried * depots.sorting_ms[arrival]
        ready = sorted_ms // 1000
        van = np.argmin(van_free[: vans[arrival]])
        taken = max(ready, van_free[van])
        if left_home >= vans[arrival] and taken + loading + duration > terms.day_seconds:
            continue
        left_home += 1
        dock = np.argmin(dock_free[: docks[arrival]])
        leaves = max(taken, dock_free[dock]) + loading
        dock_free[dock] = leaves
        van_free[van] = leaves + duration
        _drive(rounds, terms, day, number, leaves, carried, result)
        result.ran[number], result.back[number], result.away[number] = (
            True,
            leaves + duration,
            leaves + duration - taken,
        )


@njit(cache=True, nogil=True)
def _reckon(rounds: Rounds, terms: DayTerms, day: DayInput, number: int) -> tuple[np.int64, np.int64]:
    """Return the parcels that a round's van takes, and the seconds from leaving the dock to being home."""
    begin, end = rounds.first[number], rounds.first[number + 1]
    carried, duration = np.int64(0), np.int64(rounds.back_seconds[number])
    for stop in range(begin, end):
        duration += rounds.leg_seconds[stop]
        if day.wait[stop] != CLOSED:
            carried += min(np.int64(day.load[stop]), terms.capacity - carried)
            duration += day.wait[stop] + terms.stop_seconds
    on_board, to_give = carried, carried
    for stop in range(begin, end):
        if day.wait[stop] != CLOSED:
            given, taken_in = _exchange(terms, day, stop, to_give, on_board)
            to_give -= given
            on_board += taken_in - given
            duration += terms.pickup_seconds * taken_in
    return carried, duration + terms.parcel_seconds * carried


@njit(cache=True, nogil=True)
def _exchange(
    terms: DayTerms, day: DayInput, stop: int, to_give: np.int64, on_board: np.int64
) -> tuple[np.int64, np.int64]:
    """Return the parcels handed over at a stop, and the goods taken in as far as there is room then."""
    given = min(np.int64(day.load[stop]), to_give)
    return given, min(np.int64(day.pickup[stop]), terms.capacity - on_board + given)


@njit(cache=True, nogil=True)
def _drive(
    rounds: Rounds, terms: DayTerms, day: DayInput, number: int, leaves: np.int64, carried: np.int64, result: DayResult
) -> None:  # fmt: skip
    """Write what a round does."""
    now, to_give, on_board, metres = leaves, carried, carried, np.int64(rounds.back_m[number])
    for stop in range(rounds.first[number], rounds.first[number + 1]):
        now += rounds.leg_seconds[stop]
        metres += rounds.leg_m[stop]
        if day.wait[stop] == CLOSED:
            continue
        now += day.wait[stop]
        given, taken_in = _exchange(terms, day, stop, to_give, on_board)
        to_give -= given
        on_board += taken_in - given
        result.arrive[stop], result.delivered[stop], result.picked[stop] = now, given, taken_in
        now += terms.stop_seconds + terms.parcel_seconds * given + terms.pickup_seconds * taken_in
    result.driven_m[number] = metres
