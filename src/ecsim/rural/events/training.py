"""Training (docs/model.md 4.11; notice, part 3.4)."""

from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.columns import Counts, Flags, Millionths
from ecsim.kernel.event import Event
from ecsim.kernel.text import Text
from ecsim.rural.events.ids import (
    ContentCodes,
    CountyIds,
    GroupCodes,
    HouseholdIds,
    ModeCodes,
    ProjectIds,
    SessionIds,
    VillageIds,
)
from ecsim.rural.units import ONE


def _about_selling_as_a_whole(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Before version 2 sessions had no content, were drawn without a plan, and cost a person-time each."""
    none = np.zeros(len(columns["session"]), np.int64)
    return {
        **columns, "content": none.astype(np.uint8), "online": none.astype(np.bool_), "line": none - 1,
        "cost": none + ONE,
    }  # fmt: skip


class SessionHeld(Event):
    """A training session takes place, as a line of the county's training plan says.

    Version 1 had groups and modes alone, drawn at random.
    """

    kind = "session_held"
    title = Text("training session held", "开办培训")
    topic = "training"
    amounts = ("seats",)
    makes = "session"
    within = ("county",)
    subject = ("project",)
    decision = True
    version = 2
    upcasts = MappingProxyType({1: _about_selling_as_a_whole})
    session: SessionIds
    county: CountyIds
    village: VillageIds  # or -1: in the county town
    group: GroupCodes
    mode: ModeCodes
    seats: Counts
    project: ProjectIds
    content: ContentCodes
    online: Flags
    line: Counts  # of the training plan; -1: of none
    cost: Millionths  # person-times of the contract that an attendance uses up


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


class KnowHowMoved(Event):
    """What the people of a group know of e-commerce in a county moves: training raises it, time wears it off."""

    kind = "know_how_moved"
    title = Text("know-how moved", "业务能力变动")
    topic = "training"
    county: CountyIds
    group: GroupCodes
    share: Millionths  # of all that training could bring them
