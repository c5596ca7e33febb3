"""What the goods economy is measured against: constants of the opening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.marks import OpeningMarks
from ecsim.rural.goods.seasons import cover_of_orders
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.market import MarketTerms, UsualYears
from ecsim.rural.readings import sellers_by_crop
from ecsim.rural.world import ONE, WEEKS_A_YEAR, Calendar, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


class GrowingPlaces(NamedTuple):
    """Plots in the order of crop, township and village, and the villages of each crop as stretches of it."""

    plots: I32
    """Shape (plots,): plot numbers in that order."""
    start: I32
    """Shape (places + 1,): where the plots of a place, a crop in a village, begin."""
    village: I32
    """Shape (places,)."""
    crop_start: I32
    """Shape (crops + 1,): where the places of a crop begin."""
    township: I64
    """Shape (places,): crop and township of each in one number, ascending."""


@dataclass(frozen=True)
class GoodsSetting:
    """Constants of the opening."""

    sellers: F64
    """Shape (crops,): weighted households with a shop of the crop."""
    places: GrowingPlaces
    cover_g: F64
    """Shape (crops, 52): orders to come until stock can be renewed, over a week's orders without season."""
    peak: F64
    """Shape (crops,): orders of the strongest week over the mean one."""
    usual: UsualYears
    """What festivals and lockdown do to a year."""
    marks: OpeningMarks


def growing_places(state: State) -> GrowingPlaces:
    """Return plots by crop, township and village."""
    p, h, v = state.plots, state.households, state.villages
    village = h.village[p.household]
    order = np.lexsort((np.arange(len(p)), village, v.township[village], p.crop))
    crop, where = p.crop[order], village[order]
    first = np.flatnonzero(np.append(True, (np.diff(crop) != 0) | (np.diff(where) != 0))) if len(order) else order
    place_crop, place_village = crop[first], where[first]
    count = len(state.crops)
    return GrowingPlaces(
        plots=order.astype(np.int32),
        start=np.append(first, len(order)).astype(np.int32),
        village=place_village.astype(np.int32),
        crop_start=np.searchsorted(place_crop, np.arange(count + 1)).astype(np.int32),
        township=place_crop.astype(np.int64) * len(state.townships) + v.township[place_village],
    )


def places_of_cooperatives(state: State, places: GrowingPlaces) -> I32:
    """Return where the places of each cooperative's product in its township begin and end, shape (cooperatives, 2)."""
    k = state.cooperatives
    wanted = k.crop.astype(np.int64) * len(state.townships) + k.township
    first, last = np.searchsorted(places.township, wanted), np.searchsorted(places.township, wanted, side="right")
    return np.stack([first, last], axis=1).astype(np.int32)


def goods_setting(
    state: State, terms: GoodsTerms, market: MarketTerms, marks: OpeningMarks, calendar: Calendar
) -> GoodsSetting:
    """Return the constants of the opening.

    Parameters
    ----------
    market : of festivals and lockdown
    marks : of the opening
    calendar : of the weeks of a year that are festivals
    """
    usual = UsualYears.of(market, calendar)
    c = state.crops
    season = c.demand_season / ONE * WEEKS_A_YEAR
    return GoodsSetting(
        sellers=sellers_by_crop(state, state.households.shops),
        places=growing_places(state),
        cover_g=cover_of_orders(c.season / ONE, c.demand_season / ONE, c.form, c.shelf_days, terms.cover_weeks),
        peak=np.max(season, axis=1) * market.festival_factor / usual.festival,
        usual=usual,
        marks=marks,
    )
