"""Joint pools: couriers that deliver as one with the post where that costs them less (docs/model.md 4.9).

A pool has its members' vans, share and parcels, and goes on to villages. What its rounds cost is shared by Shapley's
value or by parcels; nobody pays more than alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.logistics import MOST_PARTNERS, SharedCost, share_cost
from ecsim.rural.events import OperatorJoinedPool, OperatorKind, OperatorLeftPool, PoolFormed, ProjectKind
from ecsim.rural.facilities import kept_share
from ecsim.rural.logistics.group_costs import GroupCost
from ecsim.rural.logistics.operator_shares import members_of_county
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import State, World

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
    lends : whether pools lend each other townships over county borders
    """

    terms: LogisticsTerms
    roads: RoadWays
    weekly: NDArray[np.float64]
    sharing: Sharing
    lends: bool = False

    def form(self, world: World, county: int, cause: int, kept: float = 0.0) -> None:
        """A joint pool is offered in a county; the post joins, and couriers whom it saves enough.

        Parameters
        ----------
        county : its row
        cause : sequence number of what brought the pool about
        kept : share of couriers that the post, whose it is, does not let in

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
        asked = _let_in(world, _asked(state, county), kept)
        offered = self._offered(world, asked, self.weekly)
        joins = offered.joins
        joined = OperatorJoinedPool(
            operator=asked[joins],
            pool=np.full(joins.sum(), pool),
            alone_fen=offered.alone[joins],
            pays_fen=offered.pays[joins],
        )
        world.publish(joined, cause=formed.first)

    def review(self, world: World, weekly: NDArray[np.float64]) -> None:
        """Members whom a pool saves too little by now leave, others whom it would save enough join.

        Parameters
        ----------
        weekly : shape (townships,), parcels a week as they are now

        References
        ----------
        docs/model.md 4.9.
        """
        o = world.state.operators
        pools = world.state.counties.pool
        for pool in pools[pools >= 0].tolist():
            county = int(o.county[pool])
            asked = _let_in(world, _asked(world.state, county), _kept_from_couriers(world.state, county))
            self._rearrange(world, pool, asked, self._offered(world, asked, weekly))

    def _rearrange(self, world: World, pool: int, asked: I64, offered: _Offered) -> None:
        o, cause = world.state.operators, int(world.state.operators.settled_seq[pool])
        inside = o.pool[asked] == pool
        for kind, rows in (
            (OperatorLeftPool, np.flatnonzero(inside & ~offered.joins)),
            (OperatorJoinedPool, np.flatnonzero(~inside & offered.joins)),
        ):
            world.publish(
                kind(
                    operator=asked[rows],
                    pool=np.full(len(rows), pool),
                    alone_fen=offered.alone[rows],
                    pays_fen=offered.pays[rows],
                ),
                cause=cause,
            )

    def _offered(self, world: World, asked: I64, weekly: NDArray[np.float64]) -> _Offered:
        """Return who of some operators joins; the post in any case, others if it saves them enough."""
        state, o = world.state, world.state.operators
        luck = world.draws.uniform("join_pool", 0, o.number[asked])
        hurdle = np.where(o.kind[asked] == OperatorKind.POST, -np.inf, self.terms.pool_hurdle * luck)
        return _who_joins(GroupCost(state, self.roads, self.terms, weekly, asked), hurdle, self.sharing)


class _Offered(NamedTuple):
    """What operators reckoned, shape (operators asked,) each."""

    joins: NDArray[np.bool_]
    alone: I64
    """Fen a week."""
    pays: I64
    """In the last of the groups that it was in."""


def _asked(state: State, county: int) -> I64:
    """Return who may deliver jointly in a county: whoever has parcels there."""
    there = members_of_county(state, county)
    return np.asarray(there[state.operators.share[there] > 0], np.int64)


def _let_in(world: World, asked: I64, kept: float) -> I64:
    """Return of some operators the post, and the couriers whom it lets in: always the same ones."""
    o = world.state.operators
    let_in = world.draws.uniform("let_into_pool", 0, o.number[asked]) >= kept
    return np.asarray(asked[let_in | (o.kind[asked] == OperatorKind.POST)], np.int64)


def _kept_from_couriers(state: State, county: int) -> float:
    """Return the share of couriers that the joint delivery of a county does not let in."""
    p = state.projects
    of = np.flatnonzero((p.county == county) & (p.kind == ProjectKind.JOINT_DELIVERY) & (p.kept > 0))
    return float(kept_share(state, of).max(initial=0.0))


def _who_joins(cost: GroupCost, hurdle: NDArray[np.float64], sharing: Sharing) -> _Offered:
    """Return who joins, and what they would pay: those leave again whom it saves too little, till none does.

    Parameters
    ----------
    hurdle : shape (operators,), share of what one costs alone that has to be saved
    """
    group = np.arange(len(hurdle))
    offered = _Offered(np.zeros(len(hurdle), np.bool_), *np.zeros((2, len(hurdle)), np.int64))
    while True:
        shared = _shared(cost, group, sharing)
        offered.alone[group], offered.pays[group] = shared.alone, shared.pays
        saves = np.array(shared.saves) / np.maximum(shared.alone, 1)
        stays = saves >= hurdle[group]
        if stays.all():
            offered.joins[group] = True
            return offered
        group = group[stays]


def _shared(cost: GroupCost, group: I64, sharing: Sharing) -> SharedCost:
    """Return what members pay; what each costs alone, where joint rounds would not be cheaper.

    More than Shapley's value is worked out for share by parcels, until some have left.
    """
    alone = tuple(cost.fen(group[[place]]) for place in range(len(group)))
    if not alone or cost.fen(group) > sum(alone):
        return SharedCost(alone, alone, None)
    rule = sharing if len(group) <= MOST_PARTNERS else "parcels"
    return share_cost(lambda places: cost.fen(group[list(places)]), cost.share(group).tolist(), rule)
