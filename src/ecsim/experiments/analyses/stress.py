"""A stress test from its first run to its analyses."""

from __future__ import annotations

from pathlib import Path

from ecsim.experiments.analyses import discovery, failure_search, ladder
from ecsim.experiments.analyses.toolkit import (
    Analysis,
    Comparison,
    EcsimError,
    Executor,
    Ledger,
    Plan,
    Progress,
    Runner,
    compare_plan,
    execute_task,
)
from ecsim.kernel.errors import counted


def stress(
    plan: Plan, folder: Path, executor: Executor, progress: Progress = None
) -> tuple[Comparison, list[Analysis]]:
    """Make the runs of a stress test and write its analyses.

    Without a design of its own every shock of ``[stress.shocks]`` is tried alone at rising strength, and then the
    combinations of ``[stress.search]``; with a design, ``[discovery]`` tells where in its space a target fails.

    Parameters
    ----------
    plan : of an experiment with ``[stress]``
    folder : of the results
    executor : where runs are made
    progress : told how many runs are made, of how many

    Returns
    -------
    The comparison of its runs, and its analyses: stress and perhaps search, or discovery.

    Raises
    ------
    EcsimError
        If the experiment names what there is not, or too few runs ended.
    """
    _check(plan)
    comparison = compare_plan(plan, folder, executor, progress=progress)
    assert comparison is not None
    if plan.experiment.design:
        analyses = _of_design(plan, comparison)
    else:
        analyses = _of_ladder(plan, comparison, executor, progress)
    for analysis in analyses:
        analysis.write(folder)
    return comparison, analyses


def _check(plan: Plan) -> None:
    """Refuse, before the first run, what could not be analysed after the last."""
    experiment = plan.experiment
    if experiment.stress is None:
        raise EcsimError(f"{plan.home}: {experiment.name} has no [stress]; name its shocks under [stress.shocks]")
    if experiment.most < 2 and not experiment.design:
        raise EcsimError(f"{experiment.name}: replications is {experiment.most}; a share needs at least 2, better 20")
    if plan.design is None or experiment.design is None:
        return
    if experiment.discovery is None:
        raise EcsimError(
            f"{experiment.name}: has a design of its own and no [discovery]; say which target's failure is looked for, "
            "or leave [design] and [space] out for a ladder of shocks"
        )
    if plan.design.size > 1:
        raise EcsimError(
            f"{experiment.name}: points of a {plan.design.kind} design repeat each other's values, and one half "
            "would not test what the other half shows; take latin_hypercube or sobol_sequence for discovery"
        )
    if len(plan.design) < discovery.FEWEST:
        raise EcsimError(
            f"{experiment.name}: {counted(len(plan.design), 'point')}, too few for boxes; give design.points "
            f"{discovery.FEWEST} or more, better some hundreds"
        )


def _of_design(plan: Plan, comparison: Comparison) -> list[Analysis]:
    assert plan.design is not None
    return [discovery.analyse(plan, comparison, plan.design)]


def _of_ladder(plan: Plan, comparison: Comparison, executor: Executor, progress: Progress) -> list[Analysis]:
    test = ladder.StressTest.of(plan, comparison)
    analyses = [ladder.analyse(test, comparison.folder)]
    if test.stress.search is not None:
        with Ledger(comparison.folder) as ledger:
            runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, progress=progress)
            analyses.append(failure_search.analyse(failure_search.FailureSearch(runner, test)))
    return analyses
