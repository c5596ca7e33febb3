"""What projects, works and facilities change.

A project is approved, contracted, perhaps late, finished, and each is published; what it built is a facility,
marketing, know-how or complaints about it.
"""

from __future__ import annotations

import numpy as np

from ecsim.kernel.toolkit import I32, I64, applies
from ecsim.rural.events import (
    AccessKept,
    ContractAwarded,
    ContractorFailed,
    DeskWorked,
    DisclosureComplained,
    DividendsPaid,
    FacilityClosed,
    FacilityOpened,
    FacilitySettled,
    FacilityUsed,
    InformationPublished,
    KnowHowMoved,
    Level,
    MarketingDone,
    MarkSupported,
    Mechanism,
    OffersEnded,
    ProjectApproved,
    ProjectRecalled,
    ProjectStatus,
    ServiceComplained,
    SiteChosen,
    Stamp,
    TenderVoided,
    UseDeclared,
    VisibilityFaded,
    WorksFinished,
    WorksGivenUp,
    WorksHalfDone,
    WorksSlipped,
)
from ecsim.rural.state.opening import fill
from ecsim.rural.state.state import State


@applies(ProjectApproved)
def approve(state: State, event: ProjectApproved, stamp: Stamp) -> None:
    """A new row of the plan."""
    projects = state.projects
    state.filled("projects", int(event.project.max()) + 1)
    fill(projects, event.project, event)
    projects.kind[event.project] = event.project_kind
    projects.status[event.project] = ProjectStatus.APPROVED
    projects.approved_day[event.project] = stamp.day
    projects.filed_day[event.project] = stamp.day
    projects.seq[event.project] = stamp.seqs(event)
    housed = event.building >= 0
    state.buildings.project[event.building[housed]] = event.project[housed]


def free_places(state: State, projects: I32) -> None:
    """Villages and buildings that plans named for projects which are no more are free for others."""
    for taken_by in (state.villages.planned, state.buildings.project):
        taken_by[np.isin(taken_by, projects)] = -1


@applies(SiteChosen)
def choose_site(state: State, event: SiteChosen, _: Stamp) -> None:
    """The village is the project's."""
    state.villages.planned[event.village] = event.project


@applies(UseDeclared)
def declare_use(state: State, event: UseDeclared, _: Stamp) -> None:
    """A bit for each use."""
    np.bitwise_or.at(state.projects.uses, event.project, np.int64(1) << (event.use.astype(np.int64) - 1))


@applies(TenderVoided)
def void(state: State, event: TenderVoided, stamp: Stamp) -> None:
    """A project waits for its next tender."""
    projects, project = state.projects, event.project.astype(np.intp)
    np.add.at(projects.voids, project, 1)
    projects.tender_day[project] = stamp.day
    projects.seq[project] = stamp.seqs(event)


@applies(ContractAwarded)
def award(state: State, event: ContractAwarded, stamp: Stamp) -> None:
    """Works begin and are due; all desk work is before the office."""
    projects, project = state.projects, event.project.astype(np.intp)
    fill(projects, project, event)
    projects.desk_left[project] = event.desk
    projects.status[project] = ProjectStatus.CONTRACTED
    projects.held_rule[project] = 0
    projects.awarded_day[project] = stamp.day
    projects.seq[project] = stamp.seqs(event)


@applies(DeskWorked)
def work(state: State, event: DeskWorked, _: Stamp) -> None:
    """Less desk work is left."""
    np.subtract.at(state.projects.desk_left, event.project, event.worked)


@applies(WorksHalfDone)
def reach_half(state: State, event: WorksHalfDone, stamp: Stamp) -> None:
    """What is due half-way may be paid."""
    state.projects.half_done[event.project] = True
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(ContractorFailed)
def set_back(state: State, event: ContractorFailed, stamp: Stamp) -> None:
    """Another contractor is ready later."""
    state.projects.ready_day[event.project] = event.ready_day
    np.add.at(state.projects.slips, event.project, 1)
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(WorksSlipped)
def slip(state: State, event: WorksSlipped, stamp: Stamp) -> None:
    """Works are due later, in runs of versions whose offices had no desks."""
    state.projects.due_day[event.project] = event.due_day
    np.add.at(state.projects.slips, event.project, 1)
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(WorksGivenUp)
def give_up(state: State, event: WorksGivenUp, stamp: Stamp) -> None:
    """Nobody works on."""
    state.projects.status[event.project] = ProjectStatus.GIVEN_UP
    free_places(state, event.project)
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(ProjectRecalled)
def recall(state: State, event: ProjectRecalled, stamp: Stamp) -> None:
    """What is left of a project's money is no longer its own."""
    state.projects.status[event.project] = ProjectStatus.RECALLED
    free_places(state, event.project)
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(WorksFinished)
def finish(state: State, event: WorksFinished, stamp: Stamp) -> None:
    """Works are accepted."""
    projects, project = state.projects, event.project.astype(np.intp)
    projects.status[project] = ProjectStatus.FINISHED
    projects.finished_day[project] = stamp.day
    projects.seq[project] = stamp.seqs(event)


@applies(OffersEnded)
def end_offers(state: State, event: OffersEnded, stamp: Stamp) -> None:
    """What its contract has for stations that nobody took is the purse's again."""
    state.projects.untaken[event.project] = event.untaken
    state.projects.returned_fen[event.project] = event.returned_fen
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(AccessKept)
def keep_access(state: State, event: AccessKept, _: Stamp) -> None:
    """Others than who has it lose the share."""
    state.projects.kept[event.project] = event.kept


@applies(FacilityOpened)
def open_facility(state: State, event: FacilityOpened, stamp: Stamp) -> None:
    """A new row; the counties it serves can use it."""
    facilities, facility = state.facilities, event.facility.astype(np.intp)
    state.filled("facilities", int(facility.max()) + 1)
    fill(facilities, facility, event)
    facilities.kind[facility] = event.facility_kind
    facilities.in_service[facility] = True
    facilities.opened_day[facility] = stamp.day
    facilities.seq[facility] = stamp.seqs(event)
    for row in facility.tolist():
        _serve(state, row, 1)


@applies(FacilityClosed)
def close_facility(state: State, event: FacilityClosed, stamp: Stamp) -> None:
    """Nobody can use it any more."""
    facilities, facility = state.facilities, event.facility.astype(np.intp)
    facilities.in_service[facility] = False
    facilities.seq[facility] = stamp.seqs(event)
    for row in facility.tolist():
        _serve(state, row, -1)


def _serve(state: State, row: int, sign: int) -> None:
    """Let the counties that a facility serves have it, or no longer; one centre stands in for a county at a time."""
    counties, facilities = state.counties, state.facilities
    served, mechanism = counties_served(state, row), int(facilities.mechanism[row])
    if mechanism == Mechanism.SERVICE_CENTRE:
        _stand(counties.centre, served, row, sign)
    elif mechanism == Mechanism.DISTRIBUTION:
        _stand(counties.distribution, served, row, sign)
    elif mechanism == Mechanism.COLD_ROOM:
        counties.cold_g[served] += sign * _parts(int(facilities.capacity_g[row]), len(served))
    elif mechanism == Mechanism.PACKING:
        counties.packing_g[served] += sign * _parts(int(facilities.capacity_g[row]), len(served))
    elif mechanism == Mechanism.TRACING:
        counties.traceable[served] += sign
    elif mechanism == Mechanism.TRANSFER_POINT:
        _stand(state.townships.point, facilities.township[row : row + 1], row, sign)


def _stand(column: I32, places: I32, facility: int, sign: int) -> None:
    """Put a facility in the place of the one before, or take it out where it still stands."""
    column[places if sign > 0 else places[column[places] == facility]] = facility if sign > 0 else -1


def _parts(whole: int, many: int) -> I64:
    """Return equal whole parts that add up."""
    return np.diff(whole * np.arange(many + 1, dtype=np.int64) // max(many, 1))


def counties_served(state: State, facility: int) -> I32:
    """Return the counties that a facility serves: its own, or all of its prefecture."""
    own = state.facilities.county[facility : facility + 1]
    if state.facilities.level[facility] != Level.PREFECTURE:
        return own
    found: I32 = np.flatnonzero(state.counties.prefecture == state.facilities.prefecture[facility]).astype(np.int32)
    return found


@applies(FacilityUsed)
def use_facility(state: State, event: FacilityUsed, _: Stamp) -> None:
    """Fees are owed to its owner."""
    np.add.at(state.facilities.fees_fen, event.facility, event.fees_fen)


@applies(FacilitySettled)
def settle_facility(state: State, event: FacilitySettled, stamp: Stamp) -> None:
    """Its owner has the fees and has paid what running it costs."""
    facilities = state.facilities
    facilities.fees_fen[event.facility] = 0
    facilities.unpaid_months[event.facility] = event.unpaid_months
    facilities.seq[event.facility] = stamp.seqs(event)
    own = event.owner >= 0
    np.add.at(state.dealers.cash_fen, event.owner[own], (event.fees_fen - event.running_fen - event.returned_fen)[own])


@applies(DividendsPaid)
def pay_dividends(state: State, event: DividendsPaid, _: Stamp) -> None:
    """Registered poor households have what was a dealer's."""
    paid = event.paid_fen * state.households.weight[event.household]
    np.subtract.at(state.dealers.cash_fen, event.dealer, paid)


@applies(MarkSupported)
def support_mark(state: State, event: MarkSupported, _: Stamp) -> None:
    """One place less is left."""
    np.add.at(state.facilities.places_used, event.facility, 1)


@applies(MarketingDone)
def market(state: State, event: MarketingDone, stamp: Stamp) -> None:
    """Buyers see the county's goods more."""
    state.counties.visibility[event.county] = event.visibility
    state.counties.visible_seq[event.county] = stamp.seqs(event)


@applies(VisibilityFaded)
def fade(state: State, event: VisibilityFaded, _: Stamp) -> None:
    """Buyers see the county's goods less."""
    state.counties.visibility[event.county] = event.visibility


@applies(KnowHowMoved)
def know(state: State, event: KnowHowMoved, stamp: Stamp) -> None:
    """A group of a county knows more, or forgets."""
    state.counties.know_how[event.county, event.group] = event.share
    state.counties.know_how_seq[event.county, event.group] = stamp.seqs(event)


@applies(InformationPublished)
def publish(state: State, event: InformationPublished, _: Stamp) -> None:
    """Everybody can read how far a project has come."""
    state.projects.published[event.project] = event.stage


@applies(ServiceComplained)
def complain_of_service(state: State, event: ServiceComplained, stamp: Stamp) -> None:
    """Count, apart from the other stream."""
    state.counties.complaint_seq[event.county] = stamp.seqs(event)
    np.add.at(state.counties.service_complaints, event.county, event.complaints)


@applies(DisclosureComplained)
def complain_of_disclosure(state: State, event: DisclosureComplained, _: Stamp) -> None:
    """Count, apart from the other stream."""
    np.add.at(state.counties.disclosure_complaints, event.county, event.complaints)


PROJECTS = (
    approve,
    choose_site,
    declare_use,
    keep_access,
    void,
    award,
    work,
    reach_half,
    set_back,
    slip,
    give_up,
    finish,
    recall,
    end_offers,
    open_facility,
    close_facility,
    use_facility,
    settle_facility,
    pay_dividends,
    support_mark,
    market,
    fade,
    know,
    publish,
    complain_of_service,
    complain_of_disclosure,
)
