"""A household's year: a lognormal factor that leaves the mean of its group, so that ranks move (docs/model.md 4.13)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.rural.events.market import HouseholdShocksDrawn
from ecsim.rural.events.opening import HouseholdsBaselined
from tiny import take, tiny_region


def test_each_year_draws_every_household_once() -> None:
    region, events = tiny_region()
    for week in range(120):
        take(region, "draw_household_shocks", week=week)
    drawn = events.of(HouseholdShocksDrawn)
    days = np.unique(drawn["day"]).tolist()
    assert days == [0, 7 * 52, 7 * 104]  # weeks from 1 January 2018, 31 December 2018 and 30 December 2019
    assert [drawn["household"][drawn["day"] == day].tolist() for day in days] == [list(range(12))] * 3
    assert (drawn["cause"] == -1).all()


def test_what_a_group_has_together_stays_worked_by_hand() -> None:
    """The only household of its group keeps what it had; of two alike, one gains what the other loses."""
    opened = {
        HouseholdsBaselined: {
            **dict.fromkeys(("business_fen", "transfers_fen", "property_fen"), 0),
            "wages_fen": 100_000, "weight": 1, "poor": {4: True, 5: True, 6: False, 8: True},
        }
    }  # fmt: skip
    region, events = tiny_region(opened=opened)
    take(region, "draw_household_shocks", week=0)
    factor = events.of(HouseholdShocksDrawn)["factor"]
    assert factor[8] == 1_000_000
    assert factor[4] + factor[5] == pytest.approx(2_000_000, abs=1)
    assert factor[4] != factor[5]


def test_the_spread_is_that_of_the_parameter() -> None:
    # Twelve households in 400 years: the log of the ratio of two of a group has the sd sqrt(2) x 0.3 = 0.424, its
    # standard error over 400 years 0.015.
    region, events = tiny_region(numbers={"income.shock_sigma": 0.3})
    logs = []
    for seed in range(400):
        region.world.draws = Draws(seed)
        events.clear()
        take(region, "draw_household_shocks", week=0)
        factor = events.of(HouseholdShocksDrawn)["factor"]
        logs.append(np.log(factor[4] / factor[5]))
    assert np.std(logs) == pytest.approx(0.424, abs=4 * 0.015)
    assert np.mean(logs) == pytest.approx(0.0, abs=4 * 0.0212)


def test_a_year_is_drawn_by_household_and_year_alone() -> None:
    region, events = tiny_region()
    for week in (52, 53, 52):
        take(region, "draw_household_shocks", week=week)
    first, again = events.of(HouseholdShocksDrawn)["factor"].reshape(2, 12)
    assert first.tolist() == again.tolist()


def test_without_a_spread_no_year_is_drawn() -> None:
    region, events = tiny_region(numbers={"income.shock_sigma": 0.0})
    take(region, "draw_household_shocks", week=0)
    assert events.rows(HouseholdShocksDrawn) == 0
