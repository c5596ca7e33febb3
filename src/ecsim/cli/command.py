"""How a command is declared, and what several commands share: settings, files, dates, progress."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ecsim.kernel.errors import EcsimError, shown

if TYPE_CHECKING:
    from ecsim.kernel.model import Model

OK, WRONG_RESULT, WRONG_INPUT = 0, 1, 2
"""Exit statuses: done; done, and a check failed or the answer is no; what was given is wrong, nothing was done."""


class Command(Protocol):
    """Makes the parser of a command."""

    def __call__(self, name: str, summary: str, example: str) -> argparse.ArgumentParser:
        """Return a parser.

        Parameters
        ----------
        summary : its one-line help
        example : a command line that works
        """


def add_run(parser: argparse.ArgumentParser) -> None:
    """Declare the run that a command reads."""
    parser.add_argument("folder", metavar="run", help="folder that `ecsim run` wrote")


def add_trust(parser: argparse.ArgumentParser) -> None:
    """Declare what every command takes that may import what a run names."""
    parser.add_argument(
        "--trust",
        action="store_true",
        help="import code of others that the run names (its model, a strategy module:Class); it runs here",
    )


def add_settings(parser: Any, what: str) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    """Declare the settings that a command replaces, as often as it is given; ``what`` they do, for the help."""
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=what)


def place(text: str) -> str:
    """Return a file or folder to write, as an argument names it; an empty one is refused."""
    if not text.strip():
        raise argparse.ArgumentTypeError("is empty; name a file or folder")
    return text


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar with time left on standard error; yield what moves it, called with (done, total).

    Parameters
    ----------
    label : what is counted: weeks, runs, files
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def unit_of(model: Model[Any, Any]) -> str:
    """Return what a model's periods are called."""
    return {1: "days", 7: "weeks"}.get(model.days, f"periods of {model.days} days")


def located(name: str, *kinds: str) -> Path:
    """Return the file that a command names; one that is shipped with ecsim is said so on standard error.

    Parameters
    ----------
    name : a path, or the name of a shipped file
    *kinds : folders of shipped files to look in: ``scenarios``, ``policies``, …

    Raises
    ------
    EcsimError
        If there is no such file.
    """
    from ecsim.scenario.shipped import find, shipped

    path = find(name, *kinds)
    if shipped() in path.parents and not Path(name).exists():
        print(f"ecsim: {name} is shipped with ecsim: {path} (`ecsim init` makes a copy to change)", file=sys.stderr)
    return path


def changes_of(given: argparse.Namespace) -> dict[str, Any]:
    """Return what ``--policy`` and ``--set`` put in place of a scenario's values, the policy first."""
    from ecsim.scenario.parts import read_policy

    policy = {"policy": read_policy(located(given.policy, "policies"), "--policy")} if given.policy else {}
    return {**policy, **dict(setting_of(text) for text in given.set)}


def setting_of(text: str) -> tuple[str, Any]:
    """Return key and value of a ``--set``; what is no TOML value is taken as a word.

    Parameters
    ----------
    text : ``KEY=VALUE``

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
        raise EcsimError(f"--set {shown(text)}: is more than one line; use one --set per value")
    try:
        return key, parsed_text(f"value = {value}")["value"]
    except ValueError:
        return key, value


def date_of(text: str, flag: str) -> dt.date:
    """Return the date that a flag gives.

    Parameters
    ----------
    text : as 2019-06-30
    flag : for messages

    Raises
    ------
    EcsimError
        If it is not a date.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise EcsimError(f"{flag} {text!r}: not a date; write it as 2019-06-30") from None


def print_result(result: dict[str, Any], as_json: bool) -> None:
    """Print what a command came to: in one line, or as one JSON object.

    Parameters
    ----------
    result : values by name; empty lists are left out of a line
    as_json : whether it is printed as JSON
    """
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
        return
    words = [
        f"{name} {value:,}" if isinstance(value, int) else f"{name} {value}"
        for name, value in result.items()
        if value != []
    ]
    print(", ".join(words))
