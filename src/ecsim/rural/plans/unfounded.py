"""Rows of a plan that name an owner, or something to reuse or to be housed in, that is not there at the opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecsim.rural.plans.filed import FiledPlan
from ecsim.rural.plans.resolved import Fault
from ecsim.rural.programme.buildings import Housing
from ecsim.rural.programme.candidates import NEW, Candidate, PlannedTerms
from ecsim.rural.programme.facilities import is_of_place, named_dealer
from ecsim.rural.programme.rule_book import Facts
from ecsim.rural.world import State


def unfounded(
    state: State, facts: Facts, housing: Housing, planner: FiledPlan, ids: Sequence[str]
) -> Iterator[Fault]:  # fmt: skip
    """Yield each row that names an owner, or something to reuse or to be housed in, that is not there.

    Parameters
    ----------
    state : of the opening
    facts, housing : what is known of units then, and what they can be housed in
    planner : what the rows of the plan that can be taken come to
    ids : of all its rows
    """
    told = set[int]()
    for unit, found, line in zip(planner.units, housing.assigned(state, planner.units), planner.rows, strict=True):
        wrong = _wrong_owner(state, unit) or _not_there(facts, unit, found)
        if wrong and line not in told:
            told.add(line)
            yield Fault(line, ids[line - 1], "", *wrong)


def _wrong_owner(state: State, unit: Candidate) -> tuple[str, str] | None:
    """Return what is wrong with the owner of a unit and what would mend it; None if nothing is."""
    terms = unit.terms
    owner = _named_owner(terms)
    if not owner:
        return None
    dealer = named_dealer(state, terms.cooperative, terms.enterprise)
    if dealer < 0:
        return f"there is no {owner} at the opening", "name one of those that are there, or leave it empty"
    if is_of_place(state, dealer, unit.county, unit.prefecture):
        return None
    where = "county" if unit.county >= 0 else "prefecture"
    return f"{owner} is of another {where}", f"name one of the {where}, or leave it empty"


def _named_owner(terms: PlannedTerms) -> str:
    """Return the owner that a plan names, as ``cooperative 17``; empty if it names none."""
    owners = (("cooperative", terms.cooperative), ("enterprise", terms.enterprise))
    return next((f"{name} {number}" for name, number in owners if number >= 0), "")


def _not_there(facts: Facts, unit: Candidate, housed: Candidate) -> tuple[str, str] | None:
    """Return what a unit would reuse or be housed in that is not there, and what would mend it; None if all is.

    Parameters
    ----------
    housed : the unit with the building that it would have
    """
    if unit.terms.reuses and not facts.exists(unit):
        return "nothing of the kind is there to be reused", "write reuses = no, or plan fewer units that do"
    if unit.terms.building != housed.terms.building == NEW:
        problem = "no building stands idle for it there, or another row has it"
        return problem, "write idle_building = no, or plan fewer units that want one"
    return None
