"""The command that leads from a figure to the events behind it."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT, Command, add_run, add_trust, date_of, place

if TYPE_CHECKING:
    from ecsim.audit.trace import Trace

LOTS_SHOWN = 3
"""Lots whose ways are shown where nobody says how many."""


def add(command: Command) -> None:
    """Declare the command."""
    trace = command(
        "trace", "Show the events behind a figure, and the events that caused them.",
        "ecsim trace results/first trained --county 会泽县 --html trained.html",
    )  # fmt: skip
    add_run(trace)
    trace.add_argument("indicator", help="name of a target or an outcome (`ecsim list indicators`)")
    trace.add_argument("--county", help="Chinese or English name, where figures are of counties")
    trace.add_argument("--at", help="the figure on this date, e.g. 2019-06-30 (default: end of the run)")
    trace.add_argument("--html", type=place, metavar="FILE", help="write the causal chain as an HTML page")
    trace.add_argument(
        "--json", action="store_true", help="print one JSON object, with the sequence numbers of all events"
    )
    trace.add_argument(
        "--lots",
        type=int,
        nargs="?",
        const=LOTS_SHOWN,
        default=0,
        metavar="N",
        help=f"show whose goods the online orders behind it were filled with, and the ways of N lots ({LOTS_SHOWN})",
    )
    add_trust(trace)
    trace.set_defaults(run=trace_figure)


def trace_figure(given: Namespace) -> int:
    """Print the events behind a figure and what caused them.

    Returns
    -------
    int
        0: the events give the figure again; 1: they do not.
    """
    from ecsim.audit.trace import trace_figure

    at = date_of(given.at, "--at") if given.at else None
    trace = trace_figure(Path(given.folder), given.indicator, given.county, at, trust=given.trust)
    if given.html:
        from ecsim.audit.trace.page import write_page

        page = write_page(trace, Path(given.html))
    if given.json:
        print(json.dumps(trace.to_dict(), ensure_ascii=False))
    else:
        _print_table(trace)
        if given.lots:
            _print_lots(trace, given.lots)
        if given.html:
            print(f"chain: {page}")
    return OK if trace.holds else WRONG_RESULT


def _print_table(trace: Trace) -> None:
    from rich.table import Table

    from ecsim.audit.trace.sums import shown_sums
    from ecsim.cli.console import wide

    named = trace.indicator
    where = f", {trace.place.zh} {trace.place.en}" if trace.place else ""
    print(f"{named.title_en} {named.title_zh}{where}, {trace.date}: {trace.shown(trace.figure)} {named.unit}")
    if not trace.levels:
        print("No event counts towards it: nothing of the kind happened there in the period it covers.")
        return
    table = Table(title="Causal chain: step 0 = events counted, step 1 = their causes, …")
    for title in ("steps", "events"):
        table.add_column(title)
    table.add_column("rows", justify="right")
    for title in ("from", "to", "in all", "one of them"):
        table.add_column(title, overflow="fold")
    for level in trace.levels:
        for kind, rows in level.rows.items():
            table.add_row(
                str(level.depth),
                f"{kind.title.en} {kind.title.zh}",
                f"{len(rows['seq']):,}",
                str(trace.day(rows["day"].min())),
                str(trace.day(rows["day"].max())),
                "\n".join(shown_sums(trace.sums(kind, rows))),
                trace.names.described(kind, rows, 0),
            )
    wide().print(table)
    verdict = "the same" if trace.holds else "NOT the same"
    print(f"Recomputed from the opening and these events alone: {trace.shown(trace.recomputed)}, {verdict}.")


def _print_lots(trace: Trace, ways: int) -> None:
    """Print whose goods were ordered, and how some of them went, from the order back to the harvest."""
    from rich.table import Table

    from ecsim.cli.console import wide

    origins = trace.origins(ways)
    if origins is None:
        print("No goods are behind this figure: --lots has nothing to follow.")
        return
    whole = sum(origins.shares.values())
    print(
        f"Goods behind it that were ordered online: {whole:,.0f} {origins.unit}, the oldest in stock sent first; from"
    )
    for of, amount in origins.shares.items():
        print(f"  {of.en} {of.zh}: {amount:,.0f} {origins.unit} ({amount / max(whole, 1e-9):.1%})")
    for way in origins.ways:
        table = Table(title=f"The way of {way.amount:,.1f} {origins.unit}, from the order back to the harvest")
        for title in ("event", "date", "what", "which"):
            table.add_column(title, overflow="fold")
        for seq, (kind, rows) in zip(way.events, trace.rows(way.events), strict=True):
            date = trace.day(rows["day"][0])
            table.add_row(
                f"{seq:,}", str(date), f"{kind.title.en} {kind.title.zh}", trace.names.described(kind, rows, 0)
            )
        wide().print(table)
