"""An operating day in SimPy: sorting, vans, docks, stops. The readable truth; `compiled_day` is its twin."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray

from ecsim.queues import Servers
from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds

Loads = NDArray[np.int64]


def run_day(rounds: Rounds, depots: Depots, terms: DayTerms, day: DayInput) -> DayResult:
    """Return what every depot's vehicles did in a day; vehicles are home at its end.

    Parameters
    ----------
    rounds, depots : who drives where, and with how many vans and docks
    terms : numbers of an operating day
    day : which rounds go, loads and waits by stop

    References
    ----------
    docs/model.md 4.9.
    """
    result = DayResult.empty(rounds)
    for depot in np.unique(rounds.depot):
        _Depot(int(depot), rounds, depots, terms, day, result).run()
    return result


@dataclass
class _Depot:
    """One depot's day as SimPy processes: every round is sorted for, waits for a van, then for a dock, and drives."""

    depot: int
    rounds: Rounds
    depots: Depots
    terms: DayTerms
    day: DayInput
    result: DayResult
    left_home: int = 0
    """Rounds that have taken a van so far; the first of each van leave whatever the hour."""
    sorted_parcels: int = 0
    """Parcels sorted so far for the rounds of the day."""

    def run(self) -> None:
        env = simpy.Environment()
        vans = Servers(env, int(self.depots.vans[self.depot]))
        docks = Servers(env, int(self.depots.docks[self.depot]))
        sorting_ms = int(self.depots.sorting_ms[self.depot])
        for number in np.flatnonzero((self.rounds.depot == self.depot) & self.day.goes):
            loads = self._sort(int(number), sorting_ms)
            ready = self.sorted_parcels * sorting_ms // 1000
            env.process(self._round(env, vans, docks, int(number), loads, ready))
        env.run()

    def _sort(self, number: int, sorting_ms: int) -> Loads:
        """Return what the van takes for each stop: in order, until it is full; nothing for stops it cannot reach.

        What came on earlier days is sorted and goes first; of today's it takes what is sorted in time.
        """
        first, last = self.rounds.first[number : number + 2]
        loads, free = np.zeros(last - first, np.int64), self.terms.capacity
        for row, stop in enumerate(range(first, last)):
            if self.day.wait[stop] == CLOSED:
                continue
            wanted = min(int(self.day.load[stop]), int(self.day.room[stop]), free)
            known = min(wanted, int(self.day.load[stop]) - int(self.day.fresh[stop]))
            new = min(wanted - known, self._can_be_sorted(sorting_ms))
            self.sorted_parcels += new
            loads[row] = known + new
            free -= known + new
        return loads

    def _can_be_sorted(self, sorting_ms: int) -> int:
        """Return how many more parcels are sorted in time to go along."""
        if not sorting_ms:
            return self.terms.capacity
        return max(1000 * self.terms.sorting_seconds // sorting_ms - self.sorted_parcels, 0)

    def _pickups(self, number: int, loads: Loads) -> Loads:
        """Return the goods that the van takes in at each stop: as much as it has room for once it has handed over."""
        first, last = self.rounds.first[number : number + 2]
        on_board, taken = int(loads.sum()), np.zeros(len(loads), np.int64)
        for row, stop in enumerate(range(first, last)):
            if self.day.wait[stop] != CLOSED and not self.day.shut[stop]:
                on_board -= int(loads[row])
                taken[row] = min(int(self.day.pickup[stop]), self.terms.capacity - on_board)
                on_board += int(taken[row])
        return taken

    def _at_stop(self, stop: int, parcels: int, goods: int) -> int:
        """Return the seconds that a van stands at a stop."""
        if self.day.shut[stop]:
            return self.terms.stop_seconds
        a_parcel = int(self.rounds.parcel_seconds[stop])
        return self.terms.stop_seconds + a_parcel * parcels + self.terms.pickup_seconds * goods

    def _duration(self, number: int, loads: Loads) -> int:
        """Return the seconds from leaving the dock to being home."""
        first, last = self.rounds.first[number : number + 2]
        taken = self._pickups(number, loads)
        total = int(self.rounds.leg_seconds[first:last].sum()) + int(self.rounds.back_seconds[number])
        for row, stop in enumerate(range(first, last)):
            if self.day.wait[stop] != CLOSED:
                total += int(self.day.wait[stop]) + self._at_stop(stop, int(loads[row]), int(taken[row]))
        return total

    def _round(
        self, env: simpy.Environment, vans: Servers, docks: Servers, number: int, loads: Loads, ready: int
    ) -> Generator[simpy.Event, None, None]:
        yield env.timeout(ready)
        loading = int(loads.sum()) * self.terms.loading_ms // 1000
        with vans.claim() as van:
            yield van
            taken = int(env.now)
            been_out = self.left_home >= int(self.depots.vans[self.depot])
            if been_out and taken + loading + self._duration(number, loads) > self.terms.day_seconds:
                return  # the van could not be home a second time: what it would have carried waits
            self.left_home += 1
            with docks.claim() as dock:
                yield dock
                yield env.timeout(loading)
            yield from self._drive(env, number, loads)
            self.result.ran[number] = True
            self.result.back[number] = int(env.now)
            self.result.away[number] = int(env.now) - taken

    def _drive(self, env: simpy.Environment, number: int, loads: Loads) -> Generator[simpy.Event, None, None]:
        first, last = self.rounds.first[number : number + 2]
        taken = self._pickups(number, loads)
        for row, stop in enumerate(range(first, last)):
            yield env.timeout(int(self.rounds.leg_seconds[stop]))
            wait = int(self.day.wait[stop])
            if wait == CLOSED:
                continue
            yield env.timeout(wait)
            self.result.arrive[stop] = int(env.now)
            self.result.delivered[stop] = 0 if self.day.shut[stop] else loads[row]
            self.result.picked[stop] = taken[row]
            yield env.timeout(self._at_stop(stop, int(loads[row]), int(taken[row])))
        yield env.timeout(int(self.rounds.back_seconds[number]))
        metres = int(self.rounds.leg_m[first:last].sum()) + int(self.rounds.back_m[number])
        self.result.driven_m[number] = metres
