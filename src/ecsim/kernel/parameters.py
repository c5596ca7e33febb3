"""Parameters: every number of a model with its unit, range and source; data, never code.

A file ``<group>.toml`` holds one table for each parameter. A rule declares what it reads as a frozen dataclass (its
*terms*), one field for each parameter of its group; `Parameters.terms` fills it and refuses anything missing or left
over, so that no number stands in a file unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_type_hints

from ecsim.kernel.errors import EcsimError, shown
from ecsim.kernel.toml import read_toml

Basis = Literal["official", "sourced", "calibrated", "assumed"]
Value = bool | int | float
Terms = TypeVar("Terms")

_NUMBERS, _WORDS = ("value", "low", "high"), ("unit", "source", "basis", "note")
_KEYS = {*_NUMBERS, *_WORDS}
_LARGEST = 1e300


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the model, with what one must know to vary it.

    Attributes
    ----------
    name : str
        ``group.key``.
    value : bool, int or float
        As the file or the scenario has it.
    unit, source : str
        What it is measured in, and where it comes from.
    low, high : float
        Its range in ordinary times, ends included; a shock may leave it.
    basis : str
        ``official``, ``sourced``, ``calibrated`` or ``assumed``.
    """

    name: str
    """``group.key``"""
    value: Value
    unit: str
    low: float
    high: float
    source: str
    basis: Basis
    note: str = ""

    @property
    def kind(self) -> type[Value]:
        """Flag, whole number or number: whole where value and range are written without a point."""
        if isinstance(self.value, bool):
            return bool
        return int if {type(self.value), type(self.low), type(self.high)} == {int} else float

    @property
    def needs(self) -> str:
        """What a value must be, in words."""
        return _NEEDED[self.kind]

    def takes(self, value: object) -> bool:
        """Return whether a value is of the parameter's kind, be it in its range or not."""
        return _fits(self.kind, value)

    def at(self, value: Value, where: str) -> Parameter:
        """Return the parameter at another value.

        Parameters
        ----------
        value : of the parameter's kind and in its range
        where : what names the value, for messages

        Raises
        ------
        EcsimError
            If the value is of another kind, or outside the range.
        """
        if not self.takes(value):
            raise EcsimError(f"{where}: {self.name} is {shown(value)}; {self.needs} is needed ({self.unit})")
        if not self.low <= value <= self.high:
            raise EcsimError(
                f"{where}: {self.name} is {shown(value)} {self.unit}; allowed are {self.low} to {self.high} "
                f"({self.source}): choose a value in that range; a shock alone may leave it"
            )
        return replace(self, value=self.kind(value))


@dataclass(frozen=True)
class Parameters:
    """All parameters of a model or scenario.

    Attributes
    ----------
    by_name : Mapping[str, Parameter]
        By full name, ``group.key``.
    """

    by_name: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> Value:
        """Return the value of a parameter by its full name."""
        return self.by_name[name].value

    def joined(self, other: Parameters) -> Parameters:
        """Return these parameters and those of another set, whose names are others."""
        return Parameters({**self.by_name, **other.by_name})

    def with_values(self, values: Mapping[str, Value], where: str) -> Parameters:
        """Return the same parameters with some values replaced.

        Parameters
        ----------
        values : by full name
        where : what names them, for messages

        Raises
        ------
        EcsimError
            If a name is unknown or a value is outside the parameter's range or of another kind.
        """
        changed = dict(self.by_name)
        for name, value in values.items():
            changed[name] = known_parameter(changed, name, where).at(value, where)
        return Parameters(changed)

    def group(self, group: str) -> Mapping[str, Parameter]:
        """Return the parameters of a group by key."""
        return self._by_group.get(group, {})

    @cached_property
    def _by_group(self) -> Mapping[str, Mapping[str, Parameter]]:
        groups: dict[str, dict[str, Parameter]] = {}
        for name, parameter in self.by_name.items():
            group, _, key = name.partition(".")
            groups.setdefault(group, {})[key] = parameter
        return groups

    def terms(self, kind: type[Terms], group: str) -> Terms:
        """Return what a rule reads: a dataclass filled from the parameters of a group.

        Parameters
        ----------
        kind : a frozen dataclass with one field, of type bool, int or float, for each parameter of the group
        group : the part of the names before the point

        Raises
        ------
        EcsimError
            If the fields and the parameters of the group are not the same, or of another kind.
        """
        if (kind, group) not in self._terms:
            self._terms[kind, group] = self._filled(kind, group)
        terms: Terms = self._terms[kind, group]
        return terms

    @cached_property
    def _terms(self) -> dict[tuple[type[Any], str], Any]:
        """What rules read, once it was asked for: it follows from the parameters, which never change."""
        return {}

    def _filled(self, kind: type[Terms], group: str) -> Terms:
        parameters = self.group(group)
        wanted = {field.name for field in fields(kind)}  # type: ignore[arg-type]  # a dataclass
        if wanted != parameters.keys():
            lacking, extra = sorted(wanted - parameters.keys()), sorted(parameters.keys() - wanted)
            raise EcsimError(f"parameters {group}: missing {lacking or 'none'}, not used by any rule {extra or 'none'}")
        hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
        for name in sorted(wanted):
            if not _fits(hints[name], parameters[name].value):
                raise EcsimError(
                    f"parameters {group}: {name} is {parameters[name].value}; {_NEEDED[hints[name]]} is needed"
                )
        return kind(**{name: hints[name](parameters[name].value) for name in wanted})


def with_more(kind: type[Terms], numbers: object, **more: object) -> Terms:
    """Return what a rule reads: the numbers of a group, and what is worked out of several.

    Parameters
    ----------
    kind : a dataclass with the fields of ``numbers`` and those of ``more``
    numbers : a dataclass that `Parameters.terms` filled
    """
    given = {field.name: getattr(numbers, field.name) for field in fields(numbers)}  # type: ignore[arg-type]
    return kind(**given, **more)


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """Return the types of what a rule reads, by field; they are worked out once a kind."""
    return get_type_hints(kind)


def load_parameters(folder: Traversable) -> Parameters:
    """Return the parameters of every ``*.toml`` in a folder.

    Raises
    ------
    EcsimError
        If a file is no TOML, or a parameter lacks unit, range or source, or lies outside its own range.
    """
    by_name: dict[str, Parameter] = {}
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            for parameter in _read(file):
                by_name[parameter.name] = parameter
    return Parameters(by_name)


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
    return [_parameter(f"{group}.{key}", table, str(file)) for key, table in read_toml(file).items()]


def _parameter(name: str, table: Any, where: str) -> Parameter:  # noqa: ANN401 (from TOML)
    if not isinstance(table, dict) or not table.keys() <= _KEYS or not _KEYS - {"note"} <= table.keys():
        raise EcsimError(f"{where}: {name} needs exactly value, unit, low, high, source, basis (and perhaps note)")
    wrong = [key for key in _NUMBERS if not _is_number(table[key])]
    wrong += [key for key in ("low", "high") if isinstance(table[key], bool)]
    wrong += [key for key in _WORDS if not isinstance(table.get(key, ""), str)]
    if wrong:
        need = "a number" if wrong[0] in _NUMBERS else "a text"
        raise EcsimError(f"{where}: {name}.{wrong[0]} is {shown(table[wrong[0]])}; {need} is needed")
    if table["basis"] not in get_args(Basis):
        raise EcsimError(f"{where}: {name}.basis is {shown(table['basis'])}; allowed are {', '.join(get_args(Basis))}")
    parameter = Parameter(name=name, **table)
    return parameter.at(parameter.value, where)


def _is_number(value: object) -> bool:
    return isinstance(value, bool | int | float) and abs(value) <= _LARGEST


_NEEDED: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number"}


def _fits(kind: type, value: object) -> bool:
    """Return whether a value is of a kind as it is written; a whole number is a number too, a flag is none."""
    return type(value) is kind or (kind is float and type(value) is int)


def known_parameter(parameters: Mapping[str, Parameter], name: str, where: str) -> Parameter:
    """Return a parameter by its full name.

    Parameters
    ----------
    parameters : by full name
    name : as a file or a command gives it
    where : what names it, for messages

    Raises
    ------
    EcsimError
        If there is none; the nearest names are given.
    """
    if name not in parameters:
        near = get_close_matches(name, parameters, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "`ecsim list parameters` names them all"
        raise EcsimError(f"{where}: unknown parameter {name!r}; {hint}")
    return parameters[name]
