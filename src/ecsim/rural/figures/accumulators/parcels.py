"""Parcels, what they cost whom, how long they took (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np

from ecsim.rural.events import (
    DeliveriesCounted,
    DeliveryCosted,
    DeliveryFate,
    GoodsSent,
    LentTownshipServed,
    ParcelsDelivered,
    ParcelsOrdered,
)
from ecsim.rural.figures.accumulators.accumulator import (
    F64,
    Accumulator,
    Source,
    column,
    each,
    weighted,
)
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex


def _less(event: LentTownshipServed, _: PlaceIndex, rows: I64 | slice) -> I64:
    """Return what a neighbour's pool brought, as what is missing: an `Amount`."""
    return np.asarray(-event.parcels[rows].astype(np.int64), np.int64)


def _to_its_own_county(event: LentTownshipServed, index: PlaceIndex, rows: I64) -> tuple[I64, I32]:
    """Return rows and the counties of their townships: a `Spread`."""
    return rows, index.county["townships"][event.township[rows]]


class Parcels(Accumulator):
    """Parcels, what they cost whom, how long they took (docs/model.md 4.9)."""

    PARTS = ("vehicle", "distance", "crew", "handling", "station_fee")
    sources = (
        Source("ordered", ParcelsOrdered, weighted("parcels")),
        Source("spent", ParcelsOrdered, weighted("spent_fen")),
        Source("saved", ParcelsOrdered, weighted("saved_fen")),
        Source("trips", ParcelsOrdered, weighted("trip_fen")),
        Source("late", ParcelsDelivered, column("late")),
        Source("delay_hours", ParcelsDelivered, column("delay_hours")),
        Source("delivered", ParcelsDelivered, column("parcels")),
        Source("at_station", ParcelsDelivered, column("parcels"), where=lambda event, _: event.to_station),
        Source("station_weeks", ParcelsDelivered, each, where=lambda event, _: event.to_station),
        *(Source(part, DeliveryCosted, column(f"{part}_fen")) for part in PARTS),
        Source("over_borders", LentTownshipServed, column("parcels")),
        Source("over_borders", LentTownshipServed, _less, spread=_to_its_own_county),
        Source("upward_fen", DeliveryCosted, column("upward_fen")),
        Source("upward_g", DeliveryCosted, column("upward_g")),
        Source(
            "by_next_day",
            DeliveriesCounted,
            column("parcels"),
            where=lambda event, _: (event.fate == DeliveryFate.HANDED_OVER) & (event.days <= 1),
        ),
        Source("due", DeliveriesCounted, column("parcels"), where=lambda event, _: event.fate == DeliveryFate.DUE),
        Source(
            "cut_off", DeliveriesCounted, column("parcels"), where=lambda event, _: event.fate == DeliveryFate.CUT_OFF
        ),
        Source("sent_g", GoodsSent, column("goods_g")),
        Source("sent_trips", GoodsSent, column("trip_fen")),
    )

    def brought(self) -> F64:
        """Return parcels that pools and other operators of each county brought, shape (weeks, counties).

        Those handed over there, without what a neighbour's pool brought there and with what its own brought elsewhere.
        """
        return np.asarray(self.series("delivered") + self.series("over_borders"), np.float64)

    def operators_fen(self) -> F64:
        """Return what parcels down cost the operators, shape (weeks, counties)."""
        return np.asarray(sum(self.series(part) for part in self.PARTS) - self.series("upward_fen"), np.float64)
