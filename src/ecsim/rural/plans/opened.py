"""A region on its first day, for who checks plans or sites stations without a run."""

from __future__ import annotations

from ecsim.kernel.identity import genesis_of
from ecsim.kernel.journal import Journal
from ecsim.kernel.model import Model
from ecsim.rural.region import Region
from ecsim.rural.scenario import Scenario
from ecsim.rural.world import State, World

ANY_SEED = 1
"""Of worlds of which the opening alone is read: it hangs on no seed."""


def opened_world(scenario: Scenario, model: Model[State, Region], seed: int = ANY_SEED) -> World:
    """Return a world on its first day, of a run that keeps nothing and in which nobody acts yet."""
    opening = model.opening(scenario)
    journal = Journal.in_memory(genesis_of(model, scenario, seed, opening.sizes), model.events)
    world = model.world(opening.sizes, seed, journal, ())
    world.publish_all(opening.events)
    return world


def opened_region(scenario: Scenario, model: Model[State, Region], seed: int) -> Region:
    """Return a region on its first day, of a run that keeps nothing."""
    return model.context_of(opened_world(scenario, model, seed), scenario)
