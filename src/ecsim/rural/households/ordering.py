"""What buyers order, and who stops to buy (docs/model.md 4.2): Poisson counts with constant income elasticity.

A row stands for several households in a small sample. Their orders are drawn together, so that parcels come one by one
whatever the sample; whether the sampled household itself was among those who ordered decides when it stops to buy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import binomial_at, poisson_at, uniform_at
from ecsim.rural.events import BuyerLapsed, ParcelsOrdered
from ecsim.rural.households.access import AccessTerms, PickUp, fetching_fen_a_metre, open_stations
from ecsim.rural.households.buying import BuyingSetting, BuyingTerms
from ecsim.rural.readings import internet_level
from ecsim.rural.world import Calendar, State, World

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

    References
    ----------
    docs/model.md 4.2.
    """
    state, draws = world.state, world.draws
    h = state.households
    season = terms.festival_factor if calendar.festival(world.week) else 1.0
    trend = terms.order_trend(calendar.years(world.week)) * (1.0 - terms.internet_outage)
    room = _Ordered.empty(len(h))
    rows, quiet = _order(
        _OrderLuck(draws.key("order_goods"), draws.key("fetch_at_station"), draws.key("order_itself"), world.week),
        _buyers(state, setting),
        _around(state, setting, access, here, world.day),
        _habits(terms, trend * season, access, world.day),
        room,
    )  # fmt: skip
    who, parcels = room.household[:rows], room.parcels[:rows]
    spent = np.rint(parcels * terms.basket_fen * _mean_basket(world, terms.basket_sigma, who, parcels)).astype(np.int64)
    orders = ParcelsOrdered(
        household=who,
        parcels=parcels,
        handed_over=room.handed_over[:rows],
        spent_fen=spent,
        saved_fen=np.rint(spent * setting.saving[h.village[who]]).astype(np.int64),
        trip_fen=np.rint(room.trip_fen[:rows] * parcels).astype(np.int64),
        stop=here.stop[h.village[who]],
        itself=room.itself[:rows],
        each=np.zeros(rows, np.bool_),
    )
    world.publish(orders, cause=h.buyer_seq[who])
    lapsed = room.quiet[:quiet]
    world.publish(BuyerLapsed(household=lapsed), cause=h.buyer_seq[lapsed])
    return orders


def _mean_basket(world: World, sigma: float, who: I32, parcels: I32) -> F64:
    """Return the mean of as many lognormal baskets of mean one as there are parcels, by its first two moments.

    References
    ----------
    Fenton (1960), The sum of log-normal probability distributions.
    """
    counts = np.arange(1, int(parcels.max(initial=1)) + 1)
    spread = np.sqrt(np.log1p(np.expm1(sigma * sigma) / counts))[parcels - 1]
    luck = world.draws.normal("basket", world.week, world.state.households.number[who])
    return np.asarray(np.exp(spread * luck - 0.5 * spread * spread))


class _OrderLuck(NamedTuple):
    """Keys of the draws, and the week."""

    parcels: np.uint64
    at_station: np.uint64
    itself: np.uint64
    week: int


class _Buyers(NamedTuple):
    """Households as far as ordering asks; shape (households,) each."""

    number: I64
    buyer: Bool
    village: I32
    county: I32
    weight: I32
    way_m: I32
    internet_rank: I32
    at_station: Bool
    orders_a_week: F64
    buyer_day: I32
    last_order_day: I32
    before: I32
    """Day of the last order before the opening."""


def _buyers(state: State, setting: BuyingSetting) -> _Buyers:
    h = state.households
    return _Buyers(
        h.number, h.buyer, h.village, h.county, h.weight, h.way_m, h.internet_rank, h.at_station, setting.orders_a_week,
        h.buyer_day, h.last_order_day, setting.last_order_day,
    )  # fmt: skip


class _Around(NamedTuple):
    """Whether one can order, where a parcel waits, and what it costs beside its price."""

    stop: I32
    """Shape (villages,), as the next four."""
    path_m: F64
    ridden_m: F64
    saving: F64
    station: Bool
    internet_level: F64
    """Shape (counties,), millionths; as the next."""
    tariff_fen: I64
    way_fen_a_metre: float
    path_fen_a_metre: float


def _around(state: State, setting: BuyingSetting, access: AccessTerms, here: PickUp, day: int) -> _Around:
    return _Around(
        here.stop, here.path_m, here.ridden_m, setting.saving, open_stations(state), internet_level(state, day),
        state.counties.down_tariff_fen, *fetching_fen_a_metre(access),
    )  # fmt: skip


class _Habits(NamedTuple):
    """How households order this week.

    Attributes
    ----------
    factor : orders of a settled buyer over those at the opening
    start, day, settling_days : of a new buyer, the share of its own level that it begins with; when it is now; when it
        has reached all of it
    sensitivity : on what a parcel saves less what fetching it costs, both over its value
    basket_fen : that value
    lapse_day : who has not ordered since stops
    """

    factor: float
    start: float
    day: int
    settling_days: float
    sensitivity: float
    basket_fen: float
    served_share: float
    lapse_day: int


def _habits(terms: BuyingTerms, factor: float, access: AccessTerms, day: int) -> _Habits:
    return _Habits(
        factor, terms.settling_start, day, 7.0 * terms.settling_weeks, terms.cost_sensitivity, terms.basket_fen,
        access.served_share, day - 7 * terms.lapse_weeks,
    )  # fmt: skip


class _Ordered(NamedTuple):
    """Room for what is ordered, and for buyers who have not for long; shape (households,) each."""

    household: I32
    parcels: I32
    handed_over: I32
    itself: Bool
    trip_fen: F64
    quiet: I32

    @classmethod
    def empty(cls, rows: int) -> _Ordered:
        """Return room for so many households."""
        who, parcels, handed_over, quiet = (np.empty(rows, np.int32) for _ in range(4))
        return cls(who, parcels, handed_over, np.empty(rows, np.bool_), np.empty(rows, np.float64), quiet)


@njit(cache=True, nogil=True)
def _order(luck: _OrderLuck, who: _Buyers, around: _Around, habits: _Habits, ordered: _Ordered) -> tuple[int, int]:
    """Fill in who orders how much, and who has not for long; return how many rows there are of each."""
    rows, silent = 0, 0
    for i in range(len(who.buyer)):
        if not who.buyer[i]:
            continue
        v, weight = who.village[i], who.weight[i]
        level = around.internet_level[who.county[i]]
        online = who.internet_rank[i] < level
        trip = around.way_fen_a_metre * who.way_m[i] + around.path_fen_a_metre * around.ridden_m[v]
        wait = around.path_fen_a_metre * (around.path_m[v] - around.ridden_m[v])
        number = 0
        if online or (who.at_station[i] and around.station[v] and level > 0):
            rate = who.orders_a_week[i] * habits.factor * _settled(who.buyer_day[i], habits)
            cost = trip + wait + around.tariff_fen[who.county[i]]
            rate *= np.exp(habits.sensitivity * (around.saving[v] - cost / habits.basket_fen))
            number = poisson_at(luck.parcels, luck.week, who.number[i], weight * rate)
        itself = number > 0 and (
            weight == 1 or uniform_at(luck.itself, luck.week, who.number[i]) < 1.0 - (1.0 - 1.0 / weight) ** number
        )
        if number:
            share = 0.0 if around.stop[v] < 0 else habits.served_share if online else 1.0
            ordered.household[rows], ordered.parcels[rows], ordered.itself[rows] = i, number, itself
            ordered.handed_over[rows] = binomial_at(luck.at_station, luck.week, who.number[i], number, share)
            ordered.trip_fen[rows] = trip
            rows += 1
        never = who.buyer_day[i] < 0 and who.last_order_day[i] == 0
        if not itself and (who.before[i] if never else who.last_order_day[i]) < habits.lapse_day:
            ordered.quiet[silent] = i
            silent += 1
    return rows, silent


@njit(cache=True, nogil=True)
def _settled(buyer_day: int, habits: _Habits) -> float:
    """Return the share of its own level that a buyer has reached: all of it if it began before the opening."""
    days = habits.day - buyer_day
    if buyer_day < 0 or days >= habits.settling_days:
        return 1.0
    return habits.start + (1.0 - habits.start) * days / habits.settling_days
