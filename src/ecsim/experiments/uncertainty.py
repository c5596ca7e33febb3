"""What is uncertain in an experiment, and at which points of that space it is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from ecsim.experiments.scenario_arms import model_of
from ecsim.experiments.schema import SHOCK, Experiment
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Parameter, known_parameter
from ecsim.kernel.toolkit import Scenario
from ecsim.statistics import designs
from ecsim.statistics.space import Space, Uncertain

_DISTRIBUTIONS: dict[type, str] = {
    bool: 'write distribution = "choice" and values = [false, true]',
    int: 'write distribution = "integer", or "choice" with whole numbers as values',
    float: "write numbers as values",
}


def space_of(experiment: Experiment, scenario: Scenario | None, where: str) -> Space:
    """Return the space of uncertain parameters; what is left out is taken from the parameters themselves.

    Parameters
    ----------
    scenario : whose parameters vary; None for a function

    Raises
    ------
    EcsimError
        If a parameter is not known, or nothing says what it may be.
    """
    space = {name: given or _own_range(name, experiment, scenario, where) for name, given in experiment.space.items()}
    if scenario is not None:
        _check_ranges({name: given for name, given in space.items() if not name.startswith(SHOCK)}, scenario, where)
    return Space(parameters=space)


def _check_ranges(space: Mapping[str, Uncertain], scenario: Scenario, where: str) -> None:
    known = model_of(scenario).known(scenario)
    for name, given in space.items():
        parameter = known_parameter(known, name, f"{where}: space")
        if not _fits(given, parameter):
            raise EcsimError(
                f"{where}: space.{name} is {given.distribution!r}, {given.told}; {parameter.needs} is needed — "
                f"{_DISTRIBUTIONS[parameter.kind]}"
            )
        ends = given.choices or given.bounds
        beyond = [end for end in ends if isinstance(end, str) or not parameter.low <= end <= parameter.high]
        if beyond:
            raise EcsimError(
                f"{where}: space.{name} may be {beyond[0]}; allowed are {parameter.low} to {parameter.high} "
                f"{parameter.unit} ({parameter.source}): keep the range within"
            )


def _fits(given: Uncertain, parameter: Parameter) -> bool:
    """Return whether all values of a distribution are of a parameter's kind."""
    if given.choices:
        return all(map(parameter.takes, given.choices))
    return parameter.kind is float or (parameter.kind is int and given.distribution == "integer")


def _own_range(name: str, experiment: Experiment, scenario: Scenario | None, where: str) -> Uncertain:
    if name.startswith(SHOCK) and experiment.stress:
        return _strength(experiment.stress.strengths[-1])
    if scenario is None:
        raise EcsimError(f"{where}: space.{name} is empty; a function's parameter needs unit, source, low and high")
    parameter = known_parameter(model_of(scenario).known(scenario), name, f"{where}: space")
    unit, source = parameter.unit, parameter.source
    if parameter.kind is bool:
        return Uncertain(distribution="choice", values=(False, True), unit=unit, source=source)
    kind: Literal["integer", "uniform"] = "integer" if parameter.kind is int else "uniform"
    return Uncertain(distribution=kind, low=parameter.low, high=parameter.high, unit=unit, source=source)


def _strength(most: float) -> Uncertain:
    return Uncertain(low=0.0, high=most, value=0.0, unit="strength", source="range of the stress test")


def points_of(experiment: Experiment, space: Space | None) -> int:
    """Return how many points the design will have, without making it; of a table 1, for it has as many as its rows."""
    if space is not None and experiment.design is not None:
        return designs.points_of(experiment.design.kind, space, experiment.design.points)
    stress = experiment.stress
    return 1 if stress is None else 1 + len(stress.shocks) * (len(stress.strengths) - 1)


def design_of(experiment: Experiment, space: Space | None, home: Path, where: str) -> designs.Design | None:
    """Return the points at which an experiment is run: its design, or a stress test's ladder; None without either.

    Parameters
    ----------
    space : None for an experiment without uncertain parameters

    Raises
    ------
    EcsimError
        If there are too few points, or too many, or the table of points is not right.
    """
    if space is None:
        return _ladder(experiment)
    try:
        return _design(experiment, space, home)
    except (ValueError, EcsimError) as error:
        raise EcsimError(f"{where}: design: {error}") from None


def _ladder(experiment: Experiment) -> designs.Design | None:
    """Return each shock of a stress test alone at rising strength."""
    if experiment.stress is None:
        return None
    strengths = experiment.stress.strengths
    space = Space(parameters={f"{SHOCK}{name}": _strength(strengths[-1]) for name in experiment.stress.shocks})
    return designs.ladder(space, strengths)


def _design(experiment: Experiment, space: Space, home: Path) -> designs.Design:
    choice = experiment.design
    assert choice is not None
    match choice.kind:
        case "grid":
            return designs.grid(space, choice.points)
        case "one_at_a_time":
            return designs.one_at_a_time(space)
        case "table":
            return designs.given(space, home / str(choice.file))
    design: designs.Design = getattr(designs, choice.kind)(space, choice.points, choice.seed)
    return design
