"""The shocks of a stress test, read from their files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecsim.experiments.scenario_arms import model_of
from ecsim.experiments.schema import SHOCK, Experiment
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.shocks import MOST_STRENGTH, ActiveShock, Shock, check_shocks
from ecsim.kernel.toolkit import Scenario
from ecsim.scenario.parts import load_shock


def shocks_of(
    experiment: Experiment, home: Path, scenarios: Mapping[str, Scenario], where: str
) -> dict[str, list[Shock]]:
    """Return the shocks of a stress test by name: one, or several that come together at one strength.

    Parameters
    ----------
    experiment : of a function or of scenarios
    home : its folder, from which paths go
    scenarios : by arm
    where : the file that a message names

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a shock moves a parameter that there is not.
    """
    if experiment.stress is None:
        return {}
    for name, paths in experiment.stress.shocks.items():
        if bool(paths) == bool(experiment.function):
            need = (
                "no file: the function gets the strength" if experiment.function else "the path of a shock, or several"
            )
            raise EcsimError(f"{where}: stress.shocks.{name} needs {need}")
    found = {name: [load_shock(home / path) for path in paths] for name, paths in experiment.stress.shocks.items()}
    for name, shocks in found.items():
        strongest = _strongest(name, experiment, where)
        for scenario in scenarios.values():
            active = [ActiveShock(shock=shock, strength=strongest) for shock in shocks]
            check_shocks(active, model_of(scenario).parameters(scenario), where)
    return found


def _strongest(name: str, experiment: Experiment, where: str) -> float:
    """Return the largest strength that a shock of a stress test may have.

    Raises
    ------
    EcsimError
        If the space gives it one that no shock may have.
    """
    assert experiment.stress is not None
    given = experiment.space.get(f"{SHOCK}{name}")
    if given is None:
        return experiment.stress.strengths[-1]
    ends = given.choices or given.bounds
    if any(isinstance(end, bool | str) or not 0.0 <= end <= MOST_STRENGTH for end in ends):
        raise EcsimError(
            f"{where}: space.{SHOCK}{name} is {given.told}; a strength is a number from 0 to {MOST_STRENGTH:g}"
        )
    return max(float(end) for end in ends)
