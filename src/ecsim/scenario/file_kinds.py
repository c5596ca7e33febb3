"""Kinds of configuration files, told apart by their keys, so that one in another's place is named as what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.shocks import Shock
from ecsim.rural.plans.plan import Plan
from ecsim.rural.programme.notice import Programme
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.scenario import Policy, ProjectType, Scenario, StationDesign

KEYS: dict[str, tuple[str, ...]] = {
    "scenario": tuple(Scenario.model_fields),
    "policy": tuple(Policy.model_fields),
    "plan": tuple(Plan.model_fields),
    "design": tuple(StationDesign.model_fields),
    "shock": tuple(Shock.model_fields),
    "programme": tuple(Programme.model_fields),
    "rule_book": tuple(RuleBook.model_fields),
    "experiment": (
        "name", "title_en", "title_zh", "question", "question_zh", "scenario", "function", "data", "reference",
        "replications", "first_seed", "seconds_a_run", "outcomes", "tables", "arms", "space", "design",
        "stopping", "better", "sets", "contrasts", "returns", "claims", "invariances", "stress", "discovery",
        "robustness", "selection",
    ),
    "space": ("parameters",),
}  # fmt: skip
"""Keys by kind; those of experiments and spaces stand here as words, for their models are of a higher floor."""
PROJECTS = "list of project types"
SAID_OF_A_PROJECT = frozenset(name for name, field in ProjectType.model_fields.items() if field.is_required())
TITLES = {
    "scenario": "a scenario, which `ecsim run` runs",
    "policy": "a policy, which a scenario names as its policy",
    "plan": "a plan of projects, which a policy names as its plan",
    "design": "a station design, which a scenario names among its designs",
    "shock": "a shock, which a scenario names among its shocks",
    "programme": "a programme, which a scenario names as its programme",
    "rule_book": "a rule book, which a programme names as its rule_book",
    "experiment": "an experiment, which `ecsim compare` runs",
    "space": "a space of uncertain parameters",
    PROJECTS: "a list of project types, which a scenario names as its projects",
}


def likeliest(content: Mapping[str, Any]) -> str | None:
    """Return the kind whose keys a content has most of, so that a key misspelt does not hide what is meant.

    A list of project types has names of its own: its tables of such a type count. None if it has no
    key of any kind.
    """
    if "parameters" in content and len(content) == 1:
        return "space"
    known = {PROJECTS: sum(map(_is_project_type, content.values()))}
    known |= {kind: len(content.keys() & set(keys)) for kind, keys in KEYS.items()}
    kind = max(known, key=lambda name: known[name])
    return kind if known[kind] else None


def _is_project_type(table: Any) -> bool:  # noqa: ANN401 (of a file)
    """Return whether a value is a table with most of what every type of project must say."""
    return isinstance(table, Mapping) and 2 * len(table.keys() & SAID_OF_A_PROJECT) > len(SAID_OF_A_PROJECT)


def check_kind(content: Mapping[str, Any], wanted: str, where: str) -> None:
    """Refuse a file of another kind than the one that is wanted there.

    Parameters
    ----------
    content : of a TOML file
    wanted : the kind, by the keys of `KEYS`
    where : the file that the message names

    Raises
    ------
    EcsimError
        If it has more keys of another kind than of this one.
    """
    kind = likeliest(content)
    wanted_keys = len(content.keys() & set(KEYS.get(wanted, ())))
    if kind in {None, wanted} or (kind != PROJECTS and len(content.keys() & set(KEYS[str(kind)])) <= wanted_keys):
        return
    raise EcsimError(f"{where}: this is {TITLES[str(kind)]}; here {TITLES[wanted].partition(',')[0]} is needed")
