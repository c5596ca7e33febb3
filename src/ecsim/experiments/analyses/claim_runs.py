"""The runs of a study and of its claims under every change, and the figures that the claims are on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np

from ecsim.experiments.analyses.claim_changes import ClaimChange, has_luck, study_task
from ecsim.experiments.analyses.toolkit import EcsimError, Ledger, Plan, Task, refuse_unknown
from ecsim.experiments.claims import Claim
from ecsim.experiments.name_checks import claimed_outcomes, refuse_not_available
from ecsim.experiments.settings import MOST_RUNS
from ecsim.statistics.claims import Assertion, ChangedFigures, Evidence, Finding, Verdict


@dataclass(frozen=True)
class ClaimRuns:
    """A study, the changes that must not matter to its claims, and its runs.

    Attributes
    ----------
    plan : of the study, without a design, with as many replications as are made
    changes : by name
    inapplicable : changes that make no sense for the study, with the reason
    """

    plan: Plan
    changes: Mapping[str, ClaimChange]
    inapplicable: Mapping[str, str]

    @property
    def arms(self) -> list[str]:
        """The arms that claims are on, in the order of the study."""
        named = {arm for claim in self.plan.experiment.claims for arm in claim.arms}
        return [arm for arm in self.plan.arms if arm in named]

    @property
    def replications(self) -> range:
        """Numbers of the replications."""
        return range(self.plan.experiment.replications)

    def tasks(self) -> list[Task]:
        """Return every run: replication by replication those of the study, then those under each change."""
        tasks = list[Task]()
        for number in self.replications:
            tasks += self.plan.tasks(number)
            tasks += [change.task(arm, number) for change in self.changes.values() for arm in self.arms]
        return tasks

    def refuse_too_many(self) -> None:
        """Refuse more runs than can be held, before any is made.

        Raises
        ------
        EcsimError
            With what to do.
        """
        each = len(self.plan.arms) + len(self.changes) * len(self.arms)
        if each * len(self.replications) > MOST_RUNS:
            raise EcsimError(
                f"{self.plan.home}: {each} runs a replication x {len(self.replications):,} replications: of "
                f"{MOST_RUNS:,} runs at most; lower --replications, or name fewer --changes"
            )

    def failures(self, ledger: Ledger) -> list[str]:
        """Return the runs that failed, in words."""
        runs = dict[str, str]()
        for number in self.replications:
            for task in self.plan.tasks(number):
                runs[task.run] = f"{task.arm}, replication {number}"
            for name, change in self.changes.items():
                for arm in self.arms:
                    runs[change.task(arm, number).run] = f"{arm}, replication {number}, under {name}"
        return [f"{words}: {ledger.failed[run]}" for run, words in runs.items() if run in ledger.failed]

    def evidence(self, ledger: Ledger) -> dict[str, Evidence]:
        """Return the figures of every claim, by its name.

        Raises
        ------
        EcsimError
            If an outcome is none, or fewer than two replications of the study give a figure.
        """
        return {claim.name: self._evidence(claim, ledger) for claim in self.plan.experiment.claims}

    def _evidence(self, claim: Claim, ledger: Ledger) -> Evidence:
        study = self._figures(claim, ledger, lambda arm, number: study_task(self.plan, arm, number))
        least = 2 if has_luck(self.plan) else 1
        if len(study) < least:
            raise EcsimError(
                f"{self.plan.home}: claims.{claim.name}: {claim.outcome} is a number in {len(study)} replications; "
                f"{least} are needed — see why runs give none, or raise --replications"
            )
        changed = dict[str, ChangedFigures]()
        for name, change in self.changes.items():
            figures = self._figures(claim, ledger, change.task)
            both = sorted(study.keys() & figures.keys())
            if len(both) >= least:
                before, after = (np.array([known[number] for number in both]) for known in (study, figures))
                changed[name] = ChangedFigures(before, after, change.paired)
        assertion = Assertion(claim.relation, claim.value, claim.tolerance)
        return Evidence(assertion, np.array(list(study.values())), changed)

    def _figures(self, claim: Claim, ledger: Ledger, task_of: Callable[[str, int], Task]) -> dict[int, float]:
        """Return the figure of a claim by replication, of those in which every arm that it needs has one."""
        figures = dict[int, float]()
        for number in self.replications:
            of_arms = {arm: _outcome(claim, task_of(arm, number), ledger) for arm in claim.arms}
            if all(map(math.isfinite, of_arms.values())):
                figures[number] = _figure(claim, of_arms)
        return figures


def _figure(claim: Claim, of_arms: Mapping[str, float]) -> float:
    """Return the figure of an arm, or the mean of some arms less that of others."""
    if claim.arm is not None:
        return of_arms[claim.arm]
    return fmean(of_arms[arm] for arm in claim.compare or ()) - fmean(of_arms[arm] for arm in claim.against or ())


def _outcome(claim: Claim, task: Task, ledger: Ledger) -> float:
    """Return the outcome of a run; not a number where it failed, or gave none."""
    if not ledger.has(task.run):
        return math.nan
    outcomes = ledger.lines[task.run]["outcomes"]
    refuse_unknown(claim.outcome, list(outcomes), f"claims.{claim.name}.outcome")
    return float(outcomes[claim.outcome])


@dataclass(frozen=True)
class ClaimsOutcome:
    """What became of the claims of a study.

    Attributes
    ----------
    runs : the study, the changes and what makes no sense
    command : the command line that tries the claims again; with ``--changes NAME`` under one change alone
    findings : for each claim one of the study as it is run, then one of each change that gave figures
    failures : runs that failed, in words
    """

    runs: ClaimRuns
    command: str
    findings: tuple[Finding, ...]
    failures: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether no claim is contradicted or fragile, and every run ended."""
        verdicts = {finding.verdict for finding in self.findings}
        return not (verdicts & {Verdict.CONTRADICTED, Verdict.FRAGILE} or self.failures)


def study_of(plan: Plan) -> Plan:
    """Return the plan of a study as its claims are tried: no design, and a fixed number of replications.

    Raises
    ------
    EcsimError
        If the study states no claims, is made at points of a space, has too few replications, or gives no such outcome.
    """
    experiment, where = plan.experiment, str(plan.home)
    if not experiment.claims:
        raise EcsimError(f"{where}: no [[claims]]; state a conclusion with name, statement, outcome, arm and relation")
    if experiment.design:
        raise EcsimError(f"{where}: claims are on arms without a design; leave space and design out")
    if experiment.replications < 2 and has_luck(plan):
        raise EcsimError(f"{where}: replications is 1; two or more tell a change from luck — raise --replications")
    refuse_not_available({"claims": claimed_outcomes(experiment)}, plan, where)
    return replace(plan, experiment=experiment.model_copy(update={"stopping": None}), design=None)
