"""What a rule of the rural model is written with: the world it publishes to, the state it reads, what it reckons in.

A rule reads `World.state`, draws from `World.draws` by name, week and entity, and publishes events; it writes nothing.
It reckons in millionths of a whole, in weeks of the calendar and in accounts of the fund ledger.
"""

from __future__ import annotations

from typing import TypeAlias

from ecsim.kernel.world import World as KernelWorld
from ecsim.rural.calendar import WEEKS_A_MONTH, WEEKS_A_QUARTER, WEEKS_A_YEAR, Calendar
from ecsim.rural.state import ONE, State
from ecsim.rural.state.ledger import (
    OPERATORS,
    OUTSIDE,
    PROVINCE,
    SUPPLIERS,
    county_account,
    own_accounts,
    prefecture_account,
    purse_accounts,
)
from ecsim.rural.state.lent import brings_for, goes_for
from ecsim.rural.units import FIRST_SHARED_PLACE

__all__ = [
    "FIRST_SHARED_PLACE", "ONE", "OPERATORS", "OUTSIDE", "PROVINCE", "SUPPLIERS", "WEEKS_A_MONTH", "WEEKS_A_QUARTER",
    "WEEKS_A_YEAR", "Calendar", "State", "World", "brings_for", "county_account", "goes_for", "own_accounts",
    "prefecture_account", "purse_accounts",
]  # fmt: skip

World: TypeAlias = KernelWorld[State]
"""The world of a run of the rural model."""
