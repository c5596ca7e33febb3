"""The law of trade: who buys and who sells say the same, and nobody sells online what was not ordered."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.journal.findings import Finding
from ecsim.rural.events import (
    Channel,
    CooperativesBaselined,
    CooperativesTraded,
    CropsBaselined,
    Event,
    HouseholdsBaselined,
    LotSold,
    OrdersArrived,
    PlotsBaselined,
    Stamp,
)
from ecsim.rural.laws.opening_columns import I64, OpeningColumns, named
from ecsim.rural.state import ONE, State

_ORDERS = ("household_g", "station_g", "cooperative_g")
_SELLERS = ("own shops", "stations", "cooperatives")
_TRADED = ("bought_g", "paid_members_fen", "online_g")


class Trade:
    """A week's sales to cooperatives and online, and the orders they answer."""

    name = "trade"
    listens: tuple[type[Event], ...] = (PlotsBaselined, OrdersArrived, LotSold, CooperativesTraded)

    def __init__(self, facts: OpeningColumns) -> None:
        self.facts = facts
        self._day = self._weeks = self.bought_g = self.online_g = 0
        self._orders, self._online = np.zeros((3, 0), np.int64), np.zeros((3, 0), np.int64)
        self._brought, self._traded = np.zeros((2, 0), np.int64), np.zeros((3, 0), np.int64)
        self._found: list[Finding] = []

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add up a week; look at it when the next one begins."""
        if stamp.day > self._day:
            self._end_week()
            self._day = stamp.day
        if isinstance(event, PlotsBaselined):
            self._open()
        elif isinstance(event, OrdersArrived):
            for row, column in enumerate(_ORDERS):
                self._orders[row, event.crop] = event.__dict__[column]
        elif isinstance(event, LotSold):
            self._sell(event)
        elif isinstance(event, CooperativesTraded):
            for row, column in enumerate(_TRADED):
                np.add.at(self._traded[row], event.cooperative, event.__dict__[column])
            np.add.at(self._online[2], self._crop_of_cooperative[event.cooperative], event.online_g)

    def _open(self) -> None:
        facts = self.facts
        household = facts.of(PlotsBaselined, "household")
        self._crop, self._weight = facts.of(PlotsBaselined, "crop"), facts.weight[household]
        self._cooperative = facts.of(HouseholdsBaselined, "cooperative")[household]
        self._crop_of_cooperative = facts.of(CooperativesBaselined, "crop")
        conversion = facts.of(CropsBaselined, "conversion").astype(np.int64)
        self._sold_form = np.where(conversion > 0, conversion, ONE)
        self._orders, self._online = (np.zeros((3, len(conversion)), np.int64) for _ in range(2))
        self._brought = np.zeros((2, len(self._crop_of_cooperative)), np.int64)
        self._traded = np.zeros((3, len(self._crop_of_cooperative)), np.int64)

    def _sell(self, event: LotSold) -> None:
        rows = np.flatnonzero(event.channel != Channel.TRADER)
        plot, channel = event.plot.take(rows), event.channel.take(rows)
        grams, fen = (column.take(rows) * self._weight.take(plot) for column in (event.sold_g, event.received_fen))
        for row, which in enumerate((Channel.OWN_SHOP, Channel.STATION)):
            of_channel = channel == which
            np.add.at(self._online[row], self._crop[plot[of_channel]], grams[of_channel])
        of_channel = channel == Channel.COOPERATIVE
        for row, amount in enumerate((grams, fen)):
            np.add.at(self._brought[row], self._cooperative[plot[of_channel]], amount[of_channel])

    def _end_week(self) -> None:
        self._weeks += 1
        self.bought_g += int(self._traded[0].sum())
        self.online_g += int(self._online.sum())
        self._hold_cooperatives()
        self._hold_orders()
        for amounts in (self._online, self._brought, self._traded):
            amounts.fill(0)

    def _hold_cooperatives(self) -> None:
        if not self._traded.any() and not self._brought.any():
            return
        bought, paid, online = self._traded
        capacity: I64 = self.facts.of(CooperativesBaselined, "capacity_g")
        for said, other, bad, what in (
            (bought, self._brought[0], bought != self._brought[0], "bought {:,} g; its members brought {:,} g"),
            (paid, self._brought[1], paid != self._brought[1], "paid its members {:,} fen; they got {:,} fen"),
            (bought, capacity, bought > capacity, "bought {:,} g; it can handle {:,} g a week"),
            (online, bought, online > bought, "sold {:,} g online; it bought {:,} g"),
        ):
            for row in np.flatnonzero(bad).tolist():
                message = f"cooperative {row}, week of day {self._day}: it " + what.format(
                    int(said[row]), int(other[row])
                )
                self._found.append(Finding("trade", message, {"cooperative": row, "day": self._day}))

    def _hold_orders(self) -> None:
        """Hold grams raw, as they were sold, against orders in the sold form."""
        sold = self._online * self._sold_form // ONE if self._online.size else self._online
        for seller, crop in np.argwhere(sold > self._orders).tolist():
            county = self.facts.counties[int(self.facts.of(CropsBaselined, "county")[crop])]
            message = (
                f"{county}, crop {crop}, week of day {self._day}: {_SELLERS[seller]} sold {sold[seller, crop]:,} g "
                f"online; {self._orders[seller, crop]:,} g were ordered of them"
            )
            self._found.append(Finding("trade", message, {"county": county, "crop": crop, "day": self._day}))

    def violations(self, _: State) -> list[Finding]:
        """Return the weeks in which two sides said different things."""
        self._end_week()
        return named(self._found)

    def summary(self) -> str:
        """Return how much was added up."""
        return (
            f"members brought what cooperatives bought ({self.bought_g / 1e9:,.1f} thousand t) and got what they paid; "
            f"{self.online_g / 1e9:,.1f} thousand t raw sold online by households, stations and cooperatives, all of "
            f"it ordered, in each of {self._weeks} weeks"
        )
