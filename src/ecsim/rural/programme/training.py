"""Training: sessions as the plan says, who comes, who is satisfied, who masters it (docs/model.md 4.11).

A county goes through its plan stage by stage, and within a stage keeps to its shares. Seats go to the keenest: never
trained first, then registered poor villagers in a share of the cases, or the young and returnees. A session is
satisfying, and mastered, by keyed trials. What one teaches is of `ecsim.rural.programme.teaching`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at
from ecsim.kernel.groups import place_in_group
from ecsim.rural.events import (
    Area,
    Group,
    ProjectKind,
    ProjectStatus,
    Rows,
    SellingHeardOf,
    SessionHeld,
    SkillGained,
    TraineeAttended,
    Way,
)
from ecsim.rural.facilities import area_share
from ecsim.rural.programme.teaching import PlanTable, TrainingTerms, forget, teach_organisations
from ecsim.rural.world import ONE, State, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]
_VILLAGERS, _YOUTH = int(Group.VILLAGERS), int(Group.YOUTH)
_ORGANISATIONS = (int(Group.OFFICIALS), int(Group.FIRMS), int(Group.STATION_STAFF))
"""Groups whose members are not followed as households."""


class Sessions(NamedTuple):
    """Sessions of one turn, one a county; shape (sessions,) each."""

    county: I64
    lot: I64
    """What their luck hangs on: the luck of a county's n-th session is alike in every arm."""
    group: I64
    persons: I64
    """How many come."""
    line: I64
    """Of the plan."""


class Population(NamedTuple):
    """Households as far as training asks: counties in order, the households of each side by side."""

    first: I64
    """Shape (counties + 1,): the households of county c are first[c] to below first[c + 1]."""
    number: I64
    weight: I32
    age_class: U8
    returnee: Bool
    poor: Bool
    trained: Bool


class Attendance(NamedTuple):
    """Villagers who came to sessions, shape (rows,) each."""

    household: I64
    persons: I64
    group: I64
    taken: F64
    """What a person takes away, over what one takes away of a fitting class that has room."""


class Seats(NamedTuple):
    """Luck of who comes: keys of the draws, the chance that a poor villager is seated first, how keen the young are."""

    keen: np.uint64
    poor: np.uint64
    poor_first: float
    young_weight: float


def train(world: World, terms: TrainingTerms, plan: PlanTable) -> None:
    """Hold this week's sessions of every training contract that has begun: first sessions of all counties, then second.

    Sessions of one turn are of different counties, so none of them reaches a household of another.

    Parameters
    ----------
    plan : what the training of a county consists of

    References
    ----------
    docs/model.md 4.11.
    """
    forget(world, terms)
    p = world.state.projects
    begun = np.flatnonzero((p.kind == ProjectKind.TRAINING) & (p.status == ProjectStatus.FINISHED))
    begun = begun[_left(world.state, begun) >= plan.cost(terms).max()]
    begun = begun[np.argsort(p.county[begun], kind="stable")]
    turn = place_in_group(p.county[begun])
    for number in range(min(terms.sessions_a_week, int(turn.max(initial=-1)) + 1)):
        _hold(world, terms, plan, begun[turn == number])


def _left(state: State, projects: I64) -> F64:
    """Return the person-times that contracts still hold: what was bought less what sessions used up."""
    return np.asarray(state.projects.quantity[projects] - _used(state, len(state.projects.kind))[projects], np.float64)


def _used(state: State, projects: int) -> F64:
    """Return the person-times that sessions used up of each contract, by the cost of their mode; shape (projects,)."""
    s, held = state.sessions, state.count("sessions")
    of_contracts = np.flatnonzero(s.project[:held] >= 0)
    used = s.persons[of_contracts] * (s.cost[of_contracts] / ONE)
    return np.asarray(np.bincount(s.project[of_contracts], used, projects), np.float64)


def _hold(world: World, terms: TrainingTerms, plan: PlanTable, projects: I64) -> None:
    """Hold a session of each project, all of different counties."""
    state, draws = world.state, world.draws
    p = state.projects
    county = p.county[projects].astype(np.int64)
    lot = 4096 * state.counties.number[county] + _held_before(state)[county]
    cost = plan.cost(terms)
    line = lines_in_turn(state, plan, cost, county)
    seats = np.minimum(plan.seats[line], np.floor(_left(state, projects) / cost[line]).astype(np.int64))
    came = np.clip(draws.poisson("session_came", 0, lot, terms.show_up * seats), 1, seats)
    held = world.publish(
        SessionHeld(
            session=state.count("sessions") + np.arange(len(projects)),
            county=county,
            village=np.full(len(projects), -1),
            group=plan.group[line],
            mode=plan.mode[line],
            seats=seats,
            project=projects,
            content=plan.content[line],
            online=plan.online[line],
            line=line,
            cost=np.rint(ONE * cost[line]).astype(np.int64),
        ),
        cause=p.seq[projects],
    )
    if held.count:
        kept = np.isin(projects, held.event.project)  # others are taken out of the run
        sessions = Sessions(county[kept], lot[kept], plan.group[line[kept]], came[kept], line[kept])
        _attend(world, terms, plan, held, sessions)


def lines_in_turn(state: State, plan: PlanTable, cost: F64, county: I64) -> I64:
    """Return the line of the plan that the next session of each county is of, shape (counties asked,).

    Parameters
    ----------
    cost : person-times of a contract that an attendance uses up, shape (lines,)
    county : asked, each once

    Notes
    -----
    A stage lasts until its part of the county's money for training is used up. Within it the line comes next that is
    farthest behind its share, by the rule of Webster and Sainte-Laguë: the least (held + half a class)/share.
    """
    counties, s, p = len(state.counties), state.sessions, state.projects
    in_plan = (p.status > ProjectStatus.ABSENT) & (p.status <= ProjectStatus.FINISHED)
    training = np.flatnonzero((p.kind == ProjectKind.TRAINING) & in_plan & (p.county >= 0))
    bought = np.bincount(p.county[training], p.quantity[training], counties)
    used = np.bincount(p.county[training], _used(state, len(p.kind))[training], counties)
    part = plan.share * cost / (plan.share * cost).sum()
    stage = _stages(plan.stage, part, used[county] / np.maximum(bought[county], 1))
    planned = np.flatnonzero(s.line[: state.count("sessions")] >= 0)
    cell = s.county[planned] * len(part) + s.line[planned]
    held = np.bincount(cell, s.persons[planned], counties * len(part)).reshape(counties, len(part))
    open_lines = (plan.stage == stage[:, None]) & (plan.share > 0)
    behind = (held[county] + 0.5 * plan.seats) / np.where(plan.share > 0, plan.share, 1.0)
    return np.asarray(np.where(open_lines, behind, np.inf).argmin(axis=1), np.int64)


def _stages(stage: I64, part: F64, progress: F64) -> I64:
    """Return the stage that has come at each progress, a share of the money; lines' parts add up to one."""
    stages = np.unique(stage[part > 0])
    ends = np.cumsum([part[stage == each].sum() for each in stages])[:-1]
    return np.asarray(stages[np.searchsorted(ends, progress, side="right")], np.int64)


def _held_before(state: State) -> I64:
    """Return how many sessions each county has had, shape (counties,)."""
    held = np.flatnonzero(state.sessions.seq[: state.count("sessions")])
    return np.bincount(state.sessions.county[held], minlength=len(state.counties))


def _attend(world: World, terms: TrainingTerms, plan: PlanTable, held: Rows[SessionHeld], sessions: Sessions) -> None:
    """Say who came to each session, who answered the survey and was satisfied, and what they learn."""
    state = world.state
    session, household, persons = _who(world, terms, sessions)
    followed_up = area_share(state, Area.TRAINING)[sessions.county]
    happy = plan.satisfaction(terms, sessions.line, sessions.persons, followed_up)
    lot, sure = sessions.lot[session], np.full(len(session), terms.answered)
    answered = _successes(world.draws.key("answered"), lot, persons, sure)
    satisfied = _successes(world.draws.key("satisfied"), lot, answered, happy[session])
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
    taken = plan.taken_away(terms, sessions.line, sessions.persons)
    teach_organisations(world, terms, sessions.county, sessions.group, taken * sessions.persons, held.seqs)
    who = household >= 0
    seats = Attendance(household[who], persons[who], sessions.group[session[who]], taken[session[who]])
    _learn(world, terms, followed_up[session[who]], seats, came.seqs[who])


def _who(world: World, terms: TrainingTerms, sessions: Sessions) -> tuple[I64, I64, I64]:
    """Return who comes: the session of each row, its household or -1, and how many persons it stands for.

    A sampled household stands for several; so fewer rows come, each for persons of the households it stands for.
    Persons of organisations are one row.
    """
    h = world.state.households
    first = np.searchsorted(h.county, np.arange(len(world.state.counties) + 1, dtype=np.int32))
    population = Population(first, h.number, h.weight, h.age_class, h.returnee, h.poor, h.trained)
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
    villagers (if luck seats them first) or the young (to their sessions also returnees), then whoever likes to learn.
    """
    wanted, lot, county = sessions.persons[s], sessions.lot[s], sessions.county[s]
    kept, seated = 0, np.int64(0)
    for i in range(population.first[county], population.first[county + 1]):
        young = population.age_class[i] <= 1
        number = population.number[i]
        rank = uniform_at(luck.keen, lot, number) / (luck.young_weight if young else 1.0) + population.trained[i]
        if seated >= wanted and rank - 1.0 >= keen[kept - 1]:
            continue
        if sessions.group[s] != _VILLAGERS:
            rank -= young or (sessions.group[s] == _YOUTH and population.returnee[i])
        elif population.poor[i] and uniform_at(luck.poor, lot, number) < luck.poor_first:
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


def _learn(world: World, terms: TrainingTerms, followed_up: F64, came: Attendance, cause: I64) -> None:
    """Who came has heard of selling; some master it: by group, by what they took away, more where a centre follows up.

    Who heard of selling only here is less prepared. A row that stands for more households than persons came hears and
    learns with the chance that one of its households is among those who came.
    """
    h, draws = world.state.households, world.draws
    rows = came.household
    among = np.minimum(1.0, came.persons / h.weight[rows])
    prepared = np.where(h.aware[rows], 1.0, terms.unprepared)
    new = ~h.aware[rows] & (draws.uniform("hear_in_training", world.week, h.number[rows]) < among)
    heard = SellingHeardOf(household=rows[new], way=np.full(int(new.sum()), int(Way.TRAINING)))
    world.publish(heard, cause=cause[new])
    bonus = 1.0 + terms.centre_bonus * followed_up
    skill = np.where(h.poor[rows], terms.skill_poor, terms.skills[came.group])
    chance = among * np.minimum(1.0, skill * came.taken * prepared * bonus)
    masters = ~h.skilled[rows] & (draws.uniform("master_selling", world.week, h.number[rows]) < chance)
    world.publish(SkillGained(household=rows[masters]), cause=cause[masters])
