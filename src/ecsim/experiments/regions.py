"""Whether the regions that scenarios name can be opened, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Parameters
from ecsim.rural.regions.opening import check_rules
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.rules import region_rules
from ecsim.rural.scenario import Scenario


def check_regions(scenarios: Mapping[str, Scenario]) -> None:
    """Raise EcsimError, before anything runs, if a region is none or a scenario's opening cannot be made of its rules.

    Parameters
    ----------
    scenarios : by the file, or the file and arm, that a message names
    """
    rules: dict[str, Parameters] = {}
    for where, scenario in scenarios.items():
        try:
            if scenario.region not in rules:
                rules[scenario.region] = load_pack(scenario.region).rules
            check_rules(region_rules(scenario, rules[scenario.region]))
        except EcsimError as error:
            raise EcsimError(f"{where}: {error}") from None
