"""The command that queries a run in SQL."""

from __future__ import annotations

import csv
import json
import sys
from argparse import Namespace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, Command, add_run, add_trust, place
from ecsim.kernel.errors import EcsimError, counted

if TYPE_CHECKING:
    from ecsim.kernel.sql import Answer, SqlSession

ROWS_SHOWN = 100
"""Rows of an answer that the terminal shows."""


def add(command: Command) -> None:
    """Declare the command."""
    query = command(
        "sql", "Query a run in SQL: one view per kind of event, and tables of places, households, stations "
        "and projects.",
        'ecsim sql results/first "select county_name, count(*) from station_opened_named group by 1"',
    )  # fmt: skip
    add_run(query)
    query.add_argument("query", nargs="?", help="one SELECT statement; without it, all views are listed")
    form = query.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--json", action="store_true", help="print JSON, one object per row")
    form.add_argument("--out", type=place, metavar="FILE", help="write a file: .csv, .json or .parquet")
    add_trust(query)
    query.set_defaults(run=answer_query)


def answer_query(given: Namespace) -> int:
    """Answer a query about a run as a table, CSV, JSON or a file; without a query, list the views."""
    from ecsim.kernel.sql import SqlSession
    from ecsim.kernel.sql.files import write_csv, write_file, write_json

    if given.out and not given.query:
        raise EcsimError("sql --out: say what to write, as one SELECT; --csv and --json alone list the views")
    with SqlSession(Path(given.folder), trust=given.trust) as session:
        if not given.query:
            return _list_views(session, given)
        answer = session.ask(given.query)
        if given.csv:
            write_csv(answer, sys.stdout.buffer)
        elif given.json:
            write_json(answer, sys.stdout.buffer)
        elif given.out:
            print(f"{given.out}: {counted(write_file(answer, Path(given.out)), 'row')}")
        else:
            _show(answer)
    return OK


def _list_views(session: SqlSession, given: Namespace) -> int:
    from ecsim.cli.console import print_rows

    rows: list[dict[str, Any]] = [
        {"view": name, "holds": meaning, "columns": ", ".join(column for column, _ in session.columns(name))}
        for name, meaning in session.meanings.items()
    ]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif given.csv:
        writer = csv.DictWriter(sys.stdout, rows[0], lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    else:
        print_rows("views", rows)
    return OK


def _show(answer: Answer) -> None:
    """Print the first rows as a table."""
    from rich.table import Table

    from ecsim.cli.console import wide

    every = (row for batch in answer.batches for row in batch.slice(0, ROWS_SHOWN + 1).to_pylist())
    rows = list(islice(every, ROWS_SHOWN + 1))
    table = Table()
    for field in answer.schema:
        table.add_column(field.name, justify="left" if _is_text(str(field.type)) else "right", overflow="fold")
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*(_cell(value) for value in row.values()))
    wide(max(140, 14 * len(answer.schema))).print(table)
    if len(rows) > ROWS_SHOWN:
        print(f"the first {ROWS_SHOWN} rows; --csv, --json or --out FILE gives all")


def _is_text(kind: str) -> bool:
    return kind in {"string", "bool", "date32[day]"}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.6g}"
    return str(value)
