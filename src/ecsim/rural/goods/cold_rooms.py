"""Cold rooms that dealers have of their own or rent in public stores, for fresh goods in stock (docs/model.md 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm
from ecsim.rural.goods.losses import FarmingTerms, kept_share, weekly_loss
from ecsim.rural.goods.packing_lines import public_part, user_cost_fen, worth_its_cost
from ecsim.rural.goods.terms import PAY_WAGES, GoodsTerms, sold_for_raw
from ecsim.rural.world import WEEKS_A_YEAR, State

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_DAYS = 7.0


def saved_by_cold(form: NDArray[np.uint8], shelf_days: F64, farming: FarmingTerms) -> F64:
    """Return the share of a stock that a week in a cold room saves, shape (crops,); 0 of what is not fresh."""
    shelf = np.maximum(shelf_days, 1.0)
    saved = kept_share(_DAYS, farming.cold_life * shelf, farming) - kept_share(_DAYS, shelf, farming)
    return np.where(form == CropForm.FRESH, saved, 0.0)


def rooms_wanted(held_g: F64, busy: F64, worth_fen: F64, farming: FarmingTerms, terms: GoodsTerms) -> F64:
    """Return the cold rooms that are built toward: what is held at most, where that pays for room, power and wear.

    Parameters
    ----------
    held_g : shape (n,), raw, in the week in which most is held; 0 of what is not fresh
    busy : shape (n,), weeks a year that a room which holds it is full, in the mean
    worth_fen : shape (n,), of what a week in the room saves of a kilogram
    """
    gain = busy * np.maximum(worth_fen - 100.0 * farming.room_fee_yuan, 0.0)
    return worth_its_cost(held_g, gain, user_cost_fen(terms, terms.cold_room_yuan))


def rooms_aimed_at(state: State, terms: GoodsTerms, farming: FarmingTerms, cover_g: F64) -> F64:
    """Return the room of its own that each dealer aims at, grams raw, shape (dealers,).

    Parameters
    ----------
    cover_g : shape (crops, 52), of `GoodsSetting`

    Notes
    -----
    Public stores are open to all, and take the place of a share of private rooms.
    """
    d, c = state.dealers, state.crops
    saved = saved_by_cold(c.form, c.shelf_days.astype(np.float64), farming)
    most = cover_g.max(axis=1)
    held = (d.forecast_g * most[d.crop] / sold_for_raw(c.conversion)[d.crop]) * (saved[d.crop] > 0) * _has_rooms(state)
    busy = WEEKS_A_YEAR * np.divide(cover_g.mean(axis=1), most, out=np.zeros(len(c)), where=most > 0)
    aim = rooms_wanted(held, busy[d.crop], (saved * c.price_fen)[d.crop], farming, terms)
    wanted = np.where(d.alive, aim, 0.0)
    return aim * (1.0 - terms.crowding_out * public_part(state, state.counties.cold_g, wanted))


class ColdWeek(NamedTuple):
    """A week of dealers' stocks in cold rooms and outside, shape (dealers,) each."""

    cooled_g: I64
    """Of a stock, in rooms of its own and rented ones."""
    rented_g: I64
    cost_fen: I64
    """Of power and wear of its own rooms, and rent."""
    lost: F64
    """Share of its stock."""


def keep_cold(state: State, terms: GoodsTerms, farming: FarmingTerms, let_g: I64) -> ColdWeek:
    """Return what dealers' stocks lose in a week, and what keeping them cold costs.

    Parameters
    ----------
    let_g : shape (crops,), what growers left in public stores this week

    Notes
    -----
    Who has more than its own rooms hold rents what growers leave of public ones, in proportion to what it lacks, where
    what that saves is worth more than the fee. Traders pass fresh goods on within days.
    """
    d, c, many = state.dealers, state.crops, len(state.counties)
    shelf = c.shelf_days.astype(np.float64)
    saved = saved_by_cold(c.form, shelf, farming)
    holds = d.alive & _has_rooms(state) & (saved[d.crop] > 0)
    lost, nothing = weekly_loss(c.form, shelf, farming)[d.crop], np.zeros(len(d), np.int64)
    if terms.cold_room_yuan == 0.0:
        return ColdWeek(nothing, nothing, nothing, lost)
    pays = holds & ((saved * c.price_fen)[d.crop] > 100.0 * farming.room_fee_yuan)
    own = np.where(pays, np.minimum(d.stock_g, d.room_g), 0)
    lacking = np.where(pays, d.stock_g - own, 0)
    free = state.counties.cold_g - np.bincount(c.county, let_g, many) * farming.waiting_days / _DAYS
    rented = np.floor(lacking * public_part(state, np.maximum(free, 0.0), lacking)).astype(np.int64)
    cooled = own + rented
    warm = 1.0 - np.divide(cooled, d.stock_g, out=np.ones(len(d)), where=d.stock_g > 0)
    cost = np.rint(cooled * farming.room_fee_yuan / 10.0).astype(np.int64)
    return ColdWeek(cooled, rented, cost, lost + np.where(holds, warm * saved[d.crop], 0.0))


def _has_rooms(state: State) -> NDArray[np.bool_]:
    """Return which dealers keep fresh goods for weeks: those that send them to consumers."""
    return np.isin(state.dealers.kind, PAY_WAGES)
