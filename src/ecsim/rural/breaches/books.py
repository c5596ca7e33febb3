"""Purses and rule books of a run, one rule at a time, read off a state that its events fold to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecsim.kernel.recorded import StoredRun
from ecsim.rural.programme.administration import purses_of
from ecsim.rural.programme.candidates import Candidate, PlanningTerms
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.purse_facts import committed_units, known_facts, sunk_units
from ecsim.rural.programme.rule_book import Book, Purse
from ecsim.rural.regions import pack_of
from ecsim.rural.scenario import Scenario
from ecsim.rural.state import State


@dataclass(frozen=True)
class Books:
    """What the rules of a scenario say of plans."""

    scenario: Scenario
    planning: PlanningTerms
    kinds: ProjectKinds

    @classmethod
    def of(cls, run: StoredRun[Any, Any]) -> Books:
        """Return what the rules of a run's scenario say."""
        planning: PlanningTerms = run.model.parameters(run.scenario).terms(PlanningTerms, "planning")
        return cls(run.scenario, planning, ProjectKinds.of(run.model.options))

    def purses(self, state: State) -> list[Purse]:
        """Return who holds how much of the central money."""
        return purses_of(self.scenario.policy.funds, state, pack_of(self.scenario).whole)

    def breaking(self, state: State, purse: Purse, units: Sequence[Candidate]) -> Iterator[tuple[Candidate, str, int]]:
        """Yield the units of a plan that break a rule, with the rule and by how much: each rule held for itself.

        Parameters
        ----------
        state : before the plan is approved
        """
        facts = known_facts(state, self.scenario, self.planning, self.kinds)
        committed, sunk, funds = committed_units(state, purse), sunk_units(state, purse), self.scenario.policy.funds
        floor, whole = funds.floor_share if funds.purse == "prefecture" else 0.0, self.scenario.policy.rule_book
        for name, alone in whole.one_by_one():
            book = Book(alone, purse, facts, floor_share=floor, committed=committed, sunk=sunk)
            for breach in examined(units, book).breaches:
                yield breach.unit, name, breach.cut_fen


def by_purse(known: Sequence[Purse], units: Sequence[Candidate]) -> Mapping[Purse, list[Candidate]]:
    """Return units by the purse that pays for them; what none may pay for is held against one of its prefecture."""
    own: dict[Purse, list[Candidate]] = defaultdict(list)
    for unit in units:
        near = [purse for purse in known if purse.prefecture == unit.prefecture]
        own[next((purse for purse in near if purse.pays_for(unit)), near[0])].append(unit)
    return own
