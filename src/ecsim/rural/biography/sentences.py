"""Rows in sentences: which wording fits them, what they say, what brought them about.

A row is told by the first template that fits it, in the language asked for; rows that are alike are told together.
What the opening brought is no reason, as all has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ecsim.kernel.event import NO_CAUSE
from ecsim.naming.story import Line
from ecsim.rural.biography.names import Naming
from ecsim.rural.biography.rows import happened
from ecsim.rural.biography.templates import Wording, wordings_of
from ecsim.rural.biography.values import Row, SelectedRows, told_plainly
from ecsim.rural.events.opening import OPENING


@dataclass(frozen=True)
class Group:
    """Rows that are told in one line; without a wording, by their columns."""

    selected: SelectedRows
    wording: Wording | None

    @property
    def repeats(self) -> bool:
        """Whether they may go on over many days."""
        return self.wording is not None and self.wording.repeats


def by_wording(rows: SelectedRows, table: str) -> Iterator[Group]:
    """Yield rows of a kind by the first wording that fits them, in the biography of a row of a table."""
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
    clause = _clause(naming, group)
    return clause[:1].upper() + clause[1:]


def _clause(naming: Naming, group: Group) -> str:
    selected, wording = group.selected, group.wording
    if wording is None:
        return told_plainly(selected, naming)
    template = wording.many if wording.many and selected.rows > 1 else wording.one
    row = Row(selected, naming, weighted=wording.weighted)
    return naming.of(template).format_map(row)


def reasons(naming: Naming, causes: Iterable[int]) -> dict[int, str | None]:
    """Return what brought something about, by sequence number of the cause; `NO_CAUSE` is left out."""
    rows = happened(naming, {*causes} - {NO_CAUSE})
    return {seq: because(naming, row) for seq, row in rows.items()}


def line(naming: Naming, rows: SelectedRows, words: str, days: tuple[int, int], reason: str | None) -> Line:
    """Return a line of a biography.

    Parameters
    ----------
    rows : what it tells of, in order; the line stands for the first of them
    days : first and last day that it tells of
    reason : what brought it about, in words, if that is told
    """
    cause = int(rows.columns["cause"][0])
    return Line(
        date=str(naming.reading.date(days[0])),
        until=str(naming.reading.date(days[1])),
        sentence=words,
        because=reason,
        kind=rows.kind.kind,
        events=rows.rows,
        seq=int(rows.columns["seq"][0]),
        cause=None if cause == NO_CAUSE else cause,
    )


def because(naming: Naming, row: SelectedRows) -> str | None:
    """Return a cause in words; what was so from the opening on is none."""
    if row.kind.no_cause_reason == OPENING:
        return None
    return _clause(naming, next(by_wording(row, "")))
