"""Training: sessions where they are paid for, who comes, who is satisfied, who masters it (MODEL 4.11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events.codes import Group, Mode, ProjectKind, ProjectStatus, Way
from ecsim.rural.events.households import SellingHeardOf, SkillGained
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.world import World

I64 = NDArray[np.int64]


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


def train(world: World, terms: TrainingTerms) -> None:
    """Hold this week's sessions of every training contract that has begun."""
    p = world.state.projects
    begun = (p.kind == ProjectKind.TRAINING) & (p.status == ProjectStatus.FINISHED) & (p.done < p.quantity)
    for county in np.unique(p.county[begun]):
        for project in np.flatnonzero(begun & (p.county == county))[: terms.sessions_a_week]:
            _hold(world, terms, int(county), int(project))


def _hold(world: World, terms: TrainingTerms, county: int, project: int) -> None:
    state = world.state
    p = state.projects
    session = state.count("sessions")
    turn = int((state.sessions.county[:session] == county).sum())
    lot = 4096 * county + turn  # the luck of a county's n-th session is alike in every arm
    villagers = float(world.draws.uniform("session_group", 0, [lot])[0]) < terms.villagers_share
    luck = float(world.draws.uniform("session_kind", 0, [lot])[0])
    group = Group.VILLAGERS if villagers else Group(int(luck * 5))
    mode = Mode(int(4 * float(world.draws.uniform("session_mode", 0, [lot])[0])))
    seats = min(terms.seats, int(p.quantity[project] - p.done[project]))
    persons = max(1, int(world.draws.poisson("session_came", 0, [lot], terms.show_up * seats)[0]))
    persons = min(persons, seats)
    held = world.publish(
        SessionHeld(
            session=[session], county=[county], village=[-1], group=[int(group)], mode=[int(mode)], seats=[seats],
            project=[project],
        ),
        cause=int(p.seq[project]),
    )  # fmt: skip
    if not held.count:  # taken out of the run
        return
    fits = mode != Mode.CLASS or group in (Group.OFFICIALS, Group.FIRMS)
    odds = terms.satisfied - (0.0 if fits else terms.misfit)
    rows, count = _who(world, terms, county, lot, persons, group)
    answered = _binomial(world, "answered", lot, count, terms.answered)
    satisfied = _binomial(world, "satisfied", lot, answered, odds)
    poor = np.where(rows >= 0, state.households.poor[np.maximum(rows, 0)], False)
    came = world.publish(
        TraineeAttended(
            session=np.full(len(rows), session), household=rows, persons=count, answered=answered, satisfied=satisfied,
            poor=poor,
        ),
        cause=held.first,
    )  # fmt: skip
    _learn(world, terms, county, rows, came.seqs)


def _who(world: World, terms: TrainingTerms, county: int, lot: int, persons: int, group: Group) -> tuple[I64, I64]:
    """Return who comes: households with how many persons each, or one row of persons of organisations.

    A sampled household stands for several; so fewer rows come, each for persons of the households it stands for.
    """
    if group in (Group.OFFICIALS, Group.FIRMS, Group.STATION_STAFF):
        return np.array([-1]), np.array([persons])
    h = world.state.households
    here = np.flatnonzero(h.county == county)
    young = h.age_class[here] <= 1
    keen = world.draws.uniform("keen_to_learn", lot, here) / np.where(young, terms.young_weight, 1.0)
    keen = keen + h.trained[here]
    first = world.draws.uniform("poor_seat", lot, here) < terms.poor_first
    keen = keen - (first & h.poor[here] if group == Group.VILLAGERS else young)
    order = here[np.argsort(keen, kind="stable")]
    running = np.cumsum(h.weight[order])
    rows = order[: int(np.searchsorted(running, persons)) + 1]
    count = h.weight[rows].astype(np.int64)
    count[-1] -= int(count.sum()) - persons
    return rows[count > 0].astype(np.int64), count[count > 0]


def _binomial(world: World, process: str, lot: int, trials: I64, odds: float) -> I64:
    """Return successes of keyed trials, row by row."""
    row = np.repeat(np.arange(len(trials)), trials)
    luck = world.draws.uniform(process, lot, np.arange(len(row)))
    return np.bincount(row, luck < odds, len(trials)).astype(np.int64)


def _learn(world: World, terms: TrainingTerms, county: int, rows: I64, cause: I64) -> None:
    """Who came has heard of selling; some master it, more where a centre follows up.

    A row that stands for more households than persons came learns with the chance that one of them did.
    """
    state = world.state
    h = state.households
    who = rows >= 0
    rows, cause = rows[who], cause[who]
    new = ~h.aware[rows]
    heard = SellingHeardOf(household=rows[new], way=np.full(int(new.sum()), int(Way.TRAINING)))
    world.publish(heard, cause=cause[new])
    bonus = 1.0 + terms.centre_bonus * (state.counties.centre[county] >= 0)
    chance = np.where(h.poor[rows], terms.skill_poor, terms.skill) * bonus
    masters = ~h.skilled[rows] & (world.draws.uniform("master_selling", world.week, rows) < chance)
    world.publish(SkillGained(household=rows[masters]), cause=cause[masters])
