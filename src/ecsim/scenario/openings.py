"""Whether scenarios can be opened, before anything runs, and which code of their own they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.toolkit import Model, Scenario
from ecsim.kernel.user_code import OURS


def check_openings(model: Model[Any, Any], scenarios: Mapping[str, Scenario]) -> None:
    """Raise EcsimError, before anything runs, if code of one's own or what a scenario opens with cannot be had.

    Parameters
    ----------
    scenarios : by the file, or the file and arm, that a message names
    """
    for where, scenario in scenarios.items():
        try:
            model.hooks.check_opening(scenario)
        except EcsimError as error:
            raise EcsimError(f"{where}: {error}") from None
        model.check(scenario, True)


def own_code(model: Model[Any, Any], scenario: Scenario) -> list[str]:
    """Return the code that a scenario names and that does not come with ecsim, as ``module:name``."""
    own_model = [] if scenario.model.startswith(OURS) else [scenario.model]
    return [*model.hooks.own_code(scenario), *scenario.extensions, *own_model]


def imported(names: Iterable[str]) -> str:
    """Return what to say of the code that a file names: to check it, its module was imported."""
    modules = sorted({name.partition(":")[0] for name in names if ":" in name})
    return f"; imported {', '.join(modules)}" if modules else ""
