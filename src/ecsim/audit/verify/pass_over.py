"""A run's state, figures and laws, worked out together in one pass over its events."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from numpy.typing import NDArray

from ecsim.audit.published import board_of
from ecsim.audit.verify.conservation import Conservation
from ecsim.errors import EcsimError
from ecsim.events import Event, Stamp
from ecsim.events.codes import Founder
from ecsim.events.stations import StationsSettled
from ecsim.journal import JournalReader
from ecsim.journal.findings import Finding
from ecsim.regions.pack import load_pack
from ecsim.simulation.restore import scenario_of
from ecsim.state import State
from ecsim.state.replay import apply_event

_NONSENSE = (ArithmeticError, IndexError, KeyError, TypeError, ValueError)
"""What the state or a fold may raise at events that no simulation publishes."""


class Replay:
    """What the events of a run lead to.

    Attributes
    ----------
    failed : why the events could not be followed any further, or None
    last_day : day of the last event that was followed
    """

    def __init__(self, reader: JournalReader) -> None:
        self.reader, self.scenario = reader, scenario_of(reader)
        self.sizes: dict[str, int] = reader.genesis["sizes"]
        self.state = State.allocate(self.sizes)
        self.pack = load_pack(self.scenario.region)
        self.board = board_of(self.scenario, self.pack)
        names = [county.name_zh for county in self.pack.counties]
        self.laws = Conservation(names, grants_are_paid=reader.stored[StationsSettled.kind].kind.version > 1)
        self.failed: Finding | None = None
        self.last_day = 0
        self._limits: dict[type[Event], list[tuple[str, int]]] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Let state, board and laws follow an event, given as it was stored."""
        if self.failed:
            return
        try:
            event = self.reader.stored[event.kind].today(event)
            self._hold_ids(event)
            apply_event(self.state, event, stamp)
            self.board.see(event, stamp)
            self.laws.see(event, stamp)
            self.last_day = stamp.day
        except (*_NONSENSE, EcsimError) as error:
            told = f"{event.kind} at seq {stamp.first:,} (day {stamp.day}) cannot have happened: {error}"
            where = {"kind": event.kind, "seqs": [stamp.first, stamp.first + event.rows - 1], "days": [stamp.day] * 2}
            self.failed = Finding("state", told, where)

    def _hold_ids(self, event: Event) -> None:
        """Refuse rows that point at nothing, and codes that mean nothing, before compiled code follows them."""
        kind = type(event)
        if kind not in self._limits:
            self._limits[kind] = self._limits_of(kind)
        for name, most in self._limits[kind]:
            low, high = _span(event.__dict__[name])
            if low < -1 or high > most:
                raise ValueError(f"{name} is {low} to {high}; the highest there is is {most}")

    def _limits_of(self, kind: type[Event]) -> list[tuple[str, int]]:
        tables = [(c.name, self.sizes[c.table] - 1) for c in kind.columns if c.table in self.sizes]
        return tables + [(c.name, _highest(c.vocabulary)) for c in kind.columns if c.vocabulary]


def _highest(vocabulary: type[IntEnum]) -> int:
    codes = [int(code) for code in vocabulary]
    return sum(codes) if vocabulary is Founder else max(codes)  # bit flags


def _span(values: NDArray[Any]) -> tuple[int, int]:
    """Return the lowest and highest value; of a few, quicker than numpy would."""
    if not len(values):
        return 0, 0
    if len(values) < 32:
        known = values.tolist()
        return min(known), max(known)
    return int(values.min()), int(values.max())
