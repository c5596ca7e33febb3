"""Routes of vehicles: the savings router with local improvement, offline plans by PyVRP, lengths of tours.

Plain arrays in, plans out; nothing here knows of a simulation (docs/how-to/siting-and-routing.md).
"""

from ecsim.routing.files import RoutingInstance, read_cvrplib
from ecsim.routing.fleet import RoutePlan, Trip, VehicleType
from ecsim.routing.offline import offline_plan
from ecsim.routing.router import savings
from ecsim.routing.savings import savings_trips
from ecsim.routing.tours import tour_length

__all__ = [
    "RoutePlan", "RoutingInstance", "Trip", "VehicleType", "offline_plan", "read_cvrplib", "savings", "savings_trips",
    "tour_length",
]  # fmt: skip
