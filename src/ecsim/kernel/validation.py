"""Contents of files as typed models, or in plain words what is not allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ecsim.kernel.errors import LONGEST, EcsimError, counted, hint, shortened, shown

M = TypeVar("M", bound=BaseModel)
MOST_FAULTS = 20
"""Faults of a file that are listed at most."""
_AS_RULE = re.compile("^(Input|String|List|Tuple|Dictionary) should")


def checked(kind: type[M], content: Mapping[str, Any], where: str) -> M:
    """Return content as a typed model.

    Parameters
    ----------
    kind : a pydantic model with strict types
    content : as TOML or JSON gives it
    where : the file, for messages

    Raises
    ------
    EcsimError
        Naming each fault, its place, and what is allowed; at most `MOST_FAULTS` of them.
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        faults = [f"{where}: {fault}" for fault in _faults(kind, content, error)]
        more = [f"{where}: {counted(len(faults) - MOST_FAULTS, 'more fault')}"] if len(faults) > MOST_FAULTS else []
        raise EcsimError("\n".join([*faults[:MOST_FAULTS], *more])) from None


def faults_of(kind: type[BaseModel], content: Mapping[str, Any]) -> list[str]:
    """Return what of a content is not allowed, each fault with its place and what is; none if it is a typed model."""
    try:
        kind.model_validate(content)
    except ValidationError as error:
        return _faults(kind, content, error)
    return []


def _faults(kind: type[BaseModel], content: Mapping[str, Any], error: ValidationError) -> list[str]:
    problems = error.errors()
    return [_plain(kind, problem, content) for problem in problems if not _follows(problem, problems)]


def _follows(problem: Any, problems: Sequence[Any]) -> bool:  # noqa: ANN401 (pydantic's own)
    """Return whether a list is only too short because items of it were refused, which is told of each."""
    place = problem["loc"]
    return problem["type"] == "too_short" and any(
        len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in problems
    )


def _key(place: tuple[int | str, ...], content: Any) -> str:  # noqa: ANN401 (of a file)
    """Return where a fault is, as ``projects.0 (Q1).units``: items of lists by their id too, where they have one."""
    parts = list[str]()
    for part in place:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            content = None
        told = content.get("id") if isinstance(part, int) and isinstance(content, Mapping) else None
        parts.append(f"{part} ({told})" if told else str(part))
    return shortened(".".join(parts))


def _plain(kind: type[BaseModel], problem: Any, content: Mapping[str, Any]) -> str:  # noqa: ANN401 (pydantic's own)
    key, given = _key(problem["loc"], content), shown(problem["input"])
    message = shortened(problem["msg"].removeprefix("Value error, "), 2 * LONGEST)
    match problem["type"]:
        case "extra_forbidden":
            allowed = list(_fields_at(kind, problem["loc"][:-1]))
            near = hint(str(problem["loc"][-1]), allowed, f"allowed are {', '.join(allowed)}")
            return f"unknown key {key}; {near}"
        case "missing":
            return f"{key} is required but missing"
        case "value_error" if not message.startswith("it "):
            return message if not key or message.startswith(key) else f"{key}: {message}"
        case "model_type" | "dict_type":
            message = "it must be a table, or the path of a file where one may be named"
    return f"{key} is {given}; {_AS_RULE.sub('it must', message).replace('Input', 'it')}"


def _fields_at(kind: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    for part in place:
        field = kind.model_fields.get(str(part))
        if field is None:
            continue
        inner = field.annotation
        args = getattr(inner, "__args__", ())
        kind = next((a for a in (inner, *args) if isinstance(a, type) and issubclass(a, BaseModel)), kind)
    return [field.alias or name for name, field in kind.model_fields.items()]
