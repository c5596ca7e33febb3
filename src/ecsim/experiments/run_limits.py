"""How many runs an experiment may make."""

from __future__ import annotations

from ecsim.experiments.schema import MOST_RUNS, Experiment
from ecsim.kernel.errors import EcsimError

BYTES_A_RUN = 300
"""A line of the plan and one of the ledger; tables come on top."""


def check_runs(experiment: Experiment, points: int, where: str) -> None:
    """Refuse an experiment of more runs than can be held, before any of them is.

    Parameters
    ----------
    experiment : whose arms and replications count
    points : of its design
    where : the file that the message names

    Raises
    ------
    EcsimError
        With what the runs would take.
    """
    most = experiment.most
    planned = f"{len(experiment.arms)} arms x {points:,} points x {most:,} replications"
    for name, runs in {planned: len(experiment.arms) * points * most, **further_runs(experiment)}.items():
        if runs > MOST_RUNS:
            raise EcsimError(
                f"{where}: {name}: {runs:,} runs, of {MOST_RUNS:,} at most; they would take {runs / 3600.0:,.0f} hours "
                f"at a second a run and {runs * BYTES_A_RUN / 1e9:,.1f} GB for the list of runs alone — lower their "
                "number, or make several experiments of it"
            )


def further_runs(experiment: Experiment) -> dict[str, int]:
    """Return how many runs analyses may make beside the plan, at most, by the command that makes them."""
    runs = {}
    search = experiment.stress.search if experiment.stress and not experiment.design else None
    if search is not None:
        combinations = search.population * (search.generations + 1)
        each = combinations * search.replications + search.fresh
        runs["ecsim stress, the search"] = each * len(search.targets) * len(experiment.arms)
    if experiment.selection is not None:
        arms = 1 if experiment.selection.procedure == "ocba" else len(experiment.arms)
        runs["ecsim select"] = experiment.selection.most * arms
    return runs
