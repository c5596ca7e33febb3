"""Experiments as strict TOML: a scenario, arms that change it, replications."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from ecsim.errors import EcsimError
from ecsim.scenario.config import Scenario, Strict
from ecsim.scenario.load import checked, load, load_policy, read_toml


class Arm(Strict):
    """One change to the scenario."""

    name: str
    policy: str | None = None
    """Path of a policy, beside the experiment."""
    changes: dict[str, Any] = Field(default_factory=dict)
    """Values by dotted key, as ``--set`` takes them."""


class Experiment(Strict):
    """Arms under the same luck."""

    name: str
    title_en: str
    title_zh: str
    question: str
    scenario: str
    reference: str
    """The arm that the others are compared with."""
    replications: Annotated[int, Field(ge=2, le=10_000)] = 10
    first_seed: Annotated[int, Field(ge=0)] = 1
    arms: tuple[Arm, ...]

    @model_validator(mode="after")
    def _arms_fit(self) -> Experiment:
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names) or len(names) < 2:
            raise ValueError(f"arms are {', '.join(names)}; at least two of different names are needed")
        if self.reference not in names:
            raise ValueError(f"reference is {self.reference!r}; it must be one of the arms: {', '.join(names)}")
        return self


def load_experiment(folder: Path, sample: float | None = None) -> tuple[Experiment, dict[str, Scenario]]:
    """Return an experiment and the scenario of every arm.

    Raises
    ------
    EcsimError
        If the experiment or one of its files says what is not allowed.
    """
    file = folder / "experiment.toml" if folder.is_dir() else folder
    experiment = checked(Experiment, read_toml(file), str(file))
    home = file.parent
    arms = {}
    for arm in experiment.arms:
        changes: dict[str, Any] = dict(arm.changes)
        if sample is not None:
            changes["sample"] = sample
        scenario = load(home / experiment.scenario, changes)
        if arm.policy:
            scenario = scenario.model_copy(update={"policy": load_policy(home / arm.policy), "name": arm.name})
        arms[arm.name] = scenario
    if len({(s.region, s.start, s.end, s.sample) for s in arms.values()}) > 1:
        raise EcsimError(
            f"{file}: arms differ in region, dates or sample; they could not share their luck — keep these alike"
        )
    return experiment, arms
