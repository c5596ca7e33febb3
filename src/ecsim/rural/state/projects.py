"""What projects, works and facilities change.

A project is approved, contracted, perhaps late, finished, and each is published; what it built is a facility,
marketing, know-how or complaints about it.
"""

from __future__ import annotations

import numpy as np

from ecsim.kernel.apply import applies
from ecsim.kernel.table import I32
from ecsim.rural.events import (
    ContractAwarded,
    ContractorFailed,
    DeskWorked,
    DisclosureComplained,
    FacilityOpened,
    InformationPublished,
    KnowHowMoved,
    Level,
    MarketingDone,
    ProjectApproved,
    ProjectKind,
    ProjectRecalled,
    ProjectStatus,
    ServiceComplained,
    SiteChosen,
    Stamp,
    TenderVoided,
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
    projects.seq[event.project] = stamp.seqs(event)


@applies(SiteChosen)
def choose_site(state: State, event: SiteChosen, _: Stamp) -> None:
    """The village is the project's."""
    state.villages.planned[event.village] = event.project


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
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(ProjectRecalled)
def recall(state: State, event: ProjectRecalled, stamp: Stamp) -> None:
    """What is left of a project's money is no longer its own."""
    state.projects.status[event.project] = ProjectStatus.RECALLED
    state.projects.seq[event.project] = stamp.seqs(event)


@applies(WorksFinished)
def finish(state: State, event: WorksFinished, stamp: Stamp) -> None:
    """Works are accepted."""
    projects, project = state.projects, event.project.astype(np.intp)
    projects.status[project] = ProjectStatus.FINISHED
    projects.finished_day[project] = stamp.day
    projects.seq[project] = stamp.seqs(event)


@applies(FacilityOpened)
def open_facility(state: State, event: FacilityOpened, stamp: Stamp) -> None:
    """A new row; the counties it serves can use it."""
    facilities, facility = state.facilities, event.facility.astype(np.intp)
    state.filled("facilities", int(facility.max()) + 1)
    fill(facilities, facility, event)
    facilities.kind[facility] = event.facility_kind
    facilities.opened_day[facility] = stamp.day
    facilities.seq[facility] = stamp.seqs(event)
    for row in range(event.rows):
        _serve(state, event, row)


def _serve(state: State, event: FacilityOpened, row: int) -> None:
    counties, facility, kind = state.counties, int(event.facility[row]), int(event.facility_kind[row])
    served = _served(state, event, row)
    if kind == ProjectKind.SERVICE_CENTRE:
        counties.centre[served] = facility
    elif kind == ProjectKind.DISTRIBUTION_CENTRE:
        counties.distribution[served] = facility
    elif kind == ProjectKind.COLD_STORE:
        counties.cold_g[served] += event.capacity_g[row]
    elif kind == ProjectKind.PACKING_LINE:
        counties.packing_g[served] += event.capacity_g[row]
    elif kind == ProjectKind.TRACEABILITY:
        counties.traceable[served] += 1
    elif kind == ProjectKind.TOWNSHIP_POINTS:
        state.townships.point[event.township[row]] = facility


def _served(state: State, event: FacilityOpened, row: int) -> I32:
    if int(event.level[row]) == Level.PREFECTURE:
        found: I32 = np.flatnonzero(state.counties.prefecture == event.prefecture[row]).astype(np.int32)
        return found
    return event.county[row : row + 1]


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
    void,
    award,
    work,
    reach_half,
    set_back,
    slip,
    give_up,
    finish,
    recall,
    open_facility,
    market,
    fade,
    know,
    publish,
    complain_of_service,
    complain_of_disclosure,
)
