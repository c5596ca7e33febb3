"""A week's parcels by where they are bound for, in whole numbers (docs/model.md 4.9).

Shares of parcels are rounded so that the parts of a group add up to its whole, always in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events import (
    ParcelsOrdered,
)
from ecsim.rural.logistics.delivery_plan import (
    DeliveryPlan,
)
from ecsim.rural.readings import has_outlet
from ecsim.rural.world import ONE, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


class WeeklyFlow:
    """This week's parcels: by stop of the hubs' rounds, by village they go on to, and those fetched at the hub."""

    def __init__(self, state: State, plan: DeliveryPlan, orders: ParcelsOrdered) -> None:
        h, v, t = state.households, state.villages, state.townships
        self.village_week, self.home_village = np.zeros(len(v)), np.zeros(len(v))
        _arrive(
            orders.household, orders.parcels, orders.handed_over, orders.stop, h.village, self.village_week,
            self.home_village,
        )  # fmt: skip
        self.township_week = np.bincount(v.township, self.home_village, len(t))
        self.at_hub = np.where(has_outlet(state), 0.0, self.township_week)
        share = state.operators.share[plan.stop_operator] / ONE
        self.stop_week = self.township_week[plan.hub.place] * share / plan.copies
        self.rounded = whole_parts(self.stop_week, plan.hub.place)


@njit(cache=True, nogil=True)
def _arrive(
    household: I32, parcels: I32, handed_over: I32, stop: I32, village: I32, in_village: F64, further_off: F64
) -> None:
    """Add up parcels by the village that hands them over, and by the home of who fetches them further off."""
    for row in range(len(household)):
        if stop[row] >= 0:
            in_village[stop[row]] += handed_over[row]
        further_off[village[household[row]]] += parcels[row] - handed_over[row]


def part_of_week(week: I64, weekday: int) -> I64:
    """Return what of a week's parcels arrives on a weekday (0 is Monday), in whole parts that add up to the week's."""
    return week * (weekday + 1) // 7 - week * weekday // 7


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
