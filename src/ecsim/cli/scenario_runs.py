"""What commands share that make and keep several runs of one scenario: validate, laws, plausibility."""

from __future__ import annotations

import argparse
import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import add_settings, located, place, progress_bar, setting_of

if TYPE_CHECKING:
    from ecsim.experiments.running.task import Work
    from ecsim.experiments.scenario_runs import ScenarioRuns


def add_kept_runs(parser: Any, folder: str, seeds: int) -> None:  # noqa: ANN401 (an argument parser)
    """Declare what every command takes that makes and keeps runs of a scenario.

    Parameters
    ----------
    folder : of the results by default, for the help
    seeds : how many runs with other random draws, by default
    """
    parser.add_argument(
        "--seeds", type=_count, default=seeds, metavar="N", help=f"how many seeds, from 1 on (default: {seeds})"
    )
    add_settings(parser, "replace a value, e.g. sample=0.01")
    parser.add_argument(
        "--out", type=place, help=f"folder for the results (default: {folder}); runs that lie there are not made again"
    )
    parser.add_argument("--workers", type=int, help="worker processes (default: one per core)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"is {text!r}; write how many seeds, at least 1")
    return int(text)


def scenario_of(given: Namespace, name: str, **usual: Any) -> tuple[Any, Any]:  # noqa: ANN401 (values of any key)
    """Return the scenario that a command names, with its --set, and the model that it is of.

    Parameters
    ----------
    name : the scenario's file or name
    usual : values that hold unless --set gives others
    """
    from ecsim.kernel.models import model_of_scenario
    from ecsim.scenario.load import load

    changes = {**usual, **dict(setting_of(text) for text in given.set)}
    scenario = load(located(name, "scenarios"), changes)
    return scenario, model_of_scenario(scenario, trust=True)


def write_json(folder: Path, name: str, content: dict[str, Any]) -> Path:
    """Write what a command came to into its results folder, and return the file."""
    from ecsim.kernel.files import writing

    path = folder / name
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


@contextmanager
def making(given: Namespace, scenario: Any, name: str, work: Work | None = None) -> Iterator[ScenarioRuns]:  # noqa: ANN401
    """Yield what makes runs of a scenario and keeps them; workers end with it.

    Parameters
    ----------
    name : of the results folder, unless --out gives one
    work : what a run comes to; by default its outcomes
    """
    from ecsim.experiments.running.toolkit import LocalProcesses, execute_task
    from ecsim.experiments.scenario_runs import ScenarioRuns

    folder = Path(given.out) if given.out else Path("results") / name
    with closing(LocalProcesses(given.workers)) as executor, progress_bar("runs") as progress:
        yield ScenarioRuns(scenario, folder, executor, progress, work or execute_task)
