"""What a session teaches, costs and how it is felt: mode, content, fit, crowding, follow-up (docs/model.md 4.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import Content, Group, KnowHowMoved, Mode
from ecsim.rural.programme.training_plan import TrainingLine, TrainingPlan
from ecsim.rural.world import ONE, WEEKS_A_MONTH, WEEKS_A_YEAR, World

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class TrainingTerms:
    """Numbers of training; units in ``parameters/training.toml``."""

    sessions_a_week: int
    show_up: float
    poor_first: float
    young_weight: float
    answered: float
    satisfied: float
    misfit: float
    crowded: float
    follow_up_felt: float
    cost_class: float
    cost_field: float
    cost_visit: float
    cost_hands_on: float
    online_class: float
    online_field: float
    online_visit: float
    online_hands_on: float
    room_class: float
    room_field: float
    room_visit: float
    room_hands_on: float
    teaches_field: float
    teaches_visit: float
    teaches_hands_on: float
    teaches_online: float
    teaches_awareness: float
    teaches_goods: float
    misfit_lost: float
    crowding_lost: float
    unprepared: float
    skill: float
    skill_poor: float
    skill_youth: float
    skill_founders: float
    centre_bonus: float
    officials_needed: float
    firms_needed: float
    founders_needed: float
    staff_needed: float
    forgotten: float

    @property
    def cost(self) -> F64:
        """Person-times of a contract that an attendance uses up, in a room and online; shape (2, modes)."""
        return np.array(
            [
                [self.cost_class, self.cost_field, self.cost_visit, self.cost_hands_on],
                [self.online_class, self.online_field, self.online_visit, self.online_hands_on],
            ]
        )

    @property
    def room(self) -> F64:
        """Persons that one session can teach well, by mode."""
        return np.array([self.room_class, self.room_field, self.room_visit, self.room_hands_on])

    @property
    def teaches(self) -> F64:
        """What a person takes away of a session over what it takes away of a class, by mode."""
        return np.array([1.0, self.teaches_field, self.teaches_visit, self.teaches_hands_on])

    @property
    def skills(self) -> F64:
        """Chance to master selling in a session of the four steps, by group of trainees; 0 of organisations."""
        return np.array([0.0, 0.0, self.skill_youth, self.skill_founders, 0.0, self.skill])

    @property
    def needed(self) -> F64:
        """Persons taught after which a county's group knows 63 % of all there is, by group; infinite: never."""
        of_none = np.inf
        return np.array(
            [self.officials_needed, self.firms_needed, of_none, self.founders_needed, self.staff_needed, of_none]
        )


class PlanTable(NamedTuple):
    """A training plan as columns, shape (lines,) each."""

    stage: I64
    group: I64
    content: I64
    mode: I64
    online: Bool
    share: F64
    """Of all person-times."""
    seats: I64
    misfits: I64
    """How much does not fit, of the content to the group and of the mode to the content: 0, 1 or 2."""

    @classmethod
    def of(cls, plan: TrainingPlan) -> PlanTable:
        """Return the lines of a plan."""
        lines = plan.lines
        share = np.array([line.share for line in lines])
        return cls(
            stage=np.array([line.stage for line in lines]),
            group=np.array([int(Group[line.group.upper()]) for line in lines]),
            content=np.array([int(Content[line.content.upper()]) for line in lines]),
            mode=np.array([int(Mode[line.mode.upper()]) for line in lines]),
            online=np.array([line.online for line in lines]),
            share=share / share.sum(),
            seats=np.array([line.seats for line in lines]),
            misfits=np.array([_misfits(plan, line) for line in lines]),
        )

    def cost(self, terms: TrainingTerms) -> F64:
        """Return the person-times of a contract that an attendance uses up."""
        return np.asarray(terms.cost[self.online.astype(np.intp), self.mode], np.float64)

    def crowding(self, terms: TrainingTerms, line: I64, persons: I64) -> F64:
        """Return by how much sessions are overfull, over what they can teach well; online ones never are."""
        overfull = np.maximum(persons / terms.room[self.mode[line]] - 1.0, 0.0)
        return np.asarray(np.where(self.online[line], 0.0, overfull), np.float64)

    def taken_away(self, terms: TrainingTerms, line: I64, persons: I64) -> F64:
        """Return what a person takes away of each session, over what one takes away of a fitting class that has room.

        Parameters
        ----------
        line : of the plan, shape (sessions,)
        persons : who come to each, shape (sessions,)
        """
        by_content = np.ones(len(Content))
        by_content[Content.AWARENESS] = terms.teaches_awareness
        by_content[[Content.SORTING, Content.STOCKING]] = terms.teaches_goods
        taken = terms.teaches[self.mode[line]] * np.where(self.online[line], terms.teaches_online, 1.0)
        taken = taken * by_content[self.content[line]] * (1.0 - terms.misfit_lost) ** self.misfits[line]
        return np.asarray(taken / (1.0 + terms.crowding_lost * self.crowding(terms, line, persons)), np.float64)

    def satisfaction(self, terms: TrainingTerms, line: I64, persons: I64, followed_up: F64) -> F64:
        """Return the odds that who answers is satisfied: less where it is crowded or does not fit, more with follow-up.

        Parameters
        ----------
        line, persons : of each session, shape (sessions,)
        followed_up : how far a service centre looks after the trained, shape (sessions,)
        """
        odds = terms.satisfied - terms.misfit * self.misfits[line]
        odds = np.clip(odds - terms.crowded * self.crowding(terms, line, persons), 0.0, 1.0)
        return np.asarray(odds + terms.follow_up_felt * followed_up * (1.0 - odds), np.float64)


def _misfits(plan: TrainingPlan, line: TrainingLine) -> int:
    fit = plan.contents[line.content]
    return (line.group not in fit.groups) + (line.mode not in fit.modes)


def teach_organisations(world: World, terms: TrainingTerms, county: I64, group: I64, persons: F64, cause: I64) -> None:
    """Officials, firms, founders and staff of counties know more: each person closes part of what is lacking.

    Parameters
    ----------
    county, group : of each session, no pair twice; shape (sessions,)
    persons : who come, each counted by what a person takes away, shape (sessions,)
    cause : of each, shape (sessions,)

    References
    ----------
    docs/model.md 4.11: K <- 1 - (1 - K)·exp(-n/N), so the same session adds less the more is known.
    """
    known = world.state.counties.know_how[county, group] / ONE
    share = np.rint(ONE * (1.0 - (1.0 - known) * np.exp(-persons / terms.needed[group]))).astype(np.int64)
    moved = share != world.state.counties.know_how[county, group]
    if not moved.any():
        return
    learned = KnowHowMoved(county=county[moved], group=group[moved], share=share[moved])
    world.publish(learned, cause=cause[moved])


def forget(world: World, terms: TrainingTerms) -> None:
    """Every month part of what counties know wears off: people leave their posts, methods change."""
    if world.week % WEEKS_A_MONTH:
        return
    c = world.state.counties
    kept = np.exp(-terms.forgotten * WEEKS_A_MONTH / WEEKS_A_YEAR)
    left = np.rint(kept * c.know_how).astype(np.int64)
    county, group = np.nonzero(left != c.know_how)
    if not county.size:
        return
    faded = KnowHowMoved(county=county, group=group, share=left[county, group])
    world.publish(faded, cause=c.know_how_seq[county, group])
