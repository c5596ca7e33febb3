"""What long events do to the state, row by row, compiled: a row may come twice in a batch.

Loaded when an event of such a kind is first applied; who only reads what a model consists of does not need numba.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ecsim.kernel.table import I32, I64, U8, Bool
from ecsim.rural.events.codes import Channel
from ecsim.rural.units import ONE

_COOPERATIVE, _STATION, _OWN_SHOP = int(Channel.COOPERATIVE), int(Channel.STATION), int(Channel.OWN_SHOP)
"""Channels that lead to buyers online; a cooperative sells a part there."""


class Orders(NamedTuple):
    """What was ordered; shape (orders,) each."""

    household: I32
    handed_over: I32
    stop: I32
    itself: Bool
    each: Bool


@njit(cache=True, nogil=True)
def note_orders(orders: Orders, day: int, weight: I32, last_order_day: I32, handed_parcels: I64) -> None:
    for row in range(len(orders.household)):
        who = orders.household[row]
        if orders.itself[row]:
            last_order_day[who] = day
        if orders.stop[row] >= 0:
            counts = weight[who] if orders.each[row] else 1
            handed_parcels[orders.stop[row]] += np.int64(orders.handed_over[row]) * counts


@njit(cache=True, nogil=True)
def hear(household: I32, first: int, village: I32, weight: I32, aware: Bool, skill_seq: I64, aware_there: I32) -> None:
    for row in range(len(household)):
        who = household[row]
        if not aware[who]:
            aware[who] = True
            aware_there[village[who]] += weight[who]
        skill_seq[who] = first + row


@njit(cache=True, nogil=True)
def attend(
    session: I32, household: I32, persons: I32, first: int, project: I32, attended: I32, done: I32, trained: Bool,
    skill_seq: I64,
) -> None:  # fmt: skip
    for row in range(len(session)):
        attended[session[row]] += persons[row]
        if project[session[row]] >= 0:
            done[project[session[row]]] += persons[row]
        if household[row] >= 0:
            trained[household[row]] = True
            skill_seq[household[row]] = first + row


@njit(cache=True, nogil=True)
def pay(
    payer: I32, payee: I32, funder: U8, paid_fen: I64, first: int, balance_fen: I64, seq: I64
) -> None:  # fmt: skip
    """Book payments."""
    for row in range(len(payer)):
        balance_fen[payer[row], funder[row]] -= paid_fen[row]
        balance_fen[payee[row], funder[row]] += paid_fen[row]
        seq[payer[row]] = seq[payee[row]] = first + row


@njit(cache=True, nogil=True)
def pay_for_projects(
    project: I32, funder: U8, paid_fen: I64, returned: Bool, project_fen: I64, by_fen: I64
) -> None:  # fmt: skip
    """Add payments to those of their projects; what suppliers give back counts against them."""
    for row in range(len(project)):
        if project[row] >= 0:
            net = -paid_fen[row] if returned[row] else paid_fen[row]
            project_fen[project[row]] += net
            by_fen[project[row], funder[row]] += net


@njit(cache=True, nogil=True)
def smooth(station: I32, profit_fen: I64, memory: I64, smoothed_fen: I64, lean_months: I32) -> None:
    """A month's profit is one part in `memory` of the smoothed profit; row by row, as a station may come twice."""
    for row in range(len(station)):
        here = station[row]
        smoothed_fen[here] += (profit_fen[row] - smoothed_fen[here]) // max(memory[row], 1)
        lean_months[here] = lean_months[here] + 1 if smoothed_fen[here] < 0 else 0


@njit(cache=True, nogil=True)
def _part(grams: np.int64, share: np.int64) -> np.int64:
    """Return a share in millionths of grams; neither is below zero, and division without a sign is twice as fast."""
    return np.int64(np.uint64(grams * share) // np.uint64(ONE))


@njit(cache=True, nogil=True)
def bring_in(crop: I32, output_g: I64, stock_g: I64, share: I64) -> None:
    for plot in range(len(crop)):
        stock_g[plot] += _part(output_g[plot], share[crop[plot]])


@njit(cache=True, nogil=True)
def spoil(crop: I32, stock_g: I64, share: I64) -> None:
    for plot in range(len(crop)):
        stock_g[plot] -= _part(stock_g[plot], share[crop[plot]])


@njit(cache=True, nogil=True)
def charge(crop: I32, household: I32, stock_g: I64, weight: I32, charged_fen: I64, owed_fen: I64) -> None:
    """Share each crop's cost out by stock; running sums are rounded, so that parts add up to it exactly."""
    total, running = np.zeros(len(charged_fen)), np.zeros(len(charged_fen))
    given = np.zeros(len(charged_fen), np.int64)
    for plot in range(len(crop)):
        if charged_fen[crop[plot]]:
            total[crop[plot]] += np.float64(stock_g[plot]) * weight[household[plot]]
    for plot in range(len(crop)):
        of = crop[plot]
        if charged_fen[of] and stock_g[plot]:
            running[of] += np.float64(stock_g[plot]) * weight[household[plot]]
            upto = np.int64(charged_fen[of] * (running[of] / total[of]))
            owed_fen[plot] += upto - given[of]
            given[of] = upto


class Lots(NamedTuple):
    """What was sold; shape (lots,) each."""

    plot: I32
    channel: U8
    sold_g: I64
    received_fen: I64
    retail_fen: I64
    dealer: I32


class Plots(NamedTuple):
    """Shape (plots,) each."""

    household: I32
    stock_g: I64
    channel: U8
    delivered_to: I32
    delivered_g: I64


class Growers(NamedTuple):
    """Shape (households,) each."""

    village: I32
    weight: I32
    earned_fen: I64
    earned_seq: I64
    traded_fen: I64
    job_fen: I64
    earned_quarter: U8


class Villages(NamedTuple):
    """Shape (villages,) each."""

    sent_g: I64
    collected_fen: I64


class Dealers(NamedTuple):
    """Shape (dealers,) each."""

    online_g: I64
    bulk_g: I64


@njit(cache=True, nogil=True)
def _sold_online(fen: np.int64, dealer: int, dealers: Dealers) -> np.int64:
    """Return what a cooperative paid for goods that it sells online, by what it has sold so far."""
    if dealer < 0 or dealers.online_g[dealer] == 0:
        return np.int64(0)
    online, bulk = np.float64(dealers.online_g[dealer]), np.float64(dealers.bulk_g[dealer])
    return np.int64(fen * (online / (online + bulk)))


@njit(cache=True, nogil=True)
def _earn_online(who: int, fen: np.int64, quarter: int, growers: Growers) -> None:
    """Add to what a household earned in a quarter; sums of the quarter that had its place a year ago are gone."""
    slot = quarter % growers.earned_quarter.shape[1]
    if growers.earned_quarter[who, slot] != quarter:
        growers.earned_quarter[who, slot] = quarter
        growers.traded_fen[who, slot] = growers.job_fen[who, slot] = 0
    growers.traded_fen[who, slot] += fen


@njit(cache=True, nogil=True)
def sell(
    lots: Lots, first_seq: int, quarter: int, plots: Plots, growers: Growers, villages: Villages, dealers: Dealers
) -> None:
    for row in range(len(lots.plot)):
        plot, channel = lots.plot[row], lots.channel[row]
        who = plots.household[plot]
        plots.stock_g[plot] -= lots.sold_g[row]
        plots.channel[plot] = channel
        if channel == _COOPERATIVE:
            if plots.delivered_to[plot] != lots.dealer[row]:
                plots.delivered_to[plot], plots.delivered_g[plot] = lots.dealer[row], 0
            plots.delivered_g[plot] += lots.sold_g[row]
            fen = _sold_online(lots.received_fen[row], lots.dealer[row], dealers)
            if fen > 0:
                _earn_online(who, fen, quarter, growers)
                growers.earned_seq[who] = first_seq + row
        if channel in (_STATION, _OWN_SHOP):
            growers.earned_fen[who] += lots.received_fen[row]
            growers.earned_seq[who] = first_seq + row
            _earn_online(who, lots.received_fen[row], quarter, growers)
            if channel == _STATION:
                villages.collected_fen[growers.village[who]] += lots.retail_fen[row] * growers.weight[who]
            else:
                villages.sent_g[growers.village[who]] += lots.sold_g[row] * growers.weight[who]
