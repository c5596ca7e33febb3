"""Online retail sales of the county's sellers by stream (docs/model.md 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    CooperativesTraded,
    DealerKind,
    EnterprisesTraded,
    LotSold,
    OrdersFilled,
    RetailSold,
    Stream,
)
from ecsim.rural.figures.accumulators.accumulator import (
    F64,
    Accumulator,
    Source,
    Where,
    column,
)
from ecsim.rural.figures.accumulators.place_index import I64, PlaceIndex


def _paid_by_consumers(event: LotSold, index: PlaceIndex, rows: I64) -> NDArray[Any]:
    return np.asarray(event.retail_fen[rows] * index.plot_weight.take(event.plot[rows]))


def _of_stream(stream: Stream) -> Where:
    return lambda event, _: event.stream == stream


def _from_own_stock(event: OrdersFilled, index: PlaceIndex) -> NDArray[np.bool_]:
    """What households' shops and stations sell, their lots tell."""
    return np.asarray(index.dealer_kind[event.dealer] < DealerKind.SHOPS)


class Sales(Accumulator):
    """Online retail sales of the county's sellers, fen, by stream (docs/model.md 4.7).

    Enterprises' farm products come with the orders of their dealers, their other goods with their own trade.
    """

    sources = (
        Source("farm", LotSold, _paid_by_consumers, where=lambda event, _: event.retail_fen),
        Source("farm", OrdersFilled, column("paid_fen"), where=_from_own_stock),
        Source("farm", CooperativesTraded, column("online_fen")),
        Source("farm", RetailSold, column("sold_fen"), where=_of_stream(Stream.FARM_PRODUCTS)),
        Source("goods", RetailSold, column("sold_fen"), where=_of_stream(Stream.OTHER_GOODS)),
        Source("goods", EnterprisesTraded, column("other_fen")),
        Source("services", RetailSold, column("sold_fen"), where=_of_stream(Stream.SERVICES)),
    )

    def total(self) -> F64:
        """Return all streams, shape (weeks, counties)."""
        return self.series("farm") + self.series("goods") + self.series("services")
