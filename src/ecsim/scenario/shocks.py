"""Shocks: parameters that are others for a while, at a strength (MODEL 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from ecsim.errors import EcsimError
from ecsim.scenario.parameter import Parameters, known_parameter
from ecsim.scenario.strict import Strict


class Effect(Strict):
    """What a shock of strength 1 does to one parameter; other strengths do proportionally more or less."""

    parameter: str
    multiply: Annotated[float, Field(ge=0.0)] | None = None
    add: float | None = None
    lowest: float | None = None
    """A shock may leave the parameter's own range, which is that of ordinary times; beyond these it makes no sense."""
    highest: float | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Effect:
        if (self.multiply is None) == (self.add is None):
            raise ValueError(f"effect on {self.parameter}: give multiply or add, one of the two")
        return self

    def on(self, value: float, strength: float) -> float:
        """Return the value under the shock."""
        moved = value + self.add * strength if self.add is not None else value * (1 + (self._factor - 1) * strength)
        if self.lowest is not None:
            moved = max(moved, self.lowest)
        return moved if self.highest is None else min(moved, self.highest)

    @property
    def _factor(self) -> float:
        return 1.0 if self.multiply is None else self.multiply


class Shock(Strict):
    """Something that may go wrong: which parameters it moves, from when to when."""

    name: str
    title_en: str
    title_zh: str
    source: str
    """Where the size at strength 1 comes from; assumed ones say so."""
    since: dt.date | None = None
    """First day; none: the start of the run."""
    until: dt.date | None = None
    """Last day; none: the end of the run."""
    effects: tuple[Effect, ...]

    def holds(self, date: dt.date) -> bool:
        """Return whether the shock is on."""
        return (self.since is None or self.since <= date) and (self.until is None or date <= self.until)


class ActiveShock(Strict):
    """A shock at a strength."""

    shock: Shock
    strength: Annotated[float, Field(ge=0.0)] = 1.0


def shocked(parameters: Parameters, shocks: Sequence[ActiveShock]) -> Parameters:
    """Return the parameters under shocks, one after the other; ranges of ordinary times do not bind them."""
    found = dict(parameters.by_name)
    for active in shocks:
        for effect in active.shock.effects:
            own = found[effect.parameter]
            value = effect.on(float(own.value), active.strength)
            whole = isinstance(own.value, int) and not isinstance(own.value, bool)
            found[effect.parameter] = replace(own, value=round(value) if whole else value)
    return Parameters(found)


def check_shocks(shocks: Sequence[ActiveShock], parameters: Parameters, where: str) -> None:
    """Refuse shocks to parameters that there are not.

    Raises
    ------
    EcsimError
        Naming the parameter and the nearest right one.
    """
    for active in shocks:
        for effect in active.shock.effects:
            if effect.parameter.startswith("opening_"):
                raise EcsimError(
                    f"{where}: shock {active.shock.name} moves {effect.parameter}, which made the opening; "
                    "a shock comes later — choose a parameter of a rule"
                )
            known_parameter(parameters.by_name, effect.parameter, f"{where}: shock {active.shock.name}")
