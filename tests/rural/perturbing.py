"""Change one field of a scenario and see whether anything comes of it: fields, other values, runs week by week."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ecsim.kernel.draws import Draws
from ecsim.kernel.model import Opening
from ecsim.kernel.parameters import Parameter, Parameters, Value
from ecsim.kernel.world import World
from ecsim.rural.model import MODEL, open_scenario
from ecsim.rural.region import Region
from ecsim.rural.rules import own_parameters, rule_defaults
from ecsim.rural.scenario import Scenario
from tiny import Events

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a scenario: keys, and numbers of rows."""
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


def small_region(folder: Path, counties: Sequence[str]) -> Path:
    """Write a region pack of some counties of Yunnan alone, by their codes, and return its folder."""
    columns = {"counties": "adcode", "products": "adcode", "socioeconomics": "adcode"}
    columns |= {"townships": "county_adcode", "villages": "county_adcode"}
    with as_file(files("ecsim.rural.regions").joinpath("packs", "yunnan_2018")) as whole:
        shutil.copytree(whole, folder)
    for name, column in columns.items():
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *(row for row in rows if row[head.index(column)] in counties)])
    rules = folder / "pack.toml"
    lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
    rules.write_text("".join(line for line in lines if line[0] != '"' or line[1:7] in counties), encoding="utf-8")
    return folder


def fields(held: object, place: Place = ()) -> Iterator[tuple[Place, FieldInfo | None]]:
    """Yield where each value of a scenario stands, and what its field allows; ``parameters`` are told apart."""
    if isinstance(held, BaseModel):
        for name, info in type(held).model_fields.items():
            inner = getattr(held, name)
            if (*place, name) == ("parameters",):
                continue
            if isinstance(inner, BaseModel | dict | tuple) and _holds_more(inner):
                yield from fields(inner, (*place, name))
            else:
                yield (*place, name), info
    elif isinstance(held, dict):
        for name, inner in held.items():
            yield from fields(inner, (*place, name))
    elif isinstance(held, tuple):
        for number, inner in enumerate(held):
            yield from fields(inner, (*place, number))
    else:
        yield place, None


def _holds_more(held: BaseModel | dict[str, Any] | tuple[Any, ...]) -> bool:
    """Return whether a value is no leaf: a model, a table with rows, rows of models."""
    if isinstance(held, tuple):
        return bool(held) and isinstance(held[0], BaseModel)
    return bool(held) if isinstance(held, dict) else True


def others(value: object, info: FieldInfo | None) -> list[Any]:
    """Return other values to try in the place of one, as far as its type tells."""
    choices = [choice for choice in _choices(info) if choice != value]
    if choices:
        return choices
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        bounds = [bound for rule in (info.metadata if info else []) if isinstance(rule, Ge | Le) for bound in _of(rule)]
        tries = [2 * value, value / 2, *(bound for bound in bounds if abs(bound) <= 1000), value + 1, 0]
        return [other for tried in dict.fromkeys(tries) if (other := type(value)(tried)) != value]
    if isinstance(value, dt.date):
        return [str(value + dt.timedelta(days=days)) for days in (28, -28)]
    if isinstance(value, str):
        return [f"{value} otherwise"]
    return [] if value is None else [[]]


def _choices(info: FieldInfo | None) -> tuple[Any, ...]:
    return get_args(info.annotation) if info and get_origin(info.annotation) is Literal else ()


def _of(rule: Ge | Le) -> tuple[Any]:
    return (rule.ge,) if isinstance(rule, Ge) else (rule.le,)


def other_ends(parameter: Parameter, now: Value | None) -> list[Any]:
    """Return the ends of a parameter's range and its default, the farthest from its value now first."""
    value = parameter.value if now is None else now
    if parameter.kind is bool:
        return [not value]
    ends = {parameter.kind(end) for end in (parameter.low, parameter.high, parameter.value)} - {value}
    return sorted(ends, key=lambda end: -abs(end - value))


def value_at(scenario: Scenario, place: Place) -> Any:
    """Return the value that stands somewhere in a scenario."""
    held: Any = scenario
    for key in place:
        held = held[key] if isinstance(held, dict | tuple) else getattr(held, str(key))
    return held


def changed(scenario: Scenario, place: Place, value: object) -> Scenario | None:
    """Return a scenario with one value replaced, or none if it is not allowed."""
    content = scenario.model_dump(mode="json")
    inner: Any = content
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        return Scenario.model_validate(content)
    except ValidationError:
        return None


@cache
def rules() -> Parameters:
    """Return the parameters of the rules, read once."""
    return rule_defaults()


READ_AT_THE_OPENING = ("opening_", "goods.", "selling.", "farming.", "learning.", "commerce.farm_weight", "market.")
"""Beginnings of parameters that the opening is made with."""


@cache
def _opening(told: str) -> Opening:
    scenario = Scenario.model_validate_json(told)
    return open_scenario(scenario, rules().with_values(own_parameters(scenario)[0], "test"))


class Telling:
    """A run of a scenario, told week by week for as long as anyone asks."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        ours, _ = own_parameters(scenario)
        opening = {name: value for name, value in scenario.parameters.items() if name.startswith(READ_AT_THE_OPENING)}
        opened = _opening(scenario.model_copy(update={"parameters": opening}).model_dump_json())
        self._events, self._told = Events(), 0
        self._world = World(MODEL.state.allocate(opened.sizes), MODEL.changes_by_kind, Draws(seed), self._events)
        self._world.publish_all(opened.events)
        self._region = Region(self._world, scenario, rules().with_values(ours, "test"))
        self.weeks = scenario.weeks

    def next_week(self) -> Week:
        """Return what happens in the next week."""
        self._events.clear()
        self._world.day = MODEL.days * self._told
        for step in MODEL.steps:
            if step.due(self._told):
                step.act(self._region)
        self._told += 1
        parts: dict[str, list[bytes]] = defaultdict(list)
        for event, _ in self._events.batches:
            for column in event.columns:
                if column.name not in RESTATED.get(event.kind, ()):
                    parts[f"{event.kind}.{column.name}"].append(event.__dict__[column.name].tobytes())
        return {name: b"".join(bytes_) for name, bytes_ in parts.items()}


class Scene:
    """A base scenario in which some mechanisms are at work; it is run once, and only as far as is needed."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._telling: Telling | None = None
        self._weeks: list[Week] = []

    def week(self, number: int) -> Week:
        """Return what happens in a week of the base scenario."""
        self._telling = self._telling or Telling(self.scenario)
        while len(self._weeks) <= number:
            self._weeks.append(self._telling.next_week())
        return self._weeks[number]

    def first_difference(self, other: Scenario) -> str:
        """Return where a run of another scenario first differs from the base; empty if it does nowhere."""
        telling = Telling(other)
        for number in range(min(self.scenario.weeks, other.weeks)):
            mine, theirs = self.week(number), telling.next_week()
            if mine != theirs:
                return f"week {number}: {min(name for name in mine | theirs if mine.get(name) != theirs.get(name))}"
        return "" if self.scenario.weeks == other.weeks else f"week {min(self.scenario.weeks, other.weeks)}: the end"
