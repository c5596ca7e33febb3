"""Experiments as strict TOML: what is run, arms that change it, what is uncertain, and when there is enough."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ecsim.experiments.contrasts import Contrast, Title, refuse_unknown_arms
from ecsim.experiments.name_checks import check_outcomes, check_targets, requested_outcomes
from ecsim.experiments.outcome_catalogue import OutcomeCatalogue
from ecsim.experiments.running.identity import FIRST_SEEDS
from ecsim.experiments.settings import MOST_RUNS, DesignChoice, Discovery, Robustness, Selection, StoppingRule, Stress
from ecsim.kernel.errors import EcsimError, shown
from ecsim.kernel.model import Model
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.parameters import Parameter, known_parameter
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.shocks import MOST_STRENGTH, ActiveShock, Shock, Strength, check_shocks
from ecsim.kernel.strict import FolderName, Name, Several, Strict
from ecsim.kernel.validation import checked
from ecsim.scenario.load import changed, load, load_shock, read_kind
from ecsim.scenario.shipped import EXPERIMENT, find
from ecsim.statistics import designs
from ecsim.statistics.designs import Design
from ecsim.statistics.space import Space, Uncertain

MOST_SECONDS = 30 * 86_400.0
"""A run that takes more than a month is taken for one that hangs."""
BYTES_A_RUN = 300
"""A line of the plan and one of the ledger; tables come on top."""
SHOCK = "shocks."
"""Names of a space that begin so are strengths of the shocks of ``[stress.shocks]``."""


class Arm(Strict):
    """One change to the scenario, or to the parameters of a function."""

    name: Name
    title: Title | None = None
    """What people read in place of the name; by default the policy's title."""
    policy: str | None = None
    """Path of a policy, beside the experiment."""
    changes: dict[Name, Any] = Field(default_factory=dict)
    """Values by dotted key, as ``--set`` takes them."""
    shocks: dict[str, Strength] = Field(default_factory=dict)
    """Strength by path of a shock, beside the experiment: 0 nothing, 1 as the shock's file tells, more is stronger."""


class Experiment(Strict):
    """Arms under the same luck, perhaps at the points of a design."""

    name: FolderName
    """Of the folder of its results, too."""
    title_en: str
    title_zh: str
    question: str
    question_zh: str = ""
    """For the page in Chinese; left out there if empty."""
    scenario: Annotated[str, Field(min_length=1)] | None = None
    """Path of a scenario, beside the experiment."""
    function: Name | None = None
    """In its place a Python function, ``package.module:function``: parameters (and seed) to outcomes."""
    data: Several[Name] = ()
    """Files that the function reads, beside the experiment: with other content its runs are other runs."""
    reference: Name
    """The arm that the others are compared with."""
    replications: Annotated[int, Field(ge=1, le=100_000)] = 10
    first_seed: Annotated[int, Field(ge=0, lt=FIRST_SEEDS)] = 1
    """Which luck: 1 has seeds 1, 2, 3 …; any other value has seeds of its own."""
    seconds_a_run: Annotated[float, Field(gt=0.0, le=MOST_SECONDS)] = 3600.0
    outcomes: Several[Name] = ()
    """Which outcomes analyses look at; none: all of them."""
    tables: bool = True
    """Whether each run's tables by county, week and station are kept, beside its outcomes."""
    arms: Annotated[Several[Arm], Field(min_length=1)]
    space: dict[Name, Uncertain | None] = Field(default_factory=dict)
    """Uncertain parameters by name; an empty table takes range, unit and source from the parameter itself."""
    design: DesignChoice | None = None
    stopping: StoppingRule | None = None
    better: dict[Name, Literal["max", "min"]] = Field(default_factory=dict)
    """Which way an outcome is better, for a function's; ecsim's own outcomes say so themselves."""
    sets: dict[Name, Several[Name]] = Field(default_factory=dict)
    """Targets by the name of a set: the chance that all of a set are met at once is told beside the single ones."""
    contrasts: dict[Name, Contrast] = Field(default_factory=dict)
    """Questions that the comparison answers, by name: some arms' mean less others'."""
    stress: Stress | None = None
    discovery: Discovery | None = None
    robustness: Robustness | None = None
    selection: Selection | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_tables(cls, content: Any) -> Any:  # noqa: ANN401 (from TOML)
        if isinstance(content, dict) and "model" in content:
            raise ValueError(
                f"model is {shown(content['model'])}; an experiment on a plain function says function = …, "
                "and a scenario names its model itself"
            )
        if isinstance(content, dict) and isinstance(content.get("space"), dict):
            content = {**content, "space": {name: told or None for name, told in content["space"].items()}}
        return content

    @model_validator(mode="after")
    def _fits(self) -> Experiment:
        if (self.scenario is None) == (self.function is None):
            raise ValueError("scenario and function: give one of the two")
        if self.data and self.function is None:
            raise ValueError("data names files that a function reads; a scenario names its own — leave data out")
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
        if self.design and self.stopping:
            raise ValueError("stopping is for arms without a design; leave one of the two out")
        if self.stopping and len(names) < 2:
            raise ValueError("stopping looks at differences between arms; give two arms or more")
        if self.function:
            self._check_function()
        return self

    def _check_function(self) -> None:
        """Refuse what only a simulation has, and values that JSON, so the tables and the workers, cannot hold."""
        if any(arm.policy or arm.shocks for arm in self.arms):
            raise ValueError("arms of a function have changes alone: a policy or a shock is the simulation's")
        for arm in self.arms:
            for key, value in arm.changes.items():
                try:
                    json.dumps(value)
                except TypeError:
                    raise ValueError(
                        f"arm {arm.name} gives {key} as {shown(value)}; a function takes numbers, words, flags, "
                        "and lists and tables of them — write a date as a word"
                    ) from None

    def _check_arms(self) -> None:
        """Refuse an arm's own value of what the space moves in all arms."""
        for arm in self.arms:
            twice = [key for key in arm.changes if key.removeprefix("parameters.") in self.space]
            if twice:
                raise ValueError(
                    f"arm {arm.name} changes {twice[0]}, which the space moves in every arm; leave one of the two out"
                )

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
    place : folder with ``experiment.toml``, or that file, or the name of a study that is shipped
    changes : values by dotted key that replace others, as ``replications`` or ``design.points``

    Raises
    ------
    EcsimError
        If the experiment says what is not allowed.
    """
    file = find(place, "experiments")
    content = read_kind("experiment", file, changes)
    experiment = checked(Experiment, content, str(file))
    return experiment, file.parent


def known_of(experiment: Experiment, scenario: Scenario | None, where: str) -> OutcomeCatalogue:
    """Return what is known of an experiment's outcomes and targets.

    Parameters
    ----------
    scenario : of an arm, since all are held against the same; None for a function

    Raises
    ------
    EcsimError
        If the experiment names an outcome or target that there is not.
    """
    known = OutcomeCatalogue(better=experiment.better)
    if scenario is not None:
        known = OutcomeCatalogue.of(
            simulated(scenario).measures, scenario, experiment.better, requested_outcomes(experiment)
        )
    try:
        check_targets(experiment, known)
        if scenario is not None:
            check_outcomes(experiment, known)
    except ValueError as error:
        raise EcsimError(f"{where}: {error}") from None
    return known


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
    base = load(home / experiment.scenario, named_by=f"{home / EXPERIMENT}: scenario")
    for arm in experiment.arms:
        where = f"{home / EXPERIMENT}: arm {arm.name}"
        policy = read_kind("policy", home / arm.policy, named_by=f"{where}: policy") if arm.policy else None
        shocks = [(load_shock(home / path, f"{where}: shocks"), strength) for path, strength in arm.shocks.items()]
        told = {"shocks": [{"shock": s.model_dump(mode="json"), "strength": by} for s, by in shocks]} if shocks else {}
        scenario = changed(base, {**arm.changes, **(changes or {}), **told}, where, policy)
        arms[arm.name] = scenario.model_copy(update={"name": arm.name}) if policy else scenario
    for key in ("model", "extensions", "region", "start", "end", "sample"):
        found = {name: getattr(scenario, key, None) for name, scenario in arms.items()}
        if len(set(found.values())) > 1:
            values = ", ".join(f"{name} {value}" for name, value in found.items())
            raise EcsimError(
                f"{home / EXPERIMENT}: arms differ in {key} ({values}); they could not share their random "
                f"draws — give all "
                "of them the same, or none"
            )
    _check_standards(arms, home)
    return arms


def _check_standards(arms: Mapping[str, Scenario], home: Path) -> None:
    """Refuse arms whose figures are not held against the same."""
    held = {name: simulated(scenario).measures.standard(scenario) for name, scenario in arms.items()}
    first, standard = next(iter(held.items()))
    for name, other in held.items():
        differs = next((key for key, told in standard.items() if other[key] != told), None)
        if differs is not None:
            raise EcsimError(
                f"{home / EXPERIMENT}: arms {first} and {name} differ in {differs}; their figures could not be "
                "compared — give all arms the same"
            )


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
        if not _gives(told, own):
            raise EcsimError(
                f"{where}: space.{name} is {told.distribution!r}, {told.told}; {own.needs} is needed — "
                f"{_DISTRIBUTIONS[own.kind]}"
            )
        beyond = [end for end in ends if isinstance(end, str) or not own.low <= end <= own.high]
        if beyond:
            raise EcsimError(
                f"{where}: space.{name} may be {beyond[0]}; allowed are {own.low} to {own.high} {own.unit} "
                f"({own.source}): keep the range within"
            )


_DISTRIBUTIONS: dict[type, str] = {
    bool: 'write distribution = "choice" and values = [false, true]',
    int: 'write distribution = "integer", or "choice" with whole numbers as values',
    float: "write numbers as values",
}


def _gives(told: Uncertain, own: Parameter) -> bool:
    """Return whether all values of a distribution are of a parameter's kind."""
    if told.choices:
        return all(map(own.takes, told.choices))
    return own.kind is float or (own.kind is int and told.distribution == "integer")


def _known(scenario: Scenario) -> Mapping[str, Parameter]:
    return simulated(scenario).known(scenario)


def simulated(scenario: Scenario) -> Model[Any, Any]:
    """Return the model of a scenario of one's own."""
    return model_of_scenario(scenario, trust=True)


def _own_range(name: str, experiment: Experiment, scenario: Scenario | None, where: str) -> Uncertain:
    if name.startswith(SHOCK) and experiment.stress:
        return _strength(experiment.stress.strengths[-1])
    if scenario is None:
        raise EcsimError(f"{where}: space.{name} is empty; a function's parameter needs unit, source, low and high")
    own = known_parameter(_known(scenario), name, f"{where}: space")
    if own.kind is bool:
        return Uncertain(distribution="choice", values=(False, True), unit=own.unit, source=own.source)
    kind: Literal["integer", "uniform"] = "integer" if own.kind is int else "uniform"
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
        if bool(paths) == bool(experiment.function):
            need = (
                "no file: the function gets the strength" if experiment.function else "the path of a shock, or several"
            )
            raise EcsimError(f"{where}: stress.shocks.{name} needs {need}")
    found = {name: [load_shock(home / path) for path in told] for name, told in experiment.stress.shocks.items()}
    for name, shocks in found.items():
        strongest = _strongest(name, experiment, where)
        for scenario in scenarios.values():
            active = [ActiveShock(shock=shock, strength=strongest) for shock in shocks]
            check_shocks(active, simulated(scenario).parameters(scenario), where)
    return found


def _strongest(name: str, experiment: Experiment, where: str) -> float:
    """Return the largest strength that a shock of a stress test may have.

    Raises
    ------
    EcsimError
        If the space gives it one that no shock may have.
    """
    assert experiment.stress is not None
    told = experiment.space.get(f"{SHOCK}{name}")
    if told is None:
        return experiment.stress.strengths[-1]
    ends = told.choices or told.bounds
    if any(isinstance(end, bool | str) or not 0.0 <= end <= MOST_STRENGTH for end in ends):
        raise EcsimError(
            f"{where}: space.{SHOCK}{name} is {told.told}; a strength is a number from 0 to {MOST_STRENGTH:g}"
        )
    return max(float(end) for end in ends)


def check_runs(experiment: Experiment, points: int, where: str) -> None:
    """Refuse an experiment of more runs than can be held, before any of them is.

    Raises
    ------
    EcsimError
        With what the runs would take.
    """
    most = experiment.most
    told = f"{len(experiment.arms)} arms x {points:,} points x {most:,} replications"
    for name, runs in {told: len(experiment.arms) * points * most, **further_runs(experiment)}.items():
        if runs > MOST_RUNS:
            raise EcsimError(
                f"{where}: {name}: {runs:,} runs, of {MOST_RUNS:,} at most; they would take {runs / 3600.0:,.0f} hours "
                f"at a second a run and {runs * BYTES_A_RUN / 1e9:,.1f} GB for the list of runs alone — lower their "
                "number, or make several experiments of it"
            )


def further_runs(experiment: Experiment) -> dict[str, int]:
    """Return how many runs analyses may make beside the plan, at most, by the command that makes them."""
    found = {}
    search = experiment.stress.search if experiment.stress and not experiment.design else None
    if search is not None:
        combinations = search.population * (search.generations + 1)
        each = combinations * search.replications + search.fresh
        found["ecsim stress, the search"] = each * len(search.targets) * len(experiment.arms)
    if experiment.selection is not None:
        many = 1 if experiment.selection.procedure == "ocba" else len(experiment.arms)
        found["ecsim select"] = experiment.selection.most * many
    return found


def points_of(experiment: Experiment, space: Space | None) -> int:
    """Return how many points the design will have, without making it; of a table 1, for it has as many as its rows."""
    if space is not None and experiment.design is not None:
        return designs.points_of(experiment.design.kind, space, experiment.design.points)
    stress = experiment.stress
    return 1 if stress is None else 1 + len(stress.shocks) * (len(stress.strengths) - 1)


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
        raise EcsimError(f"{home / EXPERIMENT}: design: {error}") from None


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
