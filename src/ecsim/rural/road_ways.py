"""The roads of a region as everybody who travels reads them: one network, constants of the opening (docs/model.md 4.1).

Places of the network are townships, then villages, then junctions, as rows of these tables one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecsim.roads import Network, Ways, lexicographic, network, seconds_and_metres, ways_within
from ecsim.roads.detours import Detours, no_detours
from ecsim.rural.state import State
from ecsim.rural.units import FIRST_VILLAGE

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
LINK_OF = 10_000_000
"""A link is numbered by its ends: the lower number times this, and the higher."""


@dataclass(frozen=True)
class Groups:
    """The fastest ways, roads open and dry, within groups of places that vans go round in."""

    ways: Ways
    group: I64
    """Shape (places,), or -1."""
    member: I64
    """Shape (places,): which member of its group a place is."""
    size: I64
    """Shape (groups,)."""

    @cached_property
    def detours(self) -> Detours:
        """Ways round closed links within the groups, as they are found."""
        return no_detours(len(self.ways.cost))

    def pairs(self, start: NDArray[np.integer], end: NDArray[np.integer]) -> I64:
        """Return the pairs of places of the same group, of the shape they have together."""
        group = self.group[start]
        row = self.member[start] * self.size[group] + self.member[end]
        return np.asarray(self.ways.first_pair[group] + row, np.int64)

    def seconds(self, start: NDArray[np.integer], end: NDArray[np.integer]) -> I64:
        """Return how long the fastest ways between places of the same group take, of the shape they have together."""
        return seconds_and_metres(self.ways.cost[self.pairs(start, end)])[0]


@dataclass(frozen=True)
class RoadWays:
    """The network, and the ways that vans go by.

    Attributes
    ----------
    fastest : by seconds, then metres
    hubs : the townships of each county, one group a county; or of each prefecture, where vans may cross borders
    tours : each township and its villages, one group a township
    """

    fastest: Network
    hubs: Groups
    tours: Groups


def road_ways(state: State, *, across: bool = False) -> RoadWays:
    """Return the roads of a region, of its opening alone.

    Parameters
    ----------
    across : whether vans from hubs may cross county borders
    """
    r, places = state.roads, place_count(state)
    fastest = network(places, r.start, r.end, lexicographic(r.seconds, r.metres))
    townships, villages = np.arange(len(state.townships)), len(state.townships) + np.arange(len(state.villages))
    within = state.counties.prefecture if across else np.arange(len(state.counties))
    of_town = np.concatenate([townships, state.villages.township])
    return RoadWays(
        fastest=fastest,
        hubs=_groups(fastest, townships, within[state.townships.county], len(state.counties)),
        tours=_groups(fastest, np.concatenate([townships, villages]), of_town, len(townships)),
    )


def place_count(state: State) -> int:
    """Return how many places the networks have."""
    return len(state.townships) + len(state.villages) + len(state.junctions)


def _groups(roads: Network, places: I64, group: NDArray[np.integer], number: int) -> Groups:
    """Return the ways within groups of places; in each they stand as in ``places``."""
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=number)
    first = np.concatenate([[0], np.cumsum(size)])
    member = np.full(len(roads.first) - 1, -1)
    member[places[order]] = np.arange(len(order)) - np.repeat(first[:-1], size)
    of_place = np.full(len(member), -1)
    of_place[places] = group
    return Groups(ways_within(roads, first, places[order]), of_place, member, size)


def link_numbers(state: State) -> I64:
    """Return the number of each link, shape (links,): random draws hang on where it leads, whatever else is run."""
    number = np.concatenate(
        [state.townships.number, FIRST_VILLAGE + state.villages.number, state.junctions.number]
    ).astype(np.int64)
    return np.asarray(number[state.roads.start] * LINK_OF + number[state.roads.end], np.int64)
