"""SqlSession to a run in SQL, and runs for other tools."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command, add_trust, place
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.kernel.sql import Answer, SqlSession

OK = 0
ROWS_SHOWN = 100
_ENDINGS = {"ocel": "-ocel.sqlite", "parquet": "-parquet", "ro-crate": "-ro-crate"}


def add(command: Command) -> None:
    """Declare ``sql`` and ``export``."""
    ask = command(
        "sql", "Query a run in SQL: one view per kind of event, and tables of places, households, stations "
        "and projects.",
        'ecsim sql results/first "select county_name, count(*) from station_opened_named group by 1"',
    )  # fmt: skip
    ask.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")
    ask.add_argument("query", nargs="?", help="one SELECT statement; without it, all views are listed")
    form = ask.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="print CSV")
    form.add_argument("--json", action="store_true", help="print JSON, one object per row")
    form.add_argument("--out", type=place, metavar="FILE", help="write a file: .csv, .json or .parquet")
    add_trust(ask)
    ask.set_defaults(run=sql)
    out = command(
        "export", "Export a run for other tools: process mining (OCEL), R and polars (Parquet), archives (RO-Crate).",
        "ecsim export results/first --format ocel --county 会泽县 --out huize.sqlite",
    )  # fmt: skip
    out.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")
    out.add_argument("--format", required=True, choices=list(_ENDINGS), help="OCEL 2.0, Parquet files or an RO-Crate")
    out.add_argument(
        "--out", type=place, help="file (ocel) or new folder; default: beside the run, with the format in its name"
    )
    out.add_argument("--county", help="only the events of one county (ocel), by Chinese or English name")
    out.add_argument("--json", action="store_true", help="print one JSON object")
    add_trust(out)
    out.set_defaults(run=export)


def sql(given: Namespace) -> int:
    """Answer a query about a run."""
    from ecsim.kernel.sql import SqlSession
    from ecsim.kernel.sql.files import write_csv, write_file, write_json

    with SqlSession(Path(given.folder), trust=given.trust) as questions:
        if not given.query:
            return _list_views(questions, as_json=given.json)
        answer = questions.ask(given.query)
        if given.csv:
            write_csv(answer, sys.stdout.buffer)
        elif given.json:
            write_json(answer, sys.stdout.buffer)
        elif given.out:
            print(f"{given.out}: {write_file(answer, Path(given.out)):,} rows")
        else:
            _show(answer)
    return OK


def export(given: Namespace) -> int:
    """Write a run for other tools."""
    from ecsim.cli.commands import progress_bar
    from ecsim.export import write_crate, write_ocel, write_parquet_files

    run = Path(given.folder)
    out = Path(given.out) if given.out else run.with_name(run.name + _ENDINGS[given.format])
    if given.county and given.format != "ocel":
        raise EcsimError("--county limits an OCEL log alone; in Parquet, filter by the column county_name")
    counts: dict[str, int]
    if given.format == "ocel":
        counts = write_ocel(run, out, given.county, trust=given.trust)
    else:
        with progress_bar("files") as progress:
            if given.format == "parquet":
                rows = write_parquet_files(run, out, progress=progress, trust=given.trust)
                counts = {"files": len(rows), "rows": sum(rows.values())}
            else:
                write_crate(run, out, progress=progress, trust=given.trust)
                counts = {"files": sum(path.is_file() for path in out.rglob("*"))}
    if given.json:
        print(json.dumps({"out": str(out), **counts}, ensure_ascii=False))
    else:
        print(f"{out}: " + ", ".join(f"{many:,} {what}" for what, many in counts.items()))
    return OK


def _list_views(questions: SqlSession, *, as_json: bool) -> int:
    from ecsim.cli.tables import print_rows

    rows: list[dict[str, Any]] = [
        {"view": name, "holds": meaning, "columns": ", ".join(column for column, _ in questions.columns(name))}
        for name, meaning in questions.meanings.items()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
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
        print(f"the first {ROWS_SHOWN} rows; --csv, --json or --out FILE give all")


def _is_text(kind: str) -> bool:
    return kind in {"string", "bool", "date32[day]"}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.6g}"
    return str(value)
