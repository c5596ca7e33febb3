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
from ecsim.rural.logistics.routes import Ways, legs
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.state import State
from ecsim.rural.units import KM_A_DEGREE, ONE

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
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
    expected: F64
    """Shape (townships,), parcels a week that it counts on."""
    hub: Rounds
    """Depots are operators; a stop's place is a township."""
    hub_ways: Ways
    hub_depots: Depots
    stop_operator: I32
    """Shape (stops of hub,)."""
    tours: Rounds
    """Depots are townships; a stop's place is a village."""
    tour_ways: Ways
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


def carriers(state: State) -> I32:
    """Return the operator that goes on to villages in each county: the pool where there is one, else the post."""
    counties = state.counties
    post = np.full(len(counties), -1, np.int32)
    for operator in np.flatnonzero(state.operators.share > 0)[::-1]:
        if state.operators.kind[operator] == 0:
            post[state.operators.county[operator]] = operator
    return np.where(counties.pool >= 0, counties.pool, post).astype(np.int32)


def make_delivery_plan(
    state: State, terms: LogisticsTerms, weekly: F64, serves: Bool, known: KnownChains
) -> DeliveryPlan:
    """Return the rounds for who drives and which villages are served.

    Parameters
    ----------
    weekly : shape (townships,), parcels a week that the plan counts on
    serves : shape (villages,), where parcels are handed out
    known : rounds made before under the same terms and ``weekly``; new ones are added
    """
    carrier = carriers(state)
    hub, hub_ways = _rounds(state, list(_hubs(state, terms, weekly, known)), terms, hub=True)
    tours, tour_ways = _rounds(state, list(_tours(state, terms, weekly, serves, known)), terms, hub=False)
    townships = len(state.townships)
    pair = hub.depot[hub.stop_round].astype(np.int64) * townships + hub.place
    _, first, which, operators = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    ones = np.ones(townships, np.int32)
    return DeliveryPlan(
        terms=terms,
        expected=weekly,
        hub=hub,
        hub_ways=hub_ways,
        hub_depots=hub_depots(state, terms),
        stop_operator=hub.depot[hub.stop_round] if len(hub.place) else np.zeros(0, np.int32),
        tours=tours,
        tour_ways=tour_ways,
        tour_depots=Depots(
            vans=terms.tour_vans * ones, docks=terms.tour_vans * ones, sorting_ms=np.zeros(townships, np.int32)
        ),
        copies=operators[which].astype(np.int32),
        first_copy=np.isin(np.arange(len(pair)), first),
        carrier=carrier,
    )


def _hubs(state: State, terms: LogisticsTerms, weekly: F64, known: KnownChains) -> Iterator[tuple[int, Chain]]:
    """Yield the rounds of every operator that drives; they follow from its share."""
    for operator in active_operators(state).tolist():
        key = ("hub", operator, int(state.operators.share[operator]), townships_of(state, operator).tobytes())
        share = int(state.operators.share[operator])
        for chain in _chains(known, key, partial(_hub_chains, state, terms, operator, share, weekly)):
            yield operator, chain


def _tours(
    state: State, terms: LogisticsTerms, weekly: F64, serves: Bool, known: KnownChains
) -> Iterator[tuple[int, Chain]]:
    """Yield the village tours of every township; they follow from which of its villages are served."""
    order = np.argsort(state.villages.township, kind="stable")
    first = np.searchsorted(state.villages.township[order], np.arange(len(state.townships) + 1))
    served = serves[order]
    for township in range(len(state.townships)):
        key = ("tour", township, served[first[township] : first[township + 1]].tobytes())
        for chain in _chains(known, key, partial(_tour_chains, state, terms, township, serves, weekly)):
            yield township, chain


def _chains(known: KnownChains, key: tuple[object, ...], make: Callable[[], list[Chain]]) -> list[Chain]:
    if key not in known:
        known[key] = make()
    return known[key]


def rounds_of_share(state: State, terms: LogisticsTerms, operator: int, share: int, weekly: F64) -> Rounds:
    """Return the rounds that an operator would drive with some share of its county's parcels.

    Parameters
    ----------
    share : millionths
    weekly : shape (townships,), parcels a week
    """
    chains = _hub_chains(state, terms, operator, share, weekly)
    return _rounds(state, [(operator, chain) for chain in chains], terms, hub=True)[0]


def _hub_chains(state: State, terms: LogisticsTerms, operator: int, share: int, weekly: F64) -> list[Chain]:
    """Return an operator's rounds over the townships with an outlet, by savings."""
    t = state.townships
    townships = townships_of(state, operator)
    if not townships.size:
        return []
    to_hub = t.road_seconds[townships].astype(np.float64)
    speed = t.road_m[townships].sum() / max(1.0, to_hub.sum())
    between = _metres(t.latitude[townships], t.longitude[townships]) * _winding(state, townships) / max(speed, 1e-9)
    visit = weekly[townships] * share / ONE * terms.plan_margin / terms.plan_visits
    chains = _planned_trips(terms, to_hub, between, visit)
    far_first = sorted(chains, key=lambda chain: -float(to_hub[chain].max()))  # they could not leave late
    return [townships[chain] for chain in far_first for _ in range(_vans_needed(visit[chain].sum(), terms.capacity))]


def _planned_trips(terms: LogisticsTerms, to_home: F64, between: F64, visit: F64) -> list[Chain]:
    """Return trips by savings that take no longer than planned, with stops, loading, unloading and detours in it.

    Parameters
    ----------
    to_home : shape (stops,), seconds to drive
    between : shape (stops, stops), seconds to drive without detours
    visit : shape (stops,), parcels
    """
    a_parcel = terms.parcel_seconds + terms.loading_ms / 1000.0
    served = (terms.stop_seconds + a_parcel * np.minimum(visit, terms.capacity)) / terms.round_detour
    longest = 3600.0 * min(terms.longest_hours, terms.day_hours) / terms.round_detour
    half = served / 2.0  # of a stop lies on each side of it, so that savings are of the road alone
    return savings_trips(to_home + half, between + half[:, None] + half, visit, terms.capacity, longest)


def _vans_needed(load: float, capacity: int) -> int:
    return max(1, int(np.ceil(load / capacity)))


def _winding(state: State, in_county: NDArray[np.int64]) -> float:
    """Return path over great circle in a county, as its township roads have it."""
    t, county = state.townships, state.townships.county[in_county[0]]
    lat = np.append(t.latitude[in_county], state.counties.latitude[county])
    lon = np.append(t.longitude[in_county], state.counties.longitude[county])
    straight = _metres(lat, lon)[-1, :-1].sum()
    return float(t.road_m[in_county].sum() / straight) if straight > 0 else 1.0


def _tour_chains(
    state: State, terms: LogisticsTerms, township: int, serves: Bool, weekly: F64
) -> list[NDArray[np.int64]]:
    """Return the village tours of a township."""
    v = state.villages
    villages = np.flatnonzero((v.township == township) & serves)
    if not villages.size:
        return []
    to_town = v.road_seconds[villages].astype(np.float64)
    lat = np.append(v.latitude[villages], state.townships.latitude[township])
    lon = np.append(v.longitude[villages], state.townships.longitude[township])
    straight = _metres(lat, lon)
    pace = to_town.sum() / max(1.0, straight[-1, :-1].sum())
    people = v.households / max(1, int(v.households[v.township == township].sum()))
    visit = weekly[township] * people[villages] * terms.plan_margin / terms.plan_visits
    return [villages[chain] for chain in _planned_trips(terms, to_town, straight[:-1, :-1] * pace, visit)]


def _metres(latitude: NDArray[np.int32], longitude: NDArray[np.int32]) -> F64:
    """Return straight distances between points given in millionths of a degree; fine within a county."""
    north = latitude * 1e-3 * KM_A_DEGREE
    east = longitude * 1e-3 * KM_A_DEGREE * np.cos(np.radians(latitude.mean() * 1e-6))
    return np.asarray(np.hypot(north[:, None] - north, east[:, None] - east), np.float64)


def _rounds(
    state: State, chains: list[tuple[int, NDArray[np.int64]]], terms: LogisticsTerms, *, hub: bool
) -> tuple[Rounds, Ways]:
    """Return chains of places as rounds, with legs in seconds and metres, and the ways that these are made from."""
    table = state.townships if hub else state.villages
    home = state.counties if hub else state.townships
    depot = np.array([depot for depot, _ in chains], np.int32)
    first = np.concatenate([[0], np.cumsum([len(chain) for _, chain in chains])]).astype(np.int32)
    place = np.concatenate([chain for _, chain in chains]) if chains else np.zeros(0, np.int64)
    start = state.operators.county[depot] if hub else depot
    ways = Ways(
        first=first,
        north=_metres_north(table.latitude[place]),
        east=_metres_north(table.longitude[place]),
        road_m=table.road_m[place].astype(np.float64),
        road_seconds=table.road_seconds[place].astype(np.float64),
        home_north=_metres_north(home.latitude[start]),
        home_east=_metres_north(home.longitude[start]),
        detour=terms.round_detour,
        metres_a_degree=KM_A_DEGREE * 1e3,
    )
    every = legs(ways, np.ones(len(place), np.bool_))
    a_parcel = seconds_a_parcel(state, terms, place) if hub else np.full(len(place), terms.parcel_seconds, np.int32)
    return Rounds(depot=depot, first=first, place=place.astype(np.int32), parcel_seconds=a_parcel, **every), ways


def _metres_north(degrees: NDArray[np.int32]) -> F64:
    """Return millionths of a degree as metres along a meridian; along a parallel they shrink by its cosine."""
    return np.asarray(degrees * 1e-3 * KM_A_DEGREE, np.float64)
