"""What counties report: late or in time, as it is or better than it is, and what a check finds (docs/model.md 4.10).

Each report says how many works are done, and each figure of the target table as reported beside what a check of it by
the events would give.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    Category,
    DisclosureCause,
    DisclosureComplained,
    FalseReportFound,
    Funder,
    Group,
    PaymentMade,
    ProjectStatus,
    Record,
    ReportFiled,
    ReportKind,
    Rows,
    TargetsReported,
)
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.notice import Target
from ecsim.rural.programme.records import Records
from ecsim.rural.programme.supervision import BEGUN
from ecsim.rural.readings import know_how
from ecsim.rural.world import ONE, OUTSIDE, SUPPLIERS, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
CHECKED = (
    ReportKind.QUARTERLY_SUPERVISION, ReportKind.PRE_EVALUATION, ReportKind.PROVINCIAL_EVALUATION, ReportKind.CLOSING,
)  # fmt: skip
"""Reports whose figures are held against evidence."""
WITHOUT_FIGURES = (ReportKind.FUND_PLAN,)


@dataclass(frozen=True)
class ReportedTargets:
    """Figures of the target table in one report, target by target; shape (targets, counties) each.

    Attributes
    ----------
    verified : what a check by the events gives; NaN where there is no figure
    seen : what who gets the report believes: checked figures as they are, others as reported
    """

    targets: tuple[tuple[Record, Target], ...]
    verified: F64
    seen: F64


def file_reports(world: World, office: FundAdministration, report: ReportKind) -> Rows[ReportFiled]:
    """Every county says how many of its projects are done, as it says and as it is, in time or late.

    What is only begun is reported as done, the less so the more its officials know.
    """
    state, terms = world.state, office.governance
    p, counties = state.projects, len(state.counties)
    of_counties = (p.status > ProjectStatus.ABSENT) & (p.county >= 0)
    total = np.maximum(np.bincount(p.county[of_counties], minlength=counties), 1)
    done = np.bincount(p.county[of_counties & (p.status == ProjectStatus.FINISHED)], minlength=counties)
    begun = np.bincount(p.county[of_counties & np.isin(p.status, BEGUN)], minlength=counties)
    careless = _careless(world, office)
    said = (done + careless * (begun - done)) / total
    made_up = careless * office.terms.over_reporting * (1.0 - said)
    every = np.arange(counties)
    name = report.name.lower()
    late = world.draws.uniform(f"late_{name}", world.week, state.counties.number) < careless * terms.late_report
    days = -terms.late_days * np.log1p(-world.draws.uniform(f"late_days_{name}", world.week, state.counties.number))
    return world.publish(
        ReportFiled(
            county=every,
            report=np.full(counties, int(report)),
            reported=np.rint(ONE * (said + made_up)).astype(np.int64),
            verified=done * ONE // total,
            late_days=_plan_is_late(office, report, np.where(late, np.ceil(days), 0).astype(np.int64)),
        )
    )


def _plan_is_late(office: FundAdministration, report: ReportKind, days: I64) -> I64:
    """Return by how many days each county's report is late: a plan whose file says when it is filed, by that."""
    plan = office.policy.plan
    if report != ReportKind.FUND_PLAN or plan is None or plan.filed is None:
        return days
    return np.full(len(days), max(0, (plan.filed - office.programme.dates.plan_due).days), np.int64)


def _careless(world: World, office: FundAdministration) -> F64:
    """Return how little each county's officials know of how to report, in [0, 1]; shape (counties,)."""
    return 1.0 - office.terms.trained_reporting * know_how(world.state, Group.OFFICIALS)


def report_targets(
    world: World, office: FundAdministration, report: ReportKind, filed: Rows[ReportFiled]
) -> ReportedTargets:
    """Every county reports the figures of the target table; supervision and evaluations check a part of them.

    Parameters
    ----------
    filed : the reports that the figures are of
    """
    records = Records(world.state, world.week, office.calendar, office.programme, office.official)
    targets = tuple(records.targets())
    verified = np.stack([records.figure(record) for record, _ in targets])
    said = [
        _said(world, office, record, target, figure) for (record, target), figure in zip(targets, verified, strict=True)
    ]
    reported = np.stack(said)
    if report == ReportKind.SELF_EVALUATION:
        reported = verified + (1.0 - office.governance.third_party_honesty) * (reported - verified)
    checked = np.zeros(reported.shape, np.bool_)
    if report in CHECKED:
        every = world.state.counties.number
        luck = [world.draws.uniform(f"check_{record.name.lower()}", world.week, every) for record, _ in targets]
        checked = np.stack(luck) < office.governance.checked
    _publish(world, office, report, filed, targets, (reported, verified, checked))
    return ReportedTargets(targets, verified, np.where(checked, verified, reported))


def _said(world: World, office: FundAdministration, record: Record, target: Target, figure: F64) -> F64:
    """Return a figure as counties report it: better than it is by chance, the more so the more of its target lacks."""
    state, terms = world.state, office.governance
    lacks = np.where(target.met(figure) == 0.0, target.value - figure, 0.0)
    shortfall = np.minimum(np.abs(lacks) / (abs(target.value) or 1.0), 1.0)
    free = _careless(world, office) * (state.counties.visited_until < world.day)
    luck = world.draws.uniform(f"over_report_{record.name.lower()}", world.week, state.counties.number)
    made_up = np.where(luck < terms.pressure * shortfall * free, terms.made_up, 0.0)
    said = figure + np.maximum(made_up, office.terms.over_reporting * free) * lacks
    return np.asarray(said if target.unit.startswith("share") else np.rint(said), np.float64)


def _publish(
    world: World, office: FundAdministration, report: ReportKind, filed: Rows[ReportFiled],
    targets: tuple[tuple[Record, Target], ...], table: tuple[F64, F64, Bool],
) -> None:  # fmt: skip
    """Say what was reported and what a check found, county by county."""
    reported, verified, checked = table
    county, row = np.nonzero(~np.isnan(verified.T))
    codes = np.array([int(record) for record, _ in targets])[row]
    said, true = (np.rint(ONE * figure[row, county]).astype(np.int64) for figure in (reported, verified))
    if not row.size:
        return
    kind = np.full(len(row), int(report))
    told = world.publish(
        TargetsReported(county=county, report=kind, record=codes, reported=said, verified=true),
        cause=filed.seqs[county],
    )
    false = np.flatnonzero(checked[row, county] & (said != true))
    if not false.size:
        return
    until = np.full(len(false), world.day + 7 * office.governance.visit_weeks)
    found = world.publish(
        FalseReportFound(
            county=county[false], report=kind[false], record=codes[false], reported=said[false],
            verified=true[false], visited_until=until,
        ),
        cause=told.seqs[false],
    )  # fmt: skip
    _complain_of_false_reports(world, office, found)


def _complain_of_false_reports(world: World, office: FundAdministration, found: Rows[FalseReportFound]) -> None:
    """People complain of what was found; Poisson, one draw a figure."""
    event = found.event
    keys = world.state.counties.number[event.county] * len(Record) + event.record
    rate = np.full(len(keys), office.governance.false_report_rate)
    count = world.draws.poisson("report_FALSE_REPORT", world.week, keys, rate)
    rows = np.flatnonzero(count)
    if rows.size:
        world.publish(
            DisclosureComplained(
                county=event.county[rows], cause_code=np.full(len(rows), int(DisclosureCause.FALSE_REPORT)),
                complaints=count[rows], project=np.full(len(rows), -1),
            ),
            cause=found.seqs[rows],
        )  # fmt: skip


def pay_third_party(world: World, office: FundAdministration, filed: Rows[ReportFiled]) -> None:
    """Counties pay whom they had evaluate themselves, out of their own money: it is no use of central money."""
    fen = round(100 * office.governance.third_party_yuan)
    counties = filed.event.rows
    if fen:
        world.publish(
            PaymentMade(
                payer=np.full(counties, OUTSIDE), payee=np.full(counties, SUPPLIERS),
                funder=np.full(counties, int(Funder.LOCAL)), category=np.full(counties, int(Category.OTHER)),
                project=np.full(counties, -1), paid_fen=np.full(counties, fen),
            ),
            cause=filed.seqs,
        )  # fmt: skip
