"""Wealth exchange, a classic of Mesa: everybody who has a coin gives one to somebody met by chance.

The agents are Mesa agents, stepped by an `AgentSet`; they decide, and keep nothing. The truth is the journal: what an
agent owns is a column that events make. So a run of Mesa agents can be replayed to any day, verified, forked, and
asked what it would have been without one gift. Wealth tends to a geometric distribution (a zero-range process).
"""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np

from ecsim.kernel import toolkit as ec


class AgentIds(ec.Ids, table="purses"):
    """Those who give and take."""


class CoinsGiven(ec.Event):
    """An agent, or at the opening nobody (-1), gives coins to another."""

    kind = "coins_given"
    title = ec.Text("coins given", "赠出硬币")
    no_cause_reason = ec.Text("the opening", "期初")
    subject = ("giver",)
    giver: AgentIds
    taker: AgentIds
    coins: ec.Counts


class Purses(ec.Table):
    """What each agent owns."""

    coins: ec.I32
    seq: ec.I64  # of the last coin that came in


class Society(ec.State):
    """The tables of the model."""

    purses: Purses


@ec.applies(CoinsGiven)
def give(society: Society, event: CoinsGiven, stamp: ec.Stamp) -> None:
    """Coins change hands."""
    gives = event.giver >= 0
    np.add.at(society.purses.coins, event.giver[gives], -event.coins[gives])
    np.add.at(society.purses.coins, event.taker, event.coins)
    society.purses.seq[event.taker] = stamp.seqs(event)


@dataclass(frozen=True)
class Terms:
    """The numbers of the model; values, units and ranges in ``wealth.toml``."""

    agents: int
    coins: int


class Person(mesa.Agent):
    """One who gives a coin away, if there is one; it holds its number and no more."""

    def __init__(self, model: Gathering, number: int) -> None:
        super().__init__(model)
        self.world, self.number = model.world, number

    def step(self) -> None:
        """Give a coin to somebody met by chance."""
        purses = self.world.state.purses
        if purses.coins[self.number] > 0:
            luck = self.world.draws.uniform("meets", self.world.day, [self.number])
            gift = CoinsGiven(giver=[self.number], taker=(luck * len(purses)).astype(np.int64), coins=1)
            self.world.publish(gift, cause=int(purses.seq[self.number]))


class Gathering(mesa.Model):
    """All agents, in an order of their own each day."""

    def __init__(self, world: ec.World[Society], _: ec.Scenario, parameters: ec.Parameters) -> None:
        super().__init__(rng=0)  # Mesa's own luck is never used: it could not be replayed
        self.world = world
        for number in range(parameters.terms(Terms, "wealth").agents):
            Person(self, number)

    def meet(self) -> None:
        """Let everybody act once."""
        order = self.world.draws.uniform("order", self.world.day, np.arange(len(self.agents)))
        self.agents.sort(lambda person: order[person.number], ascending=True).do("step")


def open_society(_: ec.Scenario, parameters: ec.Parameters) -> ec.Opening:
    """Return the first day: everybody owns the same."""
    terms = parameters.terms(Terms, "wealth")
    first = CoinsGiven(giver=-1, taker=np.arange(terms.agents), coins=terms.coins)
    return ec.Opening((first,), {"purses": terms.agents})


def gini(society: Society) -> float:
    """Return the Gini coefficient of wealth: 0 where all own the same, 1 where one owns all."""
    coins = np.sort(society.purses.coins)
    n = len(coins)
    return float((2 * np.arange(1, n + 1) - n - 1) @ coins / (n * coins.sum()))


GIFTS = (ec.Source(CoinsGiven, where=lambda gift: gift.giver >= 0),)
MODEL = ec.Model(
    name="wealth", state=Society, events=(CoinsGiven,), changes=(give,), days=1, code=(__name__,), open=open_society,
    numbers=ec.parameters_beside(__file__), context=Gathering, steps=(ec.Step("meet", Gathering.meet),), figures=(
        ec.Figure("gifts", ec.Text("Coins given", "赠出硬币数"), "coins", GIFTS),
        ec.Figure("gini", ec.Text("Gini coefficient of wealth", "财富基尼系数"), "0 to 1", GIFTS, level=gini),
    ), laws=(ec.StateLaw("coins", "nobody owes", lambda now: ["somebody owes"] * bool((now.purses.coins < 0).any())),),
)  # fmt: skip
