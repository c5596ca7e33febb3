"""The world as the rules of the rural model see it."""

from __future__ import annotations

from typing import TypeAlias

from ecsim.kernel.world import World as KernelWorld
from ecsim.rural.state import State

World: TypeAlias = KernelWorld[State]
