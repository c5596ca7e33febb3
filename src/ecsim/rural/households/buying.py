"""Buying online: who starts, who stops, who orders what (docs/model.md 4.2).

Adoption is a diffusion with a Bass hazard, damped by the way to the pick-up point; orders are Poisson counts with
constant income elasticity. Both kernels read columns and fill rows; the rules publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen, fetching_fen_a_metre, open_stations
from ecsim.rural.households.screening import flagged, screened
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class BuyingTerms:
    """Numbers of buying; units in ``parameters/buying.toml``."""

    innovation: float
    imitation: float
    township_weight: float
    age_slope: float
    schooling_slope: float
    income_slope: float
    access_floor: float
    access_hours: float
    helper_share: float
    lapse_weeks: int
    parcels_per_head: float
    market_growth: float
    order_growth: float
    income_elasticity: float
    cost_sensitivity: float
    festival_factor: float
    durables_share: float
    durable_yuan: float
    everyday_yuan: float
    basket_sigma: float
    saving_durables: float
    saving_everyday: float
    internet_outage: float

    @property
    def basket_fen(self) -> float:
        """Mean value of a parcel."""
        return 100.0 * (self.durables_share * self.durable_yuan + (1.0 - self.durables_share) * self.everyday_yuan)

    @property
    def saving_share(self) -> float:
        """Mean saving as a share of what is spent."""
        durables = self.durables_share * self.durable_yuan * self.saving_durables
        everyday = (1.0 - self.durables_share) * self.everyday_yuan * self.saving_everyday
        return 100.0 * (durables + everyday) / self.basket_fen


@dataclass(frozen=True)
class BuyingSetting:
    """Constants of the opening; shape (households,) each."""

    eagerness: NDArray[np.float64]
    """Multiplier of the hazard, weighted mean 1."""
    orders_a_week: NDArray[np.float64]
    """Orders of a buyer at the opening, before the cost of fetching."""


def income_per_head_fen(state: State) -> NDArray[np.float64]:
    """Return the income per head of each household at the opening, farm sales aside; fen a year."""
    h = state.households
    total = h.wages_fen + h.business_fen + h.transfers_fen + h.property_fen
    return np.asarray(np.maximum(total, 1) / h.persons, np.float64)


def buying_setting(state: State, terms: BuyingTerms, access: AccessTerms, here: PickUp) -> BuyingSetting:
    """Return eagerness and order rates, scaled so that each county orders ``parcels_per_head`` in the first year.

    Parameters
    ----------
    here : pick-up points of the opening

    Notes
    -----
    Eagerness is log-linear in age class, schooling and log income; orders are constant-elasticity in income and fall
    exponentially with the cost of fetching. Each county's level is calibrated; eagerness has a weighted mean of one.

    References
    ----------
    docs/model.md 4.2.
    """
    h = state.households
    income = income_per_head_fen(state)
    log_eager = (
        terms.age_slope * h.age_class + terms.schooling_slope * h.schooling_years + terms.income_slope * np.log(income)
    )
    eager = np.exp(log_eager - log_eager.max())
    eager /= np.average(eager, weights=h.weight)
    relative = income**terms.income_elasticity
    cost = fetching_fen(h.way_m, here.path_m[h.village], access)
    felt = relative * np.exp(-terms.cost_sensitivity * cost / terms.basket_fen)
    counties = len(state.counties)
    ordered = np.bincount(h.county, h.weight * h.buyer * felt, counties)
    people = np.bincount(h.county, h.weight * h.persons.astype(np.float64), counties)
    at_opening = terms.parcels_per_head / (1.0 + terms.market_growth) ** 0.5
    level = np.divide(at_opening * people, ordered, out=np.zeros(counties), where=ordered > 0)
    return BuyingSetting(eagerness=eager, orders_a_week=level[h.county] * relative / 52.0)


def adopt_buying(world: World, terms: BuyingTerms, setting: BuyingSetting, access: AccessTerms, here: PickUp) -> None:
    """Households that have never ordered online may start to: diffusion with a Bass hazard.

    The yearly hazard is innovation plus imitation, the latter by the share of buyers in village and township; it is
    multiplied by the household's eagerness and falls exponentially with the hours to its pick-up point. Only who has
    internet, or is helped at an open station, can begin.

    Parameters
    ----------
    setting : eagerness, shape (households,)
    here : where parcels of each village wait this week

    References
    ----------
    docs/model.md 4.2: the hazard of the Bass diffusion model.
    """
    state = world.state
    h, v = state.households, state.villages
    seen = terms.innovation + terms.imitation * _seen_share(state, terms.township_weight)
    level = internet_level(state, world.day) * (1.0 - terms.internet_outage)
    key = world.draws.key("adopt_buying")
    maybe = flagged(screened(key, world.week, seen.max() / 52.0, setting.eagerness), len(h))
    open_here = open_stations(state)
    adopted = _Adopted(np.empty(len(maybe), np.int32), np.empty(len(maybe), np.bool_))
    rows = _adopt(
        _AdoptLuck(key, world.draws.key("order_with_help"), world.week),
        maybe,
        _Candidates(h.buyer, h.internet_rank, h.county, h.village, h.way_m, setting.eagerness),
        _Around(level, open_here, here.path_m, seen),
        _Reach(
            terms.helper_share, terms.access_floor, terms.access_hours, access.walk_km_an_hour, access.fetch_km_an_hour
        ),
        adopted,
    )
    new, proxy = adopted.household[:rows], adopted.with_help[:rows]
    station = np.where(open_here, v.station, -1)[h.village[new]]
    cause = np.where(station >= 0, state.stations.opened_seq[np.maximum(station, 0)], h.buyer_seq[new])
    world.publish(BuyerAdopted(household=new, at_station=proxy), cause=cause)


class _AdoptLuck(NamedTuple):
    """Keys of the draws, and the week."""

    start: np.uint64
    with_help: np.uint64
    week: int


class _Candidates(NamedTuple):
    """Households as far as adoption asks; shape (households,) each."""

    buyer: Bool
    internet_rank: I32
    county: I32
    village: I32
    way_m: I32
    eagerness: F64


class _Around(NamedTuple):
    """What is around a household."""

    internet_level: F64
    """Shape (counties,), millionths."""
    station: Bool
    """Shape (villages,), as all that follow: whether one helps to order."""
    path_m: F64
    seen: F64
    """Yearly hazard of a household that is next to its pick-up point and no more eager than the mean."""


class _Reach(NamedTuple):
    """How help and distance count."""

    helper_share: float
    floor: float
    hours: float
    walk_km_an_hour: float
    fetch_km_an_hour: float


class _Adopted(NamedTuple):
    """Room for who begins to buy."""

    household: I32
    with_help: Bool


@njit(cache=True, nogil=True)
def _adopt(luck: _AdoptLuck, maybe: I32, who: _Candidates, around: _Around, reach: _Reach, adopted: _Adopted) -> int:
    """Fill in who of ``maybe`` begins to buy, and return how many do."""
    rows = 0
    for i in maybe:
        v = who.village[i]
        online = who.internet_rank[i] < around.internet_level[who.county[i]]
        helped = around.station[v] and uniform_at(luck.with_help, 0, i) < reach.helper_share
        if who.buyer[i] or not (online or helped):
            continue
        hours = who.way_m[i] / 1000.0 / reach.walk_km_an_hour + around.path_m[v] / 1000.0 / reach.fetch_km_an_hour
        near = reach.floor + (1.0 - reach.floor) * np.exp(-hours / reach.hours)
        if uniform_at(luck.start, luck.week, i) < -np.expm1(-around.seen[v] * who.eagerness[i] * near / 52.0):
            adopted.household[rows], adopted.with_help[rows] = i, not online
            rows += 1
    return rows


def internet_level(state: State, day: int) -> NDArray[np.float64]:
    """Return the share of each county's households with internet on a day, millionths."""
    counties = state.counties
    level = np.zeros(len(counties))
    for county in range(len(counties)):
        known = counties.internet_day[county] >= 0
        level[county] = np.interp(day, counties.internet_day[county][known], counties.internet_share[county][known])
    return level


def _seen_share(state: State, township_weight: float) -> NDArray[np.float64]:
    v = state.villages
    in_village = v.buyers / np.maximum(v.households, 1)
    townships = len(state.townships)
    buyers = np.bincount(v.township, v.buyers, townships)
    households = np.bincount(v.township, v.households, townships)
    around = (buyers / np.maximum(households, 1))[v.township]
    seen: NDArray[np.float64] = (1.0 - township_weight) * in_village + township_weight * around
    return seen


def order_goods(
    world: World, terms: BuyingTerms, setting: BuyingSetting, access: AccessTerms, here: PickUp, calendar: Calendar
) -> ParcelsOrdered:
    """Buyers order, a Poisson count each; those who have not for long stop being buyers.

    Parameters
    ----------
    setting : orders a week of each household at the opening, shape (households,)
    here : where parcels of each village wait this week
    calendar : of festivals and of the years that have passed

    Returns
    -------
    The orders as offered, for the operators of the same week.

    Notes
    -----
    Counts are drawn by inversion of the Poisson distribution function, so one uniform number a household and week
    decides; the tail above 60 parcels is cut.

    References
    ----------
    docs/model.md 4.2.
    """
    state = world.state
    h = state.households
    season = terms.festival_factor if calendar.festival(world.week) else 1.0
    growth = (1.0 + terms.order_growth) ** calendar.years(world.week) * (1.0 - terms.internet_outage)
    by_way, by_path = fetching_fen_a_metre(access)
    room = _Ordered.empty(len(h))
    many, quiet = _order(
        world.draws.key("order_goods"),
        world.week,
        _Buyers(h.buyer, h.village, h.county, h.way_m, setting.orders_a_week, h.last_order_day),
        _Costs(here.path_m, state.counties.down_tariff_fen, by_way, by_path),
        _Habits(growth * season, terms.cost_sensitivity / terms.basket_fen, world.day - 7 * terms.lapse_weeks),
        room,
    )
    rows, count, trip = room.household[:many], room.parcels[:many], room.trip_fen[:many]
    basket = terms.basket_fen * world.draws.lognormal("basket", world.week, rows, terms.basket_sigma)
    spent = np.rint(count * basket).astype(np.int64)
    at_station = world.draws.uniform("fetch_at_station", world.week, rows) < access.served_share
    orders = ParcelsOrdered(
        household=rows,
        parcels=count,
        spent_fen=spent,
        saved_fen=np.rint(spent * terms.saving_share).astype(np.int64),
        trip_fen=np.rint(trip * count).astype(np.int64),
        stop=np.where(at_station | h.at_station[rows], here.stop[h.village[rows]], -1),
    )
    world.publish(orders, cause=h.buyer_seq[rows])
    lapsed = room.quiet[:quiet]
    world.publish(BuyerLapsed(household=lapsed), cause=h.buyer_seq[lapsed])
    return orders


class _Buyers(NamedTuple):
    """Households as far as ordering asks; shape (households,) each."""

    buyer: Bool
    village: I32
    county: I32
    way_m: I32
    orders_a_week: F64
    last_order_day: I32


class _Costs(NamedTuple):
    """What a parcel costs beside its price."""

    path_m: F64
    """Shape (villages,)."""
    tariff_fen: I64
    """Shape (counties,)."""
    way_fen_a_metre: float
    path_fen_a_metre: float


class _Habits(NamedTuple):
    """How often one orders this week over the opening, how costs count, and since when one has lapsed."""

    factor: float
    sensitivity: float
    lapse_day: int


class _Ordered(NamedTuple):
    """Room for who orders, and for buyers who have not for long; shape (households,) each."""

    household: I32
    parcels: I32
    trip_fen: F64
    quiet: I32

    @classmethod
    def empty(cls, rows: int) -> _Ordered:
        """Return room for so many households."""
        who, parcels, quiet = (np.empty(rows, np.int32) for _ in range(3))
        return cls(who, parcels, np.empty(rows, np.float64), quiet)


@njit(cache=True, nogil=True)
def _order(
    key: np.uint64, week: int, who: _Buyers, costs: _Costs, habits: _Habits, ordered: _Ordered
) -> tuple[int, int]:
    """Poisson counts by inversion (the tail above 60 a week is cut); who orders, and who has not for long."""
    rows, silent = 0, 0
    for i in range(len(who.buyer)):
        if not who.buyer[i]:
            continue
        trip = costs.way_fen_a_metre * who.way_m[i] + costs.path_fen_a_metre * costs.path_m[who.village[i]]
        cost = trip + costs.tariff_fen[who.county[i]]
        rate = who.orders_a_week[i] * habits.factor * np.exp(-habits.sensitivity * cost)
        luck = uniform_at(key, week, i)
        term = np.exp(-rate)
        below, number = term, 0
        while luck > below and number < 60:
            number += 1
            term *= rate / number
            below += term
        if number:
            ordered.household[rows], ordered.parcels[rows], ordered.trip_fen[rows] = i, number, trip
            rows += 1
        elif who.last_order_day[i] < habits.lapse_day:
            ordered.quiet[silent] = i
            silent += 1
    return rows, silent
