"""New dealers: whoever was founded begins to deal in a product (docs/model.md 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import CropForm, DealerKind, DealerListed
from ecsim.rural.goods.packing_lines import is_processor, line_needed
from ecsim.rural.goods.terms import GoodsTerms, PackingWork, seconds_of, sold_for_raw
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


@dataclass(frozen=True)
class Listing:
    """What new dealers begin with; shape (n,) each. They are cooperatives or enterprises, all of one kind.

    Attributes
    ----------
    size : attraction, millionths
    forecast_g : a week's orders that each expects, in sold form; its lines and its crew can do as much
    bid : above the traders' price
    """

    crop: I64 | I32
    size: F64
    forecast_g: F64
    bid: float
    cooperative: I32 | None = None
    enterprise: I32 | None = None


def list_dealers(world: World, goods: GoodsTerms, packing: PackingWork, listing: Listing, cause: I64) -> None:
    """Dealers begin with no stock and some weeks of sales in cash.

    Parameters
    ----------
    goods, packing : numbers of dealers, paid work
    cause : what founded each, shape (n,)
    """
    state, crop = world.state, listing.crop
    nobody = np.full(len(crop), -1)
    kind = DealerKind.ENTERPRISE if listing.cooperative is None else DealerKind.COOPERATIVE
    forecast = np.rint(listing.forecast_g).astype(np.int64)
    price = state.crops.orders_price_fen[crop].astype(np.float64)
    cash = goods.cash_weeks * listing.forecast_g * price / 1000.0
    world.publish(
        DealerListed(
            dealer=state.count("dealers") + np.arange(len(crop)),
            crop=crop,
            dealer_kind=np.full(len(crop), int(kind)),
            cooperative=nobody if listing.cooperative is None else listing.cooperative,
            enterprise=nobody if listing.enterprise is None else listing.enterprise,
            size=np.rint(listing.size).astype(np.int64),
            forecast_g=forecast,
            packing_g=forecast,
            processing_g=_processing_lines(world, goods, listing),
            room_g=_rooms(state, listing),
            crew_seconds=seconds_of(listing.forecast_g, packing.hours_of_a_kg(price)),
            bid=np.full(len(crop), round(listing.bid * ONE)),
            cash_fen=np.rint(cash).astype(np.int64),
        ),
        cause=cause,
    )


def _rooms(state: State, listing: Listing) -> I64:
    """Return cold rooms that hold an ordinary week's orders of fresh goods; grams raw."""
    c, crop = state.crops, listing.crop
    raw_g = listing.forecast_g / sold_for_raw(c.conversion)[crop]
    return np.asarray(np.rint(raw_g * (c.form[crop] == CropForm.FRESH)), np.int64)


def _processing_lines(world: World, goods: GoodsTerms, listing: Listing) -> I64:
    """Return lines that process an ordinary week's orders, those of processors more; grams raw.

    Of cooperatives a share has one; who has none has goods processed by others.
    """
    state, c, nobody = world.state, world.state.crops, np.full(len(listing.crop), -1)
    processor = is_processor(state.enterprises.kind, nobody if listing.enterprise is None else listing.enterprise)
    raw_g = listing.forecast_g / sold_for_raw(c.conversion)[listing.crop]
    if listing.cooperative is not None:
        number = state.cooperatives.number[listing.cooperative]
        luck = world.draws.uniform("cooperative_line", world.week, number)
        raw_g = np.where(luck < goods.cooperative_lines, raw_g, 0.0)
    line = line_needed(c.processing_fen[listing.crop].astype(np.float64), raw_g, 0.0, processor, goods)
    return np.asarray(np.rint(line), np.int64)
