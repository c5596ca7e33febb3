"""Shares of the rule book while a plan is carried out: what is bound, what was paid, what room is left (4.10).

`ecsim.rural.programme.rule_book` holds units on their way into a plan. Here contracts, payments and withdrawals of
projects that are in it are held, in the same whole fen: a share at most is of what a book's holder was allotted, a
share at least of what is bound with it. A project *binds* its budget until it is awarded, the price of its contract
from then on, what was paid for it once it came to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Category, Funder, ProjectStatus
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.purse_facts import ENDED, bound_fen
from ecsim.rural.programme.rule_book import EVERYWHERE, MOST_FEN, Purse
from ecsim.rural.programme.rules import SHARES, Rule, RuleBook
from ecsim.rural.world import ONE, State, World

I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
AWARDED = (ProjectStatus.CONTRACTED, ProjectStatus.FINISHED, *ENDED)
"""Statuses of projects that a contract was awarded for, or that no contract can be awarded for any more."""


@dataclass(frozen=True)
class Overrun:
    """A share that a project would break: by how many fen, and whether that is refused or only marked."""

    project: int
    rule: str
    over_fen: int
    refused: bool


class ShareBooks:
    """The books in which the shares of a rule book are kept, of all purses, as projects go on.

    What a share at most counts, and what a share at least does not, is *limited* by it.

    Parameters
    ----------
    bound_fen : what each project binds of central money, shape (projects,)
    spent_fen : what of each counts against a share: what is bound by contracts, say, or what was paid
    """

    def __init__(self, world: World, office: FundAdministration, bound_fen: I64, spent_fen: I64) -> None:
        state, rules = world.state, office.policy.rule_book
        self._state, self._bound, names = state, bound_fen, ProjectKinds.of(world.options).names
        self._lines = [
            line for name, rule in rules.rules.items() if rule.kind in SHARES
            for purse in office.purses(state) for line in _lines(rules, name, rule, purse)
        ]  # fmt: skip
        counted = {name: _counted(rule, state, names, len(bound_fen)) for name, rule in rules.rules.items()}
        for line in self._lines:
            line.count(state, counted[line.name], bound_fen, spent_fen)

    @classmethod
    def at_award(cls, world: World, office: FundAdministration, asked_fen: Mapping[int, int]) -> ShareBooks:
        """Return books in which contracts count against a share.

        Parameters
        ----------
        asked_fen : prices that bidders ask for projects which are not awarded yet; they bind no more than that
        """
        bound = bound_fen(world.state)
        status = world.state.projects.status[: len(bound)]
        spent = np.where(np.isin(status, AWARDED), bound, 0)
        for project, fen in asked_fen.items():
            bound[project] = fen
        return cls(world, office, bound, spent)

    @classmethod
    def at_payment(cls, world: World, office: FundAdministration) -> ShareBooks:
        """Return books in which payments count against a share."""
        bound = bound_fen(world.state)
        paid = world.state.projects.paid_by_fen[: len(bound), Funder.CENTRAL].astype(np.int64)
        return cls(world, office, bound, paid)

    @classmethod
    def as_planned(cls, world: World, office: FundAdministration) -> ShareBooks:
        """Return books in which all that is bound counts against a share."""
        bound = bound_fen(world.state)
        return cls(world, office, bound, bound)

    def overruns(self, project: int, fen: int) -> list[Overrun]:
        """Return the shares that so much more for a project would break, the worst book of each."""
        worst: dict[str, Overrun] = {}
        for line in self._limiting(project):
            part = line.part(self._state, project, fen)
            over = part - line.room_fen if part > 0 else 0
            if over > 0 and (line.name not in worst or over > worst[line.name].over_fen):
                worst[line.name] = Overrun(project, line.name, over, line.refuses)
        return list(worst.values())

    def most_fen(self, project: int, fen: int) -> int:
        """Return how much of a sum for a project the rules that refuse leave room for."""
        low, high = 0, fen
        if not self._refused(project, fen):
            return fen
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._refused(project, middle) else (middle, high)
        return low

    def enter(self, project: int, fen: int) -> None:
        """Count so much more for a project."""
        for line in self._limiting(project):
            line.spent_fen += line.part(self._state, project, fen)

    def takes_out(self, project: int, *, freeing: bool) -> bool:
        """Take a project out of the plan, unless that breaks a share which refuses; return whether it was.

        Parameters
        ----------
        freeing : whether a project that a share limits makes room in it as it leaves
        """
        fen, leaving = int(self._bound[project]), list[tuple[_ShareLine, int]]()
        for line in self._touched(project):
            part = line.part(self._state, project, fen)
            if line.limited[project]:
                line.spent_fen -= part if freeing else 0
            elif line.kind == "share_at_least":
                leaving.append((line, part))
        if any(line.refuses and part and line.room_without(part) < min(line.room_fen, 0) for line, part in leaving):
            return False
        for line, part in leaving:
            line.leave(part)
        return True

    def _refused(self, project: int, fen: int) -> bool:
        return any(
            line.refuses and line.part(self._state, project, fen) > max(line.room_fen, 0)
            for line in self._limiting(project)
        )

    def _limiting(self, project: int) -> Iterable[_ShareLine]:
        return (line for line in self._touched(project) if line.limited[project])

    def _touched(self, project: int) -> Iterable[_ShareLine]:
        return (line for line in self._lines if line.touched[project])


def _lines(rules: RuleBook, name: str, rule: Rule, purse: Purse) -> Iterable[_ShareLine]:
    """Yield the books of a rule in a purse: one a county, or one."""
    refuses = rules.refuses(rule)
    if rules.level_of(rule) == "purse":
        yield _ShareLine(name, rule, refuses, purse, EVERYWHERE)
        return
    for county in purse.counties:
        yield _ShareLine(name, rule, refuses, purse, county)


def _counted(rule: Rule, state: State, names: Sequence[str], many: int) -> Bool:
    """Return which of so many projects a rule counts: by their heads in the ledger, or by their kinds."""
    heads = [category for category in Category if category.name.lower() in rule.heads]
    kinds = [code for code, name in enumerate(names) if name in rule.kinds]
    return np.isin(state.projects.category[:many], heads) | np.isin(state.projects.kind[:many], kinds)


class _ShareLine:
    """One book of one rule.

    Attributes
    ----------
    county : whose book it is, or `EVERYWHERE`: that of its purse
    touched, limited : which projects count in it, and which of them the share limits, shape (projects,)
    spent_fen : what counts against the share so far
    """

    def __init__(self, name: str, rule: Rule, refuses: bool, purse: Purse, county: int) -> None:
        self.name, self.kind, self.refuses, self.purse, self.county = name, rule.kind, refuses, purse, county
        self._limit = round(ONE * rule.limit.value) if rule.limit is not None else 0
        self._row = 0 if county == EVERYWHERE else purse.counties.index(county)
        self._base = purse.central_fen if county == EVERYWHERE else purse.shares_fen[self._row]
        self.spent_fen = self._bound_fen = 0

    def count(self, state: State, counted: Bool, bound: I64, spent: I64) -> None:
        """Count all projects that are in a plan or were.

        Parameters
        ----------
        counted : which projects the rule counts
        """
        p, many = state.projects, len(bound)
        planned, county = p.status[:many] > ProjectStatus.ABSENT, p.county[:many]
        shared = (county < 0) & (p.prefecture[:many] == self.purse.prefecture) & self.purse.shared
        own = np.isin(county, self.purse.counties) if self.county == EVERYWHERE else county == self.county
        self.touched: Bool = planned & (own | shared)
        self.limited: Bool = counted if self.kind == "share_at_most" else ~counted
        rows = np.flatnonzero(self.touched & self.limited)
        self.spent_fen = int(self._parts(state, rows, spent[rows]).sum())
        rows = np.flatnonzero(self.touched & counted)
        self._bound_fen = int(self._parts(state, rows, bound[rows]).sum())

    @property
    def room_fen(self) -> int:
        """What the share still leaves room for; below zero where it is broken."""
        if self.kind == "share_at_most":
            return self._limit * self._base // ONE - self.spent_fen
        return self._beside(self._bound_fen) - self.spent_fen

    def room_without(self, fen: int) -> int:
        """Return the room of a share at least if so much of what it counts were no longer bound."""
        return self._beside(self._bound_fen - fen) - self.spent_fen

    def leave(self, fen: int) -> None:
        """Let so much of what it counts be bound no more."""
        self._bound_fen -= fen

    def _beside(self, bound: int) -> int:
        """Return what of other kinds there may be beside so much of what a share at least counts."""
        return ONE * bound // self._limit - bound if self._limit else MOST_FEN

    def part(self, state: State, project: int, fen: int) -> int:
        """Return what a sum for a project counts for in the book."""
        return int(self._parts(state, np.array([project]), np.array([fen], np.int64))[0])

    def _parts(self, state: State, projects: I64, fen: I64) -> I64:
        """Return what sums for projects count for: shared ones in proportion to allotments, what is left in the first.

        Returns
        -------
        shape (projects,)
        """
        if self.county == EVERYWHERE:
            return fen
        shares = self.purse.shares_fen
        every = max(sum(shares), 1)
        part = _divided(fen, shares[self._row], every)
        if self._row == 0:
            part = fen - sum((_divided(fen, share, every) for share in shares[1:]), np.zeros_like(fen))
        return np.where(state.projects.county[projects] < 0, part, fen)


def _divided(fen: I64, share: int, every: int) -> I64:
    """Return fen·share/every, rounded down; in whole numbers of any size."""
    return np.array([each * share // every for each in fen.tolist()], np.int64)
