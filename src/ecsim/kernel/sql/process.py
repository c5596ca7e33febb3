"""A run as a process: which events and objects an object-centric event log (OCEL) of it holds, and how they belong.

Everything here is SQL over the views of `ecsim.kernel.sql.SqlSession`; a source has ``seq`` and ``day``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from ecsim.kernel.columns import Ids
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.makers import column_of, made_by
from ecsim.kernel.model import Model
from ecsim.kernel.sql.identifiers import identifier


@dataclass(frozen=True)
class Activity:
    """A type of event.

    Attributes
    ----------
    name : the type; a kind of event of the journal where nothing else fits better
    source : SQL of its rows, one an event
    attributes : columns kept
    objects : object type, column with the number of the object, qualifier; below zero: none
    """

    name: str
    source: str
    attributes: tuple[str, ...]
    objects: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ObjectType:
    """A type of object: SQL of its rows with ``number``, and the columns kept."""

    name: str
    source: str
    attributes: tuple[str, ...]


class Process(Protocol):
    """What an object-centric log of a run holds.

    Attributes
    ----------
    further : objects of events that have several of a type: type, qualifier, SQL of ``seq`` and ``number``
    links : what objects belong to: type, type, qualifier, SQL of pairs
    changes : values that an attribute takes over time: type, attribute, kinds and values
    """

    @property
    def activities(self) -> Sequence[Activity]:
        """Types of events."""

    @property
    def further(self) -> Sequence[tuple[str, str, str]]:
        """Objects of events that have several of a type."""

    @property
    def links(self) -> Sequence[tuple[str, str, str, str]]:
        """What objects belong to."""

    @property
    def object_types(self) -> Sequence[ObjectType]:
        """Types of objects."""

    @property
    def changes(self) -> Sequence[tuple[str, str, tuple[tuple[str, str], ...]]]:
        """Values that attributes take over time."""

    def scope(self, reader: JournalReader, place: str | None) -> str:
        """Return the condition that events of a place meet."""


def process_of(model: Model[Any, Any]) -> Process:
    """Return what an event log of a model's runs holds: by the model's own view of it, or every kind as it is."""
    process: Process | None = model.view("process")
    return process or EveryKind(tuple(model.events))


@dataclass(frozen=True)
class EveryKind:
    """Every kind of event as an activity, every table that rows point at as a type of object."""

    kinds: tuple[type[Event], ...]
    further: tuple[tuple[str, str, str], ...] = ()
    changes: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()

    @cached_property
    def activities(self) -> Sequence[Activity]:
        """A type a kind: what its columns count are attributes, what they point at objects."""
        return [_activity(kind) for kind in self.kinds]

    @cached_property
    def object_types(self) -> Sequence[ObjectType]:
        """A type a table: its rows are those that any event points at."""
        tables = dict.fromkeys(str(column.table) for kind in self.kinds for column in _ids(kind))
        return [ObjectType(table, self._pointed_at(table), ()) for table in tables]

    def _pointed_at(self, table: str) -> str:
        parts = [
            f"SELECT {identifier(column.name)} AS number FROM {identifier(kind.kind)}"
            for kind in self.kinds
            for column in _ids(kind)
            if column.table == table
        ]
        return f"SELECT DISTINCT number FROM ({' UNION ALL '.join(parts)}) WHERE number >= 0"

    @cached_property
    def links(self) -> Sequence[tuple[str, str, str, str]]:
        """What a thing belongs to, as the event says that makes it."""
        links = []
        for table, makers in made_by(self.kinds).items():
            for kind in makers:
                for name in kind.within[:1]:
                    pairs = f"SELECT {identifier(kind.makes)}, {identifier(name)} FROM {identifier(kind.kind)}"
                    links.append((table, str(column_of(kind, name).table), "in", pairs))
        return links

    def scope(self, reader: JournalReader, place: str | None) -> str:
        """Return the condition that all events meet.

        Raises
        ------
        EcsimError
            If a place is asked for.
        """
        if place is not None:
            raise EcsimError(f"{reader.folder}: county {place!r}: runs of this model have no counties; leave it out")
        return "true"


def _ids(kind: type[Event]) -> list[Ids]:
    return [column for column in kind.columns if isinstance(column, Ids)]


def _activity(kind: type[Event]) -> Activity:
    attributes = tuple(column.name for column in kind.columns if not isinstance(column, Ids))
    objects = tuple((str(column.table), column.name, column.name) for column in _ids(kind))
    return Activity(kind.kind, f"SELECT * FROM {identifier(kind.kind)}", attributes, objects)
