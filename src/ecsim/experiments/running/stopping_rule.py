"""Making replications until there are enough: the experiment's own number, or what its stopping rule says."""

from __future__ import annotations

from math import isfinite

from ecsim.experiments.running.completed import CompletedRuns
from ecsim.experiments.running.ensemble import MakeTasks, Runner
from ecsim.experiments.running.ledger import Ledger
from ecsim.experiments.running.plan import Plan
from ecsim.kernel.errors import EcsimError
from ecsim.statistics.rounding import less
from ecsim.statistics.stopping import Verdict, decide_together


def run_until_enough(plan: Plan, runner: Runner) -> CompletedRuns:
    """Make runs until the experiment's own number of replications, or until its stopping rule has enough."""
    if plan.experiment.stopping is None:
        numbers = range(plan.experiment.replications)
        runner.make(plan.tasks_of(numbers))
        return CompletedRuns(plan, runner.ledger, numbers)
    return until_the_rule_stops(plan, runner.ledger, lambda tasks: runner.make(tasks, total=len(tasks)))


def until_the_rule_stops(plan: Plan, ledger: Ledger, make: MakeTasks) -> CompletedRuns:
    """Make replications, or look at those made already, until the stopping rule has enough.

    Parameters
    ----------
    make : makes tasks that the ledger does not hold
    """
    rule = plan.experiment.stopping
    assert rule is not None
    upto = min(rule.least, rule.most)
    while True:
        make(plan.tasks_of(range(upto)))
        gaps, failed = _gaps(plan, ledger, range(upto))
        decisions = decide_together(dict.fromkeys(gaps, rule.rule()), gaps, failed).values()
        decision = max(decisions, key=lambda decision: decision.half_width)
        if decision.verdict is not Verdict.GO_ON:
            good = [number for number in range(upto) if number not in failed][: decision.n]
            tried = good[-1] if good and decision.verdict is Verdict.ENOUGH else upto
            passed_over = sorted(number for number in failed if number < tried)
            return CompletedRuns(plan, ledger, good, passed_over=passed_over, stopped=decision)
        upto = min(rule.most, max(upto + 1, decision.suggested))


def _gaps(plan: Plan, ledger: Ledger, numbers: range) -> tuple[dict[str, dict[int, float]], set[int]]:
    """Return each arm's difference to the reference by replication, and replications with a run without a figure."""
    rule = plan.experiment.stopping
    assert rule is not None
    reference = plan.experiment.reference
    gaps: dict[str, dict[int, float]] = {arm: {} for arm in plan.arms if arm != reference}
    failed = set()
    for number in numbers:
        lines = {task.arm: ledger.lines.get(task.run) for task in plan.tasks(number)}
        if any(line is None for line in lines.values()):
            failed.add(number)
            continue
        known = next(line["outcomes"] for line in lines.values() if line)
        if rule.outcome not in known:
            raise EcsimError(f"stopping.outcome is {rule.outcome!r}; choose one of the outcomes: {', '.join(known)}")
        figures = {arm: float(line["outcomes"][rule.outcome]) for arm, line in lines.items() if line}
        if not all(map(isfinite, figures.values())):
            failed.add(number)
            continue
        for arm, by_replication in gaps.items():
            by_replication[number] = float(less(figures[arm], figures[reference]))
    return gaps, failed
