"""A small zoo of planted faults: a market of growers, right but for the one fault that a number of it plants.

Growers bring lots that ripen by chance and sell them at the week's price. A row stands for several growers, for more
of them in a smaller sample. Each fault is one line, marked FAULT.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any

import numpy as np

from ecsim.kernel import toolkit as ec
from ecsim.kernel.parameters import Parameter

GROWERS, DEAREST_KG, LEAST_KG = 400, 20, 4


class Fault(IntEnum):
    """What is wrong."""

    none = 0
    order_of_growers = 1
    seeds = 2
    sample = 3
    weekday = 4
    price_before_ripen = 5


class GrowerIds(ec.Ids, table="growers"):
    """Growers."""


class GrowersBaselined(ec.Event):
    """Growers as they are on the first day, the largest first, as files are wont to be sorted."""

    kind = "zoo_growers_baselined"
    no_cause_reason = ec.Text("the opening", "期初")
    grower: GrowerIds
    weight: ec.Counts
    grams: ec.Grams


class LotRipened(ec.Event):
    """A grower's lot is ripe."""

    kind = "zoo_lot_ripened"
    no_cause_reason = ec.Text("the season", "时令")
    grower: GrowerIds


class PriceSet(ec.Event):
    """The market has a price for the week."""

    kind = "zoo_price_set"
    no_cause_reason = ec.Text("the market", "市场")
    fen: ec.Fen


class LotSold(ec.Event):
    """A lot is sold."""

    kind = "zoo_lot_sold"
    no_cause_reason = ec.Text("the market", "市场")
    grower: GrowerIds
    received_fen: ec.Fen


class Growers(ec.Table):
    """What is known of each grower."""

    weight: ec.I64
    grams: ec.I64
    ripe: ec.Bool


class Markets(ec.Table):
    """The one market."""

    fen: ec.I64


class Place(ec.State):
    """The tables of the model."""

    growers: Growers
    markets: Markets


@ec.applies(GrowersBaselined)
def begin(place: Place, event: GrowersBaselined, _: ec.Stamp) -> None:
    """Growers are there."""
    place.growers.weight[event.grower] = event.weight
    place.growers.grams[event.grower] = event.grams


@ec.applies(LotRipened)
def ripen(place: Place, event: LotRipened, _: ec.Stamp) -> None:
    """A lot lies ready."""
    place.growers.ripe[event.grower] = True


@ec.applies(PriceSet)
def price(place: Place, event: PriceSet, _: ec.Stamp) -> None:
    """The price holds."""
    place.markets.fen[0] = event.fen[-1]


@ec.applies(LotSold)
def sell(place: Place, event: LotSold, _: ec.Stamp) -> None:
    """The lot is gone."""
    place.growers.ripe[event.grower] = False


class Scenario(ec.Scenario):
    """A scenario of which a share of the growers is followed."""

    sample: float = 0.25


@dataclass
class Market:
    """What the steps act with."""

    world: ec.World[Place]
    scenario: Scenario
    fault: Fault
    level_fen: float

    def bring(self) -> None:
        """Lots ripen by chance."""
        rows = np.arange(len(self.world.state.growers))
        ripe = self.world.draws.uniform("ripens", self.world.day, rows) < 0.5
        self.world.publish(LotRipened(grower=np.flatnonzero(ripe & ~self.world.state.growers.ripe)))

    def set_price(self) -> None:
        """The price of the week has luck of its own, and knows nothing of what has ripened."""
        level = self.level_fen * (1.0 + 0.1 * float(self.world.draws.normal("price", self.world.day, [0])[0]))
        if self.fault is Fault.price_before_ripen:
            level *= 1.0 + self.world.state.growers.ripe.mean()  # FAULT: depends on whether lots have come in yet
        if self.fault is Fault.seeds:
            level *= 1.0 + 2.0 * (self.world.draws.seed % 2)  # FAULT: looks at the seed
        self.world.publish(PriceSet(fen=[round(level)]))

    def trade(self) -> None:
        """Whoever has a ripe lot sells it."""
        growers = self.world.state.growers
        sells = growers.ripe.copy()
        if self.fault is Fault.order_of_growers:
            sells[len(sells) // 2 :] = False  # FAULT: who stands first in the file is served
        if self.fault is Fault.sample:
            sells &= growers.weight * growers.grams >= 50_000  # FAULT: a weighted lot against a whole lorry
        date = self.scenario.start + timedelta(days=self.world.day)
        if self.fault is Fault.weekday and date.weekday() > 0:
            sells[:] = False  # FAULT: a week that does not begin on a Monday has no market day
        who = np.flatnonzero(sells)
        value = growers.weight[who] * growers.grams[who] * self.world.state.markets.fen[0] // 1000
        self.world.publish(LotSold(grower=who, received_fen=value))


def open_place(scenario: Scenario, _: ec.Parameters) -> ec.Opening:
    """Return the first day: every row stands for as many growers, of sizes that fall evenly."""
    rows = round(GROWERS * scenario.sample)
    share = (np.arange(rows) + 0.5) / rows
    grams = np.rint(1000.0 * (DEAREST_KG - (DEAREST_KG - LEAST_KG) * share)).astype(np.int64)
    weight = round(1.0 / scenario.sample)
    return ec.Opening(
        (GrowersBaselined(grower=np.arange(rows), weight=weight, grams=grams),), {"growers": rows, "markets": 1}
    )


def numbers() -> ec.Parameters:
    """Return the numbers of the model: the fault that is planted, and the level of the price."""
    made = {"unit": "1", "source": "made up", "basis": "assumed"}
    fault = Parameter(name="zoo.fault", value=0, low=0, high=len(Fault) - 1, **made)
    level = Parameter(name="zoo.level_fen", value=500.0, low=0.0, high=10_000.0, **made)
    return ec.Parameters({parameter.name: parameter for parameter in (fault, level)})


def market_of(world: ec.World[Place], scenario: Any, parameters: ec.Parameters) -> Market:
    """Return what the steps act with."""
    return Market(world, scenario, Fault(int(parameters["zoo.fault"])), float(parameters["zoo.level_fen"]))


MODEL = ec.Model(
    name="zoo", state=Place, events=(GrowersBaselined, LotRipened, PriceSet, LotSold),
    changes=(begin, ripen, price, sell), numbers=numbers, open=open_place, context=market_of, scenario=Scenario,
    steps=(ec.Step("ripen", Market.bring), ec.Step("price", Market.set_price), ec.Step("trade", Market.trade)),
    code=(__name__,), figures=(
        ec.Figure("income", ec.Text("Income", "收入"), "yuan", (
            ec.Source(LotSold, lambda event: event.received_fen / 100.0),), better="max"),
    ), invariances=(
        ec.reordered("growers", "order_of_growers", ec.Text("another order of the growers", "农户改按其他顺序编号")),
        ec.resized("sample", 2.0, "sample_doubled", ec.Text("a sample twice as large", "样本加倍"), most=1.0),
        ec.resized("sample", 0.5, "sample_halved", ec.Text("a sample half as large", "样本减半")),
        ec.start_moved((1, 2, 3, 4, 5, 6), "weekday", ec.Text("another weekday of the start", "起始日为其他星期几")),
        ec.interchanged("ripen", "price", ec.Text("the price before the lots", "先定价、后上市")),
    ),
)  # fmt: skip
