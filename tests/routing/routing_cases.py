"""Small routing instances, every plan of them, and a check of plans against their limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

import numpy as np

from ecsim.kernel.draws import Draws
from ecsim.routing import RoutePlan, VehicleType
from ecsim.routing.fleet import Task


def places(stops: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return whole lengths over a plane of 100 by 100, the depot in the middle, and what stops get and give."""
    draws = Draws(seed)
    xy = np.column_stack([100 * draws.uniform(name, 0, np.arange(stops + 1)) for name in "xy"])
    xy[0] = 50
    lengths = np.rint(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))).astype(np.int64)
    lengths = np.minimum(lengths, (lengths[:, :, None] + lengths[None]).min(axis=1))  # rounding keeps no triangle
    loads = [np.floor(10 * draws.uniform(name, 0, np.arange(stops))).astype(np.int64) for name in ("get", "give")]
    return lengths, loads[0], loads[1]


def partitions(stops: list[int]) -> Iterator[list[list[int]]]:
    if not stops:
        yield []
        return
    for rest in partitions(stops[1:]):
        yield [[stops[0]], *rest]
        for number, group in enumerate(rest):
            yield [*rest[:number], [stops[0], *group], *rest[number + 1 :]]


def best_length(lengths: np.ndarray, brought: np.ndarray, taken: np.ndarray, capacity: int) -> int:
    """Return the least length of all trips, by trying every order of every group of stops."""
    task = Task.of(lengths, brought, [VehicleType(capacity)], taken, 0)
    known: dict[frozenset[int], int] = {}
    for groups in partitions(list(range(1, len(lengths)))):
        for group in map(frozenset, groups):
            if group not in known:
                known[group] = min(
                    (task.trip_length(np.array(o)) for o in permutations(group) if task.load(np.array(o)) <= capacity),
                    default=10**9,
                )
    return min(sum(known[frozenset(group)] for group in groups) for groups in partitions(list(range(1, len(lengths)))))


def check(
    plan: RoutePlan, lengths: np.ndarray, brought: np.ndarray, taken: np.ndarray, fleet: Sequence[VehicleType],
    at_stop: int = 0,
) -> None:  # fmt: skip
    """Hold a plan against its limits, worked out anew from its trips."""
    assert sorted([stop for trip in plan.trips for stop in trip.stops] + list(plan.left)) == list(
        range(1, len(lengths))
    )
    cost, day, trips, kinds = 0, dict[int, int](), dict[int, int](), dict[int, int]()
    for trip in plan.trips:
        load = sum(int(brought[stop - 1]) for stop in trip.stops)
        highest = load
        for stop in trip.stops:
            load += int(taken[stop - 1]) - int(brought[stop - 1])
            highest = max(highest, load)
        way = [0, *trip.stops, 0]
        length = sum(int(lengths[a, b]) for a, b in pairwise(way))
        kind = fleet[trip.kind]
        assert (trip.length, trip.load) == (length, highest)
        assert highest <= kind.capacity
        assert kinds.setdefault(trip.vehicle, trip.kind) == trip.kind
        day[trip.vehicle] = day.get(trip.vehicle, 0) + length + kind.loading + at_stop * len(trip.stops)
        trips[trip.vehicle] = trips.get(trip.vehicle, 0) + 1
        cost += kind.a_unit * length
    for vehicle, kind_number in kinds.items():
        kind = fleet[kind_number]
        assert day[vehicle] <= kind.day
        assert trips[vehicle] <= kind.trips
        cost += kind.fixed
    for number, kind in enumerate(fleet):
        assert list(kinds.values()).count(number) <= kind.number
    assert plan.cost == cost
