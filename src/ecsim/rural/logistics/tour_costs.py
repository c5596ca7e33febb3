"""What tours to some villages of a township would cost an operator of some kind (docs/model.md 4.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.logistics.delivery_plan import KnownChains, tour_rounds, village_tours
from ecsim.rural.logistics.frequencies import driven_yuan
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.state import State

F64 = NDArray[np.float64]


class Tours(NamedTuple):
    """The tours of one operator's vans to villages of one township."""

    township: int
    kind: int
    """Of the operator."""
    villages: NDArray[np.bool_]
    """Shape (villages,)."""


@dataclass(frozen=True)
class TourCosts:
    """What tours cost.

    Attributes
    ----------
    terms, roads : numbers in force, and the road network
    expected : shape (townships,), parcels a week that tours are planned for
    known : as of `make_delivery_plan`
    """

    terms: LogisticsTerms
    roads: RoadWays
    expected: F64
    known: KnownChains

    def fen(self, state: State, tours: list[Tours], weekly: F64) -> F64:
        """Return what tours cost a week on the days of the root rule, shape (tours,).

        Parameters
        ----------
        weekly : shape (villages,), parcels handed over in each
        """
        chains, whose = [], []
        for number, (township, kind, villages) in enumerate(tours):
            found = village_tours(
                state, self.roads.tours, self.terms, (township, kind), villages, self.expected, self.known
            )  # fmt: skip
            chains += [(township, int(self.terms.kinds.capacity[kind]), chain) for chain in found]
            whose += [number] * len(found)
        rounds, _ = tour_rounds(state, self.roads, chains, self.terms)
        kinds = np.array([tours[number].kind for number in whose], np.int64)
        days, _, yuan = driven_yuan(self.terms, rounds, weekly[rounds.place], kinds)
        return np.bincount(np.array(whose, np.int64), 100.0 * days * yuan, len(tours)).astype(np.float64)
