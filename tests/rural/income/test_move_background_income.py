"""Income from outside the model: it grows by the year, faster for the registered poor (docs/model.md 6)."""

from __future__ import annotations

import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import IncomeSource
from ecsim.rural.events.market import BackgroundIncomeMoved
from tiny import take, tiny_region

WAGES, BUSINESS, TRANSFERS, PROPERTY = IncomeSource


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
    # Week 104 is 728 days on, 1.9932 years, so 1.4932 after the middle of the first: 1.092^1.4932 = 1.14043; wages and
    # transfers of the registered poor grow by 14.7 %: 1.147^1.4932 = 1.22728.
    found = factors(104)
    for county in (0, 1):
        for source in IncomeSource:
            assert found[county, False, source] == pytest.approx(1_140_430, abs=50)
        assert found[county, True, WAGES] == found[county, True, TRANSFERS] == pytest.approx(1_227_280, abs=50)
        assert found[county, True, BUSINESS] == found[county, True, PROPERTY] == found[county, False, BUSINESS]


def test_wages_alone_fall_in_the_lockdown() -> None:
    # Week 112 begins on 24 February 2020, week 116 on 23 March; week 108 on 27 January, before February.
    still, free = {"income.growth": 0.0, "income.poor_catch_up": 0.0}, {"income.lockdown_wages": 1.0}
    for week, wages in ((108, 1_000_000), (112, 850_000), (116, 850_000), (120, 1_000_000)):
        found = factors(week, still)
        for (_, _, source), factor in found.items():
            assert factor == (wages if source == WAGES else 1_000_000)
        assert set(factors(week, still | free).values()) == {1_000_000}


def test_without_catching_up_the_poor_fare_like_the_others() -> None:
    found = factors(60, {"income.poor_catch_up": 0.0})
    assert all(
        found[county, True, source] == found[county, False, source] for county in (0, 1) for source in IncomeSource
    )
