"""Small purses worked by enumeration, for tests of plans: units of three classes, rule books, every lawful plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.programme.rule_book import Purse
from ecsim.rural.programme.rules import RuleBook, merged_books
from ecsim.rural.programme.strategies import BudgetView
from ecsim.rural.scenario import Funds

CLASSES = {
    "C": (Category.SERVICE_CENTRE, (ProjectKind.SERVICE_CENTRE,)),
    "O": (Category.LOGISTICS, (
        ProjectKind.STATIONS, ProjectKind.JOINT_DELIVERY, ProjectKind.DISTRIBUTION_CENTRE, ProjectKind.TOWNSHIP_POINTS,
    )),
    "S": (Category.SUPPLY_CHAIN, (ProjectKind.COLD_STORE, ProjectKind.PACKING_LINE, ProjectKind.MARKETING)),
}  # fmt: skip
"""Head and kinds: a centre, others, the supply chain."""
FEN = 100
"""Of a unit of money in the cases, so that hundredths are whole fen."""


@dataclass(frozen=True)
class Case:
    """A purse of one or two counties, and units as ``aC3`` (county a, centre, cost 3) with their values."""

    shares: tuple[float, ...]
    units: tuple[tuple[str, float], ...]

    @property
    def purse(self) -> Purse:
        """The purse, in fen."""
        shares = tuple(round(FEN * share) for share in self.shares)
        return Purse(0, tuple(range(len(shares))), sum(shares), shares)

    def candidates(self) -> tuple[Candidate, ...]:
        """Return the units as candidates, each of a class and county of another kind, so that none waits for one."""
        units: list[Candidate] = []
        for name, gain in self.units:
            alike = sum(known.startswith(name[:2]) for known, _ in self.units[: len(units)])
            units.append(unit(name[0], name[1], float(name[2:]), gain, which=alike))
        return tuple(units)


def unit(county: str, of_class: str, cost: float, gain: float, *, which: int = 0, turn: int = 0) -> Candidate:
    """Return a unit of a county (``a``, ``b``; ``-``: shared), of one of the kinds of its class."""
    category, kinds = CLASSES[of_class]
    return Candidate(
        kind=kinds[which], category=category, county="-ab".index(county) - 1, prefecture=0, turn=turn,
        central_fen=round(FEN * cost), local_fen=0, social_fen=0, lead_weeks=0, gain=gain,
    )  # fmt: skip


def book(**changes: Any) -> RuleBook:
    """Return the shipped rule book with some values of it changed."""
    return RuleBook.model_validate(merged_books(shipped_programme().rule_book.model_dump(mode="json"), changes))


def without_shares() -> RuleBook:
    """Return a rule book of the purse alone."""
    return book().only(lambda rule: rule.kind in ("within_purse", "not_twice"))


def view(
    purse: Purse, units: Sequence[Candidate], rules: RuleBook, *, floor: float = 0.0, choice: str = "ranked"
) -> BudgetView:
    """Return what the chooser of a purse sees; the gains it expects are the true ones."""
    pooled = len(purse.counties) > 1
    funds = Funds.model_validate(
        {
            "strategy": "pooled_by_project", "purse": "prefecture" if pooled else "county", "choice": choice,
            "floor_share": floor, "central": {"value": 1.0, "unit": "yuan", "source": "made up"},
        }
    )  # fmt: skip
    return BudgetView(purse, funds, rules, tuple(units), {c.key: c.gain for c in units})


def lawful_plans(
    purse: Purse, units: Sequence[Candidate], *, level: str, floor: float = 0.0
) -> Iterator[tuple[Candidate, ...]]:
    """Yield every plan that keeps the limits of part 4.1 and the floors, said as plainly as they can be."""
    for size in range(len(units) + 1):
        for plan in combinations(units, size):
            if _lawful(purse, plan, level) and _keeps_floors(purse, units, plan, floor):
                yield plan


def _fen(plan: Sequence[Candidate], *categories: Category) -> int:
    return sum(c.central_fen for c in plan if c.category in categories)


def _lawful(purse: Purse, plan: Sequence[Candidate], level: str) -> bool:
    if _fen(plan, *Category) > purse.central_fen:
        return False
    books = [(purse.central_fen, plan)]
    if level == "county":
        books = [
            (share, [c for c in plan if c.county == county])
            for county, share in zip(purse.counties, purse.shares_fen, strict=True)
        ]
    return all(
        100 * _fen(own, Category.SERVICE_CENTRE) <= 15 * base
        and 2 * _fen(own, Category.SUPPLY_CHAIN, Category.BRAND) >= _fen(own, *Category)
        for base, own in books
    )


def _keeps_floors(purse: Purse, units: Sequence[Candidate], plan: Sequence[Candidate], floor: float) -> bool:
    """Each county gets its floor, or all of its own units."""
    return all(
        _of(plan, county) >= min(floor * share, _of(units, county))
        for county, share in zip(purse.counties, purse.shares_fen, strict=True)
    )


def _of(plan: Sequence[Candidate], county: int) -> int:
    return sum(c.central_fen for c in plan if c.county == county)
