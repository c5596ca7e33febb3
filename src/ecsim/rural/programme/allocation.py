"""What a chooser of projects sees and gives: a purse with its candidates, and a plan that keeps the law (4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.rule_book import EVERYWHERE, MOST_FEN, Book, Breach, Facts, Key, Purse
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.scenario import Funds


@dataclass(frozen=True)
class BudgetView:
    """What a chooser sees: the purse, the candidates of its counties, and their gains as it expects them.

    Attributes
    ----------
    rules : what the government will hold the plan against
    expected : gains by a candidate's key, in targets of the table
    committed : what was approved out of this purse before
    sunk : what was paid for what was given up
    facts : what else the rule book knows of candidates
    held_fen : of the purse, kept back for now
    """

    purse: Purse
    funds: Funds
    rules: RuleBook
    candidates: tuple[Candidate, ...]
    expected: dict[tuple[int, int, int], float]
    committed: tuple[Candidate, ...] = ()
    sunk: tuple[Candidate, ...] = ()
    facts: Facts = field(default_factory=Facts)
    held_fen: int = 0

    def book(self) -> Book:
        """Return the book of the purse as it stands, with the rules that a chooser keeps of its own accord."""
        floor = self.funds.floor_share if self.funds.purse == "prefecture" else 0.0
        return Book(
            self.rules.binding, self.purse, self.facts, floor_share=floor, committed=self.committed,
            sunk=self.sunk, held_fen=self.held_fen,
        )  # fmt: skip

    def gain(self, units: Iterable[Candidate]) -> float:
        """Return what the chooser expects of some units together."""
        return sum(self.expected[unit.key] for unit in units)


@dataclass
class Allocation:
    """What was chosen, in order, and what the rule book turned down.

    Attributes
    ----------
    gain, bound : what it is worth in the chooser's eyes, and what no lawful plan can pass; where they were reckoned
    """

    chosen: list[Candidate] = field(default_factory=list)
    refused: list[Breach] = field(default_factory=list)
    gain: float = 0.0
    bound: float | None = None


def by_gain_a_yuan(view: BudgetView) -> list[Candidate]:
    """Return the candidates in the order of the gain expected of a fen of central money.

    What must bring supply chain along is ranked together with it: a county whose supply chain ranks just below where
    the money ends would otherwise go without what ranks high but waits for it.

    References
    ----------
    Sidney (1975), Operations Research 23(2): chains are ranked by their best beginnings. docs/decisions/0045.
    """
    ranks = {unit.key: _rank(view, [unit]) for unit in view.candidates}
    alone = sorted(view.candidates, key=lambda c: (-ranks[c.key], c.key))
    book = replace(view, held_fen=-MOST_FEN).book()
    chains: dict[int | Key, list[Candidate]] = {}
    for unit in examined(alone, book, in_turn=True).sequence:  # as they would enter if there were money for all
        of_county = book.supply_book(unit)
        chains.setdefault(of_county if of_county != EVERYWHERE else unit.key, []).append(unit)
    for chain in chains.values():
        for part in _best_beginnings(view, chain):
            ranks |= dict.fromkeys((unit.key for unit in part), _rank(view, part))
    return sorted(alone, key=lambda c: -ranks[c.key])


def _rank(view: BudgetView, units: Sequence[Candidate]) -> float:
    """Return what is expected of units together, a fen."""
    return view.gain(units) / sum(unit.central_fen for unit in units)


def _best_beginnings(view: BudgetView, chain: Sequence[Candidate]) -> list[list[Candidate]]:
    """Return a chain in parts, each of which ranks no higher than the one before it: what does is joined to that."""
    parts: list[list[Candidate]] = []
    for unit in chain:
        parts.append([unit])
        while len(parts) > 1 and _rank(view, parts[-1]) > _rank(view, parts[-2]):
            last = parts.pop()
            parts[-1] += last
    return parts


def placed(view: BudgetView, order: Sequence[Candidate]) -> Allocation:
    """Return what can be had of candidates in an order: while there is money, the rules allow, floors are kept.

    A unit of a kind comes after the one before it. What there is no money for, or is chosen already, is not refused,
    only not chosen.
    """
    book = view.book()
    made = examined(order, book, in_turn=True)
    return Allocation(made.entered, [breach for breach in made.breaches if not _not_chosen(breach, book)])


def _not_chosen(breach: Breach, book: Book) -> bool:
    """Return whether a chooser passes over a unit: for lack of money, or as it chose another that serves as well."""
    kind = book.rules.rules[breach.rule].kind
    return kind == "within_purse" or (kind == "not_twice" and not book.facts.again(breach.unit))
