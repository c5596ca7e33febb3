"""Going on with a run that stopped, and branching it at one of its periods."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError, VerificationError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.identity import code_version, genesis_of
from ecsim.kernel.journal import Journal, JournalReader
from ecsim.kernel.journal.merkle import LEAF_SEQS
from ecsim.kernel.model import Actors
from ecsim.kernel.replay import NONSENSE, Limits, allocated, impossible
from ecsim.kernel.runs import StoredRun, open_run
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.simulate import Progress, Run, run_all, run_periods
from ecsim.kernel.state import State
from ecsim.kernel.world import Exclusion, Watcher, World

S = TypeVar("S", bound=State)
C = TypeVar("C")


def resume(
    folder: Path, *, watchers: Sequence[Watcher] = (), progress: Progress | None = None, trust: bool = False
) -> Run[Any]:
    """Return a run that was stopped, brought to its end; its root is that of an unbroken run.

    Parameters
    ----------
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
    model.hooks.check(scenario, trust)
    with Journal.reopen(reader) as journal:
        periods, seed = reader.marks(), reader.genesis["seed"]
        if not periods:
            opening = model.opening(scenario)
            world = model.world(opening.sizes, seed, journal, watchers)
            return run_all(model, world, journal, scenario, opening, progress)
        world = World(allocated(run), model.changes_by_kind, Draws(seed), journal, watchers)
        events, day = periods[-1]
        actors = _restored(run, world, scenario, events)
        rest = range(day // model.days, scenario.periods(model.days))
        return run_periods(model, actors, world, journal, rest, progress)


def _removes_nothing(reader: JournalReader) -> None:
    """Refuse a run from which events are taken out as it goes: which ones, its journal does not know."""
    if reader.genesis.get("parent", {}).get("removes"):
        raise EcsimError(
            f"{reader.folder}: goes on {reader.genesis['parent']['told'] or 'without some events'}, which its scenario "
            "does not say; remove the folder and fork its parent again"
        )


def fork(
    parent: Path, day: int, scenario: Scenario, *, out: Path | None = None, watchers: Sequence[Watcher] = (),
    progress: Progress | None = None, without: Exclusion | None = None, change: str = "", trust: bool = False,
) -> Run[Any]:  # fmt: skip
    """Return a run that shares a parent's past and goes on under another scenario, with the same luck.

    Parameters
    ----------
    day : day of the parent on which a period begins; what happened before it is shared, not copied
    scenario : what holds from then on
    out : folder of the child; without one only its root is kept
    without : events that do not happen any more
    change : what was changed, in words, for who reads the family
    trust : whether code that the parent names may be imported, which runs it; what the new scenario names may

    Raises
    ------
    EcsimError
        If the day is not within the parent, the scenario changes what has already happened, the parent was
        simulated by other rules, or names code that is not trusted.
    """
    run = open_run(parent, trust=trust)
    model = run.model
    model.hooks.check(scenario, trust or model.hooks.own_code(scenario) != model.hooks.own_code(run.scenario))
    with branched(run, day, scenario, out, change, removes=without is not None) as journal:
        world = World(allocated(run), model.changes_by_kind, Draws(run.reader.genesis["seed"]), journal, watchers)
        actors = _restored(run, world, scenario, seq_at(run.reader, day))
        world.without = without
        rest = range(day // model.days, scenario.periods(model.days))
        return run_periods(model, actors, world, journal, rest, progress)


@contextmanager
def branched(
    run: StoredRun[Any, Any], day: int, scenario: Scenario, out: Path | None, change: str, *, removes: bool = False
) -> Iterator[Journal]:
    """Yield the journal of a child, its past in place; this is all that forking itself takes."""
    reader, model = run.reader, run.model
    same_rules(run)
    reader.needs_all()
    events = seq_at(reader, day)
    notes = _branches_off(run, scenario, day)
    genesis = genesis_of(model, scenario, reader.genesis["seed"], reader.genesis["sizes"])
    near = out or reader.folder
    genesis["parent"] = {
        "run": os.path.relpath(reader.folder, near), "genesis": reader.line_hashes[0], "day": day, "events": events,
        "told": change, "removes": removes, "without_effect": notes,
    }  # fmt: skip
    if out is None:
        journal = Journal.in_memory(genesis, model.events)
        journal.hasher.restore(reader.leaves[: events // LEAF_SEQS])
    else:
        journal = Journal.branch(out, genesis, reader, events, day)
    with journal:
        yield journal


def _restored(run: StoredRun[S, C], world: World[S], scenario: Scenario, events: int) -> Actors[S, C]:
    """Return who acts in a run after its first ``events`` events; its constants come from the opening alone."""
    (seq, day), limits = run.reader.marks()[0], Limits(world.state)
    opened = seq if day == 0 else 0  # an opening without events leaves no mark
    actors: Actors[S, C] | None = None
    for event, stamp in _below(run.reader, events):
        if actors is None and stamp.first >= opened:
            actors = Actors(run.model, world, scenario)
        try:
            limits.hold(event)
            world.reapply(event, stamp)
        except NONSENSE as error:
            raise VerificationError(f"{run.reader.folder}: {impossible(event, stamp, error)}") from None
    return actors or Actors(run.model, world, scenario)


def _below(reader: JournalReader, events: int) -> Iterator[tuple[Event, Stamp]]:
    for event, stamp in reader.batches():
        if stamp.first >= events:
            return
        yield event, stamp


def seq_at(reader: JournalReader, day: int) -> int:
    """Return the sequence number with which a day's period begins.

    Raises
    ------
    EcsimError
        If no whole period of the run ends there.
    """
    begins = {day: seq for seq, day in reader.marks()}
    if day not in begins:
        raise EcsimError(
            f"{reader.folder}: no week begins on day {day}; its whole weeks reach from day 0 to day {max(begins)}"
        )
    return begins[day]


def same_rules(run: StoredRun[Any, Any]) -> None:
    """Refuse to go on with events that other rules made.

    Raises
    ------
    EcsimError
        If versions of packages, rules or sources differ from those the run was simulated with.
    """
    reader = run.reader
    was, now = reader.genesis["code"], code_version(run.model, run.scenario)
    if was != now:
        raise EcsimError(
            f"{reader.folder}: was simulated by {was}; these are {now}. A run cannot go on under other rules: "
            "install that version, or run its scenario again with this one"
        )
    for key, source in run.model.hooks.sources(run.scenario).items():
        if reader.genesis[key] != source:
            raise EcsimError(
                f"{reader.folder}: the {key} is not the one it was simulated with "
                f"({reader.genesis[key]}; now {source}); run it again"
            )


def _branches_off(run: StoredRun[Any, Any], scenario: Scenario, day: int) -> list[str]:
    """Return which changes come too late; refuse a scenario under which the past would have been another."""
    before, model = run.scenario, run.model
    if model.days * scenario.periods(model.days) <= day:
        raise EcsimError(
            f"{run.reader.folder}: a fork on {before.start + dt.timedelta(days=day)} needs a week or more to go, and "
            f"its end is {scenario.end}; fork earlier, or choose a later end"
        )
    for key in ("model", "start", "extensions"):
        if getattr(before, key) != getattr(scenario, key):
            raise EcsimError(
                f"{run.reader.folder}: a fork cannot change {key} ({getattr(before, key)}), it lies in the past; "
                "run a scenario of its own"
            )
    try:
        return model.hooks.branch(before, scenario, day)
    except EcsimError as error:
        raise EcsimError(f"{run.reader.folder}: {error}") from None
