"""Income from outside the model: it grows by the year, and the registered poor catch up (docs/model.md 4.13)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural import income
from ecsim.rural.events.codes import IncomeSource
from ecsim.rural.events.market import BackgroundIncomeMoved
from tiny import take, tiny_region

WAGES, BUSINESS, TRANSFERS, PROPERTY = IncomeSource
NO_FEED = np.zeros(4)
NEVER: dict[str, Value] = {"income.poor_ratio_reached": 0.68}


def factors(week: int, numbers: dict[str, Value] | None = None) -> dict[tuple[int, bool, int], int]:
    """Return the factors of a week in millionths, by county, whether poor, and source."""
    region, events = tiny_region(numbers=numbers)
    take(region, "move_background_income", week=week)
    found = events.of(BackgroundIncomeMoved)
    rows = zip(found["county"].tolist(), found["poor"].tolist(), found["source"].tolist(), strict=True)
    return dict(zip(rows, found["factor"].tolist(), strict=True))


def test_in_the_middle_of_the_first_year_and_before_it_is_that_of_the_opening() -> None:
    for week in (0, 24):
        found = factors(week)
        assert len(found) == 2 * 2 * 4
        assert set(found.values()) == {1_000_000}


def test_growth_worked_by_hand() -> None:
    # Week 104 is 728 days on, 1.9932 years, so 1.4932 after the middle of the first: 1.092^1.4932 = 1.14043.
    found = factors(104)
    for county in (0, 1):
        for source in IncomeSource:
            assert found[county, False, source] == pytest.approx(1_140_430, abs=50)
        assert found[county, True, BUSINESS] == found[county, True, PROPERTY] == found[county, False, BUSINESS]


def test_the_poor_catch_up_worked_by_hand() -> None:
    # County 1: the poor household 8 has four of 15 persons and 21,760 of 120,000 yuan, 14,400 of which all farm. In
    # week 104 its background income is 21,760 x 1.14043 = 24,815.8, the county's 105,600 x 1.14043 + 14,400 =
    # 134,829.4, 8,988.6 a head. It is to have 0.82 of the mean with what is added:
    # (24,815.8 + X)/4 = 0.82 (134,829.4 + X)/15,  so X (1/4 - 0.82/15) = 7,370.7 - 6,203.9 = 1,166.7 and X = 5,973.0.
    # Its wages and transfers are 11,641.6 x 1.14043 = 13,276.4 before: they rise by 1 + X/13,276.4 = 1.44990.
    found = factors(104)
    assert found[1, True, WAGES] == found[1, True, TRANSFERS] == pytest.approx(1.44990 * 1_140_430, rel=1e-4)


def test_the_way_is_half_done_at_the_turn_of_the_first_year_and_takes_the_years_it_says() -> None:
    region, _ = tiny_region()
    setting, terms = income.income_setting(region.world.state, NO_FEED), region.terms.income
    ratios = [ratio(setting, income.catch_up(setting, terms, 1.0, years)) for years in (0.75, 0.875, 1.0, 1.25, 3.0)]
    assert ratios == [pytest.approx([at, at], abs=1e-6) for at in (0.68, 0.715, 0.75, 0.82, 0.82)]


def ratio(setting: income.IncomeSetting, gained: np.ndarray) -> np.ndarray:
    """Return income a head of the registered poor over that of all, at factors on their wages and transfers."""
    total = setting.background.sum(axis=2) + setting.farm
    total[:, 1] += (gained - 1.0) * setting.background[:, 1, [WAGES, TRANSFERS]].sum(axis=1)
    heads = setting.heads
    return np.asarray((total[:, 1] / heads[:, 1]) / (total.sum(axis=1) / heads.sum(axis=1)))


def test_who_is_ahead_of_the_ratio_already_does_not_fall_back() -> None:
    found = factors(104, {"income.poor_ratio_reached": 0.6})
    assert found == factors(104, NEVER)


def test_where_nobody_is_on_the_register_nobody_catches_up() -> None:
    region, _ = tiny_region()
    setting = income.income_setting(region.world.state, NO_FEED)
    for part in (setting.heads, setting.background, setting.farm):
        part[1, 1] = 0.0
    gained = income.catch_up(setting, region.terms.income, 1.0, 2.0)
    assert (gained[0] > 1.2, gained[1]) == (True, 1.0)


def test_wages_alone_fall_in_the_lockdown() -> None:
    # Week 112 begins on 24 February 2020, week 116 on 23 March; week 108 on 27 January, before February.
    still, free = {"income.growth": 0.0, **NEVER}, {"income.lockdown_wages": 1.0}
    for week, wages in ((108, 1_000_000), (112, 850_000), (116, 850_000), (120, 1_000_000)):
        found = factors(week, still)
        for (_, _, source), factor in found.items():
            assert factor == pytest.approx(wages if source == WAGES else 1_000_000, abs=1)
        assert set(factors(week, still | free).values()) <= {1_000_000, 1_000_001}


def test_without_catching_up_the_poor_fare_like_the_others() -> None:
    found = factors(60, NEVER)
    assert all(
        found[county, True, source] == pytest.approx(found[county, False, source], abs=1)
        for county in (0, 1)
        for source in IncomeSource
    )
