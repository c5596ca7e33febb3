"""A run that has ended is let go, also where Mesa keeps its models alive."""

import gc
import weakref

import mesa

from ecsim.rural.simulate import simulate
from tiny import tiny_region, tiny_scenario


def test_nothing_keeps_the_state_of_a_run_that_has_ended() -> None:
    run = simulate(tiny_scenario({"end": "2018-03-31"}), 1)
    state = weakref.ref(run.state)
    del run
    gc.collect()
    assert state() is None


def test_a_released_region_holds_neither_agents_nor_world() -> None:
    region, _ = tiny_region()
    agents = [weakref.ref(agent) for agent in region.agents]
    world = weakref.ref(region.world)
    region.release()
    gc.collect()
    assert agents
    assert isinstance(region, mesa.Model)
    assert world() is None
    assert not any(agent() for agent in agents)
