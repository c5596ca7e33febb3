"""Shares of the rule book after plans were approved, added up anew from events: contracts, changes, payments, closing.

Nothing of how a run holds its shares is used here but what the rules say and who holds which purse: sums are made
project by project, from what events say of each (docs/model.md 4.10).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

from ecsim.kernel.breaches import Step
from ecsim.kernel.event import Event, Stamp
from ecsim.rural.breaches.found import NOBODY, PurseKey, RecountedBreach
from ecsim.rural.events import (
    Category,
    ContractAwarded,
    Funder,
    OffersEnded,
    PaymentMade,
    ProjectApproved,
    ProjectRecalled,
    ProjectWithdrawn,
    ReportFiled,
    ReportKind,
    WorksGivenUp,
)
from ecsim.rural.programme.rule_book import Purse
from ecsim.rural.programme.rules import SHARES, Rule, RuleBook
from ecsim.rural.world import ONE, SUPPLIERS

WHOLE = -1
"""In place of a county: the book of a whole purse."""


@dataclass
class Spent:
    """A project as events have it so far; fen of central money."""

    project: int
    kind: int
    category: int
    county: int
    prefecture: int
    turn: int
    budget_fen: int
    price_fen: int | None = None
    returned_fen: int = 0
    paid_fen: int = 0
    ended: bool = False

    @property
    def bound_fen(self) -> int:
        """Its budget until it is awarded, what its contract can claim from then on, what was paid once it ended."""
        if self.ended:
            return max(self.paid_fen, 0)
        return self.budget_fen if self.price_fen is None else self.price_fen - self.returned_fen

    @property
    def contracted_fen(self) -> int:
        """What it binds by contract, or bound for good."""
        return 0 if self.price_fen is None and not self.ended else self.bound_fen

    def found(self, step: Step, rule: str, over: int, fen: int, seq: int, day: int, purse: PurseKey) -> RecountedBreach:
        """Return a breach that it is named for."""
        return RecountedBreach(
            step, rule, over, self.project, self.kind, self.county, self.prefecture, self.turn, fen, seq, day, purse
        )


@dataclass(frozen=True)
class ShareBook:
    """One rule of shares in the book of a county, or of a whole purse."""

    name: str
    rule: Rule
    purse: Purse
    county: int

    @property
    def key(self) -> tuple[str, PurseKey, int]:
        """What tells it from others."""
        return self.name, self.of_purse, self.county

    @property
    def of_purse(self) -> PurseKey:
        """The purse that it is of."""
        return self.purse.prefecture, self.purse.counties[0]

    @property
    def share(self) -> Fraction:
        """The share that it asks, in whole millionths."""
        assert self.rule.limit is not None
        return Fraction(round(ONE * self.rule.limit.value), ONE)

    def part(self, of: Spent, fen: int) -> int:
        """Return what money of a project counts for here; shared ones in proportion to what counties are allotted."""
        if of.county >= 0:
            mine = of.county in self.purse.counties if self.county == WHOLE else of.county == self.county
            return fen if mine else 0
        if of.prefecture != self.purse.prefecture or not self.purse.shared:
            return 0
        if self.county == WHOLE:
            return fen
        parts = [fen * share // max(sum(self.purse.shares_fen), 1) for share in self.purse.shares_fen]
        parts[0] += fen - sum(parts)
        return parts[self.purse.counties.index(self.county)]

    def counts(self, of: Spent, kinds: Sequence[str]) -> bool:
        """Return whether the rule counts a project."""
        return Category(of.category).name.lower() in self.rule.heads or kinds[of.kind] in self.rule.kinds

    def limits(self, of: Spent, kinds: Sequence[str]) -> bool:
        """Return whether the share limits a project: what a share at most counts, what a share at least does not."""
        return self.counts(of, kinds) == (self.rule.kind == "share_at_most")

    def allowed(self, counted_fen: int) -> int:
        """Return the most of what it limits, beside so much of what it counts, whole fen."""
        if self.rule.kind == "share_at_most":
            base = self.purse.central_fen if self.county == WHOLE else self._allotted
            return int(self.share * base)
        return int(counted_fen / self.share) - counted_fen if self.share else 2**62

    @property
    def _allotted(self) -> int:
        return self.purse.shares_fen[self.purse.counties.index(self.county)]


@dataclass
class _Change:
    """A change of plans that is under way: what was over before, what left, what is new."""

    day: int
    before: Mapping[tuple[str, PurseKey, int], int]
    books: list[ShareBook]
    left: list[tuple[Spent, int]] = field(default_factory=list)
    new: set[int] = field(default_factory=set)


class Spending:
    """Follows the money of projects through a run, and tells what breaks a share.

    Parameters
    ----------
    rules : the rule book of the run
    kinds : names of kinds of projects, by code
    """

    def __init__(self, rules: RuleBook, kinds: Sequence[str]) -> None:
        self._rules, self._kinds = rules, kinds
        self._projects: dict[int, Spent] = {}
        self._change: _Change | None = None

    def see(self, event: Event, stamp: Stamp, purses: Callable[[], Sequence[Purse]]) -> Iterator[RecountedBreach]:
        """Take in an event, and yield the breaches that it brings.

        Parameters
        ----------
        purses : returns who holds how much, as the event comes
        """
        if not isinstance(event, ProjectWithdrawn | ProjectApproved) or (self._change and stamp.day > self._change.day):
            yield from self.end()
        match event:
            case ProjectApproved():
                self._approve(event)
            case ProjectWithdrawn():
                self._withdraw(event, stamp, purses)
            case ContractAwarded():
                yield from self._award(event, stamp, purses)
            case WorksGivenUp() | ProjectRecalled() | OffersEnded():
                self._let_go(event)
            case PaymentMade():
                yield from self._pay(event, stamp, purses)
            case ReportFiled():
                yield from self._close(event, stamp, purses)
            case _:
                pass

    def end(self) -> Iterator[RecountedBreach]:
        """Yield what a change of plans that is over has broken."""
        change, self._change = self._change, None
        if change is None:
            return
        overs = self._over(change.books, lambda of: of.bound_fen, change.new)
        for book, over in zip(change.books, overs, strict=True):
            left = [(of, seq, book.part(of, of.bound_fen)) for of, seq in change.left if book.counts(of, self._kinds)]
            left = [each for each in left if each[2]]
            if left and over > max(change.before[book.key], 0):
                of, seq, _ = left[0]
                fen = sum(part for _, _, part in left)
                yield of.found("change", book.name, over, fen, seq, change.day, book.of_purse)

    def _books(self, purses: Sequence[Purse], kinds: tuple[str, ...]) -> list[ShareBook]:
        return [
            ShareBook(name, rule, purse, county)
            for name, rule in self._rules.rules.items() if rule.kind in kinds
            for purse in purses
            for county in ((WHOLE,) if self._rules.level_of(rule) == "purse" else purse.counties)
        ]  # fmt: skip

    def _sums(
        self, books: Sequence[ShareBook], fen: Callable[[Spent], int], *, limited: bool,
        without: AbstractSet[int] = frozenset(),
    ) -> list[int]:  # fmt: skip
        """Return, book by book, what projects have together: those that the rule limits, or those that it counts.

        Parameters
        ----------
        without : projects that are left out
        """
        near, sums = self._near(books), [0] * len(books)
        for of in self._projects.values():
            for place in near[of.county, of.prefecture] if of.project not in without else ():
                book = books[place]
                if book.limits(of, self._kinds) if limited else book.counts(of, self._kinds):
                    sums[place] += book.part(of, fen(of))
        return sums

    def _near(self, books: Sequence[ShareBook]) -> defaultdict[tuple[int, int], list[int]]:
        """Return the places of the books that projects of a county and prefecture may count in."""
        near = defaultdict[tuple[int, int], list[int]](list)
        for place, book in enumerate(books):
            for county in (WHOLE, *(book.purse.counties if book.county == WHOLE else (book.county,))):
                near[county, book.purse.prefecture].append(place)
        return near

    def _over(
        self, books: Sequence[ShareBook], fen: Callable[[Spent], int], without: AbstractSet[int] = frozenset()
    ) -> list[int]:
        """Return by how many fen each book is broken; below zero: what room it has."""
        counted = self._sums(books, fen, limited=False)
        limited = self._sums(books, fen, limited=True, without=without)
        return [has - book.allowed(of) for book, has, of in zip(books, limited, counted, strict=True)]

    def _approve(self, event: ProjectApproved) -> None:
        names = ("project", "project_kind", "category", "county", "prefecture", "turn", "central_fen")
        for row in zip(*(event.__dict__[name].tolist() for name in names), strict=True):
            self._projects[row[0]] = Spent(*row)
            if self._change:
                self._change.new.add(row[0])

    def _let_go(self, event: WorksGivenUp | ProjectRecalled | OffersEnded) -> None:
        """Take note of works that came to nothing, and of money that came back for stations."""
        returned = event.returned_fen.tolist() if isinstance(event, OffersEnded) else []
        for row, project in enumerate(event.project.tolist()):
            if returned:
                self._projects[project].returned_fen = returned[row]
            else:
                self._projects[project].ended = True

    def _withdraw(self, event: ProjectWithdrawn, stamp: Stamp, purses: Callable[[], Sequence[Purse]]) -> None:
        if self._change is None:
            books = self._books(purses(), ("share_at_least",))
            overs = self._over(books, lambda of: of.bound_fen)
            before = {book.key: over for book, over in zip(books, overs, strict=True)}
            self._change = _Change(stamp.day, before, books)
        for row, project in enumerate(event.project.tolist()):
            self._change.left.append((self._projects.pop(project), stamp.first + row))

    def _award(
        self, event: ContractAwarded, stamp: Stamp, purses: Callable[[], Sequence[Purse]]
    ) -> Iterator[RecountedBreach]:
        awarded = [self._projects[project] for project in event.project.tolist()]
        books = self._books(purses(), SHARES)
        spent = self._sums(books, lambda of: of.contracted_fen, limited=True)
        for of, factor in zip(awarded, event.price_factor.tolist(), strict=True):
            of.price_fen = round(factor / ONE * of.budget_fen)
        counted = self._sums(books, lambda of: of.bound_fen, limited=False)
        allowed = [book.allowed(fen) for book, fen in zip(books, counted, strict=True)]
        near = self._near(books)
        for row, of in enumerate(awarded):
            for place in near[of.county, of.prefecture]:
                book = books[place]
                part = book.part(of, of.bound_fen) if book.limits(of, self._kinds) else 0
                spent[place] += part
                if part > 0 and spent[place] > allowed[place]:
                    over = spent[place] - allowed[place]
                    seq = stamp.first + row
                    yield of.found("award", book.name, over, of.bound_fen, seq, stamp.day, book.of_purse)

    def _pay(
        self, event: PaymentMade, stamp: Stamp, purses: Callable[[], Sequence[Purse]]
    ) -> Iterator[RecountedBreach]:
        rows = ((event.project >= 0) & (event.funder == Funder.CENTRAL)).nonzero()[0].tolist()
        out = [row for row in rows if event.payer[row] != SUPPLIERS and event.paid_fen[row] > 0]
        books = self._books(purses(), SHARES) if out else []
        spent = self._sums(books, lambda of: of.paid_fen, limited=True)
        counted = self._sums(books, lambda of: of.bound_fen, limited=False)
        near = self._near(books)
        for row in rows:
            of, fen = self._projects[int(event.project[row])], int(event.paid_fen[row])
            if row not in out:
                of.paid_fen -= fen
                continue
            was, of.paid_fen = of.bound_fen, of.paid_fen + fen
            for place in near[of.county, of.prefecture]:
                book = books[place]
                if not book.limits(of, self._kinds):
                    counted[place] += book.part(of, of.bound_fen) - book.part(of, was)
                    continue
                part = book.part(of, fen)
                spent[place] += part
                over = spent[place] - book.allowed(counted[place])
                if part > 0 and over > 0:
                    yield of.found("payment", book.name, over, fen, stamp.first + row, stamp.day, book.of_purse)

    def _close(
        self, event: ReportFiled, stamp: Stamp, purses: Callable[[], Sequence[Purse]]
    ) -> Iterator[RecountedBreach]:
        if not event.rows or event.report[0] != ReportKind.CLOSING:
            return
        books = self._books(purses(), SHARES)
        paid = self._sums(books, lambda of: of.paid_fen, limited=True)
        for book, over, fen in zip(books, self._over(books, lambda of: of.paid_fen), paid, strict=True):
            if over > 0:
                county = book.county if book.county != WHOLE or len(book.purse.counties) > 1 else book.purse.counties[0]
                yield RecountedBreach(
                    "closing", book.name, over, NOBODY, NOBODY, county, book.purse.prefecture, NOBODY, fen,
                    stamp.first, stamp.day, book.of_purse,
                )  # fmt: skip
