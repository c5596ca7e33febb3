"""What commands share that analyse the runs of a design of experiments."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from ecsim.cli.analysis_output import report_analyses
from ecsim.cli.command import OK, WRONG_RESULT
from ecsim.cli.experiments import add_experiment, ready, running

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis
    from ecsim.experiments.analyses.design_runs import DesignRuns

    Rows: TypeAlias = Callable[[Analysis], list[dict[str, str]]]


def add_design(parser: Any) -> None:  # noqa: ANN401 (an argument parser, or a group of one)
    """Declare what every command takes that analyses the runs of a design."""
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


def analyse_design(given: Namespace, analyse: Callable[..., tuple[Analysis, DesignRuns]], rows: Rows) -> int:
    """Make the runs of a design, print their analysis, write it and the report, and return the exit status.

    Parameters
    ----------
    given : arguments of the command
    analyse : makes the runs and analyses them
    rows : returns what is printed of the analysis

    Returns
    -------
    int
        1 if a run failed; else 0.
    """
    plan, folder = ready(given)
    with running(given) as (executor, progress):
        analysis, designed = analyse(
            plan, folder, executor, outcomes=given.outcome, missing=given.missing, progress=progress
        )
    report_analyses(given, folder, (analysis, rows(analysis)))
    return WRONG_RESULT if designed.failed else OK
