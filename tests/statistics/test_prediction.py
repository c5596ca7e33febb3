"""Prediction intervals and what the overlap of two intervals says."""

import math

import numpy as np
import pytest

from ecsim.statistics.prediction import Interval, prediction_interval, verdict_of

SOURCE = Interval(2.0, 4.0)


def test_the_interval_of_one_more_run_is_as_worked_by_hand() -> None:
    low, high = prediction_interval([1.0, 2.0, 3.0], 0.9)
    half = 2.919986 * math.sqrt(4.0 / 3.0)  # Student's t of two degrees of freedom at 0.95; the deviation is 1
    assert (low, high) == pytest.approx((2.0 - half, 2.0 + half), rel=1e-6)


def test_nine_of_ten_further_runs_fall_into_it() -> None:
    draws = np.random.default_rng(7).normal(size=(4_000, 5))
    inside = [low <= row[4] <= high for row in draws for low, high in [prediction_interval(row[:4].tolist(), 0.9)]]
    assert np.mean(inside) == pytest.approx(0.9, abs=0.015)


@pytest.mark.parametrize(
    ("model", "verdict"),
    [
        (Interval(2.5, 3.5), "reproduced"),
        (Interval(2.0, 4.0), "reproduced"),
        (Interval(0.0, 1.9), "contradicted"),
        (Interval(4.1, 9.0), "contradicted"),
        (Interval(1.0, 3.0), "cannot be told"),
        (Interval(0.0, 9.0), "cannot be told"),
        (Interval(math.nan, math.nan), "cannot be told"),
    ],
)
def test_a_verdict_is_of_two_intervals_and_a_wide_one_reproduces_nothing(model: Interval, verdict: str) -> None:
    assert verdict_of(model, SOURCE) == verdict


def test_a_sign_is_reproduced_where_the_whole_interval_has_it() -> None:
    above_zero = Interval(0.0, math.inf)
    assert verdict_of(Interval(0.1, 5.0), above_zero) == "reproduced"
    assert verdict_of(Interval(-0.1, 5.0), above_zero) == "cannot be told"
    assert verdict_of(Interval(-0.3, -0.1), above_zero) == "contradicted"


def test_one_run_has_no_interval() -> None:
    assert all(math.isnan(end) for end in prediction_interval([3.0]))
