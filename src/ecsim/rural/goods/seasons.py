"""Seasons of harvest and demand as arithmetic: what is bought ahead, and what is in stock when nothing changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.calendar import WEEKS_A_YEAR
from ecsim.rural.events import CropForm

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_YEARS = 3
"""After which stocks of one year are those of the next."""


def cover_of_orders(
    harvest: F64, demand: F64, form: NDArray[np.uint8], shelf_days: NDArray[np.int32], least: int
) -> F64:
    """Return the orders to come until growers can bring more, over a week's orders without season.

    Parameters
    ----------
    harvest, demand : shape (crops, 52), shares of the year's harvest and orders by week
    form, shelf_days : shape (crops,)
    least : weeks that are bought ahead in any case

    Returns
    -------
    shape (crops, 52)

    Notes
    -----
    Goods that keep and come in once a year are bought for the months without harvest, fresh ones for no longer than
    they last.
    """
    season = demand * WEEKS_A_YEAR
    ahead = np.concatenate([np.zeros((len(season), 1)), np.cumsum(np.hstack([season, season]), axis=1)], axis=1)
    cover = np.zeros_like(season)
    weeks = np.arange(WEEKS_A_YEAR)
    for crop in range(len(season)):
        longest = max(1, int(shelf_days[crop]) // 7) if form[crop] == CropForm.FRESH else WEEKS_A_YEAR
        spans = np.minimum(_weeks_until_harvest(harvest[crop], least), longest)
        cover[crop] = ahead[crop, weeks + spans] - ahead[crop, weeks]
    return cover


def _weeks_until_harvest(harvest: F64, least: int) -> I64:
    """Return for each week of the year how many pass, at least some, until goods come in; a year where none ever do."""
    ahead = np.arange(WEEKS_A_YEAR)[:, None] + np.arange(least, WEEKS_A_YEAR)
    comes = np.pad(harvest[ahead % WEEKS_A_YEAR] > 0, ((0, 0), (0, 1)), constant_values=True)
    return np.asarray(np.minimum(least + np.argmax(comes, axis=1), WEEKS_A_YEAR), np.int64)


def usual_stock(harvest: F64, loss: F64, offered: F64, resold: F64, week_of_year: int) -> tuple[F64, F64]:
    """Return what growers and traders have in stock at the beginning of a week of an ordinary year.

    Parameters
    ----------
    harvest : shape (crops, 52), shares of the year's harvest
    loss : shape (crops,), share of a stock lost in a week
    offered, resold : shape (crops,), share of their stocks that growers offer and traders sell on in a week
    week_of_year : 0 to 51

    Returns
    -------
    shape (crops,) each, as shares of a year's output
    """
    growers, traders = np.zeros(len(harvest)), np.zeros(len(harvest))
    for week in range(_YEARS * WEEKS_A_YEAR + week_of_year):
        growers = (growers + harvest[:, week % WEEKS_A_YEAR]) * (1.0 - loss)
        sold = growers * offered
        growers = growers - sold
        traders = (traders * (1.0 - loss) + sold) * (1.0 - resold)
    return growers, traders


def usual_offers(harvest: F64, loss: F64, offered: F64) -> F64:
    """Return what growers offer in each week of an ordinary year, shape (crops, 52), as shares of a year's output.

    Parameters
    ----------
    harvest, loss, offered : as of `usual_stock`
    """
    growers, offers = np.zeros(len(harvest)), np.zeros_like(harvest)
    for week in np.tile(np.arange(WEEKS_A_YEAR), _YEARS):
        growers = (growers + harvest[:, week]) * (1.0 - loss)
        offers[:, week] = growers * offered
        growers = growers - offers[:, week]
    return offers


def usual_average(weekly: F64, weeks: float | F64, week_of_year: int) -> F64:
    """Return the smoothed amount of some weeks at the beginning of a week of an ordinary year, shape (n,).

    Parameters
    ----------
    weekly : shape (n, 52)
    weeks : over which it is averaged, ``a ← a + (x − a)/weeks``; one for all or shape (n,)
    week_of_year : 0 to 51
    """
    average = np.zeros(len(weekly))
    for week in range(_YEARS * WEEKS_A_YEAR + week_of_year):
        average = average + (weekly[:, week % WEEKS_A_YEAR] - average) / weeks
    return average
