"""State: tables of columns, and the changes that events make to them."""

from ecsim.rural.state.changes import CHANGES, STATE_CHANGES
from ecsim.rural.state.opening import ONE
from ecsim.rural.state.state import State

__all__ = ["CHANGES", "ONE", "STATE_CHANGES", "State"]
