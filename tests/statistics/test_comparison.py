"""Comparisons under the same luck: known answers, coverage, what pairing is worth, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from ecsim.kernel.draws import Draws
from ecsim.statistics.comparison import (
    against,
    holm,
    paired,
    pairwise,
    probability_of_best,
    quantile_difference,
    variance_reduction,
)
from ecsim.statistics.confidence_bands import path_band
from ecsim.statistics.proportions import mcnemar, shares_met, wilson
from ecsim.statistics.simultaneous import LargestT

Array = NDArray[np.float64]


def normal(seed: int, *shape: int) -> Array:
    return Draws(seed).normal("figures", 0, np.arange(np.prod(shape))).reshape(shape)


def related(seed: int, trials: int, n: int, arms: int) -> Array:
    """Return figures of arms that share part of their luck, each arm noisier than the one before."""
    return normal(seed, trials, n, arms) * np.linspace(1.0, 3.0, arms) + normal(seed + 1, trials, n, 1)


def test_a_hand_worked_difference() -> None:
    found = paired([3.0, 5.0, 7.0], [1.0, 4.0, 4.0])  # gaps 2, 1, 3: mean 2, sd 1
    assert (found.mean, found.sd, found.n) == (2.0, 1.0, 3)
    assert found.high - found.mean == pytest.approx(4.302653 / np.sqrt(3))


def test_arms_that_are_the_same_differ_by_exactly_nothing() -> None:
    found = paired([1.5, 2.5, 9.0], [1.5, 2.5, 9.0])
    assert (found.mean, found.low, found.high, found.clear, found.p) == (0.0, 0.0, 0.0, False, 1.0)


def test_arms_that_always_differ_alike_differ_for_certain() -> None:
    found = paired([2.0, 3.0, 5.0], [1.0, 2.0, 4.0])
    assert (found.low, found.high, found.clear, found.p) == (1.0, 1.0, True, 0.0)


def test_the_interval_covers_as_often_as_it_says() -> None:
    gaps = normal(11, 1000, 10) + 0.3
    inside = [f.low <= 0.3 <= f.high for f in (paired(row, np.zeros(10)) for row in gaps)]
    assert 0.93 <= np.mean(inside) <= 0.97


def test_the_mean_agrees_with_scipy() -> None:
    a, b = normal(1, 40), normal(2, 40)
    test = stats.ttest_rel(a, b)
    interval = test.confidence_interval(0.95)
    found = paired(a, b)
    assert (found.low, found.high, found.p) == pytest.approx((interval.low, interval.high, test.pvalue))


@pytest.mark.parametrize(("a", "b"), [([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([1.0, np.nan], [1.0, 2.0])])
def test_what_cannot_be_compared_is_refused(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match=r"figure"):
        paired(a, b)


def test_a_missing_figure_is_told_with_its_arm_and_replication() -> None:
    seeds = pd.Index([11, 12, 13], name="seed")
    with pytest.raises(
        ValueError, match=r"arm 'b' is nan in replication 12 \(1 such in all\); every figure must be finite"
    ):
        paired(pd.Series([1.0, 2.0, 3.0], seeds), pd.Series([1.0, np.nan, 3.0], seeds))


def test_figures_of_different_replications_are_not_paired() -> None:
    with pytest.raises(ValueError, match=r"'a' and 'b' stand on different replications or in another order"):
        paired(pd.Series([1.0, 2.0], [1, 2]), pd.Series([1.0, 2.0], [2, 1]))


def test_a_level_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"level is 95; it lies between 0 and 1"):
        paired([1.0, 2.0], [3.0, 5.0], level=95)


def test_holm_on_the_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])


def waits(arrivals: Array, services: Array, rate: float) -> Array:
    """Return the mean wait of each M/M/1 queue, arrival rate 0.8, empty at first.

    Lindley: W' = max(0, W + S - A), so W is a random walk less its lowest point so far.
    """
    steps = -np.log(services[:, :-1]) / rate + np.log(arrivals[:, 1:]) / 0.8
    walk = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    return (walk - np.minimum.accumulate(walk, axis=1)).mean(axis=1)


@pytest.fixture(scope="module")
def queues() -> tuple[Array, Array]:
    """Mean waits of 200 experiments of 20 replications, at two service rates under the same luck."""
    cells = np.arange(200 * 20 * 500).reshape(200 * 20, 500)
    arrivals, services = Draws(1).uniform("arrivals", 0, cells), Draws(1).uniform("services", 0, cells)
    slow, fast = (waits(arrivals, services, rate).reshape(200, 20) for rate in (1.0, 1.05))
    return slow, fast


def test_the_same_luck_cuts_the_variance_of_a_difference_between_queues(queues: tuple[Array, Array]) -> None:
    slow, fast = queues
    assert variance_reduction(slow.ravel(), fast.ravel()) >= 5.0
    assert variance_reduction(slow.ravel(), np.roll(fast, 1, axis=0).ravel()) == pytest.approx(1.0, abs=0.1)


def test_pairing_finds_the_better_queue_where_its_absence_does_not(queues: tuple[Array, Array]) -> None:
    slow, fast = queues
    with_luck = np.mean([paired(a, b).low > 0.0 for a, b in zip(slow, fast, strict=True)])
    own_luck = stats.ttest_ind(slow, np.roll(fast, 1, axis=0), axis=1)
    assert with_luck >= 0.95
    assert np.mean((own_luck.pvalue < 0.05) & (own_luck.statistic > 0)) <= 0.6


def test_a_difference_that_never_varies_gains_without_end() -> None:
    assert variance_reduction([1.0, 2.0, 4.0], [0.0, 1.0, 3.0]) == np.inf
    assert variance_reduction([1.0, 1.0], [1.0, 1.0]) == 1.0


@pytest.mark.parametrize(("arms", "published"), [(2, 2.21), (3, 2.35), (5, 2.51)])
def test_with_equal_arms_and_many_replications_the_critical_value_is_dunnetts(arms: int, published: float) -> None:
    """Dunnett's two-sided 5 % points for endless degrees of freedom, correlation one half."""
    basis, _ = np.linalg.qr(normal(3, 5000, arms + 2))
    basis -= basis.mean(axis=0)
    gaps = basis[:, 1 : arms + 1] - basis[:, :1]
    assert LargestT(gaps, 0, 40_000).critical(0.95) == pytest.approx(published, abs=0.03)


def test_the_intervals_of_a_family_hold_together_as_often_as_they_say() -> None:
    inside, alone = [], []
    for trial in related(20, 400, 10, 5):
        gaps = trial[:, 1:] - trial[:, :1]
        t = np.abs(gaps.mean(axis=0)) / (gaps.std(axis=0, ddof=1) / np.sqrt(10))
        inside.append(t.max() <= LargestT(gaps, 0, 500).critical(0.95))
        alone.append(t.max() <= stats.t.ppf(0.975, 9))
    assert 0.92 <= np.mean(inside) <= 0.98
    assert np.mean(alone) < 0.90


def test_a_family_of_one_is_the_plain_interval() -> None:
    table = {"now": normal(4, 12), "then": normal(5, 12)}
    found, plain = against(table, "now").iloc[0], paired(table["then"], table["now"])
    assert (found.family_low, found.family_high) == pytest.approx((plain.low, plain.high))
    assert (found.p_holm, found.p_family) == pytest.approx((plain.p, plain.p))


def test_every_arm_against_the_control_in_the_order_given() -> None:
    base = normal(6, 30)
    found = against({"base": base, "same": base, "more": base + 1.0 + 0.1 * normal(7, 30)}, "base")
    assert found["arm"].tolist() == ["same", "more"]
    same, more = found.iloc[0], found.iloc[1]
    assert (same["mean"], same.family_low, same.family_high, same.p_holm, same.p_family) == (0.0, 0.0, 0.0, 1.0, 1.0)
    assert 0.9 < more.family_low <= more.low < 1.0 < more.high <= more.family_high < 1.1
    assert more.p <= more.p_family <= more.p_holm < 1e-20
    assert more.gain > 50.0


def test_all_pairs_are_compared_once_and_corrected_together() -> None:
    table = pd.DataFrame(related(30, 1, 25, 4)[0], columns=list("abcd"))
    found = pairwise(table)
    assert list(zip(found.arm, found.other, strict=True)) == [
        tuple(pair) for pair in ("ab", "ac", "ad", "bc", "bd", "cd")
    ]
    assert found["p_holm"].tolist() == pytest.approx(holm(found["p"]).tolist())
    assert (found.family_low < found.low).all()
    assert (found.p <= found.p_family).all()
    assert (found.p_family <= found.p_holm).all()


def test_the_same_seed_gives_the_same_family_and_another_one_nearly() -> None:
    table = pd.DataFrame(related(31, 1, 25, 4)[0], columns=list("abcd"))
    pd.testing.assert_frame_equal(against(table, "a"), against(table, "a"))
    assert against(table, "a", seed=1).family_low.tolist() == pytest.approx(
        against(table, "a").family_low.tolist(), abs=0.1
    )


def test_an_unknown_control_is_refused_with_the_arms_there_are() -> None:
    with pytest.raises(ValueError, match=r"control is 'c'; it must be one of the arms: a, b"):
        against({"a": [1.0, 2.0], "b": [1.0, 3.0]}, "c")


def test_arms_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"different numbers of figures: \{'a': 2, 'b': 3\}"):
        against({"a": [1.0, 2.0], "b": [1.0, 3.0, 4.0]}, "a")


def test_an_arm_ahead_in_every_replication_is_best_for_certain() -> None:
    found = probability_of_best({"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]})
    assert found["best_mean"].tolist() == [0.0, 1.0]
    assert found["best_run"].tolist() == [0.0, 1.0]
    assert probability_of_best({"a": [1.0, 2.0, 3.0], "b": [2.0, 3.0, 4.0]}, "min")["best_mean"].tolist() == [1.0, 0.0]


def test_arms_that_tie_share_being_best() -> None:
    figures = normal(8, 25)
    found = probability_of_best({"a": figures, "b": figures, "c": figures - 9.0})
    assert found["best_mean"].tolist() == [0.5, 0.5, 0.0]
    assert found["best_run"].tolist() == [0.5, 0.5, 0.0]


def test_being_best_on_average_grows_certain_and_being_best_in_a_run_does_not() -> None:
    gap = normal(9, 800) + 0.25  # ahead in a run with probability 0.60
    few, many = (probability_of_best({"a": gap[:n], "b": np.zeros(n)}).iloc[0] for n in (20, 800))
    assert few.best_mean < many.best_mean
    assert many.best_mean == 1.0
    assert many.best_run == pytest.approx(0.60, abs=0.04)


def test_the_probability_of_best_agrees_with_the_normal_one() -> None:
    gap = normal(10, 100)
    gap = (gap - gap.mean()) / gap.std() + 0.1  # mean 0.1 with standard error 0.1
    found = probability_of_best({"a": gap, "b": np.zeros(100)})
    assert found["best_mean"][0] == pytest.approx(stats.norm.cdf(1.0), abs=0.02)


def test_a_shift_moves_every_quantile_by_itself() -> None:
    figures = normal(12, 50)
    found = quantile_difference(figures + 2.0, figures, 0.9)
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_interval_of_a_quantile_difference_covers() -> None:
    true = stats.norm.ppf(0.8) * (2.0 - 1.0)
    common, own = normal(13, 200, 60), normal(14, 200, 60)
    found = [quantile_difference(2.0 * c, 0.6 * c + 0.8 * o, 0.8, draws=400) for c, o in zip(common, own, strict=True)]
    assert 0.90 <= np.mean([f.low <= true <= f.high for f in found]) <= 0.99


def test_wilson_on_a_worked_case() -> None:
    low, high = wilson([0, 5, 10], [10, 10, 10])  # Newcombe (1998): 0/10 gives 0 to 0.2775
    assert low.tolist() == pytest.approx([0.0, 0.2366, 0.7225], abs=1e-4)
    assert high.tolist() == pytest.approx([0.2775, 0.7634, 1.0], abs=1e-4)
    scipys = stats.binomtest(5, 10).proportion_ci(method="wilson")
    assert (low[1], high[1]) == pytest.approx((scipys.low, scipys.high))


def test_more_met_than_tried_is_refused() -> None:
    with pytest.raises(ValueError, match=r"lies between 0 and the second"):
        wilson([3], [2])


def test_mcnemar_counts_only_where_the_arms_part() -> None:
    a = [True] * 9 + [False] * 1 + [True] * 20
    b = [False] * 9 + [True] * 1 + [True] * 20
    found = mcnemar(a, b)
    assert (found.only_a, found.only_b, found.n) == (9, 1, 30)
    assert found.p == pytest.approx(2 * (1 + 10) / 2**10)
    assert found.difference.value == pytest.approx(8 / 30)
    assert 0.0 < found.difference.low < 8 / 30 < found.difference.high


def test_arms_that_never_part_do_not_differ() -> None:
    found = mcnemar([True, False, True], [True, False, True])
    assert (found.p, found.difference.value) == (1.0, 0.0)
    assert found.difference.low < 0.0 < found.difference.high


def test_shares_of_counties_take_the_replication_as_the_unit() -> None:
    """Counties that all stand or fall together tell no more than one: their number must not shrink the interval."""
    luck = normal(15, 40) > 0.0
    one = shares_met(pd.DataFrame({"0": luck}))
    many = shares_met(pd.DataFrame({str(county): luck for county in range(50)}))
    assert many["name"].tolist()[-1] == "mean"
    for end in ("share", "low", "high"):
        assert many.iloc[-1][end] == pytest.approx(one.iloc[-1][end])
    assert many.iloc[-1].high - many.iloc[-1].low > 0.25


def test_shares_that_never_vary_keep_an_interval() -> None:
    found = shares_met(pd.DataFrame({"a": [True] * 10, "b": [True] * 10})).iloc[-1]
    assert (found.share, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.7225, abs=1e-4)


def test_what_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(ValueError, match=r"column 'b' holds other than true and false"):
        shares_met(pd.DataFrame({"a": [1, 0], "b": [0.4, 1.0]}))


def test_the_band_of_a_path_holds_the_whole_path_where_the_pointwise_one_does_not() -> None:
    paths = np.cumsum(normal(16, 150, 10, 20), axis=2)
    bands = [path_band(path, draws=500) for path in paths]
    whole = np.mean([((b.path_low <= 0) & (b.path_high >= 0)).all() for b in bands])
    alone = np.mean([((b.low <= 0) & (b.high >= 0)).all() for b in bands])
    points = np.mean([((b.low <= 0) & (b.high >= 0)).mean() for b in bands])
    assert 0.90 <= whole <= 0.99
    assert alone < 0.88
    assert 0.92 <= points <= 0.98


def test_before_the_fork_a_band_has_no_width() -> None:
    paths = np.concatenate([np.zeros((10, 3)), normal(17, 10, 4)], axis=1)
    band = path_band(paths)
    assert (band.loc[:2, ["mean", "low", "high", "path_low", "path_high"]] == 0.0).all(axis=None)
    assert (band.loc[3:, "path_low"] < band.loc[3:, "low"]).all()


def test_a_path_with_a_hole_is_refused_with_its_replication_and_instant() -> None:
    paths = pd.DataFrame([[1.0, 2.0], [3.0, np.inf]], index=[7, 8], columns=["2019-01-06", "2019-01-13"])
    with pytest.raises(ValueError, match=r"instant '2019-01-13' is inf in replication 8"):
        path_band(paths)
