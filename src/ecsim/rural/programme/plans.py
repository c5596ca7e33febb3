"""Plans of funds: what a purse could be spent on, what its holder expects, what is approved (docs/model.md 4.10).

The strategy chooses from a `BudgetView`; whatever it chooses, the rule book decides what is approved. A breach is
refused, or let through and flagged, as the policy says.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from ecsim.rural.events import ProjectApproved, ProjectKind, ProjectRefused, Rows, SiteChosen
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.candidates import Candidate, candidates, perceived_benefits
from ecsim.rural.programme.kinds import ProjectKinds
from ecsim.rural.programme.rule_book import RuleBook
from ecsim.rural.programme.strategies import Allocation, BudgetView, Purse
from ecsim.rural.world import State, World

Breach: TypeAlias = tuple[Candidate, int]
"""A unit and the code of the rule it breaks."""


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
        world.state, scenario.projects, office.planning,
        station_yuan=scenario.designs[scenario.station_design].capex_yuan.value,
        shared=office.pooled and office.terms.shared_assets, of=prefecture,
        kinds=ProjectKinds.of(world.options),
    )  # fmt: skip


def view_of(world: World, office: FundAdministration, purse: Purse, units: list[Candidate]) -> BudgetView:
    """Return what the holder of a purse sees: the units of its counties, each with the benefit it expects of it.

    A prefecture and a county misjudge units by noise of their own size; a pooled purse favours the county of its seat.

    Parameters
    ----------
    purse : the money that is placed
    units : every unit that a plan of the prefecture could hold
    """
    terms = office.terms
    units_of_purse = tuple(
        unit for unit in units
        if unit.county in purse.counties or (unit.county < 0 and unit.prefecture == purse.prefecture)
    )  # fmt: skip
    noise = terms.prefecture_noise if office.pooled else terms.county_noise
    favoured = purse.counties[0] if office.pooled else -1
    expected = perceived_benefits(units_of_purse, world.draws, noise, terms.seat_bias, favoured)
    return BudgetView(purse, office.policy.funds, office.policy.limits, units_of_purse, expected)


def approve(world: World, office: FundAdministration, purse: Purse, allocation: Allocation, cause: int) -> None:
    """Approve the projects of an allocation and say which broke the rules, whoever chose them.

    Parameters
    ----------
    cause : sequence number of the money that came into the purse
    """
    approved, breaches = _examined(office, purse, allocation.chosen)
    if allocation.refused or breaches:
        world.publish(_refused(office, allocation.refused, breaches), cause=cause)
    if approved:
        projects = world.publish(_approved(world.state, office.scenario.station_design, approved), cause=cause)
        _choose_sites(world, approved, projects)


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


def _refused(office: FundAdministration, refused: list[Breach], breaches: list[Breach]) -> ProjectRefused:
    """Return what a strategy turned down and what broke a limit; the latter may be let through with a flag."""
    units = [unit for unit, _ in (*refused, *breaches)]
    return ProjectRefused(
        project_kind=[int(unit.kind) for unit in units],
        county=[unit.county for unit in units],
        prefecture=[unit.prefecture for unit in units],
        rule=[int(rule) for _, rule in (*refused, *breaches)],
        central_fen=[unit.central_fen for unit in units],
        let_through=[False] * len(refused) + [office.policy.limits.on_breach == "flag"] * len(breaches),
    )


def _examined(
    office: FundAdministration, purse: Purse, chosen: list[Candidate]
) -> tuple[list[Candidate], list[Breach]]:
    """Return what is approved and what breaks a limit; a breach is refused, or only flagged."""
    book = RuleBook(office.policy.limits, purse.counties, purse.shares_fen)
    approved, breaches = list[Candidate](), list[Breach]()
    for unit in chosen:
        if rule := book.breach(unit):
            breaches.append((unit, int(rule)))
        if not book.violated_limit(unit):
            book.enter(unit)
            approved.append(unit)
    return approved, breaches


def _approved(state: State, station_design: int, units: list[Candidate]) -> ProjectApproved:
    first = state.count("projects")
    return ProjectApproved(
        project=np.arange(first, first + len(units)),
        project_kind=[int(unit.kind) for unit in units],
        level=[int(unit.level) for unit in units],
        county=[unit.county for unit in units],
        prefecture=[unit.prefecture for unit in units],
        township=[_township(state, unit) for unit in units],
        crop=np.full(len(units), -1),
        category=[int(unit.category) for unit in units],
        design=[_design(unit, station_design) for unit in units],
        turn=[unit.turn for unit in units],
        quantity=[unit.quantity for unit in units],
        central_fen=[unit.central_fen for unit in units],
        local_fen=[unit.local_fen for unit in units],
        social_fen=[unit.social_fen for unit in units],
        start_day=[unit.terms.start_day for unit in units],
        package=[unit.terms.package for unit in units],
        cooperative=[unit.terms.cooperative for unit in units],
        enterprise=[unit.terms.enterprise for unit in units],
    )


def _design(unit: Candidate, station_design: int) -> int:
    """Return the design of a project's stations; 0 of other kinds."""
    if unit.kind != ProjectKind.STATIONS:
        return 0
    return station_design if unit.terms.design < 0 else unit.terms.design


def _township(state: State, candidate: Candidate) -> int:
    """Return the township a transfer point is for: the most populous first."""
    if candidate.kind != ProjectKind.TOWNSHIP_POINTS or candidate.terms.township >= 0:
        return candidate.terms.township
    v = state.villages
    people = np.bincount(v.township, v.households, len(state.townships))
    townships = np.flatnonzero(state.townships.county == candidate.county)
    return int(townships[np.lexsort((townships, -people[townships]))][candidate.turn])
