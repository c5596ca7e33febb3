"""The command that pushes inputs of a model to their limits and says which of its laws hold."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, WRONG_RESULT, Command, located, progress_bar, setting_of, unit_of

if TYPE_CHECKING:
    from ecsim.kernel.limits import LawTried


def add(command: Command) -> None:
    """Declare the command."""
    laws = command(
        "laws", "Push inputs to their limits and say which laws of the model hold: no harvest, dear carriage, no fees.",
        "ecsim laws no_money --set sample=0.01",
    )  # fmt: skip
    laws.add_argument("config", nargs="?", default="no_money", help="scenario TOML or name (default: no_money)")
    laws.add_argument("--seed", type=int, default=1, help="random seed of every run (default: 1)")
    laws.add_argument("--only", metavar="NAME,…", help="try these laws alone")
    laws.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="replace a value of the scenario")
    laws.add_argument("--json", action="store_true", help="print one JSON object")
    laws.set_defaults(run=try_laws)


def try_laws(given: Namespace) -> int:
    """Make the runs, print law, expectation and what was found.

    Returns
    -------
    int
        0; 1 if a law is broken.

    Raises
    ------
    EcsimError
        If the model states no laws, or none of a name.
    """
    from ecsim.audit.limit_runs import law_runner
    from ecsim.cli.warm import announce_compiling
    from ecsim.kernel.errors import EcsimError, hint
    from ecsim.kernel.limits import tried
    from ecsim.kernel.models import model_of_scenario
    from ecsim.scenario.load import load

    scenario = load(located(given.config, "scenarios"), dict(setting_of(text) for text in given.set))
    model = model_of_scenario(scenario, trust=True)
    laws = {law.name: law for law in model.view("limits") or ()}
    if not laws:
        raise EcsimError(f"{model.name}: this model states no laws of limits")
    names = list(laws) if given.only is None else [name.strip() for name in given.only.split(",")]
    for name in names:
        if name not in laws:
            raise EcsimError(f"--only {name}: no law of that name; {hint(name, laws, 'laws are ' + ', '.join(laws))}")
    with announce_compiling(model), progress_bar(unit_of(model)) as progress:
        results = tried([laws[name] for name in names], law_runner(scenario, given.seed, progress))
    if given.json:
        print(json.dumps({"laws": [_told(result) for result in results]}, ensure_ascii=False))
    else:
        _print(results)
    return OK if all(result.verdict == "holds" for result in results) else WRONG_RESULT


def _told(result: LawTried) -> dict[str, Any]:
    law = result.law
    bounds = {name: None if math.isinf(value) else value for name, value in (("low", law.low), ("high", law.high))}
    return {
        "law": law.name, "title": law.title.en, "expectation": law.expectation.en, "outcome": law.outcome,
        "found": None if math.isnan(result.found) else result.found, **bounds, "verdict": result.verdict,
    }  # fmt: skip


def _print(results: list[LawTried]) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(title="Laws of limits: each outcome over that of the run beside it, or of the year before")
    for column in ("law", "pushed", "expectation", "outcome", "found", "verdict"):
        table.add_column(column, justify="right" if column == "found" else "left")
    for result in results:
        law = result.law
        found = "–" if math.isnan(result.found) else f"{result.found:.4f}"
        table.add_row(law.name, law.title.en, law.expectation.en, law.outcome, found, result.verdict)
    wide().print(table)
