"""What buyers complain about of goods sold under a regional brand, by cause (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import GoodsComplained, OrdersFilled
from ecsim.rural.goods.marks import brand_membership
from ecsim.rural.goods.quality import SentQuality
from ecsim.rural.market import MarketTerms, carried_brand
from ecsim.rural.world import World

F64 = NDArray[np.float64]


def complain_of_goods(world: World, market: MarketTerms, filled: OrdersFilled, quality: SentQuality) -> None:
    """Buyers of goods under a regional brand complain that they got nothing, or of the goods they got.

    Parameters
    ----------
    market : numbers of the market
    filled : the week's orders of each dealer
    quality : of what they sent

    Notes
    -----
    Of what members sell a share carries the brand. Orders that wait, or that another dealer fills, harm no name.

    References
    ----------
    docs/model.md 4.6.
    """
    state = world.state
    crop = state.dealers.crop[filled.dealer]
    brand = carried_brand(state)[state.crops.county]
    share = market.brand_online_share * brand_membership(state)[filled.dealer]
    amounts: tuple[F64, ...] = (
        share * filled.filled_g,
        share * filled.lost_g,
        share * filled.filled_g * quality.complained[filled.dealer],
    )
    sent, lost, faulty = (np.bincount(crop, np.rint(grams), len(brand)).astype(np.int64) for grams in amounts)
    rows = np.flatnonzero((state.brands.stock_fen[brand] > 0) & (sent + lost > 0))
    world.publish(
        GoodsComplained(crop=rows, brand=brand[rows], sent_g=sent[rows], lost_g=lost[rows], faulty_g=faulty[rows]),
        cause=state.crops.orders_seq[rows],
    )
