"""The money of a run, held against each rule of its rule book by its events alone (docs/model.md 4.10).

The rules are those that the run names; what a purse holds and what exists is read off a state that the run's own events
fold to. What the run says of breaches is not read. Each rule is held for itself, so one project may break several.
What comes after a plan is approved (contracts, changes, payments, the closing) is `spending`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ecsim.kernel.recorded import StoredRun
from ecsim.kernel.replay import allocated, applied
from ecsim.rural.breaches.books import Books, by_purse
from ecsim.rural.breaches.found import PurseKey, RecountedBreach
from ecsim.rural.breaches.spending import Spending
from ecsim.rural.breaches.units import ApprovedUnits
from ecsim.rural.events import (
    AssetsBaselined,
    ContractAwarded,
    CountiesBaselined,
    OffersEnded,
    PaymentMade,
    ProjectApproved,
    ProjectRecalled,
    ProjectWithdrawn,
    ReportFiled,
    TownshipsBaselined,
    WorksFinished,
    WorksGivenUp,
)

FOLDED = (
    CountiesBaselined, TownshipsBaselined, AssetsBaselined, ProjectApproved, ContractAwarded, WorksFinished,
    WorksGivenUp, ProjectRecalled, ProjectWithdrawn, OffersEnded, PaymentMade, ReportFiled,
)  # fmt: skip
"""All that purses, what exists, what is committed and what was paid depend on."""


class Recount:
    """Goes through what a run approved, in its order.

    Attributes
    ----------
    commitments : how many were looked at
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        self._run, self._units = run, ApprovedUnits(run)
        self._books = Books.of(run)
        self._owners: Mapping[tuple[int, int], PurseKey] = {}
        self.commitments = 0

    def breaches(self) -> list[RecountedBreach]:
        """Return every breach, in the order of the events that brought it."""
        state, books = allocated(self._run), self._books
        spending = Spending(self._run.scenario.policy.rule_book, books.kinds.names)
        found: list[RecountedBreach] = []
        for event, stamp in applied(self._run, state, FOLDED):
            if isinstance(event, ProjectApproved):
                self.commitments += event.rows
                found += self._held(state, event, stamp.first, stamp.day)
            found += spending.see(event, stamp, lambda: books.purses(state))
        return sorted([*found, *spending.end()], key=lambda breach: breach.seq)

    def purse_of(self, county: int, prefecture: int) -> PurseKey:
        """Return which purse pays for a place; the place itself where none does."""
        return self._owners.get((county, prefecture), (prefecture, county))

    def _held(self, state: Any, event: ProjectApproved, first: int, day: int) -> Iterator[RecountedBreach]:  # noqa: ANN401
        """Yield the breaches of a plan, purse by purse and rule by rule; the state is that before it."""
        units, known = self._units.of(event), self._books.purses(state)
        self._owners = {
            (county, purse.prefecture): (purse.prefecture, purse.counties[0])
            for purse in known
            for county in (*purse.counties, *((-1,) if purse.shared else ()))
        }
        rows = {unit.key: row for row, unit in enumerate(units)}
        for purse, own in by_purse(known, units).items():
            for unit, rule, over_fen in self._books.breaking(state, purse, own):
                row = rows[unit.key]
                yield RecountedBreach(
                    "approval", rule, over_fen, int(event.project[row]), unit.kind, unit.county, unit.prefecture,
                    unit.turn, unit.central_fen, first + row, day, self.purse_of(unit.county, unit.prefecture),
                )  # fmt: skip
