"""A run's state, figures and laws, worked out together in one pass over its events."""

from __future__ import annotations

from ecsim.audit.published import board_of
from ecsim.audit.verify.conservation import Conservation
from ecsim.errors import EcsimError
from ecsim.events import Event, Stamp
from ecsim.events.stations import StationsSettled
from ecsim.journal import JournalReader
from ecsim.journal.findings import Finding
from ecsim.regions.pack import load_pack
from ecsim.simulation.restore import scenario_of
from ecsim.state.replay import NONSENSE, Limits, allocated, apply_event, impossible


class Replay:
    """What the events of a run lead to.

    Attributes
    ----------
    failed : why the events could not be followed any further, or None
    last_day : day of the last event that was followed
    """

    def __init__(self, reader: JournalReader) -> None:
        self.reader, self.scenario = reader, scenario_of(reader)
        self.state = allocated(reader)
        self.limits = Limits(self.state)
        self.pack = load_pack(self.scenario.region)
        self.board = board_of(self.scenario, self.pack)
        names = [county.name_zh for county in self.pack.counties]
        self.laws = Conservation(names, grants_are_paid=reader.stored[StationsSettled.kind].kind.version > 1)
        self.failed: Finding | None = None
        self.last_day = 0

    def see(self, event: Event, stamp: Stamp) -> None:
        """Let state, board and laws follow an event, given as it was stored."""
        if self.failed:
            return
        try:
            event = self.reader.stored[event.kind].today(event)
            self.limits.hold(event)
            apply_event(self.state, event, stamp)
            self.board.see(event, stamp)
            self.laws.see(event, stamp)
            self.last_day = stamp.day
        except (*NONSENSE, EcsimError) as error:
            told = impossible(event, stamp, error)
            where = {"kind": event.kind, "seqs": [stamp.first, stamp.first + event.rows - 1], "days": [stamp.day] * 2}
            self.failed = Finding("state", told, where)
