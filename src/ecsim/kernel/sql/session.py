"""A run as a read-only SQL database: every kind of event is a view."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import duckdb
import pyarrow as pa

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.sql.catalogue import Catalogue
from ecsim.kernel.sql.errors import in_plain_words
from ecsim.kernel.sql.identifiers import identifier, literal
from ecsim.kernel.sql.statement import reading_only
from ecsim.kernel.sql.views import settled

if TYPE_CHECKING:
    import pandas as pd

BATCH_ROWS = 2**17


@dataclass(frozen=True)
class Answer:
    """The answer to a query: its columns, and its rows as they come; they can be gone through once.

    Attributes
    ----------
    schema : pyarrow.Schema
        Names and types of the columns.
    batches : iterator of pyarrow.RecordBatch
        The rows.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]

    def table(self) -> pa.Table:
        """Return all rows as an Arrow table."""
        return pa.Table.from_batches(self.batches, self.schema)

    def frame(self) -> pd.DataFrame:
        """Return all rows as a data frame; dates are timestamps."""
        frame: pd.DataFrame = self.table().to_pandas(date_as_object=False)
        return frame


class SqlSession:
    """A run that can be queried in SQL, as it stands when this is made.

    Views: ``<kind>`` for every kind of event; ``<kind>_named``, the same rows with dates, words and names; ``weeks``;
    tables of what there is (`tables`). Amounts of a household or plot are those of one sampled household: multiply by
    ``weight`` (in every ``_named`` view that points at one) for all that it stands for; it is 1 where amounts are of
    all already, as in orders. Persons of ``trainee_attended`` and parcels that were delivered are too. Rows come in no
    order unless a query sets one. Objects are read as they are, from copies in the system's temporary folder:
    `ecsim verify` says whether they were altered.

    Parameters
    ----------
    folder : of the run
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Attributes
    ----------
    meanings : dict[str, str]
        What each view holds, by name.
    tables : sequence
        Name, meaning and SQL of each table of what there is.

    Raises
    ------
    EcsimError
        If the folder holds no run, or one that kept less than all its events.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        self.model, self.reader, open_rows = settled(folder, trust=trust)
        self._own = tempfile.TemporaryDirectory(prefix="ecsim-sql-", ignore_cleanup_errors=True)
        self._database = duckdb.connect()
        self._close_doors()
        self._catalogue = Catalogue(self._database, self.model, self.reader, open_rows, Path(self._own.name))
        self.meanings, self.tables = self._catalogue.meanings, self._catalogue.things.tables

    def _close_doors(self) -> None:
        """From here on a query gets at copies of the run's objects alone, and cannot open the doors again."""
        database = self._database
        database.execute("SET python_enable_replacements = false")
        database.execute(f"SET temp_directory = {literal(self._own.name)}")
        database.execute(f"SET allowed_directories = [{literal(self._own.name)}]")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")

    def columns(self, view: str) -> list[tuple[str, str]]:
        """Return the columns of a view with their SQL types.

        Raises
        ------
        EcsimError
            If there is no such view, or an object that it is made of is not whole.
        """
        try:
            self._catalogue.provide(view)
            described = self._database.cursor().execute(f"DESCRIBE {identifier(view)}").fetchall()
        except duckdb.Error as error:
            raise in_plain_words(error, self.meanings, list) from None
        return [(row[0], row[1]) for row in described]

    def ask(self, query: str) -> Answer:
        """Return the answer to one query; rows are computed as they are taken.

        Whole numbers wider than 64 bits, which sums are in DuckDB, come as 64 bits, decimals as floats.

        Parameters
        ----------
        query : one SELECT, or EXPLAIN and a SELECT

        Raises
        ------
        EcsimError
            If it is no query, names what does not exist, or does more than read.
        """
        cursor = self._database.cursor()
        try:
            statement = reading_only(cursor, query)
            self._catalogue.provide(query)
            stream = cursor.sql(statement).to_arrow_reader(BATCH_ROWS)
        except duckdb.Error as error:
            raise self._in_plain_words(error, query) from None
        schema = pa.schema([_narrow(field) for field in stream.schema])
        return Answer(schema, self._rows(cursor, stream, schema, query))

    def _rows(
        self, cursor: duckdb.DuckDBPyConnection, stream: pa.RecordBatchReader, schema: pa.Schema, query: str
    ) -> Iterator[pa.RecordBatch]:
        """Yield the batches of an answer under its schema; the cursor lives as long as they are taken."""
        try:
            for batch in stream:
                yield batch.cast(schema)
        except pa.ArrowInvalid as error:
            raise EcsimError(f"SQL: {error}; if a sum is too large for 64 bits, write sum(x)::DOUBLE") from None
        except (duckdb.Error, OSError) as error:
            raise self._in_plain_words(error, query) from None
        finally:
            cursor.close()

    def _in_plain_words(self, error: Exception, query: str) -> EcsimError:
        views = self._catalogue.named_in(query)
        return in_plain_words(error, self.meanings, lambda: [name for view in views for name, _ in self.columns(view)])

    def close(self) -> None:
        """Let go of the run."""
        self._database.close()
        self._own.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _narrow(field: pa.Field) -> pa.Field:
    """Return the field as other tools like it: no decimals."""
    if not pa.types.is_decimal(field.type):
        return field
    return field.with_type(pa.float64() if field.type.scale else pa.int64())


def sql(run: Path | str, query: str, *, trust: bool = False) -> pd.DataFrame:
    """Return the answer of a run to a query in SQL, as a data frame.

    Parameters
    ----------
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is no run, it kept less than all its events, or the query is wrong.
    """
    with SqlSession(Path(run), trust=trust) as questions:
        return questions.ask(query).frame()
