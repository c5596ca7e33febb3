"""The calendar of oversight: a week's reports, supervision, evaluations and audits (docs/model.md 4.10)."""

from __future__ import annotations

from ecsim.rural.events import ReportKind
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.audit import find_diversions
from ecsim.rural.programme.closing import close_accounts
from ecsim.rural.programme.evaluation import EVALUATED, evaluate
from ecsim.rural.programme.reports import WITHOUT_FIGURES, file_reports, pay_third_party, report_targets
from ecsim.rural.programme.supervision import supervise
from ecsim.rural.world import World


def oversee(world: World, office: FundAdministration) -> None:
    """Let every report and check that is due this week take place, in the order of the programme."""
    for report in office.programme.reports:
        if not office.is_due(world.week, report):
            continue
        if report.code == ReportKind.AUDIT:
            find_diversions(world, office, "audit", office.governance.audited)
        else:
            _report(world, office, report.code)


def _report(world: World, office: FundAdministration, report: ReportKind) -> None:
    filed = file_reports(world, office, report)
    if report == ReportKind.SELF_EVALUATION:
        pay_third_party(world, office, filed)
    if report in WITHOUT_FIGURES:
        return
    told = report_targets(world, office, report, filed)
    if report == ReportKind.CLOSING:
        close_accounts(world, office, filed)
    if report == ReportKind.QUARTERLY_SUPERVISION:
        find_diversions(world, office, "inspection", office.governance.inspected)
        state = world.state
        supervise(world, office, office.purses(state), filed)
    if report in EVALUATED and office.programme.evaluation is not None:
        evaluate(world, office.programme.evaluation, report, filed, told)
