"""A run's state, figures and laws, worked out together in one pass over its events."""

from __future__ import annotations

from typing import Any

from ecsim.kernel.apply import apply_event
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.replay import NONSENSE, Limits, allocated, impossible
from ecsim.kernel.runs import StoredRun


class Replay:
    """What the events of a run lead to.

    Attributes
    ----------
    failed : why the events could not be followed any further, or None
    last_day : day of the last event that was followed
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        self.reader, self.scenario, self.changes = run.reader, run.scenario, run.model.changes_by_kind
        self.state = allocated(run)
        self.limits = Limits(self.state, run.model.words)
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
            self.limits.hold(event)
            apply_event(self.changes, self.state, event, stamp)
            self.measurement.see(event, stamp)
            self.watch.see(event, stamp)
            self.last_day = stamp.day
        except (*NONSENSE, EcsimError) as error:
            told = impossible(event, stamp, error)
            where = {"kind": event.kind, "seqs": [stamp.first, stamp.first + event.rows - 1], "days": [stamp.day] * 2}
            self.failed = Finding("state", told, where)
