"""Instruments of a policy as data: what may be switched off alone, what it cost, and which flows it is held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal import JournalReader
from ecsim.kernel.text import Text


@dataclass(frozen=True)
class Instrument:
    """A part of a policy that a run can go without.

    Attributes
    ----------
    name : one word
    title : what people call it
    without : selects its events, as ``ecsim why --without`` takes it
    fund_yuan : of the fund paid for it
    """

    name: str
    title: Text
    without: str
    fund_yuan: float


class FlowWatcher(Protocol):
    """Looks on at a run, live or from its journal, and gives yearly flows of money at its end."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""

    def flows(self) -> Mapping[str, float]:
        """Return yuan a year by flow."""


@dataclass(frozen=True)
class InstrumentBook:
    """What a model offers under the view ``instruments``.

    Attributes
    ----------
    of : callable
        Takes the journal of a run and its last state; returns its instruments, and all of them as one.
    begin : callable
        Takes a scenario, returns what watches a run of it.
    flows : titles by flow, in the order in which they are shown
    judged : flows that are held against the fund
    most : yuan a year by yuan of fund above which a flow is to be explained before it is believed
    """

    of: Callable[[JournalReader, Any], tuple[Sequence[Instrument], Instrument]]
    begin: Callable[[Any], FlowWatcher]
    flows: Mapping[str, Text]
    judged: tuple[str, ...]
    most: float
