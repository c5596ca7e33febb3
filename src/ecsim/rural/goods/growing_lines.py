"""Lines and cold rooms of dealers from one week to the next (docs/model.md 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import DealerKind
from ecsim.rural.facilities import processing_by_crop_g
from ecsim.rural.goods.hired_lines import LineNeeds, hired_g, hiring_pays, line_needs, not_covered, spare_g
from ecsim.rural.goods.packing_lines import (
    LineCosts,
    line_needed,
    next_line,
    packing_needed,
    public_share,
    worth_its_cost,
)
from ecsim.rural.goods.terms import GoodsTerms, sold_for_raw
from ecsim.rural.world import WEEKS_A_YEAR, State, World

F64 = NDArray[np.float64]


class Lines(NamedTuple):
    """What dealers can do in the week after, shape (dealers,) each, grams."""

    packing_g: F64
    """In sold form."""
    processing_g: F64
    """Raw; shops and stations have no line."""
    room_g: F64
    """Raw."""


def lines_after(world: World, terms: GoodsTerms, peak: F64, forecast: F64, margin_fen: F64, rooms_g: F64) -> Lines:
    """Return the lines and rooms of each dealer after a week.

    Parameters
    ----------
    peak : shape (dealers,), orders of the strongest week over the mean one
    forecast : shape (dealers,), a week's orders, season apart, in sold form
    margin_fen : shape (dealers,), kept of a sale online beyond what growers are paid, a kilogram raw
    rooms_g : shape (dealers,), cold rooms that each aims at
    """
    state = world.state
    return Lines(
        packing_g=_packing(state, terms, peak, forecast, margin_fen),
        processing_g=_processing(world, terms, peak, forecast, margin_fen),
        room_g=next_line(terms, state.dealers.room_g.astype(np.float64), rooms_g),
    )


def _packing(state: State, terms: GoodsTerms, peak: F64, forecast: F64, margin: F64) -> F64:
    d = state.dealers
    aim = packing_needed(forecast * peak, terms)
    aim = aim * (1.0 - terms.crowding_out * public_share(state, np.where(d.alive, aim, 0.0)))
    gain = WEEKS_A_YEAR * terms.overtime / peak * margin / sold_for_raw(state.crops.conversion)[d.crop]
    aim = worth_its_cost(aim, gain, LineCosts.of(terms).packing_fen)
    return next_line(terms, d.packing_g.astype(np.float64), aim)


def _processing(world: World, terms: GoodsTerms, peak: F64, forecast: F64, margin: F64) -> F64:
    """Return what each dealer can bring into the form sold next week.

    Notes
    -----
    Processors build for cooperatives without a line too, where what these pay for it is more than a line costs; a
    cooperative builds its first line where what others have no line for would bring more than its own costs.
    """
    state = world.state
    d, c = state.dealers, state.crops
    cost, yields = LineCosts.of(terms).processing_fen, sold_for_raw(c.conversion)
    processing_fen = c.processing_fen[d.crop].astype(np.float64)
    needs = line_needs(state, forecast * peak)
    for_others = hired_g(needs, len(c)) * hiring_pays(processing_fen, peak, terms, cost)
    own, hired = (amount * terms.processing_reserve / yields[d.crop] for amount in (needs.own_g, for_others))
    gain = WEEKS_A_YEAR / peak * margin
    aim = worth_its_cost(line_needed(processing_fen, own, hired, needs.processor, terms), gain, cost)
    waits = needs.without & ~(gain * _lines_lacking(world, needs) > cost)
    return next_line(terms, d.processing_g.astype(np.float64), aim * (d.kind < DealerKind.SHOPS) * ~waits)


def _lines_lacking(world: World, needs: LineNeeds) -> F64:
    """Return which share of what cooperatives without a line need nobody has a line for, shape (dealers,)."""
    state = world.state
    d, yields = state.dealers, sold_for_raw(state.crops.conversion)
    luck = world.draws.uniform("line_sought", 0, state.cooperatives.number[np.maximum(d.cooperative, 0)])
    spare = spare_g(needs, d.processing_g * yields[d.crop], processing_by_crop_g(state) * yields)
    return not_covered(needs, spare, luck)
