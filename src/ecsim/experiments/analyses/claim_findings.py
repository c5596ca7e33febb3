"""Findings of claims: which conclusions stand, which an artefact carries, and which more runs would settle."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ecsim.experiments.analyses.claim_changes import SEEDS
from ecsim.experiments.analyses.claim_runs import ClaimsOutcome
from ecsim.experiments.analyses.formats import (
    amount,
    listed,
    number,
    paragraph,
    percent,
    present,
    say,
    shortest,
    signed,
)
from ecsim.experiments.claims import Claim, claims_digest
from ecsim.kernel.text import Text
from ecsim.statistics.claims import Finding, Test, Verdict

LEVEL = 0.95
"""Probability with which all verdicts are right at once, and of each interval for itself."""
_APART = (Verdict.FRAGILE, Verdict.SHIFTED, Verdict.INCONCLUSIVE)
"""Verdicts under a change that are told one by one, the gravest first."""


def sides(claim: Claim) -> str:
    """Return whose figure a claim is on: an arm, or some arms less others."""
    if claim.arm is not None:
        return claim.arm
    return " − ".join(" + ".join(names) for names in (claim.compare or (), claim.against or ()))


def claimed(claim: Claim) -> str:
    """Return what a claim says of the figure, in signs."""
    tolerance = f" ± {shortest(claim.tolerance)}" if claim.relation == "=" else ""
    return f"{claim.relation} {shortest(claim.value)}{tolerance}"


def family(outcome: ClaimsOutcome) -> int:
    """Return how many tests verdicts rest on: of each claim, of it under each change, and of each move."""
    return sum(2 if finding.shift else 1 for finding in outcome.findings)


def findings(outcome: ClaimsOutcome) -> tuple[Text, ...]:
    """Return what becomes of each claim: as the study is run, then under the changes."""
    return tuple(_of_claim(outcome, claim) for claim in outcome.runs.plan.experiment.claims)


def _of_claim(outcome: ClaimsOutcome, claim: Claim) -> Text:
    study, *changed = (finding for finding in outcome.findings if finding.claim == claim.name)
    return paragraph([_of_study(outcome, claim, study), *_under_changes(outcome, claim, study, changed)])


def _of_study(outcome: ClaimsOutcome, claim: Claim, finding: Finding) -> Text:
    en = claim.statement.en.rstrip(". ")
    statement = Text(en, claim.statement.zh.rstrip("。 ") or en)
    return say(
        f"claims.{finding.verdict}", statement=statement, figure=_amount(outcome, claim, finding.claimed),
        claimed=claimed(claim), settled=_settled(finding),
    )  # fmt: skip


def _under_changes(
    outcome: ClaimsOutcome, claim: Claim, study: Finding, changed: Sequence[Finding]
) -> Iterator[Text]:  # fmt: skip
    """Yield a sentence for each change that is not robust, then one for all that are."""
    if study.verdict is Verdict.CONTRADICTED:
        return
    titles = {name: change.title for name, change in outcome.runs.changes.items()}
    for verdict in _APART:
        for finding in (finding for finding in changed if finding.verdict is verdict):
            yield _under_change(outcome, claim, finding, titles[finding.change])
    if robust := [titles[finding.change] for finding in changed if finding.verdict is Verdict.ROBUST]:
        yield say("claims.robust", changes=listed(robust, "comma"))
    told = {finding.change for finding in changed}
    if lacking := [title for name, title in titles.items() if name not in told]:
        yield say("claims.no_figure", changes=listed(lacking, "comma"))


def _under_change(outcome: ClaimsOutcome, claim: Claim, finding: Finding, title: Text) -> Text:
    assert finding.shift is not None
    return say(
        f"claims_changed.{finding.verdict}", change=title, figure=_amount(outcome, claim, finding.claimed),
        move=_amount(outcome, claim, finding.shift, signs=True), claimed=claimed(claim),
        settled=_settled(finding),
    )  # fmt: skip


def _settled(finding: Finding) -> Text:
    """Return how many replications would settle a verdict."""
    return say("claims.needed", count=f"{finding.needed:,}") if finding.needed else say("claims.never_settled")


def _amount(outcome: ClaimsOutcome, claim: Claim, test: Test, *, signs: bool = False) -> Text:
    unit = outcome.runs.plan.catalogue.unit(claim.outcome)
    low, high = (test.low, test.high) if test.error else (math.nan, math.nan)
    return amount(unit, test.estimate, low, high, signed if signs else number)


def notes(outcome: ClaimsOutcome) -> tuple[Text, ...]:
    """Return what a reader must know to not be misled."""
    digest = claims_digest(outcome.runs.plan.experiment.claims)
    return present(
        (
            say("claims_notes.family", count=family(outcome), error=percent(1.0 - LEVEL), level=percent(LEVEL)),
            say("claims_notes.robust"),
            _constant(outcome),
            _failed(outcome),
            _inapplicable(outcome),
            say("claims_notes.digest", digest=digest),
        )
    )


def _constant(outcome: ClaimsOutcome) -> Text | None:
    """Return which claims are on a figure that no draw moves: other luck then shows nothing."""
    if SEEDS not in outcome.runs.changes:
        return None
    names = [finding.claim for finding in outcome.findings if not finding.change and not finding.claimed.error]
    return say("claims_notes.constant", claims=listed([Text(name, name) for name in names], "comma")) if names else None


def _failed(outcome: ClaimsOutcome) -> Text | None:
    return say("claims_notes.failed", count=len(outcome.failures)) if outcome.failures else None


def _inapplicable(outcome: ClaimsOutcome) -> Text | None:
    names = [Text(name, name) for name in outcome.runs.inapplicable]
    return say("claims_notes.inapplicable", changes=listed(names, "comma")) if names else None
