"""Numbers with a source of their own, held against the ranges that they state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel

from ecsim.kernel.errors import EcsimError
from ecsim.rural.sourced_number import SourcedNumber

M = TypeVar("M", bound=BaseModel)


def in_its_ranges(model: M, where: str) -> M:
    """Return a model whose numbers with source all lie in their own ranges.

    Raises
    ------
    EcsimError
        Naming each that does not.
    """
    faults = [f"{where}: {key}: {fault}" for key, number in _sourced(model, ()) if (fault := number.fault())]
    if faults:
        raise EcsimError("\n".join(faults))
    return model


def _sourced(value: Any, place: tuple[str, ...]) -> Iterator[tuple[str, SourcedNumber]]:  # noqa: ANN401 (any field's)
    """Yield the numbers with source of a model by dotted key."""
    if isinstance(value, SourcedNumber):
        yield ".".join(place), value
    elif isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from _sourced(getattr(value, key), (*place, key))
    elif isinstance(value, tuple):
        yield from _sourced(dict(enumerate(value)), place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _sourced(inner, (*place, str(key)))
