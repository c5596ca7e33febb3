"""Harvest, what is lost at the farm gate, and what keeping costs there (docs/model.md 4.4).

A product's yearly output comes in by the weeks of its season. Only fresh goods spoil fast, and only they gain from a
cold store; live and standing goods lose nothing, dried and kept ones little.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BasesHarvested,
    ColdRoomLet,
    CropForm,
    CropHarvested,
    GoodsPrecooled,
    KeepingCharged,
    KeepingPaid,
    Mechanism,
    Rows,
    StockSpoiled,
)
from ecsim.rural.facilities import capacity_g
from ecsim.rural.goods.facility_fees import charge
from ecsim.rural.goods.losses import FarmingTerms, kept_share, weekly_loss
from ecsim.rural.readings import lost_by_crop_g, stock_by_crop_g
from ecsim.rural.world import ONE, Calendar, State, World

F64 = NDArray[np.float64]


def feed(world: World, terms: FarmingTerms) -> None:
    """Growers owe feed for the live animals that they have kept since last week.

    Notes
    -----
    What rearing costs up to the time of sale is in the net margin; feed is what waiting for a buyer costs beyond it.

    References
    ----------
    docs/model.md 4.4.
    """
    c = world.state.crops
    fed = np.flatnonzero(c.feed_fen)
    if not fed.size:
        return
    kept_g = stock_by_crop_g(world.state)[fed].astype(np.int64)
    charged = np.rint(kept_g * c.feed_fen[fed] * terms.feed_level / 1000.0).astype(np.int64)
    owes = charged > 0
    world.publish(
        KeepingCharged(crop=fed[owes], kept_g=kept_g[owes], charged_fen=charged[owes]), cause=c.stock_seq[fed[owes]]
    )


def pay_keeping(world: World) -> None:
    """Growers pay what they owe for feed and cold rooms, once in four weeks."""
    p = world.state.plots
    owing = np.flatnonzero(p.keeping_fen)
    world.publish(
        KeepingPaid(plot=owing, paid_fen=p.keeping_fen[owing]), cause=world.state.crops.keeping_seq[p.crop[owing]]
    )


def harvest(world: World, terms: FarmingTerms, calendar: Calendar) -> None:
    """Bring in the week's share of the year's output, of households and of firms' own bases.

    What bases bring in traders buy at once, at the price that they pay growers this week.

    Parameters
    ----------
    calendar : which week of the year it is

    References
    ----------
    docs/model.md 4.4.
    """
    c = world.state.crops
    season = c.season[:, calendar.week_of_year(world.week)].astype(np.int64) * c.harvest_factor // ONE
    share = season * round(terms.yield_level * ONE) // ONE
    crops = np.flatnonzero(share)
    world.publish(CropHarvested(crop=crops, share=share[crops]), cause=c.season_seq[crops])
    grams = np.floor(c.base_g[crops] * (share[crops] / ONE)).astype(np.int64)
    based, grams = crops[grams > 0], grams[grams > 0]
    paid = np.rint(grams * c.price_fen[based] / 1000.0).astype(np.int64)
    world.publish(BasesHarvested(dealer=c.traders[based], harvested_g=grams, paid_fen=paid), cause=c.season_seq[based])


def spoil(world: World, terms: FarmingTerms) -> NDArray[np.int64]:
    """Households lose a share of what they have; part of the fresh goods waits, in a cold store where one has room.

    Returns
    -------
    shape (crops,), grams that found room in a store this week

    Notes
    -----
    Room is let by value: to the goods for which a kilogram saves most above the fee, until the stores are full. Stores
    turn over as often in a week as goods wait days in them. Every grower leaves the same share of a product there. Of
    what does not wait, pre-cooling takes what it has room for by the same rule.
    """
    state = world.state
    c = state.crops
    stored = stock_by_crop_g(state)
    shelf = c.shelf_days.astype(np.float64)
    at_once = 1.0 - kept_share(terms.gate_days, shelf, terms)
    waited = 1.0 - kept_share(terms.waiting_days, shelf, terms)
    cooled = 1.0 - kept_share(terms.waiting_days, terms.cold_life * shelf, terms)
    room = np.asarray(state.counties.cold_g * 7.0 / terms.waiting_days, np.float64)
    cooled_g = _let(state, room, stored * terms.waiting_share, waited - cooled, terms.room_fee_yuan)
    at_gate = at_once - (1.0 - kept_share(terms.gate_days, terms.cold_life * shelf, terms))
    quick = capacity_g(state, Mechanism.PRE_COOLING)
    precooled_g = _let(state, quick, stored * (1.0 - terms.waiting_share), at_gate, terms.precooling_fee_yuan)
    saved = cooled_g * (waited - cooled) + precooled_g * at_gate
    fresh = (1.0 - terms.waiting_share) * at_once + terms.waiting_share * waited
    fresh -= np.divide(saved, stored, out=np.zeros(len(c)), where=stored > 0)
    lost = np.where(c.form == CropForm.FRESH, fresh, weekly_loss(c.form, shelf, terms))
    _let_rooms(world, terms, cooled_g, waited - cooled)
    _precool(world, terms, precooled_g, at_gate, stored)
    loses = (stored > 0) & (lost > 0)
    crops, share = np.flatnonzero(loses), np.where(loses, np.rint(lost * ONE), 0).astype(np.int64)
    lost_g = lost_by_crop_g(state, share)
    spoilt = StockSpoiled(crop=crops, share=share[crops], lost_g=lost_g[crops])
    world.publish(spoilt, cause=c.stock_seq[crops])
    return cooled_g


def _let_rooms(world: World, terms: FarmingTerms, cooled_g: NDArray[np.int64], saved: F64) -> None:
    """Growers take the room that there is and owe its fee; in most weeks there is none to take.

    Parameters
    ----------
    cooled_g : shape (crops,), what finds room, grams
    saved : shape (crops,), share of it that would be lost without
    """
    kept = np.flatnonzero(cooled_g)
    if not kept.size:
        return
    fee = np.rint(cooled_g * terms.room_fee_yuan / 10.0).astype(np.int64)
    let = world.publish(
        ColdRoomLet(
            crop=kept,
            stored_g=cooled_g[kept],
            saved_g=np.floor(cooled_g * saved)[kept].astype(np.int64),
            fee_fen=fee[kept],
        ),
        cause=world.state.crops.stock_seq[kept],
    )
    _charge(world, Mechanism.COLD_ROOM, cooled_g, fee, let)


def _precool(world: World, terms: FarmingTerms, cooled_g: NDArray[np.int64], saved: F64, stored_g: F64) -> None:
    """Growers have goods cooled down at once where there is room, and owe its fee.

    Parameters
    ----------
    cooled_g, saved : as of `_let_rooms`
    stored_g : shape (crops,), all that came in
    """
    kept = np.flatnonzero(cooled_g)
    if not kept.size:
        return
    fee = np.rint(cooled_g * terms.precooling_fee_yuan / 10.0).astype(np.int64)
    cooled = world.publish(
        GoodsPrecooled(
            crop=kept,
            stored_g=cooled_g[kept],
            saved_g=np.floor(cooled_g * saved)[kept].astype(np.int64),
            share=np.floor(ONE * cooled_g[kept] / stored_g[kept]).astype(np.int64),
            fee_fen=fee[kept],
        ),
        cause=world.state.crops.stock_seq[kept],
    )
    _charge(world, Mechanism.PRE_COOLING, cooled_g, fee, cooled)


def _charge(
    world: World, mechanism: Mechanism, cooled_g: NDArray[np.int64], fee: NDArray[np.int64],
    why: Rows[ColdRoomLet] | Rows[GoodsPrecooled],
) -> None:  # fmt: skip
    """Growers owe the fees, those who run the facilities have them."""
    state, kept = world.state, why.event.crop
    world.publish(KeepingCharged(crop=kept, kept_g=cooled_g[kept], charged_fen=fee[kept]), cause=why.seqs)
    used, fees = (np.bincount(state.crops.county, each, len(state.counties)) for each in (cooled_g, fee))
    charge(world, mechanism, used.astype(np.int64), fees.astype(np.int64))


def _let(state: State, room_g: F64, wanting_g: F64, saved: F64, fee_yuan: float) -> NDArray[np.int64]:
    """Return what finds room to be kept cold this week, shape (crops,), grams.

    Parameters
    ----------
    room_g : shape (counties,), in the week
    wanting_g, saved : shape (crops,), what may be cooled, and the share of it that this saves
    fee_yuan : a kilogram
    """
    c = state.crops
    value = saved * c.price_fen / 100.0 - fee_yuan
    wants = (c.form == CropForm.FRESH) & c.cold & (value > 0)
    left = room_g.astype(np.float64)
    let = np.zeros(len(c), np.int64)
    for crop in np.lexsort((np.arange(len(c)), -value)):
        if wants[crop]:
            let[crop] = np.floor(min(wanting_g[crop], left[c.county[crop]]))
            left[c.county[crop]] -= let[crop]
    return let
