"""The command that stress-tests targets."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from ecsim.cli.command import Command
from ecsim.cli.commands import OK, WRONG_RESULT, change, progress_bar
from ecsim.cli.experiments import add_experiment, executor_of, folder_of
from ecsim.errors import EcsimError

if TYPE_CHECKING:
    from ecsim.experiments.analyses.analysis import Analysis


def add(command: Command) -> None:
    """Declare the command."""
    stress = command(
        "stress", "Stress-test targets: shocks at rising strength, the mildest combination that breaks one, and boxes.",
        "ecsim stress experiments/stress-targets --replications 4",
    )  # fmt: skip
    add_experiment(stress)
    stress.set_defaults(run=stress_targets)


def stress_targets(given: Namespace) -> int:
    """Make the runs of a stress test, print what they say, write analyses and report."""
    from ecsim.experiments.analyses.stressed import stress
    from ecsim.experiments.compare import planned
    from ecsim.report.report import write_report

    plan = planned(given.experiment, given.replications, given.sample, dict(change(text) for text in given.set))
    if plan.experiment.stress is None:
        raise EcsimError(f"{given.experiment}: has no [stress]; name its shocks under [stress.shocks]")
    folder = folder_of(given, plan.experiment.name)
    with progress_bar("runs") as progress:
        found, analyses = stress(plan, folder, executor_of(given), progress)
    for analysis in analyses:
        told(analysis)
    print(f"report: {write_report(folder)}")
    return WRONG_RESULT if found.failed else OK


def told(analysis: Analysis) -> None:
    """Print what an analysis found."""
    print(f"\n{analysis.title.en}\n{analysis.title.zh}")
    for said in analysis.findings:
        print(f"  * {said.en}")
    for said in analysis.notes:
        print(f"  note: {said.en}")
