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

    def run(self) -> None:
        env = simpy.Environment()
        vans = Servers(env, int(self.depots.vans[self.depot]))
        docks = Servers(env, int(self.depots.docks[self.depot]))
        sorted_ms = 0
        for number in np.flatnonzero((self.rounds.depot == self.depot) & self.day.goes):
            sorted_ms += int(self._loads(int(number)).sum()) * int(self.depots.sorting_ms[self.depot])
            ready = sorted_ms // 1000
            env.process(self._round(env, vans, docks, int(number), ready))
        env.run()

    def _loads(self, number: int) -> Loads:
        """Return what the van takes for each stop: in order, until it is full; nothing for stops it cannot reach."""
        first, last = self.rounds.first[number : number + 2]
        wanted = np.where(self.day.wait[first:last] == CLOSED, 0, self.day.load[first:last]).astype(np.int64)
        before = np.cumsum(wanted) - wanted
        loads: Loads = np.clip(self.terms.capacity - before, 0, wanted)
        return loads

    def _pickups(self, number: int, loads: Loads) -> Loads:
        """Return the goods that the van takes in at each stop: as much as it has room for once it has handed over."""
        first, last = self.rounds.first[number : number + 2]
        on_board, taken = int(loads.sum()), np.zeros(len(loads), np.int64)
        for row, stop in enumerate(range(first, last)):
            if self.day.wait[stop] != CLOSED:
                on_board -= int(loads[row])
                taken[row] = min(int(self.day.pickup[stop]), self.terms.capacity - on_board)
                on_board += int(taken[row])
        return taken

    def _duration(self, number: int) -> int:
        """Return the seconds from leaving the dock to being home."""
        first, last = self.rounds.first[number : number + 2]
        open_road = self.day.wait[first:last] != CLOSED
        loads = self._loads(number)
        total = int(self.rounds.leg_seconds[first:last].sum()) + int(self.rounds.back_seconds[number])
        total += int(self.day.wait[first:last][open_road].sum()) + self.terms.stop_seconds * int(open_road.sum())
        total += self.terms.pickup_seconds * int(self._pickups(number, loads).sum())
        return total + self.terms.parcel_seconds * int(loads.sum())

    def _round(
        self, env: simpy.Environment, vans: Servers, docks: Servers, number: int, ready: int
    ) -> Generator[simpy.Event, None, None]:
        yield env.timeout(ready)
        loads = self._loads(number)
        loading = int(loads.sum()) * self.terms.loading_ms // 1000
        with vans.claim() as van:
            yield van
            taken = int(env.now)
            been_out = self.left_home >= int(self.depots.vans[self.depot])
            if been_out and taken + loading + self._duration(number) > self.terms.day_seconds:
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
        for stop in range(first, last):
            yield env.timeout(int(self.rounds.leg_seconds[stop]))
            wait = int(self.day.wait[stop])
            if wait == CLOSED:
                continue
            yield env.timeout(wait)
            self.result.arrive[stop] = int(env.now)
            self.result.delivered[stop] = loads[stop - first]
            self.result.picked[stop] = taken[stop - first]
            at_stop = self.terms.stop_seconds + self.terms.parcel_seconds * int(loads[stop - first])
            yield env.timeout(at_stop + self.terms.pickup_seconds * int(taken[stop - first]))
        yield env.timeout(int(self.rounds.back_seconds[number]))
        metres = int(self.rounds.leg_m[first:last].sum()) + int(self.rounds.back_m[number])
        self.result.driven_m[number] = metres
