"""State: tables of columns, and the changes that events make to them."""

from ecsim.state.changes import CHANGES, STATE_CHANGES
from ecsim.state.opening import ONE
from ecsim.state.state import State

__all__ = ["CHANGES", "ONE", "STATE_CHANGES", "State"]
