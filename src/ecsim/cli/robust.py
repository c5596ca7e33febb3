"""The command that ranks arms across uncertain futures."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ecsim.cli.command import Command
from ecsim.cli.design import add_design, analyse_design

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    robust = command(
        "robust", "Rank policies across uncertain futures under every robustness metric.",
        "ecsim robust experiments/robust-allocation",
    )  # fmt: skip
    add_design(robust)
    robust.set_defaults(run=analyse_robustness)


def analyse_robustness(given: Namespace) -> int:
    """Make the runs of a design, print how arms rank, write analysis and report."""
    from ecsim.experiments.analyses.robustness import robustness

    return analyse_design(given, robustness, _ranks)


def _ranks(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line for each metric: the rank of each arm, and its score."""
    from ecsim.experiments.analyses.formats import number

    lines: dict[tuple[str, str], dict[str, str]] = {}
    for row in analysis.tables["rankings"].records():
        line = lines.setdefault(
            (row["outcome"], row["metric"]), {"outcome": row["outcome"], "metric": row["title_en"]}
        )  # fmt: skip
        line[row["arm"]] = f"{row['rank']}  ({number(row['score'])})"
    return list(lines.values())
