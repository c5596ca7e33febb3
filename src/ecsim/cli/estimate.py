"""The command that estimates what an experiment takes, from one run of it."""

from __future__ import annotations

import json
from argparse import Namespace

from ecsim.cli.command import OK, Command
from ecsim.cli.experiments import add_experiment, executor_of, ready


def add(command: Command) -> None:
    """Declare the command."""
    estimate = command(
        "estimate", "Estimate what an experiment will run, how long it takes and how much it writes, from one run.",
        "ecsim estimate experiments/pooled-vs-per-county",
    )  # fmt: skip
    add_experiment(estimate)
    estimate.set_defaults(run=print_estimate)


def print_estimate(given: Namespace) -> int:
    """Make one run and print what all runs of the experiment will take: how many there are, time, disk."""
    from ecsim.cli.console import print_rows
    from ecsim.experiments.running.cost_estimate import estimate_cost

    plan, folder = ready(given)
    estimate = estimate_cost(plan, folder, executor_of(given))
    if given.json:
        print(json.dumps(estimate, ensure_ascii=False))
    else:
        print_rows(
            f"{plan.experiment.name}: {plan.experiment.question}", [{"": k, " ": v} for k, v in estimate.items()]
        )
    return OK
