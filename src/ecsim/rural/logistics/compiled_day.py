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

from ecsim.rural.logistics.rounds import CLOSED, I32, Bool, DayInput, DayResult, DayTerms, Depots, Rounds


def run_day(rounds: Rounds, depots: Depots, terms: DayTerms, day: DayInput) -> DayResult:
    """Return what every depot's vehicles did in a day; equal to `day.run_day` to the second."""
    result = DayResult.empty(rounds)
    _run(
        rounds.depot, rounds.first, rounds.leg_seconds, rounds.leg_m, rounds.back_seconds, rounds.back_m,
        depots.vans, depots.docks, depots.sorting_ms,
        terms.day_seconds, terms.stop_seconds, terms.parcel_seconds, terms.loading_ms, terms.capacity,
        day.goes, day.load, day.wait,
        result.ran, result.back, result.away, result.driven_m, result.arrive, result.delivered,
    )  # fmt: skip
    return result


@njit(cache=True, nogil=True)
def _run(
    depot: I32, first: I32, leg_seconds: I32, leg_m: I32, back_seconds: I32, back_m: I32,
    vans: I32, docks: I32, sorting_ms: I32,
    day_seconds: int, stop_seconds: int, parcel_seconds: int, loading_ms: int, capacity: int,
    goes: Bool, load: I32, wait: I32,
    ran: Bool, back: I32, away: I32, driven_m: I32, arrive: I32, delivered: I32,
) -> None:  # fmt: skip
    van_free = np.zeros(vans.max() if len(vans) else 1, np.int64)
    dock_free = np.zeros(docks.max() if len(docks) else 1, np.int64)
    here = -1
    sorted_ms = np.int64(0)
    for number in range(len(depot)):
        if depot[number] != here:
            here = depot[number]
            van_free[:], dock_free[:] = 0, 0
            sorted_ms = np.int64(0)
        if not goes[number]:
            continue
        carried, duration = np.int64(0), np.int64(back_seconds[number])
        for stop in range(first[number], first[number + 1]):
            duration += leg_seconds[stop]
            if wait[stop] != CLOSED:
                carried += min(np.int64(load[stop]), capacity - carried)
                duration += wait[stop] + stop_seconds
        duration += parcel_seconds * carried
        loading = carried * loading_ms // 1000
        sorted_ms += carried * sorting_ms[here]
        ready = sorted_ms // 1000
        van = np.argmin(van_free[: vans[here]])
        taken = max(ready, van_free[van])
        if taken + loading + duration > day_seconds:
            continue
        dock = np.argmin(dock_free[: docks[here]])
        leaves = max(taken, dock_free[dock]) + loading
        dock_free[dock] = leaves
        van_free[van] = leaves + duration
        now, left, metres = leaves, np.int64(capacity), np.int64(back_m[number])
        for stop in range(first[number], first[number + 1]):
            now += leg_seconds[stop]
            metres += leg_m[stop]
            if wait[stop] == CLOSED:
                continue
            now += wait[stop]
            taken_off = min(np.int64(load[stop]), left)
            left -= taken_off
            arrive[stop], delivered[stop] = now, taken_off
            now += stop_seconds + parcel_seconds * taken_off
        ran[number], back[number], away[number] = True, leaves + duration, leaves + duration - taken
        driven_m[number] = metres
