"""The tiny region under way, for tests of single rules: 2 counties, 6 villages, 12 households, 4 products."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Event, Stamp
from ecsim.rural.model import MODEL
from ecsim.rural.region import Region
from ecsim.rural.scenario import Scenario
from ecsim.rural.world import World
from ecsim.scenario.load import load

HERE = Path(__file__).parent
PACK = HERE / "packs" / "tiny"
BASELINE = HERE.parent / "configs" / "baseline.toml"
E = TypeVar("E", bound=Event)


class Events:
    """A recorder that keeps what happened."""

    def __init__(self) -> None:
        self.batches: list[tuple[Event, Stamp]] = []

    def append(self, event: Event, stamp: Stamp) -> None:
        """Keep the rows of one event."""
        self.batches.append((event, stamp))

    follow = append

    def clear(self) -> None:
        """Forget what happened so far: the opening, say."""
        self.batches.clear()

    def of(self, kind: type[Event]) -> dict[str, NDArray[Any]]:
        """Return the columns of all rows of a kind, cause included."""
        mine = [(event, stamp) for event, stamp in self.batches if type(event) is kind]
        found = {
            column.name: np.concatenate(
                [event.__dict__[column.name] for event, _ in mine] or [np.zeros(0, column.dtype)]
            )
            for column in kind.columns
        }
        return found | {"cause": np.concatenate([stamp.cause for _, stamp in mine] or [np.zeros(0, np.int64)])}

    def kinds(self) -> set[str]:
        """Return the kinds that happened."""
        return {event.kind for event, _ in self.batches}


def tiny_scenario(changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the baseline in the tiny region, every household followed."""
    return load(BASELINE, {"region": str(PACK), "sample": 1.0, **(changes or {})})


def tiny_region(changes: Mapping[str, Any] | None = None, *, seed: int = 1) -> tuple[Region, Events]:
    """Return the tiny region on its first day, and what happens from then on."""
    scenario, events = tiny_scenario(changes), Events()
    opening = MODEL.opening(scenario)
    world = World(MODEL.state.allocate(opening.sizes), MODEL.changes_by_kind, Draws(seed), events)
    world.publish_all(opening.events)
    events.clear()
    return MODEL.context_of(world, scenario), events


def take(region: Region, *names: str, week: int = 0) -> None:
    """Take some steps of a week by name, in the order of the week."""
    region.world.day = MODEL.days * week
    unknown = set(names) - {step.name for step in MODEL.steps}
    assert not unknown, f"no such steps: {sorted(unknown)}"
    for step in MODEL.steps:
        if step.name in names:
            step.act(region)
