"""Who drives where: rounds from the hubs and village tours, made from the state alone (docs/model.md 4.9).

Rounds join stops by the savings of Clarke and Wright. A plan holds as long as operators, pools, distribution centres
and served villages stay the same; chains that were worked out before are found again by what they follow from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.routing import savings_trips
from ecsim.rural.logistics.hubs import gone_to_by, hub_depots, pool_or_post, seconds_a_parcel, townships_of
from ecsim.rural.logistics.rounds import I32, Depots, Rounds
from ecsim.rural.logistics.routes import Route, legs
from ecsim.rural.logistics.terms import LogisticsTerms
from ecsim.rural.road_ways import Groups, RoadWays
from ecsim.rural.world import ONE, State, brings_for, goes_for

F64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
HUNDREDTH = ONE // 100
Chain: TypeAlias = NDArray[np.int64]
KnownChains: TypeAlias = "dict[tuple[object, ...], list[Chain]]"
"""Rounds that were worked out before, by all they follow from beside the terms and the constants of the opening."""


class Load(NamedTuple):
    """What an operator brings, and in what: by this its rounds are planned."""

    share: int
    """Millionths of its county's parcels."""
    capacity: int
    """Parcels that its vehicle holds."""
    visits: float
    """Of each place in a week."""

    @classmethod
    def of(cls, terms: LogisticsTerms, kind: int, share: int = ONE) -> Load:
        """Return that of a kind of operator: as many visits as all plan for, within those that its kind makes."""
        kinds = terms.kinds
        visits = np.clip(terms.plan_visits, kinds.least_days[kind], kinds.most_days[kind])
        return cls(share, int(kinds.capacity[kind]), float(visits))


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
    whose: NDArray[np.int64]
    """Shape (stops of hub,): the operator whose share of the parcels it brings there: its own, but to lent townships.
    """
    tours: Rounds
    """Depots are townships; a stop's place is a village."""
    tour_operator: I32
    """Shape (rounds of tours,): who drives each."""
    tour_route: Route
    tour_depots: Depots
    copies: I32
    """Shape (stops of hub,): vans that serve this operator's township side by side; they share its parcels."""
    first_copy: Bool
    """Shape (stops of hub,): the one of them that takes what goes on to villages."""
    carrier: I32
    """Shape (counties,): the operator that carries on to villages: the joint pool, or the post."""
    goes_on: I32
    """Shape (villages,): the operator that carries on to each: who took it on, or else its county's carrier."""
    from_stop: NDArray[np.int64]
    """Shape (villages,): the stop of hub at which what goes on to each gets out, or -1: nobody brings it there."""


def active_operators(state: State) -> I32:
    """Return the operators that drive: those with a share of their own that have not joined a pool."""
    o = state.operators
    return np.flatnonzero((o.pool < 0) & (o.share > 0)).astype(np.int32)


def driving_in(state: State, county: int) -> NDArray[np.int64]:
    """Return who drives in a county and has an account."""
    active = active_operators(state).astype(np.int64)
    here = (state.operators.county[active] == county) & (state.operators.hub_mparcels[active] > 0)
    return np.asarray(active[here], np.int64)


def weekly_now(state: State, opening: F64) -> F64:
    """Return parcels a week of each township as many as operators of its county bring now, shape (townships,).

    What is expected of these is without their pool's part of townships that they lend, and with that of others'.

    Parameters
    ----------
    opening : shape (townships,), parcels a week at the opening
    """
    o, t, counties = state.operators, state.townships, len(state.counties)
    active = active_operators(state)
    now = np.bincount(o.county[active], o.hub_mparcels[active] / 1000.0, counties)
    lent = np.flatnonzero(t.lent_to >= 0)
    part = opening[lent] * o.share[state.counties.pool[t.county[lent]]] / ONE
    then = np.bincount(t.county, opening, counties) - np.bincount(t.county[lent], part, counties)
    then = then + np.bincount(o.county[t.lent_to[lent]], part, counties)
    growth = np.where((now > 0) & (then > 0), now / np.maximum(then, 1e-9), 1.0)
    return np.asarray(opening * growth[t.county], np.float64)


def carriers(state: State) -> I32:
    """Return who goes on to villages in each county: who was awarded it and drives, else the pool, else the post."""
    counties = state.counties
    awarded = np.where(np.isin(counties.carrier, active_operators(state)), counties.carrier, -1)
    return np.where(awarded >= 0, awarded, pool_or_post(state)).astype(np.int32)


def village_carriers(state: State) -> I32:
    """Return who goes on to each village: the partner that took it on and drives, else its county's carrier.

    In a lent township the neighbour's pool goes on where that of its county would.
    """
    taken_on, of_county = state.villages.carrier, carriers(state)[state.villages.county]
    usual = np.where(np.isin(taken_on, active_operators(state)), taken_on, of_county)
    return goes_for(state, usual, state.villages.township).astype(np.int32)


def trade_carriers(state: State) -> I32:
    """Return the operator that takes shops' goods along in each county, shape (counties,); -1: trade's own vans do."""
    of = state.counties.trade
    return np.where(np.isin(of, active_operators(state)), of, -1).astype(np.int32)


def make_delivery_plan(
    state: State, roads: RoadWays, terms: LogisticsTerms, weekly: F64, serves: Bool, known: KnownChains,
    shop_rooms: F64 | None = None,
) -> DeliveryPlan:  # fmt: skip
    """Return the rounds for who drives and which villages are served.

    Parameters
    ----------
    roads : the road network, all of it open
    weekly : shape (townships,), parcels a week that the plan counts on
    serves : shape (villages,), where parcels are handed out
    known : rounds made before under the same terms and ``weekly``; new ones are added
    shop_rooms : shape (townships,), rooms a week of shops' goods that operators count on which take them along
    """
    goes_on = village_carriers(state)
    served_by = np.where(serves, goes_on, -1)
    rooms = np.zeros(len(weekly)) if shop_rooms is None else shop_rooms
    hub_chains = list(_hubs(state, roads.hubs, terms, weekly, served_by, rooms, known))
    hub, hub_route = _hub_rounds(state, roads, hub_chains, terms)
    tour_chains = list(_tours(state, roads.tours, terms, weekly, served_by, known))
    tour_operator = np.array([operator for operator, _ in tour_chains], np.int32)
    tours, tour_route = tour_rounds(state, roads, [chain for _, chain in tour_chains], terms)
    townships = len(state.townships)
    pair = hub.depot[hub.stop_round].astype(np.int64) * townships + hub.place
    _, first, which, operators = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    ones = np.ones(townships, np.int32)
    stop_operator = hub.depot[hub.stop_round] if len(hub.place) else np.zeros(0, np.int32)
    return DeliveryPlan(
        terms=terms,
        roads=roads,
        expected=weekly,
        hub=hub,
        hub_route=hub_route,
        hub_depots=_with_trades_vans(state, roads.hubs, terms, rooms, known),
        stop_operator=stop_operator,
        whose=brings_for(state, stop_operator, hub.place),
        tours=tours,
        tour_operator=tour_operator,
        tour_route=tour_route,
        tour_depots=Depots(
            vans=terms.tour_vans * ones, docks=terms.tour_vans * ones, sorting_ms=np.zeros(townships, np.int32)
        ),
        copies=operators[which].astype(np.int32),
        first_copy=np.isin(np.arange(len(pair)), first),
        carrier=carriers(state),
        goes_on=goes_on,
        from_stop=_stops_of_villages(state, hub, first, goes_on),
    )


def _stops_of_villages(state: State, hub: Rounds, first: NDArray[np.int64], goes_on: I32) -> NDArray[np.int64]:
    """Return the stop of each village's operator in its township, shape (villages,), or -1.

    Parameters
    ----------
    first : the stops of hub that take what goes on to villages, one to each operator and township
    """
    townships = len(state.townships)
    stop = np.full(len(state.operators) * townships, -1)
    stop[hub.depot[hub.stop_round[first]].astype(np.int64) * townships + hub.place[first]] = first
    at = goes_on.astype(np.int64) * townships + state.villages.township
    return np.asarray(np.where(goes_on >= 0, stop[np.maximum(at, 0)], -1), np.int64)


def _hubs(
    state: State, ways: Groups, terms: LogisticsTerms, weekly: F64, served_by: I32, rooms: F64, known: KnownChains
) -> Iterator[tuple[int, int, Chain]]:
    """Yield the rounds of every operator that drives; they follow from its share, villages and shops it took on."""
    planned, with_trade = planned_shares(state), trade_carriers(state)
    for operator in active_operators(state).tolist():
        county, kind = int(state.operators.county[operator]), int(state.operators.kind[operator])
        load = Load.of(terms, kind, int(planned[operator]))
        places = gone_to_by(state, operator)
        share = planned[brings_for(state, np.full(len(places), operator), places)]
        parcels = weekly[places] * share / ONE + _taken_on(state, weekly, served_by, operator)[places]
        on_board = with_trade[state.townships.county[places]] == operator
        parcels = parcels + on_board * rooms[places] / terms.plan_margin  # shops' goods do not grow
        key = ("hub", county, load, places.tobytes(), parcels.tobytes())
        for chain in _chains(known, key, partial(_hub_chains, state, ways, terms, operator, load, places, parcels)):
            yield operator, load.capacity, chain


def with_shops(state: State, operator: int) -> Chain:
    """Return the townships to which an operator may take shops' goods: of its own county those that it goes to."""
    places = gone_to_by(state, operator)
    return np.asarray(places[state.townships.county[places] == state.operators.county[operator]], np.int64)


def _with_trades_vans(
    state: State, ways: Groups, terms: LogisticsTerms, rooms: F64, known: KnownChains
) -> Depots:  # fmt: skip
    """Return where operators start; to whom takes shops' goods along trade brings a van for each round of its own."""
    depots, of = hub_depots(state, terms), trade_carriers(state)
    vans = depots.vans.astype(np.int64)
    for operator in of[of >= 0].tolist():
        county, load = int(state.operators.county[operator]), Load.of(terms, int(state.operators.kind[operator]))
        places = with_shops(state, operator)
        parcels = rooms[places] / terms.plan_margin
        key = ("trade", county, load, places.tobytes(), parcels.tobytes())
        make = partial(_hub_chains, state, ways, terms, operator, load, places, parcels)
        vans[operator] += len(_chains(known, key, make))
    return depots._replace(vans=vans.astype(np.int32))


def _taken_on(state: State, weekly: F64, served_by: I32, operator: int) -> F64:
    """Return the parcels a week that a partner brings to townships for the villages it took on, shape (townships,)."""
    v, townships = state.villages, len(state.townships)
    mine = (v.carrier == operator) & (served_by == operator)
    if not mine.any():
        return np.zeros(townships)
    people, theirs = (np.bincount(v.township, v.households * of, townships) for of in (1, mine))
    return np.asarray(weekly * theirs / np.maximum(people, 1), np.float64)


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
    state: State, ways: Groups, terms: LogisticsTerms, weekly: F64, served_by: I32, known: KnownChains
) -> Iterator[tuple[int, tuple[int, int, Chain]]]:
    """Yield the village tours of every township, after who drives them; they follow from who serves which villages.

    Parameters
    ----------
    served_by : shape (villages,), -1 where nothing is handed out
    """
    order = np.argsort(state.villages.township, kind="stable")
    served = served_by[order]
    upto = np.searchsorted(state.villages.township[order], np.arange(1, len(state.townships) + 1))
    for township, here in enumerate(np.split(served, upto[:-1])):
        for operator in sorted({*here.tolist()} - {-1}):
            kind = int(state.operators.kind[operator])
            for chain in village_tours(state, ways, terms, (township, kind), served_by == operator, weekly, known):
                yield operator, (township, int(terms.kinds.capacity[kind]), chain)


def village_tours(
    state: State, ways: Groups, terms: LogisticsTerms, of: tuple[int, int], villages: Bool, weekly: F64,
    known: KnownChains,
) -> list[Chain]:  # fmt: skip
    """Return the tours to some villages, of those in one township.

    Parameters
    ----------
    of : the township, and of which kind the operator is that would drive them
    villages : shape (villages,)
    weekly, known : as of `make_delivery_plan`
    """
    township, kind = of
    v, load = state.villages, Load.of(terms, kind)
    rows = np.flatnonzero((v.township == township) & villages)
    key = ("tour", township, load, rows.tobytes())
    return _chains(known, key, partial(_tour_chains, state, ways, terms, township, load, rows, weekly))


def _chains(known: KnownChains, key: tuple[object, ...], make: Callable[[], list[Chain]]) -> list[Chain]:
    if key not in known:
        known[key] = make()
    return known[key]


def rounds_of_share(
    state: State, roads: RoadWays, terms: LogisticsTerms, operator: int, load: Load, weekly: F64
) -> Rounds:
    """Return the rounds that an operator would drive with some share of its county's parcels, whoever is lent what.

    Parameters
    ----------
    load : what it would bring, and in what
    weekly : shape (townships,), parcels a week
    """
    places = townships_of(state, int(state.operators.county[operator]))
    return rounds_to(state, roads, terms, operator, load, places, weekly[places] * load.share / ONE)


def rounds_to(
    state: State, roads: RoadWays, terms: LogisticsTerms, operator: int, load: Load, places: Chain, parcels: F64
) -> Rounds:
    """Return the rounds that an operator would drive to some townships.

    Parameters
    ----------
    load : in what it would bring them
    places, parcels : shape (n,), townships and the parcels a week for each
    """
    chains = _hub_chains(state, roads.hubs, terms, operator, load, places, parcels)
    return _hub_rounds(state, roads, [(operator, load.capacity, chain) for chain in chains], terms)[0]


def _hub_chains(
    state: State, ways: Groups, terms: LogisticsTerms, operator: int, load: Load, townships: Chain, parcels: F64
) -> list[Chain]:
    """Return an operator's rounds over some townships, by savings.

    Parameters
    ----------
    townships, parcels : shape (n,), and what it brings there in a week
    """
    if not townships.size:
        return []
    visit = parcels * terms.plan_margin / load.visits
    to_hub, between = _seconds(ways, int(state.counties.hub[state.operators.county[operator]]), townships)
    chains = _planned_trips(terms, load.capacity, to_hub, between, visit)
    far_first = sorted(chains, key=lambda chain: -float(to_hub[chain].max()))  # they could not leave late
    return [townships[chain] for chain in far_first for _ in range(_vans_needed(visit[chain].sum(), load.capacity))]


def _seconds(ways: Groups, home: int, stops: NDArray[np.int64]) -> tuple[F64, F64]:
    """Return how long it takes to drive from home to stops, shape (stops,), and from stop to stop."""
    to_home, between = ways.seconds(np.full(len(stops), home), stops), ways.seconds(stops[:, None], stops)
    return to_home.astype(np.float64), between.astype(np.float64)


def _planned_trips(terms: LogisticsTerms, capacity: int, to_home: F64, between: F64, visit: F64) -> list[Chain]:
    """Return trips by savings that take no longer than planned, with stops, loading and unloading in it.

    Parameters
    ----------
    capacity : parcels that a vehicle holds
    to_home : shape (stops,), seconds to drive
    between : shape (stops, stops), seconds to drive
    visit : shape (stops,), parcels
    """
    a_parcel = terms.parcel_seconds + terms.loading_ms / 1000.0
    served = terms.stop_seconds + a_parcel * np.minimum(visit, capacity)
    longest = 3600.0 * min(terms.longest_hours, terms.day_hours)
    half = served / 2.0  # of a stop lies on each side of it, so that savings are of the road alone
    return savings_trips(to_home + half, between + half[:, None] + half, visit, capacity, longest)


def _vans_needed(load: float, capacity: int) -> int:
    return max(1, int(np.ceil(load / capacity)))


def _tour_chains(
    state: State, ways: Groups, terms: LogisticsTerms, township: int, load: Load, villages: Chain, weekly: F64
) -> list[Chain]:
    """Return the tours to some villages of a township."""
    v = state.villages
    if not villages.size:
        return []
    people = v.households / max(1, int(v.households[v.township == township].sum()))
    visit = weekly[township] * people[villages] * terms.plan_margin / load.visits
    to_town, between = _seconds(ways, township, len(state.townships) + villages)
    return [villages[chain] for chain in _planned_trips(terms, load.capacity, to_town, between, visit)]


def _hub_rounds(
    state: State, roads: RoadWays, chains: Sequence[tuple[int, int, Chain]], terms: LogisticsTerms
) -> tuple[Rounds, Route]:
    """Return rounds from hubs.

    Parameters
    ----------
    chains : of each round the operator, the parcels that its van holds, and townships
    """
    home = state.counties.hub[state.operators.county[np.array([depot for depot, *_ in chains], np.int64)]]
    return _rounds(roads.hubs, chains, home, 0, partial(seconds_a_parcel, state, terms))


def tour_rounds(
    state: State, roads: RoadWays, chains: Sequence[tuple[int, int, Chain]], terms: LogisticsTerms
) -> tuple[Rounds, Route]:
    """Return village tours.

    Parameters
    ----------
    chains : of each tour the township, the parcels that its van holds, and villages
    """

    def seconds(_: I32, place: Chain) -> I32:
        return np.full(len(place), terms.parcel_seconds, np.int32)

    home = np.array([depot for depot, *_ in chains], np.int64)
    return _rounds(roads.tours, chains, home, len(state.townships), seconds)


def _rounds(
    groups: Groups, chains: Sequence[tuple[int, int, Chain]], home: NDArray[np.integer], first_place: int,
    seconds_a_parcel: Callable[[I32, Chain], I32],
) -> tuple[Rounds, Route]:  # fmt: skip
    """Return chains of places as rounds, with legs in seconds and metres, and as routes over the road network.

    Parameters
    ----------
    home : shape (rounds,), places of the network
    first_place : number in the network of the first place
    seconds_a_parcel : to hand it over at a stop, by the depot of its round and its place
    """
    depot, capacity = (np.array([each[column] for each in chains], np.int32) for column in (0, 1))
    first = np.concatenate([[0], np.cumsum([len(chain) for *_, chain in chains])]).astype(np.int32)
    place = np.concatenate([chain for *_, chain in chains]) if chains else np.zeros(0, np.int64)
    route = Route(first, home.astype(np.int64), place.astype(np.int64) + first_place)
    driven = legs(route, groups, np.ones(len(place), np.bool_))
    a_parcel = seconds_a_parcel(np.repeat(depot, np.diff(first)), place)
    rounds = Rounds(
        depot, first, place.astype(np.int32), parcel_seconds=a_parcel, capacity=capacity, **driven._asdict()
    )  # fmt: skip
    return rounds, route
