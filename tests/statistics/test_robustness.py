"""Robustness metrics: a table worked by hand, published figures, rankings, stability, refusals."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest

from ecsim.kernel.draws import Draws
from ecsim.statistics.robustness import metrics, rank_stability, rankings, regret, satisficing, shape

FUTURES = ["dry", "usual", "wet", "crisis"]
TABLE = pd.DataFrame(
    [[10.0, 20.0, 30.0, 0.0], [12.0, 14.0, 14.0, 8.0], [16.0, 18.0, 20.0, 2.0]],
    index=["pooled", "equal", "mixed"],
    columns=FUTURES,
)


def test_regret_on_a_table_worked_by_hand() -> None:
    """Best of each future: 16, 20, 30, 8.

    pooled: 16-10=6, 20-20=0, 30-30=0, 8-0=8; equal: 16-12=4, 20-14=6, 30-14=16, 8-8=0; mixed: 0, 2, 10, 6.
    """
    assert regret(TABLE).to_numpy().tolist() == [[6, 0, 0, 8], [4, 6, 16, 0], [0, 2, 10, 6]]


def test_regret_where_less_is_better_worked_by_hand() -> None:
    """Least of each future: 10, 14, 14, 0, so pooled 0, 6, 16, 0; equal 2, 0, 0, 8; mixed 6, 4, 6, 2."""
    found = regret(TABLE, "min")
    assert found.to_numpy().tolist() == [[0, 6, 16, 0], [2, 0, 0, 8], [6, 4, 6, 2]]
    assert found.index.tolist() == ["pooled", "equal", "mixed"]
    assert found.columns.tolist() == FUTURES


def test_satisficing_worked_by_hand() -> None:
    """At least 12: pooled in usual and wet, 2 of 4; equal in dry, usual, wet, 3 of 4 (12 itself counts); mixed 3 of 4.

    At most 12: pooled 10 and 0, 2 of 4; equal 12 and 8, 2 of 4; mixed 2 alone, 1 of 4.
    """
    assert satisficing(TABLE, 12.0).tolist() == [0.5, 0.75, 0.75]
    assert satisficing(TABLE, 12.0, "min").tolist() == [0.5, 0.5, 0.25]


def test_every_metric_on_the_table_worked_by_hand() -> None:
    """Sorted: pooled 0 10 20 30, equal 8 12 14 14, mixed 2 16 18 20.

    Means 60/4=15, 48/4=12, 56/4=14. Squares about them: pooled 225+25+25+225=500, equal 16+0+4+4=24,
    mixed 144+4+16+36=200; variances (over 3) 166.667, 8, 66.667; sds 12.910, 2.828, 8.165.
    Hurwicz, half and half: (0+30)/2=15, (8+14)/2=11, (2+20)/2=11.
    Medians 15, 13, 17; worse halves {0, 10}, {8, 12}, {2, 16}: falls (15+5)/2=10, (5+1)/2=3, (15+1)/2=8.
    Regrets as above: most 8, 16, 10; means 14/4=3.5, 26/4=6.5, 18/4=4.5; quantile 0.9 of four lies 0.7 of the way from
    the third to the fourth: pooled 0 0 6 8 -> 7.4, equal 0 4 6 16 -> 13, mixed 0 2 6 10 -> 8.8.
    """
    found = rankings(TABLE, threshold=12.0).scores
    wanted = {
        "maximin": [0, 8, 2],
        "maximax": [30, 14, 20],
        "hurwicz": [15, 11, 11],
        "mean": [15, 12, 14],
        "mean_less_deviation": [15 - 12.909944, 12 - 2.828427, 14 - 8.164966],
        "mean_variance": [16 / 13.909944, 13 / 3.828427, 15 / 9.164966],
        "signal_to_noise": [15 / 12.909944, 12 / 2.828427, 14 / 8.164966],
        "undesirable_deviations": [10, 3, 8],
        "max_regret": [8, 16, 10],
        "mean_regret": [3.5, 6.5, 4.5],
        "percentile_regret": [7.4, 13, 8.8],
        "satisficing": [0.5, 0.75, 0.75],
    }
    assert found.columns.tolist() == list(wanted)
    for name, figures in wanted.items():
        assert found[name].tolist() == pytest.approx(figures, rel=1e-6), name


def test_ranks_side_by_side_with_ties() -> None:
    found = rankings(TABLE, threshold=12.0)
    assert found.ranks["maximin"].tolist() == [3, 1, 2]
    assert found.ranks["hurwicz"].tolist() == [1, 2, 2]
    assert found.ranks["max_regret"].tolist() == [1, 3, 2]
    assert found.ranks["satisficing"].tolist() == [3, 1, 1]
    assert found.best["satisficing"] == ["equal", "mixed"]
    assert found.best["mean"] == ["pooled"]


def test_agreement_of_metrics_worked_by_hand() -> None:
    """Ranks: mean 1 3 2, max_regret 1 3 2, maximin 3 1 2 (the reverse), hurwicz 1 2 2.

    mean and hurwicz: pairs (pooled, equal) and (pooled, mixed) agree, (equal, mixed) ties in hurwicz:
    tau-b = 2 / sqrt(3 * 2) = 0.8165.
    """
    found = rankings(TABLE).agreement
    assert found.loc["mean", "max_regret"] == pytest.approx(1.0)
    assert found.loc["mean", "maximin"] == pytest.approx(-1.0)
    assert found.loc["mean", "hurwicz"] == pytest.approx(2 / np.sqrt(6))
    assert found.equals(found.T)


def test_a_metric_that_tells_nobody_apart_agrees_with_none() -> None:
    found = rankings(TABLE, threshold=-1.0)
    assert found.ranks["satisficing"].tolist() == [1, 1, 1]
    assert found.agreement["satisficing"].isna().all()


def test_turning_the_sign_and_the_sense_keeps_every_rank_and_turns_the_scores() -> None:
    gain, cost = rankings(TABLE, threshold=12.0), rankings(-TABLE, "min", threshold=-12.0)
    pd.testing.assert_frame_equal(gain.ranks, cost.ranks)
    assert cost.scores["maximin"].tolist() == [0, -8, -2]
    assert cost.scores["max_regret"].tolist() == gain.scores["max_regret"].tolist()


def test_less_noise_is_better_for_costs_too() -> None:
    table = pd.DataFrame([[9.0, 11.0], [5.0, 15.0]], index=["steady", "wild"])
    found = rankings(table, "min")
    assert found.scores["signal_to_noise"].tolist() == pytest.approx([10 * np.sqrt(2), 10 * np.sqrt(50)])
    assert found.ranks["signal_to_noise"].tolist() == [1, 2]
    assert found.ranks["mean"].tolist() == [1, 1]


@pytest.mark.parametrize("sense", ["max", "min"])
@pytest.mark.parametrize("bad", [0.001, 3.0, 99.0])
def test_a_strategy_that_never_varies_is_not_first_on_signal_to_noise_for_that_alone(
    bad: float, sense: Literal["max", "min"]
) -> None:
    flat = bad if sense == "max" else 1000.0 - bad
    found = rankings([[flat] * 3, [100.0, 101.0, 102.0], [90.0, 100.0, 110.0]], sense)

    assert found.best["signal_to_noise"] == [1]
    assert np.isfinite(found.scores["signal_to_noise"]).all()


def test_of_strategies_without_any_noise_means_decide() -> None:
    assert rankings([[3.0, 3.0], [5.0, 5.0], [0.1 + 0.2] * 2, [0.3] * 2]).ranks["signal_to_noise"].tolist() == [
        2,
        1,
        3,
        3,
    ]


def test_a_quiet_strategy_with_the_same_mean_beats_a_noisy_one() -> None:
    assert rankings([[100.0] * 3, [90.0, 100.0, 110.0], [99.0, 100.0, 101.0]]).ranks["signal_to_noise"].tolist() == [
        1,
        3,
        1,
    ]


def test_the_metrics_give_published_figures() -> None:
    """Two strategies in three futures, as in the tests of McPhail's own implementation of the 2018 paper."""
    table = [[0.99, 1.0, 0.5], [0.69, 0.6, 0.6]]
    found = rankings(table, settings=metrics(optimism=0.25, quantile=0.5)).scores
    assert found["hurwicz"].tolist() == pytest.approx([0.625, 0.6225])
    assert found["mean_variance"].tolist() == pytest.approx([1.42320289996384, 1.54948632859709])
    assert found["undesirable_deviations"].tolist() == pytest.approx([0.245, 0.0])
    assert found["max_regret"].tolist() == pytest.approx([0.1, 0.4])
    assert found["percentile_regret"].tolist() == pytest.approx([0.0, 0.3])
    cost = rankings(table, "min").scores
    assert cost["mean_variance"].tolist() == pytest.approx([0.132210105461122, 0.351723890540445])
    assert cost["undesirable_deviations"].tolist() == pytest.approx([0.005, 0.045])
    skewed = shape([[0.99, 1.0, 0.5], [0.69, 0.6, 0.61]])["skewness"]
    assert skewed.tolist() == pytest.approx([-0.96, 0.777777777777779])


def test_the_shape_of_a_straight_row_is_known() -> None:
    found = shape([np.arange(101.0), np.full(101, 4.0)])
    assert found.iloc[0].tolist() == pytest.approx([0.0, 80 / 50])
    assert found.iloc[1].isna().all()


def test_a_further_strategy_changes_the_regret_of_the_others_and_nothing_else() -> None:
    more = pd.concat([TABLE, pd.DataFrame([[0.0, 0.0, 60.0, 0.0]], index=["gamble"], columns=FUTURES)])
    before, after = rankings(TABLE).scores, rankings(more).scores.loc[TABLE.index]
    assert after["max_regret"].tolist() == [30, 46, 40]
    pd.testing.assert_frame_equal(before.drop(columns=regrets(before)), after.drop(columns=regrets(after)))


def regrets(scores: pd.DataFrame) -> list[str]:
    return [name for name in scores if "regret" in name]


def test_a_strategy_ahead_in_every_future_is_first_in_every_draw_of_futures() -> None:
    table = pd.DataFrame([np.arange(1.0, 31.0) + 1.0, np.arange(1.0, 31.0)], index=["ahead", "behind"])
    found = rank_stability(table, threshold=15.0, draws=500).set_index(["metric", "strategy"])
    for metric in ("mean", "max_regret", "mean_regret", "maximin"):
        assert found.loc[(metric, "ahead"), ["rank", "first", "low", "high"]].tolist() == [1, 1, 1, 1]
        assert found.loc[(metric, "behind"), ["rank", "first", "low", "high"]].tolist() == [2, 0, 2, 2]


def test_a_ranking_by_chance_is_told_as_unstable_and_a_clear_one_as_stable() -> None:
    luck = Draws(2).normal("futures", 0, np.arange(3 * 40)).reshape(3, 40)
    table = pd.DataFrame([luck[0], luck[1], luck[2] - 3.0], index=["a", "b", "worse"])
    found = rank_stability(table, draws=1_000).set_index(["metric", "strategy"])["first"]["mean"]
    assert found["worse"] == 0.0
    assert 0.02 < found["a"] < 0.98
    assert found.sum() == pytest.approx(1.0)


def test_ties_share_the_first_place_in_every_draw() -> None:
    found = rank_stability(pd.DataFrame([[1.0, 5.0, 3.0]] * 2), draws=50)
    assert (found["first"] == 0.5).all()


def test_a_missing_outcome_is_told_with_its_strategy_and_future() -> None:
    holed = TABLE.copy()
    holed.loc["equal", "wet"] = np.nan
    for function in (regret, rankings, rank_stability, shape):
        with pytest.raises(ValueError, match=r"future 'wet' is nan in strategy 'equal'"):
            function(holed)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"optimism": 1.5}, "optimism is 1.5 and aversion 1.0; 0 <= optimism <= 1"),
        ({"aversion": -1.0}, "aversion -1.0"),
        ({"quantile": 1.0}, "quantile is 1.0; it lies between 0 and 1"),
        ({"threshold": 1.0, "sense": "least"}, "sense is 'least'; it is 'max'"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        metrics(**settings)  # type: ignore[arg-type]


def test_one_future_is_no_uncertainty() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 1\); two futures or more are needed"):
        regret(TABLE[["dry"]])
