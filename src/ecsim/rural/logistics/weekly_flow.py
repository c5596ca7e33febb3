"""A week's parcels: where they are bound for, since when they wait, how long they took (docs/model.md 4.9).

All in whole numbers. Shares of parcels are rounded so that the parts of a group add up to its whole, always in the same
way. Who came first goes first; what waits from weeks before is held as two ages, a day apart, whose days add up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events import PARTNERS, ParcelsOrdered
from ecsim.rural.logistics.delivery_plan import DeliveryPlan, trade_carriers
from ecsim.rural.logistics.hubs import posts
from ecsim.rural.readings import has_outlet
from ecsim.rural.world import ONE, State, goes_for

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

DAYS_A_WEEK = 7
CARRIED = 2
"""Columns of what waits from weeks before; then one for each day of the week."""
LONGEST_DAYS = 30
"""Parcels that waited longer are counted with these."""


class WeeklyFlow:
    """This week's parcels: by stop of the hubs' rounds, by village they go on to, and those fetched at the hub.

    Parameters
    ----------
    shop_rooms : shape (townships,), shops' goods of the week, which ride where an operator takes them along

    Attributes
    ----------
    trade_week : shape (stops of hub,), rooms of such goods
    """

    def __init__(self, state: State, plan: DeliveryPlan, orders: ParcelsOrdered, shop_rooms: F64) -> None:
        h, v, t = state.households, state.villages, state.townships
        self.village_week, self.home_village = np.zeros(len(v)), np.zeros(len(v))
        _arrive(
            orders.household, orders.parcels, orders.handed_over, orders.stop, h.village, self.village_week,
            self.home_village,
        )  # fmt: skip
        self.township_week = np.bincount(v.township, self.home_village, len(t))
        self.at_hub = np.where(has_outlet(state), 0.0, self.township_week)
        share = state.operators.share[plan.whose] / ONE
        self.stop_week = self.township_week[plan.hub.place] * share / plan.copies
        self.rounded = whole_parts(self.stop_week, plan.hub.place)
        place = plan.hub.place
        with_trade = trade_carriers(state)[t.county[place]] == plan.stop_operator
        self.trade_week = whole_parts(with_trade * shop_rooms[place] / plan.copies, place)


@njit(cache=True, nogil=True)
def _arrive(
    household: I32, parcels: I32, handed_over: I32, stop: I32, village: I32, in_village: F64, further_off: F64
) -> None:
    """Add up parcels by the village that hands them over, and by the home of who fetches them further off."""
    for row in range(len(household)):
        if stop[row] >= 0:
            in_village[stop[row]] += handed_over[row]
        further_off[village[household[row]]] += parcels[row] - handed_over[row]


def part_of_week(week: I64, weekday: int, days: int = DAYS_A_WEEK) -> I64:
    """Return what of a week's parcels arrives on a weekday (0 is Monday), in whole parts that add up to the week's.

    Parameters
    ----------
    days : of the week, from Monday on, on which some arrive
    """
    return week * (weekday + 1) // days - week * weekday // days


def whole_parts(wanted: NDArray[Any], group: NDArray[Any]) -> I64:
    """Return whole parts near ``wanted`` that add up to the whole totals of their groups; each group by itself."""
    parts = np.empty(len(wanted), np.int64)
    order = np.argsort(group, kind="stable")
    _spread_sorted(order, np.asarray(wanted, np.float64), np.asarray(group, np.int64), parts)
    return parts


@njit(cache=True, nogil=True)
def _spread_sorted(order: I64, wanted: F64, group: I64, parts: I64) -> None:
    running, given, last = 0.0, np.int64(0), np.int64(-1)
    for row in order:
        if group[row] != last:
            running, given, last = 0.0, np.int64(0), group[row]
        running += wanted[row]
        whole = np.int64(np.rint(running))
        parts[row] = whole - given
        given = whole


def handed_on(state: State, longest_days: int) -> tuple[I64, I64]:
    """Return the parcels that wait at hubs, and their days: the post takes over what waits too long for a partner.

    Parameters
    ----------
    longest_days : what waits for a partner has waited at most, in the mean of a township

    Returns
    -------
    shape (reaches,), (reaches,)
    """
    o, townships = state.operators, len(state.townships)
    waiting, days = (of.astype(np.int64) for of in (state.reaches.waiting, state.reaches.waiting_days))
    post = posts(state)[o.county]
    heir = np.where(o.pool[post] >= 0, o.pool[post], post)
    late = np.flatnonzero(
        np.repeat(np.isin(o.kind, PARTNERS) & (post >= 0), townships) & (days > longest_days * waiting)
    )
    rows = goes_for(state, heir[late // townships], late % townships) * townships + late % townships
    for of in (waiting, days):
        np.add.at(of, rows, of[late])
        of[late] = 0
    return waiting, days


class Waiting:
    """Parcels that wait at some places in a week.

    Parameters
    ----------
    parcels, days : shape (places,), what waits from weeks before, and the days that they have waited in all

    Attributes
    ----------
    came : shape (places, 9), the older and the younger of weeks before, and those of each day of the week; places of a
        column lie side by side, so that sums over columns are quick
    carried_days : shape (places,), how long the younger of weeks before had waited when the week began
    """

    def __init__(self, parcels: I64, days: I64) -> None:
        self.carried_days = days // np.maximum(parcels, 1)
        self.came = np.zeros((len(parcels), CARRIED + DAYS_A_WEEK), np.int64, order="F")
        self.came[:, 0] = np.where(parcels > 0, days - parcels * self.carried_days, 0)
        self.came[:, 1] = parcels - self.came[:, 0]

    def arrive(self, weekday: int, parcels: I64) -> None:
        """More come on a day."""
        self.came[:, CARRIED + weekday] += parcels

    def parcels(self) -> I64:
        """Return how many wait at each place."""
        return np.asarray(self.came.sum(axis=1), np.int64)

    def days(self) -> I64:
        """Return the days that those of each place have waited in all by the end of the week."""
        of_days = np.arange(DAYS_A_WEEK, 0, -1)
        old = self.came[:, 0] * (self.carried_days + DAYS_A_WEEK + 1) + self.came[:, 1] * (
            self.carried_days + DAYS_A_WEEK
        )
        return np.asarray(old + self.came[:, CARRIED:] @ of_days, np.int64)

    def pass_on(self, parcels: I64, other: Waiting) -> None:
        """Let so many of each place, those that came first, wait elsewhere; the other's of weeks before are as old."""
        _pass_on(parcels, self.came, other.came)


class Handover(NamedTuple):
    """What was handed over in a week: by place how many, how many late, and the hours they had waited."""

    parcels: I64
    """Shape (places,)."""
    late: I64
    hours: I64
    by_days: I64
    """Shape (counties, LONGEST_DAYS + 1), by whole days since they came to the hub."""

    @classmethod
    def begin(cls, places: int, counties: int) -> Handover:
        """Return a week in which nothing has been handed over."""
        parcels, late, hours = np.zeros((3, places), np.int64)
        return cls(parcels, late, hours, np.zeros((counties, LONGEST_DAYS + 1), np.int64))

    def take(
        self, given: I64, waiting: Waiting, arrive: NDArray[np.integer], weekday: int, county: NDArray[np.integer],
        late_days: int,
    ) -> None:  # fmt: skip
        """Hand over some of what waits, who came first before others.

        Parameters
        ----------
        given, arrive, county : shape (places,), how many, at which second of the day, and where that is
        late_days : a parcel is late that has waited more days
        """
        seconds = np.maximum(arrive, 0).astype(np.int64)
        _take(given, waiting.came, waiting.carried_days, weekday, late_days, county.astype(np.int64), self)
        self.hours[:] += given * seconds // 3600


@njit(cache=True, nogil=True)
def _take(
    given: I64, came: I64, carried_days: I64, weekday: int, late_days: int, county: I64, out: Handover
) -> None:  # fmt: skip
    longest = out.by_days.shape[1] - 1
    for place in range(len(given)):
        left = given[place]
        out.parcels[place] += left
        for column in range(came.shape[1]):
            if left == 0:
                break
            taken = min(came[place, column], left)
            if taken == 0:
                continue
            days = weekday + (carried_days[place] + 1 - column if column < CARRIED else CARRIED - column)
            came[place, column] -= taken
            left -= taken
            out.hours[place] += 24 * days * taken
            if days > late_days:
                out.late[place] += taken
            out.by_days[county[place], min(days, longest)] += taken


@njit(cache=True, nogil=True)
def _pass_on(parcels: I64, here: I64, there: I64) -> None:
    for place in range(len(parcels)):
        left = parcels[place]
        for column in range(here.shape[1]):
            if left == 0:
                break
            moved = min(here[place, column], left)
            here[place, column] -= moved
            there[place, column] += moved
            left -= moved
