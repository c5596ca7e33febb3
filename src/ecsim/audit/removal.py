"""Naming events that are to be taken out of a run: ``kind:column=value,…``, or ``seq:N``.

A column may be one of the kind's own, or one that the rows it points at have: ``contract_awarded:county=会泽县``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Column
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.journal.objects import Columns
from ecsim.rural.events import EVENTS
from ecsim.rural.events.codes import EnterpriseKind, ProjectKind
from ecsim.rural.regions.names import county_row
from ecsim.rural.regions.pack import RegionPack, load_pack
from ecsim.rural.state import State

TABLE_CODES: dict[tuple[str, str], type[IntEnum]] = {
    ("projects", "kind"): ProjectKind,
    ("enterprises", "kind"): EnterpriseKind,
}
"""Vocabularies of state columns that a selector may name."""


@dataclass(frozen=True, slots=True)
class Selected:
    """Rows of a run that a selector names.

    Attributes
    ----------
    allowed : values of the kind's own columns that tell the rows, also in another run
    rows : their columns, envelope included
    """

    text: str
    kind: type[Event]
    allowed: Mapping[str, NDArray[np.int64]]
    rows: Columns
    first_day: int = 0
    last_day: int = 2**31 - 1

    @property
    def day(self) -> int:
        """The day of the first of them."""
        return int(self.rows["day"].min())

    def keeps(self, event: Event, day: int) -> NDArray[np.bool_] | None:
        """Return which rows of an event are not named; None: none is."""
        if type(event) is not self.kind or not self.first_day <= day <= self.last_day:
            return None
        named = np.ones(event.rows, np.bool_)
        for column, values in self.allowed.items():
            named &= np.isin(event.__dict__[column], values)
        return ~named


def select(
    reader: JournalReader, state: State, text: str, first_day: int | None = None, last_day: int | None = None
) -> Selected:
    """Return the rows of a run that a selector names, perhaps between two days.

    Parameters
    ----------
    state : the run's last state, for what the kind's rows point at

    Raises
    ------
    EcsimError
        If the selector is not well formed, names nothing, or a kind that cannot be taken out.
    """
    head, _, conditions = text.partition(":")
    if head == "seq":
        return _by_seq(reader, text, conditions)
    kind = _kind(head, text)
    allowed: dict[str, NDArray[np.int64]] = {}
    for condition in filter(None, conditions.split(",")):
        column, values = _condition(condition, kind, state, load_pack(reader.genesis["scenario"]["region"]), text)
        allowed[column] = np.intersect1d(allowed[column], values) if column in allowed else values
    rows = reader.kind(kind)
    window = (first_day or 0, 2**31 - 1 if last_day is None else last_day)
    named = (rows["day"] >= window[0]) & (rows["day"] <= window[1])
    for column, values in allowed.items():
        named &= np.isin(rows[column], values)
    if not named.any():
        raise EcsimError(f"--without {text!r}: no such event in {reader.folder}; `ecsim sql` shows what there is")
    return Selected(text, kind, allowed, {name: column[named] for name, column in rows.items()}, *window)


def _kind(name: str, text: str) -> type[Event]:
    """Return a kind that can be taken out."""
    can = {kind.kind: kind for kind in EVENTS if kind.subject}
    if name not in can:
        near = get_close_matches(name, can, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise EcsimError(
            f"--without {text!r}: {name!r} is no kind that can be taken out; {hint}allowed are {', '.join(sorted(can))}"
        )
    return can[name]


def _by_seq(reader: JournalReader, text: str, number: str) -> Selected:
    if not number.isdigit():
        raise EcsimError(f"--without {text!r}: write seq:NUMBER, the sequence number of one event")
    for kind in EVENTS:
        rows = reader.kind(kind)
        place = int(np.searchsorted(rows["seq"], int(number)))
        if place < len(rows["seq"]) and rows["seq"][place] == int(number):
            _kind(kind.kind, text)
            one = {name: column[place : place + 1] for name, column in rows.items()}
            return Selected(text, kind, {name: one[name].astype(np.int64) for name in kind.subject}, one)
    raise EcsimError(f"--without {text!r}: no such event in {reader.folder}")


def _condition(
    condition: str, kind: type[Event], state: State, pack: RegionPack, text: str
) -> tuple[str, NDArray[np.int64]]:
    """Return the kind's own column that a condition restricts, and the values it may have."""
    name, equals, told = condition.partition("=")
    if not equals:
        raise EcsimError(f"--without {text!r}: {condition!r} is no condition; write column=value")
    own = {column.name: column for column in kind.columns}
    if name in own:
        return name, np.array([_own_value(own[name], told, pack, text)], np.int64)
    for column in kind.columns:
        table = getattr(state, column.table or "", None)
        if table is not None and name in table.columns():
            value = _table_value(column.table or "", name, told, pack, text)
            return column.name, np.flatnonzero(table.columns()[name] == value).astype(np.int64)
    behind = sorted(
        {
            c
            for column in kind.columns
            if (t := getattr(state, column.table or "", None)) is not None
            for c in t.columns()
        }
    )
    near = get_close_matches(name, [*own, *behind], n=3)
    raise EcsimError(
        f"--without {text!r}: {kind.kind} has no column {name!r}; it has {', '.join(own)}"
        + (f" — did you mean {' or '.join(near)}?" if near else "")
    )


def _own_value(column: Column, told: str, pack: RegionPack, text: str) -> int:
    return _value(told, column.name if column.table == "counties" else "", column.vocabulary, pack, text)


def _table_value(table: str, name: str, told: str, pack: RegionPack, text: str) -> int:
    return _value(told, name, TABLE_CODES.get((table, name)), pack, text)


def _value(told: str, name: str, vocabulary: type[IntEnum] | None, pack: RegionPack, text: str) -> int:
    """Return a value: a number, a county's name, a word of a vocabulary, yes or no."""
    words = {code.name.lower(): int(code) for code in vocabulary or ()} | {"yes": 1, "no": 0}
    if told in words:
        return words[told]
    if told.removeprefix("-").isdigit():
        return int(told)
    if name == "county":
        return county_row(pack, told)
    raise EcsimError(f"--without {text!r}: {told!r} is no number and none of {', '.join(words)}")
