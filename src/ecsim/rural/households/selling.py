"""What households do with what they have: own shop, station, cooperative, firm or trader (docs/model.md 4.5).

Orders of shops and stations come first. What else is offered goes to whoever asks for it at the better price, place by
place, and the rest to traders. All prices are fen a kilogram raw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events import Channel, CropForm, LotSold
from ecsim.rural.goods.setting import GrowingPlaces
from ecsim.rural.goods.terms import GoodsTerms, SellingTerms
from ecsim.rural.readings import place_in_county
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]

_LOTS_LEFT_OPEN = 33
"""The most lots of one buyer that leave something on offer: what it can still buy at least halves with each."""
_TRADER, _COOPERATIVE, _STATION, _OWN_SHOP, _FIRM = (int(channel) for channel in Channel)

MOST_VILLAGES = 1_000_000
"""Of a whole region; in keys of random draws a product's places count from its own number times this."""


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


class Lots(NamedTuple):
    """Lots sold, shape (lots,) each."""

    plot: I32
    channel: U8
    sold_g: I64
    received_fen: I64
    retail_fen: I64
    dealer: I32
    sellers: I32
    """Households that sell it, of those that the row stands for."""

    @classmethod
    def empty(cls, rows: int) -> Lots:
        """Return room for so many lots."""
        sold, received, retail = (np.empty(rows, np.int64) for _ in range(3))
        plot, dealer, sellers = (np.empty(rows, np.int32) for _ in range(3))
        return cls(plot, np.empty(rows, np.uint8), sold, received, retail, dealer, sellers)

    def first(self, rows: int) -> Lots:
        """Return so many of them."""
        return Lots._make(column[:rows] for column in self)


@dataclass(frozen=True)
class Offers:
    """What households offer this week, after shops and stations sent what was ordered of them."""

    lots: Lots
    """Sent by shops and stations."""
    plot_g: I64
    """Shape (plots,): what one household offers."""
    place_g: I64
    """Shape (places,): what the households of a place offer together."""
    crop_g: I64
    """Shape (crops,)."""


def offer_goods(world: World, terms: GoodsTerms, places: GrowingPlaces, orders: HouseholdOrders, cover: F64) -> Offers:
    """Households send what was ordered of their shops and stations, and offer a part of what is left.

    Parameters
    ----------
    places : plots by crop and village
    orders : what is ordered of shops and stations
    cover : shape (crops,), weeks of a shop's orders that its household keeps back, season included

    Notes
    -----
    Fresh goods are offered at once; live, standing, kept and dried ones a share a week, in turns of some weeks.

    References
    ----------
    docs/model.md 4.4, 4.5.
    """
    state = world.state
    p, c = state.plots, state.crops
    room = Lots.empty(2 * len(p) + 1)
    sent = np.zeros(len(p), np.int64)
    visit = (
        places_in_turn(world, places, "station_collects")
        if orders.collecting.any()
        else np.arange(len(places.village), dtype=np.int32)
    )
    rows = _send(
        _Plots(p.household, p.crop, p.stock_g), _growers(state, orders.kept),
        places, visit, orders, c.conversion / ONE, sent, room,
    )  # fmt: skip
    fresh = c.form == CropForm.FRESH
    turns = np.where(fresh, 1, terms.turn_weeks)
    part = 1.0 - (1.0 - np.array(terms.offered)[c.form]) ** turns
    reserve = np.where(fresh, 0.0, orders.usual_g * cover)
    offered = np.zeros(len(p), np.int64)
    place_g = np.zeros(len(places.village), np.int64)
    growers = _growers(state, orders.kept)
    turn = world.week + place_in_county(state.households.county[p.household])
    plots = _Plots(p.household, p.crop, p.stock_g - sent)
    _offer(plots, growers, places, turn, turns, part, reserve, offered, place_g)
    crop_g = np.add.reduceat(np.append(place_g, 0), places.crop_start[:-1]) * (np.diff(places.crop_start) > 0)
    return Offers(lots=room.first(rows), plot_g=offered, place_g=place_g, crop_g=crop_g)


class HouseholdOrders(NamedTuple):
    """What is ordered of households' shops and stations this week, shape (crops,) each; grams raw."""

    shop_g: F64
    """Of one shop."""
    usual_g: F64
    """Of one shop in a week without season."""
    station_g: I64
    """Of all stations of the crop together."""
    shop_fen: F64
    """What a shop's household gets for a kilogram."""
    station_fen: F64
    consumer_fen: F64
    """What consumers pay for a kilogram in sold form."""
    shops: I32
    """The dealer that is the shops."""
    stations: I32
    kept: I32
    """Shape (households,): shops that each row runs."""
    collecting: Bool
    """Shape (villages,): whether a station there takes farm products."""


def places_in_turn(world: World, places: GrowingPlaces, process: str) -> I32:
    """Return the places of every crop in this week's order: drawn anew each week, all places alike.

    Parameters
    ----------
    process : name of the draws
    """
    return _in_turn(places.crop_start, world.draws.uniform(process, world.week, _place_numbers(world.state, places)))


def growers_in_turn(world: World, places: GrowingPlaces) -> GrowingPlaces:
    """Return places whose growers come in another turn each week: one after the other, from one who is drawn anew.

    Notes
    -----
    Who is drawn stands for as many as his weight says, so that a buyer who wants little comes to each household as
    often as to any other, in whatever order and sample they are numbered.
    """
    state = world.state
    luck = world.draws.uniform("growers_turn", world.week, _place_numbers(state, places))
    turned = _turned(places.start, places.plots, state.plots.household, state.households.weight, luck)
    return places._replace(plots=turned)


def _place_numbers(state: State, places: GrowingPlaces) -> I64:
    """Return what draws of places hang on: their products' and villages' own numbers."""
    number = state.crops.number[_crop_of_places(places)] * MOST_VILLAGES + state.villages.number[places.village]
    return np.asarray(number, np.int64)


def _crop_of_places(places: GrowingPlaces) -> I64:
    return np.repeat(np.arange(len(places.crop_start) - 1), np.diff(places.crop_start))


@njit(cache=True, nogil=True)
def _turned(start: I32, plots: I32, household: I32, weight: I32, luck: F64) -> I32:
    """Return the plots of every place from the one drawn on, round to the one before it."""
    turned = np.empty_like(plots)
    for place in range(len(start) - 1):
        begin, end = start[place], start[place + 1]
        growers = np.int64(0)
        for row in range(begin, end):
            growers += weight[household[plots[row]]]
        before, first = np.int64(np.floor(luck[place] * growers)), begin
        while first < end and before >= weight[household[plots[first]]]:
            before -= weight[household[plots[first]]]
            first += 1
        for step in range(end - begin):
            turned[begin + step] = plots[begin + (first - begin + step) % (end - begin)]
    return turned


@njit(cache=True, nogil=True)
def _in_turn(crop_start: I32, luck: F64) -> I32:
    """Return the places in the order of their crops, those of each by luck."""
    turn = np.empty(len(luck), np.int32)
    for crop in range(len(crop_start) - 1):
        first, last = crop_start[crop], crop_start[crop + 1]
        turn[first:last] = first + np.argsort(luck[first:last], kind="mergesort")
    return turn


class _Plots(NamedTuple):
    """Shape (plots,) each."""

    household: I32
    crop: I32
    stock_g: I64


class _Growers(NamedTuple):
    """Shape (households,) each."""

    village: I32
    weight: I32
    shops: I32
    shop_plot: I32
    cooperative: I32


def _growers(state: State, shops: I32) -> _Growers:
    h = state.households
    return _Growers(h.village, h.weight, shops, h.shop_plot, h.cooperative)


@njit(cache=True, nogil=True)
def _send(
    plots: _Plots, growers: _Growers, places: GrowingPlaces, visit: I32, orders: HouseholdOrders, yields: F64,
    sent: I64, lots: Lots,
) -> int:  # fmt: skip
    """Fill in what shops and stations send, note it by plot, and return how many lots there are."""
    rows = 0
    for plot in range(len(plots.crop)):
        crop, household = plots.crop[plot], plots.household[plot]
        shops = growers.shops[household]
        if shops == 0 or growers.shop_plot[household] != plot or orders.shop_fen[crop] <= 0.0:
            continue
        lot = min(plots.stock_g[plot], np.int64(orders.shop_g[crop] * shops / growers.weight[household]))
        if lot <= 0:
            continue
        sent[plot] = lot
        _note(lots, rows, plot, _OWN_SHOP, lot, orders.shop_fen[crop], orders.shops[crop], shops)
        lots.retail_fen[rows] = np.int64(lot * yields[crop] * orders.consumer_fen[crop] / 1000.0)
        rows += 1
    for crop in range(len(orders.station_g)):
        left = orders.station_g[crop] if orders.station_fen[crop] > 0.0 else 0
        for at in range(places.crop_start[crop], places.crop_start[crop + 1]):
            if left <= 0:
                break
            place = visit[at]
            if not orders.collecting[places.village[place]]:
                continue
            for number in range(places.start[place], places.start[place + 1]):
                plot = places.plots[number]
                weight = growers.weight[plots.household[plot]]
                have = plots.stock_g[plot] - sent[plot]
                lot = min(have, left // weight)
                if lot <= 0:
                    continue
                sent[plot] += lot
                left -= lot * weight
                by = _sellers(lot, have, weight)
                _note(lots, rows, plot, _STATION, lot, orders.station_fen[crop], orders.stations[crop], by)
                lots.retail_fen[rows] = np.int64(lot * yields[crop] * orders.consumer_fen[crop] / 1000.0)
                rows += 1
    return rows


@njit(cache=True, nogil=True)
def _sellers(lot: int, have: int, weight: int) -> int:
    """Return how few of a row's households can sell a lot of so much each, if each sells what it has first."""
    return -(-lot * weight // have)


@njit(cache=True, nogil=True)
def _note(lots: Lots, row: int, plot: int, channel: int, lot: int, price_fen: float, dealer: int, by: int) -> None:
    lots.plot[row], lots.channel[row], lots.sold_g[row], lots.dealer[row] = plot, channel, lot, dealer
    lots.sellers[row] = by
    lots.received_fen[row] = np.int64(lot * price_fen / 1000.0)
    lots.retail_fen[row] = 0


@njit(cache=True, nogil=True)
def _offer(
    plots: _Plots, growers: _Growers, places: GrowingPlaces, turn: I64, turns: I64, part: F64, reserve: F64,
    offered: I64, place_g: I64,
) -> None:  # fmt: skip
    for place in range(len(places.village)):
        total = np.int64(0)
        for number in range(places.start[place], places.start[place + 1]):
            plot = places.plots[number]
            crop, grower = plots.crop[plot], plots.household[plot]
            left = plots.stock_g[plot]
            if left <= 0 or turn[plot] % turns[crop] != 0:
                continue
            if growers.shop_plot[grower] == plot and growers.shops[grower] > 0:
                left = max(left - np.int64(reserve[crop] * growers.shops[grower] / growers.weight[grower]), 0)
            offered[plot] = np.int64(left * part[crop])
            total += offered[plot] * growers.weight[grower]
        place_g[place] = total


class Purchases(NamedTuple):
    """What cooperatives and firms may buy of growers this week, and at what price."""

    cooperative_dealer: I32
    """Shape (cooperatives,): its dealer."""
    cooperative_start: I32
    """Shape (cooperatives, 2): the places of its crop in its township."""
    cooperative_g: I64
    firm_dealer: I32
    """Shape (firms,): dealers that buy at the farm gate, by crop."""
    firm_g: I64
    firm_start: I32
    """Shape (crops + 1,): where the firms of a crop begin."""
    bid: F64
    """Shape (dealers,): what each pays over the traders' price, as a factor on it."""


def sell_lots(
    world: World, setting: SellingSetting, places: GrowingPlaces, offers: Offers, purchases: Purchases
) -> LotSold:
    """Offered goods go to cooperatives and firms up to what they buy, place by place; traders take the rest.

    Parameters
    ----------
    offers : what was sent and what is offered
    purchases : how much each cooperative and firm buys

    Returns
    -------
    The lots as offered, for the rules that trade them on in the same week.

    Notes
    -----
    A cooperative buys in its township, of its members first, village after village from one drawn anew each week; a
    firm sends to some villages this week and to others the next, in an order drawn anew. Amounts are decided before, so
    that they are the same in a sample of any size.

    References
    ----------
    docs/model.md 4.5.
    """
    state = world.state
    p, c = state.plots, state.crops
    buyers = int(np.sum(purchases.cooperative_g > 0)) + int(np.sum(purchases.firm_g > 0))
    room = Lots.empty(len(p) + buyers * _LOTS_LEFT_OPEN)
    price = _gate_prices(state, setting, places)
    gate = _Gate(
        _Plots(p.household, p.crop, offers.plot_g.copy()),
        _growers(state, state.households.shops), places, purchases, price, offers.plot_g,
    )  # fmt: skip
    first = first_places(world, purchases.cooperative_start)
    rows = _buy(gate, places_in_turn(world, places, "firm_visits"), first, c.traders, room)
    lots = _joined(offers.lots, room.first(rows))
    event = LotSold(**lots._asdict())
    world.publish(event, cause=_opened_by(state, event))
    return event


def first_places(world: World, places: I32) -> I32:
    """Return the place at which each cooperative begins to buy this week, of its own, shape (cooperatives,).

    Parameters
    ----------
    places : shape (cooperatives, 2), its first, and the one behind its last
    """
    luck = world.draws.uniform("cooperative_begins", world.week, world.state.cooperatives.number)
    return np.asarray(places[:, 0] + np.floor(luck * (places[:, 1] - places[:, 0])), np.int32)


def _gate_prices(state: State, setting: SellingSetting, places: GrowingPlaces) -> F64:
    """Return what traders pay at each place, shape (places,), fen a kilogram raw."""
    usual = state.crops.price_fen[_crop_of_places(places)]
    return np.asarray(usual * setting.trader_factor[places.village], np.float64)


def _joined(first: Lots, second: Lots) -> Lots:
    return Lots._make(np.concatenate([first[at], second[at]]) for at in range(len(Lots._fields)))


def _opened_by(state: State, lots: LotSold) -> I64:
    """Return what made each sale possible: the station, the own shop, a buyer's orders, or else the harvest."""
    cause: I64 = state.crops.stock_seq[state.plots.crop[lots.plot]]
    bought = np.flatnonzero((lots.channel == Channel.COOPERATIVE) | (lots.channel == Channel.FIRM))
    cause[bought] = np.maximum(cause[bought], state.dealers.orders_seq[lots.dealer[bought]])
    for channel in (Channel.STATION, Channel.OWN_SHOP):
        rows = np.flatnonzero(lots.channel == channel)
        household = state.plots.household[lots.plot[rows]]
        if channel == Channel.OWN_SHOP:
            cause[rows] = state.households.seller_seq[household]
        else:
            station = state.villages.station[state.households.village[household]]
            cause[rows] = state.stations.opened_seq[station]
    return cause


class _Gate(NamedTuple):
    """What is on offer at the farm gate, who may buy it, and what traders pay at each place."""

    plots: _Plots
    growers: _Growers
    places: GrowingPlaces
    purchases: Purchases
    price: F64
    offered: I64
    """Shape (plots,): what one household offers, before anything is bought."""


@njit(cache=True, nogil=True)
def _buy(gate: _Gate, visit: I32, first: I32, traders: I32, lots: Lots) -> int:
    """Fill in the lots bought at the farm gate and return how many there are; `plots.stock_g` is what is offered."""
    purchases, rows = gate.purchases, 0
    for cooperative in range(len(first)):
        left = purchases.cooperative_g[cooperative]
        for members in (True, False):
            if left > 0:
                rows, left = _by_cooperative(gate, lots, rows, cooperative, members, first[cooperative], left)
    for crop in range(len(traders)):
        rows = _by_firms(gate, lots, rows, visit, crop, traders[crop])
    return rows


@njit(cache=True, nogil=True)
def _by_cooperative(
    gate: _Gate, lots: Lots, rows: int, cooperative: int, members: bool, first: int, left: int
) -> tuple[int, int]:
    """Buy of members, or of others, in the cooperative's township; return the rows and what it can still buy."""
    plots, growers, places, purchases, price, offered = gate
    dealer = purchases.cooperative_dealer[cooperative]
    start, stop = purchases.cooperative_start[cooperative, 0], purchases.cooperative_start[cooperative, 1]
    for step in range(stop - start):
        place = start + (first - start + step) % (stop - start)
        for number in range(places.start[place], places.start[place + 1]):
            plot = places.plots[number]
            household = plots.household[plot]
            if (growers.cooperative[household] == cooperative) != members:
                continue
            weight = growers.weight[household]
            lot = min(plots.stock_g[plot], left // weight)
            if lot > 0:
                plots.stock_g[plot] -= lot
                left -= lot * weight
                by = _sellers(lot, offered[plot], weight)
                _note(lots, rows, plot, _COOPERATIVE, lot, price[place] * purchases.bid[dealer], dealer, by)
                rows += 1
    return rows, left


@njit(cache=True, nogil=True)
def _by_firms(gate: _Gate, lots: Lots, rows: int, visit: I32, crop: int, traders: int) -> int:
    """Sell what places of a crop offer to its firms, one after the other, and the rest to traders; return the rows."""
    plots, growers, places, purchases, price, offered = gate
    firm, last = purchases.firm_start[crop], purchases.firm_start[crop + 1]
    left = purchases.firm_g[firm] if firm < last else 0
    for place in visit[places.crop_start[crop] : places.crop_start[crop + 1]]:
        for number in range(places.start[place], places.start[place + 1]):
            plot = places.plots[number]
            weight = growers.weight[plots.household[plot]]
            while firm < last and plots.stock_g[plot] > 0:
                lot = min(plots.stock_g[plot], left // weight)
                if lot > 0:
                    dealer = purchases.firm_dealer[firm]
                    plots.stock_g[plot] -= lot
                    left -= lot * weight
                    by = _sellers(lot, offered[plot], weight)
                    _note(lots, rows, plot, _FIRM, lot, price[place] * purchases.bid[dealer], dealer, by)
                    rows += 1
                if left >= weight:
                    break
                firm += 1
                left = purchases.firm_g[firm] if firm < last else 0
            if plots.stock_g[plot] > 0:
                by = _sellers(plots.stock_g[plot], offered[plot], weight)
                _note(lots, rows, plot, _TRADER, plots.stock_g[plot], price[place], traders, by)
                rows += 1
                plots.stock_g[plot] = 0
    return rows
