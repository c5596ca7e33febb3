"""The command that tries a study's claims under changes that must not matter."""

from __future__ import annotations

import math
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecsim.cli.analysis_output import report_analyses
from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.experiments import add_experiment, ready, running

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    claims = command(
        "claims", "Try a study's claims under changes that must not matter: findings and artefacts told apart.",
        "ecsim claims experiments/example-epidemic",
    )  # fmt: skip
    add_experiment(claims)
    claims.add_argument("--runs", dest="replications", type=int, metavar="N", help="the same as --replications")
    claims.add_argument(
        "--changes", metavar="NAME,…", help="try these changes alone (default: all that make sense for the study)"
    )
    claims.set_defaults(run=analyse_claims)


def analyse_claims(given: Namespace) -> int:
    """Make the runs that claims are tried by, print the verdicts, write analysis and report.

    Returns
    -------
    int
        0; 1 if a claim is contradicted or fragile, or a run failed.
    """
    from ecsim.experiments.analyses.claims import try_claims

    command = command_of(given)
    if given.replications is not None:  # of a stopping rule, too: claims are tried with a fixed number
        given.set, given.replications = [*given.set, f"replications={given.replications}"], None
    plan, folder = ready(given)
    names = None if given.changes is None else [name.strip() for name in given.changes.split(",")]
    with running(given) as (executor, progress):
        analysis, outcome = try_claims(plan, folder, executor, changes=names, command=command, progress=progress)
    report_analyses(given, folder, (analysis, list(_rows(analysis))))
    if not given.json:
        _print_commands(analysis)
    for name, reason in outcome.runs.inapplicable.items():
        print(f"ecsim: {name} is not tried: {reason}", file=sys.stderr)
    for failure in outcome.failures:
        print(f"ecsim: a run failed and is excluded: {failure}", file=sys.stderr)
    return OK if outcome.stands else WRONG_RESULT


def _print_commands(analysis: Analysis) -> None:
    """Print how to try again each change under which a claim is not robust."""
    rows = analysis.tables["changes"].records()
    for command in dict.fromkeys(row["command"] for row in rows if row["verdict"] != "robust"):
        print(f"again: {command}")


def command_of(given: Namespace) -> str:
    """Return the command line that tries the same claims again, without the names of changes."""
    options = [("--replications", given.replications), ("--sample", given.sample), *(("--set", s) for s in given.set)]
    parts = [part for name, value in options if value is not None for part in (name, str(value))]
    return shlex.join(["ecsim", "claims", given.experiment, *parts])


def _rows(analysis: Analysis) -> Iterator[dict[str, str]]:
    """Yield a line for each claim as the study is run, then one for it under each change."""
    changes = analysis.tables["changes"].records()
    for claim in analysis.tables["claims"].records():
        yield _line(claim, "", claim, claim["estimate"], claim["low"], claim["high"])
        for change in changes:
            if change["claim"] == claim["claim"]:
                line = _line(
                    claim, change["change"], change, change["after"], change["after_low"], change["after_high"]
                )
                luck = "same" if change["paired"] else "other"
                yield {**line, "moved by": _interval(change, "difference"), "luck": luck}


def _line(
    claim: dict[str, Any], change: str, row: dict[str, Any], value: float, low: float, high: float
) -> dict[str, str]:  # fmt: skip
    from ecsim.experiments.analyses.formats import with_interval

    needed = f"{row['needed']:,}" if row["needed"] else "–"
    return {
        "claim": "" if change else f"{claim['claim']} {claim['relation']} {claim['value']:g}",
        "change": change or "as the study is run",
        "figure": with_interval(value, low, high),
        "moved by": "",
        "luck": "",
        "verdict": row["verdict"],
        "settled by": needed if row["verdict"] == "inconclusive" else "",
    }


def _interval(row: dict[str, Any], name: str) -> str:
    from ecsim.experiments.analyses.formats import signed, with_interval

    value = row[name]
    return "" if math.isnan(value) else with_interval(value, row[f"{name}_low"], row[f"{name}_high"], signed)
