"""One run, from a scenario and a seed to a journal: start reading here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from ecsim.kernel.actors import Actors
from ecsim.kernel.identity import genesis_of
from ecsim.kernel.journal import Journal, Keep, Root
from ecsim.kernel.model import Model, Opening
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.world import Exclusion, Watcher, World

S = TypeVar("S", bound=State)
C = TypeVar("C")
Progress: TypeAlias = Callable[[int, int], None]
"""Called with (periods done, periods in all) after each period."""


@dataclass(frozen=True)
class Run(Generic[S]):
    """A run that has ended.

    Attributes
    ----------
    root : Root
        The Merkle root of its events, and how many there are.
    state : State
        The state it ended in.
    days : int
        How many days were simulated.
    """

    root: Root
    state: S
    days: int


def simulate(
    model: Model[S, C], scenario: Scenario, seed: int, *, out: Path | None = None, keep: Keep | None = None,
    watchers: Sequence[Watcher] = (), progress: Progress | None = None, trust: bool = True,
    without: Exclusion | None = None,
) -> Run[S]:  # fmt: skip
    """Return a run of a model; the same scenario and seed give the same events, to the bit.

    Parameters
    ----------
    model : what is simulated
    scenario : what holds in it; of the model's own scenario class
    seed : of the random draws
    out : folder for the journal; without one only the root is computed
    keep : which events the journal keeps, in place of the scenario's own choice
    watchers : measurements that look on
    progress : called with (periods done, periods in all) after each period
    trust : whether code that the scenario names may be imported; give False for a scenario that comes from others
    without : events that do not happen in it, from the opening on

    Raises
    ------
    EcsimError
        If code that the scenario names cannot be had, what it opens with is not there, or the folder holds a run.
    """
    model.check(scenario, trust)
    opening = model.opening(scenario)
    genesis = genesis_of(model, scenario, seed, opening.sizes)
    if out is None:
        journal = Journal.in_memory(genesis, model.events)
    else:
        journal = Journal.create(out, genesis, model.events, keep or scenario.keep, store=out.parent / "objects")
    with journal:
        world = model.world(opening.sizes, seed, journal, watchers)
        world.without = without
        return run_all(model, world, journal, scenario, opening, progress)


def run_all(
    model: Model[S, C], world: World[S], journal: Journal, scenario: Scenario, opening: Opening,
    progress: Progress | None = None,
) -> Run[S]:  # fmt: skip
    """Return the run of a world without a past: its opening, then every period.

    Parameters
    ----------
    model, scenario : what is simulated
    world, journal : empty
    opening : the events of the first day
    progress : called with (periods done, periods in all) after each period
    """
    world.publish_all(opening.events)
    journal.end_week(next_day=0)
    journal.seal()  # same opening, same bytes: runs of a folder share its objects
    actors = Actors(model, world, scenario)
    return run_periods(model, actors, world, journal, range(scenario.periods(model.days)), progress)


def run_periods(
    model: Model[S, C], actors: Actors[S, C], world: World[S], journal: Journal, periods: range,
    progress: Progress | None = None,
) -> Run[S]:  # fmt: skip
    """Return the run that some periods lead to, its journal closed.

    Parameters
    ----------
    model, actors, world, journal : as they stand at the first of the periods
    periods : numbers of the periods to run; the last one ends the run
    progress : called with (periods done, periods in all) after each period
    """
    for period in periods:
        actors.take(period)
        journal.end_week(next_day=model.days * (period + 1))
        if progress:
            progress(period + 1, periods.stop)
    actors.release()
    return Run(journal.close(), world.writable, model.days * periods.stop)
