"""The arms of an experiment as they are run: scenarios on a model, or changes of a function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecsim.experiments.function_arms import check_function, identities_of_function
from ecsim.experiments.running.simulation_task import identity
from ecsim.experiments.scenario_arms import model_of, scenarios_of
from ecsim.experiments.schema import Experiment
from ecsim.kernel.toolkit import Model, Scenario
from ecsim.scenario.openings import check_openings


@dataclass(frozen=True)
class Arms:
    """What the arms of an experiment run.

    Attributes
    ----------
    scenarios : by arm; empty for a function
    model : what scenarios simulate; None for a function
    identities : by arm what every run of it shares: content and code
    """

    scenarios: Mapping[str, Scenario]
    model: Model[Any, Any] | None
    identities: Mapping[str, str]


def arms_of(experiment: Experiment, home: Path, of_scenario: Mapping[str, Any], where: str) -> Arms:
    """Return the arms of an experiment.

    Parameters
    ----------
    of_scenario : values that replace those of every arm's scenario
    where : the file that a message names

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a module that it names does not come in.
    """
    if experiment.function:
        check_function(experiment, of_scenario, home, where)
        return Arms({}, None, identities_of_function(experiment, home, where))
    scenarios = scenarios_of(experiment, home, of_scenario)
    model = model_of(scenarios[experiment.reference])
    check_openings(model, {f"{where}: {name}": scenario for name, scenario in scenarios.items()})
    return Arms(scenarios, model, {name: identity(model, scenario) for name, scenario in scenarios.items()})
