"""Fund strategies: one allocator, whoever holds the purse and however projects are chosen (docs/model.md 4.10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.user_code import in_one_line, looked_up
from ecsim.rural.events.codes import Category
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.notice import Limits
from ecsim.rural.programme.rule_book import RuleBook
from ecsim.rural.scenario import CATEGORIES, Funds


@dataclass(frozen=True)
class Purse:
    """Central money that one holder places: a county's own, or a prefecture's for all its counties."""

    prefecture: int
    counties: tuple[int, ...]
    central_fen: int
    shares_fen: tuple[int, ...]
    """What each of the counties would have by the split rule."""


@dataclass(frozen=True)
class BudgetView:
    """What a chooser sees: the purse, the candidates of its counties, and their gains as it expects them."""

    purse: Purse
    funds: Funds
    limits: Limits
    candidates: tuple[Candidate, ...]
    expected: dict[tuple[int, int, int], float]


@dataclass
class Allocation:
    """What was chosen, in order, and what the rule book turned down."""

    chosen: list[Candidate] = field(default_factory=list)
    refused: list[tuple[Candidate, int]] = field(default_factory=list)


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
        return DefaultShares() if funds.choice == "default_shares" else BenefitRanking()
    if not trust:
        raise EcsimError(
            f"the run names the strategy {funds.strategy!r}, a class whose code would run here: read it first, then "
            "add --trust (in Python trust=True)"
        )
    return _own(funds.strategy)


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
    """Projects by expected gain a yuan; a pooled purse first gives every county its floor."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the greedy choice: phase 1 county by county within its floor, phase 2 over all counties."""
        order = sorted(view.candidates, key=lambda c: (-view.expected[c.key] / c.central_fen, c.key))
        return _two_phases(view, lambda _: order)


class DefaultShares:
    """Heads get fixed shares of the money, projects of a head come in the order of the list, county by county."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return projects head by head until its share is used, then what is left to the supply chain."""
        shares = view.funds.shares
        unknown = set(shares) - set(CATEGORIES)
        if unknown:
            raise EcsimError(f"funds.shares names {', '.join(sorted(unknown))}; allowed are {', '.join(CATEGORIES)}")

        def order(budget_fen: int) -> list[Candidate]:
            chosen: list[Candidate] = []
            by_head: dict[Category, list[Candidate]] = defaultdict(list)
            for candidate in sorted(view.candidates, key=lambda c: (c.turn, int(c.kind), c.key)):
                by_head[candidate.category].append(candidate)
            for head in Category:
                room = shares.get(head.name.lower(), 0.0) * budget_fen
                for candidate in by_head[head]:
                    if candidate.central_fen <= room:
                        room -= candidate.central_fen
                        chosen.append(candidate)
            left_over = [c for c in by_head[Category.SUPPLY_CHAIN] if c not in chosen]
            return chosen + left_over

        return _two_phases(view, order)


def _two_phases(view: BudgetView, order: Callable[[int], Sequence[Candidate]]) -> Allocation:
    """Fill each county's floor, then place the rest; a county's own purse has no rest."""
    made = Allocation()
    purse, pooled = view.purse, len(view.purse.counties) > 1 or view.funds.purse == "prefecture"
    taken: set[tuple[int, int, int]] = set()
    book = RuleBook(view.limits, purse.counties, purse.shares_fen)
    left_fen = purse.central_fen
    for county, share in zip(purse.counties, purse.shares_fen, strict=True):
        floor = round(view.funds.floor_share * share) if pooled else share
        left_fen -= floor
        _fill([c for c in order(floor) if c.county == county], floor, book, made, taken)
    if pooled and view.funds.floor_share < 1.0:
        _fill([c for c in order(left_fen) if c.key not in taken], left_fen, book, made, taken)
    made.refused = list({c.key: (c, rule) for c, rule in made.refused if c.key not in taken}.values())
    return made


def _fill(
    candidates: Sequence[Candidate], money_fen: int, book: RuleBook, made: Allocation,
    taken: set[tuple[int, int, int]],
) -> None:  # fmt: skip
    """Take candidates in order while there is money and the rule book allows; units of a kind in their turn."""
    for candidate in candidates:
        if candidate.central_fen > money_fen or not _in_turn(candidate, taken):
            continue
        rule = book.violated_limit(candidate)
        if rule:
            made.refused.append((candidate, rule))
            continue
        book.enter(candidate)
        money_fen -= candidate.central_fen
        taken.add(candidate.key)
        made.chosen.append(candidate)


def _in_turn(candidate: Candidate, taken: set[tuple[int, int, int]]) -> bool:
    kind, place, turn = candidate.key
    return turn == 0 or (kind, place, turn - 1) in taken


def purses(funds: Funds, prefecture: NDArray[np.int32], need: NDArray[np.float64]) -> list[Purse]:
    """Return who holds how much: a prefecture gets the same sum a county, and splits it or not.

    Parameters
    ----------
    need : shape (counties,), the formula's weight of each county (population, register, villages)
    """
    each = round(100.0 * funds.central.value * funds.multiplier)
    holders = []
    for number in np.unique(prefecture):
        counties = np.flatnonzero(prefecture == number)
        total = each * len(counties)
        weight = need[counties] if funds.split == "formula" else np.ones(len(counties))
        parts = np.floor(total * weight / weight.sum()).astype(np.int64)
        parts[0] += total - parts.sum()
        if funds.purse == "prefecture":
            holders.append(Purse(int(number), tuple(map(int, counties)), total, tuple(map(int, parts))))
        else:
            holders += [
                Purse(int(number), (int(c),), int(part), (int(part),)) for c, part in zip(counties, parts, strict=True)
            ]
    return holders
