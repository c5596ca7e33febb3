"""Plans near the best, by PyVRP: for plans made once and kept, and to audit the fast router."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ecsim.kernel.errors import EcsimError
from ecsim.routing.fleet import RoutePlan, Task, Trip, VehicleType

if TYPE_CHECKING:
    import pyvrp


def offline_plan(
    lengths: ArrayLike, deliveries: ArrayLike, fleet: Sequence[VehicleType], *, pickups: ArrayLike | None = None,
    at_stop: int = 0, iterations: int = 10_000, seed: int = 1,
) -> RoutePlan:  # fmt: skip
    """Return a plan by iterated local search, near the best that there is; needs the extra ``routing``.

    It stops after so many iterations, never by the clock, so the same call gives the same plan on any machine.

    Parameters
    ----------
    lengths, deliveries, fleet, pickups, at_stop : as of `savings`
    iterations : of the search; at 100 stops some thousands a second
    seed : of the search

    Raises
    ------
    ValueError
        If the arguments do not fit each other.
    EcsimError
        If PyVRP is not installed, or the search found no plan that serves every stop.

    References
    ----------
    Wouda, Lan and Kool (2024), PyVRP: a high-performance VRP solver package.
    """
    try:
        import pyvrp
        from pyvrp.stop import MaxIterations
    except ImportError:
        raise EcsimError("offline_plan needs PyVRP; install it: pip install 'ecsim[routing]'") from None
    task = Task.of(lengths, deliveries, fleet, pickups, at_stop)
    if iterations < 1:
        raise ValueError(f"iterations is {iterations}; give a whole number from 1 on")
    result = pyvrp.solve(_data(task), MaxIterations(iterations), seed=seed, collect_stats=False)
    if not result.is_feasible():
        raise EcsimError(
            f"no plan that serves every stop was found in {iterations:,} iterations; give more iterations or vehicles"
        )
    return _plan(task, result.best)


def _data(task: Task) -> pyvrp.ProblemData:
    """Return the task as PyVRP has it: a depot for each time of loading, all in one place; lengths are times too."""
    import pyvrp

    loading = sorted({kind.loading for kind in task.fleet})
    stops = range(1, len(task.lengths))
    lengths: list[Any] = [task.lengths]  # PyVRP's types have arrays of no known shape
    clients = [
        pyvrp.Client(
            stop, delivery=[int(task.brought[stop])], pickup=[int(task.taken[stop])], service_duration=task.at_stop
        )
        for stop in stops
    ]
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in task.lengths],
        clients=clients,
        depots=[pyvrp.Depot(0, service_duration=seconds) for seconds in loading],
        vehicle_types=[_vehicles(kind, loading.index(kind.loading), len(stops)) for kind in task.fleet],
        distance_matrices=lengths,
        duration_matrices=lengths,
    )


def _vehicles(kind: VehicleType, depot: int, stops: int) -> pyvrp.VehicleType:
    import pyvrp

    several: dict[str, Any] = {"reload_depots": [depot], "max_reloads": kind.trips - 1} if kind.trips > 1 else {}
    return pyvrp.VehicleType(
        num_available=min(kind.number, stops),
        capacity=[kind.capacity],
        start_depot=depot,
        end_depot=depot,
        fixed_cost=kind.fixed,
        shift_duration=kind.day,
        unit_distance_cost=kind.a_unit,
        **several,
    )


def _plan(task: Task, solution: pyvrp.Solution) -> RoutePlan:
    trips = []
    for vehicle, route in enumerate(solution.routes()):
        by_trip: dict[int, list[int]] = {}
        for activity in route.schedule():
            if activity.is_client():
                by_trip.setdefault(activity.trip, []).append(activity.idx + 1)
        for stops in by_trip.values():
            row = np.array(stops)
            trips.append(Trip(vehicle, route.vehicle_type(), tuple(stops), task.trip_length(row), task.load(row)))
    fixed = sum(task.fleet[kind].fixed for _, kind in {(trip.vehicle, trip.kind) for trip in trips})
    cost = fixed + sum(task.fleet[trip.kind].a_unit * trip.length for trip in trips)
    return RoutePlan(tuple(trips), cost)
