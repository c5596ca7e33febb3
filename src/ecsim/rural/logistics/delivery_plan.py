"""Who drives where: rounds from the hubs and village tours, made from the state alone (docs/model.md 4.9).

Rounds join stops by the savings of Clarke and Wright. A plan holds as long as operators, pools, distribution centres
and served villages stay the same; chains that were worked out before are found again by what they follow from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.routing import savings_trips
from ecsim.rural.logistics.hubs import hub_depots, seconds_a_parcel, townships_of
from ecsim.rural.logistics.rounds import I32, Depots, Rounds
from ecsim.rural.logistics.routes import Route, legs
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import Groups, RoadWays
from ecsim.rural.state import State
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
HUNDREDTH = ONE // 100
WORKDAYS = 6
"""Days a week on which vans may go."""
Chain: TypeAlias = NDArray[np.int64]
KnownChains: TypeAlias = "dict[tuple[object, ...], list[Chain]]"
"""Rounds that were worked out before, by all they follow from beside the terms and the constants of the opening."""


@dataclass(frozen=True)
class DeliveryPlan:
    """The rounds in force while operators, pools and served villages stay the same."""

    terms: LogisticsTerms
    """Numbers that it was made with."""
    roads: RoadWays
    expected: F64
    """Shape (townships,), parcels a week that it counts on."""
    hub: Rounds
    """Depots are operators; a stop's place is a township."""
    hub_route: Route
    hub_depots: Depots
    stop_operator: I32
    """Shape (stops of hub,)."""
    tours: Rounds
    """Depots are townships; a stop's place is a village."""
    tour_route: Route
    tour_depots: Depots
    copies: I32
    """Shape (stops of hub,): vans that serve this operator's township side by side; they share its parcels."""
    first_copy: Bool
    """Shape (stops of hub,): the one of them that takes what goes on to villages."""
    carrier: I32
    """Shape (counties,): the operator that carries on to villages: the joint pool, or the post."""


def active_operators(state: State) -> I32:
    """Return the operators that drive: those with a share of their own that have not joined a pool."""
    o = state.operators
    return np.flatnonzero((o.pool < 0) & (o.share > 0)).astype(np.int32)


def driving_in(state: State, county: int) -> NDArray[np.int64]:
    """Return who drives in a county and has an account."""
    active = active_operators(state).astype(np.int64)
    here = (state.operators.county[active] == county) & (state.operators.hub_mparcels[active] > 0)
    return np.asarray(active[here], np.int64)


def carriers(state: State) -> I32:
    """Return who goes on to villages in each county: who was awarded it and drives, else the pool, else the post."""
    counties = state.counties
    post = np.full(len(counties), -1, np.int32)
    for operator in np.flatnonzero(state.operators.share > 0)[::-1]:
        if state.operators.kind[operator] == 0:
            post[state.operators.county[operator]] = operator
    awarded = np.where(np.isin(counties.carrier, active_operators(state)), counties.carrier, -1)
    return np.where(awarded >= 0, awarded, np.where(counties.pool >= 0, counties.pool, post)).astype(np.int32)


def make_delivery_plan(
    state: State, roads: RoadWays, terms: LogisticsTerms, weekly: F64, serves: Bool, known: KnownChains
) -> DeliveryPlan:
    """Return the rounds for who drives and which villages are served.

    Parameters
    ----------
    roads : the road network, all of it open
    weekly : shape (townships,), parcels a week that the plan counts on
    serves : shape (villages,), where parcels are handed out
    known : rounds made before under the same terms and ``weekly``; new ones are added
    """
    carrier = carriers(state)
    hub, hub_route = _rounds(state, roads, list(_hubs(state, roads.hubs, terms, weekly, known)), terms, hub=True)
    tour_chains = list(_tours(state, roads.tours, terms, weekly, serves, known))
    tours, tour_route = _rounds(state, roads, tour_chains, terms, hub=False)
    townships = len(state.townships)
    pair = hub.depot[hub.stop_round].astype(np.int64) * townships + hub.place
    _, first, which, operators = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    ones = np.ones(townships, np.int32)
    return DeliveryPlan(
        terms=terms,
        roads=roads,
        expected=weekly,
        hub=hub,
        hub_route=hub_route,
        hub_depots=hub_depots(state, terms),
        stop_operator=hub.depot[hub.stop_round] if len(hub.place) else np.zeros(0, np.int32),
        tours=tours,
        tour_route=tour_route,
        tour_depots=Depots(
            vans=terms.tour_vans * ones, docks=terms.tour_vans * ones, sorting_ms=np.zeros(townships, np.int32)
        ),
        copies=operators[which].astype(np.int32),
        first_copy=np.isin(np.arange(len(pair)), first),
        carrier=carrier,
    )


def _hubs(
    state: State, ways: Groups, terms: LogisticsTerms, weekly: F64, known: KnownChains
) -> Iterator[tuple[int, Chain]]:
    """Yield the rounds of every operator that drives; they follow from its share."""
    planned = planned_shares(state)
    outlets = [townships_of(state, county).tobytes() for county in range(len(state.counties))]
    for operator in active_operators(state).tolist():
        share, county = int(planned[operator]), int(state.operators.county[operator])
        key = ("hub", county, share, outlets[county])
        for chain in _chains(known, key, partial(_hub_chains, state, ways, terms, operator, share, weekly)):
            yield operator, chain


def planned_shares(state: State) -> NDArray[np.int64]:
    """Return the shares that rounds are planned for: those of the opening, or whole hundredths where they moved by one.

    Returns
    -------
    shape (operators,), millionths; a pool's of the opening is its members'
    """
    o, count = state.operators, state.count("operators")
    opening = o.attraction.astype(np.int64)
    members = np.flatnonzero(o.pool[:count] >= 0)
    np.add.at(opening, o.pool[members], opening[members])
    rounded = np.maximum((o.share + HUNDREDTH // 2) // HUNDREDTH, 1) * HUNDREDTH
    return np.where(np.abs(o.share - opening) < HUNDREDTH, opening, rounded)


def _tours(
    state: State, ways: Groups, terms: LogisticsTerms, weekly: F64, serves: Bool, known: KnownChains
) -> Iterator[tuple[int, Chain]]:
    """Yield the village tours of every township; they follow from which of its villages are served."""
    order = np.argsort(state.villages.township, kind="stable")
    first = np.searchsorted(state.villages.township[order], np.arange(len(state.townships) + 1))
    served = serves[order]
    for township in range(len(state.townships)):
        key = ("tour", township, served[first[township] : first[township + 1]].tobytes())
        for chain in _chains(known, key, partial(_tour_chains, state, ways, terms, township, serves, weekly)):
            yield township, chain


def _chains(known: KnownChains, key: tuple[object, ...], make: Callable[[], list[Chain]]) -> list[Chain]:
    if key not in known:
        known[key] = make()
    return known[key]


def rounds_of_share(
    state: State, roads: RoadWays, terms: LogisticsTerms, operator: int, share: int, weekly: F64
) -> Rounds:
    """Return the rounds that an operator would drive with some share of its county's parcels.

    Parameters
    ----------
    share : millionths
    weekly : shape (townships,), parcels a week
    """
    chains = _hub_chains(state, roads.hubs, terms, operator, share, weekly)
    return _rounds(state, roads, [(operator, chain) for chain in chains], terms, hub=True)[0]


def _hub_chains(
    state: State, ways: Groups, terms: LogisticsTerms, operator: int, share: int, weekly: F64
) -> list[Chain]:
    """Return an operator's rounds over the townships with an outlet, by savings."""
    county = int(state.operators.county[operator])
    townships = townships_of(state, county)
    if not townships.size:
        return []
    visit = weekly[townships] * share / ONE * terms.plan_margin / terms.plan_visits
    to_hub, between = _seconds(ways, int(state.counties.hub[county]), townships)
    chains = _planned_trips(terms, to_hub, between, visit)
    far_first = sorted(chains, key=lambda chain: -float(to_hub[chain].max()))  # they could not leave late
    return [townships[chain] for chain in far_first for _ in range(_vans_needed(visit[chain].sum(), terms.capacity))]


def _seconds(ways: Groups, home: int, stops: NDArray[np.int64]) -> tuple[F64, F64]:
    """Return how long it takes to drive from home to stops, shape (stops,), and from stop to stop."""
    to_home, between = ways.seconds(np.full(len(stops), home), stops), ways.seconds(stops[:, None], stops)
    return to_home.astype(np.float64), between.astype(np.float64)


def _planned_trips(terms: LogisticsTerms, to_home: F64, between: F64, visit: F64) -> list[Chain]:
    """Return trips by savings that take no longer than planned, with stops, loading and unloading in it.

    Parameters
    ----------
    to_home : shape (stops,), seconds to drive
    between : shape (stops, stops), seconds to drive
    visit : shape (stops,), parcels
    """
    a_parcel = terms.parcel_seconds + terms.loading_ms / 1000.0
    served = terms.stop_seconds + a_parcel * np.minimum(visit, terms.capacity)
    longest = 3600.0 * min(terms.longest_hours, terms.day_hours)
    half = served / 2.0  # of a stop lies on each side of it, so that savings are of the road alone
    return savings_trips(to_home + half, between + half[:, None] + half, visit, terms.capacity, longest)


def _vans_needed(load: float, capacity: int) -> int:
    return max(1, int(np.ceil(load / capacity)))


def _tour_chains(
    state: State, ways: Groups, terms: LogisticsTerms, township: int, serves: Bool, weekly: F64
) -> list[NDArray[np.int64]]:
    """Return the village tours of a township."""
    v = state.villages
    villages = np.flatnonzero((v.township == township) & serves)
    if not villages.size:
        return []
    people = v.households / max(1, int(v.households[v.township == township].sum()))
    visit = weekly[township] * people[villages] * terms.plan_margin / terms.plan_visits
    to_town, between = _seconds(ways, township, len(state.townships) + villages)
    return [villages[chain] for chain in _planned_trips(terms, to_town, between, visit)]


def _rounds(
    state: State, roads: RoadWays, chains: list[tuple[int, NDArray[np.int64]]], terms: LogisticsTerms, *, hub: bool
) -> tuple[Rounds, Route]:
    """Return chains of places as rounds, with legs in seconds and metres, and as routes over the road network."""
    depot = np.array([depot for depot, _ in chains], np.int32)
    first = np.concatenate([[0], np.cumsum([len(chain) for _, chain in chains])]).astype(np.int32)
    place = np.concatenate([chain for _, chain in chains]) if chains else np.zeros(0, np.int64)
    home = state.counties.hub[state.operators.county[depot]] if hub else depot
    route = Route(first, home.astype(np.int64), place.astype(np.int64) + (0 if hub else len(state.townships)))
    driven = legs(route, roads.hubs if hub else roads.tours, np.ones(len(place), np.bool_))
    of_round = np.repeat(depot, np.diff(first))
    a_parcel = (
        seconds_a_parcel(state, terms, of_round, place) if hub else np.full(len(place), terms.parcel_seconds, np.int32)
    )
    return Rounds(depot, first, place.astype(np.int32), parcel_seconds=a_parcel, **driven._asdict()), route
