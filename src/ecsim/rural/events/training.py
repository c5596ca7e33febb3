"""Training (docs/model.md 4.11; notice, part 3.4)."""

from ecsim.kernel.columns import Counts, Flags
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    CountyIds,
    GroupCodes,
    HouseholdIds,
    ModeCodes,
    ProjectIds,
    SessionIds,
    VillageIds,
)


class SessionHeld(Event):
    """A training session takes place."""

    kind = "session_held"
    title = Text("training session held", "开办培训")
    topic = "training"
    amounts = ("seats",)
    makes = "session"
    within = ("county",)
    subject = ("project",)
    decision = True
    session: SessionIds
    county: CountyIds
    village: VillageIds  # or -1: in the county town
    group: GroupCodes
    mode: ModeCodes
    seats: Counts
    project: ProjectIds


class TraineeAttended(Event):
    """Persons attend a session; a row is a sampled household's person or a person of an organisation."""

    kind = "trainee_attended"
    title = Text("trainees attended", "参加培训")
    topic = "training"
    amounts = (
        "persons",
        "answered",
        "satisfied",
    )
    session: SessionIds
    household: HouseholdIds  # or -1: not a villager
    persons: Counts  # attendances the row stands for
    answered: Counts  # of them, answered the survey
    satisfied: Counts  # of those, are satisfied
    poor: Flags
