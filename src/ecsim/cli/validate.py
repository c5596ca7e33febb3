"""The command that holds runs of a model against stylised facts."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.fact_table import print_facts
from ecsim.cli.scenario_runs import add_kept_runs, making, scenario_of, write_json
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.validation import Validation

SEEDS = 4
SCENARIO = "equal_split"
"""What is run if nothing is named: money divided over counties, as in the years that sources are of."""
RULE = """\
Verdicts compare two intervals: the source's, and the one that holds a single run's figure with 90 % probability (of
random draws alone; two runs at least). reproduced: the model's lies in the source's. contradicted: no common point.
cannot be told: they overlap and the model's reaches beyond, or there is one run. input: the model was given it, so it
proves nothing (that runs contradict it is still said). not computable: the reason stands beside it.
"""


def add(command: Command) -> None:
    """Declare the command."""
    validate = command(
        "validate", "Hold runs against stylised facts: reproduced, contradicted, cannot be told, input; drawn too.",
        "ecsim validate equal_split --set sample=0.005 --seeds 4",
    )  # fmt: skip
    validate.epilog = f"{RULE}\n{validate.epilog}"
    validate.add_argument(
        "what", nargs="*", default=[SCENARIO], metavar="SCENARIO | RESULTS",
        help=f"a scenario TOML or name (default: {SCENARIO}), or folders that `ecsim run` wrote",
    )  # fmt: skip
    add_kept_runs(validate, "results/validate-<scenario>", seeds=SEEDS)
    validate.add_argument("--lang", choices=["en", "zh"], default="en", help="language of the table (default: en)")
    validate.set_defaults(run=validate_model)


def validate_model(given: Namespace) -> int:
    """Print every fact with source interval, model interval and verdict; draw them.

    Returns
    -------
    int
        0; 1 if a run failed. A fact that is contradicted is a finding, and no failure.
    """
    validation, folder = _recorded(given) if _are_runs(given.what) else _made(given)
    if given.json:
        print(json.dumps(validation.content(), ensure_ascii=False))
    else:
        print_facts(validation, given.lang)
    for path in _write(validation, folder):
        if not given.json:
            print(f"written: {path}")
    for failure in validation.failures:
        print(f"ecsim: a run failed and is left out: {failure}", file=sys.stderr)
    return WRONG_RESULT if validation.failures else OK


def _are_runs(names: list[str]) -> bool:
    from ecsim.kernel.journal import MANIFEST

    runs = [name for name in names if (Path(name) / MANIFEST).is_file()]
    if (runs and len(runs) < len(names)) or (not runs and len(names) > 1):
        other = next(name for name in names if name not in runs)
        raise EcsimError(f"{other}: holds no run; name one scenario, or folders that `ecsim run` wrote")
    return bool(runs)


def _recorded(given: Namespace) -> tuple[Validation, Path]:
    from ecsim.experiments.validation import validate_recorded

    if given.set or given.seeds != SEEDS:
        raise EcsimError("--set and --seeds are of runs that are made; those of a results folder are as they were made")
    folders = [Path(name) for name in given.what]
    return validate_recorded(folders), Path(given.out) if given.out else folders[0]


def _made(given: Namespace) -> tuple[Validation, Path]:
    from ecsim.experiments.validation import last_day, measure_facts, validate

    _, model = scenario_of(given, given.what[0])
    scenario, model = scenario_of(given, given.what[0], end=last_day(model))
    with making(given, scenario, f"validate-{scenario.name}", measure_facts) as runs:
        return validate(runs, model, range(1, given.seeds + 1)), runs.folder


def _write(validation: Validation, folder: Path) -> list[Path]:
    """Write the facts as JSON and their pictures, and return the files."""
    from ecsim.report.figures.facts import write_pictures

    return [write_json(folder, "validation.json", validation.content()), *write_pictures(validation, folder)]
