"""Invariances: changes of a run that must not matter, which a model offers so that a study's claims can be tried.

A conclusion that moves with the order of rows in a file, the weekday of the first day or the order of steps on which
theory is silent is an artefact of the implementation. A model lists what it should not care about as data
(`Model.invariances`); `ecsim claims` runs a study again under each. In software testing such a change is called a
metamorphic relation.

References
----------
Galán et al. (2009), Errors and artefacts in agent-based modelling.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from ecsim.kernel.errors import EcsimError, hint
from ecsim.kernel.text import Text


class InapplicableError(EcsimError):
    """An invariance that makes no sense for a scenario: a sample that is whole cannot be doubled."""


@dataclass(frozen=True)
class Variant:
    """Which of its forms an invariance takes in a run.

    Attributes
    ----------
    number : int
        From 0, that of the replication: another number, another order or another shift; the same in all arms.
    folder : Path
        An empty folder for files that the run reads; it is there while the run is made.
    """

    number: int
    folder: Path


Apply: TypeAlias = Callable[[Any, Any, Variant], tuple[Any, Any]]
"""Takes model, scenario and variant; returns the model and the scenario that are run in their place."""


@dataclass(frozen=True)
class Invariance:
    """A change of a run that must not matter.

    Attributes
    ----------
    name : str
        By which commands name it; unique in the model.
    title : Text
        What people read: the change as a noun.
    apply : callable
        Takes the model, a scenario of it and a `Variant`; returns the model and the scenario to run in their place. It
        raises `InapplicableError` for a scenario that it makes no sense for.
    """

    name: str
    title: Text
    apply: Apply


def resized(field: str, factor: float, name: str, title: Text, *, most: float = float("inf")) -> Invariance:
    """Return the change of a scenario's size by a factor.

    Parameters
    ----------
    field : of the scenario: ``sample``, which says how much of a population is followed
    factor : by which it is multiplied
    name, title : of the change
    most : the largest size there is
    """

    def apply(model: Any, scenario: Any, _: Variant) -> tuple[Any, Any]:  # noqa: ANN401 (the model's own kind)
        size = factor * getattr(scenario, field)
        if size > most:
            raise InapplicableError(f"{field} is {size / factor:g}, and {factor:g} times that is above {most:g}")
        return model, with_fields(scenario, **{field: size})

    return Invariance(name, title, apply)


def start_moved(days: Sequence[int], name: str, title: Text) -> Invariance:
    """Return the change of the weekday on which a scenario starts; its last day moves along, so that it runs as long.

    Parameters
    ----------
    days : by how many the start is moved, none a multiple of 7: replications take one after the other
    name, title : of the change
    """
    if not days or any(number % 7 == 0 for number in days):
        raise ValueError(f"days are {list(days)}; give one or more, none a multiple of 7: the weekday must change")

    def apply(model: Any, scenario: Any, variant: Variant) -> tuple[Any, Any]:  # noqa: ANN401
        by = dt.timedelta(days=days[variant.number % len(days)])
        return model, with_fields(scenario, start=scenario.start + by, end=scenario.end + by)

    return Invariance(name, title, apply)


def interchanged(first: str, second: str, title: Text) -> Invariance:
    """Return the change of the order of two steps, the one right behind the other, on which theory is silent.

    Parameters
    ----------
    first, second : names of the steps as the model takes them; the change is named after them
    title : of the change
    """

    def apply(model: Any, scenario: Any, _: Variant) -> tuple[Any, Any]:  # noqa: ANN401
        return _swapped(model, first, second), scenario

    return Invariance(f"{second}_before_{first}", title, apply)


@cache
def _swapped(model: Any, first: str, second: str) -> Any:  # noqa: ANN401 (a Model)
    """Return a model with two steps the other way round; the same objects give the same model."""
    steps, names = list(model.steps), [step.name for step in model.steps]
    for name in (first, second):
        if name not in names:
            near = hint(name, names, f"steps are {', '.join(names)}")
            raise EcsimError(f"model {model.name}: an invariance swaps the step {name!r}, which there is not; {near}")
    place = names.index(first)
    if names[place + 1 : place + 2] != [second]:
        raise InapplicableError(f"{second} does not come right behind {first}: another step stands between them")
    steps[place : place + 2] = [steps[place + 1], steps[place]]
    return replace(model, steps=tuple(steps))


def with_fields(scenario: Any, **values: Any) -> Any:  # noqa: ANN401 (the model's own kind)
    """Return a scenario with some of its fields replaced, checked as when it is read.

    Raises
    ------
    InapplicableError
        If it would say what is not allowed.
    """
    try:
        return type(scenario).model_validate({**scenario.model_dump(mode="json"), **values})
    except ValueError as error:
        raise InapplicableError(f"with {', '.join(values)} changed the scenario is not allowed: {error}") from None
