"""One run of the rural model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from ecsim.kernel import simulate as kernel
from ecsim.kernel.journal.journal import Keep
from ecsim.kernel.simulate import Progress
from ecsim.kernel.world import Watcher
from ecsim.rural.model import MODEL
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import State

Run: TypeAlias = kernel.Run[State]


def simulate(
    scenario: Scenario, seed: int, *, out: Path | None = None, keep: Keep | None = None,
    watchers: Sequence[Watcher] = (), progress: Progress | None = None, trust: bool = True,
) -> Run:  # fmt: skip
    """Return a run of a scenario; as `ecsim.kernel.simulate.simulate`.

    Parameters
    ----------
    out : folder for the journal; None: only the root is computed
    keep : which events are stored
    watchers : see every batch of events as it is published
    trust : whether code of others that the scenario names may be imported
    """
    return kernel.simulate(MODEL, scenario, seed, out=out, keep=keep, watchers=watchers, progress=progress, trust=trust)
