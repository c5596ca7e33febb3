"""Joint pools: couriers that deliver as one with the post where that costs them less (docs/model.md 4.9).

A pool has its members' vans, share and parcels, and goes on to villages. What its rounds cost is shared by Shapley's
value or by parcels; nobody pays more than alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.logistics import SharedCost, share_cost
from ecsim.rural.events import OperatorJoinedPool, OperatorKind, PoolFormed
from ecsim.rural.logistics.delivery_plan import active_operators, rounds_of_share
from ecsim.rural.logistics.frequencies import weekly_yuan
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import ONE, State, World

I64 = NDArray[np.int64]
Sharing: TypeAlias = Literal["shapley", "parcels"]
"""How the cost of a pool is shared: a rule of `ecsim.logistics.share_cost`."""


@dataclass(frozen=True)
class PoolOffer:
    """How joint pools are offered.

    Attributes
    ----------
    terms, roads : numbers in force, and the road network
    weekly : shape (townships,), parcels a week that operators reckon with
    sharing : how members share what they cost
    """

    terms: LogisticsTerms
    roads: RoadWays
    weekly: NDArray[np.float64]
    sharing: Sharing

    def form(self, world: World, county: int, cause: int) -> None:
        """A joint pool is offered in a county; the post joins, and couriers whom it saves enough.

        Parameters
        ----------
        county : its row
        cause : sequence number of what brought the pool about

        References
        ----------
        docs/model.md 4.9.
        """
        state = world.state
        if state.counties.pool[county] >= 0:
            return
        pool = state.count("operators")
        formed = world.publish(PoolFormed(county=[county], pool=[pool]), cause=cause)
        if not formed.count:  # taken out of the run
            return
        active, o = active_operators(state).astype(np.int64), state.operators
        asked = active[(o.county[active] == county) & (o.kind[active] != OperatorKind.POOL)]
        luck = world.draws.uniform("join_pool", 0, o.number[asked])
        hurdle = np.where(o.kind[asked] == OperatorKind.POST, -np.inf, self.terms.pool_hurdle * luck)
        joins, shared = _who_joins(_GroupCost(state, self.roads, self.terms, self.weekly, asked), hurdle, self.sharing)
        joined = OperatorJoinedPool(
            operator=asked[joins], pool=np.full(len(joins), pool), alone_fen=shared.alone, pays_fen=shared.pays
        )
        world.publish(joined, cause=formed.first)


@dataclass
class _GroupCost:
    """What groups of operators of a county cost a week together, with what delay costs by which they set their days.

    Rounds follow from a group's parcels alone, so couriers of one size are reckoned once.
    """

    state: State
    roads: RoadWays
    terms: LogisticsTerms
    weekly: NDArray[np.float64]
    operators: I64
    _known: dict[int, int] = field(default_factory=dict)

    def fen(self, group: I64) -> int:
        """Return the cost of some of the operators, by their places."""
        share = int(self.share(group).sum())
        if share not in self._known:
            operator = int(self.operators[0])
            rounds = rounds_of_share(self.state, self.roads, self.terms, operator, share, self.weekly)
            parcels = self.weekly[rounds.place] * share / ONE
            self._known[share] = round(100.0 * weekly_yuan(self.terms, rounds, parcels))
        return self._known[share]

    def share(self, group: I64) -> I64:
        """Return the parcels of some of the operators, millionths of their county's."""
        return self.state.operators.share[self.operators[group]].astype(np.int64)


def _who_joins(cost: _GroupCost, hurdle: NDArray[np.float64], sharing: Sharing) -> tuple[I64, SharedCost]:
    """Return who joins, by place, and what they would pay: those leave again whom it saves too little, till none does.

    Parameters
    ----------
    hurdle : shape (operators,), share of what one costs alone that has to be saved
    """
    group = np.arange(len(hurdle))
    while True:
        shared = _shared(cost, group, sharing)
        saves = np.array(shared.saves) / np.maximum(shared.alone, 1)
        stays = saves >= hurdle[group]
        if stays.all():
            return group, shared
        group = group[stays]


def _shared(cost: _GroupCost, group: I64, sharing: Sharing) -> SharedCost:
    """Return what members pay; what each costs alone, where joint rounds would not be cheaper."""
    alone = tuple(cost.fen(group[[place]]) for place in range(len(group)))
    if not alone or cost.fen(group) > sum(alone):
        return SharedCost(alone, alone, None)
    return share_cost(lambda places: cost.fen(group[list(places)]), cost.share(group).tolist(), sharing)
