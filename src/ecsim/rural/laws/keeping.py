"""What growers are charged for feed and cold rooms, and what they pay: a part of the law of money."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    ColdRoomLet,
    CropForm,
    CropsBaselined,
    Event,
    GoodsPrecooled,
    KeepingCharged,
    KeepingPaid,
    PlotsBaselined,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import State

_BOOKS = ("let", "charged", "paid")


class KeepingCosts:
    """What growers of each product owe and pay for feed, cold stores and pre-cooling; fen.

    Parameters
    ----------
    facts : the opening's columns
    rooms_are_charged : whether growers pay the fees of cold rooms; in journals without `KeepingCharged` nobody did
    """

    listens: tuple[type[Event], ...] = (ColdRoomLet, GoodsPrecooled, KeepingCharged, KeepingPaid)

    def __init__(self, facts: OpeningColumns, *, rooms_are_charged: bool) -> None:
        self.facts, self._rooms_are_charged = facts, rooms_are_charged
        self._fen = {book: np.zeros(0, np.int64) for book in _BOOKS}
        self._backwards = 0

    def see(self, event: Event) -> None:
        """Add up fees, charges and payments by product."""
        if isinstance(event, ColdRoomLet | GoodsPrecooled):
            self._add("let", event.crop, event.fee_fen)
        elif isinstance(event, KeepingCharged):
            self._add("charged", event.crop, event.charged_fen)
        elif isinstance(event, KeepingPaid):
            self._add("paid", self.facts.of(PlotsBaselined, "crop")[event.plot], event.paid_fen)
            self._backwards += int(np.sum(event.paid_fen < 0))

    def _add(self, book: str, crop: I64, fen: I64) -> None:
        if not len(self._fen[book]):
            self._fen[book] = np.zeros(len(self.facts.of(CropsBaselined, "crop")), np.int64)
        np.add.at(self._fen[book], crop, fen)

    @property
    def paid_fen(self) -> int:
        """What growers have paid in all."""
        return int(self._fen["paid"].sum())

    def violations(self, state: State) -> list[Finding]:
        """Return products whose growers did not pay what they were charged, or were charged other than rooms cost."""
        return named(self._violations(state)) if any(len(book) for book in self._fen.values()) else []

    def _violations(self, state: State) -> Iterator[Finding]:
        crops = len(self.facts.of(CropsBaselined, "crop"))
        let, charged, paid = (book if len(book) else np.zeros(crops, np.int64) for book in self._fen.values())
        owed = np.zeros(crops, np.int64)
        np.add.at(owed, state.plots.crop, state.plots.keeping_fen)
        if self._backwards:
            yield Finding("money", f"{self._backwards:,} payments for keeping are below 0 fen")
        if self._rooms_are_charged:
            fresh = self.facts.of(CropsBaselined, "form") == CropForm.FRESH
            for crop in np.flatnonzero(fresh & (let != charged)).tolist():
                message = f"cold rooms cost {let[crop]:,} fen; growers were charged {charged[crop]:,} fen"
                yield self._of_crop(crop, message)
        for crop in np.flatnonzero(paid + owed != charged).tolist():
            message = (
                f"growers were charged {charged[crop]:,} fen for keeping it; they paid {paid[crop]:,} fen and "
                f"owe {owed[crop]:,} fen"
            )
            yield self._of_crop(crop, message)

    def _of_crop(self, crop: int, message: str) -> Finding:
        county = self.facts.counties[int(self.facts.of(CropsBaselined, "county")[crop])]
        return Finding("money", f"{county}, product {crop}: {message}", {"county": county, "crop": crop})
