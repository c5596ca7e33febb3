"""Experiments as strict TOML: what is run, arms that change it, what is uncertain, and when there is enough."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ecsim.errors import EcsimError
from ecsim.experiments import designs
from ecsim.experiments.contrasts import Contrast, Title, refuse_unknown_arms
from ecsim.experiments.designs import Design
from ecsim.experiments.settings import DesignChoice, Discovery, Robustness, Selection, StoppingRule, Stress
from ecsim.experiments.space import Space, Uncertain
from ecsim.experiments.summary import outcomes_of_simulation
from ecsim.indicators import TARGETS
from ecsim.regions.pack import load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import changed, checked, load, load_shock, read_merged, rule_parameters
from ecsim.scenario.parameter import Parameter, known_parameter
from ecsim.scenario.shocks import ActiveShock, Shock, check_shocks
from ecsim.scenario.strict import Strict

FILE = "experiment.toml"
SHOCK = "shocks."
"""Names of a space that begin so are strengths of the shocks of ``[stress.shocks]``."""


class Arm(Strict):
    """One change to the scenario, or to the parameters of a function."""

    name: str
    title: Title | None = None
    """What people read in place of the name; by default the policy's title."""
    policy: str | None = None
    """Path of a policy, beside the experiment."""
    changes: dict[str, Any] = Field(default_factory=dict)
    """Values by dotted key, as ``--set`` takes them."""
    shocks: dict[str, Annotated[float, Field(ge=0.0)]] = Field(default_factory=dict)
    """Strength by path of a shock, beside the experiment: 0 nothing, 1 as the shock's file tells, more is stronger."""


class Experiment(Strict):
    """Arms under the same luck, perhaps at the points of a design."""

    name: str
    title_en: str
    title_zh: str
    question: str
    question_zh: str = ""
    """For the page in Chinese; left out there if empty."""
    scenario: str | None = None
    """Path of a scenario, beside the experiment."""
    model: str | None = None
    """In its place a Python function, ``package.module:function``: parameters (and seed) to outcomes."""
    reference: str
    """The arm that the others are compared with."""
    replications: Annotated[int, Field(ge=1, le=100_000)] = 10
    first_seed: Annotated[int, Field(ge=0)] = 1
    seconds_a_run: Annotated[float, Field(gt=0.0)] = 3600.0
    outcomes: tuple[str, ...] = ()
    """Which outcomes analyses look at; none: all of them."""
    tables: bool = True
    """Whether each run's tables by county, week and station are kept, beside its outcomes."""
    arms: tuple[Arm, ...]
    space: dict[str, Uncertain | None] = Field(default_factory=dict)
    """Uncertain parameters by name; an empty table takes range, unit and source from the parameter itself."""
    design: DesignChoice | None = None
    stopping: StoppingRule | None = None
    better: dict[str, Literal["max", "min"]] = Field(default_factory=dict)
    """Which way an outcome is better, for a function's; ecsim's own outcomes say so themselves."""
    contrasts: dict[str, Contrast] = Field(default_factory=dict)
    """Questions that the comparison answers, by name: some arms' mean less others'."""
    stress: Stress | None = None
    discovery: Discovery | None = None
    robustness: Robustness | None = None
    selection: Selection | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_tables(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML)
        if isinstance(content, dict) and isinstance(content.get("space"), dict):
            content = {**content, "space": {name: told or None for name, told in content["space"].items()}}
        return content

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        if (self.scenario is None) == (self.model is None):
            raise ValueError("scenario and model: give one of the two")
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names):
            raise ValueError(f"arms are {', '.join(names)}; each needs a name of its own")
        if self.reference not in names:
            raise ValueError(f"reference is {self.reference!r}; it must be one of the arms: {', '.join(names)}")
        if bool(self.design) != bool(self.space):
            raise ValueError("design and space go together: give both, or neither")
        unknown = [n for n in self.space if n.startswith(SHOCK) and n.removeprefix(SHOCK) not in self._shock_names]
        if unknown:
            told = ", ".join(self._shock_names) or "none"
            raise ValueError(f"space names {unknown[0]}; shocks of [stress.shocks] are: {told}")
        refuse_unknown_arms(self.contrasts, names)
        self._check_arms()
        self._check_targets()
        self._check_outcomes()
        if self.design and self.stopping:
            raise ValueError("stopping is for arms without a design; leave one of the two out")
        if self.stopping and len(names) < 2:
            raise ValueError("stopping looks at differences between arms; give two arms or more")
        if self.model and any(arm.policy or arm.shocks for arm in self.arms):
            raise ValueError("arms of a function have changes alone: a policy or a shock is the simulation's")
        return self

    def _check_arms(self) -> None:
        """Refuse an arm's own value of what the space moves in all arms."""
        for arm in self.arms:
            twice = [key for key in arm.changes if key.removeprefix("parameters.") in self.space]
            if twice:
                raise ValueError(
                    f"arm {arm.name} changes {twice[0]}, which the space moves in every arm; leave one of the two out"
                )

    def _check_outcomes(self) -> None:
        """Refuse outcomes that the simulation does not have; a function's are known once it has run."""
        known = outcomes_of_simulation()
        asked = {
            "outcomes": self.outcomes,
            "stopping.outcome": (self.stopping.outcome,) if self.stopping else (),
            "selection.outcome": (self.selection.outcome,) if self.selection else (),
            "robustness.thresholds": tuple(self.robustness.thresholds) if self.robustness else (),
            "stress.targets": tuple(t.outcome for t in self.stress.targets.values()) if self.stress else (),
        }
        for key, names in asked.items():
            unknown = [name for name in names if self.scenario and name not in known]
            if unknown:
                near = get_close_matches(unknown[0], known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"outcomes are {', '.join(known)}"
                raise ValueError(f"{key} names {unknown[0]!r}; {hint}")

    def _check_targets(self) -> None:
        known = self.target_names
        asked = {
            "discovery.target": (self.discovery.target,) if self.discovery else (),
            "stress.search.targets": self.stress.search.targets if self.stress and self.stress.search else (),
        }
        for key, names in asked.items():
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(f"{key} names {unknown[0]!r}; targets are {', '.join(known) or 'none'}")
        if (self.stress or self.discovery) and not known:
            raise ValueError(
                "a function has no targets of its own; give [stress.targets], "
                'as low_cost = {outcome = "cost", at_most = 5.0}'
            )
        if self.discovery and not self.design:
            raise ValueError(
                "discovery needs a design and a space: it looks for parts of the space in which a target fails"
            )

    @property
    def target_names(self) -> list[str]:
        """Names of the targets that a stress test looks at."""
        own = [target.name for target in TARGETS] if self.scenario else []
        return own + (list(self.stress.targets) if self.stress else [])

    @property
    def _shock_names(self) -> list[str]:
        return list(self.stress.shocks) if self.stress else []

    @property
    def most(self) -> int:
        """Replications that may be made, at most."""
        return self.stopping.most if self.stopping else self.replications


def load_experiment(place: Path, changes: Mapping[str, Any] | None = None) -> tuple[Experiment, Path]:
    """Return an experiment and the folder it lies in.

    Parameters
    ----------
    place : folder with ``experiment.toml``, or that file
    changes : values by dotted key that replace others, as ``replications`` or ``design.points``

    Raises
    ------
    EcsimError
        If the experiment says what is not allowed.
    """
    file = place / FILE if place.is_dir() else place
    content = read_merged(file, changes or {})
    return checked(Experiment, content, str(file)), file.parent


def scenarios_of(experiment: Experiment, home: Path, changes: Mapping[str, Any] | None = None) -> dict[str, Scenario]:
    """Return the scenario of every arm.

    Parameters
    ----------
    changes : values that replace the scenario's and the arms' own in every arm, as ``sample``

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or the arms could not share their luck.
    """
    assert experiment.scenario is not None
    arms = {}
    base = load(home / experiment.scenario, named_by=f"{home / FILE}: scenario")
    for arm in experiment.arms:
        where = f"{home / FILE}: arm {arm.name}"
        policy = read_merged(home / arm.policy, named_by=f"{where}: policy") if arm.policy else None
        shocks = [(load_shock(home / path, f"{where}: shocks"), strength) for path, strength in arm.shocks.items()]
        told = {"shocks": [{"shock": s.model_dump(mode="json"), "strength": by} for s, by in shocks]} if shocks else {}
        scenario = changed(base, {**arm.changes, **(changes or {}), **told}, where, policy)
        arms[arm.name] = scenario.model_copy(update={"name": arm.name}) if policy else scenario
    for key in ("region", "start", "end", "sample"):
        found = {name: getattr(scenario, key) for name, scenario in arms.items()}
        if len(set(found.values())) > 1:
            values = ", ".join(f"{name} {value}" for name, value in found.items())
            raise EcsimError(
                f"{home / FILE}: arms differ in {key} ({values}); they could not share their luck — give all "
                "of them the same, or none"
            )
    return arms


def space_of(experiment: Experiment, scenario: Scenario | None, where: str) -> Space:
    """Return the space of uncertain parameters; what is left out is taken from the parameters themselves.

    Raises
    ------
    EcsimError
        If a parameter is not known, or nothing says what it may be.
    """
    found = {name: told or _own_range(name, experiment, scenario, where) for name, told in experiment.space.items()}
    if scenario is not None:
        _check_ranges({name: told for name, told in found.items() if not name.startswith(SHOCK)}, scenario, where)
    return Space(parameters=found)


def _check_ranges(space: Mapping[str, Uncertain], scenario: Scenario, where: str) -> None:
    known = _known(scenario)
    for name, told in space.items():
        own = known_parameter(known, name, f"{where}: space")
        ends = told.choices or told.bounds
        beyond = [end for end in ends if isinstance(end, str) or not own.low <= end <= own.high]
        if beyond:
            raise EcsimError(
                f"{where}: space.{name} may be {beyond[0]}; allowed are {own.low} to {own.high} {own.unit} "
                f"({own.source}): keep the range within"
            )


def _known(scenario: Scenario) -> dict[str, Parameter]:
    return {**rule_parameters(scenario).by_name, **load_pack(scenario.region).rules.by_name}


def _own_range(name: str, experiment: Experiment, scenario: Scenario | None, where: str) -> Uncertain:
    if name.startswith(SHOCK) and experiment.stress:
        return _strength(experiment.stress.strengths[-1])
    if scenario is None:
        raise EcsimError(f"{where}: space.{name} is empty; a function's parameter needs unit, source, low and high")
    own = known_parameter(_known(scenario), name, f"{where}: space")
    whole = isinstance(own.value, int) and not isinstance(own.value, bool)
    kind: Any = "integer" if whole and float(own.low).is_integer() and float(own.high).is_integer() else "uniform"
    return Uncertain(distribution=kind, low=own.low, high=own.high, unit=own.unit, source=own.source)


def _strength(most: float) -> Uncertain:
    return Uncertain(low=0.0, high=most, value=0.0, unit="strength", source="range of the stress test")


def ladder_of(experiment: Experiment) -> Design | None:
    """Return each shock of a stress test alone at rising strength; None if there is none to make."""
    if experiment.stress is None:
        return None
    strengths = experiment.stress.strengths
    space = Space(parameters={f"{SHOCK}{name}": _strength(strengths[-1]) for name in experiment.stress.shocks})
    return designs.ladder(space, strengths)


def shocks_of(
    experiment: Experiment, home: Path, scenarios: Mapping[str, Scenario], where: str
) -> dict[str, list[Shock]]:
    """Return the shocks of a stress test by name.

    Raises
    ------
    EcsimError
        If a file says what is not allowed, or a shock moves a parameter that there is not.
    """
    if experiment.stress is None:
        return {}
    for name, paths in experiment.stress.shocks.items():
        if bool(paths) == bool(experiment.model):
            need = "no file: the function gets the strength" if experiment.model else "the path of a shock, or several"
            raise EcsimError(f"{where}: stress.shocks.{name} needs {need}")
    found = {name: [load_shock(home / path) for path in told] for name, told in experiment.stress.shocks.items()}
    for shocks in found.values():
        for scenario in scenarios.values():
            check_shocks([ActiveShock(shock=shock) for shock in shocks], rule_parameters(scenario), where)
    return found


def design_of(experiment: Experiment, space: Space, home: Path) -> Design:
    """Return the design of an experiment that has one.

    Raises
    ------
    EcsimError
        If there are too few points, or too many, or the table of points is not right.
    """
    try:
        return _design_of(experiment, space, home)
    except (ValueError, EcsimError) as error:
        raise EcsimError(f"{home / FILE}: design: {error}") from None


def _design_of(experiment: Experiment, space: Space, home: Path) -> Design:
    choice = experiment.design
    assert choice is not None
    match choice.kind:
        case "grid":
            return designs.grid(space, choice.points)
        case "one_at_a_time":
            return designs.one_at_a_time(space)
        case "table":
            return designs.given(space, home / str(choice.file))
    made: Design = getattr(designs, choice.kind)(space, choice.points, choice.seed)
    return made
