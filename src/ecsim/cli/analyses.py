"""Commands that analyse experiments: sensitivity, stress, robust, select."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.experiments import add_experiment, ready, running
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis
    from ecsim.experiments.analyses.design_runs import DesignRuns

    Rows: TypeAlias = Callable[[Analysis], list[dict[str, str]]]


def add(command: Command) -> None:
    """Declare the commands."""
    sensitivity = command(
        "sensitivity", "Rank the assumptions that drive the differences between policies.",
        "ecsim sensitivity experiments/sensitivity-of-the-answer --outcome poor_income@2019",
    )  # fmt: skip
    _add_analysis(sensitivity)
    sensitivity.set_defaults(run=analyse_sensitivity)
    stress = command(
        "stress", "Stress-test the targets: shocks of rising strength, the mildest combination that breaks "
        "each target, failure regions.",
        "ecsim stress experiments/stress-targets --replications 4",
    )  # fmt: skip
    add_experiment(stress)
    stress.set_defaults(run=analyse_stress)
    robust = command(
        "robust", "Rank policies across uncertain futures under every robustness metric.",
        "ecsim robust experiments/robust-allocation",
    )  # fmt: skip
    _add_analysis(robust)
    robust.set_defaults(run=analyse_robustness)
    select = command(
        "select", "Select the best policy with a stated probability, using as many runs as that needs.",
        "ecsim select experiments/robust-allocation/selection.toml",
    )  # fmt: skip
    add_experiment(select)
    select.set_defaults(run=select_arm)


def _add_analysis(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    add_experiment(parser)
    parser.add_argument(
        "--outcome",
        action="append",
        default=[],
        metavar="NAME",
        help="outcome to analyse (overrides the experiment file); may be repeated",
    )
    parser.add_argument(
        "--missing", choices=["refuse", "drop"], default="refuse",
        help="if a run failed or an outcome is not a number: stop, or drop the affected points (default: refuse)",
    )  # fmt: skip


def analyse_sensitivity(given: Namespace) -> int:
    """Make the runs of a design, print what outcomes hang on, write analysis and report."""
    from ecsim.experiments.analyses.sensitivity import sensitivity

    return _analyse_design(given, sensitivity, _leading)


def analyse_robustness(given: Namespace) -> int:
    """Make the runs of a design, print how arms rank, write analysis and report."""
    from ecsim.experiments.analyses.robustness import robustness

    return _analyse_design(given, robustness, _ranks)


def _analyse_design(given: Namespace, analyse: Callable[..., tuple[Analysis, DesignRuns]], rows: Rows) -> int:
    plan, folder = ready(given)
    with running(given) as (executor, progress):
        analysis, designed = analyse(
            plan, folder, executor, outcomes=given.outcome, missing=given.missing, progress=progress
        )
    _report(given, folder, (analysis, rows(analysis)))
    return WRONG_RESULT if designed.failed else OK


def analyse_stress(given: Namespace) -> int:
    """Make the runs of a stress test, print what breaks which target, write analyses and report."""
    from ecsim.experiments.analyses.stress import stress

    plan, folder = ready(given)
    with running(given) as (executor, progress):
        result, analyses = stress(plan, folder, executor, progress)
    _report(given, folder, *((analysis, _of_stress(analysis)) for analysis in analyses))
    return WRONG_RESULT if result.failed else OK


def select_arm(given: Namespace) -> int:
    """Make the runs that a choice takes, print it, write analysis and report."""
    from ecsim.experiments.analyses.selection import select

    if given.replications is not None:
        raise EcsimError(
            "select decides how many replications it needs; use --set selection.most=N for the most of them"
        )
    plan, folder = ready(given)
    with running(given) as (executor, progress):
        analysis, _ = select(plan, folder, executor, progress=progress)
    _report(given, folder, (analysis, _arms(analysis)))
    return OK


def _report(given: Namespace, folder: Path, *analyses: tuple[Analysis, list[dict[str, str]]]) -> None:
    """Print analyses, each with the rows of its table, and write the report of their folder."""
    from ecsim.report.report import write_report

    pages = write_report(folder)
    for analysis, rows in analyses:
        if given.json:
            print(analysis.json())
        else:
            _print(analysis, rows)
    if not given.json:
        for written in (*(analysis.path(folder) for analysis, _ in analyses), *pages):
            print(f"written: {written}")


def _print(analysis: Analysis, rows: list[dict[str, str]]) -> None:
    from ecsim.cli.console import print_rows

    print_rows(f"{analysis.title.en} {analysis.title.zh}", rows)
    for said in analysis.findings:
        print(f"* {said.en}")
    for said in analysis.notes:
        print(f"  note: {said.en}")


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
    from ecsim.experiments.analyses.wording import with_interval

    level = min(analysis.settings["levels"])
    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in analysis.tables["breaking"].records():
        if row["level"] == level and row["verdict"] == "breaks":
            empty = {"target": row["target"], "shock": row["shock"], **dict.fromkeys(analysis.settings["arms"], "")}
            line = lines.setdefault((row["target"], row["shock"]), empty)
            line[row["arm"]] = with_interval(row["strength"], row["low"], row["high"])
    return list(lines.values())


def _found(row: dict[str, Any]) -> dict[str, str]:
    from ecsim.experiments.analyses.wording import number, with_interval

    fresh = with_interval(row["fresh_share"], row["fresh_low"], row["fresh_high"])
    return {"arm": row["arm"], "target": row["target"], "sum of strengths": number(row["severity"]),
            "then holds with probability": fresh, "combinations run": str(row["combinations_run"])}  # fmt: skip


def _limit(row: dict[str, Any]) -> dict[str, str]:
    from ecsim.experiments.analyses.wording import number

    return {"arm": row["arm"], "box": str(row["box"]), "limit": row["limit_en"], "density": number(row["density"]),
            "coverage": number(row["coverage"])}  # fmt: skip


def _leading(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line a figure: what it hangs on most."""
    from ecsim.experiments.analyses.wording import with_interval

    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in analysis.tables["leading"].records():
        figure = row["arm"] + (f" − {row['against']}" if row["against"] else "")
        line = lines.setdefault((row["outcome"], figure), {"outcome": row["outcome"], "figure": figure})
        interval = with_interval(row["value"], row["low"], row["high"])
        where = (
            "share of random variation" if row["place"] is None else f"{row['place']}. by {analysis.settings['index']}"
        )
        line[where] = interval if row["place"] is None else f"{row['parameter']}\n{interval}"
    return list(lines.values())


def _ranks(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line a metric: the rank of each arm, and its score."""
    from ecsim.experiments.analyses.wording import number

    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in analysis.tables["rankings"].records():
        line = lines.setdefault(
            (row["outcome"], row["metric"]), {"outcome": row["outcome"], "metric": row["title_en"]}
        )  # fmt: skip
        line[row["arm"]] = f"{row['rank']}  ({number(row['score'])})"
    return list(lines.values())


def _arms(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line for each arm."""
    from ecsim.experiments.analyses.wording import with_interval

    return [
        {
            "arm": row["arm"] + (" (chosen)" if row["chosen"] else ""),
            "replications": str(row["replications"]),
            "mean": with_interval(row["mean"], row["low"], row["high"]),
            "minus the chosen": ""
            if row["chosen"]
            else with_interval(row["difference"], row["difference_low"], row["difference_high"]),
            "ruled out after": "" if row["ruled_out_after"] is None else str(row["ruled_out_after"]),
        }
        for row in analysis.tables["arms"].records()
    ]
