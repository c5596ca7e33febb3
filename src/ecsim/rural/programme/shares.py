"""Shares of the rule book while a plan is carried out: what is bound, what was paid, what room is left (4.10).

`ecsim.rural.programme.rule_book` holds units on their way into a plan. Here contracts, payments and withdrawals of
projects that are in it are held, in the same whole fen: a share at most is of what a book's holder was allotted, a
share at least of what is bound with it. A project *binds* its budget until it is awarded, the price of its contract
from then on, what was paid for it once it came to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

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
        state, rules, names = world.state, office.policy.rule_book, ProjectKinds.of(world.options).names
        self._sums, purses = _Sums.of(state, bound_fen, spent_fen), office.purses(state)
        self._lines = [
            line for name, rule in rules.rules.items() if rule.kind in SHARES
            for line in _lines(rules, name, purses, self._sums, _counted(rule, state, names, len(bound_fen)))
        ]  # fmt: skip
        self._lines_of: dict[tuple[int, int], list[_ShareLine]] = {}

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
            part = line.part(project, fen)
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
            line.spent_fen += line.part(project, fen)

    def takes_out(self, project: int, *, freeing: bool) -> bool:
        """Take a project out of the plan, unless that breaks a share which refuses; return whether it was.

        Parameters
        ----------
        freeing : whether a project that a share limits makes room in it as it leaves
        """
        fen, leaving = int(self._sums.bound_fen[project]), list[tuple[_ShareLine, int]]()
        for line in self._touched(project):
            part = line.part(project, fen)
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
        return any(line.refuses and line.part(project, fen) > max(line.room_fen, 0) for line in self._limiting(project))

    def _limiting(self, project: int) -> Iterable[_ShareLine]:
        return (line for line in self._touched(project) if line.limited[project])

    def _touched(self, project: int) -> list[_ShareLine]:
        """Return the books of where a project is, if it is in a plan or was."""
        if not self._sums.planned[project]:
            return []
        place = int(self._sums.county[project]), int(self._sums.prefecture[project])
        if place not in self._lines_of:
            self._lines_of[place] = [line for line in self._lines if line.covers(*place)]
        return self._lines_of[place]


@dataclass(frozen=True)
class _Sums:
    """Projects when books are opened: where they are, what they bind, and what of it counts against a share.

    Attributes
    ----------
    planned : which are in a plan or were
    """

    planned: Bool
    county: NDArray[np.int32]
    prefecture: NDArray[np.int32]
    bound_fen: I64
    spent_fen: I64

    @classmethod
    def of(cls, state: State, bound_fen: I64, spent_fen: I64) -> _Sums:
        """Return the first projects of a state, as many as there are sums."""
        p, many = state.projects, len(bound_fen)
        planned = p.status[:many] > ProjectStatus.ABSENT
        return cls(planned, p.county[:many], p.prefecture[:many], bound_fen, spent_fen)


def _lines(
    rules: RuleBook, name: str, purses: Iterable[Purse], sums: _Sums, counted: Bool
) -> Iterable[_ShareLine]:  # fmt: skip
    """Yield the books of a rule in some purses: one a county, or one a purse.

    Parameters
    ----------
    counted : which projects the rule counts
    """
    rule = rules.rules[name]
    limited = counted if rule.kind == "share_at_most" else ~counted
    by_county = rules.level_of(rule) == "county"
    for purse in purses:
        for county in purse.counties if by_county else (EVERYWHERE,):
            yield _ShareLine(name, rules, purse, county, sums, counted, limited)


def _counted(rule: Rule, state: State, names: Sequence[str], many: int) -> Bool:
    """Return which of so many projects a rule counts: by their heads in the ledger, or by their kinds."""
    heads = [category for category in Category if category.name.lower() in rule.heads]
    kinds = [code for code, name in enumerate(names) if name in rule.kinds]
    return np.isin(state.projects.category[:many], heads) | np.isin(state.projects.kind[:many], kinds)


class _ShareLine:
    """One book of one rule; what counts in it is added up when it is first asked for.

    Parameters
    ----------
    counted : which projects the rule counts

    Attributes
    ----------
    county : whose book it is, or `EVERYWHERE`: that of its purse
    limited : which projects the share limits, shape (projects,)
    """

    def __init__(
        self, name: str, rules: RuleBook, purse: Purse, county: int, sums: _Sums, counted: Bool, limited: Bool
    ) -> None:  # fmt: skip
        rule = rules.rules[name]
        self.name, self.kind, self.refuses = name, rule.kind, rules.refuses(rule)
        self.purse, self.county = purse, county
        self.limited, self._sums, self._counted = limited, sums, counted
        self._limit = round(ONE * rule.limit.value) if rule.limit is not None else 0
        self._row = 0 if county == EVERYWHERE else purse.counties.index(county)
        self._base = purse.central_fen if county == EVERYWHERE else purse.shares_fen[self._row]

    def covers(self, county: int, prefecture: int) -> bool:
        """Return whether it is the book of a county, or of what a prefecture shares if the county is none."""
        if county < 0:
            return self.purse.shared and prefecture == self.purse.prefecture
        return county in self.purse.counties if self.county == EVERYWHERE else county == self.county

    @cached_property
    def spent_fen(self) -> int:
        """What counts against the share so far."""
        return self._sum(self.limited, self._sums.spent_fen)

    @cached_property
    def _bound_fen(self) -> int:
        """What is bound of what the rule counts."""
        return self._sum(self._counted, self._sums.bound_fen)

    def _sum(self, which: Bool, fen: I64) -> int:
        """Return what some projects count for in the book, of those that it covers."""
        sums, purse = self._sums, self.purse
        shared = (sums.county < 0) & (sums.prefecture == purse.prefecture) & purse.shared
        own = np.isin(sums.county, purse.counties) if self.county == EVERYWHERE else sums.county == self.county
        rows = np.flatnonzero(sums.planned & (own | shared) & which)
        return sum(self.part(row, each) for row, each in zip(rows.tolist(), fen[rows].tolist(), strict=True))

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

    def part(self, project: int, fen: int) -> int:
        """Return what a sum for a project counts for: shared, in proportion to allotments, the first gets the rest."""
        if self.county == EVERYWHERE or self._sums.county[project] >= 0:
            return fen
        shares = self.purse.shares_fen
        every = max(sum(shares), 1)
        if self._row:
            return fen * shares[self._row] // every
        return fen - sum(fen * share // every for share in shares[1:])
