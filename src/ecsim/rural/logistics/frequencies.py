"""How often operators come: the root rule that balances cost of visits and delay of parcels (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    DeliveryReachSet,
)
from ecsim.rural.logistics.delivery_plan import (
    WORKDAYS,
    DeliveryPlan,
)
from ecsim.rural.logistics.rounds import Rounds
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.logistics.weekly_flow import WeeklyFlow
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
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
    onward = np.bincount(world.state.villages.township, flow.village_week, len(world.state.townships))
    carries = plan.first_copy & (plan.stop_operator == plan.carrier[world.state.townships.county[plan.hub.place]])
    hub_days = days_a_week(terms, plan.hub, flow.stop_week + np.where(carries, onward[plan.hub.place], 0.0))
    tour_days = days_a_week(terms, plan.tours, np.asarray(flow.village_week[plan.tours.place], np.float64))
    state = world.state
    village_days = np.zeros(len(state.townships), np.int64)
    stops = plan.tours.stop_round
    np.maximum.at(village_days, plan.tours.depot[stops], tour_days[stops])
    place = plan.hub.place
    carries = plan.stop_operator == plan.carrier[state.townships.county[place]]
    world.publish(
        DeliveryReachSet(
            operator=plan.stop_operator,
            township=place,
            township_days=hub_days[plan.hub.stop_round],
            village_days=np.where(carries, village_days[place], 0),
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


def days_a_week(terms: LogisticsTerms, rounds: Rounds, weekly: F64) -> I64:
    """Return days a week for each round: the root rule that balances its cost and the parcels' delay.

    Parameters
    ----------
    rounds : n rounds
    weekly : shape (stops,), parcels a week

    Returns
    -------
    shape (n,), whole days a week, 1 to `WORKDAYS`

    Notes
    -----
    d visits cost d·C; w parcels then wait 7/(2d) days at v yuan a day: d* = √(3.5·w·v / C), the root rule of
    docs/model.md 4.9; never so few that vans would have to be fuller than `planned_fill` of their capacity.
    """
    parcels, yuan = _of_rounds(terms, rounds, weekly)
    best = np.sqrt(DELAY_DAYS * parcels * terms.value_of_delay_yuan / np.maximum(yuan, 1.0))
    full = np.ceil(parcels / (terms.planned_fill * terms.capacity))
    days: I64 = np.clip(np.maximum(np.rint(best), full), 1, WORKDAYS).astype(np.int64)
    return days


def weekly_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64) -> float:
    """Return what rounds cost a week on the days of the root rule, the parcels' delay included.

    Parameters
    ----------
    rounds : of one operator or of several together
    weekly : shape (stops,), parcels a week for each place, which several vans of it share
    """
    days, parcels, yuan = rounds_days_yuan(terms, rounds, weekly)
    return float((days * yuan + DELAY_DAYS * parcels * terms.value_of_delay_yuan / days).sum())


def rounds_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64) -> float:
    """Return what rounds cost a week on the days of the root rule.

    Parameters
    ----------
    rounds, weekly : as of `weekly_yuan`
    """
    days, _, yuan = rounds_days_yuan(terms, rounds, weekly)
    return float((days * yuan).sum())


def rounds_days_yuan(terms: LogisticsTerms, rounds: Rounds, weekly: F64) -> tuple[I64, F64, F64]:
    """Return days a week, parcels a week and the cost of driving once of each round; vans of a place share parcels."""
    vans = np.bincount(rounds.place)[rounds.place] if len(rounds.place) else np.ones(0)
    each = np.asarray(weekly / vans, np.float64)
    return (days_a_week(terms, rounds, each), *_of_rounds(terms, rounds, each))


def _of_rounds(terms: LogisticsTerms, rounds: Rounds, weekly: F64) -> tuple[F64, F64]:
    """Return the parcels a week of each round, and what it costs to drive it once, yuan."""
    number, stops = len(rounds.depot), rounds.stop_round
    seconds = np.bincount(stops, rounds.leg_seconds, number) + rounds.back_seconds
    seconds = seconds + terms.stop_seconds * np.diff(rounds.first)
    metres = np.bincount(stops, rounds.leg_m, number) + rounds.back_m
    yuan = np.array([terms.round_yuan(s, m) for s, m in zip(seconds, metres, strict=True)])
    return np.bincount(stops, weekly, number).astype(np.float64), yuan.astype(np.float64)
