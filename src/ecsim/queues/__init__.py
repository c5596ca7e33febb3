"""Parts of an operating day in SimPy, and what theory says of them: servers, storage, closed roads, dispatch.

The operating day of the rural model is made of `Servers` (its vans and docks) and `wait_or_turn_back` (its roads). All
parts hold against theory in the tests (docs/how-to/siting-and-routing.md).
"""

from ecsim.queues.closures import TURNED_BACK, Road, seconds_lost, wait_or_turn_back
from ecsim.queues.dispatch import DispatchRule
from ecsim.queues.parts import Servers, Storage
from ecsim.queues.theory import (
    Dispatched,
    FiniteRoom,
    dispatched,
    mg1_wait,
    mmc_wait,
    mmck,
    priority_waits,
    residual_wait,
)

__all__ = [
    "TURNED_BACK", "DispatchRule", "Dispatched", "FiniteRoom", "Road", "Servers", "Storage", "dispatched", "mg1_wait",
    "mmc_wait", "mmck", "priority_waits", "residual_wait", "seconds_lost", "wait_or_turn_back",
]  # fmt: skip
