"""Roads: which places are neighbours where nobody knows the roads, shortest ways, and ways round closed links.

Plain arrays in, links and ways out; nothing here knows of a simulation (docs/how-to/siting-and-routing.md).
"""

from ecsim.roads.networks import (
    NO_WAY,
    Network,
    Ways,
    costs_from,
    lexicographic,
    nearest,
    network,
    seconds_and_metres,
    way,
    ways_within,
)
from ecsim.roads.proximity import proximity_links

__all__ = [
    "NO_WAY", "Network", "Ways", "costs_from", "lexicographic", "nearest", "network", "proximity_links",
    "seconds_and_metres", "way", "ways_within",
]  # fmt: skip
