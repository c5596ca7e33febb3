"""Plans of funds: what a purse could be spent on, what its holder expects, what is approved (docs/model.md 4.10).

The strategy chooses from a `BudgetView`; whatever it chooses, the rule book decides what is approved. A breach is
refused, or let through and flagged, as the policy says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from ecsim.rural.events import (
    ProjectApproved,
    ProjectKind,
    ProjectRefused,
    Rows,
    SiteChosen,
    UseDeclared,
)
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate, PlanningTerms, candidates, perceived_benefits
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.purse_facts import (
    COMMITTED,
    book_of,
    committed_units,
    errors_left,
    facts_of,
    flagging_books,
    housing_of,
    knows,
    looks,
    place_numbers,
    sunk_units,
)
from ecsim.rural.programme.strategies import Allocation, Breach, BudgetView, Purse
from ecsim.rural.world import FIRST_SHARED_PLACE, State, World


def plannable_units(world: World, office: FundAdministration, prefecture: int) -> list[Candidate]:
    """Return every unit that a plan of a prefecture could hold, those for all its counties if it may share assets.

    Parameters
    ----------
    prefecture : its row

    Returns
    -------
    Units of all kinds, kind by kind, county by county, in their turn.
    """
    scenario = office.scenario
    return candidates(
        world.state, scenario.projects, office.planning, office.programme.targets,
        station_yuan=scenario.designs[scenario.station_design].capex_yuan.value,
        shared=office.pooled and office.terms.shared_assets, of=prefecture,
        options=world.options,
    )  # fmt: skip


def view_of(world: World, office: FundAdministration, purse: Purse, units: list[Candidate]) -> BudgetView:
    """Return what the holder of a purse sees: the units of its counties, each with the benefit it expects of it.

    A prefecture and a county misjudge units by noise of their own size; a pooled purse favours the county of its seat.

    Parameters
    ----------
    purse : the money that is placed
    units : every unit that a plan of the prefecture could hold
    """
    terms, facts, committed = office.terms, facts_of(world, office), committed_units(world.state, purse)
    begun = {unit.key for unit in committed}
    own = [
        _reusing(unit, office.planning) if facts.exists(unit) and knows(world, office, facts, unit) else unit
        for unit in units
        if purse.pays_for(unit) and unit.key not in begun
    ]
    units_of_purse = tuple(housing_of(world, office).housed(world.state, own))
    noise = terms.prefecture_noise if office.pooled else terms.county_noise
    favoured = purse.counties[0] if office.pooled else -1
    number = place_numbers(world.state)
    expected: dict[tuple[int, int, int], float] = {}
    errors = errors_left(world.state, office.planning.database_clarity, units_of_purse)
    for kind, many in looks(world.state, purse, office.planning.evidence, units_of_purse).items():
        for error in np.unique(errors):
            like = [u for u, own in zip(units_of_purse, errors, strict=True) if u.kind == kind and own == error]
            expected |= perceived_benefits(
                like, world.draws, error * noise / many**0.5, terms.seat_bias, favoured, number
            )
    return BudgetView(
        purse, office.policy.funds, office.policy.rule_book, units_of_purse, expected, committed,
        sunk_units(world.state, purse), facts,
    )  # fmt: skip


def _reusing(unit: Candidate, terms: PlanningTerms) -> Candidate:
    """Return the unit that brings into service what is there, in place of a new one."""
    return replace(
        unit,
        central_fen=max(1, round(terms.reuse_cost * unit.central_fen)),
        local_fen=round(terms.reuse_cost * unit.local_fen),
        social_fen=round(terms.reuse_cost * unit.social_fen),
        terms=replace(unit.terms, reuses=True),
    )


def approve(
    world: World, office: FundAdministration, purse: Purse, allocation: Allocation, cause: int, *,
    reallocated: bool = False,
) -> int:  # fmt: skip
    """Approve the projects of an allocation, say which broke the rules, and return how many of those chosen did.

    Rows come county by county, in the order of the plan within each, so that they are the same whoever has the purse.

    Parameters
    ----------
    cause : sequence number of the money that came into the purse
    reallocated : whether it is money that came back for stations that nobody took
    """
    approved, refused, flagged = examined_plan(world, office, purse, allocation.chosen)
    known = {breach.unit.key for breach in (*refused, *flagged)}
    turned_down = [breach for breach in allocation.refused if breach.unit.key not in known]
    breaches = (*sorted((*turned_down, *refused), key=_county_of), *sorted(flagged, key=_county_of))
    if breaches:
        world.publish(_refused(office, breaches, len(breaches) - len(flagged)), cause=cause)
    if approved:
        approved.sort(key=_place_of)
        projects = world.publish(_approved(world, office, approved, reallocated), cause=cause)
        _choose_sites(world, approved, projects)
        _declare_uses(world, office, approved, projects)
    return len(refused) + len(flagged)


def _place_of(unit: Candidate) -> int:
    """Return the county of a unit; those for whole prefectures come after all counties."""
    return unit.county if unit.county >= 0 else FIRST_SHARED_PLACE


def _county_of(breach: Breach) -> int:
    return _place_of(breach.unit)


def _choose_sites(world: World, units: list[Candidate], projects: Rows[ProjectApproved]) -> None:
    """Say which villages projects are for, where their plan names them."""
    rows = [row for row, unit in enumerate(units) if unit.terms.sites]
    if not rows:
        return
    count = [len(units[row].terms.sites) for row in rows]
    world.publish(
        SiteChosen(
            project=np.repeat(projects.event.project[rows], count),
            village=np.concatenate([units[row].terms.sites for row in rows]),
        ),
        cause=np.repeat(projects.seqs[rows], count),
    )


def _declare_uses(
    world: World, office: FundAdministration, units: list[Candidate], projects: Rows[ProjectApproved]
) -> None:
    """Say what projects spend money on that the rule book forbids and lets through, where their plan says so."""
    forbidden = office.policy.rule_book.forbidden
    told = [(row, forbidden.index(use) + 1) for row, unit in enumerate(units) for use in unit.terms.uses]
    if told:
        rows, uses = np.array(told).T
        world.publish(UseDeclared(project=projects.event.project[rows], use=uses), cause=projects.seqs[rows])


def examined_plan(
    world: World, office: FundAdministration, purse: Purse, chosen: Sequence[Candidate]
) -> tuple[list[Candidate], list[Breach], list[Breach]]:
    """Return what is approved, what is refused, and what is approved with a flag, once a rule that it breaks.

    What asks for an idle building has one by then, if there is one.
    """
    housed = housing_of(world, office).assigned(world.state, chosen)
    made = examined(housed, book_of(world, office, purse, refusing=True))
    flagged = [
        breach for book in flagging_books(world, office, purse) for breach in examined(made.entered, book).breaches
    ]
    return made.entered, made.breaches, flagged


def _refused(office: FundAdministration, breaches: Sequence[Breach], turned_down: int) -> ProjectRefused:
    """Return the breaches as an event; those after the ones turned down are let through with a flag."""
    units, rules = [breach.unit for breach in breaches], office.policy.rule_book
    return ProjectRefused(
        project_kind=[int(unit.kind) for unit in units],
        county=[unit.county for unit in units],
        prefecture=[unit.prefecture for unit in units],
        rule=[rules.code(breach.rule) for breach in breaches],
        central_fen=[unit.central_fen for unit in units],
        let_through=[place >= turned_down for place in range(len(units))],
        turn=[unit.turn for unit in units],
        over_fen=[breach.cut_fen for breach in breaches],
    )


def _approved(world: World, office: FundAdministration, units: list[Candidate], reallocated: bool) -> ProjectApproved:
    state, station_design, housing = world.state, office.scenario.station_design, housing_of(world, office)
    first = state.count("projects")
    return ProjectApproved(
        project=np.arange(first, first + len(units)),
        project_kind=[int(unit.kind) for unit in units],
        level=[int(unit.level) for unit in units],
        county=[unit.county for unit in units],
        prefecture=[unit.prefecture for unit in units],
        township=planned_townships(state, units),
        crop=np.full(len(units), -1),
        category=[int(unit.category) for unit in units],
        design=[planned_design(unit, station_design) for unit in units],
        turn=[unit.turn for unit in units],
        quantity=[unit.quantity for unit in units],
        central_fen=[unit.central_fen for unit in units],
        local_fen=[unit.local_fen for unit in units],
        social_fen=[unit.social_fen for unit in units],
        start_day=[unit.terms.start_day for unit in units],
        package=[unit.terms.package for unit in units],
        cooperative=[unit.terms.cooperative for unit in units],
        enterprise=[unit.terms.enterprise for unit in units],
        reuses=[unit.terms.reuses for unit in units],
        exclusive=[unit.terms.exclusive for unit in units],
        reallocated=[reallocated] * len(units),
        building=[unit.terms.building for unit in units],
        rent_fen=[housing.rent_of(state, unit) for unit in units],
    )


def planned_design(unit: Candidate, station_design: int) -> int:
    """Return the design of a project's stations; 0 of other kinds."""
    if unit.kind != ProjectKind.STATIONS:
        return 0
    return station_design if unit.terms.design < 0 else unit.terms.design


def planned_townships(state: State, units: Sequence[Candidate]) -> list[int]:
    """Return the township that each unit is for, -1 of other kinds than transfer points.

    Points whose plan names none go to the most populous townships of their county that have none and get none.
    """
    p, count = state.projects, state.count("projects")
    points = (p.kind[:count] == ProjectKind.TOWNSHIP_POINTS) & np.isin(p.status[:count], COMMITTED)
    taken = {*p.township[:count][points].tolist(), *(unit.terms.township for unit in units)}
    found = list[int]()
    for unit in units:
        free = unit.kind == ProjectKind.TOWNSHIP_POINTS and unit.terms.township < 0
        found.append(_most_populous(state, unit.county, taken) if free else unit.terms.township)
        taken.add(found[-1])
    return found


def _most_populous(state: State, county: int, taken: Collection[int]) -> int:
    """Return the most populous township of a county that is not taken; if all are, the most populous."""
    v = state.villages
    people = np.bincount(v.township, v.households, len(state.townships))
    townships = np.flatnonzero(state.townships.county == county)
    ranked: list[int] = townships[np.lexsort((townships, -people[townships]))].tolist()
    return next((town for town in ranked if town not in taken), ranked[0])
