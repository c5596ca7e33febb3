"""How often operators come: the root rule that balances cost of visits and delay of parcels (docs/model.md 4.9)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    DeliveryReachSet,
)
from ecsim.rural.logistics.delivery_plan import DeliveryPlan
from ecsim.rural.logistics.rounds import Rounds
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.logistics.weekly_flow import WeeklyFlow
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
OfRounds: TypeAlias = "NDArray[np.integer] | int"
"""Kinds of operators: of each round, or of all."""
DELAY_DAYS = 3.5
"""Days that a parcel waits on average where vans come once a week."""


def review_frequencies(world: World, terms: LogisticsTerms, plan: DeliveryPlan, flow: WeeklyFlow) -> None:
    """Operators weigh the cost of coming once more a week against the parcels' delay, all of them at once.

    Parameters
    ----------
    plan : the rounds in force
    flow : this week's parcels by stop

    References
    ----------
    docs/model.md 4.9.
    """
    state, place, townships = world.state, plan.hub.place, len(world.state.townships)
    goes_on = np.flatnonzero(plan.from_stop >= 0)
    onward = np.bincount(plan.from_stop[goes_on], flow.village_week[goes_on], len(place))
    hub_kind, tour_kind = (state.operators.kind[operator] for operator in (plan.hub.depot, plan.tour_operator))
    hub_days = days_a_week(terms, plan.hub, flow.stop_week + onward + flow.trade_week, hub_kind)
    tour_days = days_a_week(terms, plan.tours, np.asarray(flow.village_week[plan.tours.place], np.float64), tour_kind)
    village_days = np.zeros(len(state.reaches), np.int64)
    np.maximum.at(village_days, plan.tour_operator.astype(np.int64) * townships + plan.tours.depot, tour_days)
    world.publish(
        DeliveryReachSet(
            operator=plan.stop_operator,
            township=place,
            township_days=hub_days[plan.hub.stop_round],
            village_days=village_days[plan.stop_operator.astype(np.int64) * townships + place],
        ),
        cause=state.operators.seq[plan.stop_operator],
    )


def set_new_frequencies(world: World, terms: LogisticsTerms, plan: DeliveryPlan, flow: WeeklyFlow) -> None:
    """Whoever just began to drive sets its days at once, before the next review.

    Parameters
    ----------
    plan : the rounds in force
    flow : this week's parcels by stop
    """
    state = world.state
    row = plan.stop_operator.astype(np.int64) * len(state.townships) + plan.hub.place
    if (state.reaches.township_days[row] == 0).any():
        review_frequencies(world, terms, plan, flow)


def days_a_week(terms: LogisticsTerms, rounds: Rounds, weekly: F64, kind: OfRounds) -> I64:
    """Return days a week for each round: the root rule that balances its cost and the parcels' delay.

    Parameters
    ----------
    rounds : n rounds
    weekly : shape (stops,), parcels a week
    kind : shape (n,) or one for all, of which kind the operator of each is

    Returns
    -------
    shape (n,), whole days a week, 1 to `WORKDAYS`

    Notes
    -----
    d visits cost d·C; w parcels then wait 7/(2d) days at v yuan a day: d* = √(3.5·w·v / C), the root rule of
    docs/model.md 4.9; never so few that vans would have to be fuller than `planned_fill` of their capacity, and as
    often as its kind goes at least and at most.
    """
    parcels, yuan = _of_rounds(terms, rounds, weekly, kind)
    best = np.sqrt(DELAY_DAYS * parcels * terms.value_of_delay_yuan / np.maximum(yuan, 1.0))
    full = np.ceil(parcels / (terms.planned_fill * rounds.capacity))
    days = np.clip(np.maximum(np.rint(best), full), terms.kinds.least_days[kind], terms.kinds.most_days[kind])
    return np.asarray(days, np.int64)


def weekly_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64, kind: OfRounds) -> float:
    """Return what rounds cost a week on the days of the root rule, the parcels' delay included.

    Parameters
    ----------
    rounds : of one operator or of several together
    weekly : shape (stops,), parcels a week for each place, which several vans of it share
    kind : as of `days_a_week`
    """
    days, parcels, yuan = rounds_days_yuan(terms, rounds, weekly, kind)
    return float((days * yuan + DELAY_DAYS * parcels * terms.value_of_delay_yuan / days).sum())


def rounds_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64, kind: OfRounds) -> F64:
    """Return what each round costs a week on the days of the root rule.

    Parameters
    ----------
    rounds, weekly, kind : as of `weekly_yuan`
    """
    days, _, yuan = rounds_days_yuan(terms, rounds, weekly, kind)
    return np.asarray(days * yuan, np.float64)


def rounds_days_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64, kind: OfRounds) -> tuple[I64, F64, F64]:
    """Return days a week, parcels a week and the cost of driving once of each round; vans of a place share parcels."""
    vans = np.bincount(rounds.place)[rounds.place] if len(rounds.place) else np.ones(0)
    return driven_yuan(terms, rounds, np.asarray(weekly / vans, np.float64), kind)


def driven_yuan(terms: LogisticsTerms, rounds: Rounds, each: F64, kind: OfRounds) -> tuple[I64, F64, F64]:
    """Return days a week, parcels a week and the cost of driving once of each round, pay by the piece included.

    Parameters
    ----------
    each : shape (stops,), parcels a week
    """
    days, (parcels, yuan) = days_a_week(terms, rounds, each, kind), _of_rounds(terms, rounds, each, kind)
    return days, parcels, np.asarray(yuan + terms.kinds.piece_yuan[kind] * parcels / days, np.float64)


def _of_rounds(terms: LogisticsTerms, rounds: Rounds, weekly: F64, kind: OfRounds) -> tuple[F64, F64]:
    """Return the parcels a week of each round, and what it costs to drive it once, yuan; pay by the piece is none."""
    number, stops = len(rounds.depot), rounds.stop_round
    seconds = np.bincount(stops, rounds.leg_seconds, number) + rounds.back_seconds
    seconds = seconds + terms.stop_seconds * np.diff(rounds.first)
    metres = np.bincount(stops, rounds.leg_m, number) + rounds.back_m
    yuan = np.array([terms.round_yuan(s, m) for s, m in zip(seconds, metres, strict=True)]) * terms.kinds.bears[kind]
    colder = np.add(*terms.cold_yuan(seconds.astype(np.float64), metres.astype(np.float64)))
    return np.bincount(stops, weekly, number).astype(np.float64), (yuan + colder).astype(np.float64)
