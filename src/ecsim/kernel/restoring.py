"""A world put back where a run stood after some of its events, by applying them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ecsim.kernel.actors import Actors
from ecsim.kernel.errors import VerificationError
from ecsim.kernel.replay import NONSENSE, ValueBounds, allocated, impossible
from ecsim.kernel.runs import StoredRun
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.world import Recorder, Watcher, World

S = TypeVar("S", bound=State)
C = TypeVar("C")


def restored(
    run: StoredRun[S, C], scenario: Scenario, events: int, journal: Recorder, watchers: Sequence[Watcher] = ()
) -> tuple[World[S], Actors[S, C]]:
    """Return the world of a run after its first events, and who acts in it from then on.

    Parameters
    ----------
    scenario : under which it goes on; its constants come from the opening alone
    events : how many events of the run are applied again
    journal, watchers : what notes those events, and all that come after them

    Raises
    ------
    VerificationError
        If the events cannot have happened, or need more room than their opening allows.
    """
    world = run.model.world_of(allocated(run), run.reader.genesis["seed"], journal, watchers)
    (seq, day), bounds = run.reader.marks()[0], ValueBounds(world.state, run.model.words)
    opened = seq if day == 0 else 0  # an opening without events leaves no mark
    actors: Actors[S, C] | None = None
    for event, stamp in run.reader.batches():
        if stamp.first >= events:
            break
        if actors is None and stamp.first >= opened:
            actors = Actors(run.model, world, scenario)
        try:
            bounds.check(event)
            world.reapply(event, stamp)
        except NONSENSE as error:
            raise VerificationError(f"{run.reader.folder}: {impossible(event, stamp, error)}") from None
    return world, actors or Actors(run.model, world, scenario)
