"""Choosing a channel: what a household does with what it has to sell (docs/model.md 4.5).

The own shop comes first and is limited by orders; what else is due goes to one channel, chosen by a logit over net
prices. All prices are fen a kilogram raw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.events import Channel, LotSold
from ecsim.rural.readings import sellers_by_crop
from ecsim.rural.world import ONE, State, World

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
    docs/model.md 4.5: ``y·[P·(1 - fees - loss) - finding buyers - packing - upward delivery] - processing``.
    """
    c = state.crops
    days = np.minimum(1.0, terms.travel_days / np.maximum(c.shelf_days * terms.full_loss_share, 1.0))
    loss = np.clip(terms.loss_a_day * terms.travel_days * days, 0.0, 1.0)
    price = c.orders_price_fen * (1.0 - terms.platform_fee - terms.advertising - loss)
    finding = terms.finding_cost * np.maximum(c.orders_price_fen - terms.finding_from * c.farm_price_fen, 0.0)
    upward = terms.line_haul_fen_a_kg + state.counties.up_tariff_fen[c.county]
    kept = (c.conversion / ONE) * (price - finding - terms.packing_fen_a_kg - upward) - c.processing_fen
    return np.asarray(np.where(c.online_price_fen > 0, kept, 0.0), np.float64)


def sell_lots(
    world: World, terms: SellingTerms, setting: SellingSetting, cooperative_fen: F64, collecting: Bool
) -> LotSold:
    """Households with something to sell choose a channel: a logit among trader, cooperative, station and own shop.

    Online lots are limited by orders, not by stock.

    Parameters
    ----------
    setting : traders' prices by village
    cooperative_fen : shape (cooperatives,), what each offers a kilogram raw, fen; 0: it buys nothing this week
    collecting : shape (villages,), whether a station there takes farm products

    Returns
    -------
    The lots as offered, for the rules that trade them on in the same week.

    References
    ----------
    docs/model.md 4.5.
    """
    state = world.state
    p, h, c = state.plots, state.households, state.crops
    shop_fen = shop_price_fen(state, terms)
    orders = _orders_a_seller_g(state)
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    station_left = c.orders_station_g / raw
    cooperative_left = np.where(state.cooperatives.alive, state.cooperatives.capacity_g, 0).astype(np.float64)
    room = _Lots.empty(2 * len(p))
    rows = _sell(
        world.draws.key("choose_channel"),
        world.week,
        _Plots(p.household, p.crop, p.stock_g, p.channel),
        _Growers(h.village, h.weight, h.seller, h.cooperative),
        _Crops(c.price_fen, c.orders_price_fen, raw, c.shelf_days, shop_fen, orders, station_left),
        _Cooperatives(state.cooperatives.crop, cooperative_left, cooperative_fen),
        _Villages(collecting, setting.trader_factor),
        _Choice.of(terms),
        room,
    )
    lots = LotSold(
        plot=room.plot[:rows],
        channel=room.channel[:rows],
        sold_g=room.sold_g[:rows],
        received_fen=room.received_fen[:rows],
        retail_fen=room.retail_fen[:rows],
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
    c = state.crops
    raw = np.where(c.conversion > 0, c.conversion / ONE, 1.0)
    return np.asarray(c.orders_household_g / raw / np.maximum(sellers_by_crop(state), 1.0), np.float64)


class _Plots(NamedTuple):
    """Shape (plots,) each."""

    household: I32
    crop: I32
    stock_g: I64
    channel: U8
    """Of the last sale."""


class _Growers(NamedTuple):
    """Shape (households,) each."""

    village: I32
    weight: I32
    seller: Bool
    cooperative: I32


class _Crops(NamedTuple):
    """Shape (crops,) each; prices are fen a kilogram."""

    price_fen: I64
    online_fen: I64
    raw: F64
    """Sold form over raw."""
    shelf_days: I32
    shop_fen: F64
    orders_g: F64
    """Raw, for each seller."""
    station_left_g: F64
    """Raw, what stations can still sell this week; it is used up."""


class _Cooperatives(NamedTuple):
    """Shape (cooperatives,) each."""

    crop: I32
    left_g: F64
    """What it can still take this week; it is used up."""
    offer_fen: F64


class _Villages(NamedTuple):
    """Shape (villages,) each."""

    collecting: Bool
    trader_factor: F64


class _Choice(NamedTuple):
    """How a channel is chosen, and when a lot is sold at all."""

    scale: float
    habit: float
    cooperative_taste: float
    station_taste: float
    station_keeps: float
    min_lot_g: int
    keeping_weeks: int
    reserve_weeks: int
    reserve_shelf_days: int
    keeping_shelf_days: int

    @classmethod
    def of(cls, terms: SellingTerms) -> _Choice:
        """Return the numbers of the choice alone."""
        return cls(
            terms.choice_scale, terms.habit, terms.cooperative_taste, terms.station_taste,
            1.0 - terms.station_commission, terms.min_lot_g, terms.keeping_weeks_a_sale, terms.reserve_weeks,
            terms.reserve_shelf_days, terms.keeping_shelf_days,
        )  # fmt: skip


class _Lots(NamedTuple):
    """Room for the lots of a week: two a plot at most."""

    plot: I32
    channel: U8
    sold_g: I64
    received_fen: I64
    retail_fen: I64

    @classmethod
    def empty(cls, rows: int) -> _Lots:
        """Return room for so many lots."""
        fen = [np.empty(rows, np.int64) for _ in range(3)]
        return cls(np.empty(rows, np.int32), np.empty(rows, np.uint8), *fen)


@njit(cache=True, nogil=True)
def _sell(
    key: np.uint64, week: int, plots: _Plots, growers: _Growers, crops: _Crops, cooperatives: _Cooperatives,
    villages: _Villages, choice: _Choice, lots: _Lots,
) -> int:  # fmt: skip
    """Fill in the lots sold, plot by plot, and return how many there are."""
    rows = 0
    for plot in range(len(plots.crop)):
        left = plots.stock_g[plot]
        if left <= 0:
            continue
        k, i, last = plots.crop[plot], plots.household[plot], plots.channel[plot]
        shop_fen, orders, raw, weight = crops.shop_fen[k], crops.orders_g[k], crops.raw[k], growers.weight[i]
        reserve = np.int64(0)
        if growers.seller[i] and shop_fen > 0.0 and orders >= 1.0:
            lot = min(left, np.int64(orders))
            lots.plot[rows], lots.channel[rows], lots.sold_g[rows] = plot, _OWN_SHOP, lot
            lots.received_fen[rows] = np.int64(lot * shop_fen / 1000.0)
            lots.retail_fen[rows] = np.int64(lot * raw * crops.online_fen[k] / 1000.0)
            rows += 1
            left -= lot
            if crops.shelf_days[k] > choice.reserve_shelf_days:
                reserve = np.int64(orders * choice.reserve_weeks)
        keeps = crops.shelf_days[k] > choice.keeping_shelf_days
        due = left - reserve
        if due <= 0 or (keeps and ((plot + week) % choice.keeping_weeks != 0 or due < choice.min_lot_g)):
            continue
        v = growers.village[i]
        trader = crops.price_fen[k] * villages.trader_factor[v]
        best, chosen = trader, _TRADER
        weight_trader = np.exp(choice.habit) if last == _TRADER else 1.0
        luck = uniform_at(key, week, plot)
        j = growers.cooperative[i]
        weight_coop = 0.0
        if (
            j >= 0
            and cooperatives.crop[j] == k
            and cooperatives.offer_fen[j] > 0.0
            and cooperatives.left_g[j] >= due * weight
        ):
            utility = choice.scale * np.log(cooperatives.offer_fen[j] / trader) + choice.cooperative_taste
            weight_coop = np.exp(utility + (choice.habit if last == _COOPERATIVE else 0.0))
        weight_station = 0.0
        station_fen = shop_fen * choice.station_keeps
        if villages.collecting[v] and shop_fen > 0.0 and crops.station_left_g[k] >= due * weight:
            utility = choice.scale * np.log(station_fen / trader) + choice.station_taste
            weight_station = np.exp(utility + (choice.habit if last == _STATION else 0.0))
        drawn = luck * (weight_trader + (weight_coop + weight_station))
        if drawn >= weight_trader:
            if drawn < weight_trader + weight_coop:
                chosen, best = _COOPERATIVE, cooperatives.offer_fen[j]
                cooperatives.left_g[j] -= due * weight
            else:
                chosen, best = _STATION, station_fen
                crops.station_left_g[k] -= due * weight
        lots.plot[rows], lots.channel[rows], lots.sold_g[rows] = plot, chosen, due
        lots.received_fen[rows] = np.int64(due * best / 1000.0)
        lots.retail_fen[rows] = np.int64(due * raw * crops.online_fen[k] / 1000.0) if chosen == _STATION else 0
        rows += 1
    return rows
