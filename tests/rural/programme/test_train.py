"""Training: sessions held where they are paid for, who comes, is satisfied, masters it (docs/model.md 4.11)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Group, Mode, ProjectKind, Way
from ecsim.rural.events.funds import FacilityOpened, ProjectApproved, WorksFinished
from ecsim.rural.events.households import SellingHeardOf, SkillGained
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.training import SessionHeld, TraineeAttended
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

FULL: dict[str, Value] = {"training.show_up": 100.0}
"""More come than there are seats."""
VILLAGERS: dict[str, Value] = FULL | {"training.villagers_share": 1.0, "training.seats": 3}
ORGANISATIONS = (Group.OFFICIALS, Group.FIRMS, Group.STATION_STAFF)


def paid_for(region: Region, quantity: int = 500, county: int = 0) -> int:
    """Let a training contract begin, and return the number of the project."""
    number = region.world.state.count("projects")
    region.world.publish(
        made(
            ProjectApproved, project=[number], project_kind=[ProjectKind.TRAINING], county=[county], township=[-1],
            quantity=[quantity], turn=[number],
        )
    )  # fmt: skip
    region.world.publish(WorksFinished(project=[number]))
    return number


def trained(
    *, numbers: dict[str, Value] | None = None, opened: Any = None, quantity: int = 500, weeks: int = 1, seed: int = 1
) -> tuple[Region, Events]:
    """Return the region after some weeks of one training contract of county 0."""
    region, events = tiny_region(numbers=numbers, opened=opened, seed=seed)
    paid_for(region, quantity)
    events.clear()
    for week in range(weeks):
        take(region, "train", week=week)
    return region, events


def test_a_contract_holds_a_session_a_week_until_what_was_paid_for_is_done() -> None:
    # 120 persons at 50 seats, all taken: 50, 50 and then 20.
    region, events = trained(numbers=FULL, quantity=120, weeks=3)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    same(held, session=[0, 1, 2], county=[0, 0, 0], seats=[50, 50, 20], project=[0, 0, 0])
    assert np.bincount(came["session"], came["persons"]).tolist() == [50, 50, 20]
    assert region.world.state.projects.done[0] == 120
    events.clear()
    take(region, "train", week=3)
    assert not events.batches


def test_of_several_contracts_the_first_two_go_on_at_a_time() -> None:
    region, events = tiny_region(numbers=FULL)
    for _ in range(3):
        paid_for(region, quantity=50)
    paid_for(region, quantity=50, county=1)
    events.clear()
    for week in range(2):
        take(region, "train", week=week)
    held = events.of(SessionHeld)
    assert list(zip(held["county"].tolist(), held["project"].tolist(), strict=True)) == [(0, 0), (1, 3), (0, 1), (0, 2)]


def test_sessions_are_what_their_draws_written_out_say() -> None:
    # The n-th session of a county has its luck: for villagers or one of five other groups, one of four ways of
    # teaching, and a Poisson number of 85 % of the seats, at least one and at most the seats.
    region, events = trained(quantity=10_000, weeks=60)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    uniform = region.world.draws.uniform
    for turn in range(60):
        villagers = uniform("session_group", 0, turn) < 0.5
        group = Group.VILLAGERS if villagers else Group(int(5 * uniform("session_kind", 0, turn)))
        assert held["group"][turn] == group
        assert held["mode"][turn] == Mode(int(4 * uniform("session_mode", 0, turn)))
        persons = min(50, max(1, int(poisson.ppf(uniform("session_came", 0, turn), 0.85 * 50))))
        if group in ORGANISATIONS:
            rows = came["session"] == turn
            assert (came["household"][rows].tolist(), came["persons"][rows].tolist()) == ([-1], [persons])
    assert set(held["group"].tolist()) == {int(group) for group in Group}


def test_the_luck_of_a_countys_sessions_is_its_own() -> None:
    alone, both = tiny_region(numbers=FULL), tiny_region(numbers=FULL)
    paid_for(alone[0], county=1)
    for county in (0, 1):
        paid_for(both[0], county=county)
    for region, _ in (alone, both):
        for week in range(10):
            take(region, "train", week=week)
    groups = [
        events.of(SessionHeld)["group"][events.of(SessionHeld)["county"] == 1].tolist() for _, events in (alone, both)
    ]
    assert groups[0] == groups[1]


def attended(region: Region, events: Events) -> list[tuple[int, int]]:
    """Return households and persons that came to the first session."""
    came = events.of(TraineeAttended)
    first = came["session"] == 0
    return list(zip(came["household"][first].tolist(), came["persons"][first].tolist(), strict=True))


def test_who_comes_to_a_session_for_villagers_written_out() -> None:
    # Three seats: the keenest of county 0, the young counting double, those on the register first in half of the cases,
    # nobody twice before all have been there.
    for seed in range(12):
        region, events = trained(numbers=VILLAGERS, seed=seed)
        h, draws = region.world.state.households, region.world.draws
        here = np.arange(8)
        keen = draws.uniform("keen_to_learn", 0, here) / np.where(h.age_class[:8] <= 1, 2, 1)
        keen -= (draws.uniform("poor_seat", 0, here) < 0.5) & h.poor[:8]
        assert attended(region, events) == [(int(i), 1) for i in np.argsort(keen)[:3]]


def test_the_poor_come_first_where_all_seats_are_kept_for_them() -> None:
    region, events = trained(numbers=VILLAGERS | {"training.poor_first": 1.0})
    assert {household for household, _ in attended(region, events)} == {4, 5, 6}
    came = events.of(TraineeAttended)
    assert came["poor"].tolist() == [True] * 3


def test_the_young_come_first_to_sessions_for_returning_youth_and_founders() -> None:
    # Household 5 alone of county 0 is headed by somebody under 50.
    sessions = 0
    for seed in range(20):
        region, events = trained(numbers=FULL | {"training.villagers_share": 0.0, "training.seats": 1}, seed=seed)
        if events.of(SessionHeld)["group"][0] in (Group.YOUTH, Group.FOUNDERS):
            assert attended(region, events) == [(5, 1)]
            sessions += 1
    assert sessions > 3


def test_everybody_comes_once_before_anybody_comes_twice() -> None:
    region, events = trained(numbers=VILLAGERS | {"training.poor_first": 0.0, "training.seats": 4}, weeks=2)
    came = events.of(TraineeAttended)["household"].tolist()
    assert sorted(came) == list(range(8))
    assert region.world.state.households.trained[:8].all()
    assert not region.world.state.households.trained[8:].any()


def test_a_household_that_stands_for_several_fills_as_many_seats() -> None:
    # Each stands for two: of three persons two come of the first and one of the second.
    region, events = trained(numbers=VILLAGERS, opened={HouseholdsBaselined: {"weight": 2}})
    assert [persons for _, persons in attended(region, events)] == [2, 1]


def test_answers_and_satisfaction_are_keyed_trials_person_by_person() -> None:
    # 80 % answer, 94 % of them are satisfied, five points fewer where villagers or the young are taught in a class.
    region, events = trained(quantity=10_000, weeks=40)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    classes = 0
    for turn in range(40):
        rows = came["session"] == turn
        persons, answered = came["persons"][rows], came["answered"][rows]
        luck = region.world.draws.uniform("answered", turn, np.arange(persons.sum())) < 0.8
        assert answered.tolist() == [int(part.sum()) for part in np.split(luck, np.cumsum(persons)[:-1])]
        fits = held["mode"][turn] != Mode.CLASS or held["group"][turn] in (Group.OFFICIALS, Group.FIRMS)
        classes += not fits
        happy = region.world.draws.uniform("satisfied", turn, np.arange(answered.sum())) < (0.94 if fits else 0.89)
        assert came["satisfied"][rows].tolist() == [
            int(part.sum()) for part in np.split(happy, np.cumsum(answered)[:-1])
        ]
    assert classes


def test_who_comes_hears_of_selling_and_some_master_it() -> None:
    # 10 % master it, 7 % of those on the register; a service centre that follows up makes it a fifth more.
    for centre, bonus in ((False, 1.0), (True, 1.2)):
        masters = 0
        for seed in range(25):
            region, events = tiny_region(numbers=VILLAGERS | {"training.seats": 8}, seed=seed)
            paid_for(region)
            if centre:
                region.world.publish(
                    made(FacilityOpened, facility_kind=[ProjectKind.SERVICE_CENTRE], county=[0], township=[-1])
                )
            events.clear()
            take(region, "train")
            came = events.of(TraineeAttended)
            rows = came["household"]
            heard = events.of(SellingHeardOf)
            same(heard, household=rows, way=[Way.TRAINING] * 8, cause=came["seq"])
            luck = region.world.draws.uniform("master_selling", 0, rows)
            chance = np.where(region.world.state.households.poor[rows], 0.07, 0.1) * bonus
            same(events.of(SkillGained), household=rows[luck < chance], cause=came["seq"][luck < chance])
            masters += int((luck < chance).sum())
        assert 5 < masters < 40  # 17 and 21 are expected of 200


def test_what_one_knows_already_one_does_not_hear_of_again() -> None:
    seller = {HouseholdsBaselined: {"seller": {0: True}}}
    region, events = trained(numbers=VILLAGERS | {"training.seats": 8, "training.skill": 1.0}, opened=seller)
    assert 0 not in events.of(SellingHeardOf)["household"]
    assert 0 not in events.of(SkillGained)["household"]
    assert region.world.state.households.trained[0]


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_no_seat_is_made_up(share: float) -> None:
    region, events = trained(numbers={"training.villagers_share": share}, quantity=400, weeks=20)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    persons = np.bincount(came["session"], came["persons"], len(held["session"]))
    assert (persons <= held["seats"]).all()
    assert (came["satisfied"] <= came["answered"]).all()
    assert (came["answered"] <= came["persons"]).all()
    assert region.world.state.projects.done[0] == persons.sum() <= 400
