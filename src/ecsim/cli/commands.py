"""What each command does; every heavy import stands inside the command that needs it."""

from __future__ import annotations

import json
import math
import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, shown

OK, WRONG_RESULT = 0, 1


@contextmanager
def progress_bar(told: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with time left on standard error; yield what moves it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(told), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(told, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def report(given: Namespace) -> int:
    """Write a report from the tables and analyses of a results folder."""
    from ecsim.report.report import LANGUAGES, write_report

    for path in write_report(Path(given.results), [given.lang] if given.lang else LANGUAGES, pdf=given.pdf):
        print(path)
    return OK


def run(given: Namespace) -> int:
    """Run one scenario."""
    from ecsim.audit.published import board_of, publish
    from ecsim.rural.indicators import region_of
    from ecsim.rural.simulate import simulate
    from ecsim.scenario.load import load

    scenario = load(located(given.config, "scenarios"), dict(change(text) for text in given.set))
    board = board_of(scenario)
    begun = time.perf_counter()
    out = Path(given.out) if given.out else None
    with progress_bar("weeks") as progress:
        ended = simulate(scenario, given.seed, out=out, keep=given.keep, watchers=[board], progress=progress)
    if out:
        publish(out, board, scenario, ended.root)
    shown = board.shown
    outcomes = {name: region_of(name, values) for name, values in board.outcomes_named(shown).items()}
    lacking = {name: reason.en for name, reason in board.available.lacking().items() if name in shown}
    told = {
        "run": str(out) if out else None,
        "root": ended.root.root,
        "manifest": ended.root.manifest or None,
        "events": ended.root.events,
        "seconds": round(time.perf_counter() - begun, 2),
        "outcomes": outcomes,
        "not_available": lacking,
    }
    if given.json:
        known = {name: None if math.isnan(value) else value for name, value in outcomes.items()}
        print(json.dumps({**told, "outcomes": known}, ensure_ascii=False))
        return OK
    print(f"{told['events']:,} events in {told['seconds']} s, root {told['root']}")
    if out:
        print(f"  last line of the manifest {told['manifest']}")
    for name, value in outcomes.items():
        figure = f"{value:12,.3f} {shown[name].unit}"
        said = f"not available: {lacking[name]}" if name in lacking else figure
        print(f"  {shown[name].title_en:<60} {said}")
    return OK


def located(name: str, *kinds: str) -> Path:
    """Return the file that a command names, and say so on standard error if it is one that is shipped with ecsim."""
    from ecsim.scenario.shipped import find, shipped

    found = find(name, *kinds)
    if shipped() in found.parents and not Path(name).exists():
        print(f"ecsim: {name} is shipped with ecsim: {found} (`ecsim init` makes a copy to change)", file=sys.stderr)
    return found


def init(given: Namespace) -> int:
    """Lay out what is shipped."""
    from ecsim.scenario.shipped import FOLDERS, lay_out

    folder = Path(given.folder)
    written = lay_out(folder)
    print(f"laid out: {' and '.join(str(folder / name) for name in FOLDERS)} ({len(written)} files)")
    if given.folder != ".":
        print(f"next:     cd {shlex.quote(given.folder)}")
    print("then:     ecsim list experiments")
    print("          ecsim compare pooled-vs-per-county --sample 0.005 --replications 2    # a first look, minutes")
    print("to change: copy a policy and a study, name the policy in the study, `ecsim check experiments/my-study`")
    return OK


def change(text: str) -> tuple[str, Any]:
    """Return key and value of a ``--set``; what is no TOML value is taken as a word.

    Raises
    ------
    EcsimError
        If there is no key or no equals sign, or the value is more than one line.
    """
    from ecsim.kernel.toml import parsed_text

    key, equals, value = (part.strip() for part in text.partition("="))
    if not (key and equals):
        raise EcsimError(f"--set {shown(text)}: write KEY=VALUE, as sample=0.01")
    if len(text.splitlines()) > 1:
        raise EcsimError(f"--set {shown(text)}: is more than one line; give each value a --set of its own")
    try:
        return key, parsed_text(f"value = {value}")["value"]
    except ValueError:
        return key, value


def listing(given: Namespace) -> int:
    """List what ecsim offers."""
    from ecsim.cli.listings import rows_of
    from ecsim.cli.tables import print_rows

    rows = rows_of(given.what)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        print_rows(given.what, rows)
    return OK


def schema(given: Namespace) -> int:
    """Print the JSON Schema of a kind of file, for editors."""
    from ecsim.experiments.kinds import SCHEMAS

    if given.kind not in SCHEMAS:
        raise EcsimError(f"schema {given.kind!r}: choose one of {', '.join(SCHEMAS)}")
    print(json.dumps(SCHEMAS[given.kind].model_json_schema(), ensure_ascii=False, indent=2))
    return OK


def plausibility(given: Namespace) -> int:
    """Write the plausibility table."""
    from ecsim.experiments.plausibility import write

    print(write(located(given.config, "scenarios"), Path(given.out)))
    return OK


def doctor(_: Namespace) -> int:
    """Check the machine."""
    from ecsim.cli.doctor import checks

    wrong = 0
    for what, good, told in checks():
        print(f"{'ok ' if good else 'BAD'} {what}: {told}")
        wrong += not good
    return WRONG_RESULT if wrong else OK
