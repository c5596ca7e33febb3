"""Each field of a scenario, each parameter: whether any event differs where it is changed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from ecsim.kernel.field_effects import Exempt, FieldEffect
from ecsim.kernel.parameters import Parameter
from ecsim.rural.field_effects import exempt
from ecsim.rural.field_effects.changing import Place, changed, fields, other_ends, others, value_at
from ecsim.rural.field_effects.scene_runs import Scene, rules
from ecsim.rural.field_effects.scenes import BERRIES, SCENES, WHOLE, Loader, Nothing, Scenes
from ecsim.rural.regions.pack import load_pack

WITNESSES = "witnesses.csv"
"""Where each field was last seen to change an event: scene, and the how-manieth attempt there. It only saves time."""
_GROUPS = {
    "policy.rule_book.": "rule book", "policy.": "policy", "designs.": "design", "projects.": "project type",
    "shocks.": "shock", "programme.": "programme",
}  # fmt: skip
"""What fields belong to, by the beginning of their names."""
_OTHER: Mapping[str, list[Any]] = {
    "policy.funds.strategy": [f"{Nothing.__module__}:Nothing"],
    "programme.reports.*.kind": ["monthly_report", "self_evaluation"],
    "policy.station_design": ["mobile"],
    "projects.*.feeds": ["nothing", "visibility"],
    "projects.*.need": ["county"],
    "projects.*.life_years": [0.1],
    "projects.*.targets": [["trained"], []],
    "projects.*.areas": [["data"], []],
    "projects.*.channels": [["wholesale", "restaurant"], []],
    "shocks.*.shock.effects.*.parameter": ["market.price_response"],
    "projects.*.uses": [["bought_traffic"]],
    **{
        f"policy.rule_book.rules.{rule}.{key}": values
        for rule, heads in (("service_centre_share", ["stations"]), ("supply_chain_share", ["logistics"]))
        for key, values in (("heads", [heads]), ("level", ["purse"]), ("on_breach", ["flag"]))
    },
}
"""Other values of fields whose type does not tell them."""


def name_of(place: Place) -> str:
    """Return the dotted name of a field, the same for every row, every kind of project and every service of a design.

    What each kind changes is held by ``programme/test_mechanisms.py``.
    """
    if place[0] == "designs" and place[2:3] == ("services",) and len(place) > 3:
        return ".".join(("designs.*.services.*", *map(str, place[4:])))
    if place[0] == "projects":
        return f"projects.*.{place[2]}"
    return ".".join("*" if isinstance(key, int) else key for key in place)


def is_label(name: str) -> bool:
    """Return whether a field is for people alone."""
    return name.rsplit(".", maxsplit=1)[-1] in exempt.LABELS


class RuralFieldEffects:
    """The fields of the rural model's scenarios, tried one by one.

    Parameters
    ----------
    load : reads shipped scenarios (`ecsim.scenario.load.load`)
    folder : where small regions are written
    """

    def __init__(self, load: Loader, folder: Path) -> None:
        self.scenes = Scenes(load, folder)

    @cached_property
    def fields(self) -> list[str]:
        """The name of each field of the fullest scene, once."""
        return list(dict.fromkeys(name_of(place) for place, _ in fields(self.scenes.scene(SCENES[0]).scenario)))

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter of the rules and of the opening, by its full name."""
        return {**rules().by_name, **load_pack(WHOLE).rules.by_name}

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """What each field is a field of."""
        found = dict.fromkeys(self.parameters, "parameter")
        for name in self.fields:
            found[name] = next((group for begins, group in _GROUPS.items() if name.startswith(begins)), "scenario")
        return found

    @cached_property
    def exempt(self) -> Sequence[Exempt]:
        """Fields that need not change an event of a scene, with the reason."""
        reasons = {name: _reason(name) for name in self.fields}
        reasons |= {name: exempt.BY_RULE.get(name, "") for name in self.parameters}
        return [Exempt(name, self.groups[name], reason) for name, reason in reasons.items() if reason]

    @cached_property
    def names(self) -> Sequence[str]:
        """Fields, then parameters, that must change one."""
        free = {each.name for each in self.exempt}
        return [name for name in (*self.fields, *self.parameters) if name not in free]

    def effect(self, name: str) -> FieldEffect:
        """Return where a change of a field was seen to change an event: where it was last seen, else anywhere."""
        _, effect = self.seen(name)
        return effect

    def seen(self, name: str) -> tuple[int, FieldEffect]:
        """Return the effect of a field, and the number of the attempt in its scene that showed it; -1: none did."""
        last = self.last_seen.get(name)
        for scene, number in (*([last] if last else []), *self._everywhere(name)):
            where = self._difference(scene, name, number)
            if where is not None:
                return number, FieldEffect(name, self.groups[name], scene, *where)
        return -1, FieldEffect(name, self.groups[name])

    def attempts(self, of: Scene, name: str) -> list[tuple[Place, Any]]:
        """Return other values of a field or parameter in a scene and where to put them.

        Of a field the first value of each of its places comes first, then the second; places where it is nothing now
        come after the others.
        """
        if name in self.parameters:
            ends = other_ends(self.parameters[name], of.scenario.parameters.get(name))
            return [(("parameters", name), value) for value in ends]
        found = []
        for place, info in fields(of.scenario):
            if name_of(place) == name:
                now = value_at(of.scenario, place)
                values = self._other(name) or others(now, info)
                found += [(turn, not now, place, value) for turn, value in enumerate(values)]
        return [(place, value) for *_, place, value in sorted(found, key=lambda attempt: attempt[:2])]

    def _other(self, name: str) -> list[Any]:
        return [self.scenes.region(BERRIES)] if name == "region" else _OTHER.get(name, [])

    def _everywhere(self, name: str) -> Iterator[tuple[str, int]]:
        for scene in SCENES:
            for number in range(len(self.attempts(self.scenes.scene(scene), name))):
                yield scene, number

    def _difference(self, scene: str, name: str, number: int) -> tuple[int, str] | None:
        """Return week and column of the first event that an attempt in a scene changes."""
        of = self.scenes.scene(scene)
        attempts = self.attempts(of, name)
        other = changed(of.scenario, *attempts[number]) if number < len(attempts) else None
        return of.first_difference(other) if other is not None else None

    @cached_property
    def last_seen(self) -> Mapping[str, tuple[str, int]]:
        """Scene and number of the attempt in which each field was last seen to change an event; it only saves time."""
        text = files("ecsim.rural.field_effects").joinpath(WITNESSES).read_text(encoding="utf-8")
        return {row["field"]: (row["scene"], int(row["attempt"])) for row in csv.DictReader(text.splitlines())}


def _reason(name: str) -> str:
    """Return why a field need not change an event of a scene; empty if it must."""
    if is_label(name):
        return f"label: {exempt.LABELS[name.rsplit('.', maxsplit=1)[-1]]}"
    if name in exempt.ELSEWHERE:
        return exempt.ELSEWHERE[name]
    for begins, reason in ((exempt.MEASURED, exempt.MEASURED_BY), (exempt.DEFAULTS, exempt.DEFAULTS_OF)):
        if name.startswith(begins):
            return reason
    return exempt.LAWFUL if any(fnmatchcase(name, pattern) for pattern in exempt.THE_BOOK) else ""
