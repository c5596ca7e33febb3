"""The laws of carriage: parcels and farm goods sent = brought + waiting; costs add up by cause and direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import counted
from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    Channel,
    DeliveryCosted,
    Event,
    GoodsSent,
    GoodsWaiting,
    LentTownshipServed,
    LotSold,
    OperatorJoinedPool,
    OperatorLeft,
    OperatorsBaselined,
    ParcelsDelivered,
    ParcelsOrdered,
    ParcelsWaiting,
    PlotsBaselined,
    PoolFormed,
    RoundsDriven,
    Stamp,
    TownshipLent,
    TownshipsBaselined,
)
from ecsim.rural.laws.borders import Borders, LentTownships
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named, put, with_room
from ecsim.rural.laws.operators import Operators
from ecsim.rural.state import State

_SHARED = ("vehicle", "distance", "crew", "handling")
"""Causes of cost that both directions share."""


class Parcels:
    """Parcels of each county: how many were ordered, how many arrived, how many are on their way."""

    name = "parcels"
    listens: tuple[type[Event], ...] = (
        ParcelsOrdered, ParcelsDelivered, ParcelsWaiting, OperatorJoinedPool, OperatorLeft, *LentTownships.listens,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        counties = len(facts.counties)
        self.ordered, self.delivered = np.zeros(counties, np.int64), np.zeros(counties, np.int64)
        self._at_hub = np.zeros((0, 0), np.int64)  # (operators, townships)
        self._on_tour = np.zeros(0, np.int64)  # (villages,)
        self._lent = LentTownships(facts)
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
        elif isinstance(event, OperatorJoinedPool | OperatorLeft):
            other = _other(event)
            self._room_for(int(max(event.operator.max(), other.max())))
            np.add.at(self._at_hub, other, self._at_hub[event.operator])
            self._at_hub[event.operator] = 0
            for township, pool in self._lent.lent_to.items():
                self._hand_on(township, self._lent.own_pool(township), pool)
        elif isinstance(event, TownshipLent):
            for township, operator, pool in self._lent.moves(event):
                self._hand_on(township, operator, pool)
            self._lent.see(event)
        elif isinstance(event, PoolFormed):
            self._lent.see(event)

    def _hand_on(self, township: int, operator: int, other: int) -> None:
        """What waits at one operator's hub for a township waits at another's."""
        self._room_for(max(operator, other))
        waits = self._at_hub[operator, township]
        self._at_hub[operator, township] = 0
        self._at_hub[other, township] += waits

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
            f"{int(self.waiting().sum()):,} waiting, in each of "
            f"{counted(len(self.facts.counties), 'county', 'counties')} in each of {counted(self._weeks, 'week')}"
        )


def _other(event: OperatorJoinedPool | OperatorLeft) -> NDArray[np.int32]:
    """Return who carries on in an operator's place."""
    return event.pool if isinstance(event, OperatorJoinedPool) else event.heir


def _sum(place: NDArray[np.integer], amount: NDArray[np.integer], places: int) -> I64:
    """Return whole sums by place; floats hold them exactly below 2^53."""
    return np.bincount(place, amount, places).astype(np.int64)


class UpwardGoods:
    """Farm goods of each county that households sell online: sent, brought, waiting, and what bringing them cost."""

    name = "goods_up"
    listens: tuple[type[Event], ...] = (
        LotSold, GoodsSent, RoundsDriven, GoodsWaiting, OperatorsBaselined, PoolFormed, OperatorJoinedPool,
        OperatorLeft, DeliveryCosted, TownshipLent, LentTownshipServed,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        counties = len(facts.counties)
        self.sold, self.sent, self.brought = (np.zeros(counties, np.int64) for _ in range(3))
        self._operator_county = np.zeros(0, np.int64)
        self._operator_g = np.zeros(0, np.int64)  # brought since its last costs
        self._waits: dict[tuple[int, int, int], int] = {}  # by operator and township, or by village
        self._lent = LentTownships(facts)
        self._begun = False
        self._wrong: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add up grams, and look at each account of costs."""
        if isinstance(event, LotSold):
            self._sell(event)
        elif isinstance(event, GoodsSent):
            self._begun = True
            np.add.at(self.sent, self.facts.village_county[event.village], event.goods_g)
            by_people = event.to_hub & ~event.collected
            np.add.at(self.brought, self.facts.village_county[event.village[by_people]], event.goods_g[by_people])
        elif isinstance(event, RoundsDriven):
            to_hub = ~event.village_tour
            np.add.at(self.brought, self._operator_county[event.operator[to_hub]], event.goods_g[to_hub])
            np.add.at(self._operator_g, event.operator[to_hub], event.goods_g[to_hub])
        elif isinstance(event, GoodsWaiting):
            keys = zip(event.operator.tolist(), event.township.tolist(), event.village.tolist(), strict=True)
            for (operator, township, village), grams in zip(keys, event.goods_g.tolist(), strict=True):
                self._waits[(operator, township, -1) if village < 0 else (-1, -1, village)] = grams
        elif isinstance(event, LentTownshipServed):
            home = self.facts.of(TownshipsBaselined, "county")[event.township]
            np.add.at(self.brought, home, event.goods_g)  # in place of the county of whose hub it is
            np.subtract.at(self.brought, self._operator_county[event.operator], event.goods_g)
        elif isinstance(event, DeliveryCosted):
            self._cost(event, stamp)
        else:
            self._follow(event)

    def _follow(self, event: Event) -> None:
        """Follow who is where, and who goes for whom."""
        if isinstance(event, OperatorsBaselined):
            self._know(event.operator, event.county)
        elif isinstance(event, PoolFormed):
            self._know(event.pool, event.county)
            self._lent.see(event)
        elif isinstance(event, TownshipLent):
            for township, operator, pool in self._lent.moves(event):
                self._hand_on((operator, township, -1), (pool, township, -1))
            self._lent.see(event)
        elif isinstance(event, OperatorJoinedPool | OperatorLeft):
            self._take_over(event)

    def _sell(self, lots: LotSold) -> None:
        online = (lots.channel == Channel.STATION) | (lots.channel == Channel.OWN_SHOP)
        household = self.facts.of(PlotsBaselined, "household")[lots.plot[online]]
        grams = lots.sold_g[online].astype(np.int64) * self.facts.weight[household]
        np.add.at(self.sold, self.facts.household_county[household], grams)

    def _know(self, operator: NDArray[Any], county: NDArray[Any]) -> None:
        self._operator_county = put(self._operator_county, operator, county)
        self._operator_g = with_room(self._operator_g, len(self._operator_county))

    def _take_over(self, event: OperatorJoinedPool | OperatorLeft) -> None:
        """A pool takes over what waited for its member, an heir what waited for who left."""
        for operator, other in zip(event.operator.tolist(), _other(event).tolist(), strict=True):
            for mine in [key for key in self._waits if key[0] == operator]:
                self._hand_on(mine, (self._lent.goes_for(other, mine[1]), *mine[1:]))

    def _hand_on(self, mine: tuple[int, int, int], theirs: tuple[int, int, int]) -> None:
        """What waits for one operator waits for another."""
        self._waits[theirs] = self._waits.pop(mine, 0) + self._waits.get(theirs, 0)

    def _cost(self, event: DeliveryCosted, stamp: Stamp) -> None:
        """Parts of goods add up to what they bear, none is above the whole, and the kilograms are those brought."""
        if not self._begun:
            return
        up = [getattr(event, f"up_{name}_fen") for name in _SHARED]
        whole = [getattr(event, f"{name}_fen") for name in _SHARED]
        wrong = np.sum(up, axis=0) != event.upward_fen
        for part, of in zip(up, whole, strict=True):
            wrong |= (part < 0) | (part > of)
        wrong |= event.upward_g != self._operator_g[event.operator]
        self._operator_g[event.operator] = 0
        for row in np.flatnonzero(wrong).tolist():
            operator = int(event.operator[row])
            message = (
                f"costs at seq {stamp.first + row:,} (day {stamp.day}) of operator {operator}: what goods bear "
                f"does not add up, or is more than the whole, or is not of the {event.upward_g[row]:,} g that came"
            )
            self._wrong.append(Finding(self.name, message, {"seq": stamp.first + row, "operator": operator}))

    def waiting(self, state: State) -> I64:
        """Return what waits in each county by the events, shape (counties,), grams."""
        total = np.zeros(len(self.facts.counties), np.int64)
        for (_, township, village), grams in self._waits.items():
            total[state.townships.county[township] if village < 0 else self.facts.village_county[village]] += grams
        return total

    def violations(self, state: State) -> list[Finding]:
        """Return counties in which goods were lost or made, or the state counts otherwise, and costs gone wrong."""
        if not self._begun:
            return []
        waiting, counted = self.waiting(state), np.zeros(len(self.facts.counties), np.int64)
        np.add.at(counted, state.villages.county, state.villages.goods_g)
        hubs = state.reaches.goods_g.reshape(-1, len(state.townships)).sum(axis=0)
        np.add.at(counted, state.townships.county, hubs)
        sides = (
            ("sold online by households", self.sold, "sent", self.sent),
            ("sent", self.sent, "brought or waiting", self.brought + waiting),
            ("waiting by the events", waiting, "waiting in the state", counted),
        )
        found = [
            Finding(
                self.name,
                f"{self.facts.counties[county]}: {one[county]:,} g {this}, {other[county]:,} g {that}",
                {"county": self.facts.counties[county]},
            )
            for this, one, that, other in sides
            for county in np.flatnonzero(one != other).tolist()
        ]
        return named(found) + named(self._wrong)

    def summary(self) -> str:
        """Return how much was added up."""
        return f"{int(self.sent.sum()) / 1e6:,.1f} t sent up = {int(self.brought.sum()) / 1e6:,.1f} t at hubs + waiting"


def laws_of_carriage(facts: OpeningColumns) -> tuple[Parcels, UpwardGoods, Operators, Borders]:
    """Return the laws of parcels, of farm goods up, of operators and of county borders."""
    return Parcels(facts), UpwardGoods(facts), Operators(facts), Borders(facts)
