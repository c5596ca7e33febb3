"""What parcels and vehicles change."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import applies
from ecsim.rural.events import (
    DeliveryCosted,
    DeliveryReachSet,
    GoodsWaiting,
    OperatorJoinedPool,
    OperatorKind,
    ParcelsDelivered,
    ParcelsWaiting,
    PoolFormed,
    RoundsDriven,
    Stamp,
    TariffMoved,
)
from ecsim.rural.state.state import State


@applies(PoolFormed)
def form_pool(state: State, event: PoolFormed, stamp: Stamp) -> None:
    """The pool is an operator of its own from now on."""
    operators = state.operators
    state.filled("operators", int(event.pool.max()) + 1)
    operators.county[event.pool] = event.county
    operators.kind[event.pool] = OperatorKind.POOL
    operators.pool[event.pool] = -1
    operators.vans[event.pool] = 0
    operators.seq[event.pool] = stamp.seqs(event)
    state.counties.pool[event.county] = event.pool


@applies(OperatorJoinedPool)
def join_pool(state: State, event: OperatorJoinedPool, _: Stamp) -> None:
    """The pool carries what its member carried, and what still waits for it."""
    operators, reaches, townships = state.operators, state.reaches, len(state.townships)
    for operator, pool in zip(event.operator, event.pool, strict=True):
        operators.pool[operator] = pool
        operators.share[pool] += operators.share[operator]
        operators.vans[pool] += operators.vans[operator]
        mine, theirs = (slice(o * townships, (o + 1) * townships) for o in (int(operator), int(pool)))
        for column in (reaches.waiting, reaches.waiting_days, reaches.goods_g):
            column[theirs] += column[mine]
            column[mine] = 0


@applies(DeliveryReachSet)
def set_reach(state: State, event: DeliveryReachSet, stamp: Stamp) -> None:
    """How often the operator comes to the township and to its villages."""
    row = event.operator.astype(np.int64) * len(state.townships) + event.township
    state.reaches.township_days[row] = event.township_days
    state.reaches.village_days[row] = event.village_days
    state.reaches.seq[row] = stamp.seqs(event)


@applies(RoundsDriven)
def drive(state: State, event: RoundsDriven, _: Stamp) -> None:
    """Crews are paid for the time that they were out, at the next account of hours."""
    np.add.at(state.counties.crew_seconds, state.operators.county[event.operator], event.crew_seconds.astype(np.int64))


@applies(DeliveryCosted)
def cost_delivery(state: State, event: DeliveryCosted, _: Stamp) -> None:
    """Wages are part of what crews and handling cost."""
    np.add.at(state.counties.delivery_fen, event.county, event.crew_fen + event.handling_fen)


@applies(ParcelsDelivered)
def deliver(state: State, event: ParcelsDelivered, stamp: Stamp) -> None:
    """Count the county's parcels and the late ones."""
    counties = state.counties
    county = state.villages.county[event.village.astype(np.intp)].astype(np.intp)
    np.add.at(counties.delivered_parcels, county, event.parcels.astype(np.int64))
    np.add.at(counties.late_parcels, county, event.late.astype(np.int64))
    counties.delivered_seq[county] = stamp.seqs(event)
    late = event.late > 0
    counties.late_seq[county[late]] = stamp.seqs(event)[late]


@applies(ParcelsWaiting)
def wait(state: State, event: ParcelsWaiting, _: Stamp) -> None:
    """What still waits, and how long it has waited."""
    own = event.village < 0
    row = event.operator[own].astype(np.int64) * len(state.townships) + event.township[own]
    state.reaches.waiting[row] = event.parcels[own]
    state.reaches.waiting_days[row] = event.waited_days[own]
    state.villages.waiting[event.village[~own]] = event.parcels[~own]
    state.villages.waiting_days[event.village[~own]] = event.waited_days[~own]


@applies(GoodsWaiting)
def keep_goods(state: State, event: GoodsWaiting, _: Stamp) -> None:
    """Farm goods that still wait for a van, in villages and in townships."""
    own = event.village < 0
    row = event.operator[own].astype(np.int64) * len(state.townships) + event.township[own]
    state.reaches.goods_g[row] = event.goods_g[own]
    state.villages.goods_g[event.village[~own]] = event.goods_g[~own]


@applies(TariffMoved)
def move_tariff(state: State, event: TariffMoved, _: Stamp) -> None:
    """New charges; the first of a county are what later ones are measured against."""
    counties = state.counties
    first = event.county[counties.opening_cost_fen[event.county] == 0]
    counties.down_tariff_fen[event.county] = event.down_fen
    counties.up_tariff_fen[event.county] = event.up_fen
    counties.cost_fen[event.county] = event.cost_fen
    counties.opening_cost_fen[first] = counties.cost_fen[first]
    counties.opening_up_fen[first] = counties.up_tariff_fen[first]


LOGISTICS = (form_pool, join_pool, set_reach, drive, cost_delivery, deliver, wait, keep_goods, move_tariff)
