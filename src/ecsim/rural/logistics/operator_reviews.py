"""Reviews of operators: who comes, who leaves, who delivers jointly, who carries how much (docs/model.md 4.9)."""

from __future__ import annotations

from ecsim.rural.logistics.delivery_plan import weekly_now
from ecsim.rural.logistics.entry import enter, leave
from ecsim.rural.logistics.fleets import move_fleets
from ecsim.rural.logistics.lending import lend_townships
from ecsim.rural.logistics.operator_shares import move_shares
from ecsim.rural.logistics.pools import PoolOffer
from ecsim.rural.world import World


def review_operators(world: World, pools: PoolOffer) -> None:
    """Operators look back on their accounts, once a quarter or so; joint pools, once a year.

    Parameters
    ----------
    pools : how joint pools are offered, with the numbers in force

    References
    ----------
    docs/model.md 4.9.
    """
    terms, week = pools.terms, world.week
    if not week or not world.state.operators.hub_mparcels.any():
        return
    if week % terms.review_weeks == 0:
        enter(world, terms, pools.roads, weekly_now(world.state, pools.weekly))
        leave(world, terms)
    if week % terms.pool_review_weeks == 0:
        pools.review(world, weekly_now(world.state, pools.weekly))
        if pools.lends:
            lend_townships(world, terms, pools.roads, weekly_now(world.state, pools.weekly))
    if week % terms.review_weeks == 0:
        move_shares(world, terms)
        move_fleets(world, terms)
