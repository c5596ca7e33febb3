"""Shocks: parameters that differ for a while, at a strength (docs/model.md 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Parameters, known_parameter
from ecsim.kernel.strict import Date, Name, Several, Strict

MOST_STRENGTH = 100.0
"""A hundred times the size that a shock's file gives."""
MOST_MOVE = 1e6
Strength = Annotated[float, Field(ge=0.0, le=MOST_STRENGTH)]
Move = Annotated[float, Field(ge=-MOST_MOVE, le=MOST_MOVE)]


class Effect(Strict):
    """What a shock of strength 1 does to one parameter: multiply it, or add to it.

    At strength s a factor f becomes ``1 + s (f - 1)`` and an addend a becomes ``s a``; the result is kept between
    ``lowest`` and ``highest``, if those are given.
    """

    parameter: Name
    multiply: Annotated[float, Field(ge=0.0, le=MOST_MOVE)] | None = None
    add: Move | None = None
    lowest: Move | None = None
    """A shock may leave the parameter's own range, which is that of ordinary times; beyond these it makes no sense."""
    highest: Move | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Effect:
        if (self.multiply is None) == (self.add is None):
            raise ValueError(f"effect on {self.parameter}: set either multiply or add")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError(
                f"effect on {self.parameter}: lowest is {self.lowest:g} and highest {self.highest:g}; lowest may "
                "not be above highest"
            )
        return self

    def on(self, value: float, strength: float) -> float:
        """Return the value of the parameter under the shock.

        Parameters
        ----------
        value : without the shock
        strength : >= 0; at 0 nothing changes
        """
        moved = value + self.add * strength if self.add is not None else value * (1 + (self._factor - 1) * strength)
        if self.lowest is not None:
            moved = max(moved, self.lowest)
        return moved if self.highest is None else min(moved, self.highest)

    @property
    def _factor(self) -> float:
        return 1.0 if self.multiply is None else self.multiply


class Shock(Strict):
    """Something that may go wrong: which parameters it moves, how far at strength 1, and from when to when."""

    name: Name
    title_en: str
    title_zh: str
    source: str
    """Where the size at strength 1 comes from; assumed ones say so."""
    since: Date | None = None
    """First day; none: the start of the run."""
    until: Date | None = None
    """Last day; none: the end of the run."""
    effects: Annotated[Several[Effect], Field(min_length=1)]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Shock:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"since is {self.since} and until {self.until}; until may not be before since")
        return self

    def holds(self, date: dt.date) -> bool:
        """Return whether the shock is on."""
        return (self.since is None or self.since <= date) and (self.until is None or date <= self.until)


class ActiveShock(Strict):
    """A shock of a scenario, at a strength: 1 is the size that its file gives, 0 does nothing."""

    shock: Shock
    strength: Strength = 1.0


def shocked(parameters: Parameters, shocks: Sequence[ActiveShock]) -> Parameters:
    """Return the parameters under shocks, applied one after the other; ranges of ordinary times do not bind them.

    Parameters
    ----------
    parameters : in ordinary times
    shocks : those that are on
    """
    moved = dict(parameters.by_name)
    for active in shocks:
        for effect in active.shock.effects:
            parameter = moved[effect.parameter]
            value = effect.on(float(parameter.value), active.strength)
            moved[effect.parameter] = replace(parameter, value=round(value) if parameter.kind is int else value)
    return Parameters(moved)


def check_shocks(shocks: Sequence[ActiveShock], parameters: Parameters, where: str) -> None:
    """Refuse shocks that no rule can feel, or that make no sense at their strength.

    Parameters
    ----------
    shocks : of a scenario
    parameters : that its rules read
    where : what names them, for messages

    Raises
    ------
    EcsimError
        Naming the shock, the parameter and what to do.
    """
    for active in shocks:
        for effect in active.shock.effects:
            _check_effect(effect, active.strength, parameters, f"{where}: shock {active.shock.name}")


def _check_effect(effect: Effect, strength: float, parameters: Parameters, where: str) -> None:
    if effect.parameter.startswith("opening_"):
        raise EcsimError(
            f"{where} moves {effect.parameter}, which made the opening; a shock comes later — choose a parameter of a "
            "rule"
        )
    parameter = known_parameter(parameters.by_name, effect.parameter, where)
    if parameter.kind is bool:
        raise EcsimError(f"{where} moves {effect.parameter}, a flag; a shock moves numbers — set it in parameters")
    moved = effect.on(float(parameter.value), strength)
    if effect.multiply is not None and parameter.value * moved < 0.0:
        raise EcsimError(
            f"{where} at strength {strength:g} multiplies {effect.parameter} by "
            f"{1 + (effect.multiply - 1) * strength:g}; a factor below 0 makes no sense — lower the strength, or give "
            "the effect a lowest value"
        )
