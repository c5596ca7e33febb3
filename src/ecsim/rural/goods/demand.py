"""Online orders of the week, and the listings they choose (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind, Group, OrdersArrived
from ecsim.rural.facilities import studio_share
from ecsim.rural.goods.prices import Listed, OnlinePrices
from ecsim.rural.goods.setting import GoodsSetting
from ecsim.rural.goods.terms import GoodsTerms
from ecsim.rural.market import brand_or
from ecsim.rural.readings import know_how
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


def take_orders(
    world: World, terms: GoodsTerms, elasticity: float, setting: GoodsSetting, prices: OnlinePrices, demand: F64,
    listed: Listed,
) -> I64:  # fmt: skip
    """Online orders arrive for every product and choose among listings, in proportion to their attraction.

    Parameters
    ----------
    elasticity : of orders to the price
    prices : what consumers pay this week
    demand : shape (crops,), grams that would be ordered at the opening's prices and attraction
    listed : which shops and stations sell this week

    Returns
    -------
    shape (dealers,), grams in sold form ordered of each dealer

    Notes
    -----
    Demand has constant elasticity in price. What all listings of a county attract is held
    against those of other regions: ``T = A·(1 + O)/(A + O)``.

    References
    ----------
    docs/model.md 4.6: an attraction model of market shares with an outside option.
    """
    state = world.state
    c = state.crops
    attraction = attractions(state, terms, setting, prices, listed)
    all_of_it = np.bincount(state.dealers.crop, attraction, len(c))
    reached = all_of_it * (1.0 + terms.outside) / (all_of_it + terms.outside)
    ratio = _by_crop(state, prices.ratio, attraction)
    ordered = np.floor(demand * ratio**-elasticity * reached).astype(np.int64)
    crops = np.flatnonzero(c.demand_g > 0)
    price = _by_crop(state, prices.consumer_fen, attraction)
    world.publish(
        OrdersArrived(crop=crops, ordered_g=ordered[crops], price_fen=np.rint(price[crops]).astype(np.int64)),
        cause=brand_or(state, state.counties.visible_seq)[c.county[crops]],
    )
    return shared_out(ordered, state.dealers.crop, attraction)


def _by_crop(state: State, values: F64, attraction: F64) -> F64:
    """Return means by product of what is so of each dealer, by what listings attract; plain ones if none does."""
    crop, many = state.dealers.crop, len(state.crops)
    listed = np.bincount(crop, attraction, many)
    weight = np.where(listed[crop] > 0, attraction, 1.0)
    total = np.bincount(crop, weight, many)
    return np.divide(np.bincount(crop, weight * values, many), total, out=np.ones(many), where=total > 0)


def attractions(state: State, terms: GoodsTerms, setting: GoodsSetting, prices: OnlinePrices, listed: Listed) -> F64:
    """Return the attraction of every dealer's listing, shape (dealers,); those of the opening add up to 1 by product.

    Parameters
    ----------
    listed : which shops and stations sell this week
    """
    d, c, v, n = state.dealers, state.crops, state.villages, state.counties
    size = d.size / ONE
    shops = np.divide(listed.sellers, setting.sellers, out=np.zeros(len(c)), where=setting.sellers > 0)
    size = np.where(d.kind == DealerKind.SHOPS, size * shops[d.crop], size)
    stations = np.bincount(v.county[listed.collecting], minlength=len(n)) / np.maximum(n.villages, 1)
    size = np.where(d.kind == DealerKind.STATIONS, terms.station_attraction * stations[c.county[d.crop]], size)
    sells = np.where(d.kind < DealerKind.SHOPS, prices.net_fen, listed.grower_fen) > 0
    size = np.where(d.alive & (d.kind != DealerKind.TRADERS) & sells, size, 0.0)
    trained = 1.0 + terms.trained_attraction * know_how(state, Group.FIRMS)[c.county[d.crop]]
    visible = n.visibility[c.county[d.crop]] / ONE * np.where(d.kind < DealerKind.SHOPS, trained, 1.0)
    filmed = terms.studio_attraction * studio_share(state)[c.county[d.crop]]
    visible *= 1.0 + np.where(d.kind == DealerKind.SHOPS, filmed, 0.0)
    name = (d.reputation / ONE) ** terms.reputation_exponent
    quality = 1.0 + terms.grading_attraction * d.grading / ONE
    price = np.maximum(prices.ratio, 1e-9) ** -terms.price_sensitivity
    return np.asarray(size * visible * quality * name * price, np.float64)


def exchanged(crop: NDArray[np.int32], spare: I64, lacking: I64, crops: int) -> I64:
    """Return what each dealer gets of what others of its product have to spare, or gives (below zero); 0 by product.

    Parameters
    ----------
    crop : shape (dealers,)
    spare, lacking : shape (dealers,), >= 0
    """
    moved = np.minimum(np.bincount(crop, spare, crops), np.bincount(crop, lacking, crops)).astype(np.int64)
    if not moved.any():
        return np.zeros(len(crop), np.int64)
    return shared_out(moved, crop, lacking.astype(np.float64)) - shared_out(moved, crop, spare.astype(np.float64))


def shared_out(total: I64, group: NDArray[np.int32], weight: F64) -> I64:
    """Return whole parts of each group's total in proportion to weights; parts of a group add up to it exactly.

    Parameters
    ----------
    total : shape (groups,)
    group : shape (n,), the group of each part
    weight : shape (n,), >= 0; a group without weight gives nothing away

    Notes
    -----
    Running sums are rounded to the nearest, so that weights that add up to the total come back as they are and no part
    of less exceeds its whole weight.
    """
    result = np.zeros(len(group), np.int64)
    rows = np.flatnonzero(weight > 0)
    rows = rows[np.argsort(group[rows], kind="stable")]
    sums = np.asarray(np.bincount(group[rows], weight[rows], len(total)), np.float64)
    _share_out(rows, total, group, weight, sums, result)
    return result


@njit(cache=True, nogil=True)
def _share_out(rows: I64, total: I64, group: NDArray[np.int32], weight: F64, sums: F64, result: I64) -> None:
    """Give parts of each group's total to rows, which stand by group; the last of each gets what is left."""
    running, start, given, last = 0.0, -np.inf, np.int64(0), len(rows) - 1
    for place in range(len(rows)):
        row = rows[place]
        of = group[row]
        running += weight[row]
        if place == 0 or group[rows[place - 1]] != of:
            start, given = max(start, running - weight[row]), np.int64(0)
        upto = total[of]
        if place < last and group[rows[place + 1]] == of:
            exact = np.floor((running - start) / sums[of] * total[of] + 0.5)
            upto = min(max(np.int64(exact), np.int64(0)), total[of])
        result[row] = upto - given
        given = upto
