"""Money, projects and works (docs/model.md 4.10; notice, parts 3 to 5)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import (
    Codes,
    Counts,
    Fen,
    Flags,
    Grams,
    Millionths,
)
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.codes import Area, Mechanism, ProjectKind
from ecsim.rural.events.ids import (
    AccountIds,
    BuildingIds,
    CategoryCodes,
    ClosingCodes,
    CooperativeIds,
    CountyIds,
    CropIds,
    DealerIds,
    EnterpriseIds,
    FacilityIds,
    FunderCodes,
    HouseholdIds,
    LevelCodes,
    MarkCodes,
    MechanismCodes,
    PrefectureIds,
    ProjectIds,
    ProjectKindCodes,
    ReportCodes,
    TownshipIds,
    VillageIds,
)


def _without_terms(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 a project was free to begin at once, was a package of its own and nobody's by name."""
    rows = len(columns["project"])
    nobody, at_once = np.full(rows, -1), np.zeros(rows, np.int64)
    return {**columns, "start_day": at_once, "package": nobody, "cooperative": nobody, "enterprise": nobody}


def _new_and_open(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 3 nobody said what is reused, or kept by its owner; see `ecsim.rural.plans.reused`."""
    none = np.zeros(len(columns["project"]), np.bool_)
    return {**columns, "reuses": none, "exclusive": none}


def _first_placed(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 4 no money of stations that nobody took came back to its purse."""
    return {**columns, "reallocated": np.zeros(len(columns["project"]), np.bool_)}


def _in_new_buildings(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 5 no project was housed in an idle building."""
    rows = len(columns["project"])
    return {**columns, "building": np.full(rows, -1), "rent_fen": np.zeros(rows, np.int64)}


class PaymentMade(Event):
    """Money moves from one account to another; the only event that moves programme money."""

    kind = "payment_made"
    title = Text("payment made", "拨付款项")
    topic = "money"
    amounts = ("paid_fen",)
    no_cause_reason = Text("the programme: its first tranche", "项目资金：首批拨款")
    decision = True
    payer: AccountIds
    payee: AccountIds
    funder: FunderCodes
    category: CategoryCodes
    project: ProjectIds  # or -1: a grant, a tranche, money moved or recalled
    paid_fen: Fen


class ProjectApproved(Event):
    """A project enters the plan, with its budget; since version 2 with start, package and who gets what is built.

    Since version 3 it says whether it reuses what is there, and whether its owner keeps it for itself; since version 4
    whether its money was another project's before; since version 5 which idle building it is housed in.
    """

    kind = "project_approved"
    title = Text("project approved", "批准项目")
    topic = "money"
    version = 5
    upcasts = MappingProxyType({1: _without_terms, 2: _new_and_open, 3: _first_placed, 4: _in_new_buildings})
    amounts = (
        "central_fen",
        "local_fen",
        "social_fen",
    )
    makes = "project"
    within = ("county",)
    decision = True
    project: ProjectIds
    project_kind: ProjectKindCodes
    level: LevelCodes
    county: CountyIds  # -1 for a project shared by a prefecture
    prefecture: PrefectureIds
    township: TownshipIds  # or -1
    crop: CropIds  # or -1
    category: CategoryCodes
    design: Codes  # station design, or training group; else 0
    turn: Counts  # the how-manieth of its kind there, from 0
    quantity: Counts  # stations, person-times, stores
    central_fen: Fen
    local_fen: Fen
    social_fen: Fen
    start_day: Counts  # no contract before it; 0: none is set
    package: Counts  # tendered together with others of its number; -1: by itself
    cooperative: CooperativeIds  # that gets what is built, or -1
    enterprise: EnterpriseIds  # that gets it, or -1; neither: the county's or prefecture's own
    reuses: Flags  # brings into service what an earlier programme built there
    exclusive: Flags  # who gets it keeps it for itself alone
    reallocated: Flags  # out of money that came back for stations that nobody took
    building: BuildingIds  # that stood idle and is fitted out for it, or -1
    rent_fen: Fen  # a year, to the owner of that


class SiteChosen(Event):
    """A plan names a village that a station project is for."""

    kind = "site_chosen"
    title = Text("site chosen", "选定站点")
    topic = "money"
    subject = ("project",)
    decision = True
    project: ProjectIds
    village: VillageIds


class UseDeclared(Event):
    """A plan says that a project spends money on what the rule book forbids, which lets it through with a flag."""

    kind = "use_declared"
    title = Text("use declared", "申明支出用途")
    topic = "money"
    subject = ("project",)
    decision = True
    project: ProjectIds
    use: Codes  # its place among the uses that the rule book of the policy forbids, from 1


def _without_cure(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before refusals said what would cure them: the first of its kind there, and nothing is known of the cure."""
    rows = len(columns["county"])
    return {**columns, "turn": np.zeros(rows, np.int64), "over_fen": np.zeros(rows, np.int64)}


class ProjectRefused(Event):
    """A project breaks a rule of the notice and is turned down, or let through and flagged in a stress test."""

    kind = "project_refused"
    title = Text("project refused", "退回项目")
    topic = "money"
    amounts = (
        "central_fen",
        "over_fen",
    )
    decision = True
    version = 2
    upcasts = MappingProxyType({1: _without_cure})
    project_kind: ProjectKindCodes
    county: CountyIds
    prefecture: PrefectureIds
    rule: Codes  # its place in the rule book of the policy, from 1
    central_fen: Fen
    let_through: Flags
    turn: Counts  # the how-manieth of its kind there
    over_fen: Fen  # what would cure it: so much less of it; all of it where nothing less helps


class TenderVoided(Event):
    """Too few bid for a project's package; it is tendered again."""

    kind = "tender_voided"
    title = Text("tender void", "流标")
    topic = "works"
    subject = ("project",)
    decision = True
    project: ProjectIds
    bidders: Counts


def _without_desks(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before offices had desks: works are done when they are due, at one of bidders that nobody counted."""
    none = np.zeros(len(columns["project"]), np.int64)
    names = ("begins_day", "weight", "desk", "bidders")
    return {**columns, "ready_day": columns["due_day"], **dict.fromkeys(names, none)}


class ContractAwarded(Event):
    """A contractor is chosen, and an office has the contract open; since version 2 with what that takes."""

    kind = "contract_awarded"
    title = Text("contract awarded", "签订合同")
    topic = "works"
    subject = ("project",)
    decision = True
    version = 2
    upcasts = MappingProxyType({1: _without_desks})
    project: ProjectIds
    price_factor: Millionths
    quality: Millionths
    bidders: Counts
    begins_day: Counts
    due_day: Counts  # by the contract
    ready_day: Counts  # from which the contractor has done his part
    weight: Counts  # in its office, thousandths of a project of mean size
    desk: Counts  # desk work, thousandths of a project-week


class DeskWorked(Event):
    """A week's desk work of an office for an open contract."""

    kind = "desk_worked"
    title = Text("desk work", "项目办理")
    topic = "works"
    subject = ("project",)
    amounts = ("worked",)
    project: ProjectIds
    worked: Counts  # thousandths of a project-week


class WorksHalfDone(Event):
    """Half of the time agreed and half of the desk work of a contract are over: what is due then may be paid."""

    kind = "works_half_done"
    title = Text("works half done", "工程过半")
    topic = "works"
    subject = ("project",)
    project: ProjectIds


class ContractorFailed(Event):
    """A contractor does not go on; another takes over and begins anew."""

    kind = "contractor_failed"
    title = Text("contractor failed", "承包商违约")
    topic = "works"
    subject = ("project",)
    decision = True
    project: ProjectIds
    ready_day: Counts


class WorksGivenUp(Event):
    """Works that are too late are ended; what was not earned comes back."""

    kind = "works_given_up"
    title = Text("works given up", "项目终止")
    topic = "works"
    subject = ("project",)
    decision = True
    project: ProjectIds


class ProjectRecalled(Event):
    """A project's money was not awarded in time, or came back, and returns to the province."""

    kind = "project_recalled"
    title = Text("project money recalled", "资金收回")
    topic = "money"
    subject = ("project",)
    decision = True
    amounts = ("central_fen",)
    project: ProjectIds
    central_fen: Fen


class WorksFinished(Event):
    """Works are accepted."""

    kind = "works_finished"
    title = Text("works finished", "工程验收")
    topic = "works"
    decision = True
    project: ProjectIds


class AccessKept(Event):
    """Who gets what finished works built keeps a share of it for itself; others have the rest."""

    kind = "access_kept"
    title = Text("kept from others", "设施独占使用")
    topic = "works"
    subject = ("project",)
    decision = True
    project: ProjectIds
    kept: Millionths  # share that others lose


FOR_EVER = 2**31 - 1
"""Last day of what does not wear out within any run."""
_AREAS_OF_BEFORE = Area.TRAINING | Area.INCUBATION | Area.GOVERNMENT


def _nobody_paid(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 a kind fed what it was named for, cost nothing to run, lasted for ever and had no owner."""
    kind = columns["facility_kind"].astype(np.int64)
    none = np.zeros(len(kind), np.int64)
    centre = kind == ProjectKind.SERVICE_CENTRE
    return {
        **columns,
        "mechanism": np.where(kind <= ProjectKind.TRAINING, kind, int(Mechanism.NOTHING)),
        "owner": none - 1,
        "places": none,
        "areas": np.where(centre, int(_AREAS_OF_BEFORE), 0),
        "channels": none,
        "running_fen": none,
        "until_day": none + FOR_EVER,
    }


class FacilityOpened(Event):
    """A facility comes into service, open to every operator and firm; since version 2 with its owner, cost and life."""

    kind = "facility_opened"
    version = 2
    upcasts = MappingProxyType({1: _nobody_paid})
    title = Text("facility opened", "设施启用")
    topic = "works"
    makes = "facility"
    within = ("county",)
    subject = ("project",)
    decision = True
    facility: FacilityIds
    facility_kind: ProjectKindCodes
    level: LevelCodes
    county: CountyIds  # -1 for one shared by a prefecture
    prefecture: PrefectureIds
    township: TownshipIds
    crop: CropIds
    capacity_g: Grams  # a week (lines, pre-cooling) or at a time (cold store); 0 where it does not apply
    project: ProjectIds
    mechanism: MechanismCodes
    owner: DealerIds  # cooperative or enterprise that runs it, or -1: the county or prefecture
    places: Counts  # whom it has room for: sellers in a studio, firms that get a certificate or a design
    areas: Codes  # of a service centre, as flags of `Area`
    channels: Codes  # offline channels whose buyers it brings, as flags in the order of `OfflineChannel`
    running_fen: Fen  # four weeks
    until_day: Counts  # when it is worn out, or its service ends


class FacilityUsed(Event):
    """A week of a facility whose use is paid for: what others had done there, and what they paid its owner."""

    kind = "facility_used"
    title = Text("facility used", "设施使用")
    topic = "works"
    amounts = ("used_g", "fees_fen")
    facility: FacilityIds
    used_g: Grams
    fees_fen: Fen


def _nothing_returned(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 social capital expected nothing back."""
    return {**columns, "returned_fen": np.zeros(len(columns["facility"]), np.int64)}


class FacilitySettled(Event):
    """Four weeks of a facility: fees of its users, and what running it costs, paid by its owner or not.

    Since version 2 with what investors of social capital have of what it earned; since version 3 a county or prefecture
    pays what fees do not cover out of its account, by `PaymentMade`.
    """

    kind = "facility_settled"
    version = 3
    upcasts = MappingProxyType({1: _nothing_returned, 2: lambda columns: columns})
    title = Text("facility settled", "设施结算")
    topic = "works"
    amounts = ("fees_fen", "running_fen", "returned_fen")
    facility: FacilityIds
    owner: DealerIds  # who has the fees and pays; -1: the county or prefecture
    fees_fen: Fen
    running_fen: Fen  # paid; 0 where nobody pays
    unpaid_months: Counts  # in a row, this one included
    returned_fen: Fen  # to investors, of the fees that are left


class DividendsPaid(Event):
    """The owner of what public money built pays a registered poor household its part of a year (资产收益)."""

    kind = "dividends_paid"
    title = Text("collective dividend", "资产收益分红")
    topic = "works"
    household: HouseholdIds  # on the register
    facility: FacilityIds
    dealer: DealerIds  # that owns it and pays
    due_fen: Fen  # to one household, for the year
    paid_fen: Fen  # to one household, as far as the dealer has money


class FacilityClosed(Event):
    """A facility goes out of use."""

    kind = "facility_closed"
    title = Text("facility closed", "设施停用")
    topic = "works"
    within = ("county",)
    facility: FacilityIds
    facility_kind: ProjectKindCodes
    level: LevelCodes
    county: CountyIds  # -1 for one shared by a prefecture
    prefecture: PrefectureIds
    closing: ClosingCodes


class MarkSupported(Event):
    """Public money pays a part of what a certificate or a brand of one's own costs a dealer."""

    kind = "mark_supported"
    title = Text("mark supported", "补助认证或品牌")
    topic = "works"
    amounts = ("paid_fen",)
    decision = True
    dealer: DealerIds
    mark: MarkCodes
    facility: FacilityIds
    paid_fen: Fen  # out of the project's money, to whoever certifies or designs


class ReportFiled(Event):
    """A report or check of the calendar; shares as reported by the county and as verified."""

    kind = "report_filed"
    title = Text("report filed", "提交报告")
    topic = "money"
    no_cause_reason = Text("the programme: its calendar", "项目日程")
    county: CountyIds
    report: ReportCodes
    reported: Millionths  # share of the targets met as reported
    verified: Millionths
    late_days: Counts
