"""Who acts in a run: the steps of its model, period by period, under the shocks of its scenario."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, TypeVar

from ecsim.kernel.model import Model
from ecsim.kernel.shocks import ActiveShock, shocked
from ecsim.kernel.state import State
from ecsim.kernel.world import World

S = TypeVar("S", bound=State)
C = TypeVar("C")


class Actors(Generic[S, C]):
    """What acts in a run: the steps of a model with their context, under the shocks of its scenario.

    Parameters
    ----------
    model, scenario : what is simulated
    world : in which the opening has been applied
    """

    def __init__(self, model: Model[S, C], world: World[S], scenario: Any) -> None:  # noqa: ANN401 (the model's own kind)
        self._model, self._world, self._scenario = model, world, scenario
        self._context = model.context_of(world, scenario)
        self._shocks: tuple[ActiveShock, ...] = ()

    def take(self, period: int) -> None:
        """Take the steps of a period, from 0, after setting the clock to its first day."""
        self._world.day = self._model.days * period
        if not self._model.follows_shocks:
            self._follow_shocks()
        for step in self._model.steps:
            if step.due(period):
                step.act(self._context)

    def _follow_shocks(self) -> None:
        """Make what steps act with anew where a shock comes or goes."""
        today = self._scenario.start + dt.timedelta(days=self._world.day)
        active = tuple(shock for shock in self._scenario.shocks if shock.shock.holds(today))
        if active != self._shocks:
            self.release()
            self._shocks = active
            self._world.numbers = shocked(self._model.parameters(self._scenario), active)
            self._context = self._model.context(self._world, self._scenario, self._world.numbers)

    def release(self) -> None:
        """Let go of what the context holds on to, once the run has ended."""
        self._model.hooks.release(self._context)
