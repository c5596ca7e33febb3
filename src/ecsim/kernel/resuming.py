"""Going on with a run that stopped before its end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.kernel.restoring import restored
from ecsim.kernel.runs import open_run
from ecsim.kernel.same_rules import same_rules
from ecsim.kernel.simulate import Progress, Run, run_all, run_periods
from ecsim.kernel.world import Watcher


def resume(
    folder: Path, *, watchers: Sequence[Watcher] = (), progress: Progress | None = None, trust: bool = False
) -> Run[Any]:
    """Return a run that was stopped, brought to its end; its root is that of an unbroken run.

    Parameters
    ----------
    folder : of the run
    watchers, progress : as of `ecsim.kernel.simulate.simulate`; watchers see the past too
    trust : whether code that the run names (its model, a strategy ``module:Class``) may be imported, which runs it

    Raises
    ------
    EcsimError
        If it has ended, is being written, kept less than all its events, was simulated by other rules, goes on
        without some events that its parent had, or names code that is not trusted.
    """
    run = open_run(folder, trust=trust)
    model, scenario, reader = run.model, run.scenario, run.reader
    same_rules(run)
    _removes_nothing(reader)
    model.check(scenario, trust)
    with Journal.reopen(reader) as journal:
        periods = reader.marks()
        if not periods:
            opening = model.opening(scenario)
            world = model.world(opening.sizes, reader.genesis["seed"], journal, watchers)
            return run_all(model, world, journal, scenario, opening, progress)
        events, day = periods[-1]
        world, actors = restored(run, scenario, events, journal, watchers)
        remaining = range(day // model.days, scenario.periods(model.days))
        return run_periods(model, actors, world, journal, remaining, progress)


def _removes_nothing(reader: JournalReader) -> None:
    """Refuse a run from which events are taken out as it goes: which ones, its journal does not know."""
    if reader.genesis.get("parent", {}).get("removes"):
        raise EcsimError(
            f"{reader.folder}: goes on {reader.genesis['parent']['told'] or 'without some events'}, which its scenario "
            "does not say; remove the folder and fork its parent again"
        )
