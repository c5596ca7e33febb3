"""The fast router: savings, local improvement, and trips shared out over a mixed fleet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ecsim.routing.fleet import I64, RoutePlan, Task, VehicleType, assigned
from ecsim.routing.improvement import Stops, improved
from ecsim.routing.savings import savings_trips


def savings(
    lengths: ArrayLike, deliveries: ArrayLike, fleet: Sequence[VehicleType], *, pickups: ArrayLike | None = None,
    at_stop: int = 0,
) -> RoutePlan:  # fmt: skip
    """Return a plan of trips that serves every stop: savings of Clarke and Wright, improved by local moves.

    Trips are made for each capacity of the fleet in turn, and with and without a worth of one vehicle less; they are
    shared out over its vehicles, several a day where a type may drive several, and the cheapest whole is kept. A good
    plan within milliseconds, not the best one; `offline_plan` comes nearer and says by how much.

    Parameters
    ----------
    lengths : shape (n + 1, n + 1), whole numbers, symmetric; row 0 is the depot, rows 1 to n are stops
    deliveries : shape (n,), what each stop gets
    fleet : types of vehicles
    pickups : shape (n,), what is taken back from each stop; the load at the depot and after every stop keeps within
        the vehicle's capacity
    at_stop : what a stop adds to a vehicle's day, beside the length driven

    Raises
    ------
    ValueError
        If the arguments do not fit each other, or a stop is too much for every vehicle.

    References
    ----------
    Clarke and Wright (1964); 2-opt of Croes (1958); segments moved as by Or (1976); ends exchanged as by Potvin and
    Rousseau (1995).
    """
    task = Task.of(lengths, deliveries, fleet, pickups, at_stop)
    worth = sorted({0.0} | {kind.fixed / max(1, kind.a_unit) for kind in task.fleet})
    plans = [
        assigned(task, _trips(task, capacity, a_trip))
        for capacity in sorted({kind.capacity for kind in task.fleet})
        for a_trip in worth
    ]
    return min(plans, key=lambda plan: (len(plan.left), plan.cost))


def _trips(task: Task, capacity: int, a_trip: float) -> list[I64]:
    """Return trips that each keep to a capacity, and to the longest day of a vehicle that has it."""
    longest = max(kind.day - kind.loading for kind in task.fleet if kind.capacity >= capacity)
    to_depot = np.asarray(task.lengths[0, 1:] + task.at_stop / 2, np.float64)  # a trip is then its way and its stops
    between = np.asarray(task.lengths[1:, 1:] + task.at_stop, np.float64)
    chains = savings_trips(
        to_depot, between, task.brought[1:], capacity, longest, pickups=task.taken[1:], a_trip=a_trip
    )
    over = Stops(task.lengths, task.brought, task.taken, task.at_stop, capacity, longest)
    return improved(over, [chain + 1 for chain in chains])
