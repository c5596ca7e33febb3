"""What selling a kilogram online costs and leaves, as arithmetic of prices (docs/model.md 4.5)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.goods.terms import GoodsTerms, SellingTerms
from ecsim.rural.units import ONE

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


class Goods(NamedTuple):
    """What is sold, shape (crops,) each."""

    opening_fen: F64
    """A kilogram in sold form online, at the opening."""
    farm_fen: F64
    """A kilogram raw at the farm gate, at the opening."""
    conversion: NDArray[np.int32]
    """Kilograms sold for each raw, millionths."""
    processing_fen: F64
    """A kilogram raw."""
    shelf_days: NDArray[np.int32]
    precooled: F64 | float = 0.0
    """Share that was cooled down at once where it came in."""
    rides_cool: F64 | float = 0.0
    """1 of fresh goods that go up to the hub with vans of operators, which may keep them cool."""


def carriage_fen(goods: Goods, terms: GoodsTerms, selling: SellingTerms, level: float, up_fen: F64 | float) -> F64:
    """Return what it costs to send a kilogram to a buyer: by weight, or the least of a parcel for small ones.

    Parameters
    ----------
    level : of carriage over what it is at the opening
    up_fen : what it costs to bring a kilogram to the county's hub
    """
    parcel = terms.parcel_yuan * goods.opening_fen / terms.order_yuan  # fen a kilogram of an order of so many yuan
    return np.asarray(level * np.maximum(parcel, selling.line_haul_fen_a_kg) + up_fen, np.float64)


def selling_cost_fen(goods: Goods, selling: SellingTerms, price_fen: F64, carriage: F64) -> F64:
    """Return the cost of selling a kilogram in sold form: fees, advertising, loss, boxes, carriage, finding buyers.

    Wages of those who pack come on top where somebody is paid for it (`PackingWork`).

    Parameters
    ----------
    price_fen : what consumers pay, shape (crops,)
    carriage : of a kilogram to the buyer, shape (crops,)
    """
    aged = np.maximum(selling.travel_days - selling.spared_days * goods.rides_cool, 0.0)
    part = np.minimum(1.0, aged / np.maximum(goods.shelf_days * selling.full_loss_share, 1.0))
    lost = selling.loss_a_day * aged * part * (1.0 - selling.precooling_care * goods.precooled)
    loss = np.clip(lost, 0.0, 1.0)
    share = selling.fee_level * selling.platform_fee + selling.advertising + loss
    finding = selling.finding_cost * np.maximum(price_fen - selling.finding_from * goods.farm_fen, 0.0)
    return np.asarray(share * price_fen + selling.packing_fen_a_kg + carriage + finding, np.float64)


def net_of_sale_fen(goods: Goods, price_fen: F64, cost_fen: F64) -> F64:
    """Return what is left of a sale, a kilogram raw; 0 of goods that are not sold online."""
    net = goods.conversion / ONE * (price_fen - cost_fen) - goods.processing_fen
    return np.asarray(np.where(goods.opening_fen > 0, net, 0.0), np.float64)
