"""What becomes of farm goods: lost after harvest, sold through offline channels, ordered online and never sent."""

from __future__ import annotations

from ecsim.rural.events import DealersTraded, OrdersFilled, StockSpoiled
from ecsim.rural.figures.accumulators.accumulator import Accumulator, Source, column


class Goods(Accumulator):
    """Farm goods by week and county: lost at the farm gate and with dealers, sold offline, orders left unfilled.

    Lost are grams raw, orders grams of the sold form (docs/model.md 4.4, 4.6, 4.7).
    """

    sources = (
        Source("lost", StockSpoiled, column("lost_g")),
        Source("lost", DealersTraded, column("spoilt_g")),
        Source("offline", DealersTraded, column("offline_fen")),
        Source("ordered", OrdersFilled, column("ordered_g")),
        Source("unfilled", OrdersFilled, column("lost_g")),
    )
