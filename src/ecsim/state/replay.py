"""The state of a run at any week, from its events alone."""

from __future__ import annotations

from pathlib import Path

from ecsim.events import EVENTS, Event, Stamp
from ecsim.journal import JournalReader
from ecsim.state.changes import STATE_CHANGES
from ecsim.state.state import State


def apply_event(state: State, event: Event, stamp: Stamp) -> None:
    """Let the state follow one event; kinds that only inform change nothing."""
    change = STATE_CHANGES.get(type(event))
    if change is not None:
        change(state, event, stamp)


def replay_run(folder: Path, until_day: int | None = None) -> State:
    """Return the state of a run after a day, as the fold of its journal.

    Raises
    ------
    EcsimError
        If the folder holds no run, or kept less than all its events.
    """
    reader = JournalReader(folder, EVENTS)
    state = State.allocate(reader.genesis["sizes"])
    for event, stamp in reader.changes(STATE_CHANGES, until_day):
        apply_event(state, event, stamp)
    return state
