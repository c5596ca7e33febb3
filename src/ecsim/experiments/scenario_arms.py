"""The scenario of every arm of an experiment, on which its model runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecsim.experiments.schema import Arm, Experiment
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.toolkit import Model, Scenario
from ecsim.scenario.load import changed, load
from ecsim.scenario.parts import load_shock, read_policy
from ecsim.scenario.shipped import EXPERIMENT

COMMON = ("model", "extensions", "region", "counties", "prefectures", "start", "end", "sample")
"""What arms must have alike to share their random draws."""


def model_of(scenario: Scenario) -> Model[Any, Any]:
    """Return the model of a scenario of one's own: code that it names is imported."""
    return model_of_scenario(scenario, trust=True)


def scenarios_of(experiment: Experiment, home: Path, changes: Mapping[str, Any] | None = None) -> dict[str, Scenario]:
    """Return the scenario of every arm.

    Parameters
    ----------
    home : the experiment's folder, from which its paths go
    changes : values that replace the scenario's and the arms' own in every arm, as ``sample``

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or the arms could not share their luck.
    """
    assert experiment.scenario is not None
    where = f"{home / EXPERIMENT}"
    base = load(home / experiment.scenario, named_by=f"{where}: scenario")
    arms = {arm.name: _scenario(arm, base, home, changes or {}) for arm in experiment.arms}
    for key in COMMON:
        values = {name: getattr(scenario, key, None) for name, scenario in arms.items()}
        if len(set(values.values())) > 1:
            listed = ", ".join(f"{name} {value}" for name, value in values.items())
            raise EcsimError(
                f"{where}: arms differ in {key} ({listed}); they could not share their random draws — give all of them "
                "the same, or none"
            )
    _check_standards(arms, where)
    return arms


def _scenario(arm: Arm, base: Scenario, home: Path, changes: Mapping[str, Any]) -> Scenario:
    """Return the scenario of one arm: the experiment's, changed by the arm, then by ``changes``."""
    where = f"{home / EXPERIMENT}: arm {arm.name}"
    policy = read_policy(home / arm.policy, f"{where}: policy") if arm.policy else None
    shocks = [
        {"shock": load_shock(home / path, f"{where}: shocks").model_dump(mode="json"), "strength": strength}
        for path, strength in arm.shocks.items()
    ]
    of_shocks = {"shocks": shocks} if shocks else {}
    scenario: Scenario = changed(base, {**arm.changes, **changes, **of_shocks}, where, policy)
    return scenario.model_copy(update={"name": arm.name}) if policy else scenario


def _check_standards(arms: Mapping[str, Scenario], where: str) -> None:
    """Refuse arms whose figures are not held against the same."""
    standards = {name: model_of(scenario).measures.standard(scenario) for name, scenario in arms.items()}
    first, standard = next(iter(standards.items()))
    for name, other in standards.items():
        differs = next((key for key, value in standard.items() if other[key] != value), None)
        if differs is not None:
            raise EcsimError(
                f"{where}: arms {first} and {name} differ in {differs}; their figures could not be "
                "compared — give all arms the same"
            )
