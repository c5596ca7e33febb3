"""The replay command: the state of a run on a date, or the life of something in it."""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, Command, add_run, add_trust, date_of
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.audit.snapshot import Tables
    from ecsim.naming.story import Story


def add(command: Command) -> None:
    """Declare the command."""
    replay = command(
        "replay", "Show the state of a run on a date, or the history of one household, station or project, "
        "from its events alone.",
        "ecsim replay results/first --at 2019-06-30 --county 会泽县\n"
        "         ecsim replay results/first --follow household:123\n"
        "         ecsim replay results/first --follow station:            lists a few worth following",
    )  # fmt: skip
    add_run(replay)
    asked = replay.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--at", metavar="DATE", help="show the state at the end of the week containing a date, e.g. 2019-06-30"
    )
    asked.add_argument(
        "--follow", metavar="ENTITY",
        help="show a history: household:N, station:N or station:VILLAGE, village:NAME, project:N, cooperative:N, "
        "enterprise:N, parcels:VILLAGE/DATE; of another model TABLE:N",
    )  # fmt: skip
    replay.add_argument("--county", help="with --at: one county, Chinese or English name")
    replay.add_argument("--stations", action="store_true", help="with --at: list the stations")
    replay.add_argument("--projects", action="store_true", help="with --at: list the projects")
    replay.add_argument("--lang", choices=["en", "zh"], default="en", help="with --follow: language (default: en)")
    replay.add_argument("--every", action="store_true", help="with --follow: one line per event, without summaries")
    replay.add_argument("--json", action="store_true", help="print one JSON object")
    add_trust(replay)
    replay.set_defaults(run=replay_run)


def replay_run(given: Namespace) -> int:
    """Print the state of a run on a date, or the history of something in it."""
    if given.follow is not None:
        return _follow(given)
    return _show(given)


def _show(given: Namespace) -> int:
    from ecsim.audit.snapshot import Tables, take_snapshot

    state = take_snapshot(Path(given.folder), date_of(given.at, "--at"), given.county, trust=given.trust)
    if given.json:
        print(json.dumps(state.as_dict(), ensure_ascii=False))
        return OK
    if isinstance(state, Tables):
        _print_tables(state)
        return OK
    from ecsim.cli.snapshot_tables import print_snapshot

    print_snapshot(state, stations=given.stations, projects=given.projects)  # type: ignore[arg-type]  # the rural view
    return OK


def _print_tables(state: Tables) -> None:
    """Print a state table by table."""
    from ecsim.cli.console import print_rows

    events = ", ".join(f"{count:,} {kind}" for kind, count in state.events.items())
    print(f"{state.run}: the state at the end of {state.day}, after {events}")
    shown = ("lowest", "mean", "highest", "sum")
    print_rows(
        "columns of the state",
        [
            {"table": column.table, "rows": f"{column.rows:,}", "column": column.column}
            | {name: f"{getattr(column, name):,.6g}" for name in shown}
            for column in state.columns
        ],
    )


def _follow(given: Namespace) -> int:
    from ecsim.audit.history import life_of

    if given.county:
        raise EcsimError("--county goes with --at; --follow names what it follows: village:NAME, household:NUMBER, …")
    kind, colon, which = given.follow.partition(":")
    if colon and not which.strip():
        return _suggest(given, kind)
    story = life_of(Path(given.folder), given.follow, language=given.lang, every=given.every, trust=given.trust)
    if given.json:
        print(json.dumps(story.as_dict(), ensure_ascii=False))
    else:
        _print_story(story, given.lang)
    return OK


def _suggest(given: Namespace, kind: str) -> int:
    """List what is worth following."""
    from dataclasses import asdict

    from ecsim.audit.history import suggestions

    worth = suggestions(Path(given.folder), kind, language=given.lang, trust=given.trust)
    if given.json:
        print(json.dumps([asdict(each) for each in worth], ensure_ascii=False))
        return OK
    for each in worth:
        command = shlex.join(["ecsim", "replay", given.folder, "--follow"])
        print(f"{command} {shlex.quote(each.entity):<28} # {each.why}")
    if not worth:
        print(f"the run has no {kind} that stands out; follow one by its number")
    return OK


def _print_story(story: Story, language: str) -> None:
    """Print a line for each event or stretch, with its dates before it and its cause after it."""
    from rich.table import Table
    from rich.text import Text

    from ecsim.cli.console import wide, words

    console = wide(160)
    because = words("story")["because"][language]
    console.print(Text(f"{story.title}: {story.entity}", style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")  # Chinese has no spaces to break a line at
    for line in story.lines:
        when = line.date if line.until == line.date else f"{line.date} – {line.until}"
        why = because.format(reason=line.because) if line.because else ""
        grid.add_row(Text(when, style="cyan"), Text(line.sentence) + Text(why, style="dim"))
    console.print(grid)
