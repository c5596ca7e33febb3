"""What became of the trained, against journals made up by hand (docs/model.md 4.11, 7)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events.codes import Group
from ecsim.rural.events.households import SellerStarted, SkillGained
from ecsim.rural.events.market import WagesPaid
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.figures import FigureQuery, composition_of
from figures import START, Happened
from tiny import made

DAY = 400
GROUPS = [Group.VILLAGERS, Group.YOUTH, Group.FOUNDERS, Group.OFFICIALS]


def trained(**opened: object) -> Happened:
    """Return a run in which 4 and 5 came to a session for villagers, 6 to one for youth, 9 for founders.

    Household 5 came for youth once more; sessions of officials have no household.
    """
    seen = Happened({HouseholdsBaselined: dict(opened)} if opened else None)
    seen.on(DAY, made(SessionHeld, session=[0, 1, 2, 3], county=[0, 0, 1, 0], village=[-1] * 4, group=GROUPS))
    seen.on(DAY, made(TraineeAttended, session=[0, 0, 1, 2, 3], household=[4, 5, 6, 9, -1], persons=[1, 1, 1, 1, 30]))
    return seen.on(DAY + 7, made(TraineeAttended, session=[1], household=[5], persons=[1]))


def shares(seen: Happened, what: str) -> list[list[float]]:
    """Return the share of each group that went on to something, by county."""
    return [seen.outcome(f"trained_to_{what}_{group}") for group in ("villagers", "youth", "founders")]


def test_shops_of_the_trained_count_once_and_only_after_training() -> None:
    # 4 opens a shop, gives it up and opens it again; 7 was never trained, 9 opens one, 6 had opened its before.
    seen = Happened()
    seen.on(DAY - 7, made(SellerStarted, household=[6], shops=[1]))
    seen.all([]).on(DAY, made(SessionHeld, session=[0, 1, 2], county=[0, 0, 1], village=[-1] * 3, group=GROUPS[:3]))
    seen.on(DAY, made(TraineeAttended, session=[0, 0, 1, 2], household=[4, 5, 6, 9], persons=[1] * 4))
    for later in (7, 70):
        seen.on(DAY + later, made(SellerStarted, household=[4, 7, 9], shops=[1, 1, 1]))
    assert seen.outcome("trained_to_shops") == [1.0, 1.0]
    villagers, youth, founders = shares(seen, "shops")
    assert villagers[0] == 0.5
    assert youth[0] == 0.0
    assert founders[1] == 1.0
    assert np.isnan([villagers[1], youth[1], founders[0]]).all()  # nobody of these was trained there


def test_work_counts_for_who_had_none_before() -> None:
    # 4 was paid before the training, 5 and 9 are only after it, 7 was not trained.
    seen = Happened()
    seen.on(DAY - 28, made(WagesPaid, household=[4], paid_fen=[100]))
    seen.on(DAY, made(SessionHeld, session=[0, 1], county=[0, 1], village=[-1] * 2, group=[GROUPS[0], GROUPS[2]]))
    seen.on(DAY, made(TraineeAttended, session=[0, 0, 1], household=[4, 5, 9], persons=[1] * 3))
    for later in (28, 56):
        seen.on(DAY + later, made(WagesPaid, household=[4, 5, 7, 9], paid_fen=[100] * 4))
    assert seen.outcome("trained_to_work") == [1.0, 1.0]
    villagers, _, founders = shares(seen, "work")
    assert (villagers[0], founders[1]) == (0.5, 1.0)


def test_the_group_of_a_household_is_that_of_its_first_session() -> None:
    seen = trained().on(DAY + 14, made(SellerStarted, household=[5, 6], shops=[1, 1]))
    villagers, youth, _ = shares(seen, "shops")
    assert (villagers[0], youth[0]) == (0.5, 1.0)
    assert seen.outcome("trained_to_shops") == [2.0, 0.0]


@pytest.mark.parametrize(("by_training", "shops"), [(False, 2.0), (True, 8.0)])
def test_of_a_row_as_many_are_trained_as_came(by_training: bool, shops: float) -> None:
    # Household 4 stands for eight, of which two came. Its eight shops count for these two; or for all, where the row
    # learned in training: it did so with the chance of two in eight.
    seen = Happened({HouseholdsBaselined: {"weight": {4: 8}}})
    seen.on(DAY, made(SessionHeld, session=[0], county=[0], village=[-1], group=[Group.VILLAGERS]))
    came = made(TraineeAttended, session=[0], household=[4], persons=[2])
    first = seen._seq
    seen.on(DAY, came)
    learned: Event = SkillGained(household=[4])
    cause = np.array([first if by_training else 0])
    seen.card.see(learned, Stamp(seen._seq, DAY, cause))
    seen._seq += 1
    seen.on(DAY + 7, made(SellerStarted, household=[4], shops=[8]))
    assert seen.outcome("trained_to_shops") == [shops, 0.0]
    assert seen.outcome("trained_to_shops_villagers")[0] == shops / 2


@pytest.mark.parametrize(("name", "kind"), [("shops", SellerStarted), ("work", WagesPaid)])
def test_a_figure_is_made_of_the_training_and_of_what_came_after(name: str, kind: type[Event]) -> None:
    # Rows 0 to 2 after the training of 4 and 6: 4 twice, 7 untrained; what counts is 4's first and its attendance.
    seen = trained().on(DAY + 14, made(kind, household=[4, 7])).on(DAY + 21, made(kind, household=[4, 4][:1]))
    (part,) = composition_of(f"trained_to_{name}")
    query = FigureQuery(seen.card, 0, START + dt.timedelta(days=DAY + 100))
    rows = {
        TraineeAttended: {"seq": np.array([1000, 1001, 1002]), "household": np.array([4, 5, 6])},
        kind: {"seq": np.array([2000, 2001, 2002]), "household": np.array([4, 7, 4])},
    }
    counted = part.counts(query, rows)
    assert counted[TraineeAttended].tolist() == [True, False, False]
    assert counted[kind].tolist() == [True, False, False]
