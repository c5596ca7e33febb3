"""What several rules read of the state: one pass over plots and households, compiled.

Rules read them instead of each other, so none imports another sideways.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events.codes import Group
from ecsim.rural.state import State
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def sellers_by_crop(state: State) -> F64:
    """Return how many shops sell each crop, shape (crops,)."""
    p, h = state.plots, state.households
    rows = np.flatnonzero(h.shops)
    rows = rows[h.shop_plot[rows] >= 0]
    return np.asarray(np.bincount(p.crop[h.shop_plot[rows]], h.shops[rows], len(state.crops)), np.float64)


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


def internet_level(state: State, day: int) -> F64:
    """Return the share of each county's households with internet on a day, millionths."""
    counties = state.counties
    level = np.zeros(len(counties))
    for county in range(len(counties)):
        known = counties.internet_day[county] >= 0
        level[county] = np.interp(day, counties.internet_day[county][known], counties.internet_share[county][known])
    return level


def know_how(state: State, group: Group) -> F64:
    """Return what a group of trainees knows of all that training could bring it, shape (counties,), in [0, 1]."""
    return np.asarray(state.counties.know_how[:, group] / ONE, np.float64)


def needs(state: State) -> F64:
    """Return the need of each county: its shares of residents, registered poor and villages, added up."""
    c = state.counties
    need = c.residents / c.residents.sum() + c.poor_households / c.poor_households.sum()
    return np.asarray(need + c.villages / c.villages.sum(), np.float64)
