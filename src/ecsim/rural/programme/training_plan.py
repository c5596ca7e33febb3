"""A training plan as data: who is taught what, how, in which stage, in classes of what size (notice, part 3.4)."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ecsim.kernel.strict import Several, Strict
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked

GroupName = Literal["officials", "firms", "youth", "founders", "station_staff", "villagers"]
ModeName = Literal["class", "field", "visit", "hands_on"]
ContentName = Literal[
    "general", "awareness", "policy", "marketing", "service", "sorting", "stocking", "shop", "online"
]  # fmt: skip
MOST_STAGES = 20
MOST_SEATS = 1000


class TrainingLine(Strict):
    """A line of a training plan.

    Attributes
    ----------
    stage : of the training of a county; a stage begins when those before it have used their part of the money
    online : held over the internet, in the same mode
    share : of person-times, over the sum of all lines
    seats : persons a class is planned for
    """

    stage: Annotated[int, Field(ge=1, le=MOST_STAGES)]
    group: GroupName
    content: ContentName
    mode: ModeName
    online: bool = False
    share: Annotated[float, Field(ge=0.0, le=1.0)]
    seats: Annotated[int, Field(ge=1, le=MOST_SEATS)]


class ContentFit(Strict):
    """Whom a content suits, and in which modes it is learned."""

    groups: Several[GroupName]
    modes: Several[ModeName]


@cache
def shipped_training_plan() -> TrainingPlan:
    """Return the training plan of policies that give none of their own."""
    with as_file(files("ecsim.rural.programme").joinpath("training_plan.toml")) as file:
        return checked(TrainingPlan, read_toml(file), "training_plan.toml")


class TrainingPlan(Strict):
    """What the training of a county consists of, the same for each; what it does not give is ecsim's own."""

    lines: Several[TrainingLine] = Field(default_factory=lambda: shipped_training_plan().lines)
    contents: dict[ContentName, ContentFit] = Field(default_factory=lambda: shipped_training_plan().contents)
    source: str = ""

    @model_validator(mode="after")
    def _can_be_held(self) -> TrainingPlan:
        if not sum(line.share for line in self.lines) > 0:
            raise ValueError("training.lines have no share above 0; give at least one line a share")
        lacking = sorted({line.content for line in self.lines} - set(self.contents))
        if lacking:
            raise ValueError(
                f"training.lines teach {', '.join(lacking)}, of which training.contents does not say whom it suits — "
                "add a row to training.contents"
            )
        return self
