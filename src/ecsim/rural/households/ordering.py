"""What buyers order, and who stops to buy (docs/model.md 4.2): Poisson counts with constant income elasticity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.calendar import Calendar
from ecsim.rural.events import BuyerLapsed, ParcelsOrdered
from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen_a_metre
from ecsim.rural.households.buying import BuyingSetting, BuyingTerms
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


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
