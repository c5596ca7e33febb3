"""The command that compares two runs."""

from __future__ import annotations

import datetime as dt
import json
import math
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command, add_trust
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.audit.diff.comparison import RunDifference, RunSummary
    from ecsim.audit.diff.divergence import Divergence, Row
    from ecsim.audit.diff.gaps import Total

SAME, DIFFERENT = 0, 1
_HOW = {
    "changed": "both runs have it, with other values",
    "only in A": "B never has it",
    "only in B": "A never has it",
    "moved": "both runs have it, at different places",
    "another": "each run has an event here that the other never has",
}


def add(command: Command) -> None:
    """Declare the command."""
    diff = command(
        "diff", "Compare two runs: first diverging event, then kinds, entities and figures. Exit status 1 "
        "if they differ.",
        "ecsim diff results/first results/doubled",
    )  # fmt: skip
    diff.add_argument("a", metavar="A", help="folder of a run")
    diff.add_argument("b", metavar="B", help="folder of another run: a fork, another seed, another policy")
    diff.add_argument("--top", type=int, default=5, help="how many stations, projects, … to name (default: 5)")
    diff.add_argument("--events", action="store_true", help="compare events only, without targets and outcomes")
    diff.add_argument("--json", action="store_true", help="print one JSON object, with every county and date")
    add_trust(diff)
    diff.set_defaults(run=compare_runs)


def compare_runs(given: Namespace) -> int:
    """Compare two runs and print what differs, from the first event on.

    Returns
    -------
    int
        0: the events are the same; 1: they are not.
    """
    from ecsim.audit.diff import diff_runs

    if given.top < 0:
        raise EcsimError(f"--top {given.top}: a number of 0 or more is needed")
    difference = diff_runs(Path(given.a), Path(given.b), top=given.top, figures=not given.events, trust=given.trust)
    if given.json:
        print(json.dumps(_plain(asdict(difference)), ensure_ascii=False))
    else:
        _print(difference)
    return SAME if difference.equal else DIFFERENT


def _plain(value: Any) -> Any:  # noqa: ANN401 (to JSON)
    """Return what JSON can hold: paths and dates as text, what is not known as null."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and math.isnan(value):
        return None
    return str(value) if isinstance(value, Path | dt.date) else value


def _print(difference: RunDifference) -> None:
    from ecsim.cli.console import print_rows

    for name, run in (("A", difference.a), ("B", difference.b)):
        print(f"{name} {_ended(run)}")
    for note in difference.notes:
        print(f"- {note}")
    for key, values in difference.settings.items():
        value_a, value_b = ("not set" if value is None else value for value in values)
        print(f"  {key}: {value_a} in A, {value_b} in B")
    if difference.equal:
        print("All events are identical.")
        return
    if difference.first is not None:
        _print_first(difference.first, difference.a.start)
    elif difference.leaf is not None:
        print(f"The first leaf that differs is leaf {difference.leaf}.")
    for title, rows in _tables(difference):
        if rows:
            print_rows(title, rows)


def _ended(run: RunSummary) -> str:
    if run.root is None:
        return f"{run.run}: not closed"
    return f"{run.run}: {run.events:,} events, root {run.root}"


def _print_first(first: Divergence, start: dt.date) -> None:
    date = start + dt.timedelta(days=first.day)
    print(
        f"First diverging event: {first.kind}, seq {first.seq:,} (leaf {first.leaf}), day {first.day} ({date}): "
        f"{first.how} — {_HOW[first.how]}"
    )
    for name, row in (("A", first.a), ("B", first.b)):
        print(f"  {name}: {_row(row) if row else 'nothing'}")
    for column, value_a, value_b in first.columns:
        print(f"  {column}: {value_a} in A, {value_b} in B")


def _row(row: Row) -> str:
    values = ", ".join(f"{name} {value}" for name, value in row.labelled().items())
    return f"seq {row.seq:,}, day {row.day}, {row.kind}: {values}; caused by {_cause(row)}"


def _cause(row: Row) -> str:
    return "nothing in the run" if row.cause < 0 else f"seq {row.cause:,}"


def _tables(difference: RunDifference) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    yield "Rows that differ from there on, by kind", [
        {
            "kind": kind.kind, "only in A": f"{kind.only_a:,}", "only in B": f"{kind.only_b:,}",
            "changed": f"{kind.changed:,}", "on another day": f"{kind.moved:,}",
            "columns": ", ".join(f"{name} {count:,}" for name, count in list(kind.columns.items())[:4]),
        }
        for kind in difference.kinds
    ]  # fmt: skip
    yield "What most of them concern", [
        {
            "table": entity.table, "who or what": entity.name, "only in A": f"{entity.only_a:,}",
            "only in B": f"{entity.only_b:,}", "changed": f"{entity.changed:,}", "on another day": f"{entity.moved:,}",
        }
        for entity in difference.entities
    ]  # fmt: skip
    yield "Outcomes of the whole run", [_total(total) for total in difference.gaps.totals if total.date is None]
    dated = [total for total in difference.gaps.totals if total.date is not None]
    last = max((total.date for total in dated if total.date), default=None)
    yield (
        "Targets: dates on which more or fewer counties meet them, and the last date",
        [_total(total) for total in dated if total.a != total.b or total.date == last],
    )


def _total(total: Total) -> dict[str, str]:
    date = {} if total.date is None else {"date": str(total.date)}
    cells = {
        "figure": total.title, "unit": total.unit, "A": f"{total.a:,.6g}", "B": f"{total.b:,.6g}",
        "B minus A": f"{total.b - total.a:+,.3g}",
    }  # fmt: skip
    where = {
        "counties that differ": str(total.counties),
        "most in": ", ".join(f"{county} {apart:+,.3g}" for county, apart in total.most),
    }
    return date | cells | (where if total.counties else {})
