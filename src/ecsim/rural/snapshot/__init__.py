"""The state of a run on a date, in tables that people read."""

from ecsim.rural.snapshot.dealers import Dealer
from ecsim.rural.snapshot.snapshot import Snapshot, snapshot

__all__ = ["Dealer", "Snapshot", "snapshot"]
