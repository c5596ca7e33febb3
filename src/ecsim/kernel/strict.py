"""The base of all configuration: types that are taken as they are written, never guessed from others."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, TypeVar

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

T = TypeVar("T")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters but for tabs and ends of lines."""
MOST_NUMBER = 1e300
"""Beyond it a number is a slip, and the difference of two overflows."""
MOST_WHOLE = 2**53
"""Largest whole number, of seeds too: every table and every JSON reader holds them exactly up to here."""


class Strict(BaseModel):
    """The base of configuration: frozen, and strict about keys and types.

    Unknown keys are errors; a flag or a word is not taken for a number, nor a number for a word.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @field_validator("*", mode="after")
    @classmethod
    def _is_printable(cls, value: Any) -> Any:  # noqa: ANN401 (any field's)
        """Refuse control characters, which files, pages and terminals cannot hold."""
        return _printable(value) if isinstance(value, str) else value


def _printable(text: str) -> str:
    found = _CONTROL.search(text)
    if found:
        place = found.start() + 1
        raise ValueError(f"it holds the control character U+{ord(found[0]):04X} at place {place}; take it out")
    return text


def _on_one_line(name: str) -> str:
    if len(name.splitlines()) > 1 or name != name.strip():
        raise ValueError("it must stand on one line, without spaces at its ends")
    return _printable(name)


def _names_a_folder(name: str) -> str:
    if name in {".", ".."} or set(name) & set('/\\:*?"<>|'):
        raise ValueError('it names the folder of the results; leave out / \\ : * ? " < > |')
    return name


def _as_date(value: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    if not isinstance(value, str):
        return value
    try:
        date = dt.date.fromisoformat(value)
    except ValueError:
        date = None
    if date is None or date.isoformat() != value:
        raise ValueError("it must be a date, as 2019-06-30")
    return date


def _as_number(value: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    if isinstance(value, dict):
        raise ValueError('it must be a number; a name with a dot stands in quotes: "group.name" = 0.5')
    if not isinstance(value, bool | int | float) or not -MOST_NUMBER <= value <= MOST_NUMBER:
        raise ValueError("it must be a finite number, or true or false")
    return value


def _as_scalar(value: Any) -> Any:  # noqa: ANN401 (from TOML or JSON)
    return value if isinstance(value, str) else _as_number(value)


Several = Annotated[tuple[T, ...], pydantic.Strict(strict=False)]
"""Values in order: a list of TOML and JSON, a tuple of Python."""
Date = Annotated[dt.date, BeforeValidator(_as_date)]
"""A date, or its text as JSON and the command line give it."""
Figure = Annotated[float, Field(ge=-MOST_NUMBER, le=MOST_NUMBER)]
Number = Annotated[bool | Annotated[int, Field(ge=-MOST_WHOLE, le=MOST_WHOLE)] | Figure, BeforeValidator(_as_number)]
"""A value of a parameter: number or flag."""
Scalar = Annotated[Number | Annotated[str, Field(max_length=200)], BeforeValidator(_as_scalar)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_on_one_line)]
FolderName = Annotated[Name, Field(max_length=100), AfterValidator(_names_a_folder)]
Seed = Annotated[int, Field(ge=0, le=MOST_WHOLE)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
