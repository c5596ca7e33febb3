"""What several rules read of the state: one pass over plots and households, compiled.

Rules read them instead of each other, so none imports another sideways.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events.codes import Group
from ecsim.rural.state import State
from ecsim.rural.units import FIRST_SHARED_PLACE, ONE

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def online(state: State, level: F64) -> Bool:
    """Return which households are on the internet, shape (households,).

    Parameters
    ----------
    level : shape (counties,), share of households with internet, millionths
    """
    h = state.households
    return np.asarray(h.internet_rank < level[h.county], np.bool_)


def shops_online(state: State, level: F64) -> I32:
    """Return the shops that each row of households runs: those of who is on the internet, shape (households,).

    Parameters
    ----------
    level : shape (counties,), share of households with internet now, millionths
    """
    return np.where(online(state, level), state.households.shops, 0).astype(np.int32)


def sellers_by_crop(state: State, shops: I32) -> F64:
    """Return how many shops sell each crop, shape (crops,).

    Parameters
    ----------
    shops : shape (households,), shops that count
    """
    p, h = state.plots, state.households
    rows = np.flatnonzero(shops)
    rows = rows[h.shop_plot[rows] >= 0]
    return np.asarray(np.bincount(p.crop[h.shop_plot[rows]], shops[rows], len(state.crops)), np.float64)


def stock_by_crop_g(state: State) -> F64:
    """Return what households of each crop have in stock, weighted; grams, shape (crops,)."""
    p, h, stock = state.plots, state.households, np.zeros(len(state.crops))
    _add_stock(p.crop, p.household, p.stock_g, h.weight, stock)
    return stock


@njit(cache=True, nogil=True)
def _add_stock(crop: I32, household: I32, stock_g: I64, weight: I32, stock: F64) -> None:
    for plot in range(len(crop)):
        if stock_g[plot]:
            stock[crop[plot]] += np.float64(stock_g[plot]) * weight[household[plot]]


def lost_by_crop_g(state: State, share: I64) -> I64:
    """Return what households of each crop lose where every plot loses a share; grams, shape (crops,).

    Parameters
    ----------
    share : shape (crops,), millionths of the stock
    """
    p, h, lost = state.plots, state.households, np.zeros(len(state.crops), np.int64)
    _add_lost(p.crop, p.household, p.stock_g, h.weight, share, lost)
    return lost


@njit(cache=True, nogil=True)
def _add_lost(crop: I32, household: I32, stock_g: I64, weight: I32, share: I64, lost: I64) -> None:
    for plot in range(len(crop)):
        if stock_g[plot]:
            lost[crop[plot]] += stock_g[plot] * share[crop[plot]] // ONE * weight[household[plot]]


def has_outlet(state: State) -> Bool:
    """Return which townships hand out parcels: at an express outlet, or at a transfer point; shape (townships,)."""
    return np.asarray(state.townships.outlet | (state.townships.point >= 0))


def internet_level(state: State, day: int) -> F64:
    """Return the share of each county's households with internet on a day, millionths."""
    level = np.zeros(len(state.counties))
    _interpolate(day, state.counties.internet_day, state.counties.internet_share, level)
    return level


@njit(cache=True, nogil=True)
def _interpolate(day: int, days: I32, shares: I32, level: F64) -> None:
    """Fill in each row's share on a day: linear between the days it is known for, constant before and after."""
    for row in range(len(days)):
        before = -1
        for at in range(days.shape[1]):
            if days[row, at] < 0:
                continue
            if days[row, at] > day:
                if before < 0:
                    level[row] = shares[row, at]
                else:
                    slope = (shares[row, at] - float(shares[row, before])) / (days[row, at] - days[row, before])
                    level[row] = slope * (day - days[row, before]) + shares[row, before]
                break
            before = at
            level[row] = shares[row, at]


def know_how(state: State, group: Group) -> F64:
    """Return what a group of trainees knows of all that training could bring it, shape (counties,), in [0, 1]."""
    return np.asarray(state.counties.know_how[:, group] / ONE, np.float64)


@njit(cache=True, nogil=True)
def place_in_county(county: I32 | I64) -> I64:
    """Return the how-manieth of its county each row is, from 0; rows of a county come together.

    Parameters
    ----------
    county : of each row
    """
    place = np.zeros(len(county), np.int64)
    for row in range(1, len(county)):
        if county[row] == county[row - 1]:
            place[row] = place[row - 1] + 1
    return place


def number_of_place(state: State, place: int) -> int:
    """Return what the luck of a place hangs on: a county's number, or a prefecture's beyond `FIRST_SHARED_PLACE`.

    Parameters
    ----------
    place : row of a county, or of a prefecture beyond `FIRST_SHARED_PLACE`
    """
    if place < FIRST_SHARED_PLACE:
        return int(state.counties.number[place])
    return FIRST_SHARED_PLACE + int(state.reviews.number[place - FIRST_SHARED_PLACE])


def needs(state: State) -> F64:
    """Return the need of each county: its shares of residents, registered poor and villages, added up."""
    c = state.counties
    return need_by(c.residents, c.poor_households, c.villages)


def need_by(residents: NDArray[Any], poor_households: NDArray[Any], villages: NDArray[Any]) -> F64:
    """Return the need of each county by the figures of all of them, shape (counties,) each."""
    need = residents / residents.sum() + poor_households / poor_households.sum()
    return np.asarray(need + villages / villages.sum(), np.float64)
