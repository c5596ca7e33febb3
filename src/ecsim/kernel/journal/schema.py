"""Kinds as a journal stored them, and how they become what they are today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import PLAIN, Column
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.journal.manifest import schema_of
from ecsim.kernel.journal.objects import ENVELOPE, Columns

_ENVELOPE = tuple(name for name, _ in ENVELOPE)


@dataclass(frozen=True, slots=True)
class StoredKind:
    """A kind of event as a journal stored it, and the way from there to what the kind is today.

    Attributes
    ----------
    kind : type[Event]
        The class of then; what is hashed into leaves.
    now : type[Event] or None
        The class of today; None if there is no such kind any more.
    written_by : str
        The version of ecsim that wrote it.
    """

    kind: type[Event]
    now: type[Event] | None
    written_by: str

    @property
    def shown(self) -> type[Event]:
        """The class whose columns `columns_today` gives: today's, or that of then if the kind is known no more."""
        return self.now or self.kind

    @property
    def as_is(self) -> bool:
        """Whether stored rows may be read as they lie; else only an upcast tells what they mean."""
        return self.shown is self.kind

    def today(self, event: Event) -> Event:
        """Return rows of then as rows of today.

        Raises
        ------
        EcsimError
            If the kind is known no more.
        """
        if self.now is self.kind:
            return event
        if self.now is None:
            raise EcsimError(
                f"{self.kind.kind}: no such kind of event in this version of ecsim; the run was written by "
                f"{self.written_by}: read it with that, or read the other kinds one by one"
            )
        return self._raised({column.name: event.__dict__[column.name] for column in self.kind.columns}, event.rows)

    def columns_today(self, columns: Columns) -> Columns:
        """Return columns of then, envelope included, as columns of today; those of a kind known no more as they are."""
        if self.as_is:
            return columns
        flags = {column.name for column in self.kind.columns if column.dtype == np.bool_}
        given = {
            name: values.view(np.bool_) if name in flags else values
            for name, values in columns.items()
            if name not in _ENVELOPE
        }
        raised = self._raised(given, len(columns["seq"]))
        fresh = {column.name: raised.__dict__[column.name] for column in self.shown.columns}
        return {name: columns[name] for name in _ENVELOPE} | {
            name: values.view(np.uint8) if values.dtype == np.bool_ else values for name, values in fresh.items()
        }

    def _raised(self, columns: dict[str, NDArray[Any]], rows: int) -> Event:
        """Return the rows under today's class, raised from version to version."""
        assert self.now is not None
        for version in range(self.kind.version, self.now.version):
            columns = self.now.upcasts[version](columns)
        event = self.now(**columns)
        if event.rows != rows:
            raise ValueError(f"{self.now.__name__}: an upcast made {event.rows} rows of {rows}; it must keep them")
        return event


def stored_kinds(genesis: Mapping[str, Any], kinds: Sequence[type[Event]], where: Path) -> dict[str, StoredKind]:
    """Return the kinds that a genesis line tells of, in its order.

    Raises
    ------
    EcsimError
        If a kind has other columns than today under the same version, a version that is not known yet, or one from
        which no way leads to today's.
    """
    known = {kind.kind: kind for kind in kinds}
    written_by = str(genesis.get("code", "an unknown version of ecsim"))
    types = _column_types(kinds)
    return {
        line["kind"]: _stored(line, known.get(line["kind"]), types, f"{where}: {line['kind']}", written_by)
        for line in genesis["kinds"]
    }


def _column_types(kinds: Sequence[type[Event]]) -> dict[tuple[str, str], type[Column]]:
    """Return a column type for each way of storing: by type of number and the table it points at."""
    declared = {(column.dtype.str, column.table or ""): type(column) for kind in kinds for column in kind.columns}
    return declared | {(plain.dtype.str, ""): plain for plain in PLAIN}


def _stored(
    line: Mapping[str, Any], now: type[Event] | None, types: Mapping[tuple[str, str], type[Column]], where: str,
    written_by: str,
) -> StoredKind:  # fmt: skip
    if now is not None and schema_of([now])[0] == line:
        return StoredKind(now, now, written_by)
    if now is not None:
        _has_a_way(line, now, where, written_by)
    return StoredKind(_class_of(line, types, where), now, written_by)


def _has_a_way(line: Mapping[str, Any], now: type[Event], where: str, written_by: str) -> None:
    """Refuse a kind that cannot be raised to today's version."""
    then = line["version"]
    lacking = [version for version in range(then, now.version) if version not in now.upcasts]
    if then > now.version:
        problem = f"has version {then}, this ecsim knows it up to version {now.version}"
    elif then == now.version:
        problem = f"has other columns than today under the same version {then} ({_unlike(line, now)})"
    elif lacking:
        problem = f"has version {then}, today's is {now.version}, and no upcast leads on from version {lacking[0]}"
    else:
        return
    raise EcsimError(f"{where} {problem}; the run was written by {written_by}: read it with that")


def _unlike(line: Mapping[str, Any], now: type[Event]) -> str:
    """Return which columns differ, stored against today's."""
    then, today = ({tuple(column) for column in kind["columns"]} for kind in (line, schema_of([now])[0]))
    shown = [f"stored {' '.join(column).strip()}" for column in sorted(then - today)]
    shown += [f"today {' '.join(column).strip()}" for column in sorted(today - then)]
    return ", ".join(shown) or "in another order"


def _class_of(line: Mapping[str, Any], types: Mapping[tuple[str, str], type[Column]], where: str) -> type[Event]:
    """Return an event class with the columns of a genesis line."""
    columns = {name: _column(dtype, table, types, f"{where}.{name}") for name, dtype, table in line["columns"]}
    content = {"kind": line["kind"], "version": line["version"], "__annotations__": columns, "__module__": __name__}
    return type(f"Stored_{line['kind']}", (Event,), content)


def _column(dtype: str, table: str, types: Mapping[tuple[str, str], type[Column]], where: str) -> type[Column]:
    """Return the type of a stored column; of a table that is there no more, the plain one of its values."""
    column_type = types.get((dtype, table)) or types.get((dtype, ""))
    if column_type is None:
        raise EcsimError(
            f"{where} is stored as {dtype}, which no column is today; read it with the version that wrote it"
        )
    return column_type
