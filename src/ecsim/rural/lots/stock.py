"""A stock as the lots it consists of, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
OF_BASES = -2
"""In the place of a household: firms' own bases of the product."""


class Lots(NamedTuple):
    """Goods as they came in, shape (lots,) each; sequence numbers of events, -1 where there is none."""

    origin: I64
    """The sale of a household or of firms' bases, or the dealer's opening."""
    harvest: I64
    """The last harvest of the product before a household's sale."""
    household: I64
    """That sold it; `OF_BASES`: firms' bases did; -1: the dealer had it at the opening."""
    taken: I64
    """The trade by which the first dealer took it in."""
    passed: I64
    """The trade by which traders passed it on."""
    supplied: I64
    """The sale by which a cooperative passed it to a processor."""
    grams: I64
    """Raw, of all households that a row stands for."""

    @classmethod
    def of(cls, origin: int, grams: int, holder: int = -1) -> Lots:
        """Return goods that no household sold."""
        return cls(*(np.array([value], np.int64) for value in (origin, -1, holder, -1, -1, -1, grams)))

    def rows(self, rows: slice) -> Lots:
        """Return some of them."""
        return Lots._make(column[rows] for column in self)


NOTHING = Lots(*np.zeros((len(Lots._fields), 0), np.int64))


def joined(parts: Sequence[Lots]) -> Lots:
    """Return several lots of goods as one table."""
    return Lots._make(np.concatenate(columns) for columns in zip(NOTHING, *parts, strict=True))


class Stock:
    """What a dealer has in stock, oldest first."""

    def __init__(self) -> None:
        self._parts: deque[Lots] = deque()

    @property
    def grams(self) -> int:
        """All of it."""
        return sum(int(lots.grams.sum()) for lots in self._parts)

    def put(self, lots: Lots) -> None:
        """Lay goods in."""
        if len(lots.grams):
            self._parts.append(lots)

    def take(self, grams: int) -> Lots:
        """Take the oldest out, as far as there is any."""
        taken = list[Lots]()
        while grams > 0 and self._parts:
            lots = self._parts.popleft()
            first, rest = _split(lots, grams)
            taken.append(first)
            grams -= int(first.grams.sum())
            if len(rest.grams):
                self._parts.appendleft(rest)
        return joined(taken)


def _split(lots: Lots, grams: int) -> tuple[Lots, Lots]:
    """Return the first grams of some goods, and the rest."""
    until = np.cumsum(lots.grams)
    if until[-1] <= grams:
        return lots, NOTHING
    cut = int(np.searchsorted(until, grams))
    over = int(until[cut]) - grams
    ours, theirs = lots.grams[: cut + 1].copy(), lots.grams[cut:].copy()
    ours[-1], theirs[0] = ours[-1] - over, over
    first, rest = lots.rows(slice(0, cut + 1))._replace(grams=ours), lots.rows(slice(cut, None))._replace(grams=theirs)
    return first, rest if over else rest.rows(slice(1, None))
