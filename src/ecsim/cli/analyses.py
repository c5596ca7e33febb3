"""Commands that analyse experiments: sensitivity, robust, select."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecsim.cli.command import Command
from ecsim.cli.commands import OK, WRONG_RESULT, change, progress_bar
from ecsim.cli.experiments import add_experiment, executor_of, folder_of
from ecsim.errors import EcsimError

if TYPE_CHECKING:
    import pandas as pd

    from ecsim.experiments.analyses.analysis import Analysis
    from ecsim.experiments.running.plan import Plan


def add(command: Command) -> None:
    """Declare the commands."""
    sensitivity = command(
        "sensitivity", "Tell which assumptions the differences between arms hang on, by the experiment's design.",
        "ecsim sensitivity experiments/sensitivity-of-the-answer --outcome poor_income_2019",
    )  # fmt: skip
    _add_analysis(sensitivity)
    sensitivity.set_defaults(run=tell_sensitivity)
    robust = command(
        "robust", "Rank the arms over the points of a design under every metric of robustness, side by side.",
        "ecsim robust experiments/robust-allocation",
    )  # fmt: skip
    _add_analysis(robust)
    robust.set_defaults(run=tell_robustness)
    select = command(
        "select", "Choose the best arm with a stated probability, with as many runs as that takes.",
        "ecsim select experiments/station-designs",
    )  # fmt: skip
    add_experiment(select)
    select.add_argument("--json", action="store_true", help="print the analysis as JSON")
    select.set_defaults(run=tell_choice)


def _add_analysis(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    add_experiment(parser)
    parser.add_argument(
        "--outcome",
        action="append",
        default=[],
        metavar="NAME",
        help="in place of the experiment's outcomes; may repeat",
    )
    parser.add_argument(
        "--missing", choices=["refuse", "drop"], default="refuse",
        help="where a run failed or an outcome is no number: refuse, or leave out what belongs to it (default: refuse)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the analysis as JSON")


def tell_sensitivity(given: Namespace) -> int:
    """Make the runs of a design, print what outcomes hang on, write analysis and report."""
    from ecsim.experiments.analyses.sensitivity import sensitivity

    plan, folder = _ready(given)
    with progress_bar("runs") as progress, closing(executor_of(given)) as executor:
        found, designed = sensitivity(
            plan, folder, executor, outcomes=given.outcome, missing=given.missing, progress=progress
        )
    _tell(given, folder, found, _leading(found))
    return WRONG_RESULT if designed.failed else OK


def tell_robustness(given: Namespace) -> int:
    """Make the runs of a design, print how arms rank, write analysis and report."""
    from ecsim.experiments.analyses.robustness import robustness

    plan, folder = _ready(given)
    with progress_bar("runs") as progress, closing(executor_of(given)) as executor:
        found, designed = robustness(
            plan, folder, executor, outcomes=given.outcome, missing=given.missing, progress=progress
        )
    _tell(given, folder, found, _ranks(found))
    return WRONG_RESULT if designed.failed else OK


def tell_choice(given: Namespace) -> int:
    """Make the runs that a choice takes, print it, write analysis and report."""
    from ecsim.experiments.analyses.selection import select

    if given.replications is not None:
        raise EcsimError(
            "select decides how many replications it needs; use --set selection.most=N for the most of them"
        )
    plan, folder = _ready(given)
    with progress_bar("runs") as progress, closing(executor_of(given)) as executor:
        found, _ = select(plan, folder, executor, progress=progress)
    _tell(given, folder, found, _arms(found))
    return OK


def _ready(given: Namespace) -> tuple[Plan, Path]:
    from ecsim.experiments.compare import planned

    plan = planned(given.experiment, given.replications, given.sample, dict(change(text) for text in given.set))
    return plan, folder_of(given, plan.experiment.name)


def _tell(given: Namespace, folder: Path, found: Analysis, rows: list[dict[str, str]]) -> None:
    """Print an analysis and write the report of its folder."""
    from ecsim.cli.tables import print_rows
    from ecsim.experiments.analyses.analysis import FOLDER
    from ecsim.report.report import write_report

    place = folder / FOLDER / f"{found.name}.json"
    if given.json:
        print(place.read_text(encoding="utf-8"), end="")
        write_report(folder)
        return
    print_rows(f"{found.title.en} {found.title.zh}", rows)
    for said in found.findings:
        print(f"* {said.en}")
    for said in found.notes:
        print(f"  note: {said.en}")
    for written in (place, *write_report(folder)):
        print(f"written: {written}")


def _leading(found: Analysis) -> list[dict[str, str]]:
    """Return a line a figure: what it hangs on most."""
    from ecsim.experiments.analyses.wording import between, number

    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in _records(found.tables["leading"].rows):
        figure = row["arm"] + (f" − {row['against']}" if row["against"] else "")
        line = lines.setdefault((row["outcome"], figure), {"outcome": row["outcome"], "figure": figure})
        told = f"{number(row['value'])}{between(number(row['low']), number(row['high']))}"
        where = "luck's share" if row["place"] is None else f"{row['place']}. by {found.settings['index']}"
        line[where] = told if row["place"] is None else f"{row['parameter']}\n{told}"
    return list(lines.values())


def _ranks(found: Analysis) -> list[dict[str, str]]:
    """Return a line a metric: the rank of each arm, and its score."""
    from ecsim.experiments.analyses.wording import number

    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in _records(found.tables["rankings"].rows):
        line = lines.setdefault(
            (row["outcome"], row["metric"]), {"outcome": row["outcome"], "metric": row["title_en"]}
        )  # fmt: skip
        line[row["arm"]] = f"{row['rank']}  ({number(row['score'])})"
    return list(lines.values())


def _arms(found: Analysis) -> list[dict[str, str]]:
    """Return a line an arm."""
    from ecsim.experiments.analyses.wording import between, number

    return [
        {
            "arm": row["arm"] + (" (chosen)" if row["chosen"] else ""),
            "replications": str(row["replications"]),
            "mean": f"{number(row['mean'])}{between(number(row['low']), number(row['high']))}",
            "less the chosen": ""
            if row["chosen"]
            else f"{number(row['difference'])}{between(number(row['difference_low']), number(row['difference_high']))}",
            "ruled out after": "" if row["ruled_out_after"] is None else str(row["ruled_out_after"]),
        }
        for row in _records(found.tables["arms"].rows)
    ]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
