"""Rows of one kind in two runs: which are in both, which changed, which are in one alone.

Sequence numbers shift after the first event that differs, so rows are matched by what they say and by their day.
Causes are sequence numbers; they are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Flags, Ids
from ecsim.kernel.event import Event
from ecsim.kernel.groups import place_in_group
from ecsim.kernel.journal.objects import Columns

I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class MatchedRows:
    """Which rows differ between two tables of one kind; pairs stand beside each other.

    Attributes
    ----------
    only_a, only_b : int64, shape (rows,)
        Row numbers that have no partner in the other run.
    changed : int64, shape (2, pairs)
        Rows about the same on the same day, with other values.
    moved : int64, shape (2, pairs)
        Rows about the same that happened on another day.
    """

    only_a: I64
    only_b: I64
    changed: I64
    moved: I64

    @property
    def rows_a(self) -> I64:
        """Every row of the first run that differs."""
        return np.concatenate([self.only_a, self.changed[0], self.moved[0]])

    @property
    def rows_b(self) -> I64:
        """Every row of the second run that differs."""
        return np.concatenate([self.only_b, self.changed[1], self.moved[1]])


def identifying(kind: type[Event]) -> tuple[str, ...]:
    """Return the columns that say what a row is about.

    They are the kind's ``subject``, if it names one; else the ids, codes and flags that its columns begin with.
    """
    if kind.subject:
        return kind.subject
    leading = []
    for column in kind.columns:
        if not (isinstance(column, Ids | Flags) or column.vocabulary):
            break
        leading.append(column.name)
    return tuple(leading or [column.name for column in kind.columns])


def matched(kind: type[Event], a: Columns, b: Columns, start: int = 0) -> MatchedRows:
    """Return which rows of a kind differ between two runs, by matching them.

    Equal rows belong together first, as often as both runs have them; then those about the same on the same day; then,
    for kinds that name their subject, those about the same on another day.

    Parameters
    ----------
    kind : compared
    a, b : its rows in each run, each of shape (rows,)
    start : rows before are known to be equal
    """
    names = [column.name for column in kind.columns]
    left_a, left_b = (np.arange(start, len(columns["seq"]), dtype=np.int64) for columns in (a, b))
    left_a, left_b, _ = _paired(a, b, left_a, left_b, ["day", *names])
    left_a, left_b, changed = _paired(a, b, left_a, left_b, ["day", *identifying(kind)])
    moved = np.zeros((2, 0), np.int64)
    if kind.subject:
        left_a, left_b, moved = _paired(a, b, left_a, left_b, list(kind.subject))
    return MatchedRows(left_a, left_b, changed, moved)


def changed_columns(kind: type[Event], a: Columns, b: Columns, pairs: I64) -> Counter[str]:
    """Return in how many pairs of rows each column differs; columns that never do are left out.

    Parameters
    ----------
    kind : of the rows
    a, b : its rows in each run
    pairs : row numbers, shape (2, pairs)
    """
    counts = {column.name: int((a[column.name][pairs[0]] != b[column.name][pairs[1]]).sum()) for column in kind.columns}
    return Counter({name: count for name, count in counts.items() if count})


def _paired(a: Columns, b: Columns, rows_a: I64, rows_b: I64, names: Sequence[str]) -> tuple[I64, I64, I64]:
    """Return the rows of both that found no partner equal in the named columns, and the pairs, shape (2, pairs)."""
    if not len(rows_a) or not len(rows_b):
        return rows_a, rows_b, np.zeros((2, 0), np.int64)
    partner = _partners(_hashes(a, rows_a, names), _hashes(b, rows_b, names))
    have = np.flatnonzero(partner >= 0)
    pairs = np.stack([rows_a[have], rows_b[partner[have]]])
    same = np.logical_and.reduce([a[name][pairs[0]] == b[name][pairs[1]] for name in names])
    have, pairs = have[same], pairs[:, same]  # two rows may share a hash by chance: then they stay apart
    alone_a, alone_b = np.ones(len(rows_a), np.bool_), np.ones(len(rows_b), np.bool_)
    alone_a[have] = alone_b[partner[have]] = False
    return rows_a[alone_a], rows_b[alone_b], pairs


def _hashes(columns: Columns, rows: I64, names: Sequence[str]) -> U64:
    """Return a number for each row that rows equal in the named columns share."""
    hashes = np.zeros(len(rows), np.uint64)
    with np.errstate(over="ignore"):  # arithmetic is modulo 2^64 on purpose
        for name in names:
            hashes ^= columns[name][rows].astype(np.int64).view(np.uint64)
            hashes = (hashes + _GOLDEN) * _FIRST
            hashes ^= hashes >> np.uint64(29)
    return hashes


def _partners(hashes: U64, others: U64) -> I64:
    """Return for each of mine the place of an equal one of theirs, each used once and in order; -1 if there is none."""
    order_mine, order_theirs = np.argsort(hashes, kind="stable"), np.argsort(others, kind="stable")
    hashes, others = hashes[order_mine], others[order_theirs]
    place = np.searchsorted(others, hashes) + place_in_group(hashes)
    inside = np.minimum(place, len(others) - 1)
    partners = np.empty(len(hashes), np.int64)
    partners[order_mine] = np.where((place < len(others)) & (others[inside] == hashes), order_theirs[inside], -1)
    return partners
