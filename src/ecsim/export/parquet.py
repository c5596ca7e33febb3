"""A run as Parquet files with names, for R, pandas, polars, DuckDB and whatever else reads Parquet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from ecsim.kernel.files import writing
from ecsim.kernel.sql import SqlSession
from ecsim.kernel.sql.files import write_file

COLUMNS = "columns.csv"


def write_parquet_files(
    run: Path, out: Path, *, progress: Callable[[int, int], None] | None = None, trust: bool = False
) -> dict[Path, int]:
    """Write a run as ``events/<kind>.parquet`` and ``tables/<things>.parquet``; return the rows of each file.

    Events keep every number of the journal, in the order they happened, with dates, words and names beside them.
    ``columns.csv`` says what each file and column holds.

    Parameters
    ----------
    run : folder of the run
    out : new folder
    progress : called with (files done, files in all)
    trust : whether a model that is none of ecsim's own may be imported, which runs its code

    Raises
    ------
    EcsimError
        If there is no run, it kept less than all its events, or the folder cannot be written.
    """
    with SqlSession(run, trust=trust) as session, writing(out):
        wanted = list(_wanted(session))
        rows = {}
        for done, (name, view, order) in enumerate(wanted, 1):
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            rows[Path(name)] = write_file(session.ask(f'SELECT * FROM "{view}"{order}'), out / name)
            if progress:
                progress(done, len(wanted))
        _describe(session, [(name, view) for name, view, _ in wanted], out / COLUMNS)
    return rows


def _wanted(session: SqlSession) -> Iterator[tuple[str, str, str]]:
    """Yield file, view and order of all that is written."""
    of_today = [kind.kind for kind in session.model.events]
    for kind in of_today:
        yield f"events/{kind}.parquet", f"{kind}_named", " ORDER BY seq"
    for kind in session.reader.stored.keys() - set(of_today):
        yield f"events/{kind}.parquet", kind, " ORDER BY seq"
    for name, _, _ in session.tables:
        yield f"tables/{name}.parquet", name, " ORDER BY 1"


def _describe(session: SqlSession, files: list[tuple[str, str]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(("file", "holds", "column", "type"))
        for name, view in files:
            meaning = session.meanings[view.removesuffix("_named")]
            writer.writerows((name, meaning, column, sql_type) for column, sql_type in session.columns(view))
