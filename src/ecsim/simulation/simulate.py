"""One run, from a scenario and a seed to a journal: start reading here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ecsim.draws import Draws
from ecsim.events import EVENTS
from ecsim.journal import Journal, Root
from ecsim.journal.journal import Keep
from ecsim.regions.opening import Opening, open_region
from ecsim.regions.pack import load_pack
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import region_rules, rule_parameters
from ecsim.simulation.genesis import genesis_of
from ecsim.simulation.model import Model
from ecsim.simulation.policies.allocation import FundStrategy, strategy_of
from ecsim.simulation.world import Watcher, World
from ecsim.state import State

Progress: TypeAlias = "Callable[[int, int], None] | None"


@dataclass(frozen=True)
class Run:
    """A run that has ended: its root and the state it ended in."""

    root: Root
    state: State
    days: int


def simulate(
    scenario: Scenario, seed: int, *, out: Path | None = None, keep: Keep | None = None,
    watchers: Sequence[Watcher] = (), progress: Progress = None, trust: bool = True,
) -> Run:  # fmt: skip
    """Return a run of a scenario; the same scenario and seed give the same events to the bit.

    Parameters
    ----------
    out : folder for the journal; without one only the root is kept
    keep : what of the events is kept, in place of the scenario's own choice
    watchers : indicators that look on
    progress : called with (weeks done, weeks in all) after each week
    trust : whether a strategy ``module:Class`` may be imported; give False for a scenario that comes from others

    Raises
    ------
    EcsimError
        If the strategy cannot be had, the region pack is not there or the folder holds a run.
    """
    strategy = strategy_of(scenario.policy.funds, trust=trust)
    pack = load_pack(scenario.region)
    opening = open_region(pack, scenario.sample, scenario.start, region_rules(scenario, pack.rules))
    genesis = genesis_of(scenario, seed, {"name": pack.name, "digest": pack.digest}, opening.sizes)
    if out is None:
        journal = Journal.in_memory(genesis, EVENTS)
    else:
        journal = Journal.create(out, genesis, EVENTS, keep or scenario.keep, store=out.parent / "objects")
    with journal:
        world = World(State.allocate(opening.sizes), Draws(seed), journal, watchers)
        return run_all(world, scenario, strategy, opening, journal, progress)


def run_all(
    world: World, scenario: Scenario, strategy: FundStrategy, opening: Opening, journal: Journal,
    progress: Progress = None,
) -> Run:  # fmt: skip
    """Return the run that a world without a past comes to."""
    world.publish_all(opening.events)
    journal.end_week(next_day=0)
    journal.seal()  # same region and sample, same bytes: runs of a folder share the opening's objects
    model = Model(world, scenario, rule_parameters(scenario), strategy)
    return run_weeks(model, journal, first=0, progress=progress)


def run_weeks(model: Model, journal: Journal, *, first: int, progress: Progress = None) -> Run:
    """Return the run that a model comes to from a week on, its journal closed."""
    world, weeks = model.world, model.scenario.weeks
    for week in range(first, weeks):
        world.day = 7 * week
        model.step()
        journal.end_week(next_day=7 * (week + 1))
        if progress:
            progress(week + 1, weeks)
    model.release()
    return Run(journal.close(), world.writable, 7 * weeks)
