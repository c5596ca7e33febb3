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
    depot, first, vans, docks, load, wait = rounds.depot, rounds.first, depots.vans, depots.docks, day.load, day.wait
    capacity = terms.capacity
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
        carried, duration = np.int64(0), np.int64(rounds.back_seconds[number])
        for stop in range(first[number], first[number + 1]):
            duration += rounds.leg_seconds[stop]
            if wait[stop] != CLOSED:
                carried += min(np.int64(load[stop]), capacity - carried)
                duration += wait[stop] + terms.stop_seconds
        duration += terms.parcel_seconds * carried
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
        now, left, metres = leaves, np.int64(capacity), np.int64(rounds.back_m[number])
        for stop in range(first[number], first[number + 1]):
            now += rounds.leg_seconds[stop]
            metres += rounds.leg_m[stop]
            if wait[stop] == CLOSED:
                continue
            now += wait[stop]
            taken_off = min(np.int64(load[stop]), left)
            left -= taken_off
            result.arrive[stop], result.delivered[stop] = now, taken_off
            now += terms.stop_seconds + terms.parcel_seconds * taken_off
        result.ran[number], result.back[number], result.away[number] = (
            True,
            leaves + duration,
            leaves + duration - taken,
        )
        result.driven_m[number] = metres
