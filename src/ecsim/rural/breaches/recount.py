"""The commitments of a run, held against each rule of its rule book by its events alone (docs/model.md 4.10).

The rules are those that the run names; what a purse holds and what exists is read off a state that the run's own events
fold to. What the run says of breaches is not read. Each rule is held for itself, so one project may break several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.recorded import StoredRun
from ecsim.kernel.replay import allocated, applied
from ecsim.rural.breaches.books import Books, by_purse
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
    WorksFinished,
    WorksGivenUp,
)
from ecsim.rural.programme.candidates import Candidate, PlanningTerms
from ecsim.rural.programme.kinds import ProjectKinds

FOLDED = (
    CountiesBaselined, AssetsBaselined, ProjectApproved, ContractAwarded, WorksFinished, WorksGivenUp, ProjectRecalled,
    ProjectWithdrawn, OffersEnded, PaymentMade,
)  # fmt: skip
"""All that purses, what exists and what is committed depend on."""
UNIT_RULES = ("not_twice", "forbidden", "open_access", "cost_at_most", "budget_at_least")
"""Kinds of rules that a unit breaks whatever else is planned; of the others it hangs on the order of units."""
PurseKey = tuple[int, int]
"""Prefecture, and the first county of the purse."""


@dataclass(frozen=True)
class RecountedBreach:
    """A commitment that breaks a rule: which, by how much, at which event and day, out of which purse."""

    unit: Candidate
    rule: str
    over_fen: int
    project: int
    seq: int
    day: int
    purse: PurseKey


class Recount:
    """Goes through what a run approved, in its order.

    Attributes
    ----------
    commitments : how many were looked at
    """

    def __init__(self, run: StoredRun[Any, Any]) -> None:
        self._run, self._units = run, ApprovedUnits(run)
        planning: PlanningTerms = run.model.parameters(run.scenario).terms(PlanningTerms, "planning")
        self._books = Books(run.scenario, planning, ProjectKinds.of(run.model.options))
        self._owners: Mapping[tuple[int, int], PurseKey] = {}
        self.commitments = 0

    def breaches(self) -> list[RecountedBreach]:
        """Return every breach, in the order of the commitments."""
        state = allocated(self._run)
        found: list[RecountedBreach] = []
        for event, stamp in applied(self._run, state, FOLDED):
            if isinstance(event, ProjectApproved):
                self.commitments += event.rows
                found += self._held(state, event, stamp.first, stamp.day)
        return sorted(found, key=lambda breach: breach.seq)

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
                    unit, rule, over_fen, int(event.project[row]), first + row, day,
                    self.purse_of(unit.county, unit.prefecture),
                )  # fmt: skip
