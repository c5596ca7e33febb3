"""Replay of a run that is verified: its state, figures and laws, worked out together in one pass over its events."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.apply import apply_event
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.replay import NONSENSE, ValueBounds, allocated, impossible
from ecsim.kernel.runs import StoredRun


class Replay:
    """What the events of a run lead to.

    Parameters
    ----------
    run : whose events are shown to `see`, in order

    Attributes
    ----------
    state : State
        The fold of the events so far.
    measurement : Measurement
        The figures.
    watch : Watch
        The laws.
    failed : Finding or None
        Why the events could not be followed any further.
    last_day : int
        Day of the last event that was followed.
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        self.reader, self.scenario, self.changes = run.reader, run.scenario, run.model.changes_by_kind
        self.state = allocated(run)
        self.bounds = ValueBounds(self.state, run.model.words)
        self.measurement = run.model.measures.begin(self.scenario, lambda: run.reader.genesis["sizes"])
        self.watch = run.model.watch(run.reader, self.scenario)
        self.failed: Finding | None = None
        self.last_day = 0

    def see(self, event: Event, stamp: Stamp) -> None:
        """Let state, measurement and laws follow an event, given as it was stored."""
        if self.failed:
            return
        try:
            event = self.reader.stored[event.kind].today(event)
            self.bounds.check(event)
            apply_event(self.changes, self.state, event, stamp)
            self.measurement.see(event, stamp)
            self.watch.see(event, stamp)
            self.last_day = stamp.day
        except (*NONSENSE, EcsimError) as error:
            message = impossible(event, stamp, error)
            where = {"kind": event.kind, "seqs": [stamp.first, stamp.first + event.rows - 1], "days": [stamp.day] * 2}
            self.failed = Finding("state", message, where)
