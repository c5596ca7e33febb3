"""One view per kind of event: over copies of the sealed objects, and what is not sealed yet."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event
from ecsim.kernel.journal import Batch, JournalReader
from ecsim.kernel.journal.objects import ENVELOPE, Columns, check_object, gathered, object_path
from ecsim.kernel.model import Model
from ecsim.kernel.runs import opened
from ecsim.kernel.sql.identifiers import identifier, literal, refuse_strange_names

SQL_TYPES = {
    np.dtype(np.int32): "INTEGER",
    np.dtype(np.int64): "BIGINT",
    np.dtype(np.uint8): "UTINYINT",
    np.dtype(np.bool_): "BOOLEAN",
}


def settled(folder: Path, *, trust: bool = False) -> tuple[Model[Any, Any], JournalReader, list[Batch]]:
    """Return the model and journal of a run, and the rows of its whole weeks that are not sealed, as of one moment.

    A seal that ends while the tails are read would hide rows: then everything is read again.

    Parameters
    ----------
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the run kept less than all its events.
    VerificationError
        If its manifest has names that ecsim never writes.
    """
    while True:
        model, reader = opened(folder, trust=trust)
        reader.needs_all()
        refuse_strange_names(reader)
        open_rows = reader.whole_weeks().batches
        if reader.published or len(JournalReader(folder, model.events).seals) == len(reader.seals):
            return model, reader, open_rows


class KindViews:
    """The SQL of a view for every kind, those of today and those that only the run knows.

    Notes
    -----
    Rows are read from copies of the objects, made when a query first names their kind: what may be read may be written
    in DuckDB, so a query is let near nothing that counts. Rows of an earlier version of a kind, raised to today's, and
    those that are not sealed are held in memory.
    """

    def __init__(
        self, database: duckdb.DuckDBPyConnection, reader: JournalReader, today: Iterable[type[Event]],
        open_rows: Iterable[Batch], place: Path,
    ) -> None:  # fmt: skip
        self._database, self._reader, self._place = database, reader, place
        self._open: dict[str, list[Batch]] = defaultdict(list)
        for event, stamp in open_rows:
            self._open[event.kind].append((event, stamp))
        self.kinds = {kind.kind: kind for kind in today}
        self.kinds |= {name: stored.shown for name, stored in reader.stored.items()}
        database.execute("CREATE SCHEMA held")

    def sql(self, name: str) -> str:
        """Return what a kind's view selects."""
        kind, stored = self.kinds[name], self._reader.stored.get(name)
        sources: list[str] = []
        if stored and stored.as_is:
            sources = self._sealed(name)
            if name in self._open:
                sources.append(self._held(name, gathered(self._open[name])))
        elif stored:
            sources = [self._held(name, self._reader.kind(kind))]
        return _select(kind, sources)

    def _sealed(self, name: str) -> list[str]:
        """Return where a kind's sealed rows are, in order; of an object that a fork cut, those below the cut."""
        sources = []
        for below, seals in groupby(self._reader.seals, key=lambda seal: seal.next if seal.cut else None):
            copies = [literal(str(self._copy(name, seal.objects[name]))) for seal in seals if name in seal.objects]
            if copies:
                source = f"read_parquet([{', '.join(copies)}])"
                sources.append(source if below is None else f"{source} WHERE seq < {below}")
        return sources

    def _copy(self, name: str, held: str) -> Path:
        """Return the copy of an object."""
        original, copy = object_path(self._reader.store, held), self._place / f"{held}.parquet"
        check_object(self._reader.store, held, self._reader.stored[name].kind)
        if not copy.exists():
            try:
                shutil.copyfile(original, copy)
            except OSError as error:
                copy.unlink(missing_ok=True)
                raise EcsimError(
                    f"{original}: cannot be copied to {copy.parent} ({error.strerror}); a query reads copies: make "
                    "room there, or set TMPDIR to another folder"
                ) from None
        return copy

    def _held(self, name: str, columns: Columns) -> str:
        """Copy rows into the database; return the table's name."""
        table = f"held.{identifier(name)}"
        self._database.register("incoming", arrow_table(columns))
        self._database.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
        self._database.unregister("incoming")
        return table


def _select(kind: type[Event], sources: Sequence[str]) -> str:
    """Return the union of the sources under the kind's columns; an empty one if there is none."""
    columns = [(name, SQL_TYPES[dtype]) for name, dtype in [*ENVELOPE, *((c.name, c.dtype) for c in kind.columns)]]
    if not sources:
        nothing = ", ".join(f"NULL::{sql_type} AS {identifier(name)}" for name, sql_type in columns)
        return f"SELECT {nothing} WHERE false"
    typed = ", ".join(f"{identifier(name)}::{sql_type} AS {identifier(name)}" for name, sql_type in columns)
    return " UNION ALL ".join(f"SELECT {typed} FROM {source}" for source in sources)


def arrow_table(columns: Columns) -> pa.Table:
    """Return columns as an Arrow table; from their buffers, for pyarrow loads pandas when it is given an array."""
    arrays = {}
    for name, values in columns.items():
        plain = (
            np.ascontiguousarray(values).view(np.uint8) if values.dtype == np.bool_ else np.ascontiguousarray(values)
        )
        arrays[name] = pa.Array.from_buffers(pa.from_numpy_dtype(plain.dtype), len(plain), [None, pa.py_buffer(plain)])
    return pa.table(arrays)
