"""Training: sessions held where they are paid for, who comes, is satisfied, masters it (docs/model.md 4.11)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import poisson

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Content, Group, Mode, ProjectKind, Way
from ecsim.rural.events.funds import ProjectApproved, WorksFinished
from ecsim.rural.events.households import SellingHeardOf, SkillGained
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.training import KnowHowMoved, SessionHeld, TraineeAttended
from ecsim.rural.region import Region
from tiny import Events, facility, made, same, take, tiny_region

FULL: dict[str, Value] = {"training.show_up": 100.0, "training.cost_class": 1.0}
"""More come than there are seats, and an attendance in class costs what the contract says."""
ORGANISATIONS = (Group.OFFICIALS, Group.FIRMS, Group.STATION_STAFF)


def line(group: str = "villagers", content: str = "shop", mode: str = "class", **more: Any) -> dict[str, Any]:
    """Return a line of a training plan: fitting classes of 50 for villagers on how to open a shop, unless said."""
    return {"stage": 1, "group": group, "content": content, "mode": mode, "share": 1.0, "seats": 50, **more}


def plan(*lines: dict[str, Any]) -> dict[str, Any]:
    """Return the changes of a scenario that give its policy a training plan of some lines."""
    return {"policy.training.lines": list(lines)}


VILLAGERS = plan(line(seats=3))


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
    changes: dict[str, Any] | None = None, *, numbers: dict[str, Value] | None = None, opened: Any = None,
    quantity: int = 500, weeks: int = 1, seed: int = 1, centre: bool = False,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the region after some weeks of one training contract of county 0, by a plan; in each session all come."""
    region, events = tiny_region(changes, numbers=FULL | (numbers or {}), opened=opened, seed=seed)
    if centre:
        region.world.publish(facility(ProjectKind.SERVICE_CENTRE, county=[0], township=[-1]))
    paid_for(region, quantity)
    events.clear()
    for week in range(weeks):
        take(region, "train", week=week)
    return region, events


def test_a_contract_holds_a_session_a_week_until_what_was_paid_for_is_done() -> None:
    # 120 persons at 50 seats, all taken: 50, 50 and then 20.
    region, events = trained(plan(line()), quantity=120, weeks=3)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    same(held, session=[0, 1, 2], county=[0, 0, 0], seats=[50, 50, 20], project=[0, 0, 0])
    assert np.bincount(came["session"], came["persons"]).tolist() == [50, 50, 20]
    assert region.world.state.projects.done[0] == 120
    events.clear()
    take(region, "train", week=3)
    assert not events.batches


@pytest.mark.parametrize(
    ("mode", "online", "cost", "persons"),
    [
        ("class", False, 0.8, 125),
        ("field", False, 1.25, 80),
        ("visit", False, 2.0, 50),
        ("hands_on", True, 0.5, 200),
        ("field", True, 0.625, 160),
        ("visit", True, 1.0, 100),
    ],
)
def test_the_money_buys_fewer_persons_in_a_dearer_mode(mode: str, online: bool, cost: float, persons: int) -> None:
    # A contract of 100 person-times at 0.8, 1.25, 2 or (online) 0.5, 0.625, 1 each.
    numbers: dict[str, Value] = {
        "training.cost_class": 0.8, "training.cost_field": 1.25, "training.cost_visit": 2.0,
        "training.cost_hands_on": 1.0, "training.online_hands_on": 0.5,
        "training.online_field": 0.625, "training.online_visit": 1.0,
    }  # fmt: skip
    content = "sorting" if mode == "field" else "shop"
    region, events = trained(
        plan(line(content=content, mode=mode, online=online, seats=20)), numbers=numbers, quantity=100, weeks=20
    )
    assert events.of(TraineeAttended)["persons"].sum() == persons == region.world.state.projects.done[0]
    assert set(events.of(SessionHeld)["cost"].tolist()) == {round(1e6 * cost)}


def test_of_several_contracts_the_first_two_go_on_at_a_time() -> None:
    region, events = tiny_region(plan(line()), numbers=FULL)
    for _ in range(3):
        paid_for(region, quantity=50)
    paid_for(region, quantity=50, county=1)
    events.clear()
    for week in range(2):
        take(region, "train", week=week)
    held = events.of(SessionHeld)
    assert list(zip(held["county"].tolist(), held["project"].tolist(), strict=True)) == [(0, 0), (1, 3), (0, 1), (0, 2)]


def test_sessions_follow_the_plan_stage_by_stage_and_keep_to_its_shares() -> None:
    # Stage 1 is a quarter of the money; then sorting has twice as many persons as shop, of classes of 10.
    lines = (
        line(content="shop", stage=2, share=0.25, seats=10), line(content="awareness", share=0.25, seats=10),
        line(content="sorting", stage=2, share=0.5, seats=10),
    )  # fmt: skip
    _, events = trained(plan(*lines), quantity=120, weeks=12)
    held = events.of(SessionHeld)
    awareness, sorting, shop = Content.AWARENESS, Content.SORTING, Content.SHOP
    assert held["content"].tolist() == [awareness] * 3 + [sorting, shop, sorting] * 3
    assert held["line"].tolist() == [1] * 3 + [2, 0, 2] * 3


def test_dear_lines_use_up_their_stage_sooner() -> None:
    # At twice the cost half the persons of stage 1 use up its half of the money: 2 sessions of 10 of 80 person-times,
    # then four of the other.
    lines = (line(mode="visit", content="awareness", share=0.5, seats=10), line(stage=2, seats=10))
    numbers: dict[str, Value] = {"training.cost_visit": 2.0}
    _, events = trained(plan(*lines), numbers=numbers, quantity=80, weeks=10)
    assert events.of(SessionHeld)["content"].tolist() == [Content.AWARENESS] * 2 + [Content.SHOP] * 4


def test_the_shipped_plan_is_held_as_it_is_written() -> None:
    region, events = trained(quantity=3000, weeks=200)
    lines = region.settings.policy.training.lines
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    persons = np.bincount(held["line"][came["session"]], came["persons"], len(lines))
    for number, each in enumerate(lines):
        rows = held["line"] == number
        assert set(held["group"][rows].tolist()) == {Group[each.group.upper()]}
        assert set(held["mode"][rows].tolist()) == {Mode[each.mode.upper()]}
        assert set(held["content"][rows].tolist()) == {Content[each.content.upper()]}
        assert set(held["online"][rows].tolist()) == {each.online}
        assert abs(persons[number] / persons.sum() - each.share) < 0.02
    stages = np.array([each.stage for each in lines])[held["line"]]
    assert (np.diff(stages) >= 0).all()
    assert set(held["group"].tolist()) == {int(group) for group in Group}


def test_how_many_come_is_a_draw_of_the_countys_turn() -> None:
    region, events = trained(plan(line()), numbers={"training.show_up": 0.85}, quantity=10_000, weeks=30)
    came = events.of(TraineeAttended)
    luck = region.world.draws.uniform("session_came", 0, np.arange(30))
    wanted = np.clip(poisson.ppf(luck, 0.85 * 50), 1, 50).astype(int)
    assert np.bincount(came["session"], came["persons"]).tolist() == wanted.tolist()


def test_of_organisations_persons_come_who_belong_to_no_household() -> None:
    for group in ORGANISATIONS:
        _, events = trained(plan(line(group.name.lower(), seats=7)))
        came = events.of(TraineeAttended)
        assert (came["household"].tolist(), came["persons"].tolist()) == ([-1], [7])


def test_the_luck_of_a_countys_sessions_is_its_own() -> None:
    some: dict[str, Value] = {"training.show_up": 0.85}
    alone, both = tiny_region(plan(line()), numbers=some), tiny_region(plan(line()), numbers=some)
    paid_for(alone[0], county=1)
    for county in (0, 1):
        paid_for(both[0], county=county)
    persons = []
    for region, events in (alone, both):
        for week in range(8):
            take(region, "train", week=week)
        held, came = events.of(SessionHeld), events.of(TraineeAttended)
        mine = held["county"][came["session"]] == 1
        persons.append(came["persons"][mine].tolist())
    assert persons[0] == persons[1] != []


def attended(region: Region, events: Events) -> list[tuple[int, int]]:
    """Return households and persons that came to the first session."""
    came = events.of(TraineeAttended)
    first = came["session"] == 0
    return list(zip(came["household"][first].tolist(), came["persons"][first].tolist(), strict=True))


def test_who_comes_to_a_session_for_villagers_written_out() -> None:
    # Three seats: the keenest of county 0, the young counting double, those on the register first in half of the cases,
    # nobody twice before all have been there.
    for seed in range(12):
        region, events = trained(VILLAGERS, seed=seed)
        h, draws = region.world.state.households, region.world.draws
        here = np.arange(8)
        keen = draws.uniform("keen_to_learn", 0, here) / np.where(h.age_class[:8] <= 1, 2, 1)
        keen -= (draws.uniform("poor_seat", 0, here) < 0.5) & h.poor[:8]
        assert attended(region, events) == [(int(i), 1) for i in np.argsort(keen)[:3]]


def test_the_poor_come_first_where_all_seats_are_kept_for_them() -> None:
    region, events = trained(VILLAGERS, numbers={"training.poor_first": 1.0})
    assert {household for household, _ in attended(region, events)} == {4, 5, 6}
    came = events.of(TraineeAttended)
    assert came["poor"].tolist() == [True] * 3


@pytest.mark.parametrize("group", ["youth", "founders"])
def test_the_young_come_first_to_sessions_for_youth_and_founders(group: str) -> None:
    # Household 5 alone of county 0 is headed by somebody under 50; no head has come home from elsewhere.
    nobody = {HouseholdsBaselined: {"returnee": False}}
    for seed in range(5):
        region, events = trained(plan(line(group, seats=1)), opened=nobody, seed=seed)
        assert attended(region, events) == [(5, 1)]


def test_returnees_come_first_to_sessions_for_youth_alone() -> None:
    back = {HouseholdsBaselined: {"returnee": np.arange(12) == 3}}
    region, events = trained(plan(line("youth", seats=2)), opened=back)
    assert {household for household, _ in attended(region, events)} == {3, 5}
    others = {attended(*trained(plan(line("founders", seats=2)), opened=back, seed=seed))[1][0] for seed in range(8)}
    assert others - {3}


def test_everybody_comes_once_before_anybody_comes_twice() -> None:
    region, events = trained(plan(line(seats=4)), numbers={"training.poor_first": 0.0}, weeks=2)
    came = events.of(TraineeAttended)["household"].tolist()
    assert sorted(came) == list(range(8))
    assert region.world.state.households.trained[:8].all()
    assert not region.world.state.households.trained[8:].any()


def test_a_household_that_stands_for_several_fills_as_many_seats() -> None:
    # Each stands for two: of three persons two come of the first and one of the second.
    region, events = trained(VILLAGERS, opened={HouseholdsBaselined: {"weight": 2}})
    assert [persons for _, persons in attended(region, events)] == [2, 1]


@pytest.mark.parametrize(
    ("mode", "content", "seats", "centre", "odds"),
    [
        ("class", "shop", 50, False, 0.93),
        ("class", "shop", 90, False, 0.93 - 0.2 * 0.5),
        ("field", "shop", 50, False, 0.93 - 0.05 - 0.2 * 0.25),
        ("field", "policy", 40, False, 0.93 - 2 * 0.05),
        ("visit", "shop", 30, True, 0.88 + 0.2 * 0.12),
        ("hands_on", "shop", 50, False, 0.93 - 0.2 * 1.0),
    ],
)
def test_satisfaction_answers_to_fit_room_and_follow_up(
    mode: str, content: str, seats: int, centre: bool, odds: float
) -> None:
    # 80 % answer, person by person; of them the odds are 93 %, 5 points less for each misfit, 20 points less at twice
    # the 60, 40, 30 or 25 persons there is room for; a service centre satisfies a fifth of the others.
    region, events = trained(
        plan(line(content=content, mode=mode, seats=seats)), quantity=10_000, weeks=20, centre=centre
    )
    came = events.of(TraineeAttended)
    for turn in range(20):
        rows = came["session"] == turn
        persons, answered = came["persons"][rows], came["answered"][rows]
        luck = region.world.draws.uniform("answered", turn, np.arange(persons.sum())) < 0.8
        assert answered.tolist() == [int(part.sum()) for part in np.split(luck, np.cumsum(persons)[:-1])]
        happy = region.world.draws.uniform("satisfied", turn, np.arange(answered.sum())) < odds
        assert came["satisfied"][rows].tolist() == [
            int(part.sum()) for part in np.split(happy, np.cumsum(answered)[:-1])
        ]


def test_the_target_of_satisfaction_is_met_by_fitting_classes_and_missed_by_crowds_that_do_not_fit() -> None:
    shares = []
    for mode, content, seats in (("class", "shop", 40), ("visit", "sorting", 80)):
        _, events = trained(plan(line(content=content, mode=mode, seats=seats)), quantity=10_000, weeks=40)
        came = events.of(TraineeAttended)
        shares.append(came["satisfied"].sum() / came["answered"].sum())
    assert shares[0] > 0.9
    assert shares[1] < 0.7


@pytest.mark.parametrize(
    ("group", "online", "mode", "content", "chance"),
    [
        ("villagers", False, "class", "shop", 0.1),
        ("youth", False, "hands_on", "shop", 0.15 * 1.5),
        ("founders", True, "class", "online", 0.2 * 0.7),
        ("villagers", False, "field", "sorting", 0.1 * 1.1 * 0.8),
        ("villagers", False, "field", "shop", 0.1 * 1.1 * 0.7),
        ("villagers", False, "visit", "awareness", 0.1 * 0.2),
    ],
)
def test_who_comes_hears_of_selling_and_some_master_it(
    group: str, online: bool, mode: str, content: str, chance: float
) -> None:
    # By group 10, 15, 20 %, 7 % of those on the register; by mode 1, 1.1, 1, 1.5 and online 0.7; promotion teaches a
    # fifth, sorting four fifths; a misfit loses 30 %. Nobody has heard of it before: 0.6 of that; a centre: 1.2 times.
    for centre, bonus in ((False, 1.0), (True, 1.2)):
        for seed in range(40):  # few of eight master it: in a handful of seeds often nobody
            region, events = trained(
                plan(line(group, content, mode, online=online, seats=8)), seed=seed, centre=centre,
                opened=UNAWARE,
            )  # fmt: skip
            came = events.of(TraineeAttended)
            rows = came["household"]
            same(events.of(SellingHeardOf), household=rows, way=[Way.TRAINING] * 8, cause=came["seq"])
            luck = region.world.draws.uniform("master_selling", 0, rows)
            poor = region.world.state.households.poor[rows]
            odds = np.where(poor, 0.07 / SKILL[group], 1.0) * chance * 0.6 * bonus
            same(events.of(SkillGained), household=rows[luck < odds], cause=came["seq"][luck < odds])


UNAWARE = {HouseholdsBaselined: {"seller": False}}
SKILL = {"villagers": 0.1, "youth": 0.15, "founders": 0.2}


def mastered(changes: dict[str, Any], weeks: int = 1, seeds: int = 40, **how: Any) -> int:
    """Return how many of the 8 households of each seed master selling."""
    return sum(trained(changes, seed=seed, weeks=weeks, **how)[1].rows(SkillGained) for seed in range(seeds))


def test_each_group_mode_and_content_masters_more_or_less_by_its_own_number() -> None:
    # Same luck with and without: numbers at which they make no difference give the same households.
    changes = [
        ("youth", "shop", "class", "skill_youth", 0.0), ("founders", "shop", "class", "skill_founders", 0.0),
        ("villagers", "shop", "class", "skill", 0.0), ("villagers", "sorting", "field", "teaches_field", 0.0),
        ("villagers", "awareness", "visit", "teaches_visit", 0.0),
        ("villagers", "shop", "hands_on", "teaches_hands_on", 0.0),
        ("villagers", "sorting", "field", "teaches_goods", 0.0),
        ("villagers", "awareness", "class", "teaches_awareness", 0.0),
        ("villagers", "shop", "field", "misfit_lost", 1.0),
    ]  # fmt: skip
    high: dict[str, Value] = {"training.skill": 0.9, "training.skill_youth": 0.9, "training.skill_founders": 0.9}
    for group, content, mode, name, none in changes:
        how = plan(line(group, content, mode, seats=8))
        numbers = high | {"training.skill_poor": 0.0}
        none_of_it = numbers | {f"training.{name}": none}
        assert mastered(how, seeds=10, numbers=numbers) > mastered(how, seeds=10, numbers=none_of_it) == 0
    online = plan(line(mode="class", online=True, seats=8))
    assert mastered(online, numbers=high) > mastered(online, numbers=high | {"training.teaches_online": 0.1})


@pytest.mark.parametrize(
    ("name", "neutral"),
    [
        ("teaches_hands_on", 1.0), ("teaches_online", 1.0), ("misfit_lost", 0.0), ("crowding_lost", 0.0),
        ("unprepared", 1.0), ("centre_bonus", 0.0),
    ],
)  # fmt: skip
def test_at_no_effect_a_number_makes_no_difference(name: str, neutral: float) -> None:
    # Overfull, online or hands-on, misfitting, of people who have not heard of it, with a centre: what the number acts
    # on is there in one of the two, and not in the other.
    numbers: dict[str, Value] = {
        "training.teaches_hands_on": 1.0, "training.teaches_online": 1.0, "training.misfit_lost": 0.0,
        "training.crowding_lost": 0.0, "training.unprepared": 1.0, "training.centre_bonus": 0.0, "training.skill": 0.3,
        "training.skill_poor": 0.3, f"training.{name}": neutral,
    }  # fmt: skip
    with_it, without = {
        "teaches_hands_on": (line(mode="hands_on", seats=8), line(seats=8)),
        "teaches_online": (line(online=True, seats=8), line(seats=8)),
        "misfit_lost": (line(mode="visit", seats=8), line(seats=8)),
        "crowding_lost": (line(mode="hands_on", seats=8), line(mode="hands_on", online=True, seats=8)),
        "unprepared": (line(seats=8), line(seats=8)),
        "centre_bonus": (line(seats=8), line(seats=8)),
    }[name]
    numbers |= {"training.room_hands_on": 2.0} if name == "crowding_lost" else {}
    both = [
        mastered(plan(each), numbers=numbers, centre=name == "centre_bonus" and each is with_it)
        for each in (with_it, without)
    ]
    assert both[0] == both[1] > 0


def test_promotion_before_content_prepares() -> None:
    # The same 8 households in two classes on shops: those who heard of selling in the first master more in the second.
    numbers: dict[str, Value] = {"training.skill": 0.3, "training.skill_poor": 0.3, "training.teaches_awareness": 0.0}
    prepared = plan(line(content="awareness", seats=8), line(stage=2, seats=8))
    unprepared = plan(line(content="policy", mode="field", seats=8), line(stage=2, seats=8))
    assert mastered(prepared, 2, quantity=16, numbers=numbers) > 0
    for stage, fewer in ((prepared, True), (unprepared, True)):
        none = numbers | {"training.unprepared": 0.0, "training.misfit_lost": 1.0}
        assert (mastered(stage, 2, quantity=16, numbers=none) > 0) == fewer


def test_a_row_learns_with_the_chance_that_covers_who_came() -> None:
    # It stands for eight households, of which two come: it hears and masters it in a quarter of the cases, so in the
    # mean as many households do as came.
    numbers: dict[str, Value] = {"training.skill": 1.0, "training.skill_poor": 1.0, "training.unprepared": 1.0}
    rows, heard, masters = 0, 0, 0
    for seed in range(150):
        _, events = trained(
            plan(line(seats=2)), seed=seed, numbers=numbers, opened={HouseholdsBaselined: {"weight": 8}}
        )
        rows += events.rows(TraineeAttended)
        heard += events.rows(SellingHeardOf)
        masters += events.rows(SkillGained)
    assert rows == 150
    assert 22 < heard < 54  # 37.5 are expected
    assert 22 < masters < 54


def test_what_one_knows_already_one_does_not_hear_of_again() -> None:
    seller = {HouseholdsBaselined: {"seller": {0: True}}}
    region, events = trained(plan(line(seats=8)), numbers={"training.skill": 1.0}, opened=seller)
    assert 0 not in events.of(SellingHeardOf)["household"]
    assert 0 not in events.of(SkillGained)["household"]
    assert region.world.state.households.trained[0]


@pytest.mark.parametrize("group", ["villagers", "officials"])
def test_no_seat_is_made_up(group: str) -> None:
    region, events = trained(plan(line(group)), numbers={"training.show_up": 0.85}, quantity=400, weeks=20)
    held, came = events.of(SessionHeld), events.of(TraineeAttended)
    persons = np.bincount(came["session"], came["persons"], len(held["session"]))
    assert (persons <= held["seats"]).all()
    assert (came["satisfied"] <= came["answered"]).all()
    assert (came["answered"] <= came["persons"]).all()
    assert region.world.state.projects.done[0] == persons.sum() <= 400


# What organisations of a county know.


def test_what_organisations_know_closes_a_part_of_what_is_lacking_and_wears_off() -> None:
    # 50 officials in a fitting class that has room, of 150 needed: 1 - e^(-1/3) = 0.2835, then 1 - e^(-2/3) = 0.4866;
    # three weeks on a month's part of 0.3 a year wears off: times e^(-0.3 x 4/52).
    officials = plan(line("officials", "policy"))
    region, events = trained(officials, quantity=100, weeks=2)
    known = events.of(KnowHowMoved)
    same(known, county=[0, 0], group=[Group.OFFICIALS] * 2, cause=events.of(SessionHeld)["seq"])
    assert known["share"] / 1e6 == pytest.approx([0.283469, 0.486583], abs=2e-6)
    take(region, "train", week=4)
    assert region.world.state.counties.know_how[0, Group.OFFICIALS] / 1e6 == pytest.approx(
        0.486583 * np.exp(-0.3 * 4 / 52), abs=2e-6
    )


@pytest.mark.parametrize(
    ("group", "needed"), [("officials", 150), ("firms", 300), ("founders", 200), ("station_staff", 200)]
)
def test_each_organisation_knows_more_by_what_its_sessions_teach(group: str, needed: float) -> None:
    # 60 persons of class: as they are; hands-on at 25 persons' room lose 1/(1 + 0.5 x 1.4), and gain 1.5.
    fit = {"groups": [group], "modes": ["class", "hands_on"]}
    for mode, taken in (("class", 1.0), ("hands_on", 1.5 / 1.7)):
        region, _ = trained(plan(line(group, "general", mode, seats=60)) | {"policy.training.contents.general": fit})
        known = region.world.state.counties.know_how[0, Group[group.upper()]] / 1e6
        assert known == pytest.approx(1 - np.exp(-60 * taken / needed), abs=2e-6)


def test_households_that_are_trained_leave_organisations_as_they_are() -> None:
    for group in ("villagers", "youth"):
        assert trained(plan(line(group)))[1].rows(KnowHowMoved) == 0


def test_a_plan_that_cannot_be_held_is_refused_with_what_to_do() -> None:
    with pytest.raises(EcsimError, match=r"give at least one line a share"):
        tiny_region(plan(line(share=0.0)))
    changes = {"policy.training.contents": {"policy": {"groups": ["officials"], "modes": ["class"]}}}
    with pytest.raises(EcsimError, match=r"add a row to training\.contents"):
        tiny_region(changes)
