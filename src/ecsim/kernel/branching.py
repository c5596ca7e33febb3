"""The journal of a fork: its past is its parent's, shared and not copied."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.identity import genesis_of
from ecsim.kernel.journal import LEAF_SEQS, Journal, JournalReader
from ecsim.kernel.runs import StoredRun
from ecsim.kernel.same_rules import same_rules
from ecsim.kernel.scenario import Scenario


@contextmanager
def branched(
    run: StoredRun[Any, Any], day: int, scenario: Scenario, out: Path | None, change: str, *, removes: bool = False
) -> Iterator[Journal]:
    """Yield the journal of a fork, its past in place; this is all that forking itself takes.

    Parameters
    ----------
    run : the parent
    day : on which a period begins
    scenario : what holds from then on
    out : folder of the fork; None: its root alone is kept
    change : what was changed, in words
    removes : whether events are excluded from then on, which the scenario does not say

    Raises
    ------
    EcsimError
        As `ecsim.kernel.forks.fork`.
    """
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


def seq_at(reader: JournalReader, day: int) -> int:
    """Return the sequence number with which the period of a day begins.

    Raises
    ------
    EcsimError
        If no whole period of the run begins on that day.
    """
    begins = {day: seq for seq, day in reader.marks()}
    if day not in begins:
        raise EcsimError(
            f"{reader.folder}: no week begins on day {day}; its whole weeks reach from day 0 to day {max(begins)}"
        )
    return begins[day]


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
