"""What groups of operators would cost together on rounds of their own (docs/model.md 4.9)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import PARTNERS, OperatorKind
from ecsim.rural.logistics.delivery_plan import Load, planned_shares, rounds_of_share
from ecsim.rural.logistics.frequencies import weekly_yuan
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import ONE, State

I64 = NDArray[np.int64]


@dataclass
class GroupCost:
    """What groups of operators of a county cost a week together, with what delay costs by which they set their days.

    Who is alone drives as its kind does, who are together as a pool does. Rounds follow from that and from a group's
    parcels, so couriers of one size are reckoned once.
    """

    state: State
    roads: RoadWays
    terms: LogisticsTerms
    weekly: NDArray[np.float64]
    operators: I64
    _known: dict[tuple[int, Load], int] = field(default_factory=dict)
    _planned: I64 = field(init=False)

    def __post_init__(self) -> None:
        self._planned = planned_shares(self.state)

    def fen(self, group: I64) -> int:
        """Return the cost of some of the operators, by their places."""
        share = int(self.share(group).sum())
        kind = int(self.state.operators.kind[self.operators[group[0]]]) if len(group) == 1 else OperatorKind.POOL
        kind = kind if kind in PARTNERS else OperatorKind.POOL
        load = Load.of(self.terms, kind, share)
        if (kind, load) not in self._known:
            operator = int(self.operators[0])
            rounds = rounds_of_share(self.state, self.roads, self.terms, operator, load, self.weekly)
            parcels = self.weekly[rounds.place] * share / ONE
            self._known[kind, load] = round(100.0 * weekly_yuan(self.terms, rounds, parcels, kind))
        return self._known[kind, load]

    def share(self, group: I64) -> I64:
        """Return the parcels of some of the operators, millionths of their county's."""
        return np.asarray(self._planned[self.operators[group]], np.int64)
