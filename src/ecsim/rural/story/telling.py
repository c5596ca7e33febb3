"""Rows in sentences: which wording fits them, what they say, what brought them about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ecsim.rural.events.opening import OPENING
from ecsim.rural.story.clauses import Wording, wordings_of
from ecsim.rural.story.names import Naming
from ecsim.rural.story.values import Picked, Row, told_plainly
from ecsim.rural.story.words import LANGUAGES


@dataclass(frozen=True)
class Group:
    """Rows that are told in one line; without a wording, by their columns."""

    picked: Picked
    wording: Wording | None

    @property
    def repeats(self) -> bool:
        """Whether they may go on over many days."""
        return self.wording is not None and self.wording.repeats


def by_wording(rows: Picked, table: str) -> Iterator[Group]:
    """Yield rows of a kind by the first wording that fits them, in the story of a row of a table."""
    left = np.ones(rows.rows, np.bool_)
    for wording in wordings_of(rows.kind, table):
        fits = left & wording.fits(rows.columns)
        if fits.any():
            yield Group(rows.at(np.flatnonzero(fits)), wording)
        left &= ~fits
    if left.any():
        yield Group(rows.at(np.flatnonzero(left)), None)


def sentence(naming: Naming, group: Group) -> str:
    """Return what rows say."""
    told = _clause(naming, group)
    return told[:1].upper() + told[1:]


def _clause(naming: Naming, group: Group) -> str:
    picked, wording = group.picked, group.wording
    if wording is None:
        return told_plainly(picked, naming)
    template = wording.many if wording.many and picked.rows > 1 else wording.one
    row = Row(picked, naming, weighted=wording.weighted)
    return template[LANGUAGES.index(naming.language)].format_map(row)


def because(naming: Naming, row: Picked) -> str | None:
    """Return a cause in words; what was so from the opening on is none."""
    if row.kind.root == OPENING:
        return None
    return _clause(naming, next(by_wording(row, "")))
