"""Operators' own accounts: a parcel's cost by their own rounds, what they charge and earn (docs/model.md 4.9).

Rounds to villages and handling cost all operators of a county alike, since a village's parcels come of all of them;
what is an operator's own is what its rounds from the hub cost a parcel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import PARTNERS, OperatorsSettled, RoundsDriven
from ecsim.rural.logistics.delivery_plan import DeliveryPlan, active_operators
from ecsim.rural.logistics.frequencies import DELAY_DAYS
from ecsim.rural.logistics.operator_shares import MINUTES_A_DAY, of_units
from ecsim.rural.logistics.rounds import WORKDAYS
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
LONGEST_QUEUE_DAYS = 30.0
"""What takes longer counts as this."""


class HubRounds(NamedTuple):
    """What rounds from the hub came to in a week, shape (operators,)."""

    fen: F64
    """What parcels bear of their cost."""
    parcels: F64
    """That they brought, those that go on to villages among them."""
    left: F64
    """That stayed at home for want of a van, counted on each day anew."""
    rounds: I64
    """Most that went on one day."""


class CountyCosts(NamedTuple):
    """Costs of a parcel down, shape (counties,), fen: all operators' smoothed, and the same in the first week."""

    smoothed: F64
    opening: F64


def settle_operators(
    world: World, terms: LogisticsTerms, plan: DeliveryPlan, hub: HubRounds, costs: CountyCosts, cause: I64
) -> I64:
    """Publish the week's accounts of operators that drive; return the mean charge of each county, fen.

    Parameters
    ----------
    cause : shape (operators,), sequence numbers of what each cost in the week, or of what made it an operator

    References
    ----------
    docs/model.md 4.9: cost, charge and margin of an operator.
    """
    state = world.state
    o, rows = state.operators, active_operators(state).astype(np.int64)
    county, counties = o.county[rows], len(state.counties)
    part = np.where(o.hub_mparcels[rows] > 0, terms.smoothing, 1.0)  # a first week is all that is known
    fen, parcels, left = (
        before[rows] + part * (now[rows] - before[rows])
        for before, now in (
            (o.hub_fen, hub.fen), (o.hub_mparcels, 1000.0 * hub.parcels), (o.left_mparcels, 1000.0 * hub.left)
        )
    )  # fmt: skip
    total, brought = (np.bincount(county, of, counties)[county] for of in (fen, parcels))
    apart = np.where(parcels > 0, 1000.0 * (fen / np.maximum(parcels, 1.0) - total / np.maximum(brought, 1.0)), 0.0)
    wait = wait_minutes(state, plan)[rows]
    learns = world.week < terms.review_weeks
    usual, usual_wait = (
        np.rint(now) if learns else np.rint(of_units(state, before)[rows])
        for now, before in ((apart, o.apart_fen), (wait, o.usual_wait_minutes))
    )
    cost, base = costs.smoothed[county] + apart, costs.opening[county]
    charge = terms.pass_through * (costs.smoothed[county] - base + terms.own_tariff * (apart - usual))
    margin = (1.0 + terms.kinds.margin[o.kind[rows]]) * (base + usual) + charge - cost
    whole = np.rint(charge).astype(np.int64)
    world.publish(
        OperatorsSettled(
            operator=rows,
            hub_fen=np.rint(fen).astype(np.int64),
            hub_mparcels=np.rint(parcels).astype(np.int64),
            cost_fen=np.rint(cost).astype(np.int64),
            apart_fen=usual.astype(np.int64),
            charge_fen=whole,
            margin_fen=np.rint(margin).astype(np.int64),
            lean_weeks=np.where(margin < 0, o.lean_weeks[rows] + 1, 0),
            wait_minutes=np.rint(wait).astype(np.int64),
            usual_wait_minutes=usual_wait.astype(np.int64),
            left_mparcels=np.rint(left).astype(np.int64),
            short_weeks=np.where(hub.left[rows] > 0, o.short_weeks[rows] + 1, 0),
            idle_weeks=np.where(hub.rounds[rows] < o.vans[rows], o.idle_weeks[rows] + 1, 0),
        ),
        cause=cause[rows],
    )
    return mean_by_share(county, o.share[rows], whole, counties)


def hub_rounds(rounds: RoundsDriven, down_yuan: F64, stand_yuan: F64, left: I64, out: I64) -> HubRounds:
    """Return what rounds from the hub came to by operator.

    Parameters
    ----------
    down_yuan : shape (rounds,), what parcels bear of each
    stand_yuan : shape (operators,), what vans cost that stood
    left, out : shape (operators,), (operators, workdays): parcels that stayed at home, rounds that went
    """
    from_hub, operators = np.flatnonzero(~rounds.village_tour), len(left)
    operator = rounds.operator[from_hub]
    yuan, parcels = (np.bincount(operator, of[from_hub], operators) for of in (down_yuan, rounds.parcels_down))
    return HubRounds(
        fen=np.asarray(100.0 * (yuan + stand_yuan), np.float64),
        parcels=np.asarray(parcels, np.float64),
        left=left.astype(np.float64),
        rounds=out.max(axis=1),
    )


def rounds_by_day(rounds: RoundsDriven, operators: int) -> I64:
    """Return on how many rounds from the hub each operator's vans went on each workday, shape (operators, workdays)."""
    from_hub = np.flatnonzero(~rounds.village_tour)
    place = rounds.operator[from_hub].astype(np.int64) * WORKDAYS + rounds.weekday[from_hub]
    return np.asarray(np.bincount(place, minlength=operators * WORKDAYS).reshape(operators, WORKDAYS), np.int64)


def standing_vans(state: State, out: I64) -> I64:
    """Return on how many days of a week vans that were added stood, shape (operators,).

    Parameters
    ----------
    out : shape (operators, workdays), rounds; each takes a van of its own as long as there are some at home
    """
    o = state.operators
    idle = np.maximum(o.vans.astype(np.int64)[:, None] - out, 0)
    return np.asarray(np.minimum(idle, o.added[:, None]).sum(axis=1), np.int64)


def standing_for(state: State, plan: DeliveryPlan) -> I64:
    """Return who hands over what no van brings in each county: its carrier, or its first operator that drives."""
    standing = np.full(len(state.counties), -1)
    active = active_operators(state)[::-1]
    standing[state.operators.county[active]] = active
    return np.asarray(np.where(plan.carrier >= 0, plan.carrier, standing), np.int64)


def mean_by_share(county: NDArray[np.integer], share: NDArray[np.integer], fen: I64, counties: int) -> I64:
    """Return the mean of operators' charges by county, weighted by shares, in whole fen; halves go up."""
    total, weight = np.zeros((2, counties), np.int64)
    np.add.at(total, county, share.astype(np.int64) * fen)
    np.add.at(weight, county, share.astype(np.int64))
    return np.asarray((2 * total + weight) // np.maximum(2 * weight, 1), np.int64)


def wait_minutes(state: State, plan: DeliveryPlan) -> F64:
    """Return how long a parcel of an operator waits for its van in the mean, by the days that it comes, in minutes.

    Of partners also how long the parcels take that wait at the hub already, by Little's law: their room is not theirs
    to add to.

    Returns
    -------
    shape (operators,); 0 of who comes nowhere
    """
    stops = np.flatnonzero(plan.first_copy)
    operator, place = plan.stop_operator[stops].astype(np.int64), plan.hub.place[stops]
    days = state.reaches.township_days[operator * len(state.townships) + place]
    weight = plan.expected[place]
    every = len(state.operators)
    waits = np.bincount(operator, weight * DELAY_DAYS / np.maximum(days, 1), every)
    mean = waits / np.maximum(np.bincount(operator, weight, every), 1e-9)
    return np.asarray(MINUTES_A_DAY * (mean + _queue_days(state)), np.float64)


def _queue_days(state: State) -> F64:
    """Return the days that what waits for a partner at the hub takes at the rate at which it brings parcels."""
    o = state.operators
    waiting = state.reaches.waiting.reshape(len(o), -1).sum(axis=1)
    days = 7000.0 * waiting / np.maximum(o.hub_mparcels, 1)
    return np.where(np.isin(o.kind, PARTNERS) & (o.hub_mparcels > 0), np.minimum(days, LONGEST_QUEUE_DAYS), 0.0)
