"""Plans under review, reports, supervision, evaluation, diversion and audits (docs/model.md 4.10; notice, part 5)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Codes, Counts, Fen, Flags, LargeMillionths, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    CountyIds,
    PrefectureIds,
    ProjectIds,
    RecordCodes,
    ReportCodes,
    SupervisionActCodes,
    VerdictCodes,
)

NOT_RECKONED = -1
"""In place of what a plan is worth, or of its bound, where nobody reckoned them."""


def _without_worth(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 nothing was said of what a plan is worth to its maker."""
    nothing = np.full(len(columns["prefecture"]), NOT_RECKONED, np.int64)
    return {**columns, "worth": nothing, "bound": nothing}


class PlanDelayed(Event):
    """A plan is made, and the part of a county comes late: the province has it when the last part is in.

    Projects that enter it meanwhile go with it: then it is told again, of them alone.
    """

    kind = "plan_delayed"
    title = Text("plan late", "方案逾期未报")
    topic = "money"
    amounts = ("projects", "central_fen")
    prefecture: PrefectureIds
    arrives_day: Counts  # on which the last part is in
    projects: Counts  # that are new in it
    central_fen: Fen
    breaches: Counts  # projects that broke a limit of the notice
    worth: LargeMillionths  # as of `PlanFiled`
    bound: LargeMillionths


class PlanFiled(Event):
    """A prefecture files its plan with the province, or a change of it; since version 2 with what a solver made of it.

    A change by which projects only leave has none that are new. Where a solver made it, it says what it is worth and
    what no lawful plan can pass, in the eyes of its maker.
    """

    kind = "plan_filed"
    version = 2
    upcasts = MappingProxyType({1: _without_worth})
    title = Text("plan filed", "上报方案")
    topic = "money"
    amounts = ("projects", "central_fen")
    decision = True
    prefecture: PrefectureIds
    change: Flags  # of a plan that was filed before
    projects: Counts  # that are new in it
    central_fen: Fen
    breaches: Counts  # projects that broke a limit of the notice
    due_day: Counts  # the province decides on
    worth: LargeMillionths  # targets of the table that its maker expects of it; -1 millionth: nobody reckoned it
    bound: LargeMillionths  # what no lawful plan can pass in the same eyes; -1 millionth: nobody reckoned it


class PlanReturned(Event):
    """The province sends a plan back: it broke a limit, or has formal faults."""

    kind = "plan_returned"
    title = Text("plan sent back", "方案退回修改")
    topic = "money"
    decision = True
    prefecture: PrefectureIds
    breaches: Counts  # 0: formal faults alone
    due_day: Counts  # the province decides on the mended plan


class PlanCleared(Event):
    """The province approves a plan: its projects may be awarded."""

    kind = "plan_cleared"
    title = Text("plan approved by the province", "方案获省级批准")
    topic = "money"
    decision = True
    prefecture: PrefectureIds


class TargetsReported(Event):
    """A figure of the target table as a county reports it, and as its records, held against the evidence, have it."""

    kind = "targets_reported"
    title = Text("target figure reported", "上报绩效指标")
    topic = "money"
    county: CountyIds
    report: ReportCodes
    record: RecordCodes
    reported: LargeMillionths
    verified: LargeMillionths


class FalseReportFound(Event):
    """A check finds that a figure is not what was reported."""

    kind = "false_report_found"
    title = Text("false report found", "查实虚报")
    topic = "money"
    county: CountyIds
    report: ReportCodes
    record: RecordCodes
    reported: LargeMillionths
    verified: LargeMillionths
    visited_until: Counts  # day up to which the county is visited


class CountyEvaluated(Event):
    """An evaluation scores a county on the target table and gives its verdict."""

    kind = "county_evaluated"
    title = Text("county evaluated", "绩效评价")
    topic = "money"
    decision = True
    county: CountyIds
    report: ReportCodes
    score: LargeMillionths  # points of 100
    deducted: LargeMillionths  # points taken off before, for reports, idle and diverted money
    met: Counts  # targets, as the evaluators see them
    verdict: VerdictCodes


class IdleMoneyFound(Event):
    """Supervision finds money of projects that nobody has begun, late by the plan and beyond their county's pace."""

    kind = "idle_money_found"
    title = Text("idle money found", "发现闲置资金")
    topic = "money"
    amounts = ("idle_fen",)
    decision = True
    county: CountyIds
    idle_fen: Fen
    act: SupervisionActCodes


class ProjectWithdrawn(Event):
    """A project that nobody has begun leaves the plan."""

    kind = "project_withdrawn"
    title = Text("project withdrawn", "撤销项目")
    topic = "money"
    decision = True
    project: ProjectIds


class MoneyDiverted(Event):
    """A part of what was paid for works goes elsewhere, and the works are the worse for it; nobody knows yet."""

    kind = "money_diverted"
    title = Text("money diverted", "挪用资金")
    topic = "money"
    amounts = ("diverted_fen",)
    project: ProjectIds
    diverted_fen: Fen
    quality: Millionths  # of the works, after it


class DiversionFound(Event):
    """An audit or inspection finds diverted money; what can be got back is."""

    kind = "diversion_found"
    title = Text("diversion found", "查实挪用")
    topic = "money"
    amounts = ("diverted_fen", "returned_fen")
    decision = True
    project: ProjectIds
    diverted_fen: Fen
    returned_fen: Fen


class ClosingBreachFound(Event):
    """When accounts are closed, what was paid breaks a ratio of the rule book: a finding, whatever was planned."""

    kind = "closing_breach_found"
    title = Text("breach found at the closing of accounts", "决算查出超限")
    topic = "money"
    amounts = ("counted_fen", "paid_fen", "over_fen")
    decision = True
    county: CountyIds  # -1: the purse of a whole prefecture
    prefecture: PrefectureIds
    rule: Codes  # its place in the rule book of the policy, from 1
    counted_fen: Fen  # central money paid for what the rule counts
    paid_fen: Fen  # central money paid for all projects
    over_fen: Fen  # too much was paid: of what the rule counts, or, of a least share, of all else
    let_through: Flags  # flagged alone: payments go on


class PaymentBarred(Event):
    """After such a breach the government pays no more central money for a project; its supplier stays unpaid."""

    kind = "payment_barred"
    title = Text("payment barred", "停止拨付")
    topic = "money"
    subject = ("project",)
    decision = True
    project: ProjectIds


class AwardOverLimit(Event):
    """A contract would break a share of the rule book: it waits for room, or, where the rule only flags, is awarded.

    It is said once, when its waiting begins.
    """

    kind = "award_over_limit"
    title = Text("award over a limit", "签约超限")
    topic = "money"
    subject = ("project",)
    amounts = ("over_fen",)
    decision = True
    project: ProjectIds
    rule: Codes  # its place in the rule book of the policy, from 1
    price_fen: Fen  # of central money, as the best bidder asks
    over_fen: Fen  # so much less, or what gives room for it, would cure it
    let_through: Flags  # flagged alone: it is awarded


class PaymentOverLimit(Event):
    """A payment would break a share of the rule book: what is over waits, or, where the rule only flags, is paid.

    It is said when what waits has changed; 0: nothing waits any more.
    """

    kind = "payment_over_limit"
    title = Text("payment over a limit", "拨付超限")
    topic = "money"
    subject = ("project",)
    amounts = ("over_fen",)
    decision = True
    project: ProjectIds
    rule: Codes  # its place in the rule book of the policy, from 1; 0: nothing waits any more
    over_fen: Fen
    let_through: Flags  # flagged alone: it is paid


class ChangeOverLimit(Event):
    """A change of a plan would break a rule, or a share further than it is broken: it is refused, or only flagged.

    A refused change changes nothing. The purse is that of a county, or of a whole prefecture.
    """

    kind = "change_over_limit"
    title = Text("change of a plan over a limit", "方案调整超限")
    topic = "money"
    amounts = ("central_fen", "over_fen")
    decision = True
    county: CountyIds  # whose book is broken, or whose units break it; -1: that of the purse
    prefecture: PrefectureIds
    rule: Codes  # its place in the rule book of the policy, from 1
    projects: Counts  # that would leave the plan
    central_fen: Fen  # of these
    over_fen: Fen  # so much less of what the rule limits, or what gives room for it, would cure it
    let_through: Flags  # flagged alone: the plan is changed


class AwardedKept(Event):
    """A changed plan has no more, or at other money, what is under contract already: it stays as it was awarded."""

    kind = "awarded_kept"
    title = Text("awarded project stays", "已签约项目不予撤销")
    topic = "money"
    subject = ("project",)
    amounts = ("central_fen",)
    project: ProjectIds
    central_fen: Fen  # that its contract binds


class TrancheWithheld(Event):
    """A part of a tranche is held back from a county that an evaluation failed, or let go later (below zero)."""

    kind = "tranche_withheld"
    title = Text("tranche withheld", "暂缓拨付")
    topic = "money"
    amounts = ("withheld_fen",)
    decision = True
    county: CountyIds
    withheld_fen: Fen
