"""What a rule of the rural model is written with: the world it publishes to, the state it reads, the unit of shares.

A rule reads `World.state`, draws from `World.draws` by name, week and entity, and publishes events; it writes nothing.
"""

from __future__ import annotations

from typing import TypeAlias

from ecsim.kernel.world import World as KernelWorld
from ecsim.rural.state import ONE, State

__all__ = ["ONE", "State", "World"]

World: TypeAlias = KernelWorld[State]
"""The world of a run of the rural model."""
