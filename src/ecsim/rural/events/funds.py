"""Money, projects and works (MODEL 4.10; notice, parts 3 to 5)."""

from ecsim.kernel.columns import (
    Codes,
    Counts,
    Fen,
    Flags,
    Grams,
    Millionths,
)
from ecsim.kernel.event import Event
from ecsim.rural.events.ids import (
    AccountIds,
    CategoryCodes,
    CountyIds,
    CropIds,
    FacilityIds,
    FunderCodes,
    LevelCodes,
    PrefectureIds,
    ProjectIds,
    ProjectKindCodes,
    ReportCodes,
    TownshipIds,
)


class PaymentMade(Event):
    """Money moves from one account to another; the only event that moves programme money."""

    kind = "payment_made"
    root = "the programme: its first tranche"
    decision = True
    payer: AccountIds
    payee: AccountIds
    funder: FunderCodes
    category: CategoryCodes
    project: ProjectIds  # or -1: a grant, a tranche, money moved or recalled
    paid_fen: Fen


class ProjectApproved(Event):
    """A project enters the plan, with its budget."""

    kind = "project_approved"
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


class ProjectRefused(Event):
    """A project breaks a rule of the notice and is turned down, or let through and flagged in a stress test."""

    kind = "project_refused"
    decision = True
    project_kind: ProjectKindCodes
    county: CountyIds
    prefecture: PrefectureIds
    rule: Codes  # which rule, in the vocabulary of the rule book
    central_fen: Fen
    let_through: Flags


class ContractAwarded(Event):
    """A contractor is chosen."""

    kind = "contract_awarded"
    subject = ("project",)
    decision = True
    project: ProjectIds
    price_factor: Millionths
    quality: Millionths
    due_day: Counts


class WorksSlipped(Event):
    """Works will be finished later than was planned."""

    kind = "works_slipped"
    subject = ("project",)
    project: ProjectIds
    due_day: Counts


class WorksFinished(Event):
    """Works are accepted."""

    kind = "works_finished"
    decision = True
    project: ProjectIds


class FacilityOpened(Event):
    """A facility comes into service, open to every operator and firm."""

    kind = "facility_opened"
    subject = ("project",)
    decision = True
    facility: FacilityIds
    facility_kind: ProjectKindCodes
    level: LevelCodes
    county: CountyIds  # -1 for one shared by a prefecture
    prefecture: PrefectureIds
    township: TownshipIds
    crop: CropIds
    capacity_g: Grams  # a week (packing) or at a time (cold store); 0 where it does not apply
    project: ProjectIds


class ReportFiled(Event):
    """A report or check of the calendar; shares as reported by the county and as verified."""

    kind = "report_filed"
    root = "the programme: its calendar"
    county: CountyIds
    report: ReportCodes
    reported: Millionths  # share of the targets met as reported
    verified: Millionths
    late_days: Counts
