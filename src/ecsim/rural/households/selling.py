"""Choosing a channel: what a household does with what it has to sell (MODEL 4.5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.market import LotSold
from ecsim.rural.state import ONE, State
from ecsim.rural.world import World

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]

_TRADER, _COOPERATIVE, _STATION, _OWN_SHOP = (int(channel) for channel in Channel)


@dataclass(frozen=True)
class SellingTerms:
    """Numbers of selling; units in ``parameters/selling.toml``."""

    choice_scale: float
    habit: float
    cooperative_taste: float
    station_taste: float
    trader_margin: float
    trader_margin_an_hour: float
    platform_fee: float
    advertising: float
    loss_a_day: float
    travel_days: float
    packing_fen_a_kg: float
    line_haul_fen_a_kg: float
    station_commission: float
    finding_cost: float
    min_lot_g: int
    keeping_weeks_a_sale: int
    reserve_weeks: int
    reserve_shelf_days: int
    keeping_shelf_days: int
    full_loss_share: float
    finding_from: float


@dataclass(frozen=True)
class SellingSetting:
    """Constants of the opening."""

    trader_factor: F64
    """Shape (villages,): what a trader pays there over the county's mean, which is 1 by output."""


def selling_setting(state: State, terms: SellingTerms) -> SellingSetting:
    """Return traders' prices by distance, so that their mean over a county's output is the farm-gate price."""
    p, h, v = state.plots, state.households, state.villages
    kept = 1.0 - terms.trader_margin - terms.trader_margin_an_hour * v.road_seconds / 3600.0
    value = p.output_g * state.crops.farm_price_fen[p.crop].astype(np.float64) * h.weight[p.household]
    village = h.village[p.household]
    counties = len(state.counties)
    total = np.bincount(v.county[village], value, counties)
    mean = np.bincount(v.county[village], value * kept[village], counties)
    level = np.divide(mean, total, out=np.ones(counties), where=total > 0)
    return SellingSetting(trader_factor=np.maximum(kept, 0.0) / level[v.county])


def shop_price_fen(state: State, terms: SellingTerms) -> F64:
    """Return what a household gets for a kilogram raw sold by its own shop, shape (crops,), fen; <= 0: not offered.

    References
    ----------
    docs/model.md 4.5: ``y·[P·(1 - fees - loss) - packing - upward delivery]``, less the cost of finding buyers.
    """
    c = state.crops
    days = np.minimum(1.0, terms.travel_days / np.maximum(c.shelf_days * terms.full_loss_share, 1.0))
    loss = np.clip(terms.loss_a_day * terms.travel_days * days, 0.0, 1.0)
    price = c.orders_price_fen * (1.0 - terms.platform_fee - terms.advertising - loss)
    finding = terms.finding_cost * np.maximum(c.orders_price_fen - terms.finding_from * c.farm_price_fen, 0.0)
    upward = terms.line_haul_fen_a_kg + state.counties.up_tariff_fen[c.county]
    kept = (c.conversion / ONE) * (price - finding - c.processing_fen - terms.packing_fen_a_kg - upward)
    return np.asarray(np.where(c.online_price_fen > 0, kept, 0.0), np.float64)


def sell_lots(
    world: World, terms: SellingTerms, setting: SellingSetting, cooperative_fen: F64, collecting: Bool
) -> LotSold:
    """Households with something to sell choose a channel; online lots are limited by orders, not by stock.

    Parameters
    ----------
    cooperative_fen : what each cooperative offers a kilogram raw, fen; 0: it buys nothing this week
    collecting : shape (villages,), whether a station there takes farm products
    """
    state = world.state
    p, h, c = state.plots, state.households, state.crops
    shop_fen = shop_price_fen(state, terms)
    orders = _orders_a_seller_g(state)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    station_left = c.orders_station_g / raw
    cooperative_left = np.where(state.cooperatives.alive, state.cooperatives.capacity_g, 0).astype(np.float64)
    n = len(p)
    plot, channel = np.empty(2 * n, np.int32), np.empty(2 * n, np.uint8)
    sold_g, received, retail = np.empty(2 * n, np.int64), np.empty(2 * n, np.int64), np.empty(2 * n, np.int64)
    rows = _sell(
        world.draws.key("choose_channel"), world.week, p.household, p.crop, p.stock_g, p.channel, h.village, h.weight,
        h.seller, h.cooperative, state.cooperatives.crop, c.price_fen, c.orders_price_fen, raw, c.shelf_days, shop_fen,
        orders, station_left, cooperative_left, cooperative_fen, collecting, setting.trader_factor, terms.choice_scale,
        terms.habit, terms.cooperative_taste, terms.station_taste, 1.0 - terms.station_commission, terms.min_lot_g,
        terms.keeping_weeks_a_sale, terms.reserve_weeks, terms.reserve_shelf_days, terms.keeping_shelf_days, plot,
        channel, sold_g, received, retail,
    )  # fmt: skip
    lots = LotSold(
        plot=plot[:rows],
        channel=channel[:rows],
        sold_g=sold_g[:rows],
        received_fen=received[:rows],
        retail_fen=retail[:rows],
    )
    world.publish(lots, cause=_opened_by(state, lots))
    return lots


def _opened_by(state: State, lots: LotSold) -> I64:
    """Return what made each sale possible: the station, the own shop, or else the harvest."""
    cause: I64 = state.crops.stock_seq[state.plots.crop[lots.plot]]
    for channel in (Channel.STATION, Channel.OWN_SHOP):
        rows = np.flatnonzero(lots.channel == channel)
        household = state.plots.household[lots.plot[rows]]
        if channel == Channel.OWN_SHOP:
            cause[rows] = state.households.seller_seq[household]
        else:
            station = state.villages.station[state.households.village[household]]
            cause[rows] = state.stations.opened_seq[station]
    return cause


def _orders_a_seller_g(state: State) -> F64:
    """Return the week's orders in raw grams for each seller of a crop, shape (crops,)."""
    p, h, c = state.plots, state.households, state.crops
    sells = h.seller[p.household]
    sellers = np.bincount(p.crop[sells], h.weight[p.household[sells]], len(c))
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    return np.asarray(c.orders_household_g / raw / np.maximum(sellers, 1.0), np.float64)


@njit(cache=True, nogil=True)
def _sell(
    key: np.uint64, week: int, household: I32, crop: I32, stock: I64, last: U8, village: I32, weight: I32, seller: Bool,
    member: I32, member_crop: I32, price: I64, online: I64, raw: F64, shelf: I32, shop_fen: F64, orders: F64,
    station_left: F64, cooperative_left: F64, cooperative_fen: F64, collecting: Bool, factor: F64, scale: float,
    habit: float, taste_cooperative: float, taste_station: float, station_keeps: float, min_lot: int, keep_weeks: int,
    reserve_weeks: int, reserve_shelf: int, keep_shelf: int, plot_out: I32, channel_out: U8, sold_out: I64,
    received_out: I64, retail_out: I64,
) -> int:  # fmt: skip
    rows = 0
    for plot in range(len(crop)):
        left = stock[plot]
        if left <= 0:
            continue
        k, i = crop[plot], household[plot]
        reserve = np.int64(0)
        if seller[i] and shop_fen[k] > 0.0 and orders[k] >= 1.0:
            lot = min(left, np.int64(orders[k]))
            plot_out[rows], channel_out[rows], sold_out[rows] = plot, _OWN_SHOP, lot
            received_out[rows] = np.int64(lot * shop_fen[k] / 1000.0)
            retail_out[rows] = np.int64(lot * raw[k] * online[k] / 1000.0)
            rows += 1
            left -= lot
            if shelf[k] > reserve_shelf:
                reserve = np.int64(orders[k] * reserve_weeks)
        keeps = shelf[k] > keep_shelf
        due = left - reserve
        if due <= 0 or (keeps and ((plot + week) % keep_weeks != 0 or due < min_lot)):
            continue
        v = village[i]
        trader = price[k] * factor[v]
        best, top, chosen = trader, 0.0, _TRADER
        total = np.exp(habit) if last[plot] == _TRADER else 1.0
        luck = uniform_at(key, week, plot)
        top = total
        j = member[i]
        weight_coop = 0.0
        if j >= 0 and member_crop[j] == k and cooperative_fen[j] > 0.0 and cooperative_left[j] >= due * weight[i]:
            utility = scale * np.log(cooperative_fen[j] / trader) + taste_cooperative
            weight_coop = np.exp(utility + (habit if last[plot] == _COOPERATIVE else 0.0))
        weight_station = 0.0
        if collecting[v] and shop_fen[k] > 0.0 and station_left[k] >= due * weight[i]:
            utility = scale * np.log(shop_fen[k] * station_keeps / trader) + taste_station
            weight_station = np.exp(utility + (habit if last[plot] == _STATION else 0.0))
        total += weight_coop + weight_station
        if luck * total >= top:
            if luck * total < top + weight_coop:
                chosen, best = _COOPERATIVE, cooperative_fen[j]
                cooperative_left[j] -= due * weight[i]
            else:
                chosen, best = _STATION, shop_fen[k] * station_keeps
                station_left[k] -= due * weight[i]
        plot_out[rows], channel_out[rows], sold_out[rows] = plot, chosen, due
        received_out[rows] = np.int64(due * best / 1000.0)
        retail_out[rows] = np.int64(due * raw[k] * online[k] / 1000.0) if chosen == _STATION else 0
        rows += 1
    return rows
