"""The command that ranks the assumptions an answer is sensitive to."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ecsim.cli.command import Command
from ecsim.cli.design import add_design, analyse_design

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    sensitivity = command(
        "sensitivity", "Rank the assumptions that drive the differences between policies.",
        "ecsim sensitivity experiments/sensitivity-of-the-answer --outcome poor_income@2019",
    )  # fmt: skip
    add_design(sensitivity)
    sensitivity.set_defaults(run=analyse_sensitivity)


def analyse_sensitivity(given: Namespace) -> int:
    """Make the runs of a design, print which parameters outcomes are sensitive to, write analysis and report."""
    from ecsim.experiments.analyses.sensitivity import sensitivity

    return analyse_design(given, sensitivity, _leading)


def _leading(analysis: Analysis) -> list[dict[str, str]]:
    """Return a line for each figure: which parameters it is most sensitive to."""
    from ecsim.experiments.analyses.formats import with_interval

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
