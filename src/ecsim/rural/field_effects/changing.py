"""Fields of a scenario, other values of them, and scenarios with one value replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ecsim.kernel.parameters import Parameter, Value
from ecsim.rural.scenario import Scenario

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a scenario: keys, and numbers of rows."""
LARGEST_BOUND = 1000
"""A bound of a field beyond it is no value to try."""
OTHER_DATE_DAYS = (28, -28)
"""Days by which a date is moved."""


def fields(held: object, place: Place = ()) -> Iterator[tuple[Place, FieldInfo | None]]:
    """Yield where each value of a scenario stands, and what its field allows; ``parameters`` are told apart."""
    if isinstance(held, BaseModel):
        for name, info in type(held).model_fields.items():
            inner = getattr(held, name)
            if (*place, name) == ("parameters",):
                continue
            if isinstance(inner, BaseModel | dict | tuple) and _holds_more(inner):
                yield from fields(inner, (*place, name))
            else:
                yield (*place, name), info
    elif isinstance(held, dict):
        for name, inner in held.items():
            yield from fields(inner, (*place, name))
    elif isinstance(held, tuple):
        for number, inner in enumerate(held):
            yield from fields(inner, (*place, number))
    else:
        yield place, None


def _holds_more(held: BaseModel | dict[str, Any] | tuple[Any, ...]) -> bool:
    """Return whether a value is no leaf: a model, a table with rows, rows of models."""
    if isinstance(held, tuple):
        return bool(held) and isinstance(held[0], BaseModel)
    return bool(held) if isinstance(held, dict) else True


def others(value: object, info: FieldInfo | None) -> list[Any]:
    """Return other values to try in the place of one, as far as its type tells."""
    choices = [choice for choice in _choices(info) if choice != value]
    if choices:
        return choices
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        bounds = [bound for rule in (info.metadata if info else []) if isinstance(rule, Ge | Le) for bound in _of(rule)]
        tries = [2 * value, value / 2, *(bound for bound in bounds if abs(bound) <= LARGEST_BOUND), value + 1, 0]
        return [other for tried in dict.fromkeys(tries) if (other := type(value)(tried)) != value]
    if isinstance(value, dt.date):
        return [str(value + dt.timedelta(days=days)) for days in OTHER_DATE_DAYS]
    if isinstance(value, str):
        return [f"{value} otherwise"]
    return [] if value is None else [[]]


def _choices(info: FieldInfo | None) -> tuple[Any, ...]:
    return get_args(info.annotation) if info and get_origin(info.annotation) is Literal else ()


def _of(rule: Ge | Le) -> tuple[Any]:
    return (rule.ge,) if isinstance(rule, Ge) else (rule.le,)


def other_ends(parameter: Parameter, now: Value | None) -> list[Any]:
    """Return the ends of a parameter's range and its default, the farthest from its value now first."""
    value = parameter.value if now is None else now
    if parameter.kind is bool:
        return [not value]
    ends = {parameter.kind(end) for end in (parameter.low, parameter.high, parameter.value)} - {value}
    return sorted(ends, key=lambda end: -abs(end - value))


def value_at(scenario: Scenario, place: Place) -> Any:  # noqa: ANN401 (of any type)
    """Return the value that stands somewhere in a scenario."""
    held: Any = scenario
    for key in place:
        of_rows = isinstance(held, tuple | dict)
        held = held[key] if of_rows else getattr(held, str(key))
    return held


def changed(scenario: Scenario, place: Place, value: object) -> Scenario | None:
    """Return a scenario with one value replaced, or none if it is not allowed."""
    content = scenario.model_dump(mode="json")
    inner: Any = content
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    try:
        return Scenario.model_validate(content)
    except ValidationError:
        return None
