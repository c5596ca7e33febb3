"""What each command does; every heavy import stands inside the command that needs it."""

from __future__ import annotations

import json
import math
import shlex
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.kernel.errors import EcsimError, shown

if TYPE_CHECKING:
    from ecsim.kernel.measures import Label
    from ecsim.kernel.model import Model

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
    from ecsim.audit.published import publish
    from ecsim.cli.warm import announce_compiling
    from ecsim.kernel.models import model_of_scenario
    from ecsim.kernel.simulate import simulate
    from ecsim.scenario.load import load

    scenario = load(located(given.config, "scenarios"), dict(change(text) for text in given.set))
    model = model_of_scenario(scenario, trust=True)
    measurement = model.measures.begin(scenario, lambda: model.opening(scenario).sizes)
    begun = time.perf_counter()
    out = Path(given.out) if given.out else None
    with announce_compiling(model), progress_bar(unit_of(model)) as progress:
        ended = simulate(
            model, scenario, given.seed, out=out, keep=given.keep, watchers=[measurement], progress=progress
        )
    if out:
        publish(out, measurement.sheet(), model.measures, ended.root)
    told = {
        "run": str(out) if out else None,
        "root": ended.root.root,
        "manifest": ended.root.manifest or None,
        "events": ended.root.events,
        "seconds": round(time.perf_counter() - begun, 2),
        "outcomes": {name: None if math.isnan(value) else value for name, value in measurement.outcomes().items()},
        "not_available": {name: reason.en for name, reason in measurement.not_available().items()},
    }
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _print_run(told, model.measures.labels(scenario))
    return OK


def unit_of(model: Model[Any, Any]) -> str:
    """Return what a model's periods are called."""
    return {1: "days", 7: "weeks"}.get(model.days, f"periods of {model.days} days")


def _print_run(told: Mapping[str, Any], labels: Mapping[str, Label]) -> None:
    print(f"{told['events']:,} events in {told['seconds']} s, root {told['root']}")
    if told["run"]:
        print(f"  last line of the manifest {told['manifest']}")
    for name, value in told["outcomes"].items():
        figure = "not known" if value is None else f"{value:12,.3f} {labels[name].unit}"
        lacking = told["not_available"].get(name)
        print(f"  {labels[name].title.en:<50} {f'not available: {lacking}' if lacking else figure}")


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

    rows = rows_of(given.what, given.scenario)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        print_rows(given.what, rows)
    return OK


def schema(given: Namespace) -> int:
    """Print the JSON Schema of a kind of file, for editors."""
    from ecsim.experiments.file_checks import SCHEMAS

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
