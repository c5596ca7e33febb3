"""What parcels and vehicles change."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import (
    DeliveryCosted,
    DeliveryReachSet,
    GoodsWaiting,
    OperatorEntered,
    OperatorFleetMoved,
    OperatorJoinedPool,
    OperatorKind,
    OperatorLeft,
    OperatorLeftPool,
    OperatorSharesMoved,
    OperatorsSettled,
    ParcelsDelivered,
    ParcelsWaiting,
    PoolFormed,
    RoundsDriven,
    Stamp,
    TariffMoved,
    TourTenderAwarded,
    TownshipLent,
    TradeCarrierSet,
    VillageCarrierSet,
)
from ecsim.rural.state.lent import goes_for
from ecsim.rural.state.opening import fill
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
    operators = state.operators
    for operator, pool in zip(event.operator, event.pool, strict=True):
        operators.pool[operator] = pool
        operators.share[pool] += operators.share[operator]
        operators.vans[pool] += _vans(state, operator)
        operators.added[pool] += operators.added[operator]
        _take_over(state, int(operator), int(pool))
    _give_villages_up(state, event.operator)


def _vans(state: State, operator: I32) -> int:
    """Return the vans that an operator brings into a pool: buses go on for their passengers."""
    return 0 if state.operators.kind[operator] == OperatorKind.BUS_LINE else int(state.operators.vans[operator])


def _give_villages_up(state: State, operator: I32) -> None:
    """Whoever carries on in its county goes on to the villages that a partner had taken on."""
    carrier = state.villages.carrier
    carrier[np.isin(carrier, operator)] = -1


def _take_over(state: State, operator: int, other: int) -> None:
    """What waits for an operator waits for another from now on, or for who goes to a township in its place."""
    every = np.arange(len(state.townships))
    _hand_on(state, every, np.full(len(every), operator), goes_for(state, np.full(len(every), other), every))


def _hand_on(state: State, township: I64, operator: I64, other: I64) -> None:
    """What waits for operators to go to townships waits for others from now on; shape (n,) each, no row twice."""
    reaches, townships = state.reaches, len(state.townships)
    mine, theirs = (each.astype(np.int64) * townships + township for each in (operator, other))
    for column in (reaches.waiting, reaches.waiting_days, reaches.goods_g):
        waits = column[mine]
        column[mine] = 0
        column[theirs] += waits


@applies(OperatorLeftPool)
def leave_pool(state: State, event: OperatorLeftPool, stamp: Stamp) -> None:
    """It drives alone with its vans and its share, and keeps accounts anew; what waits is brought by the pool."""
    operators = state.operators
    for operator, pool in zip(event.operator, event.pool, strict=True):
        operators.pool[operator] = -1
        operators.share[pool] -= operators.share[operator]
        operators.vans[pool] -= _vans(state, operator)
        operators.added[pool] -= operators.added[operator]
    operators.seq[event.operator] = stamp.seqs(event)
    _begin_accounts(state, event.operator)


def _begin_accounts(state: State, operator: I32) -> None:
    o = state.operators
    for column in (
        o.hub_fen, o.hub_mparcels, o.charge_fen, o.margin_fen, o.lean_weeks, o.left_mparcels,
        o.short_weeks, o.idle_weeks,
    ):  # fmt: skip
        column[operator] = 0


@applies(OperatorLeft)
def leave_county(state: State, event: OperatorLeft, _: Stamp) -> None:
    """Its parcels are its heir's until shares move."""
    operators = state.operators
    for operator, heir in zip(event.operator, event.heir, strict=True):
        operators.share[heir] += operators.share[operator]
        _take_over(state, int(operator), int(heir))
    operators.share[event.operator] = operators.attraction[event.operator] = 0
    _give_villages_up(state, event.operator)
    _begin_accounts(state, event.operator)


@applies(OperatorEntered)
def enter_county(state: State, event: OperatorEntered, stamp: Stamp) -> None:
    """It is there, with accounts as it expects them, and gets its share when shares move."""
    operators = state.operators
    fill(operators, event.operator, event)
    operators.seq[event.operator] = operators.settled_seq[event.operator] = stamp.seqs(event)
    operators.wait_minutes[event.operator] = event.usual_wait_minutes
    operators.apart_fen[event.operator] = 0


@applies(OperatorFleetMoved)
def move_fleet(state: State, event: OperatorFleetMoved, _: Stamp) -> None:
    """So many vans from now on; what was short or idle is counted anew."""
    fill(state.operators, event.operator, event)
    state.operators.short_weeks[event.operator] = state.operators.idle_weeks[event.operator] = 0


@applies(OperatorSharesMoved)
def move_shares(state: State, event: OperatorSharesMoved, _: Stamp) -> None:
    """Parcels of weeks to come are shared so."""
    state.operators.share[event.operator] = event.share


@applies(OperatorsSettled)
def settle_operators(state: State, event: OperatorsSettled, stamp: Stamp) -> None:
    """What reviews look back on."""
    fill(state.operators, event.operator, event)
    state.operators.settled_seq[event.operator] = stamp.seqs(event)


@applies(TourTenderAwarded)
def award_tours(state: State, event: TourTenderAwarded, stamp: Stamp) -> None:
    """It carries on to villages as long as it drives by itself, or until the next tender."""
    state.counties.carrier[event.county] = event.operator
    state.counties.tender_seq[event.county] = stamp.seqs(event)
    state.counties.tender_day[event.county] = stamp.day


@applies(TradeCarrierSet)
def set_trade_carrier(state: State, event: TradeCarrierSet, stamp: Stamp) -> None:
    """It takes shops' goods along as long as it drives by itself, or until the next review."""
    state.counties.trade[event.county] = np.where(event.merged, event.operator, -1)
    state.counties.trade_seq[event.county] = stamp.seqs(event)


@applies(VillageCarrierSet)
def set_village_carrier(state: State, event: VillageCarrierSet, _: Stamp) -> None:
    """It goes on to the village as long as it drives by itself, or until it gives it back."""
    state.villages.carrier[event.village] = event.operator


@applies(TownshipLent)
def lend_township(state: State, event: TownshipLent, _: Stamp) -> None:
    """The neighbour's pool goes there for that of its own county, and takes over what waits; or gives it back."""
    township = event.township.astype(np.int64)
    own = state.counties.pool[state.townships.county[township]]
    before = goes_for(state, own, township)
    state.townships.lent_to[township] = event.pool
    _hand_on(state, township, before, goes_for(state, own, township))


@applies(DeliveryReachSet)
def set_reach(state: State, event: DeliveryReachSet, stamp: Stamp) -> None:
    """How often the operator comes to the township and to its villages."""
    row = event.operator.astype(np.int64) * len(state.townships) + event.township
    state.reaches.township_days[row] = event.township_days
    state.reaches.village_days[row] = event.village_days
    state.reaches.seq[row] = stamp.seqs(event)


@applies(RoundsDriven)
def drive(state: State, event: RoundsDriven, _: Stamp) -> None:
    """Crews are paid for the time that they were out, at the next account of hours; those of buses by passengers."""
    paid = state.operators.kind[event.operator] != OperatorKind.BUS_LINE
    county = state.operators.county[event.operator[paid]]
    np.add.at(state.counties.crew_seconds, county, event.crew_seconds[paid].astype(np.int64))


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


LOGISTICS = (
    form_pool, join_pool, leave_pool, leave_county, enter_county, move_fleet, move_shares, award_tours,
    set_trade_carrier, set_village_carrier, lend_township, set_reach,
    drive, cost_delivery, deliver, wait, keep_goods, settle_operators, move_tariff,
)  # fmt: skip
