"""First divergence: the first event in which two runs differ, found by leaves, then by rows, and classified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.diff.matching import identifying
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.merkle import LEAF_SEQS
from ecsim.kernel.journal.objects import Columns, gathered, layout
from ecsim.kernel.runs import received_run

Vocabularies: TypeAlias = Mapping[str, Mapping[str, str]]
"""What each code of a column means, by ``kind.column``."""
How = Literal["changed", "only in A", "only in B", "moved", "another"]


class RunSide:
    """One of two runs that are compared, read kind by kind from a sequence number on, up to its last whole week.

    Parameters
    ----------
    folder : of the run
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the folder holds no run, or it needs a model that may not be imported.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        self.run = received_run(folder, trust=trust)
        self.reader = self.run.reader
        self._tail: dict[str, list[tuple[Event, Stamp]]] = defaultdict(list)
        for event, stamp in self.reader.whole_weeks().batches:
            self._tail[event.kind].append((event, stamp))

    @property
    def words(self) -> Vocabularies:
        """What the codes of the run's columns mean."""
        vocabularies: Vocabularies = self.reader.genesis["vocabularies"]
        return vocabularies

    def kind(self, name: str) -> type[Event]:
        """Return the class of the rows of a kind that the run has."""
        return self.reader.stored[name].shown

    def rows(self, kind: type[Event], since: int) -> Columns:
        """Return the rows of a kind as columns of today, from a sequence number on; what is sealed before is not read.

        Parameters
        ----------
        kind : of either run
        since : sequence number of the first row that may be returned
        """
        stored = self.reader.stored.get(kind.kind)
        if stored is None:
            return {name: np.zeros(0, dtype) for name, dtype in layout(kind)}
        parts = []
        for seal in self.reader.seals:
            if seal.next > since and kind.kind in seal.objects:
                columns = self.reader.rows(seal, kind.kind)
                inside = slice(*np.searchsorted(columns["seq"], [since, seal.next]))
                parts.append({name: values[inside] for name, values in columns.items()})
        if kind.kind in self._tail:
            tail = gathered(self._tail[kind.kind])
            parts.append({name: values[np.searchsorted(tail["seq"], since) :] for name, values in tail.items()})
        together = {
            name: np.concatenate([part[name] for part in parts]) if parts else np.zeros(0, dtype)
            for name, dtype in layout(stored.kind)
        }
        return stored.columns_today(together)


def same_leaves(a: JournalReader, b: JournalReader) -> int:
    """Return how many leaves both runs begin with, by their manifests alone: what they share is not read again."""
    for leaf, (leaf_a, leaf_b) in enumerate(zip(a.leaves, b.leaves, strict=False)):
        if leaf_a != leaf_b:
            return leaf
    return min(len(a.leaves), len(b.leaves))


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a run, with its columns by name.

    Attributes
    ----------
    seq, day, kind : where it stands and what it is
    cause : int
        Sequence number of what brought it about; -1 for none.
    values : Mapping[str, int]
        Its own columns.
    words : Mapping
        Vocabularies of the columns that hold codes.
    """

    seq: int
    day: int
    kind: str
    cause: int
    values: Mapping[str, int]
    words: Vocabularies = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, kind: type[Event], columns: Columns, place: int, words: Vocabularies) -> Row:
        """Return one row of a kind's columns.

        Parameters
        ----------
        kind : whose columns they are
        columns : envelope and own columns, each of shape (rows,)
        place : number of the row
        words : what codes mean, by ``kind.column``
        """
        cells = {name: int(values[place]) for name, values in columns.items()}
        vocabularies = {c.name: dict(words[key]) for c in kind.columns if (key := f"{kind.kind}.{c.name}") in words}
        return cls(cells.pop("seq"), cells.pop("day"), kind.kind, cells.pop("cause"), cells, vocabularies)

    def labelled(self) -> dict[str, str]:
        """Return the columns with codes as words."""
        return {name: self.words.get(name, {}).get(str(value), str(value)) for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first event in which two runs differ.

    Attributes
    ----------
    how : changed: both have it, with other values; only in A, only in B: the other run never has it; moved: both have
        it, on another day or in another order; another: each has an event here that the other never has
    seq, day, kind : of the event, in the run that has it (A if both do)
    a, b : the event in each run, or None where it is missing
    columns : what differs, name and values in A and in B
    """

    how: How
    seq: int
    day: int
    kind: str
    a: Row | None
    b: Row | None
    columns: tuple[tuple[str, int, int], ...]

    @property
    def leaf(self) -> int:
        """The first leaf that differs."""
        return self.seq // LEAF_SEQS

    @classmethod
    def of(cls, how: How, a: Row | None, b: Row | None) -> Divergence:
        """Return the divergence between two rows, or at a row that one run lacks.

        Parameters
        ----------
        how : how they differ
        a, b : the row in each run; None: it has none, and then the other has
        """
        present = a or b
        assert present is not None
        seq = min(row.seq for row in (a, b) if row is not None)
        return cls(how, seq, present.day, present.kind, a, b, _unequal(a, b) if a and b and a.kind == b.kind else ())


def _unequal(a: Row, b: Row) -> tuple[tuple[str, int, int], ...]:
    values_a, values_b = ({"day": row.day, "cause": row.cause, **row.values} for row in (a, b))
    if a.seq != b.seq:  # a row that moved: its place tells, its cause is counted anew
        values_a, values_b = ({"seq": row.seq, "day": row.day, **row.values} for row in (a, b))
    return tuple(
        (name, values_a[name], values_b[name])
        for name in values_a
        if values_a[name] != values_b.get(name, values_a[name])
    )


def first_unequal(a: Columns, b: Columns) -> int | None:
    """Return the first place at which two tables of one kind differ, seqs and causes included; None: nowhere."""
    common = min(len(a["seq"]), len(b["seq"]))
    unequal = np.zeros(common, np.bool_)
    for name in a.keys() & b.keys():
        unequal |= a[name][:common] != b[name][:common]
    if unequal.any():
        return int(np.argmax(unequal))
    return None if len(a["seq"]) == len(b["seq"]) else common


class FirstDivergence:
    """The first rows that differ, as kinds are gone through one by one.

    Attributes
    ----------
    a, b : Row or None
        The earliest row so far that differs, of either run.
    """

    def __init__(self, words: Vocabularies) -> None:
        self.words = words
        self.a: Row | None = None
        self.b: Row | None = None

    def see(self, kind: type[Event], a: Columns, b: Columns, place: int) -> None:
        """Take note of where a kind first differs.

        Parameters
        ----------
        kind : compared
        a, b : its rows in each run, by sequence number
        place : number of the first row that differs, as `first_unequal` gives it
        """
        for side, columns in (("a", a), ("b", b)):
            known: Row | None = getattr(self, side)
            if place < len(columns["seq"]) and (known is None or columns["seq"][place] < known.seq):
                setattr(self, side, Row.of(kind, columns, place, self.words))

    def divergence(self, a: RunSide, b: RunSide) -> Divergence | None:
        """Return the first divergence, classified by the rows of the kinds concerned; None: the runs are equal.

        Parameters
        ----------
        a, b : the runs
        """
        rows = [row for row in (self.a, self.b) if row is not None]
        if not rows:
            return None
        seq = min(row.seq for row in rows)
        at_a = self.a if self.a and self.a.seq == seq else None
        at_b = self.b if self.b and self.b.seq == seq else None
        return _classified(at_a, at_b, a, b)


def _classified(a: Row | None, b: Row | None, side_a: RunSide, side_b: RunSide) -> Divergence:
    rest_a, rest_b = _Rest(a, side_a, side_b), _Rest(b, side_b, side_a)
    if a is not None and b is not None and _is_one_event(a, b, rest_a, rest_b):
        return Divergence.of("changed", a, b)
    if rest_a.alone and (moved := rest_a.on_another_day()):
        return Divergence.of("moved", a, moved)
    if rest_b.alone and (moved := rest_b.on_another_day()):
        return Divergence.of("moved", moved, b)
    if rest_a.alone and rest_b.alone:
        return Divergence.of("another", a, b)
    if rest_a.alone:
        return Divergence.of("only in A", a, None)
    return Divergence.of("only in B", None, b) if rest_b.alone else _in_another_order(rest_a, rest_b)


class _Rest:
    """One run's first differing row beside the rows of its kind that follow, in both runs."""

    def __init__(self, row: Row | None, mine: RunSide, theirs: RunSide) -> None:
        self.row = row
        self.alone = False
        if row is None:
            return
        self.kind = mine.kind(row.kind)
        self.words = theirs.words
        self.mine, self.theirs = mine.rows(self.kind, row.seq), theirs.rows(self.kind, row.seq)
        self.alone = self._more_often("day", *row.values)

    def _more_often(self, *names: str) -> bool:
        """Whether this run has rows like it, in the named columns, more often than the other has from here on."""
        own_count, other_count = (int(self._like(columns, names).sum()) for columns in (self.mine, self.theirs))
        return own_count > other_count

    def _like(self, columns: Columns, names: tuple[str, ...]) -> NDArray[np.bool_]:
        assert self.row is not None
        values = {"day": self.row.day, **self.row.values}
        alike = np.ones(len(columns["seq"]), np.bool_)
        for name in names:
            alike &= columns[name] == values[name]
        return alike

    def on_another_day(self) -> Row | None:
        """Return the row as the other run has it on another day, if it has all rows like it but for the day."""
        assert self.row is not None
        if self._more_often(*self.row.values):
            return None
        like = self._like(self.theirs, tuple(self.row.values)) & (self.theirs["day"] != self.row.day)
        return Row.of(self.kind, self.theirs, int(np.argmax(like)), self.words) if like.any() else None

    def later(self) -> Row:
        """Return the row as the other run has it, on the same day."""
        assert self.row is not None
        like = self._like(self.theirs, ("day", *self.row.values))
        return Row.of(self.kind, self.theirs, int(np.argmax(like)), self.words)


def _is_one_event(a: Row, b: Row, rest_a: _Rest, rest_b: _Rest) -> bool:
    """Whether two rows at one place are the same event with other values: same subject, or all goes on alike."""
    if a.kind != b.kind or a.day != b.day:
        return False
    if a.values == b.values:
        return True  # their causes differ
    if not rest_a.alone or not rest_b.alone:
        return False
    about = identifying(rest_a.kind)
    return all(a.values[name] == b.values[name] for name in about) or _goes_on_alike(rest_a.mine, rest_b.mine)


def _goes_on_alike(a: Columns, b: Columns) -> bool:
    following = [{name: values[1:2] for name, values in columns.items()} for columns in (a, b)]
    return first_unequal(*following) is None


def _in_another_order(rest_a: _Rest, rest_b: _Rest) -> Divergence:
    """Return which of two rows, both in both runs on the same day, left its place: the one that went farther."""
    assert rest_a.row is not None
    assert rest_b.row is not None
    later_a, later_b = rest_a.later(), rest_b.later()
    if later_b.seq - rest_b.row.seq > later_a.seq - rest_a.row.seq:
        return Divergence.of("moved", later_b, rest_b.row)
    return Divergence.of("moved", rest_a.row, later_a)
