"""How packing lines follow what they have to pack (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import dealing
from ecsim.rural.goods.packing_lines import LinesOnTrend, next_line
from ecsim.rural.goods.terms import GoodsTerms

TERMS: GoodsTerms = dealing()[0].terms.goods
PEAK = np.array([1.0, 3.0])


def test_a_line_grows_a_part_of_the_way_and_wears_out_slowly_worked_by_hand() -> None:
    # From 2.5 toward 5.5: + 0.06 x 3 = 2.68. From 8, where 5.5 are enough: less 0.2 %.
    assert next_line(TERMS, np.array([2.5, 8.0]), np.array([5.5, 5.5])) == pytest.approx([2.68, 7.984])


def test_where_demand_does_not_grow_lines_stay_what_the_strongest_week_needs_with_overtime() -> None:
    # A tenth in reserve, half of it in overtime: 0.55 of the strongest week.
    still = LinesOnTrend(TERMS, PEAK, lambda _: np.ones(2))
    assert still.of_week(0) == pytest.approx(0.55 * PEAK)
    assert still.of_week(60) == pytest.approx(0.55 * PEAK, rel=1e-3)  # enough is worn off for a week, then grows back


def test_lines_lag_behind_growth_by_the_closed_form() -> None:
    # A line that grows as fast as demand, by 1 + g a week: K(1 - (1 - v)/(1 + g)) = v·aim, with v = 0.06.
    growing = LinesOnTrend(TERMS, PEAK, lambda week: np.full(2, 1.005**week))
    assert growing.of_week(400) == pytest.approx(0.55 * PEAK * 0.06 / (1 - 0.94 / 1.005))
    assert (growing.of_week(1) < growing.of_week(0)).all()
