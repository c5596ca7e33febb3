"""Fund strategies: one allocator, whoever holds the purse and however projects are chosen (docs/model.md 4.10)."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.user_code import in_one_line, looked_up
from ecsim.rural.programme.allocation import Allocation, BudgetView, by_gain_a_yuan, placed
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.rule_book import Breach, Purse
from ecsim.rural.scenario import CATEGORIES, Funds

__all__ = [
    "Adaptive", "Allocation", "BenefitRanking", "Breach", "BudgetView", "Candidate", "DefaultShares", "FundStrategy",
    "Purse", "allocation_of", "by_gain_a_yuan", "purses", "revises", "strategy_of",
]  # fmt: skip
"""What strategies are made of and with: a user's own imports it from here."""


class FundStrategy(Protocol):
    """Chooses the projects of a purse; a user's own is named ``module:Class`` in the policy."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the projects the purse pays for."""


def strategy_of(funds: Funds, *, trust: bool) -> FundStrategy:
    """Return the strategy of a policy.

    Parameters
    ----------
    trust : whether a user's own class may be imported, which runs its module; what a received run names may not, unless
        who received it says so

    Raises
    ------
    EcsimError
        If a user's own class may not be imported, is not there, cannot be made or has no method ``allocate(view)``.
    """
    if ":" not in funds.strategy:
        return _shipped(funds.choice)
    if not trust:
        raise EcsimError(
            f"the run names the strategy {funds.strategy!r}, a class whose code would run here: read it first, then "
            "add --trust (in Python trust=True)"
        )
    return _own(funds.strategy)


def _shipped(choice: str) -> FundStrategy:
    if choice == "optimised":
        from ecsim.rural.programme.optimised import Optimised  # its solver takes a while to load

        return Optimised()
    others: dict[str, type[FundStrategy]] = {
        "ranked": BenefitRanking, "adaptive": Adaptive, "default_shares": DefaultShares,
    }  # fmt: skip
    return others[choice]()


def _own(name: str) -> FundStrategy:
    """Return a user's own strategy, made, once it is asked for its method."""
    strategy_class = looked_up("funds.strategy", name, "module:Class", "classes")
    where = f"funds.strategy {name!r}"
    if not isinstance(strategy_class, type):
        raise EcsimError(f"{where}: is no class; name a class with a method allocate(view)")
    try:
        made = strategy_class()
    except (Exception, SystemExit) as error:
        raise EcsimError(f"{where}: making one without arguments ends in {in_one_line(error)}; mend it") from error
    try:
        signature(made.allocate).bind(None)
    except (AttributeError, TypeError, ValueError) as error:
        raise EcsimError(f"{where}: has no method allocate(view) ({error}); give it one") from error
    strategy: FundStrategy = made
    return strategy


def allocation_of(strategy: FundStrategy, view: BudgetView) -> Allocation:
    """Return what a strategy chooses, once it is seen to be an allocation: the strategy may be a user's own.

    Raises
    ------
    EcsimError
        If it gave anything else.
    """
    allocation = strategy.allocate(view)
    if not isinstance(allocation, Allocation):
        kind = type(allocation).__name__
        raise EcsimError(
            f"funds.strategy {view.funds.strategy!r}: allocate gave a {kind}; it must return an Allocation"
        )
    return allocation


class BenefitRanking:
    """Projects by expected gain a yuan."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the greedy choice."""
        return placed(view, by_gain_a_yuan(view))


class Adaptive:
    """Projects by expected gain a yuan, in parts: at each supervision what is uncommitted is placed anew.

    Of what is uncommitted it keeps the share ``held_back``. Meanwhile works end, prices are known, and of kinds that
    were built gains are seen more clearly.
    """

    revises = True

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the greedy choice out of what is not kept back."""
        left = view.book().left_fen
        return placed(replace(view, held_fen=round(view.funds.held_back * left)), by_gain_a_yuan(view))


def revises(strategy: FundStrategy) -> bool:
    """Return whether a strategy is asked again at every quarterly supervision: a user's own says so too."""
    return bool(getattr(strategy, "revises", False))


class DefaultShares:
    """Heads get fixed shares of the money, projects of a head come in the order of the list, county by county.

    What serves all counties of a prefecture comes before what each would have of its own.
    """

    def allocate(self, view: BudgetView) -> Allocation:
        """Return projects head by head until its share is used, then what is left to the supply chain.

        What a head has already is of its share.
        """
        by_head: dict[str, list[Candidate]] = {head: [] for head in CATEGORIES}
        for candidate in sorted(view.candidates, key=lambda c: (c.turn, int(c.kind), c.county >= 0, c.key)):
            by_head[candidate.category.name.lower()].append(candidate)
        order: list[Candidate] = []
        for head in CATEGORIES:
            room = view.funds.shares.get(head, 0.0) * view.purse.central_fen
            room -= sum(unit.central_fen for unit in view.committed if unit.category.name.lower() == head)
            for candidate in by_head[head]:
                if candidate.central_fen <= room:
                    room -= candidate.central_fen
                    order.append(candidate)
        first = {candidate.key for candidate in order}
        return placed(view, order + [c for c in by_head["supply_chain"] if c.key not in first])


def allotted_fen(
    funds: Funds, prefecture: NDArray[np.integer[Any]], need: NDArray[np.float64]
) -> NDArray[np.int64]:  # fmt: skip
    """Return the central money of every county: a prefecture gets the same sum a county, and splits it.

    Parameters
    ----------
    prefecture : shape (counties,)
    need : shape (counties,), the formula's weight of each county (population, register, villages)

    Returns
    -------
    shape (counties,), fen
    """
    each = round(100.0 * funds.central.value * funds.multiplier)
    allotted = np.zeros(len(prefecture), np.int64)
    for number in np.unique(prefecture):
        counties = np.flatnonzero(prefecture == number)
        total = each * len(counties)
        weight = need[counties] if funds.split == "formula" else np.ones(len(counties))
        parts = np.floor(total * weight / weight.sum()).astype(np.int64)
        parts[0] += total - parts.sum()
        allotted[counties] = parts
    return allotted


def purses(funds: Funds, prefecture: NDArray[np.int32], allotted: NDArray[np.int64]) -> list[Purse]:
    """Return who holds how much: a prefecture what its counties are allotted, together or each its own.

    Parameters
    ----------
    prefecture : shape (counties,)
    allotted : shape (counties,), fen, as `allotted_fen` gives it
    """
    holders = []
    for number in np.unique(prefecture):
        counties = np.flatnonzero(prefecture == number)
        parts = allotted[counties]
        if funds.purse == "prefecture":
            holders.append(Purse(int(number), tuple(map(int, counties)), int(parts.sum()), tuple(map(int, parts))))
        else:
            holders += [
                Purse(int(number), (int(c),), int(part), (int(part),), shared=False)
                for c, part in zip(counties, parts, strict=True)
            ]
    return holders
