"""What runs an operating day: a compiled recursion, or its twin in SimPy (docs/model.md 4.9)."""

from __future__ import annotations

from ecsim.rural.logistics import compiled_day
from ecsim.rural.logistics import day as simpy_day
from ecsim.rural.logistics.delivery_week import OperatingDay

OPERATING_DAYS: dict[str, OperatingDay] = {"compiled": compiled_day.run_day, "simpy": simpy_day.run_day}
"""By the name that scenarios give it."""
