"""Where a target breaks: known thresholds inside their intervals, nothing beyond what was tried, who fails first."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from ecsim.kernel.draws import Draws
from ecsim.statistics.breaking import Fit, Verdict, breaking_point, breaking_table, first_to_fail, holding

STRENGTHS = np.linspace(0.0, 1.0, 11)


def held(seed: int, middle: float, slope: float, n: int) -> NDArray[np.bool_]:
    """Return whether a target holds: logistic in strength, the same luck of a replication at every strength."""
    luck = Draws(seed).uniform("held", 0, np.arange(n))
    return luck[:, None] < expit(slope * (middle - STRENGTHS))


@pytest.mark.parametrize("fit", ["isotonic", "logistic"])
@pytest.mark.parametrize("level", [0.5, 0.8])
def test_a_known_logistic_threshold_lies_inside_its_interval(fit: Fit, level: float) -> None:
    true = 0.52 - logit(level) / 12.0
    found = [breaking_point(STRENGTHS, held(e, 0.52, 12.0, 60), level, fit=fit, draws=300) for e in range(100)]
    assert np.mean([point.low <= true <= point.high for point in found]) >= 0.89
    assert np.mean([point.strength for point in found]) == pytest.approx(true, abs=0.02)
    assert np.mean([point.high - point.low for point in found]) < 0.35


def test_a_clean_break_is_known_no_closer_than_the_strengths_tried() -> None:
    clean = np.repeat((STRENGTHS < 0.45)[None, :], 30, axis=0)
    for fit in ("isotonic", "logistic"):
        point = breaking_point(STRENGTHS, clean, fit=fit)
        assert (point.verdict, point.low, point.high) == (Verdict.BREAKS, pytest.approx(0.4), pytest.approx(0.5))
        assert point.strength == pytest.approx(0.45, abs=0.01)


def test_the_isotonic_threshold_worked_by_hand() -> None:
    """Shares 1, 0.5, 0.75, 0.25, 0 pool to 1, 0.625, 0.625, 0.25, 0; 0.5 lies a third of the way from 2 to 3."""
    table = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 0, 0], [1, 0, 1, 0, 0], [1, 0, 0, 0, 0]])
    assert breaking_point(range(5), table).strength == pytest.approx(2 + 0.125 / 0.375)
    assert holding(range(5), table)["fitted"].tolist() == pytest.approx([1, 0.625, 0.625, 0.25, 0])
    assert breaking_point(range(5), table, 0.9).strength == pytest.approx(0.1 / 0.375)


def test_the_isotonic_fit_is_scipys() -> None:
    shares = Draws(5).uniform("shares", 0, np.arange(40 * 8)).reshape(40, 8)
    for row in shares:
        fitted = holding(range(8), np.stack([row, row]))["fitted"]
        assert fitted.tolist() == pytest.approx(isotonic_regression(row, increasing=False).x.tolist())


def test_the_logistic_fit_finds_the_curve_it_was_given() -> None:
    curve = expit(12.0 * (0.52 - STRENGTHS))
    found = holding(STRENGTHS, np.repeat(curve[None, :], 2000, axis=0), fit="logistic")["fitted"]
    assert found.tolist() == pytest.approx(curve.tolist(), abs=1e-3)


@pytest.mark.parametrize("fit", ["isotonic", "logistic"])
def test_what_never_breaks_is_said_and_not_extrapolated(fit: Fit) -> None:
    point = breaking_point(STRENGTHS, held(1, 1.4, 10.0, 50), fit=fit)
    assert point.verdict is Verdict.NEVER
    assert np.isnan(point.strength)
    assert (point.low, point.high) == (1.0, np.inf)
    assert str(point).startswith("never breaks within the strengths tried, at probability 0.5")
    assert "1 to stronger than any tried, 50 replications" in str(point)


@pytest.mark.parametrize("fit", ["isotonic", "logistic"])
def test_what_is_broken_from_the_start_is_said(fit: Fit) -> None:
    point = breaking_point(STRENGTHS, held(1, -0.2, 10.0, 50), fit=fit)
    assert point.verdict is Verdict.FROM_THE_START
    assert np.isnan(point.strength)
    assert (point.low, point.high) == (-np.inf, 0.0)
    assert "broken from the start" in str(point)


def test_a_target_that_a_shock_mends_does_not_break() -> None:
    point = breaking_point(STRENGTHS, ~held(1, 0.5, 10.0, 50), 0.3, fit="logistic")
    assert point.verdict is Verdict.NEVER


def test_an_interval_that_reaches_beyond_the_strengths_tried_is_open() -> None:
    point = breaking_point(STRENGTHS, held(3, 0.8, 4.0, 40))
    assert point.verdict is Verdict.BREAKS
    assert point.low < point.strength < point.high == np.inf
    assert "stronger than any tried" in str(point)


def test_a_higher_level_breaks_sooner() -> None:
    table = held(4, 0.5, 10.0, 80)
    assert breaking_point(STRENGTHS, table, 0.9).strength < breaking_point(STRENGTHS, table, 0.5).strength


def test_every_county_and_all_of_them_together() -> None:
    counties = np.stack([held(1, 0.3, 30.0, 60), held(2, 0.7, 30.0, 60), held(3, 3.0, 30.0, 60)], axis=2)
    found = breaking_table(STRENGTHS, counties, ["a", "b", "c"], levels=[0.5]).set_index("county")
    assert found.index.tolist() == ["a", "b", "c", "region"]
    assert found.loc["a", "strength"] == pytest.approx(0.3, abs=0.03)
    assert found.loc["b", "strength"] == pytest.approx(0.7, abs=0.03)
    assert found.loc["c", "verdict"] == "never breaks within the strengths tried"
    assert 0.6 < found.loc["region", "strength"] < 0.8  # of three counties one falls at 0.3, the second at 0.7
    assert found.loc["region", "n"] == 60


def test_the_table_says_what_the_single_points_say() -> None:
    table = held(6, 0.5, 10.0, 40)
    found = breaking_table(STRENGTHS, table[:, :, None], ["a"], seed=3)
    point = breaking_point(STRENGTHS, table, 0.9, seed=3)
    assert found.iloc[0][["level", "strength", "low", "high"]].tolist() == [0.9, point.strength, point.low, point.high]
    assert found.iloc[2][["strength", "low"]].tolist() == found.iloc[0][["strength", "low"]].tolist()  # "region" is "a"


def test_counties_that_fall_together_do_not_shorten_the_interval() -> None:
    one = held(7, 0.5, 6.0, 40)
    alone = breaking_point(STRENGTHS, one)
    many = breaking_table(STRENGTHS, np.repeat(one[:, :, None], 30, axis=2), [str(c) for c in range(30)], [0.5])
    assert many.iloc[-1][["low", "high"]].tolist() == pytest.approx([alone.low, alone.high])


def test_the_share_that_holds_comes_with_an_interval_even_where_all_hold() -> None:
    found = holding(STRENGTHS, held(1, 1.4, 10.0, 20))
    assert (found["share"][0], found["high"][0]) == (1.0, 1.0)
    assert found["low"][0] == pytest.approx(0.8389, abs=1e-4)  # Wilson, 20 of 20
    assert (np.diff(found["fitted"]) <= 0).all()


def test_which_target_fails_first_worked_by_hand() -> None:
    """Four replications at strengths 0, 1, 2.

    1: coverage fails at 1, income at 2. 2: both at 1, half each. 3: coverage is missed at 0 already, so income is
    first, at 2. 4: nothing fails.
    """
    coverage = [[1, 0, 0], [1, 0, 0], [0, 0, 0], [1, 1, 1]]
    income = [[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]
    found = first_to_fail([0, 1, 2], {"coverage": coverage, "income": income})
    assert found["target"].tolist() == ["coverage", "income", "none"]
    assert found["first"].tolist() == [1.5 / 4, 1.5 / 4, 1 / 4]
    assert found["from_the_start"].tolist()[:2] == [0.25, 0.0]
    assert ((found.low < found["first"]) & (found["first"] < found.high)).all()


def test_a_target_that_breaks_long_before_the_other_is_first() -> None:
    found = first_to_fail(STRENGTHS, {"late": held(1, 0.8, 40.0, 50), "early": held(2, 0.3, 40.0, 50)}).set_index(
        "target"
    )
    assert found["first"].to_dict() == {"late": 0.0, "early": 1.0, "none": 0.0}
    assert found.loc["early", "low"] == pytest.approx(0.9287, abs=1e-4)  # Wilson, 50 of 50


@pytest.mark.parametrize(
    ("strengths", "table", "words"),
    [
        ([0, 0], [[1, 0], [1, 0]], r"strengths \[0.0, 0.0\]; two or more are needed, rising"),
        ([0, 1], [[1, 0]], r"held has shape \(1, 2\); it needs two replications or more at each of 2 strengths"),
        ([0, 1], [[1, 0], [1, np.nan]], "held is nan in replication 1 at strength 1; it is true or false, or a share"),
        ([0, 1], [[1, 0], [2, 0]], "held is 2.0 in replication 1 at strength 0"),
    ],
)
def test_runs_that_cannot_be_read_are_refused(strengths: list[float], table: list[list[float]], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        breaking_point(strengths, table)


def test_other_refusals_say_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"level is 1.0; it lies between 0 and 1"):
        breaking_point([0, 1], [[1, 0], [1, 0]], 1.0)
    with pytest.raises(ValueError, match=r"fit is 'probit'; it is 'isotonic' or 'logistic'"):
        breaking_point([0, 1], [[1, 0], [1, 0]], fit="probit")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"it needs replications, strengths and 2 counties"):
        breaking_table([0, 1], np.ones((3, 2, 1)), ["a", "b"])
    with pytest.raises(ValueError, match=r"target 'a' holds shares; say of each run"):
        first_to_fail([0, 1], {"a": [[1, 0.5], [1, 0]]})
    with pytest.raises(ValueError, match=r"all targets need the same replications"):
        first_to_fail([0, 1], {"a": [[1, 0], [1, 0]], "b": [[1, 0], [1, 0], [1, 1]]})
