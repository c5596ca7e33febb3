"""Trying a study's claims under changes that must not matter: findings and artefacts told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ecsim.experiments.analyses import claim_findings
from ecsim.experiments.analyses.claim_changes import changes_of
from ecsim.experiments.analyses.claim_runs import ClaimRuns, ClaimsOutcome, study_of
from ecsim.experiments.analyses.toolkit import (
    Analysis,
    CompletedRuns,
    Executor,
    Ledger,
    Plan,
    Progress,
    Runner,
    execute_task,
    say,
    titled,
    write_results,
)
from ecsim.experiments.claims import claims_digest
from ecsim.statistics.claims import NO_FIGURE, Finding, Verdict, judge_claims


def try_claims(
    plan: Plan, folder: Path, executor: Executor, *, changes: Iterable[str] | None = None, command: str = "",
    progress: Progress = None,
) -> tuple[Analysis, ClaimsOutcome]:  # fmt: skip
    """Run a study as it is and under changes that must not matter, and write its tables and ``analysis/claims.json``.

    Runs that the ledger holds are not made again, so what was killed goes on.

    Parameters
    ----------
    plan : of a study with ``[[claims]]``
    folder : of the results
    executor : where runs are made
    changes : names of those to try; None: all that there are
    command : the command line that does the same, to be written down; by default one made of the study's folder
    progress : told how many runs are made, of how many

    Raises
    ------
    EcsimError
        If there are no claims, they cannot be tried, or there is no such change.
    """
    study = study_of(plan)
    runs = ClaimRuns(study, *changes_of(study, changes))
    runs.refuse_too_many()
    with Ledger(folder) as ledger:
        study.write(folder)
        Runner(execute_task, executor, ledger, study.experiment.seconds_a_run, None, progress).make(runs.tasks())
        write_results(CompletedRuns(study, ledger, runs.replications), folder)
        findings = judge_claims(runs.evidence(ledger), claim_findings.LEVEL)
        outcome = ClaimsOutcome(
            runs, command or f"ecsim claims {study.home}", tuple(findings), tuple(runs.failures(ledger))
        )
    analysis = analyse(outcome)
    analysis.write(folder)
    return analysis, outcome


def analyse(outcome: ClaimsOutcome) -> Analysis:
    """Return the analysis of claims that were tried."""
    return Analysis(
        name="claims",
        kind="claims",
        title=say("claims.title"),
        settings=_settings(outcome),
        findings=claim_findings.findings(outcome),
        notes=claim_findings.notes(outcome),
        tables=titled(claims=_claims(outcome), changes=_changes(outcome)),
    )


def _settings(outcome: ClaimsOutcome) -> dict[str, Any]:
    runs, experiment = outcome.runs, outcome.runs.plan.experiment
    return {
        "level": claim_findings.LEVEL, "replications": experiment.replications,
        "family": claim_findings.family(outcome), "digest": claims_digest(experiment.claims),
        "statements": {claim.name: _said(claim.statement.en, claim.statement.zh) for claim in experiment.claims},
        "changes": {name: change.title._asdict() for name, change in runs.changes.items()},
        "inapplicable": dict(runs.inapplicable),
    }  # fmt: skip


def _said(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh": zh or en}


def _claims(outcome: ClaimsOutcome) -> pd.DataFrame:
    """Return a row a claim: what is claimed, and what comes of it as the study is run."""
    catalogue = outcome.runs.plan.catalogue
    studies = {finding.claim: finding for finding in outcome.findings if not finding.change}
    rows = []
    for claim in outcome.runs.plan.experiment.claims:
        finding, statement = studies[claim.name], _said(claim.statement.en, claim.statement.zh)
        rows.append(
            {"claim": claim.name, "statement_en": statement["en"], "statement_zh": statement["zh"],
             "outcome": claim.outcome, "unit": catalogue.unit(claim.outcome), "of": claim_findings.sides(claim),
             "relation": claim.relation, "value": claim.value, "tolerance": claim.tolerance,
             "estimate": finding.claimed.estimate, "low": finding.claimed.low, "high": finding.claimed.high,
             "p_holm": finding.p, "verdict": str(finding.verdict), "replications": finding.claimed.n,
             "needed": finding.needed}
        )  # fmt: skip
    return _table(rows)


def _changes(outcome: ClaimsOutcome) -> pd.DataFrame:
    """Return a row a claim and change: what it does to the figure, and the verdict; no number where it gave none."""
    findings = {(finding.claim, finding.change): finding for finding in outcome.findings}
    return _table(
        [
            {"claim": claim.name, "change": name, **_under_change(findings.get((claim.name, name))),
             "paired": change.paired, "command": f"{outcome.command} --changes {name}"}
            for claim in outcome.runs.plan.experiment.claims
            for name, change in outcome.runs.changes.items()
        ]
    )  # fmt: skip


def _under_change(finding: Finding | None) -> dict[str, Any]:
    """Return the cells of a claim under a change."""
    after, shift = (finding.claimed, finding.shift) if finding else (NO_FIGURE, NO_FIGURE)
    assert shift is not None
    return {
        "before": after.estimate - shift.estimate, "after": after.estimate, "after_low": after.low,
        "after_high": after.high, "difference": shift.estimate, "difference_low": shift.low,
        "difference_high": shift.high, "p_holm": finding.p if finding else math.nan,
        "p_shift_holm": finding.p_shift if finding else math.nan,
        "verdict": str(finding.verdict if finding else Verdict.INCONCLUSIVE), "replications": after.n,
        "needed": finding.needed if finding else None,
    }  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a table in which counts stay whole numbers beside those that are not known."""
    needed = pd.Series([row["needed"] for row in rows], dtype=object)
    return pd.DataFrame(rows).assign(needed=needed)
