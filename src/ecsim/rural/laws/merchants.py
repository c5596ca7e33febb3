"""Books of merchants of other goods: what they sold, what platforms owe and paid, what they spent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    EnterpriseFounded,
    EnterpriseKind,
    EnterprisesBaselined,
    EnterprisesTraded,
    Event,
    MerchantsSettled,
)
from ecsim.rural.laws.opening_columns import I64
from ecsim.rural.state import State

_BOOKS = ("cash_fen", "owed_fen")


class MerchantBooks:
    """Cash of every merchant of other goods and the bills of its buyers; fen."""

    listens: tuple[type[Event], ...] = (EnterprisesBaselined, EnterpriseFounded, EnterprisesTraded, MerchantsSettled)

    def __init__(self) -> None:
        self._books = {name: np.zeros(0, np.int64) for name in _BOOKS}
        self._kind = np.zeros(0, np.int64)
        self._found: list[tuple[int, str]] = []
        self.sold_fen = 0

    def see(self, event: Event) -> None:
        """Keep the books."""
        cash, owed = self._books.values()
        if isinstance(event, EnterprisesBaselined | EnterpriseFounded):
            self._begin(event)
        elif isinstance(event, EnterprisesTraded):
            of = self._kind[event.enterprise] == EnterpriseKind.MERCHANT
            np.add.at(owed, event.enterprise[of], event.other_fen[of])
            np.subtract.at(cash, event.enterprise[of], event.wages_fen[of])
            self.sold_fen += int(event.other_fen[of].sum())
        elif isinstance(event, MerchantsSettled):
            for row in np.flatnonzero(
                (event.received_fen < 0) | (event.received_fen > owed[event.enterprise])
            ).tolist():
                enterprise = int(event.enterprise[row])
                self._find(enterprise, f"got {event.received_fen[row]:,} fen of bills of {owed[enterprise]:,} fen")
            np.subtract.at(owed, event.enterprise, event.received_fen)
            np.add.at(cash, event.enterprise, event.received_fen - event.goods_fen - event.fees_fen)
            for row in np.flatnonzero(event.drawn_fen > np.maximum(cash[event.enterprise], 0)).tolist():
                enterprise = int(event.enterprise[row])
                self._find(enterprise, f"drew {event.drawn_fen[row]:,} fen and had {cash[enterprise]:,} fen")
            np.subtract.at(cash, event.enterprise, event.drawn_fen)

    def _begin(self, event: EnterprisesBaselined | EnterpriseFounded) -> None:
        rows = int(event.enterprise.max(initial=-1)) + 1
        self._kind = _room(self._kind, rows)
        self._kind[event.enterprise] = event.enterprise_kind
        self._books = {name: _room(book, rows) for name, book in self._books.items()}
        self._books["cash_fen"][event.enterprise] = event.cash_fen
        if isinstance(event, EnterprisesBaselined):
            self._books["owed_fen"][event.enterprise] = event.owed_fen

    def _find(self, enterprise: int, message: str) -> None:
        self._found.append((enterprise, message))

    def violations(self, state: State) -> Iterator[Finding]:
        """Yield books that spent what was not there, or are not what the state holds."""
        for name, book in self._books.items():
            held = getattr(state.enterprises, name)[: len(book)]
            for row in np.flatnonzero(held != book).tolist():
                self._find(row, f"{name} by its events is {book[row]:,}; the state says {held[row]:,}")
        for enterprise, message in self._found:
            yield Finding("trade", f"enterprise {enterprise} {message}", {"enterprise": enterprise})


def _room(values: I64, rows: int) -> I64:
    """Return values with room for some rows."""
    return np.concatenate([values, np.zeros(max(0, rows - len(values)), np.int64)])
