"""Kinds as a journal stored them, and how they become what they are today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.errors import EcsimError
from ecsim.events.columns import column_type
from ecsim.events.event import Event
from ecsim.journal.manifest import schema_of
from ecsim.journal.objects import ENVELOPE, Columns

_ENVELOPE = tuple(name for name, _ in ENVELOPE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A kind as it lies in a journal.

    Attributes
    ----------
    kind : the class of then; what is hashed into leaves
    now : the class of today, or None if there is no such kind any more
    """

    kind: type[Event]
    now: type[Event] | None

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
            raise EcsimError(f"{self.kind.kind}: no such kind of event in this version of ecsim; read it with its own")
        return self.now(**self._raised({column.name: event.__dict__[column.name] for column in self.kind.columns}))

    def columns_today(self, columns: Columns) -> Columns:
        """Return columns of then, envelope included, as columns of today."""
        if self.now is self.kind or self.now is None:
            return columns
        own = self._raised({name: values for name, values in columns.items() if name not in _ENVELOPE})
        raised = self.now(**own)
        fresh = {column.name: raised.__dict__[column.name] for column in self.now.columns}
        return {name: columns[name] for name in _ENVELOPE} | {
            name: values.view(np.uint8) if values.dtype == np.bool_ else values for name, values in fresh.items()
        }

    def _raised(self, columns: Columns) -> Columns:
        assert self.now is not None
        for version in range(self.kind.version, self.now.version):
            columns = self.now.upcasts[version](columns)
        return columns


def stored_kinds(told: Sequence[Mapping[str, Any]], kinds: Sequence[type[Event]], where: Path) -> dict[str, Stored]:
    """Return the kinds that a genesis line tells of, in its order.

    Raises
    ------
    EcsimError
        If a kind has other columns than today under the same version, or no way leads from its version to today's.
    """
    known = {kind.kind: kind for kind in kinds}
    return {line["kind"]: _stored(line, known.get(line["kind"]), where) for line in told}


def _stored(line: Mapping[str, Any], now: type[Event] | None, where: Path) -> Stored:
    if now is not None and schema_of([now])[0] == line:
        return Stored(now, now)
    then = _class_of(line)
    if now is not None:
        lacking = [v for v in range(then.version, now.version) if v not in now.upcasts]
        if then.version >= now.version or lacking:
            raise EcsimError(
                f"{where}: was written with another {then.kind!r} (version {then.version}); "
                "read it with the version of ecsim named in its manifest"
            )
    return Stored(then, now)


def _class_of(line: Mapping[str, Any]) -> type[Event]:
    """Return an event class with the columns of a genesis line."""
    columns = {name: column_type(dtype, table) for name, dtype, table in line["columns"]}
    content = {"kind": line["kind"], "version": line["version"], "__annotations__": columns, "__module__": __name__}
    return type(f"Stored_{line['kind']}", (Event,), content)
