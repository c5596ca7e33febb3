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
        self.aware = self.skilled = row["seller"]
        self.income, self.orders_a_week, self.rank = row["income"], row["orders"], row["rank"]
        self.way_km, self.ability, self.poor = row["way_km"], row["ability"], row["poor"]
        self.plots = row["plots"]
        village.households += 1
        village.buyers += self.buyer
        village.sellers += self.seller
        self.last_order = 0
        self.saved = self.trips = 0.0
        self.at_station = False

    def step(self) -> None:
        """One week."""
        self.adopt()
        self.hear()
        self.teach_oneself()
        self.consider_shop()
        self.harvest_and_sell()
        self.order()

    def hours(self) -> float:
        return self.way_km / 4.0 + self.village.hours

    def fetching_yuan(self) -> float:
        km = self.way_km + 18.0 * self.village.hours
        return 0.3 * 2.0 * (self.hours() * 8.0 + km * 0.3) / 2.0

    def adopt(self) -> None:
        if not self.buyer and self.rank < self.model.internet():
            seen = 0.7 * self.village.buyers / self.village.households + 0.3 * self.model.buyers_share
            reach = 0.4 + 0.6 * math.exp(-self.hours() / 0.7)
            rate = (0.03 + 0.38 * seen) * self.ability * reach
            if self.luck().random() < -math.expm1(-rate / 52):
                self.buyer = True
                self.village.buyers += 1

    def hear(self) -> None:
        if not self.aware:
            rate = 0.6 * self.village.sellers / self.village.households + 0.04
            self.aware = self.luck().random() < -math.expm1(-rate / 52)

    def teach_oneself(self) -> None:
        if self.aware and not self.skilled:
            self.skilled = self.luck().random() < -math.expm1(-0.01 * self.ability / 52)

    def consider_shop(self) -> None:
        if self.skilled and (self.model.week + self.unique_id) % 8 == 0:
            effort = 0.5 * (1.3 if self.poor else 1.0) * 12.5 + 2.0
            gain = self.model.shop_gain * self.ability
            if self.seller and gain < 0.6 * effort:
                self.seller = False
                self.village.sellers -= 1
            elif not self.seller and gain > effort:
                self.seller = True
                self.village.sellers += 1

    def harvest_and_sell(self) -> None:
        for plot in self.plots:
            plot["stock"] += plot["output"] / 52
            plot["stock"] *= 0.999
            if self.seller:
                lot = min(plot["stock"], self.model.orders_a_seller)
                plot["stock"] -= lot
                self.income += lot * 60.0 / 1000
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
        growth = 1.15 ** (7 * self.model.week / 365.25)
        rate = self.orders_a_week * growth * math.exp(-self.fetching_yuan() / 58.0)
        term = below = math.exp(-rate)
        luck, number = self.luck().random(), 0
        while luck > below:
            number += 1
            term *= rate / number
            below += term
        if number:
            self.last_order = self.model.week
            spent = number * 58.0 * math.exp(0.6 * self.luck().gauss(0, 1) - 0.18)
            self.saved += 0.09 * spent
            self.trips += number * self.fetching_yuan()
            self.at_station = self.luck().random() < 0.42
        elif self.model.week - self.last_order > 39:
            self.buyer = False
            self.village.buyers -= 1

    def luck(self) -> Random:
        return self.model.random


class TwinModel(mesa.Model):
    """A region of such households."""

    def __init__(self, rows: list[dict[str, Any]], villages: int) -> None:
        super().__init__(rng=1)
        self.week = 0
        self.shop_gain, self.orders_a_seller, self.buyers_share = 9.0, 2000.0, 0.23
        places = [Village(0.3 + 0.01 * (v % 50), 1.0 - 0.001 * (v % 50)) for v in range(villages)]
        for number, row in enumerate(rows):
            Household(self, places[number % villages], row)

    def internet(self) -> float:
        """Return the share of households with internet now."""
        return 0.36 + 0.03 * self.week / 52

    def step(self) -> None:
        """One week of all households, in random order."""
        self.agents.shuffle_do("step")
        self.week += 1
