"""Training: sessions where they are paid for, who comes, who is satisfied, who masters it (docs/model.md 4.11).

Seats go to the keenest: never trained first, then registered poor villagers in a share of the cases, or the young. A
session is satisfying, and mastered, by keyed trials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.rural.events import (
    Group,
    Mode,
    ProjectKind,
    ProjectStatus,
    Rows,
    SellingHeardOf,
    SessionHeld,
    SkillGained,
    TraineeAttended,
    Way,
)
from ecsim.rural.world import State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]
_VILLAGERS = int(Group.VILLAGERS)
_ORGANISATIONS = (int(Group.OFFICIALS), int(Group.FIRMS), int(Group.STATION_STAFF))
"""Groups whose members are not followed as households."""


@dataclass(frozen=True)
class TrainingTerms:
    """Numbers of training; units in ``parameters/training.toml``."""

    seats: int
    sessions_a_week: int
    show_up: float
    villagers_share: float
    poor_first: float
    answered: float
    satisfied: float
    misfit: float
    skill: float
    skill_poor: float
    centre_bonus: float
    young_weight: float


class Sessions(NamedTuple):
    """Sessions of one turn, one a county; shape (sessions,) each."""

    county: I64
    lot: I64
    """What their luck hangs on: the luck of a county's n-th session is alike in every arm."""
    group: I64
    persons: I64
    """How many come."""


class Population(NamedTuple):
    """Households as far as training asks: counties in order, the households of each side by side."""

    first: I64
    """Shape (counties + 1,): the households of county c are first[c] to below first[c + 1]."""
    weight: I32
    age_class: U8
    poor: Bool
    trained: Bool


class Seats(NamedTuple):
    """Luck of who comes: keys of the draws, the chance that a poor villager is seated first, how keen the young are."""

    keen: np.uint64
    poor: np.uint64
    poor_first: float
    young_weight: float


def train(world: World, terms: TrainingTerms) -> None:
    """Hold this week's sessions of every training contract that has begun: first sessions of all counties, then second.

    Sessions of one turn are of different counties, so none of them reaches a household of another.
    """
    p = world.state.projects
    begun = np.flatnonzero((p.kind == ProjectKind.TRAINING) & (p.status == ProjectStatus.FINISHED))
    begun = begun[p.done[begun] < p.quantity[begun]]
    begun = begun[np.argsort(p.county[begun], kind="stable")]
    turn = np.arange(len(begun)) - np.searchsorted(p.county[begun], p.county[begun])
    for number in range(min(terms.sessions_a_week, int(turn.max(initial=-1)) + 1)):
        _hold(world, terms, begun[turn == number])


def _hold(world: World, terms: TrainingTerms, projects: I64) -> None:
    """Hold a session of each project, all of different counties."""
    state, draws = world.state, world.draws
    p = state.projects
    county = p.county[projects].astype(np.int64)
    lot = 4096 * county + _held_before(state)[county]
    villagers = draws.uniform("session_group", 0, lot) < terms.villagers_share
    group = np.where(villagers, _VILLAGERS, (draws.uniform("session_kind", 0, lot) * 5).astype(np.int64))
    seats = np.minimum(terms.seats, p.quantity[projects] - p.done[projects])
    came = np.clip(draws.poisson("session_came", 0, lot, terms.show_up * seats), 1, seats)
    held = world.publish(
        SessionHeld(
            session=state.count("sessions") + np.arange(len(projects)),
            county=county,
            village=np.full(len(projects), -1),
            group=group,
            mode=(4 * draws.uniform("session_mode", 0, lot)).astype(np.int64),
            seats=seats,
            project=projects,
        ),
        cause=p.seq[projects],
    )
    if held.count:
        kept = np.isin(projects, held.event.project)  # others are taken out of the run
        _attend(world, terms, held, Sessions(county[kept], lot[kept], group[kept], came[kept]))


def _held_before(state: State) -> I64:
    """Return how many sessions each county has had, shape (counties,)."""
    held = np.flatnonzero(state.sessions.seq[: state.count("sessions")])
    return np.bincount(state.sessions.county[held], minlength=len(state.counties))


def _attend(world: World, terms: TrainingTerms, held: Rows[SessionHeld], sessions: Sessions) -> None:
    """Say who came to each session, who answered the survey and was satisfied, and what they learn."""
    state = world.state
    session, household, persons = _who(world, terms, sessions)
    fits = (held.event.mode != Mode.CLASS) | (sessions.group == Group.OFFICIALS) | (sessions.group == Group.FIRMS)
    satisfied_odds = terms.satisfied - np.where(fits, 0.0, terms.misfit)
    lot, sure = sessions.lot[session], np.full(len(session), terms.answered)
    answered = _successes(world.draws.key("answered"), lot, persons, sure)
    satisfied = _successes(world.draws.key("satisfied"), lot, answered, satisfied_odds[session])
    came = world.publish(
        TraineeAttended(
            session=held.event.session[session],
            household=household,
            persons=persons,
            answered=answered,
            satisfied=satisfied,
            poor=(household >= 0) & state.households.poor[np.maximum(household, 0)],
        ),
        cause=held.seqs[session],
    )
    who = household >= 0
    _learn(world, terms, sessions.county[session[who]], household[who], came.seqs[who])


def _who(world: World, terms: TrainingTerms, sessions: Sessions) -> tuple[I64, I64, I64]:
    """Return who comes: the session of each row, its household or -1, and how many persons it stands for.

    A sampled household stands for several; so fewer rows come, each for persons of the households it stands for.
    Persons of organisations are one row.
    """
    h = world.state.households
    first = np.searchsorted(h.county, np.arange(len(world.state.counties) + 1, dtype=np.int32))
    population = Population(first, h.weight, h.age_class, h.poor, h.trained)
    luck = Seats(world.draws.key("keen_to_learn"), world.draws.key("poor_seat"), terms.poor_first, terms.young_weight)
    room = int(sessions.persons.sum())
    rows = (np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64))
    filled = _keenest(luck, population, sessions, rows)
    session, household, persons = (column[:filled] for column in rows)
    return session, household, persons


@njit(cache=True, nogil=True)
def _keenest(luck: Seats, population: Population, sessions: Sessions, rows: tuple[I64, I64, I64]) -> int:
    """Fill the rows of who comes (session, household, persons) and return how many there are."""
    session_out, household_out, persons_out = rows
    filled, most = 0, sessions.persons.max() + 1
    keen, who = np.empty(most), np.empty(most, np.int64)
    for s in range(len(sessions.lot)):
        left = sessions.persons[s]
        if sessions.group[s] in _ORGANISATIONS:
            session_out[filled], household_out[filled], persons_out[filled] = s, -1, left
            filled += 1
            continue
        kept = _keenest_of(luck, population, sessions, s, keen, who)
        for place in range(kept):
            seats = np.int64(population.weight[who[place]]) if place < kept - 1 else left
            session_out[filled], household_out[filled], persons_out[filled] = s, who[place], seats
            left -= seats
            filled += 1
    return filled


@njit(cache=True, nogil=True)
def _keenest_of(luck: Seats, population: Population, sessions: Sessions, s: int, keen: F64, who: I64) -> int:
    """Put the keenest households of a session's county, as many as fill its seats, in order; return how many.

    One pass keeps the keenest so far; of equals the first. Those never trained come first, then registered poor
    villagers (if luck seats them first) or the young, then whoever likes to learn.
    """
    wanted, lot, county = sessions.persons[s], sessions.lot[s], sessions.county[s]
    kept, seated = 0, np.int64(0)
    for i in range(population.first[county], population.first[county + 1]):
        young = population.age_class[i] <= 1
        rank = uniform_at(luck.keen, lot, i) / (luck.young_weight if young else 1.0) + population.trained[i]
        if seated >= wanted and rank - 1.0 >= keen[kept - 1]:
            continue
        if sessions.group[s] != _VILLAGERS:
            rank -= young
        elif population.poor[i] and uniform_at(luck.poor, lot, i) < luck.poor_first:
            rank -= 1.0
        if seated >= wanted and rank >= keen[kept - 1]:
            continue
        place = kept
        while place > 0 and keen[place - 1] > rank:
            keen[place], who[place] = keen[place - 1], who[place - 1]
            place -= 1
        keen[place], who[place] = rank, i
        kept += 1
        seated += population.weight[i]
        while seated - population.weight[who[kept - 1]] >= wanted:
            kept -= 1
            seated -= population.weight[who[kept]]
    return kept


@njit(cache=True, nogil=True)
def _successes(key: np.uint64, lot: I64, trials: I64, odds: F64) -> I64:
    """Return successes of keyed trials; those of rows of one lot, which lie side by side, are numbered through."""
    successes = np.zeros(len(trials), np.int64)
    number = 0
    for row in range(len(trials)):
        if row and lot[row] != lot[row - 1]:
            number = 0
        for trial in range(number, number + trials[row]):
            successes[row] += uniform_at(key, lot[row], trial) < odds[row]
        number += trials[row]
    return successes


def _learn(world: World, terms: TrainingTerms, county: I64, rows: I64, cause: I64) -> None:
    """Who came has heard of selling; some master it, more where a centre follows up.

    A row that stands for more households than persons came learns with the chance that one of them did.
    """
    state = world.state
    h = state.households
    new = ~h.aware[rows]
    heard = SellingHeardOf(household=rows[new], way=np.full(int(new.sum()), int(Way.TRAINING)))
    world.publish(heard, cause=cause[new])
    bonus = 1.0 + terms.centre_bonus * (state.counties.centre[county] >= 0)
    chance = np.where(h.poor[rows], terms.skill_poor, terms.skill) * bonus
    masters = ~h.skilled[rows] & (world.draws.uniform("master_selling", world.week, rows) < chance)
    world.publish(SkillGained(household=rows[masters]), cause=cause[masters])
