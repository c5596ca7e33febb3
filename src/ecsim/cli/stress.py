"""The command that stress-tests the targets of an experiment."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from ecsim.cli.analysis_output import report_analyses
from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.experiments import add_experiment, ready, running

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    stress = command(
        "stress", "Stress-test the targets: shocks of rising strength, the mildest combination that breaks "
        "each target, failure regions.",
        "ecsim stress experiments/stress-targets --replications 4",
    )  # fmt: skip
    add_experiment(stress)
    stress.set_defaults(run=analyse_stress)


def analyse_stress(given: Namespace) -> int:
    """Make the runs of a stress test, print what breaks which target, write analyses and report."""
    from ecsim.experiments.analyses.stress import stress

    plan, folder = ready(given)
    with running(given) as (executor, progress):
        result, analyses = stress(plan, folder, executor, progress)
    report_analyses(given, folder, *((analysis, _of_stress(analysis)) for analysis in analyses))
    return WRONG_RESULT if result.failed else OK


def _of_stress(analysis: Analysis) -> list[dict[str, str]]:
    """Return the lines of an analysis of a stress test: where targets break, what was found, or boxes."""
    match analysis.kind:
        case "stress":
            return _breaking(analysis)
        case "search":
            return [_found(row) for row in analysis.tables["mildest"].records()]
        case _:
            return [_limit(row) for row in analysis.tables["boxes"].records()]


def _breaking(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line for each target and shock that breaks it: the strength, by arm, at the lowest level asked."""
    from ecsim.experiments.analyses.formats import with_interval

    level = min(analysis.settings["levels"])
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in analysis.tables["breaking"].records():
        if row["level"] == level and row["verdict"] == "breaks":
            empty = {"target": row["target"], "shock": row["shock"], **dict.fromkeys(analysis.settings["arms"], "")}
            line = lines.setdefault((row["target"], row["shock"]), empty)
            line[row["arm"]] = with_interval(row["strength"], row["low"], row["high"])
    return list(lines.values())


def _found(row: dict[str, Any]) -> dict[str, str]:
    from ecsim.experiments.analyses.formats import number, with_interval

    fresh = with_interval(row["fresh_share"], row["fresh_low"], row["fresh_high"])
    return {"arm": row["arm"], "target": row["target"], "sum of strengths": number(row["severity"]),
            "then holds with probability": fresh, "combinations run": str(row["combinations_run"])}  # fmt: skip


def _limit(row: dict[str, Any]) -> dict[str, str]:
    from ecsim.experiments.analyses.formats import number

    return {"arm": row["arm"], "box": str(row["box"]), "limit": row["limit_en"], "density": number(row["density"]),
            "coverage": number(row["coverage"])}  # fmt: skip
