"""The runs by which laws of limits are tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ecsim.kernel.limits import Runner
from ecsim.kernel.models import model_of_scenario
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.simulate import simulate
from ecsim.scenario.load import changed


def law_runner(scenario: Scenario, seed: int, progress: Callable[[int, int], None] | None = None) -> Runner:
    """Return what makes runs of a scenario for laws.

    Parameters
    ----------
    seed : the same for every run
    progress : called with (periods done, periods in all) after each period of a run
    """
    model = model_of_scenario(scenario, trust=True)

    def run(changes: Mapping[str, Any], outcomes: Sequence[str]) -> Mapping[str, float]:
        pushed = changed(scenario, changes, "a law's change")
        measurement = model.measures.begin(pushed, lambda: model.opening(pushed).sizes)
        simulate(model, pushed, seed, watchers=[measurement], progress=progress)
        found = measurement.record(tables=False, detail=False, further=outcomes).outcomes
        return {name: found.get(name, math.nan) for name in outcomes}

    return run
