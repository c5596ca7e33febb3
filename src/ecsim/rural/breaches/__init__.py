"""What of a run's money broke an article of the rules that the run names, worked out from its events.

`recount` holds every commitment against each rule as it was approved; `report` says it for people, with the payments,
and compares it with what the run says of itself.
"""

from ecsim.rural.breaches.report import breaches_of

__all__ = ["breaches_of"]
