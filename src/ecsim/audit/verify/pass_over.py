"""A run's state, figures and laws, worked out together in one pass over its events."""

from __future__ import annotations

from typing import Any

from ecsim.audit.published import board_of
from ecsim.audit.verify.conservation import Conservation
from ecsim.kernel.apply import apply_event
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.findings import Finding
from ecsim.kernel.replay import NONSENSE, Limits, allocated, impossible
from ecsim.kernel.runs import StoredRun
from ecsim.rural.events.stations import StationsSettled
from ecsim.rural.regions.pack import load_pack


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
        self.limits = Limits(self.state)
        self.pack = load_pack(self.scenario.region)
        self.board = board_of(self.scenario, self.pack)
        names = [county.name_zh for county in self.pack.counties]
        self.laws = Conservation(names, grants_are_paid=run.reader.stored[StationsSettled.kind].kind.version > 1)
        self.failed: Finding | None = None
        self.last_day = 0

    def see(self, event: Event, stamp: Stamp) -> None:
        """Let state, board and laws follow an event, given as it was stored."""
        if self.failed:
            return
        try:
            event = self.reader.stored[event.kind].today(event)
            self.limits.hold(event)
            apply_event(self.changes, self.state, event, stamp)
            self.board.see(event, stamp)
            self.laws.see(event, stamp)
            self.last_day = stamp.day
        except (*NONSENSE, EcsimError) as error:
            told = impossible(event, stamp, error)
            where = {"kind": event.kind, "seqs": [stamp.first, stamp.first + event.rows - 1], "days": [stamp.day] * 2}
            self.failed = Finding("state", told, where)
