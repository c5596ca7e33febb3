"""The views of a run: what there is, and how each is made when a query first names it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from ecsim.kernel.event import Event
from ecsim.kernel.journal import Batch, JournalReader
from ecsim.kernel.model import Model
from ecsim.kernel.sql.entity_views import EntityViews, entity_views_of
from ecsim.kernel.sql.identifiers import identifier
from ecsim.kernel.sql.labelled_views import LabelledViews
from ecsim.kernel.sql.views import KindViews

_WORDS = re.compile(r'(?<![\w."])"?(\w+)')
"""Names in a query that stand alone, not behind a schema or a table."""
_SOURCES = re.compile(r'(?:FROM|JOIN) "?(\w+)"?(?![\w".])')
"""Views that a view of ours is made from."""


class Catalogue:
    """Every view by name; most queries need a few, and making one takes milliseconds.

    Attributes
    ----------
    meanings : what each view holds

    Parameters
    ----------
    place : folder for what views read
    """

    def __init__(
        self, database: duckdb.DuckDBPyConnection, model: Model[Any, Any], reader: JournalReader,
        open_rows: Iterable[Batch], place: Path,
    ) -> None:  # fmt: skip
        self._database, self._reader, today = database, reader, model.events
        self._start = dt.date.fromisoformat(reader.genesis["scenario"]["start"])
        self._naming: LabelledViews | None = None
        self.things: EntityViews = entity_views_of(model)
        kinds = KindViews(database, reader, today, open_rows, place)
        self.meanings: dict[str, str] = {}
        self._unmade: dict[str, Callable[[], str]] = {}
        for name, kind in kinds.kinds.items():
            meaning = (kind.__doc__ or "").partition("\n")[0] if kind in today else "A kind that only this run knows."
            self._add(name, meaning, partial(kinds.sql, name))
        for kind in today:
            self._add(f"{kind.kind}_named", f"{kind.kind} with dates, words and names.", partial(self._named, kind))
        for name, meaning, content in self.things.tables:
            self._add(name, meaning, partial(self._thing, content))
        self._add("weeks", "The first event of each week; the last row is the end of what there is.", self._weeks)

    def named_in(self, query: str) -> set[str]:
        """Return the views whose names stand in a query."""
        return {word for word in _WORDS.findall(query.lower()) if word in self.meanings}

    def provide(self, query: str) -> None:
        """Make the views that a query names; one that names none may ask what there is: then all."""
        for name in self.named_in(query) or set(self.meanings):
            self._make(name)

    def _add(self, name: str, meaning: str, make: Callable[[], str]) -> None:
        self.meanings[name] = meaning
        self._unmade[name] = make

    def _make(self, name: str) -> None:
        if name in self._unmade:
            content = self._unmade[name]()
            self._make_sources(content)
            self._database.execute(f"CREATE VIEW {identifier(name)} AS {content}")
            del self._unmade[name]

    def _make_sources(self, content: str) -> None:
        for name in _SOURCES.findall(content):
            self._make(name)

    def _named(self, kind: type[Event]) -> str:
        return self._prepare_names().view(kind)

    def _thing(self, content: str) -> str:
        """Return the SQL of a table of things; it may use names that no view has asked for yet."""
        self._prepare_names()
        return content

    def _weeks(self) -> str:
        marks = self._reader.marks() or [(0, 0)]
        rows = ", ".join(f"({day}, DATE '{self._start}' + {day}, {seq})" for seq, day in marks)
        return f"SELECT * FROM (VALUES {rows}) weeks(day, date, first_seq)"

    def _prepare_names(self) -> LabelledViews:
        """Return what numbers stand for; only queries that need it wait for it."""
        if self._naming is None:
            vocabularies = self._reader.genesis["vocabularies"]
            self.things.create_names(self._database, self._reader)
            self._database.execute("CREATE SCHEMA belongs")
            columns = {}
            for table, content in self.things.belongs(vocabularies):
                self._make_sources(content)
                self._database.execute(f"CREATE VIEW belongs.{table} AS {content}")
                described = self._database.execute(f"DESCRIBE belongs.{table}").fetchall()
                columns[table] = tuple(row[0] for row in described)
            self._naming = LabelledViews(self._start, vocabularies, columns, self.things)
        return self._naming
