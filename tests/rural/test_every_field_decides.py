"""Every field of a scenario, and every parameter, changes what happens: nothing that can be set is there for show.

The machinery is `ecsim.rural.field_effects`, which `ecsim laws --fields` prints. A field that is new is tried in every
scene with values that its type suggests, and fails until a rule reads it or it stands on a list with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pydantic import BaseModel
from scenes import EFFECTS

from ecsim.kernel.shocks import ActiveShock, Effect, Shock
from ecsim.rural.field_effects import exempt
from ecsim.rural.field_effects.changing import changed, fields, others, value_at
from ecsim.rural.field_effects.scene_runs import Scene
from ecsim.rural.field_effects.scenes import SCENES
from ecsim.rural.field_effects.search import is_label, name_of
from ecsim.rural.programme.notice import Dates, Deductions, Evaluation, Programme, Report, Target
from ecsim.rural.programme.rules import Rule, RuleBook
from ecsim.rural.programme.station_services import StationService
from ecsim.rural.scenario import Funds, Policy, Procurement, ProjectType, Scenario, StationDesign
from ecsim.rural.sourced_number import SourcedNumber


@pytest.mark.parametrize("name", EFFECTS.names)
def test_a_field_changes_what_happens(name: str) -> None:
    """Of a parameter: at one end of its own range, in one of the scenes."""
    assert EFFECTS.effect(name).changes_events, f"{name} decides nothing: let a rule read it, or take it out"


def _all_changed(of: Scene, names: Iterable[str]) -> Scenario:
    """Return the scenario of a scene with another value wherever a field of some names stands."""
    wanted, other = set(names), of.scenario
    for place, info in fields(of.scenario):
        if name_of(place) in wanted:
            tries = [changed(other, place, value) for value in others(value_at(other, place), info)]
            other = next((each for each in tries if each is not None), other)
    return other


def test_labels_change_nothing() -> None:
    of = EFFECTS.scenes.scene(SCENES[0])
    other = _all_changed(of, [name for name in EFFECTS.fields if is_label(name)])
    assert other != of.scenario
    assert of.first_difference(other) is None, "a label decides something: take it off the list"


def test_a_field_that_decides_nothing_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stations are offered again after scenes that are short have ended."""
    monkeypatch.setattr("ecsim.rural.field_effects.search.SCENES", ("ranked", "crowded"))
    assert not EFFECTS.effect("stations.reoffer_weeks").changes_events


def test_a_field_is_found_where_it_was_not_last_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it was last seen only saves time: another scene, or an attempt that is no more, hides nothing."""
    name = "market.growth"
    found = EFFECTS.effect(name)
    for elsewhere in ((found.scene, 1000), ("ranked", 1000)):
        monkeypatch.setitem(EFFECTS.__dict__, "last_seen", {name: elsewhere})
        assert EFFECTS.effect(name).changes_events


def test_the_lists_name_fields_that_there_are() -> None:
    names = {*EFFECTS.fields, *EFFECTS.parameters}
    assert not exempt.BY_RULE.keys() - names
    assert not {*exempt.ELSEWHERE} - names
    assert {*exempt.LABELS} == {name.rpartition(".")[2] for name in EFFECTS.fields if is_label(name)}
    begins = exempt.MEASURED + exempt.DEFAULTS
    assert not [start for start in begins if not any(name.startswith(start) for name in EFFECTS.fields)]
    assert {*EFFECTS.names} | {each.name for each in EFFECTS.exempt} == names
    assert all(each.reason for each in EFFECTS.exempt)
    assert not EFFECTS.last_seen.keys() - {*EFFECTS.names}, "take these out of witnesses.csv"


@pytest.mark.parametrize(
    "kind",
    [
        Scenario,
        Programme,
        Dates,
        Report,
        Target,
        Evaluation,
        Deductions,
        Policy,
        Procurement,
        Funds,
        RuleBook,
        Rule,
        SourcedNumber,
        StationDesign,
        StationService,
        ProjectType,
        ActiveShock,
        Shock,
        Effect,
    ],
)
def test_no_field_is_passed_over(kind: type[BaseModel]) -> None:
    """The fullest scene has every kind of thing, so every field of its type is among the names."""
    keys = {key for name in EFFECTS.fields for key in name.split(".")}
    assert not kind.model_fields.keys() - keys - {"parameters"}
