"""Operators that leave counties in which they lose on each parcel, and others that come (docs/model.md 4.9)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import PARTNERS, OperatorEntered, OperatorKind, OperatorLeft
from ecsim.rural.logistics.delivery_plan import Load, active_operators, carriers, driving_in, rounds_of_share
from ecsim.rural.logistics.frequencies import rounds_yuan
from ecsim.rural.logistics.operator_shares import beside_best, log_odds, members_of_county, of_units
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import RoadWays
from ecsim.rural.world import ONE, WEEKS_A_MONTH, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def leave(world: World, terms: LogisticsTerms) -> None:
    """Who has lost on each parcel for too long gives a county up, one at a time; the post and pools stay.

    Its share and what waits go to who carries on to villages there, or else to who carries most.

    References
    ----------
    docs/model.md 4.9.
    """
    state, o = world.state, world.state.operators
    active = active_operators(state).astype(np.int64)
    lean = o.lean_weeks[active] >= terms.exit_months * WEEKS_A_MONTH
    tired = active[lean & ~np.isin(o.kind[active], (OperatorKind.POST, OperatorKind.POOL))]
    tired = tired[np.lexsort((tired, o.margin_fen[tired], o.county[tired]))]
    _, first = np.unique(o.county[tired], return_index=True)
    tired = tired[first]  # who loses most in its county
    stay, carrier = np.setdiff1d(active, tired), carriers(state)
    heir = np.array([_heir(state, stay, int(carrier[county]), int(county)) for county in o.county[tired]], np.int64)
    rows, heir = tired[heir >= 0], heir[heir >= 0]
    world.publish(
        OperatorLeft(operator=rows, heir=heir, margin_fen=o.margin_fen[rows], lean_weeks=o.lean_weeks[rows]),
        cause=o.settled_seq[rows],
    )


def _heir(state: State, stay: I64, carrier: int, county: int) -> int:
    """Return who takes over in a county, or -1: nobody is left."""
    o = state.operators
    there = stay[o.county[stay] == county]
    if not there.size:
        return -1
    return carrier if carrier in there else int(there[np.argmax(o.share[there])])


class _Prospect(NamedTuple):
    """What one that comes to a county expects of a week there."""

    operator: int
    county: int
    earns_fen: float
    costs_fen: float
    hub_fen: float
    parcels: float
    usual_wait: float


def enter(world: World, terms: LogisticsTerms, roads: RoadWays, weekly: F64) -> None:
    """Operators come to counties where they expect to earn more than their cost and a hurdle, one a county at a time.

    Of couriers the first that is outside weighs it, and each partner with whom an agreement comes about; who would earn
    most over its cost comes.

    Parameters
    ----------
    weekly : shape (townships,), parcels a week as they are now

    References
    ----------
    docs/model.md 4.9.
    """
    state, o = world.state, world.state.operators
    away = (o.attraction == 0) & (terms.kinds.draw[o.kind] > 0) & (o.pool < 0)
    away = np.flatnonzero(away[: state.count("operators")])
    away = away[_may_come(world, terms, away)]
    _, first = np.unique(o.county[away] * len(OperatorKind) + o.kind[away], return_index=True)
    expects = [_prospect(state, terms, roads, weekly, int(operator)) for operator in away[np.sort(first)]]
    willing = [e for e in expects if e is not None and e.earns_fen >= (1.0 + terms.entry_hurdle) * e.costs_fen]
    best = {e.county: e for e in sorted(willing, key=lambda e: e.earns_fen / max(e.costs_fen, 1.0))}
    come = [best[county] for county in sorted(best)]
    if not come:
        return
    counties = np.array([each.county for each in come])
    world.publish(
        OperatorEntered(
            operator=[each.operator for each in come],
            county=counties,
            attraction=[round(terms.kinds.draw[o.kind[each.operator]] * ONE) for each in come],
            earns_fen=[round(each.earns_fen) for each in come],
            costs_fen=[round(each.costs_fen) for each in come],
            hub_fen=[round(each.hub_fen) for each in come],
            hub_mparcels=[round(1000 * each.parcels) for each in come],
            usual_wait_minutes=[round(each.usual_wait) for each in come],
        ),
        cause=np.array([_last_account(state, county) for county in counties.tolist()], np.int64),
    )


def _may_come(world: World, terms: LogisticsTerms, away: I64) -> NDArray[np.bool_]:
    """Return which operators may come now: couriers, and partners with whom an agreement comes about."""
    o, c = world.state.operators, world.state.counties
    chance = np.where(c.pool[o.county[away]] >= 0, terms.joint_agreement, terms.partner_agreement)
    agrees = world.draws.uniform("partner_agrees", world.week, o.number[away]) < chance
    return np.asarray(agrees | ~np.isin(o.kind[away], PARTNERS), np.bool_)


def _last_account(state: State, county: int) -> int:
    """Return the last account of an operator of a county, of which others hear."""
    return int(state.operators.settled_seq[members_of_county(state, county)].max())


def _prospect(state: State, terms: LogisticsTerms, roads: RoadWays, weekly: F64, operator: int) -> _Prospect | None:
    """Return what an operator expects in its county at the share that charges and service would give it there.

    It looks closer only where a parcel earns the hurdle at the cost of those who are there, their rounds from the hub
    counted as its kind would bear them.
    """
    o, c, county = state.operators, state.counties, int(state.operators.county[operator])
    there = members_of_county(state, county)
    cost, opening = float(c.cost_fen[county]), float(c.opening_cost_fen[county])
    driving = driving_in(state, county)
    kind = int(o.kind[operator])
    earns = (1.0 + float(terms.kinds.margin[kind])) * opening + float(c.down_tariff_fen[county])
    if not driving.size or not cost:
        return None
    others = 1000.0 * float(o.hub_fen[driving].sum()) / float(o.hub_mparcels[driving].sum())
    if earns < (1.0 + terms.entry_hurdle) * (cost - (1.0 - float(terms.kinds.bears[kind])) * others):
        return None
    odds = log_odds(state, terms)[there]
    pull = o.attraction[there] / ONE * beside_best(odds, odds.max())
    mean = float(np.average(odds, weights=np.maximum(o.share[there], 1)))
    mine = float(terms.kinds.draw[kind]) * float(beside_best(mean, odds.max()))
    share = round(ONE * mine / (mine + pull.sum()))
    rounds = rounds_of_share(state, roads, terms, operator, Load.of(terms, kind, share), weekly)
    parcels = weekly[rounds.place] * share / ONE
    brought = float(weekly[np.unique(rounds.place)].sum() * share / ONE)
    if brought <= 0:
        return None
    hub_fen = 100.0 * float(rounds_yuan(terms, rounds, parcels, kind).sum())
    costs = cost + hub_fen / brought - others
    usual = float(np.average(of_units(state, o.usual_wait_minutes)[driving], weights=o.share[driving]))
    return _Prospect(operator, county, earns * brought, max(costs, 0.0) * brought, hub_fen, brought, usual)
