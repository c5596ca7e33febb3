"""The law of farm goods up: sent = brought to the hub + waiting, and their costs add up by cause and direction."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    Channel,
    DeliveryCosted,
    Event,
    GoodsSent,
    GoodsWaiting,
    LotSold,
    OperatorJoinedPool,
    OperatorsBaselined,
    PlotsBaselined,
    PoolFormed,
    RoundsDriven,
    Stamp,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import State

_SHARED = ("vehicle", "distance", "crew", "handling")
"""Causes of cost that both directions share."""


class UpwardGoods:
    """Farm goods of each county that households sell online: sent, brought, waiting, and what bringing them cost."""

    name = "goods up"
    listens: tuple[type[Event], ...] = (
        LotSold, GoodsSent, RoundsDriven, GoodsWaiting, OperatorsBaselined, PoolFormed, OperatorJoinedPool,
        DeliveryCosted,
    )  # fmt: skip

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        counties = len(facts.counties)
        self.sold, self.sent, self.brought = (np.zeros(counties, np.int64) for _ in range(3))
        self._operator_county = np.zeros(0, np.int64)
        self._operator_g = np.zeros(0, np.int64)  # brought since its last costs
        self._waits: dict[tuple[int, int, int], int] = {}  # by operator and township, or by village
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
        elif isinstance(event, OperatorsBaselined):
            self._know(event.operator, event.county)
        elif isinstance(event, PoolFormed):
            self._know(event.pool, event.county)
        elif isinstance(event, OperatorJoinedPool):
            self._join(event)
        elif isinstance(event, DeliveryCosted):
            self._cost(event, stamp)

    def _sell(self, lots: LotSold) -> None:
        online = (lots.channel == Channel.STATION) | (lots.channel == Channel.OWN_SHOP)
        household = self.facts.of(PlotsBaselined, "household")[lots.plot[online]]
        grams = lots.sold_g[online].astype(np.int64) * self.facts.weight[household]
        np.add.at(self.sold, self.facts.household_county[household], grams)

    def _know(self, operator: NDArray[Any], county: NDArray[Any]) -> None:
        more = int(operator.max(initial=-1)) + 1 - len(self._operator_county)
        self._operator_county = np.append(self._operator_county, np.zeros(max(0, more), np.int64))
        self._operator_g = np.append(self._operator_g, np.zeros(max(0, more), np.int64))
        self._operator_county[operator] = county

    def _join(self, event: OperatorJoinedPool) -> None:
        """A pool takes over what waited for its member."""
        for operator, pool in zip(event.operator.tolist(), event.pool.tolist(), strict=True):
            for mine in [key for key in self._waits if key[0] == operator]:
                pooled = (pool, *mine[1:])
                self._waits[pooled] = self._waits.get(pooled, 0) + self._waits.pop(mine)

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
