"""Going on with a run that stopped, and going another way from one of its weeks."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecsim.draws import Draws
from ecsim.errors import EcsimError, VerificationError
from ecsim.events import EVENTS, Event, Stamp
from ecsim.journal import Journal, JournalReader
from ecsim.journal.manifest import MANIFEST
from ecsim.journal.merkle import LEAF_SEQS
from ecsim.regions.opening import Opening, open_region
from ecsim.regions.pack import load_pack, pack_digest
from ecsim.scenario.config import Scenario
from ecsim.scenario.load import checked, region_rules, rule_parameters
from ecsim.simulation.genesis import code_version, genesis_of
from ecsim.simulation.model import Model
from ecsim.simulation.policies.allocation import FundStrategy, strategy_of
from ecsim.simulation.simulate import Progress, Run, run_all, run_weeks
from ecsim.simulation.timing import purse_kept, without_effect
from ecsim.simulation.world import Removal, Watcher, World
from ecsim.state import State
from ecsim.state.replay import NONSENSE, Limits, allocated, impossible


def resume(folder: Path, *, watchers: Sequence[Watcher] = (), progress: Progress = None, trust: bool = False) -> Run:
    """Return a run that was stopped, brought to its end; its root is that of an unbroken run.

    Parameters
    ----------
    trust : whether a strategy ``module:Class`` that the run names may be imported, which runs its code

    Raises
    ------
    EcsimError
        If it has ended, is being written, kept less than all its events, was simulated by other rules, or goes on
        without some events that its parent had; or if its strategy is not trusted.
    """
    reader = JournalReader(folder, EVENTS)
    same_rules(reader)
    _removes_nothing(reader)
    scenario, seed = scenario_of(reader), reader.genesis["seed"]
    strategy = strategy_of(scenario.policy.funds, trust=trust)
    with Journal.reopen(reader) as journal:
        weeks = reader.marks()
        if not weeks:
            opening = _opening_of(scenario)
            world = World(State.allocate(opening.sizes), Draws(seed), journal, watchers)
            return run_all(world, scenario, strategy, opening, journal, progress)
        world = World(allocated(reader), Draws(seed), journal, watchers)
        events, day = weeks[-1]
        model = _restored(world, scenario, strategy, reader, events)
        return run_weeks(model, journal, first=day // 7, progress=progress)


def _removes_nothing(reader: JournalReader) -> None:
    """Refuse a run from which events are taken out as it goes: which ones, its journal does not know."""
    if reader.genesis.get("parent", {}).get("removes"):
        raise EcsimError(
            f"{reader.folder}: goes on {reader.genesis['parent']['told'] or 'without some events'}, which its scenario "
            "does not say; remove the folder and fork its parent again"
        )


def _opening_of(scenario: Scenario) -> Opening:
    pack = load_pack(scenario.region)
    return open_region(pack, scenario.sample, scenario.start, region_rules(scenario, pack.rules))


def fork(
    parent: Path, day: int, scenario: Scenario, *, out: Path | None = None, watchers: Sequence[Watcher] = (),
    progress: Progress = None, without: Removal | None = None, told: str = "", trust: bool = False,
) -> Run:  # fmt: skip
    """Return a run that shares a parent's past and goes on under another scenario, with the same luck.

    Parameters
    ----------
    day : day of the parent on which a week begins; what happened before it is shared, not copied
    scenario : what holds from then on
    out : folder of the child; without one only its root is kept
    without : events that do not happen any more
    told : what was changed, in words, for who reads the family
    trust : whether a strategy ``module:Class`` that the parent names may be imported, which runs its code

    Raises
    ------
    EcsimError
        If the day is not within the parent, the scenario changes what has already happened, the parent was
        simulated by other rules, or its strategy is not trusted.
    """
    reader = JournalReader(parent, EVENTS)
    own = scenario.policy.funds.strategy != scenario_of(reader).policy.funds.strategy
    strategy = strategy_of(scenario.policy.funds, trust=trust or own)
    with branched(reader, day, scenario, out, told, removes=without is not None) as journal:
        world = World(allocated(reader), Draws(reader.genesis["seed"]), journal, watchers)
        events = seq_at(reader, day)
        model = _restored(world, scenario, strategy, reader, events)
        world.without = without
        return run_weeks(model, journal, first=day // 7, progress=progress)


@contextmanager
def branched(
    reader: JournalReader, day: int, scenario: Scenario, out: Path | None, told: str, *, removes: bool = False
) -> Iterator[Journal]:
    """Yield the journal of a child, its past in place; this is all that forking itself takes."""
    same_rules(reader)
    reader.needs_all()
    events = seq_at(reader, day)
    _shares_the_past(reader, scenario, day)
    genesis = genesis_of(scenario, reader.genesis["seed"], reader.genesis["region"], reader.genesis["sizes"])
    near = out or reader.folder
    genesis["parent"] = {
        "run": os.path.relpath(reader.folder, near), "genesis": reader.line_hashes[0], "day": day, "events": events,
        "told": told, "removes": removes, "without_effect": without_effect(scenario_of(reader), scenario, day),
    }  # fmt: skip
    if out is None:
        journal = Journal.in_memory(genesis, EVENTS)
        journal.hasher.restore(reader.leaves[: events // LEAF_SEQS])
    else:
        journal = Journal.branch(out, genesis, reader, events)
    with journal:
        yield journal


def _restored(world: World, scenario: Scenario, strategy: FundStrategy, reader: JournalReader, events: int) -> Model:
    """Return the model of a run after its first ``events`` events; constants come from the opening alone."""
    opened = reader.marks()[0][0]
    past, limits = _below(reader, events), Limits(world.state)
    model: Model | None = None
    for event, stamp in past:
        if model is None and stamp.first >= opened:
            model = Model(world, scenario, rule_parameters(scenario), strategy)
        try:
            limits.hold(event)
            world.follow(event, stamp)
        except NONSENSE as error:
            raise VerificationError(f"{reader.folder}: {impossible(event, stamp, error)}") from None
    return model or Model(world, scenario, rule_parameters(scenario), strategy)


def _below(reader: JournalReader, events: int) -> Iterator[tuple[Event, Stamp]]:
    for event, stamp in reader.batches():
        if stamp.first >= events:
            return
        yield event, stamp


def scenario_of(reader: JournalReader) -> Scenario:
    """Return the scenario that a run was simulated from."""
    content: dict[str, Any] = reader.genesis["scenario"]
    try:
        return checked(Scenario, content, f"{reader.folder / MANIFEST}: line 1: scenario")
    except EcsimError as error:
        raise VerificationError(f"{error} (the run was simulated by {reader.genesis['code']})") from None


def run_scenario(folder: Path) -> Scenario:
    """Return the scenario of the run in a folder."""
    return scenario_of(JournalReader(folder, EVENTS))


def seq_at(reader: JournalReader, day: int) -> int:
    """Return the sequence number with which a day's week begins.

    Raises
    ------
    EcsimError
        If no whole week of the run ends there.
    """
    weeks = {begins: seq for seq, begins in reader.marks()}
    if day not in weeks:
        raise EcsimError(
            f"{reader.folder}: no week begins on day {day}; its whole weeks reach from day 0 to day {max(weeks)}"
        )
    return weeks[day]


def same_rules(reader: JournalReader) -> None:
    """Refuse to go on with events that other rules made.

    Raises
    ------
    EcsimError
        If versions of packages, rules or the region pack differ from those the run was simulated with.
    """
    was, now = reader.genesis["code"], code_version()
    if was != now:
        raise EcsimError(
            f"{reader.folder}: was simulated by {was}; these are {now}. A run cannot go on under other rules: "
            "install that version, or run its scenario again with this one"
        )
    name = reader.genesis["scenario"]["region"]
    if pack_digest(name) != reader.genesis["region"]["digest"]:
        raise EcsimError(f"{reader.folder}: the region pack {name} is not the one it was simulated with; run it again")


def _shares_the_past(reader: JournalReader, scenario: Scenario, day: int) -> None:
    """Refuse a scenario under which the past would have been another, or that leaves nothing to come."""
    before = scenario_of(reader)
    if 7 * scenario.weeks <= day:
        raise EcsimError(
            f"{reader.folder}: a fork on {before.start + dt.timedelta(days=day)} needs a week or more to go, and its "
            f"end is {scenario.end}; fork earlier, or choose a later end"
        )
    if why_not := purse_kept(before, scenario, day):
        raise EcsimError(f"{reader.folder}: {why_not}")
    for key in ("region", "start", "sample"):
        if getattr(before, key) != getattr(scenario, key):
            raise EcsimError(
                f"{reader.folder}: a fork cannot change {key} ({getattr(before, key)}), it lies in the past; "
                "run a scenario of its own"
            )
    opening = {k for k in before.parameters.keys() | scenario.parameters.keys() if k.startswith("opening_")}
    moved = sorted(k for k in opening if before.parameters.get(k) != scenario.parameters.get(k))
    if moved:
        raise EcsimError(f"{reader.folder}: a fork cannot change {', '.join(moved)}: it set the opening; run anew")
    names = [design.name for design in before.designs]
    if [design.name for design in scenario.designs[: len(names)]] != names:
        raise EcsimError(f"{reader.folder}: a fork keeps the designs {', '.join(names)} in this order; add new ones")
