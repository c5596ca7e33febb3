"""Paired comparison: known answers, coverage, refusals."""

import numpy as np
import pytest
from scipy import stats

from ecsim.draws import Draws
from ecsim.experiments.comparison import holm, paired


def test_a_hand_worked_difference() -> None:
    found = paired([3.0, 5.0, 7.0], [1.0, 4.0, 4.0])  # gaps 2, 1, 3: mean 2, sd 1
    assert (found.mean, found.sd, found.n) == (2.0, 1.0, 3)
    assert found.high - found.mean == pytest.approx(4.302653 / np.sqrt(3))


def test_arms_that_are_the_same_differ_by_exactly_nothing() -> None:
    found = paired([1.5, 2.5, 9.0], [1.5, 2.5, 9.0])
    assert (found.mean, found.low, found.high, found.clear) == (0.0, 0.0, 0.0, False)


def test_the_interval_covers_as_often_as_it_says() -> None:
    gaps = Draws(11).normal("gap", 0, np.arange(2000 * 10)).reshape(2000, 10) + 0.3
    inside = [f.low <= 0.3 <= f.high for f in (paired(row, np.zeros(10)) for row in gaps)]
    assert 0.93 <= np.mean(inside) <= 0.97


def test_the_mean_agrees_with_scipy() -> None:
    a, b = Draws(1).normal("a", 0, np.arange(40)), Draws(1).normal("b", 0, np.arange(40))
    interval = stats.ttest_rel(a, b).confidence_interval(0.95)
    found = paired(a, b)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize(("a", "b"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, np.nan], [1.0, 2.0])])
def test_what_cannot_be_compared_is_refused(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match=r"figure"):
        paired(a, b)


def test_holm_on_the_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
