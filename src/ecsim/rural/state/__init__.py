"""State: tables of columns, and the changes that events make to them."""

from ecsim.rural.state.changes import CHANGES, STATE_CHANGES
from ecsim.rural.state.state import State
from ecsim.rural.units import ONE

__all__ = ["CHANGES", "ONE", "STATE_CHANGES", "State"]
