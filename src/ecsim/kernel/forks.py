"""Forks: runs that share a parent's past and go on under another scenario, with the same random draws."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.branching import branched, seq_at
from ecsim.kernel.restoring import restored
from ecsim.kernel.runs import open_run
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.simulate import Progress, Run, run_periods
from ecsim.kernel.world import Exclusion, Watcher


def fork(
    parent: Path, day: int, scenario: Scenario, *, out: Path | None = None, watchers: Sequence[Watcher] = (),
    progress: Progress | None = None, without: Exclusion | None = None, change: str = "", trust: bool = False,
) -> Run[Any]:  # fmt: skip
    """Return a fork: a run that shares a parent's past and goes on under another scenario, with the same random draws.

    Parameters
    ----------
    parent : folder of the run that is left
    day : day of the parent on which a period begins; what happened before it is shared, not copied
    scenario : what holds from then on
    out : folder of the fork; without one only its root is computed
    watchers, progress : as of `ecsim.kernel.simulate.simulate`; watchers see the past too
    without : events that are excluded from then on
    change : what was changed, in words, for who reads the tree of forks
    trust : whether code that the parent names may be imported, which runs it; what the new scenario names may

    Raises
    ------
    EcsimError
        If the day is not within the parent, the scenario changes what has already happened, the parent was
        simulated by other rules, or names code that is not trusted.
    """
    run = open_run(parent, trust=trust)
    model = run.model
    model.check(scenario, trust or model.hooks.own_code(scenario) != model.hooks.own_code(run.scenario))
    with branched(run, day, scenario, out, change, removes=without is not None) as journal:
        world, actors = restored(run, scenario, seq_at(run.reader, day), journal, watchers)
        world.without = without
        periods = range(day // model.days, scenario.periods(model.days))
        return run_periods(model, actors, world, journal, periods, progress)
