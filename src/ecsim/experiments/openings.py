"""Whether scenarios can be opened, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.model import Model
from ecsim.kernel.scenario import Scenario


def check_openings(model: Model[Any, Any], scenarios: Mapping[str, Scenario]) -> None:
    """Raise EcsimError, before anything runs, if code of one's own or what a scenario opens with cannot be had.

    Parameters
    ----------
    scenarios : by the file, or the file and arm, that a message names
    """
    for where, scenario in scenarios.items():
        model.hooks.check(scenario, True)
        try:
            model.hooks.check_opening(scenario)
        except EcsimError as error:
            raise EcsimError(f"{where}: {error}") from None
