"""The numbers of a scenario: the rules' own and those of its region, with what the scenario replaces.

Groups that begin with ``opening_`` belong to the region pack; all others are the rules' own.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ecsim.kernel.parameters import Parameters, Value, load_parameters
from ecsim.rural.scenario import Scenario


@cache
def rule_defaults() -> Parameters:
    """Return the numbers of the rules as they come with ecsim."""
    return load_parameters(files("ecsim.rural").joinpath("parameters"))


def region_rules(scenario: Scenario, rules: Parameters) -> Parameters:
    """Return the region pack's rules with what the scenario replaces (groups that begin with ``opening_``)."""
    _, opening = own_parameters(scenario)
    return rules.with_values(opening, f"scenario {scenario.name}")


def own_parameters(scenario: Scenario) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return what a scenario replaces of the rules, and of its region's opening."""
    opening = {name: value for name, value in scenario.parameters.items() if name.startswith("opening_")}
    return {name: value for name, value in scenario.parameters.items() if name not in opening}, opening
