"""Small whole runs that several tests share."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.scenario import Scenario, StationDesign
from ecsim.rural.simulate import Run, simulate
from ecsim.scenario.load import load

CONFIGS = Path(__file__).parents[1] / "configs"
SAMPLE = 0.01


def scenario(policy: str = "pooled_by_project", **changes: Any) -> Scenario:
    return load(CONFIGS / "scenarios" / f"{policy}.toml", {"sample": SAMPLE, **changes})


def scorecard_of(of: Scenario) -> CountyScorecard:
    return CountyScorecard.of(of)


def least_paid(design: StationDesign) -> StationDesign:
    """A station that projects pay in full and whose keeper earns the least that is allowed."""
    capex, wage = design.capex_yuan, design.wage_yuan_an_hour
    return design.model_copy(
        update={
            "capex_yuan": capex.model_copy(update={"value": 10_000.0}),
            "wage_yuan_an_hour": wage.model_copy(update={"value": wage.low}),
        }
    )


class Recorder:
    """Every event of a run, and counts by kind."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.events: dict[str, list[Event]] = defaultdict(list)

    def see(self, event: Event, _: Stamp) -> None:
        self.counts[event.kind] += event.rows
        self.events[event.kind].append(event)

    def column(self, kind: str, name: str) -> np.ndarray:
        parts = [getattr(event, name) for event in self.events[kind]]
        return np.concatenate(parts) if parts else np.zeros(0)


@lru_cache(maxsize=8)
def ended(policy: str, changes: tuple[tuple[str, Any], ...] = ()) -> tuple[Run, Recorder, CountyScorecard]:
    of = scenario(policy, **dict(changes))
    recorder, card = Recorder(), scorecard_of(of)
    return simulate(of, 1, watchers=[recorder, card]), recorder, card
