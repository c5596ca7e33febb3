"""Vehicles, trips and plans, and which vehicle of a mixed fleet drives which trips of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

I64 = NDArray[np.int64]
UNLIMITED = int(np.iinfo(np.int64).max) // 4
"""Larger than any length, load or number of vehicles; four of them still add up in 64 bits."""


@dataclass(frozen=True)
class VehicleType:
    """Vehicles that are alike; whole numbers all.

    Attributes
    ----------
    capacity : what one carries
    number : how many there are
    fixed : cost of one that goes out at all
    a_unit : cost per unit of length
    day : length of all trips of one in a day, stops and loading included, at most
    trips : trips of one in a day, at most
    loading : what each trip adds to the day at the depot
    """

    capacity: int
    number: int = UNLIMITED
    fixed: int = 0
    a_unit: int = 1
    day: int = UNLIMITED
    trips: int = 1
    loading: int = 0

    def __post_init__(self) -> None:
        for name in ("capacity", "number", "day", "trips"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} of a vehicle type is {getattr(self, name)}; give a whole number from 1 on")
        if min(self.fixed, self.a_unit, self.loading) < 0:
            raise ValueError("fixed, a_unit and loading of a vehicle type are whole numbers from 0 on")


@dataclass(frozen=True)
class Trip:
    """One trip: by which vehicle of which type, over which stops, how long, and the highest load on the way."""

    vehicle: int
    kind: int
    stops: tuple[int, ...]
    length: int
    load: int


@dataclass(frozen=True)
class RoutePlan:
    """Trips of a day.

    Attributes
    ----------
    trips : by vehicle; stops are rows of the lengths, 0 is the depot
    cost : of vehicles that go out and of all lengths
    left : stops that found no vehicle: the fleet has no room for them, or the router found none
    """

    trips: tuple[Trip, ...]
    cost: int
    left: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        """Length of all trips."""
        return sum(trip.length for trip in self.trips)

    @property
    def vehicles(self) -> int:
        """How many vehicles go out."""
        return len({trip.vehicle for trip in self.trips})


@dataclass(frozen=True)
class Task:
    """What is to be driven: lengths between locations, what each stop gets and gives, checked; shapes (n + 1, …)."""

    lengths: I64
    brought: I64
    taken: I64
    fleet: tuple[VehicleType, ...]
    at_stop: int

    @classmethod
    def of(
        cls, lengths: ArrayLike, deliveries: ArrayLike, fleet: Sequence[VehicleType], pickups: ArrayLike | None,
        at_stop: int,
    ) -> Task:  # fmt: skip
        """Return a checked task.

        Raises
        ------
        ValueError
            If numbers are not whole, shapes do not fit, lengths are not symmetric, or a stop is more than any vehicle
            can carry or reach.
        """
        table = whole("lengths", lengths)
        if table.ndim != 2 or len(table) < 2 or table.shape != (len(table), len(table)):
            raise ValueError(
                f"lengths has shape {table.shape}; give a square table, the depot first and then the stops"
            )
        if (table != table.T).any():
            raise ValueError("lengths are not the same both ways; give a symmetric table")
        brought = _with_depot("deliveries", deliveries, len(table) - 1)
        taken = _with_depot("pickups", np.zeros_like(brought[1:]) if pickups is None else pickups, len(table) - 1)
        if not fleet or at_stop < 0:
            raise ValueError("fleet is empty, or at_stop below 0; give at least one vehicle type, and a time from 0 on")
        task = cls(table, brought, taken, tuple(fleet), int(at_stop))
        for stop in range(1, len(table)):
            load, out = max(int(brought[stop]), int(taken[stop])), 2 * int(table[0, stop]) + task.at_stop
            if not any(load <= kind.capacity and out + kind.loading <= kind.day for kind in task.fleet):
                raise ValueError(
                    f"stop {stop} is {load} to carry and {out} there and back; no vehicle type can do both"
                )
        return task

    def trip_length(self, stops: NDArray[np.integer]) -> int:
        """Return the length of a trip from the depot over stops and back."""
        way = np.concatenate([[0], stops, [0]])
        return int(self.lengths[way[:-1], way[1:]].sum())

    def load(self, stops: NDArray[np.integer]) -> int:
        """Return the highest load of a trip, at the depot or after a stop."""
        change = np.cumsum(self.taken[stops] - self.brought[stops])
        return int(self.brought[stops].sum() + max(0, int(change.max(initial=0))))


def whole(name: str, figures: ArrayLike) -> I64:
    """Return whole numbers from 0 on.

    Raises
    ------
    ValueError
        If one is negative or has a fraction.
    """
    table = np.asarray(figures)
    if table.dtype.kind not in "iufb" or not np.isfinite(table).all() or (table < 0).any() or (table % 1).any():
        raise ValueError(f"{name} must be whole numbers from 0 on (metres, seconds, fen, parcels); round them first")
    return table.astype(np.int64)


def _with_depot(name: str, figures: ArrayLike, stops: int) -> I64:
    column = whole(name, figures)
    if column.shape != (stops,):
        raise ValueError(f"{name} has shape {column.shape}; there are {stops} stops, give one number for each")
    return np.concatenate([[0], column])


def assigned(task: Task, chains: Sequence[I64]) -> RoutePlan:
    """Return a plan in which each trip, the longest first, goes to the vehicle that it costs least on.

    A vehicle that is out already costs no more than the length; of equals the one with least of its day left drives,
    then the first.
    """
    driven = [(task.trip_length(chain), task.load(chain), chain) for chain in chains]
    driven.sort(key=lambda each: (-each[0], each[2].tolist()))
    out: list[list[int]] = []  # by vehicle: its type, what is left of its day, and of its trips
    number = [0] * len(task.fleet)
    trips, left, cost = [], [], 0
    for length, load, chain in driven:
        needs = length + task.at_stop * len(chain)
        best = _cheapest(task, out, number, length, load, needs)
        if best is None:
            left += chain.tolist()
            continue
        price, vehicle, kind = best
        if vehicle == len(out):
            out.append([kind, task.fleet[kind].day, task.fleet[kind].trips])
            number[kind] += 1
        out[vehicle][1] -= needs + task.fleet[kind].loading
        out[vehicle][2] -= 1
        cost += price
        trips.append(Trip(vehicle, kind, tuple(chain.tolist()), length, load))
    return RoutePlan(tuple(sorted(trips, key=lambda trip: trip.vehicle)), cost, tuple(sorted(left)))


def _cheapest(
    task: Task, out: list[list[int]], number: list[int], length: int, load: int, needs: int
) -> tuple[int, int, int] | None:
    """Return what a trip costs on the vehicle that drives it for least, that vehicle, and its type."""
    choices = []
    for vehicle, (kind, day, trips) in enumerate(out):
        of = task.fleet[kind]
        if load <= of.capacity and needs + of.loading <= day and trips:
            choices.append((of.a_unit * length, day, vehicle, kind))
    for kind, of in enumerate(task.fleet):
        if load <= of.capacity and needs + of.loading <= of.day and number[kind] < of.number:
            choices.append((of.fixed + of.a_unit * length, of.day, len(out), kind))
    if not choices:
        return None
    price, _, vehicle, kind = min(choices)
    return price, vehicle, kind
