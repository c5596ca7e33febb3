"""An operating day in SimPy: sorting, vans, docks, stops. The readable truth; `compiled_day` is its twin."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import simpy

from ecsim.queues import Servers
from ecsim.rural.logistics.rounds import CLOSED, DayInput, DayResult, DayTerms, Depots, Rounds

Loads: TypeAlias = list[int]
"""Of each stop of a round, in its order."""


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
    going = np.flatnonzero(day.goes)
    for depot in np.unique(rounds.depot[going]):
        _Depot(int(depot), depots, terms, result).run(
            _Trip.of(int(number), rounds, day) for number in going[rounds.depot[going] == depot]
        )
    return result


@dataclass(frozen=True)
class _Trip:
    """A round that goes, as plain numbers: of each stop what `Rounds` and `DayInput` say of it."""

    number: int
    stops: range
    capacity: int
    back_seconds: int
    metres: int
    leg_seconds: list[int]
    parcel_seconds: list[int]
    load: list[int]
    fresh: list[int]
    room: list[int]
    wait: list[int]
    shut: list[bool]
    pickup: list[int]

    @classmethod
    def of(cls, number: int, rounds: Rounds, day: DayInput) -> _Trip:
        first, last = rounds.first[number : number + 2].tolist()
        of_rounds = (rounds.leg_seconds, rounds.parcel_seconds)
        of_day = (day.load, day.fresh, day.room, day.wait, day.shut, day.pickup)
        return cls(
            number,
            range(first, last),
            int(rounds.capacity[number]),
            int(rounds.back_seconds[number]),
            int(rounds.leg_m[first:last].sum()) + int(rounds.back_m[number]),
            *(column[first:last].tolist() for column in (*of_rounds, *of_day)),
        )

    @cached_property
    def open(self) -> list[int]:
        """Its stops, counted from 0, to which there is a way."""
        return [row for row, wait in enumerate(self.wait) if wait != CLOSED]


@dataclass
class _Depot:
    """One depot's day as SimPy processes: every round is sorted for, waits for a van, then for a dock, and drives."""

    depot: int
    depots: Depots
    terms: DayTerms
    result: DayResult
    left_home: int = 0
    """Rounds that have taken a van so far; the first of each van leave whatever the hour."""
    sorted_parcels: int = 0
    """Parcels sorted so far for the rounds of the day."""

    def run(self, trips: Iterable[_Trip]) -> None:
        env = simpy.Environment()
        vans = Servers(env, int(self.depots.vans[self.depot]))
        docks = Servers(env, int(self.depots.docks[self.depot]))
        sorting_ms = int(self.depots.sorting_ms[self.depot])
        for trip in trips:
            loads = self._sort(trip, sorting_ms)
            ready = self.sorted_parcels * sorting_ms // 1000
            env.process(self._round(env, vans, docks, trip, loads, ready))
        env.run()

    def _sort(self, trip: _Trip, sorting_ms: int) -> Loads:
        """Return what the van takes for each stop: in order, until it is full; nothing for stops it cannot reach.

        What came on earlier days is sorted and goes first; of today's it takes what is sorted in time.
        """
        loads, free = [0] * len(trip.stops), trip.capacity
        for row in trip.open:
            wanted = min(trip.load[row], trip.room[row], free)
            known = min(wanted, trip.load[row] - trip.fresh[row])
            new = min(wanted - known, self._can_be_sorted(trip, sorting_ms))
            self.sorted_parcels += new
            loads[row] = known + new
            free -= known + new
        return loads

    def _can_be_sorted(self, trip: _Trip, sorting_ms: int) -> int:
        """Return how many more parcels are sorted in time to go along."""
        if not sorting_ms:
            return trip.capacity
        return max(1000 * self.terms.sorting_seconds // sorting_ms - self.sorted_parcels, 0)

    def _pickups(self, trip: _Trip, loads: Loads) -> Loads:
        """Return the goods that the van takes in at each stop: as much as it has room for once it has handed over."""
        on_board, taken = sum(loads), [0] * len(loads)
        for row in trip.open:
            if not trip.shut[row]:
                on_board -= loads[row]
                taken[row] = min(trip.pickup[row], trip.capacity - on_board)
                on_board += taken[row]
        return taken

    def _at_stop(self, trip: _Trip, row: int, parcels: int, goods: int) -> int:
        """Return the seconds that a van stands at a stop."""
        if trip.shut[row]:
            return self.terms.stop_seconds
        return self.terms.stop_seconds + trip.parcel_seconds[row] * parcels + self.terms.pickup_seconds * goods

    def _duration(self, trip: _Trip, loads: Loads, taken: Loads) -> int:
        """Return the seconds from leaving the dock to being home."""
        at_stops = sum(trip.wait[row] + self._at_stop(trip, row, loads[row], taken[row]) for row in trip.open)
        return sum(trip.leg_seconds) + trip.back_seconds + at_stops

    def _round(
        self, env: simpy.Environment, vans: Servers, docks: Servers, trip: _Trip, loads: Loads, ready: int
    ) -> Generator[simpy.Event, None, None]:
        yield env.timeout(ready)
        loading, goods = sum(loads) * self.terms.loading_ms // 1000, self._pickups(trip, loads)
        with vans.claim() as van:
            yield van
            taken = int(env.now)
            been_out = self.left_home >= int(self.depots.vans[self.depot])
            if been_out and taken + loading + self._duration(trip, loads, goods) > self.terms.day_seconds:
                return  # the van could not be home a second time: what it would have carried waits
            self.left_home += 1
            with docks.claim() as dock:
                yield dock
                yield env.timeout(loading)
            yield from self._drive(env, trip, loads, goods)
            self.result.ran[trip.number] = True
            self.result.back[trip.number] = int(env.now)
            self.result.away[trip.number] = int(env.now) - taken

    def _drive(
        self, env: simpy.Environment, trip: _Trip, loads: Loads, goods: Loads
    ) -> Generator[simpy.Event, None, None]:
        ahead = 0
        for row, stop in enumerate(trip.stops):
            ahead += trip.leg_seconds[row]
            if trip.wait[row] == CLOSED:
                continue
            yield env.timeout(ahead + trip.wait[row])
            self.result.arrive[stop] = int(env.now)
            self.result.delivered[stop] = 0 if trip.shut[row] else loads[row]
            self.result.picked[stop] = goods[row]
            ahead = self._at_stop(trip, row, loads[row], goods[row])
        yield env.timeout(ahead + trip.back_seconds)
        self.result.driven_m[trip.number] = trip.metres
