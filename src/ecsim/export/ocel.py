"""A run as an object-centric event log: OCEL 2.0 in SQLite, for process mining.

SQLite is the format of the standard that tools read without holding the whole log as text.

References
----------
OCEL (Object-Centric Event Log) 2.0 Specification, Berti et al. 2023, arXiv:2403.01975; relational format.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.files import draft_of
from ecsim.kernel.sql import Answer, SqlSession
from ecsim.kernel.sql.process import Activity, ObjectType, Process, process_of

_TABLES = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (
  ocel_event_id TEXT REFERENCES event (ocel_id), ocel_object_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
  PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
  ocel_source_id TEXT REFERENCES object (ocel_id), ocel_target_id TEXT REFERENCES object (ocel_id), ocel_qualifier TEXT,
  PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""
_TIME = "strftime(w.date + to_microseconds(e.seq - w.first_seq), '%Y-%m-%dT%H:%M:%S.%f') || 'Z'"
"""The journal knows days; within one, microseconds keep the order in which events were published."""


def write_ocel(run: Path, out: Path, county: str | None = None, *, trust: bool = False) -> dict[str, int]:
    """Write a run as an OCEL 2.0 log; return how many events, objects and relations it has.

    Event ``12`` of the log is row ``seq = 12`` of the journal (of orders that come as one batch, the first). Objects
    are those that an event names or that one of these belongs to.

    Parameters
    ----------
    out : file to write, ``.sqlite``
    county : one county's events and those of its prefecture's shared projects, by Chinese or English name
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is no run, it kept less than all its events, there is no such county, or the file cannot be written.
    """
    if out.suffix != ".sqlite":
        raise EcsimError(f"{out}: ends in {out.suffix or 'nothing'}; an OCEL log is written as .sqlite")
    with draft_of(out) as draft, SqlSession(run, trust=trust) as session:
        process = process_of(session.model)
        try:
            with closing(sqlite3.connect(draft, isolation_level=None)) as log:
                log.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {_TABLES}")
                counts = _Log(session, log, process, process.scope(session.reader, county)).write()
                log.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    return counts


class _Log:
    """Writes one log; notes which objects the events name."""

    def __init__(self, session: SqlSession, log: sqlite3.Connection, process: Process, scope: str) -> None:
        self.session, self.log, self.process, self.scope = session, log, process, scope
        self.seen: set[str] = set()

    def write(self) -> dict[str, int]:
        """Write it all, events first."""
        for activity in self.process.activities:
            self._events(activity)
        for kind, qualifier, source in self.process.further:
            self._further(kind, qualifier, source)
        for source_kind, target_kind, qualifier, pairs in self.process.links:
            self._link(source_kind, target_kind, qualifier, pairs)
        for object_type in self.process.object_types:
            self._objects(object_type)
        for kind, attribute, values in self.process.changes:
            self._change(kind, attribute, values)
        return {
            what: int(self.log.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for what, table in (("events", "event"), ("objects", "object"), ("relations", "event_object"))
        }

    def _events(self, activity: Activity) -> None:
        """Write the events of a type with their attributes and objects."""
        columns = "".join(f', e."{name}"' for name in activity.attributes)
        columns += "".join(f', e."{column}" AS object_{n}' for n, (_, column, _) in enumerate(activity.objects))
        answer = self.session.ask(
            f"SELECT e.seq::VARCHAR AS ocel_id, {_TIME} AS ocel_time{columns} FROM ({activity.source}) e "
            f"JOIN weeks w ON w.day = e.day WHERE {self.scope} ORDER BY e.seq"
        )
        start = 2 + len(activity.attributes)
        self._type_table("event", activity.name, list(answer.schema)[:start])
        for rows in _rows(answer):
            self._insert("event", [(row[0], activity.name) for row in rows])
            self._insert(f"event_{activity.name}", [row[:start] for row in rows])
            for place, (kind, _, qualifier) in enumerate(activity.objects, start):
                self._relate(kind, qualifier, ((row[0], row[place]) for row in rows))

    def _further(self, kind: str, qualifier: str, source: str) -> None:
        """Write objects of events that have several of a type."""
        answer = self.session.ask(f"SELECT seq::VARCHAR, number FROM ({source}) WHERE {self.scope} ORDER BY seq")
        for rows in _rows(answer):
            self._relate(kind, qualifier, rows)

    def _relate(self, kind: str, qualifier: str, pairs: Iterable[tuple[Any, ...]]) -> None:
        """Write which objects of a type events name, by event and number; below zero there is none."""
        related = [
            (event, f"{kind}:{number}", qualifier)
            for event, number in pairs
            if isinstance(number, str) or (number is not None and number >= 0)
        ]
        self.seen.update(name for _, name, _ in related)
        self._insert("event_object", related)

    def _link(self, source: str, target: str, qualifier: str, pairs: str) -> None:
        """Write what the objects that events name belong to."""
        answer = self.session.ask(
            f"SELECT DISTINCT '{source}:' || a AS a, '{target}:' || b AS b, '{qualifier}' "
            f"FROM ({pairs}) pairs(a, b) ORDER BY a, b"
        )
        for rows in _rows(answer):
            linked = [row for row in rows if row[0] in self.seen]
            self.seen.update(row[1] for row in linked)
            self._insert("object_object", linked)

    def _objects(self, object_type: ObjectType) -> None:
        """Write the objects of a type that were named, with what they are from the start on."""
        attributes = "".join(f', "{name}"' for name in object_type.attributes)
        answer = self.session.ask(
            f"SELECT '{object_type.name}:' || number AS ocel_id, "
            f"(SELECT strftime(min(date), '%Y-%m-%dT00:00:00Z') FROM weeks) AS ocel_time, "
            f"NULL::VARCHAR AS ocel_changed_field{attributes} FROM ({object_type.source}) ORDER BY number"
        )
        self._type_table("object", object_type.name, list(answer.schema))
        for rows in _rows(answer):
            named = [row for row in rows if row[0] in self.seen]
            self._insert("object", [(row[0], object_type.name) for row in named])
            self._insert(f"object_{object_type.name}", named)

    def _change(self, kind: str, attribute: str, values: tuple[tuple[str, str], ...]) -> None:
        """Write the values that an attribute of a type takes over time."""
        steps = " UNION ALL ".join(f"SELECT seq, day, {kind}, '{value}' FROM {event}" for event, value in values)
        answer = self.session.ask(
            f"SELECT '{kind}:' || number, {_TIME}, '{attribute}', value FROM ({steps}) e(seq, day, number, value) "
            "JOIN weeks w ON w.day = e.day ORDER BY e.seq"
        )
        columns = f"ocel_id, ocel_time, ocel_changed_field, {attribute}"
        for rows in _rows(answer):
            self._insert(f"object_{kind} ({columns})", [row for row in rows if row[0] in self.seen])

    def _type_table(self, what: str, name: str, fields: Sequence[pa.Field]) -> None:
        """Create the table of an event or object type."""
        columns = ", ".join(f'"{field.name}" {_sqlite_type(field)}' for field in fields[1:])
        key = "PRIMARY KEY" if what == "event" else ""  # an object has a row for each change
        self.log.execute(f"CREATE TABLE {what}_{name} (ocel_id TEXT {key} REFERENCES {what} (ocel_id), {columns})")
        self._insert(f"{what}_map_type", [(name, name)])

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.log.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _rows(answer: Answer) -> Iterator[list[tuple[Any, ...]]]:
    for batch in answer.batches:
        yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _sqlite_type(field: pa.Field) -> str:
    if field.name == "ocel_time":
        return "TIMESTAMP"
    if pa.types.is_boolean(field.type):
        return "BOOLEAN"
    return "INTEGER" if pa.types.is_integer(field.type) else "TEXT"
