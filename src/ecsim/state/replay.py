"""The state of a run at any week, from its events alone."""

from __future__ import annotations

from pathlib import Path

from ecsim.events import EVENTS
from ecsim.journal import JournalReader
from ecsim.kernel.apply import apply_event
from ecsim.state.changes import STATE_CHANGES
from ecsim.state.state import State


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
        apply_event(STATE_CHANGES, state, event, stamp)
    return state
