"""What is known of a purse and its units when plans are made: what exists, what is committed, what was built (4.10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.parameters import Parameters
from ecsim.rural.events import Category, Funder, ProjectKind, ProjectStatus
from ecsim.rural.facilities import lists_goods
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.buildings import Housing
from ecsim.rural.programme.candidates import Candidate, PlannedTerms, PlanningTerms
from ecsim.rural.programme.kinds import Options, ProjectKinds
from ecsim.rural.programme.needs import NEEDS
from ecsim.rural.programme.rule_book import Book, Facts, Purse
from ecsim.rural.programme.rules import RuleBook
from ecsim.rural.readings import number_of_place
from ecsim.rural.scenario import ONE_A_PLACE, ONE_SERVES_ALL, Scenario
from ecsim.rural.world import FIRST_SHARED_PLACE, ONE, State, World

COMMITTED = (ProjectStatus.APPROVED, ProjectStatus.CONTRACTED, ProjectStatus.FINISHED)
"""Statuses of projects that the money of a purse is committed to."""
ENDED = (ProjectStatus.GIVEN_UP, ProjectStatus.RECALLED)
"""Statuses of projects that come to nothing; what was paid for them stays paid, but for what came back."""


def facts_of(world: World, office: FundAdministration) -> Facts:
    """Return what the government knows of units beyond their costs."""
    return known_facts(world.state, office.scenario, office.planning, ProjectKinds.of(world.options))


def housing_of(world: World, office: FundAdministration) -> Housing:
    """Return what the kinds of projects of a run can be housed in."""
    return Housing.among(office.scenario.projects, ProjectKinds.of(world.options), office.planning)


def facts_and_housing(
    state: State, scenario: Scenario, numbers: Parameters, options: Options
) -> tuple[Facts, Housing]:  # fmt: skip
    """Return what is known of units, and what they can be housed in, where no office is under way yet."""
    planning, kinds = numbers.terms(PlanningTerms, "planning"), ProjectKinds.of(options)
    return known_facts(state, scenario, planning, kinds), Housing.among(scenario.projects, kinds, planning)


def known_facts(state: State, scenario: Scenario, planning: PlanningTerms, kinds: ProjectKinds) -> Facts:
    """Return what is known of units beyond their costs, whoever asks."""
    housing = Housing.among(scenario.projects, kinds, planning)
    return Facts(
        names=kinds.names,
        uses=_forbidden_uses(scenario, kinds),
        existing=existing_units(state),
        exclusive=scenario.policy.funds.exclusive_use > 0.0,
        usual_fen=_usual_fen(scenario, planning, kinds),
        reuse_cost=planning.reuse_cost,
        whole=frozenset(kinds.code(name) for name, kind in scenario.projects.items() if kind.feeds in ONE_SERVES_ALL),
        housed_cost={kind: housing.cost_share(kind) for kind in housing.of},
        most=_most_units(state, scenario, planning, kinds),
    )


def _forbidden_uses(scenario: Scenario, kinds: ProjectKinds) -> dict[int, frozenset[str]]:
    """Return what each kind is or spends money on of what the rule book forbids, whatever it is called, by code."""
    called, everybody_s = scenario.policy.rule_book.called, scenario.policy.funds.uses
    return {
        kinds.code(name): frozenset(
            called[use] for use in (name, kind.title_en, kind.title_zh, *kind.uses, *everybody_s) if use in called
        )
        for name, kind in scenario.projects.items()
    }


def _most_units(
    state: State, scenario: Scenario, planning: PlanningTerms, kinds: ProjectKinds
) -> dict[tuple[int, int], int]:
    """Return how many units of a kind a place can have, by kind and place, where there is an end to it.

    One of what serves the whole place, a transfer point for each township, a station for each village, the last project
    of stations filled up.
    """
    counties = range(len(state.counties))
    places = (*counties, *(FIRST_SHARED_PLACE + row for row in range(state.prefecture_count)))
    one = [kinds.code(name) for name, kind in scenario.projects.items() if kind.feeds in ONE_A_PLACE]
    most = {(kind, place): 1 for kind in one for place in places}
    townships, villages = NEEDS["townships"](state), NEEDS["villages"](state)
    for county in counties:
        batches = -(-int(villages[county]) // planning.stations_a_batch)
        most[int(ProjectKind.TOWNSHIP_POINTS), county] = int(townships[county])
        most[int(ProjectKind.STATIONS), county] = batches * planning.stations_a_batch
    return most


def _usual_fen(scenario: Scenario, planning: PlanningTerms, kinds: ProjectKinds) -> dict[int, float]:
    """Return what a unit of quantity costs all funders; of stations none, as keepers pay what projects do not."""
    usual = {
        kinds.code(name): 100.0 * kind.central_yuan * (1.0 + kind.local_share + kind.social_share)
        for name, kind in scenario.projects.items()
    }
    usual[ProjectKind.TRAINING] = usual.get(ProjectKind.TRAINING, 0.0) / planning.persons_a_batch
    usual[ProjectKind.STATIONS] = 0.0
    return usual


def existing_units(state: State) -> dict[tuple[int, int], int]:
    """Return how many units of a kind a place had before the programme, by kind and place."""
    a = state.assets
    rows = range(state.count("assets"))
    place = [int(a.county[row]) if a.county[row] >= 0 else FIRST_SHARED_PLACE + int(a.prefecture[row]) for row in rows]
    units: Counter[tuple[int, int]] = Counter()
    for row in rows:
        units[int(a.kind[row]), place[row]] += int(a.units[row])
    return dict(units)


def committed_units(state: State, purse: Purse, without: Sequence[int] = ()) -> tuple[Candidate, ...]:
    """Return what was approved out of a purse so far; what was given up is not among it, nor some that are left out."""
    rows = set(committed_rows(state, purse)).difference(without)
    return tuple(_unit(state, row, committed_fen(state, row)) for row in sorted(rows))


def book_of(
    world: World, office: FundAdministration, purse: Purse, *, refusing: bool, without: Sequence[int] = ()
) -> Book:
    """Return the government's book of a purse with all that was approved and paid before.

    Parameters
    ----------
    refusing : whether it holds the rules whose breach is refused, or those whose breach is only flagged
    without : projects that are about to leave the plan
    """
    rules = office.policy.rule_book
    return _book(world, office, purse, rules.refusing if refusing else rules.flagging, without)


def flagging_books(world: World, office: FundAdministration, purse: Purse) -> Iterator[Book]:
    """Yield, as `book_of`, a book for each rule whose breach is only flagged: what one lets through bars no other."""
    for _, alone in office.policy.rule_book.flagging.one_by_one():
        yield _book(world, office, purse, alone)


def _book(world: World, office: FundAdministration, purse: Purse, rules: RuleBook, without: Sequence[int] = ()) -> Book:
    return Book(
        rules, purse, facts_of(world, office),
        floor_share=office.policy.funds.floor_share if office.pooled else 0.0,
        committed=committed_units(world.state, purse, without), sunk=sunk_units(world.state, purse),
    )  # fmt: skip


def committed_rows(state: State, purse: Purse) -> list[int]:
    """Return the rows of the projects that were approved out of a purse, but for those given up or recalled."""
    return _rows(state, purse, COMMITTED)


def sunk_units(state: State, purse: Purse) -> tuple[Candidate, ...]:
    """Return what was paid out of a purse for projects that were given up or recalled, less what came back."""
    return tuple(unit for _, unit in _paid(state, purse, ENDED))


def left_fen(state: State, purse: Purse) -> int:
    """Return the central money of a purse that nothing is committed to, spent on or recalled; it may be below zero."""
    committed = sum(committed_fen(state, row) for row in committed_rows(state, purse))
    sunk = sum(unit.central_fen for unit in sunk_units(state, purse))
    return purse.central_fen - purse.recalled_fen - committed - sunk


def paid_units(state: State, purse: Purse) -> list[tuple[int, Candidate]]:
    """Return what was paid out of a purse for all its projects, given up or not, each with its row."""
    return _paid(state, purse, (*COMMITTED, *ENDED))


def _paid(state: State, purse: Purse, statuses: tuple[ProjectStatus, ...]) -> list[tuple[int, Candidate]]:
    paid = state.projects.paid_by_fen[:, Funder.CENTRAL]
    return [(row, _unit(state, row, int(paid[row]))) for row in _rows(state, purse, statuses) if paid[row] > 0]


def _rows(state: State, purse: Purse, statuses: tuple[ProjectStatus, ...]) -> list[int]:
    """Return the rows of the projects of a purse that have one of some statuses."""
    p = state.projects
    rows = np.flatnonzero(np.isin(p.status[: state.count("projects")], statuses))
    own = np.isin(p.county[rows], purse.counties)
    shared = (p.county[rows] < 0) & (p.prefecture[rows] == purse.prefecture) & purse.shared
    found: list[int] = rows[own | shared].tolist()
    return found


def _unit(state: State, row: int, central_fen: int) -> Candidate:
    """Return a project as the unit of a plan that it is, at some central money."""
    p = state.projects
    return Candidate(
        kind=int(p.kind[row]), category=Category(p.category[row]), county=int(p.county[row]),
        prefecture=int(p.prefecture[row]), turn=int(p.turn[row]), central_fen=central_fen,
        local_fen=int(p.local_fen[row]), social_fen=int(p.social_fen[row]), lead_weeks=0, gain=0.0,
        quantity=int(p.quantity[row]), terms=PlannedTerms(township=int(p.township[row])),
    )  # fmt: skip


def committed_fen(state: State, project: int) -> int:
    """Return the central money that a project has: its budget, or what its contract leaves of it.

    What a contract has for stations that nobody took in the last round of offers is not among it.
    """
    p = state.projects
    fen = int(p.central_fen[project])
    if p.status[project] == ProjectStatus.APPROVED:
        return fen
    return fen * int(p.price_factor[project]) // ONE - int(p.returned_fen[project])


def bound_fen(state: State) -> NDArray[np.int64]:
    """Return the central money that each project binds, shape (projects,).

    Its budget until it is awarded, from then on what its contract can claim; what was paid, less what came back, where
    it came to nothing; nothing of what left the plan. Rounded as claims are, so that no fen of a contract is too much.
    """
    p, many = state.projects, state.count("projects")
    status, budget = p.status[:many], p.central_fen[:many].astype(np.int64)
    price = np.rint(p.price_factor[:many] / ONE * budget).astype(np.int64) - p.returned_fen[:many]
    bound = np.where(status == ProjectStatus.APPROVED, budget, price)
    bound = np.where(np.isin(status, ENDED), np.maximum(p.paid_by_fen[:many, Funder.CENTRAL], 0), bound)
    return np.asarray(np.where(status == ProjectStatus.ABSENT, 0, bound), np.int64)


def untaken_fen(state: State, projects: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the central money that contracts have for stations that did not open, shape (projects,).

    It is what the contract leaves of the budget less what its stations can claim in the end (`payments.claims_fen`).
    """
    p = state.projects
    opened = p.done[projects] / np.maximum(p.quantity[projects], 1) * (p.price_factor[projects] / ONE)
    claimed = np.rint(opened * p.central_fen[projects]).astype(np.int64)
    committed = np.array([committed_fen(state, project) for project in projects.tolist()], np.int64)
    return np.asarray(np.maximum(committed - claimed, 0), np.int64)


def returned_fen(state: State, purse: Purse) -> int:
    """Return the central money of a purse that came back for stations that nobody took, and is not placed anew."""
    p = state.projects
    rows = committed_rows(state, purse)
    placed = sum(committed_fen(state, row) + int(p.returned_fen[row]) for row in rows if p.reallocated[row])
    unplaced = int(p.returned_fen[rows].sum()) - placed
    return max(0, min(unplaced, left_fen(state, purse))) if unplaced > 0 else 0


def last_return(state: State, purse: Purse) -> int:
    """Return the sequence number of the last event by which money came back for stations that nobody took."""
    p = state.projects
    rows = [row for row in committed_rows(state, purse) if p.returned_fen[row]]
    return int(p.seq[rows].max())


def looks(state: State, purse: Purse, evidence: float, units: Sequence[Candidate]) -> dict[int, float]:
    """Return how many looks a chooser had at the gains of each kind: one, and more for each that was finished."""
    p = state.projects
    finished = np.flatnonzero(p.status[: state.count("projects")] == ProjectStatus.FINISHED)
    own = finished[
        (p.prefecture[finished] == purse.prefecture) & (purse.shared | np.isin(p.county[finished], purse.counties))
    ]
    many = Counter(p.kind[own].tolist())
    return {unit.kind: 1.0 + evidence * many[unit.kind] for unit in units}


def place_numbers(state: State) -> Callable[[int], int]:
    """Return what tells the number that the luck of a place hangs on, by the place of a candidate's key."""
    return partial(number_of_place, state)


def errors_left(state: State, clarity: float, units: Sequence[Candidate]) -> list[float]:
    """Return what part of the error of its gain each unit keeps: less where a product database lists the county.

    Of what serves a whole prefecture, the mean over its counties.

    Parameters
    ----------
    clarity : share of the error that a database takes out
    """
    left = 1.0 - clarity * lists_goods(state)
    c = state.counties
    near = np.bincount(c.prefecture, left, state.prefecture_count) / np.maximum(np.bincount(c.prefecture), 1)
    return [float(left[unit.county] if unit.county >= 0 else near[unit.prefecture]) for unit in units]


def knows(world: World, office: FundAdministration, facts: Facts, unit: Candidate) -> bool:
    """Return whether the holder of a purse knows that a unit is there already.

    A pooled purse knows what there is; a county knows its own, and of what serves its whole prefecture with a chance.
    """
    if office.pooled or facts.own(unit):
        return True
    luck = float(world.draws.uniform("asset_known", int(unit.kind), [number_of_place(world.state, unit.key[1])])[0])
    return luck < office.planning.assets_known
