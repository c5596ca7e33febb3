"""The command that selects the best arm of an experiment."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from ecsim.cli.analysis_output import report_analyses
from ecsim.cli.command import OK, WRONG_RESULT, Command
from ecsim.cli.experiments import add_experiment, ready, running
from ecsim.kernel.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    select = command(
        "select", "Select the best policy with a stated probability, using as many runs as that needs.",
        "ecsim select experiments/robust-allocation/selection.toml",
    )  # fmt: skip
    add_experiment(select)
    select.set_defaults(run=select_arm)


def select_arm(given: Namespace) -> int:
    """Make the runs that a choice takes, print it, write analysis and report.

    Returns
    -------
    int
        0; 1 if the budget ended before the probability that was asked for could be promised.
    """
    from ecsim.experiments.analyses.selection import select

    if given.replications is not None:
        raise EcsimError(
            "select decides how many replications it needs; use --set selection.most=N for the most of them"
        )
    plan, folder = ready(given)
    with running(given) as (executor, progress):
        analysis, outcome = select(plan, folder, executor, progress=progress)
    report_analyses(given, folder, (analysis, _arms(analysis)))
    if outcome.lacking:
        print(f"ecsim: {outcome.lacking}", file=sys.stderr)
        return WRONG_RESULT
    return OK


def _arms(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line for each arm."""
    from ecsim.experiments.analyses.formats import with_interval

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
