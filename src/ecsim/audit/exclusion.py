"""Selecting events to exclude from a run: ``kind:column=value,…``, or ``seq:N``.

A column may be one of the kind's own, or one that the rows it points at have: ``contract_awarded:county=会泽县``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.recorded import Column, Columns, Event, State, StoredRun, made_by
from ecsim.naming.rows import row_named


@dataclass(frozen=True, slots=True)
class ExcludedRows:
    """Rows of a run that a selector names; an `ecsim.kernel.world.Exclusion` of runs that go on without them.

    Attributes
    ----------
    text : str
        The selector.
    kind : type[Event]
        Of the rows.
    allowed : Mapping[str, int64 array]
        Values of the kind's own columns that identify the rows, also in a run that goes another way.
    rows : Columns
        The rows of the run that was recorded, envelope included.
    first_day, last_day : int
        Days between which they are excluded, ends included.
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

    def mask(self, event: Event, day: int) -> NDArray[np.bool_] | None:
        """Return which rows of an event still happen, shape (rows,); None: all of them.

        Parameters
        ----------
        event : about to be published
        day : days since the start of the scenario
        """
        if type(event) is not self.kind or not self.first_day <= day <= self.last_day:
            return None
        named = np.ones(event.rows, np.bool_)
        for column, values in self.allowed.items():
            named &= np.isin(event.__dict__[column], values)
        return ~named


def select(
    run: StoredRun[Any, Any], state: State, text: str, first_day: int | None = None, last_day: int | None = None
) -> ExcludedRows:
    """Return the rows of a run that a selector names, perhaps between two days.

    Parameters
    ----------
    run : in which they happened
    state : the run's last state, for what the kind's rows point at
    text : the selector
    first_day, last_day : days since the start, ends included; None: of the run

    Raises
    ------
    EcsimError
        If the selector is not well formed, names nothing, or a kind that cannot be excluded.
    """
    return _Selector(run, state, text).selected(first_day or 0, 2**31 - 1 if last_day is None else last_day)


class _Selector:
    """A selector under way, and the run that it names rows of."""

    def __init__(self, run: StoredRun[Any, Any], state: State, text: str) -> None:
        self.reader, self.kinds, self.state, self.text = run.reader, run.model.events, state, text
        self.names = run.model.hooks.names(run.reader)

    def selected(self, first_day: int, last_day: int) -> ExcludedRows:
        """Return the rows that are named between two days."""
        head, _, conditions = self.text.partition(":")
        if head == "seq":
            return self._by_seq(conditions)
        kind = self._kind(head)
        allowed: dict[str, NDArray[np.int64]] = {}
        for condition in filter(None, conditions.split(",")):
            column, values = self._condition(condition, kind)
            allowed[column] = np.intersect1d(allowed[column], values) if column in allowed else values
        rows = self.reader.kind(kind)
        named = (rows["day"] >= first_day) & (rows["day"] <= last_day)
        for column, values in allowed.items():
            named &= np.isin(rows[column], values)
        if not named.any():
            raise self._wrong(f"no such event in {self.reader.folder}; `ecsim sql` shows what there is")
        columns = {name: column[named] for name, column in rows.items()}
        return ExcludedRows(self.text, kind, allowed, columns, first_day, last_day)

    def _wrong(self, message: str) -> EcsimError:
        return EcsimError(f"--without {self.text!r}: {message}")

    def _kind(self, name: str) -> type[Event]:
        """Return a kind that can be taken out."""
        can = {kind.kind: kind for kind in self.kinds if kind.subject}
        if name not in can:
            near = get_close_matches(name, can, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise self._wrong(
                f"{name!r} is not a kind that can be taken out; {hint}allowed are {', '.join(sorted(can))}"
            )
        return can[name]

    def _by_seq(self, number: str) -> ExcludedRows:
        if not number.isdigit():
            raise self._wrong("write seq:NUMBER, the sequence number of one event")
        for kind in self.kinds:
            rows = self.reader.kind(kind)
            place = int(np.searchsorted(rows["seq"], int(number)))
            if place < len(rows["seq"]) and rows["seq"][place] == int(number):
                self._kind(kind.kind)
                columns = {name: column[place : place + 1] for name, column in rows.items()}
                return ExcludedRows(
                    self.text, kind, {name: columns[name].astype(np.int64) for name in kind.subject}, columns
                )
        raise self._wrong(f"no such event in {self.reader.folder}")

    def _condition(self, condition: str, kind: type[Event]) -> tuple[str, NDArray[np.int64]]:
        """Return the kind's own column that a condition restricts, and the values it may have."""
        name, equals, text = condition.partition("=")
        if not equals:
            raise self._wrong(f"{condition!r} is not a condition; write column=value")
        columns = {column.name: column for column in kind.columns}
        if name in columns:
            return name, np.array([self._value(text, columns[name].table, self._words(kind, name))], np.int64)
        for column in kind.columns:
            behind = self._behind(column)
            if name in behind:
                value = self._value(text, self._points_at(name), self._words_of_table(column.table or "", name))
                return column.name, np.flatnonzero(behind[name] == value).astype(np.int64)
        near = get_close_matches(
            name, [*columns, *sorted({c for column in kind.columns for c in self._behind(column)})], n=3
        )
        hint = f" — did you mean {' or '.join(near)}?" if near else ""
        raise self._wrong(f"{kind.kind} has no column {name!r}; it has {', '.join(columns)}{hint}")

    def _behind(self, column: Column) -> Mapping[str, NDArray[Any]]:
        """Return the columns of the table that a column points at; none where it points at none."""
        table = getattr(self.state, column.table or "", None)
        return table.columns() if table is not None else {}

    def _points_at(self, name: str) -> str | None:
        """Return the table that a column of the state points at, by the columns of events of its name."""
        return next((c.table for kind in self.kinds for c in kind.columns if c.name == name and c.table), None)

    def _words(self, kind: type[Event], column: str) -> Mapping[str, int]:
        """Return the codes of the words of a column, as the run itself says them; none for a column without."""
        words = self.reader.genesis["vocabularies"].get(f"{kind.kind}.{column}", {})
        return {word: int(code) for code, word in words.items()}

    def _words_of_table(self, table: str, name: str) -> Mapping[str, int]:
        """Return the codes of the words of a state column ``kind``: those of the event that makes its rows."""
        makers = made_by(self.kinds).get(table, ()) if name == "kind" else ()
        named = [kind for kind in makers if any(c.name == f"{kind.makes}_kind" for c in kind.columns)]
        return self._words(named[0], f"{named[0].makes}_kind") if named else {}

    def _value(self, text: str, table: str | None, codes: Mapping[str, int]) -> int:
        """Return a value: a number, a name, a word of a vocabulary, yes or no."""
        words = {**codes, "yes": 1, "no": 0}
        if text in words:
            return words[text]
        if text.removeprefix("-").isdigit():
            return int(text)
        if names := self.names.get(table or ""):
            return row_named(names, text, str(table))
        raise self._wrong(f"{text!r} is neither a number nor one of {', '.join(words)}")
