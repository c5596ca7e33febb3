"""Roads that close: what a vehicle loses that comes to a closed one, by what it then does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
import simpy
from numpy.typing import ArrayLike, NDArray

from ecsim.queues.parts import Steps

F64 = NDArray[np.float64]
Policy: TypeAlias = Literal["wait", "detour", "shorter", "patient"]
TURNED_BACK = -1
"""As a wait: the road does not open in time; the vehicle does not pass."""


def wait_or_turn_back(left: NDArray[np.integer], patience: int) -> NDArray[np.integer]:
    """Return the wait at each road until it opens, or `TURNED_BACK` where that takes longer than patience.

    Parameters
    ----------
    left : seconds until the road opens; 0 where it is open
    """
    return np.where(left > patience, TURNED_BACK, left)


def seconds_lost(left: ArrayLike, detour: float, policy: Policy, patience: float = 0.0) -> F64:
    """Return what vehicles lose that come to a road with so long left until it opens.

    Parameters
    ----------
    left : seconds until it opens; 0 where it is open
    detour : what the way round takes longer
    policy : ``wait`` until it opens; ``detour`` at once; the ``shorter`` of the two, where it is known how long the
        road stays closed; ``patient``: wait for so long as ``patience``, and only then go round
    """
    closed = np.asarray(left, np.float64)
    match policy:
        case "wait":
            lost = closed
        case "detour":
            lost = np.where(closed > 0, detour, 0.0)
        case "shorter":
            lost = np.minimum(closed, detour)
        case "patient":
            lost = np.where(closed <= patience, closed, patience + detour)
        case _:
            raise ValueError(f"policy is {policy!r}; allowed are wait, detour, shorter, patient")
    return np.asarray(lost, np.float64)


class Road:
    """A road that is open and closed in turn, as a part of processes in SimPy.

    Parameters
    ----------
    open_for, closed_for : give the next time for which it is open, or closed
    """

    def __init__(self, env: simpy.Environment, open_for: Callable[[], float], closed_for: Callable[[], float]) -> None:
        self._env, self._open_for, self._closed_for = env, open_for, closed_for
        self._opens = 0.0
        env.process(self._weather())

    def _weather(self) -> Steps:
        while True:
            yield self._env.timeout(self._open_for())
            shut = self._closed_for()
            self._opens = self._env.now + shut
            yield self._env.timeout(shut)

    @property
    def left(self) -> float:
        """Time until it opens; 0 if it is open."""
        return max(0.0, self._opens - float(self._env.now))

    def pass_by(self, detour: float, policy: Policy, patience: float = 0.0) -> Steps:
        """Pass the road, or go round it; return what was lost."""
        lost = float(seconds_lost(self.left, detour, policy, patience))
        yield self._env.timeout(lost)
        return lost
