"""Runs of base scenarios week by week, and where the run of a changed one first differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias

from ecsim.kernel.draws import Draws
from ecsim.kernel.toolkit import Event, Opening, Parameters, Stamp, World
from ecsim.rural.model import MODEL, open_scenario
from ecsim.rural.region import Region
from ecsim.rural.rules import own_parameters, rule_defaults
from ecsim.rural.scenario import Scenario

Week: TypeAlias = Mapping[str, bytes]
"""What happened in a week: the bytes of each column of each kind, by ``kind.column``."""

RESTATED = {
    "project_approved": ("category", "design", "central_fen", "local_fen", "social_fen"),
    "project_refused": ("central_fen",),
    "contract_awarded": ("due_day",),
    "facility_opened": (
        "capacity_g",
        "mechanism",
        "owner",
        "places",
        "areas",
        "channels",
        "running_fen",
        "until_day",
    ),
    "station_offered": ("design",),
    "station_opened": ("design",),
    "payment_made": ("category",),
}
"""Columns that only say again what a scenario says, by kind: a change of these alone decides nothing.

Nor do the events of the opening: what an opening parameter moves must move what happens afterwards."""


class _Recorder:
    """Keeps the events of a week."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, event: Event, stamp: Stamp) -> None:
        """Keep the rows of one event."""
        del stamp
        self.events.append(event)

    note_recorded = append


@cache
def rules() -> Parameters:
    """Return the parameters of the rules, read once."""
    return rule_defaults()


READ_AT_THE_OPENING = ("opening_", "goods.", "selling.", "farming.", "learning.", "market.")
"""Beginnings of parameters that the opening is made with."""


@cache
def _opening(content: str) -> Opening:
    scenario = Scenario.model_validate_json(content)
    return open_scenario(scenario, rules().with_values(own_parameters(scenario)[0], "field effects"))


class WeeklyRun:
    """A run of a scenario, week by week for as long as anyone asks."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        ours, _ = own_parameters(scenario)
        opening = {name: value for name, value in scenario.parameters.items() if name.startswith(READ_AT_THE_OPENING)}
        opened = _opening(scenario.model_copy(update={"parameters": opening}).model_dump_json())
        self._recorder, self._week = _Recorder(), 0
        self._world = World(MODEL.state.allocate(opened.sizes), MODEL.changes_by_kind, Draws(seed), self._recorder)
        self._world.publish_all(opened.events)
        self._region = Region(self._world, scenario, rules().with_values(ours, "field effects"))
        self.weeks = scenario.weeks

    def next_week(self) -> Week:
        """Return what happens in the next week."""
        self._recorder.events.clear()
        self._world.day = MODEL.days * self._week
        for step in MODEL.steps:
            if step.due(self._week):
                step.act(self._region)
        self._week += 1
        parts: dict[str, list[bytes]] = defaultdict(list)
        for event in self._recorder.events:
            for column in event.columns:
                if column.name not in RESTATED.get(event.kind, ()):
                    parts[f"{event.kind}.{column.name}"].append(event.__dict__[column.name].tobytes())
        return {name: b"".join(bytes_) for name, bytes_ in parts.items()}


class Scene:
    """A base scenario in which some mechanisms are at work; it is run once, and only as far as is needed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._run: WeeklyRun | None = None
        self._weeks: list[Week] = []

    def week(self, number: int) -> Week:
        """Return what happens in a week of the base scenario."""
        self._run = self._run or WeeklyRun(self.scenario)
        while len(self._weeks) <= number:
            self._weeks.append(self._run.next_week())
        return self._weeks[number]

    def first_difference(self, other: Scenario) -> tuple[int, str] | None:
        """Return week and column of the event in which a run of another scenario first differs; None: in none."""
        run = WeeklyRun(other)
        for number in range(min(self.scenario.weeks, other.weeks)):
            mine, theirs = self.week(number), run.next_week()
            if mine != theirs:
                return number, min(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
        return None if self.scenario.weeks == other.weeks else (min(self.scenario.weeks, other.weeks), "the end")
