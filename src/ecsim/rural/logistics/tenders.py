"""Tenders for the delivery to a county's villages, where there is joint delivery (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import GOES_TO_SOME, OperatorKind, TourTenderAwarded
from ecsim.rural.logistics.delivery_plan import DeliveryPlan, active_operators, driving_in
from ecsim.rural.logistics.dispatch import OPERATORS
from ecsim.rural.logistics.frequencies import rounds_days_yuan
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.logistics.weekly_flow import WeeklyFlow
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def tender_tours(world: World, terms: LogisticsTerms, plan: DeliveryPlan, flow: WeeklyFlow) -> None:
    """Counties with joint delivery ask who carries on to their villages for least; the award holds for a time.

    Co-ops and bus lines, which do not go to all of them, make no offer (but see `village_lots`).

    Parameters
    ----------
    plan : the rounds in force
    flow : this week's parcels

    References
    ----------
    docs/model.md 4.9.
    """
    state, c, o = world.state, world.state.counties, world.state.operators
    if not len(plan.tours.depot):
        return
    tours, villages = _tours_of_counties(world, terms, plan, flow)
    everywhere = ~np.isin(o.kind, GOES_TO_SOME)
    active = active_operators(state).astype(np.int64)
    due = (c.tender_seq == 0) | (world.day - c.tender_day >= 7 * terms.tender_weeks) | ~np.isin(c.carrier, active)
    awards = []
    for county in np.flatnonzero(due & (c.pool >= 0) & (villages > 0)).tolist():
        bidders = driving_in(state, county)
        bidders = bidders[everywhere[bidders]]
        if not bidders.size or c.pool[county] not in bidders:
            continue
        own = 1000.0 * o.hub_fen[bidders] / o.hub_mparcels[bidders]
        luck = world.draws.normal("tour_tender", world.week, int(c.number[county]) * OPERATORS + o.number[bidders])
        asks = (tours[o.kind[bidders], county] / villages[county] + own) * np.exp(terms.tender_sigma * luck)
        held = np.where(bidders == c.pool[county], 1.0 - terms.tender_lead, 1.0)
        best = int(np.argmin(asks * held))
        awards.append((county, int(bidders[best]), round(asks[best]), len(bidders)))
    if awards:
        columns = np.array(awards, np.int64).T
        award = TourTenderAwarded(county=columns[0], operator=columns[1], price_fen=columns[2], bids=columns[3])
        world.publish(award, cause=o.settled_seq[columns[1]])


def _tours_of_counties(world: World, terms: LogisticsTerms, plan: DeliveryPlan, flow: WeeklyFlow) -> tuple[F64, F64]:
    """Return what village tours of counties' carriers cost a week, fen, and the parcels a week that they bring.

    Returns
    -------
    shapes (kinds of operators, counties), (counties,): what tours cost depends on whose vans go
    """
    state, counties = world.state, len(world.state.counties)
    weekly = np.asarray(flow.village_week[plan.tours.place], np.float64)
    of, own = state.townships.county[plan.tours.depot], ~np.isin(state.operators.kind[plan.tour_operator], GOES_TO_SOME)
    fen, brought = np.zeros((len(OperatorKind), counties)), np.zeros(counties)
    for kind in OperatorKind:
        if kind not in GOES_TO_SOME:
            days, parcels, yuan = rounds_days_yuan(terms, plan.tours, weekly, kind)
            fen[kind] = np.bincount(of, own * (100.0 * days * yuan), counties)
            brought = np.asarray(np.bincount(of, own * parcels, counties), np.float64)
    return fen, brought
