"""Parameters: every number of the model with its unit, range and source; data, never code.

A file ``<group>.toml`` holds one table a parameter. A rule declares what it reads as a frozen dataclass (its *terms*),
one field a parameter of its group; `terms` fills it and refuses anything missing or left over.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from ecsim.errors import EcsimError

Basis = Literal["official", "sourced", "calibrated", "assumed"]
Value = bool | int | float
Terms = TypeVar("Terms")

_KEYS = {"value", "unit", "low", "high", "source", "basis", "note"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model."""

    name: str
    """``group.key``"""
    value: Value
    unit: str
    low: float
    high: float
    source: str
    basis: Basis
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters of a scenario, by full name."""

    by_name: Mapping[str, Parameter]

    def with_values(self, values: Mapping[str, Value], where: str) -> Parameters:
        """Return the same parameters with some values replaced.

        Raises
        ------
        EcsimError
            If a name is unknown or a value is outside the parameter's range or of another type.
        """
        changed = dict(self.by_name)
        for name, value in values.items():
            changed[name] = replace(known_parameter(changed, name, where), value=value)
            _check_value(changed[name], where)
        return Parameters(changed)

    def group(self, group: str) -> dict[str, Parameter]:
        """Return the parameters of a group by key."""
        start = group + "."
        return {name[len(start) :]: p for name, p in self.by_name.items() if name.startswith(start)}

    def terms(self, kind: type[Terms], group: str) -> Terms:
        """Return the dataclass ``kind`` filled from a group: the numbers a rule reads.

        Raises
        ------
        EcsimError
            If the fields of ``kind`` and the parameters of the group are not the same.
        """
        found = self.group(group)
        wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
        if wanted != found.keys():
            lacking, extra = sorted(wanted - found.keys()), sorted(found.keys() - wanted)
            raise EcsimError(f"parameters {group}: missing {lacking or 'none'}, not used by any rule {extra or 'none'}")
        hints = get_type_hints(kind)
        return kind(**{name: hints[name](found[name].value) for name in wanted})


def load_parameters(folder: Traversable | None = None) -> Parameters:
    """Return the parameters of every ``*.toml`` in a folder; by default those that come with ecsim.

    Raises
    ------
    EcsimError
        If a file is no TOML, or a parameter lacks unit, range or source, or lies outside its own range.
    """
    folder = folder or files("ecsim.scenario").joinpath("parameters")
    found: dict[str, Parameter] = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for parameter in _read(file):
                found[parameter.name] = parameter
    return Parameters(found)


def read_parameters(file: Path) -> Parameters:
    """Return the parameters of one file; its name is their group.

    Raises
    ------
    EcsimError
        As `load_parameters`.
    """
    return Parameters({parameter.name: parameter for parameter in _read(file)})


def _read(file: Traversable) -> list[Parameter]:
    group = file.name.removesuffix(".toml")
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise EcsimError(f"{file}: not valid TOML ({error}); mend the line it names") from None
    return [_parameter(f"{group}.{key}", table, str(file)) for key, table in tables.items()]


def _parameter(name: str, table: Any, where: str) -> Parameter:  # noqa: ANN401 (from TOML)
    if not isinstance(table, dict) or not table.keys() <= _KEYS or not _KEYS - {"note"} <= table.keys():
        raise EcsimError(f"{where}: {name} needs exactly value, unit, low, high, source, basis (and perhaps note)")
    if table["basis"] not in get_args(Basis):
        raise EcsimError(f"{where}: {name}.basis is {table['basis']!r}; allowed are {', '.join(get_args(Basis))}")
    parameter = Parameter(name=name, **table)
    _check_value(parameter, where)
    return parameter


def _check_value(parameter: Parameter, where: str) -> None:
    value = parameter.value
    if not isinstance(value, bool | int | float):
        raise EcsimError(f"{where}: {parameter.name} is {value!r}; a number is needed, in {parameter.unit}")
    if not parameter.low <= value <= parameter.high:
        raise EcsimError(
            f"{where}: {parameter.name} is {value} {parameter.unit}; allowed are {parameter.low} to {parameter.high} "
            f"({parameter.source}): choose a value in that range"
        )


def known_parameter(parameters: Mapping[str, Parameter], name: str, where: str) -> Parameter:
    """Return a parameter by its full name.

    Raises
    ------
    EcsimError
        If there is none; the nearest are named.
    """
    if name not in parameters:
        near = get_close_matches(name, parameters, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`ecsim list parameters` names them all"
        raise EcsimError(f"{where}: unknown parameter {name!r}; {hint}")
    return parameters[name]
