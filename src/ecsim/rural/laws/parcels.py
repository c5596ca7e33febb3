"""The law of parcels: in every county, at the end of every week, ordered = delivered + waiting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    Event,
    OperatorJoinedPool,
    ParcelsDelivered,
    ParcelsOrdered,
    ParcelsWaiting,
    Stamp,
    TownshipsBaselined,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import State


class Parcels:
    """Parcels of each county: how many were ordered, how many arrived, how many are on their way."""

    name = "parcels"
    listens: tuple[type[Event], ...] = (ParcelsOrdered, ParcelsDelivered, ParcelsWaiting, OperatorJoinedPool)

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        counties = len(facts.counties)
        self.ordered, self.delivered = np.zeros(counties, np.int64), np.zeros(counties, np.int64)
        self._at_hub = np.zeros((0, 0), np.int64)  # (operators, townships)
        self._on_tour = np.zeros(0, np.int64)  # (villages,)
        self._day, self._weeks = 0, 0
        self._lost: dict[int, Finding] = {}
        self._wrong: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Count; look at the week that has ended when the next one begins."""
        if stamp.day > self._day:
            self._end_week()
            self._day = stamp.day
        facts, counties = self.facts, len(self.facts.counties)
        if isinstance(event, ParcelsOrdered):
            parcels = event.parcels * np.where(event.each, facts.weight.take(event.household), 1)
            self.ordered += _sum(facts.household_county.take(event.household), parcels, counties)
        elif isinstance(event, ParcelsDelivered):
            self.delivered += _sum(facts.village_county[event.village], event.parcels, counties)
            self._look(event, stamp)
        elif isinstance(event, ParcelsWaiting):
            self._wait(event)
        elif isinstance(event, OperatorJoinedPool):
            self._room_for(int(max(event.operator.max(), event.pool.max())))
            np.add.at(self._at_hub, event.pool, self._at_hub[event.operator])
            self._at_hub[event.operator] = 0

    def _look(self, event: ParcelsDelivered, stamp: Stamp) -> None:
        rows = np.flatnonzero((event.parcels < 0) | (event.late < 0) | (event.late > event.parcels))
        self._wrong += [
            Finding(
                "parcels",
                f"at seq {stamp.first + row:,} (day {stamp.day}) village {event.village[row]} got "
                f"{event.parcels[row]:,} parcels, {event.late[row]:,} of them late",
                {"seq": int(stamp.first + row), "day": stamp.day, "village": int(event.village[row])},
            )
            for row in rows
        ]

    def _room_for(self, operator: int) -> None:
        if not self._on_tour.size:
            self._on_tour = np.zeros(len(self.facts.village_county), np.int64)
            self._at_hub = np.zeros((0, len(self.facts.of(TownshipsBaselined, "county"))), np.int64)
        lacking = operator + 1 - len(self._at_hub)
        if lacking > 0:
            self._at_hub = np.vstack([self._at_hub, np.zeros((lacking, self._at_hub.shape[1]), np.int64)])

    def _wait(self, event: ParcelsWaiting) -> None:
        """What waits now takes the place of what waited before."""
        self._room_for(int(event.operator.max()))
        own = event.village < 0
        self._at_hub[event.operator[own], event.township[own]] = event.parcels[own]
        self._on_tour[event.village[~own]] = event.parcels[~own]

    def waiting(self) -> I64:
        """Return what waits in each county, at hubs and on the way to villages."""
        counties = len(self.facts.counties)
        totals = np.zeros(counties, np.int64)
        if self._on_tour.size:
            totals += _sum(self.facts.of(TownshipsBaselined, "county"), self._at_hub.sum(axis=0), counties)
            totals += _sum(self.facts.village_county, self._on_tour, counties)
        return totals

    def _end_week(self) -> None:
        waiting = self.waiting()
        self._weeks += 1
        for county in np.flatnonzero(self.ordered != self.delivered + waiting).tolist():
            counts = int(self.ordered[county]), int(self.delivered[county]), int(waiting[county])
            gap = counts[0] - counts[1] - counts[2]
            message = (
                f"{self.facts.counties[county]}, week of day {self._day}: {counts[0]:,} ordered so far, "
                f"{counts[1]:,} delivered, {counts[2]:,} waiting: {abs(gap):,} {'lost' if gap > 0 else 'too many'}"
            )
            where = {"county": self.facts.counties[county], "day": self._day}
            amounts = dict(zip(("ordered", "delivered", "waiting"), counts, strict=True))
            self._lost.setdefault(county, Finding("parcels", message, {**where, **amounts}))

    def violations(self, state: State) -> list[Finding]:
        """Return the first week of each county in which parcels were lost or made."""
        self._end_week()
        counties = len(self.facts.counties)
        hubs = state.reaches.waiting.reshape(-1, len(state.townships)).sum(axis=0)
        remembered = _sum(state.townships.county, hubs, counties)
        remembered += _sum(state.villages.county, state.villages.waiting, counties)
        sides = (
            ("waiting", self.waiting(), remembered),
            ("delivered", self.delivered, state.counties.delivered_parcels.astype(np.int64)),
        )
        findings = [
            Finding(
                "parcels",
                f"{self.facts.counties[county]}: {int(now[county]):,} {what} by the events; the state counts "
                f"{int(then[county]):,}",
                {"county": self.facts.counties[county], "events": int(now[county]), "state": int(then[county])},
            )
            for what, now, then in sides
            for county in np.flatnonzero(now != then)
        ]
        return list(self._lost.values()) + named(self._wrong) + findings

    def summary(self) -> str:
        """Return how much was added up."""
        return (
            f"{int(self.ordered.sum()):,} ordered = {int(self.delivered.sum()):,} delivered + "
            f"{int(self.waiting().sum()):,} waiting, in each of {len(self.facts.counties)} counties in each of "
            f"{self._weeks} weeks"
        )


def _sum(place: NDArray[np.integer], amount: NDArray[np.integer], places: int) -> I64:
    """Return whole sums by place; floats hold them exactly below 2^53."""
    return np.bincount(place, amount, places).astype(np.int64)
