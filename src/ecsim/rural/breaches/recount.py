"""The commitments of a run, held against each rule of its rule book by its events alone (docs/model.md 4.10).

The rules are those that the run names; what a purse holds and what exists is read off a state that the run's own events
fold to. What the run says of breaches is not read. Each rule is held for itself, so one project may break several.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ecsim.kernel.recorded import StoredRun
from ecsim.kernel.replay import allocated, applied
from ecsim.rural.events import (
    AssetsBaselined,
    Category,
    ContractAwarded,
    CountiesBaselined,
    ProjectApproved,
    ProjectRecalled,
    ProjectWithdrawn,
    WorksFinished,
    WorksGivenUp,
)
from ecsim.rural.plans.reused import reused
from ecsim.rural.programme.candidates import Candidate, PlannedTerms, PlanningTerms
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.purse_facts import committed_units, known_facts
from ecsim.rural.programme.rule_book import Book, Facts, Purse, examined
from ecsim.rural.programme.strategies import purses
from ecsim.rural.readings import needs
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import State

FOLDED = (
    CountiesBaselined, AssetsBaselined, ProjectApproved, ContractAwarded, WorksFinished, WorksGivenUp, ProjectRecalled,
    ProjectWithdrawn,
)  # fmt: skip
"""All that purses, what exists and what is committed depend on."""
UNIT_RULES = ("not_twice", "forbidden", "open_access", "cost_at_most", "budget_at_least")
"""Kinds of rules that a unit breaks whatever else is planned; of the others it hangs on the order of units."""


@dataclass(frozen=True)
class RecountedBreach:
    """A commitment that breaks a rule: which, by how much, at which event and day, out of which purse."""

    unit: Candidate
    rule: str
    over_fen: int
    project: int
    seq: int
    day: int
    purse: tuple[int, int]

    @property
    def book(self) -> tuple[str, tuple[int, int]]:
        """The rule and the purse."""
        return self.rule, self.purse


class Recount:
    """Goes through what a run approved, in its order.

    Parameters
    ----------
    run : with all its events
    """

    def __init__(self, run: StoredRun[State, object]) -> None:
        self._run, self.scenario = run, run.scenario
        self.rules = self.scenario.policy.rule_book
        self._kinds = ProjectKinds.of(run.model.options)
        self._planning: PlanningTerms = run.model.parameters(self.scenario).terms(PlanningTerms, "planning")
        approved = run.reader.kind(ProjectApproved)
        self._reuses = dict(zip(approved["project"].tolist(), reused(run.reader, approved).tolist(), strict=True))
        self._owners: Mapping[tuple[int, int], tuple[int, int]] = {}
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

    def purse_of(self, county: int, prefecture: int) -> tuple[int, int]:
        """Return which purse pays for a place, as (prefecture, first of its counties); its own where none does."""
        return self._owners.get((county, prefecture), (prefecture, county))

    def _held(self, state: State, event: ProjectApproved, first: int, day: int) -> Iterator[RecountedBreach]:
        """Yield the breaches of a plan, purse by purse and rule by rule."""
        facts = known_facts(state, self.scenario, self._planning, self._kinds)
        units = self._units(event)
        places = dict(zip((unit.key for unit in units), range(len(units)), strict=True))
        for purse, own in _by_purse(self._purses(state), units).items():
            committed = committed_units(state, purse)
            for name in self.rules.rules:
                for unit, over_fen in self._breaking(name, purse, facts, committed, own):
                    row = places[unit.key]
                    yield RecountedBreach(
                        unit, name, over_fen, int(event.project[row]), first + row, day,
                        self.purse_of(unit.county, unit.prefecture),
                    )  # fmt: skip

    def _breaking(
        self, name: str, purse: Purse, facts: Facts, committed: Sequence[Candidate], units: Sequence[Candidate]
    ) -> Iterator[tuple[Candidate, int]]:
        """Yield the units that break one rule, and by how much."""
        funds = self.scenario.policy.funds
        floor = funds.floor_share if funds.purse == "prefecture" else 0.0
        rules = self.rules.only(lambda rule: rule is self.rules.rules[name])
        book = Book(rules, purse, facts, floor_share=floor, committed=committed)
        for breach in examined(units, book).breaches:
            yield breach.unit, breach.over_fen

    def _purses(self, state: State) -> list[Purse]:
        scenario: Scenario = self.scenario
        known = purses(scenario.policy.funds, state.counties.prefecture, needs(state))
        self._owners = {
            (county, purse.prefecture): (purse.prefecture, purse.counties[0])
            for purse in known
            for county in (*purse.counties, *((-1,) if purse.shared else ()))
        }
        return known

    def _units(self, event: ProjectApproved) -> list[Candidate]:
        """Return approved projects as units of a plan."""
        return [
            Candidate(
                kind=of["project_kind"], category=Category(of["category"]), county=of["county"],
                prefecture=of["prefecture"], turn=of["turn"], central_fen=of["central_fen"],
                local_fen=of["local_fen"], social_fen=of["social_fen"], lead_weeks=0, gain=0.0,
                quantity=of["quantity"],
                terms=PlannedTerms(reuses=self._reuses[of["project"]], exclusive=bool(of["exclusive"])),
            )
            for of in (
                {column.name: int(event.__dict__[column.name][row]) for column in event.columns}
                for row in range(event.rows)
            )
        ]  # fmt: skip


def _by_purse(known: Sequence[Purse], units: Sequence[Candidate]) -> Mapping[Purse, list[Candidate]]:
    """Return units by the purse that pays for them; what none may pay for is held against one of its prefecture."""
    own: dict[Purse, list[Candidate]] = defaultdict(list)
    for unit in units:
        near = [purse for purse in known if purse.prefecture == unit.prefecture]
        own[next((purse for purse in near if purse.pays_for(unit)), near[0])].append(unit)
    return own
