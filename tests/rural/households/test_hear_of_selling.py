"""Who hears that one can sell online: from sellers of the village, or by promotion (docs/model.md 4.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.rural.events.codes import Way
from ecsim.rural.events.households import SellingHeardOf, SkillGained
from ecsim.rural.events.market import MarketingDone
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, same, take, tiny_region

ONE_SELLS = {HouseholdsBaselined: {"seller": {4: True}}}
"""Household 4 is one of the four of village 3."""


def heard(week: int = 0, **how: Any) -> dict[int, int]:
    """Return who hears in a week, and how."""
    region, events = tiny_region(**how)
    take(region, "learn_selling", week=week)
    found = events.of(SellingHeardOf)
    return dict(zip(found["household"].tolist(), found["way"].tolist(), strict=True))


def test_talk_worked_by_hand() -> None:
    # One seller among the 4 households of village 3; at 104 talks a year the rate is 104 x 1/4 / 52 = 0.5 a week, the
    # chance 1 - exp(-0.5) = 0.3935. Nobody sells in the other villages, and nothing is promoted: nobody hears there.
    numbers = {"learning.word_of_mouth": 104.0, "learning.promotion": 0.0}
    region, _ = tiny_region()
    for week in range(40):
        luck = region.world.draws.uniform("hear_of_selling", week, [5, 6, 7])
        expected = {5 + int(i): int(Way.WORD_OF_MOUTH) for i in np.flatnonzero(luck < 0.3935)}
        assert heard(week, opened=ONE_SELLS, numbers=numbers) == expected


def test_promotion_worked_by_hand() -> None:
    # 52 ln 2 a year are ln 2 a week: half of those who have not heard do, everywhere; twice the visibility, three
    # quarters.
    numbers = {"learning.word_of_mouth": 0.0, "learning.promotion": 52 * np.log(2)}
    for visibility, chance in ((1_000_000, 0.5), (2_000_000, 0.75)):
        for week in range(10):
            region, events = tiny_region(numbers=numbers)
            shown = region.world.publish(MarketingDone(county=[0, 1], visibility=[visibility] * 2))
            events.clear()
            take(region, "learn_selling", week=week)
            new = np.flatnonzero(region.world.draws.uniform("hear_of_selling", week, np.arange(12)) < chance)
            cause = shown.seqs[region.world.state.households.county[new]]
            same(events.of(SellingHeardOf), household=new, way=[Way.PROMOTION] * len(new), cause=cause)


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY, numbers={"learning.word_of_mouth": 6.0, "learning.promotion": 0.8})
    ways = []
    for act in before_each(region, "learn_selling", weeks=50):
        expected = heard_by_hand(region)
        events.clear()
        act(region)
        found = events.of(SellingHeardOf)
        same(found, household=[i for i, _ in expected], way=[way for _, way in expected])
        assert (found["cause"] >= 0).all()
        ways += [way for _, way in expected]
    assert {int(Way.WORD_OF_MOUTH), int(Way.PROMOTION)} <= set(ways)


def heard_by_hand(region: Region) -> list[tuple[int, int]]:
    world, terms = region.world, region.terms.learning
    h, v, c = world.state.households, world.state.villages, world.state.counties
    found = []
    for i in np.flatnonzero(~h.aware).tolist():
        village = h.village[i]
        talk = terms.word_of_mouth * v.sellers[village] / v.households[village] / 52
        shown = terms.promotion * c.visibility[h.county[i]] / 1e6 / 52
        luck = world.draws.uniform("hear_of_selling", world.week, [i])[0]
        if luck < 1 - np.exp(-talk - shown):
            found.append((i, int(Way.WORD_OF_MOUTH if luck < 1 - np.exp(-talk) else Way.PROMOTION)))
    return found


def test_without_sellers_and_promotion_nobody_hears() -> None:
    assert not any(heard(week, numbers={"learning.word_of_mouth": 1e6, "learning.promotion": 0.0}) for week in range(5))


@pytest.mark.parametrize("week", range(6))
def test_more_promotion_reaches_no_fewer_and_takes_nobody_from_talk(week: int) -> None:
    little = heard(week, opened=ONE_SELLS, numbers={"learning.word_of_mouth": 104.0, "learning.promotion": 5.0})
    much = heard(week, opened=ONE_SELLS, numbers={"learning.word_of_mouth": 104.0, "learning.promotion": 50.0})
    assert little.keys() <= much.keys()
    talks = [{i for i, way in found.items() if way == Way.WORD_OF_MOUTH} for found in (little, much)]
    assert talks[0] == talks[1]


def test_one_hears_once() -> None:
    region, events = tiny_region(numbers={"learning.promotion": 1e6})
    take(region, "learn_selling")
    assert events.rows(SellingHeardOf) == 12
    take(region, "learn_selling", week=1)
    assert events.rows(SellingHeardOf) == 12
    assert region.world.state.villages.aware.tolist() == region.world.state.villages.households.tolist()


def taught(region: Region, events: Events, weeks: range) -> dict[int, int]:
    """Return the week in which each household masters selling by itself."""
    found: dict[int, int] = {}
    for week in weeks:
        events.clear()
        take(region, "learn_selling", week=week)
        found |= dict.fromkeys(events.of(SkillGained)["household"].tolist(), week)
    return found


def test_teaching_oneself_worked_by_hand() -> None:
    # Without slopes everybody learns alike: 5.2 a year is 0.1 a week, a chance of 1 - exp(-0.1) = 0.09516. All have
    # heard in week 0, and may learn from that week on.
    numbers = {
        "learning.promotion": 1e6, "learning.self_taught": 5.2, "learning.age_slope": 0.0,
        "learning.schooling_slope": 0.0,
    }  # fmt: skip
    region, events = tiny_region(numbers=numbers)
    luck = np.array([region.world.draws.uniform("teach_oneself", week, np.arange(12)) for week in range(60)])
    expected = {i: int(np.argmax(luck[:, i] < 0.09516)) for i in range(12) if (luck[:, i] < 0.09516).any()}
    assert taught(region, events, range(60)) == expected
    assert len(expected) >= 10


def test_the_young_and_schooled_learn_faster_by_the_slopes() -> None:
    # Two years of age class apart and five of schooling: exp(2 x -0.4 + 5 x 0.1) = exp(-0.3) = 0.7408.
    opened = {HouseholdsBaselined: {"age_class": {0: 3, 1: 1}, "schooling_years": {0: 9, 1: 4}}}
    region, _ = tiny_region(opened=opened)
    aptitude = region.setting.learning.aptitude
    assert aptitude[0] / aptitude[1] == pytest.approx(0.7408, abs=5e-5)
    assert np.average(aptitude, weights=region.world.state.households.weight) == pytest.approx(1.0)


def test_nobody_learns_before_hearing_of_it() -> None:
    region, events = tiny_region(numbers={"learning.promotion": 0.0, "learning.self_taught": 1e6})
    assert not taught(region, events, range(10))
