"""What there is in a run, as tables: one row for each person, household or station, by the events that make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import duckdb

from ecsim.kernel.event import Event
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.makers import column_of, made_by
from ecsim.kernel.model import Model
from ecsim.kernel.sql.code_labels import Vocabularies, word
from ecsim.kernel.sql.identifiers import identifier

WEIGHT = "weight"
"""Column by which one row stands for many of its like."""
View: TypeAlias = tuple[str, str]
"""Name and SQL."""


class EntityViews(Protocol):
    """What the rows of a run point at, as views in SQL: a model's own tables of households, stations, projects, …"""

    @property
    def tables(self) -> Sequence[tuple[str, str, str]]:
        """Name, meaning and SQL of each table of things."""

    @property
    def numbers(self) -> Mapping[tuple[str, str], str]:
        """Codes that number a list of names, by kind and column: the table of it."""

    @property
    def named_alone(self) -> frozenset[tuple[str, str]]:
        """Kinds and columns that bring nothing but a name."""

    def create_names(self, database: duckdb.DuckDBPyConnection, reader: JournalReader) -> None:
        """Create the tables of the schema ``names``, if there are any."""

    def belongs(self, vocabularies: Vocabularies) -> list[View]:
        """Return the views of the schema ``belongs``, in an order in which each uses those before it.

        Each begins with the id; the other columns are what a row that points at the thing may be grouped by.
        """


def entity_views_of(model: Model[Any, Any]) -> EntityViews:
    """Return what a model's rows point at: by its own view of it, or as its events say."""
    views: EntityViews | None = model.view("sql")
    if views is not None:
        return views
    return MadeEntityViews(model.events)


@dataclass(frozen=True)
class MadeEntityViews:
    """What events make, with what they say of it: a table for each column that some kind makes."""

    kinds: Sequence[type[Event]]
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    named_alone: frozenset[tuple[str, str]] = frozenset()

    @property
    def tables(self) -> Sequence[tuple[str, str, str]]:
        """Name, meaning and SQL of each table."""
        return [
            (table, f"{table.capitalize()} as they began.", " UNION ALL BY NAME ".join(_born(kind) for kind in makers))
            for table, makers in made_by(self.kinds).items()
        ]

    def create_names(self, database: duckdb.DuckDBPyConnection, reader: JournalReader) -> None:
        """Create nothing: what events make has numbers, no names."""

    def belongs(self, vocabularies: Vocabularies) -> list[View]:
        """Return a view for each table: its id, its kind and weight if there are any, and what it belongs to."""
        makers = made_by(self.kinds)
        contents: dict[str, str] = {}
        while lacking := [table for table in makers if table not in contents]:
            ready = [table for table in lacking if _above(makers[table]) not in lacking]
            contents |= {table: _belongs(makers[table], vocabularies, contents) for table in ready or lacking}
        return list(contents.items())


def _born(kind: type[Event]) -> str:
    return f"SELECT * EXCLUDE (seq, cause) FROM {identifier(kind.kind)}"


def _above(makers: Sequence[type[Event]]) -> str | None:
    within = [kind for kind in makers if kind.within]
    return column_of(within[0], within[0].within[0]).table if within else None


def _belongs(makers: Sequence[type[Event]], vocabularies: Vocabularies, known: Mapping[str, str]) -> str:
    above, number = _above(makers), identifier(makers[0].makes)
    union = " UNION ALL BY NAME ".join(
        f"SELECT {', '.join(_columns(kind, vocabularies, makers[0].makes))} FROM {identifier(kind.kind)}"
        for kind in makers
    )
    if above is None or above not in known:
        return f"SELECT * FROM ({union})"
    link = identifier(next(kind for kind in makers if kind.within).within[0])
    return (
        f"SELECT {number}, t.* EXCLUDE ({number}, {link}), a.* FROM ({union}) t "
        f"LEFT JOIN belongs.{identifier(above)} a USING ({link})"
    )


def _columns(kind: type[Event], vocabularies: Vocabularies, number: str) -> list[str]:
    names = {column.name for column in kind.columns}
    columns = [f"{identifier(kind.makes)} AS {identifier(number)}", *(identifier(name) for name in kind.within[:1])]
    code = f"{kind.makes}_kind"
    if code in names:
        columns.append(f"{word(vocabularies, kind.kind, code, identifier(code))} AS {identifier(code + '_name')}")
    return columns + ([WEIGHT] if WEIGHT in names else [])
