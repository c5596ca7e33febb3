"""The household rules as idiomatic Mesa agents: a small peer for the benchmark, not a part of ecsim.

Same rules in the same order: hear of selling, adopt buying, order goods, sell lots by logit. Plain attributes, one
`step`, Mesa's own shuffle and Python's own luck, as a Mesa tutorial would have it.
"""

from __future__ import annotations

import math
from random import Random
from typing import Any

import mesa


class Village:
    """What households of a village share."""

    def __init__(self, hours: float, trader: float) -> None:
        self.hours, self.trader = hours, trader
        self.households = self.buyers = self.sellers = 0


class Household(mesa.Agent):
    """A farm household that buys, learns and sells."""

    def __init__(self, model: TwinModel, village: Village, row: dict[str, Any]) -> None:
        super().__init__(model)
        self.village, self.buyer, self.seller = village, row["buyer"], row["seller"]
        self.aware, self.income, self.orders_a_week = row["seller"], row["income"], row["orders"]
        self.plots = row["plots"]
        village.households += 1
        village.buyers += self.buyer
        village.sellers += self.seller
        self.last_order = 0

    def step(self) -> None:
        """One week."""
        self.hear()
        self.adopt()
        self.harvest_and_sell()
        self.order()

    def hear(self) -> None:
        if not self.aware:
            rate = 0.6 * self.village.sellers / self.village.households + 0.04
            self.aware = self.luck().random() < 1 - math.exp(-rate / 52)

    def adopt(self) -> None:
        if not self.buyer:
            reach = 0.4 + 0.6 * math.exp(-self.village.hours / 0.7)
            rate = (0.03 + 0.38 * self.village.buyers / self.village.households) * reach
            if self.luck().random() < 1 - math.exp(-rate / 52):
                self.buyer = True
                self.village.buyers += 1

    def harvest_and_sell(self) -> None:
        for plot in self.plots:
            plot["stock"] += plot["output"] / 52
            plot["stock"] *= 0.999
            if plot["stock"] < 5000 or (self.model.week + plot["turn"]) % 4:
                continue
            trader = plot["price"] * self.village.trader
            weights = [math.exp(1.5 if plot["channel"] == 0 else 0.0)]
            offers = [trader]
            if plot["member"]:
                offers.append(plot["offer"])
                habit = 1.5 if plot["channel"] == 1 else 0.0
                weights.append(math.exp(4.0 * math.log(plot["offer"] / trader) + habit))
            plot["channel"] = self.luck().choices(range(len(offers)), weights)[0]
            self.income += plot["stock"] * offers[plot["channel"]] / 1000
            plot["stock"] = 0.0

    def order(self) -> None:
        if not self.buyer:
            return
        rate = self.orders_a_week * math.exp(-self.village.hours / 10)
        term = below = math.exp(-rate)
        luck, number = self.luck().random(), 0
        while luck > below:
            number += 1
            term *= rate / number
            below += term
        if number:
            self.last_order = self.model.week
            self.income -= number * math.exp(0.6 * self.luck().gauss(0, 1))

    def luck(self) -> Random:
        return self.model.random


class TwinModel(mesa.Model):
    """A region of such households."""

    def __init__(self, rows: list[dict[str, Any]], villages: int) -> None:
        super().__init__(rng=1)
        self.week = 0
        places = [Village(0.3 + 0.01 * (v % 50), 1.0 - 0.001 * (v % 50)) for v in range(villages)]
        for number, row in enumerate(rows):
            Household(self, places[number % villages], row)

    def step(self) -> None:
        """One week of all households, in random order."""
        self.agents.shuffle_do("step")
        self.week += 1
