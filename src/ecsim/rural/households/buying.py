"""Buying online: who starts, who stops, who orders what (docs/model.md 4.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.calendar import Calendar
from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen, fetching_fen_a_metre, open_stations
from ecsim.rural.households.screening import flagged, screened
from ecsim.rural.state import State
from ecsim.rural.world import World


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
    income_reference_fen: float
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
    """Return eagerness and order rates, scaled so that each county orders ``parcels_per_head`` in the first year."""
    h = state.households
    income = income_per_head_fen(state)
    log_eager = (
        terms.age_slope * h.age_class
        + terms.schooling_slope * h.schooling_years
        + terms.income_slope * np.log(income / terms.income_reference_fen)
    )
    eager = np.exp(log_eager - log_eager.max())
    eager /= np.average(eager, weights=h.weight)
    relative = (income / terms.income_reference_fen) ** terms.income_elasticity
    cost = fetching_fen(h.way_m, here.path_m[h.village], access)
    felt = relative * np.exp(-terms.cost_sensitivity * cost / terms.basket_fen)
    counties = len(state.counties)
    ordered = np.bincount(h.county, h.weight * h.buyer * felt, counties)
    people = np.bincount(h.county, h.weight * h.persons.astype(np.float64), counties)
    at_opening = terms.parcels_per_head / (1.0 + terms.market_growth) ** 0.5
    level = np.divide(at_opening * people, ordered, out=np.zeros(counties), where=ordered > 0)
    return BuyingSetting(eagerness=eager, orders_a_week=level[h.county] * relative / 52.0)


def adopt_buying(world: World, terms: BuyingTerms, setting: BuyingSetting, access: AccessTerms, here: PickUp) -> None:
    """Households that have never ordered online may start to; Bass hazard with distance to the pick-up point."""
    state = world.state
    h, v = state.households, state.villages
    seen = terms.innovation + terms.imitation * _seen_share(state, terms.township_weight)
    level = internet_level(state, world.day) * (1.0 - terms.internet_outage)
    key = world.draws.key("adopt_buying")
    maybe = flagged(screened(key, world.week, seen.max() / 52.0, setting.eagerness), len(h))
    row, proxy = np.empty(len(maybe), np.int32), np.empty(len(maybe), np.bool_)
    open_here = open_stations(state)
    rows = _adopt(
        key, world.draws.key("order_with_help"), world.week, maybe, h.buyer, h.internet_rank,
        h.county, h.village, h.way_m, level, open_here, here.path_m, seen, setting.eagerness,
        terms.helper_share, terms.access_floor, terms.access_hours, access.walk_km_an_hour, access.fetch_km_an_hour,
        row, proxy,
    )  # fmt: skip
    new = row[:rows]
    station = np.where(open_here, v.station, -1)[h.village[new]]
    cause = np.where(station >= 0, state.stations.opened_seq[np.maximum(station, 0)], h.buyer_seq[new])
    world.publish(BuyerAdopted(household=new, at_station=proxy[:rows]), cause=cause)


@njit(cache=True, nogil=True)
def _adopt(
    key: np.uint64, help_key: np.uint64, week: int, maybe: NDArray[np.int32], buyer: NDArray[np.bool_],
    rank: NDArray[np.int32],
    county: NDArray[np.int32], village: NDArray[np.int32], way_m: NDArray[np.int32], level: NDArray[np.float64],
    helped: NDArray[np.bool_], path_m: NDArray[np.float64], seen: NDArray[np.float64], eagerness: NDArray[np.float64],
    helper_share: float, floor: float, scale_hours: float, walk: float, fetch: float, row: NDArray[np.int32],
    proxy: NDArray[np.bool_],
) -> int:  # fmt: skip
    rows = 0
    for i in maybe:
        v = village[i]
        online = rank[i] < level[county[i]]
        if buyer[i] or not (online or (helped[v] and uniform_at(help_key, 0, i) < helper_share)):
            continue
        hours = way_m[i] / 1000.0 / walk + path_m[v] / 1000.0 / fetch
        reach = floor + (1.0 - floor) * np.exp(-hours / scale_hours)
        if uniform_at(key, week, i) < -np.expm1(-seen[v] * eagerness[i] * reach / 52.0):
            row[rows], proxy[rows] = i, not online
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
    own = v.buyers / np.maximum(v.households, 1)
    townships = len(state.townships)
    buyers = np.bincount(v.township, v.buyers, townships)
    households = np.bincount(v.township, v.households, townships)
    around = (buyers / np.maximum(households, 1))[v.township]
    seen: NDArray[np.float64] = (1.0 - township_weight) * own + township_weight * around
    return seen


def order_goods(
    world: World, terms: BuyingTerms, setting: BuyingSetting, access: AccessTerms, here: PickUp, calendar: Calendar
) -> ParcelsOrdered:
    """Buyers order; those who have not for long stop being buyers. Return the orders, for the operators."""
    state = world.state
    h = state.households
    season = terms.festival_factor if calendar.festival(world.week) else 1.0
    growth = (1.0 + terms.order_growth) ** calendar.years(world.week) * (1.0 - terms.internet_outage)
    by_way, by_path = fetching_fen_a_metre(access)
    at = (np.empty(len(h), np.int32), np.empty(len(h), np.int32), np.empty(len(h)), np.empty(len(h), np.int32))
    many, quiet = _order(
        world.draws.key("order_goods"), world.week, h.buyer, h.village, h.county, h.way_m, here.path_m,
        state.counties.down_tariff_fen, setting.orders_a_week, growth * season,
        terms.cost_sensitivity / terms.basket_fen, by_way, by_path, h.last_order_day,
        world.day - 7 * terms.lapse_weeks, *at,
    )  # fmt: skip
    rows, count, trip = (column[:many] for column in at[:3])
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
    lapsed = at[3][:quiet]
    world.publish(BuyerLapsed(household=lapsed), cause=h.buyer_seq[lapsed])
    return orders


@njit(cache=True, nogil=True)
def _order(
    key: np.uint64, week: int, buyer: NDArray[np.bool_], village: NDArray[np.int32], county: NDArray[np.int32],
    way_m: NDArray[np.int32], path_m: NDArray[np.float64], tariff_fen: NDArray[np.int64],
    orders_a_week: NDArray[np.float64],
    factor: float, sensitivity: float, by_way: float, by_path: float, last_day: NDArray[np.int32], lapse_day: int,
    row: NDArray[np.int32], count: NDArray[np.int32], trip_fen: NDArray[np.float64], quiet: NDArray[np.int32],
) -> tuple[int, int]:  # fmt: skip
    """Poisson counts by inversion (the tail above 60 a week is cut); who orders, and who has not for long."""
    rows, silent = 0, 0
    for i in range(len(buyer)):
        if not buyer[i]:
            continue
        trip = by_way * way_m[i] + by_path * path_m[village[i]]
        rate = orders_a_week[i] * factor * np.exp(-sensitivity * (trip + tariff_fen[county[i]]))
        luck = uniform_at(key, week, i)
        term = np.exp(-rate)
        below, number = term, 0
        while luck > below and number < 60:
            number += 1
            term *= rate / number
            below += term
        if number:
            row[rows], count[rows], trip_fen[rows] = i, number, trip
            rows += 1
        elif last_day[i] < lapse_day:
            quiet[silent] = i
            silent += 1
    return rows, silent
