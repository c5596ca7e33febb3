"""A stress test from its first run to its analyses."""

from __future__ import annotations

from pathlib import Path

from ecsim.experiments.analyses import discovery, failure_search, ladder
from ecsim.experiments.analyses.analysis import Analysis
from ecsim.experiments.analyses.wording import arm_names
from ecsim.experiments.compare import Comparison, compare_plan
from ecsim.experiments.running.ensemble import Progress, Runner
from ecsim.experiments.running.executors import Executor
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.plan import Plan, execute_task
from ecsim.kernel.errors import EcsimError


def stress(
    plan: Plan, folder: Path, executor: Executor, progress: Progress = None
) -> tuple[Comparison, list[Analysis]]:
    """Make the runs of a stress test and write its analyses.

    Without a design of its own every shock of ``[stress.shocks]`` is tried alone at rising strength, and then the
    combinations of ``[stress.search]``; with a design, ``[discovery]`` tells where in its space a target fails.

    Raises
    ------
    EcsimError
        If the experiment names what there is not, or too few runs ended.
    """
    _check(plan)
    found = compare_plan(plan, folder, executor, progress=progress)
    assert found is not None
    analyses = _of_design(plan, found) if plan.experiment.design else _of_ladder(plan, found, executor, progress)
    for analysis in analyses:
        analysis.write(folder)
    return found, analyses


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
            f"{experiment.name}: {len(plan.design)} points are too few for boxes; give design.points "
            f"{discovery.FEWEST} or more, better some hundreds"
        )


def _of_design(plan: Plan, found: Comparison) -> list[Analysis]:
    assert plan.design is not None
    return [discovery.analyse(found, plan.design, ladder.titles_of(plan.shocks), arm_names(plan))]


def _of_ladder(plan: Plan, found: Comparison, executor: Executor, progress: Progress) -> list[Analysis]:
    test = ladder.StressTest.of(plan, found)
    analyses = [ladder.analyse(test, found.folder)]
    if test.stress.search is not None:
        with Ledger(found.folder) as ledger:
            runner = Runner(execute_task, executor, ledger, plan.experiment.seconds_a_run, progress=progress)
            analyses.append(failure_search.analyse(failure_search.FailureSearch(plan, runner, test)))
    return analyses
