"""Joint pools: couriers that deliver as one with the post (docs/model.md 4.9).

A pool has its members' vans, share and parcels, and goes on to villages.
"""

from __future__ import annotations

import numpy as np

from ecsim.rural.events import OperatorJoinedPool, OperatorKind, PoolFormed
from ecsim.rural.logistics.delivery_plan import (
    active_operators,
)
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import World


def form_pool(world: World, county: int, terms: LogisticsTerms, cause: int) -> None:
    """A joint pool is offered in a county; the post joins, couriers join by their own choice.

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
    active = active_operators(state)
    operators = active[(state.operators.county[active] == county) & (state.operators.kind[active] != OperatorKind.POOL)]
    post = state.operators.kind[operators] == OperatorKind.POST
    joins = post | (world.draws.uniform("join_pool", 0, state.operators.number[operators]) < terms.pool_willingness)
    world.publish(OperatorJoinedPool(operator=operators[joins], pool=np.full(joins.sum(), pool)), cause=formed.first)
