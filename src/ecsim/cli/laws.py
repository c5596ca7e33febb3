"""The command that pushes inputs of a model to their limits and says which of its laws hold."""

from __future__ import annotations

import fnmatch
import json
import math
import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.scenario_runs import add_kept_runs, making, scenario_of
from ecsim.kernel.errors import counted

if TYPE_CHECKING:
    from ecsim.kernel.limits import LawTried, LimitLaw


FINE = ("holds", "printed")
"""Verdicts on laws of which nothing is wrong."""


def add(command: Command) -> None:
    """Declare the command."""
    laws = command(
        "laws", "Push inputs to their limits and say which laws of the model hold: no harvest, dear carriage, no fees.",
        "ecsim laws no_money --set sample=0.01",
    )  # fmt: skip
    laws.add_argument("config", nargs="?", default="no_money", help="scenario TOML or name (default: no_money)")
    laws.add_argument("--seed", type=int, default=1, help="random seed of the runs, the first of --seeds (default: 1)")
    laws.add_argument("--only", metavar="NAME,…", help="try these laws alone; kind_*: all whose names begin so")
    laws.add_argument(
        "--fields", action="store_true",
        help="instead, change every field and parameter in base scenarios of the model and say which changes no event",
    )  # fmt: skip
    add_kept_runs(laws, "results/laws-<scenario>", seeds=1)
    laws.set_defaults(run=run)


def run(given: Namespace) -> int:
    """Try laws, or fields."""
    if not given.fields:
        return try_laws(given)
    from ecsim.cli.fields import try_fields

    return try_fields(given)


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
    from ecsim.audit.limit_runs import law_maker, laws_of, measure_laws
    from ecsim.kernel.limits import LawTried, tried

    scenario, model = scenario_of(given, given.config)
    laws = laws_of(model, scenario)
    chosen, failures = _chosen(laws, given.only, model.name), list[str]()
    every = [name for law in laws for name in law.outcomes]  # runs of some laws then serve the others too
    with making(given, scenario, f"laws-{scenario.name}", measure_laws) as runs:
        seeds = range(given.seed, given.seed + given.seeds)
        by_seed = [tried(chosen, law_maker(runs, seed, failures), every) for seed in seeds]
    results = [LawTried.over_seeds(same) for same in zip(*by_seed, strict=True)]
    if given.json:
        print(json.dumps({"laws": [_content(result, given) for result in results]}, ensure_ascii=False))
    else:
        _print(results, given)
    for failure in failures:
        print(f"ecsim: a run failed: {failure}", file=sys.stderr)
    return OK if all(result.verdict in FINE for result in results) else WRONG_RESULT


def _chosen(laws: Sequence[LimitLaw], only: str | None, model: str) -> list[LimitLaw]:
    """Return the laws that are asked for, all if none is named."""
    from ecsim.kernel.errors import EcsimError, hint

    known = {law.name: law for law in laws}
    if not known:
        raise EcsimError(f"{model}: this model states no laws of limits")
    chosen = list[str]() if only else list(known)
    for name in map(str.strip, only.split(",") if only else ()):
        named = fnmatch.filter(known, name)
        if not named:
            raise EcsimError(f"--only {name}: no law of that name; {hint(name, known, 'laws are ' + ', '.join(known))}")
        chosen += named
    return [known[name] for name in dict.fromkeys(chosen)]


def command_of(given: Namespace, law: str) -> str:
    """Return the command line that tries a law again."""
    settings = [part for text in given.set for part in ("--set", text)]
    seeds = ["--seed", str(given.seed), *(["--seeds", str(given.seeds)] if given.seeds > 1 else [])]
    return shlex.join(["ecsim", "laws", given.config, "--only", law, *seeds, *settings])


def _content(result: LawTried, given: Namespace) -> dict[str, Any]:
    law = result.law
    bounds = {name: None if math.isinf(value) else value for name, value in (("low", law.low), ("high", law.high))}
    return {
        "law": law.name, "title": law.title.en, "expectation": law.expectation.en, "outcome": law.outcome,
        "found": _or_none(result.found), "half_width": _or_none(result.half_width), **bounds,
        "values": [_or_none(value) for value in result.values], "per": law.per,
        "per_unit": _or_none(result.per_unit), "verdict": result.verdict,
        "command": command_of(given, law.name),
    }  # fmt: skip


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _found(result: LawTried) -> str:
    """Return what was found, with the half width of its interval, or the range over the points of the law."""
    if math.isnan(result.found):
        return "–"
    found = f"{result.found:.4f}" + ("" if math.isnan(result.half_width) else f" ± {result.half_width:.4f}")
    if result.law.points and result.verdict == "printed":
        return f"{result.found:.2f}, {min(result.values):.2f} to {max(result.values):.2f}"
    return found


def _by_unit(result: LawTried) -> str:
    """Return what was found by the unit that the law names; empty where it names none."""
    return "" if math.isnan(result.per_unit) else f"{result.per_unit:+.4f}"


def _print(results: list[LawTried], given: Namespace) -> None:
    from rich.table import Table

    from ecsim.cli.console import wide

    table = Table(
        title=f"Laws of limits: an outcome over that of the run beside it, less it, or by itself; seeds: {given.seeds}"
    )
    per = any(result.law.per for result in results)
    for column in ("law", "pushed", "expectation", "outcome", "found", *(["by unit"] if per else []), "verdict"):
        table.add_column(column, justify="right" if column in ("found", "by unit") else "left", overflow="fold")
    for result in results:
        law = result.law
        cells = [law.name, law.title.en, law.expectation.en, law.outcome, _found(result)]
        table.add_row(*cells, *([_by_unit(result)] if per else []), result.verdict)
    wide(160).print(table)
    if per:
        print("By unit: of the figure that a law names for it; of a kind of project a million yuan of central money.")
    judged = [result for result in results if result.verdict != "printed"]
    untold = [result.law.name for result in judged if result.verdict == "cannot be told"]
    broken = [result.law.name for result in judged if result.verdict not in ("holds", "cannot be told")]
    hold, laws = len(judged) - len(broken) - len(untold), counted(len(judged), "law")
    print(f"{hold:,} of {laws} {'holds' if hold == 1 else 'hold'}; {counted(len(results) - len(judged), 'figure')}.")
    if untold:
        print(f"One seed cannot tell {len(untold)} from chance: ask for --seeds 5 or more.")
    for name in broken + untold:
        print(f"again: {command_of(given, name)}")
    if not broken + untold:
        print(f"one of them again: {command_of(given, results[0].law.name)}")
