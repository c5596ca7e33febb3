"""Queues run again and again in SimPy, and the interval of their means."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import simpy

from ecsim.queues import Servers
from ecsim.queues.parts import Steps

RUNS, WARM_UP, CUSTOMERS = 20, 300.0, 1500
SURE = 3.2
"""Standard errors on each side of a mean: 99.5 % by Student's t of 19 degrees of freedom."""
Luck = np.random.Generator
Draw = Callable[[Luck], float]


def holds(figures: list[float], theory: float) -> bool:
    """Return whether the interval of the mean of replications holds what theory says."""
    return abs(np.mean(figures) - theory) <= SURE * np.std(figures, ddof=1) / np.sqrt(len(figures))


def exponential(mean: float) -> Draw:
    return lambda luck: float(luck.exponential(mean))


def begun(seed: int) -> tuple[simpy.Environment, Luck]:
    return simpy.Environment(), np.random.default_rng(seed)


def come(env: simpy.Environment, luck: Luck, rate: float, arrival: Callable[[], object]) -> None:
    """Let something happen again and again, at random."""

    def again() -> Steps:
        while True:
            yield env.timeout(luck.exponential(1.0 / rate))
            arrival()

    env.process(again())


def run_queue(seed: int, rate: float, service: Draw, servers: int, room: int | None = None) -> Servers:
    """Return servers after so many customers that come at random; those of the warm-up are forgotten."""
    env, luck = begun(seed)
    counter = Servers(env, servers, room=room)
    come(env, luck, rate, lambda: env.process(counter.visit(service(luck))))
    env.run(until=WARM_UP / rate)
    forget(counter)
    env.run(until=(WARM_UP + CUSTOMERS) / rate)
    return counter


def forget(counter: Servers) -> None:
    counter.there.restart()
    counter.waits.clear()
    counter.stays.clear()
    counter.refused = 0
