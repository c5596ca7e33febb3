"""Rounding is no finding: figures that should be equal are equal in every comparison, and real differences stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecsim.experiments.summary import summarise
from ecsim.statistics import designs, rounding
from ecsim.statistics.breaking import Verdict, breaking_point
from ecsim.statistics.comparison import against, paired, pairwise, probability_of_best, variance_reduction
from ecsim.statistics.confidence_bands import path_band
from ecsim.statistics.discovery import prim
from ecsim.statistics.robustness import rank_stability, rankings, regret, satisficing
from ecsim.statistics.selection import kim_nelson, ocba
from ecsim.statistics.sensitivity import morris_from_table, pawn_from_table, sobol_from_table
from ecsim.statistics.space import Space
from ecsim.statistics.stopping import Stopping
from ecsim.statistics.stopping import Verdict as Stop

SCALES = [1e-6, 1.0, 3e9]
NOISE = np.random.default_rng(1).normal(0.0, 1.0, 30)


def nearly(figures: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return the same figures in another order of adding: they part in their last bits, and in some not at all."""
    parts = figures[:, None] * np.random.default_rng(seed).dirichlet(np.ones(12), len(figures))
    return np.asarray(parts.sum(axis=1))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("figures", [np.full(30, 0.3), np.full(30, -0.3), 5.0 + NOISE, NOISE])
def test_arms_that_part_by_rounding_are_equal(figures: np.ndarray, scale: float) -> None:
    a, b = nearly(scale * figures), nearly(scale * figures, 1)
    assert (a != b).any()
    found = paired(a, b)
    assert (found.mean, found.low, found.high, found.p, found.clear) == (0.0, 0.0, 0.0, 1.0, False)
    table = pd.DataFrame({"a": a, "b": b, "other": scale * figures + scale * (1.0 + 0.1 * NOISE[::-1])})
    row = against(table, "a").set_index("arm").loc["b"]
    assert row[["mean", "low", "high", "family_low", "family_high"]].tolist() == [0.0] * 5
    assert row[["p", "p_holm", "p_family"]].tolist() == [1.0] * 3
    assert pairwise(table).iloc[0]["mean"] == 0.0
    best = probability_of_best(table, "min").set_index("arm")
    assert best.loc[["a", "b"], ["best_mean", "best_run"]].to_numpy() == pytest.approx(0.5)
    figure = table.melt(var_name="arm", value_name="y").assign(unit=list(range(30)) * 3)
    said = summarise(figure, "a").set_index("arm").loc["b"]
    assert said[["difference", "low", "high", "p_holm"]].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_a_sum_of_tenths_is_equal_to_the_literal() -> None:
    found = paired([0.1 + 0.2] * 30, [0.3] * 30)
    assert (found.mean, found.p, found.clear) == (0.0, 1.0, False)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("real", [1e-8, 1e-3, 1.0])
def test_a_difference_that_is_real_stays_one(scale: float, real: float) -> None:
    a, b = nearly(np.full(30, scale)), nearly(np.full(30, scale * (1.0 + real)), 1)
    found = paired(b, a)
    assert found.clear
    assert found.mean == pytest.approx(scale * real, rel=1e-6)
    assert (found.sd, found.low, found.high) == (0.0, found.mean, found.mean)
    assert variance_reduction(a, b) == 1.0


@pytest.mark.parametrize("scale", SCALES)
def test_strategies_that_part_by_rounding_tie_under_every_metric(scale: float) -> None:
    figures = scale * (2.0 + np.abs(NOISE))
    table = [nearly(figures), nearly(figures, 1), figures * 2.0]
    found = rankings(table, threshold=float(figures[0]))
    assert (found.ranks.loc[0] == found.ranks.loc[1]).all()
    assert (regret(table[:2]).to_numpy() == 0.0).all()
    firsts = rank_stability(table[:2], draws=50)["first"]
    assert firsts.to_numpy() == pytest.approx(0.5)
    assert satisficing([[0.1 + 0.2] * 2, [0.3] * 2], 0.3).tolist() == [1.0, 1.0]
    assert satisficing([[0.1 + 0.2] * 2, [0.3] * 2], 0.3, "min").tolist() == [1.0, 1.0]


def test_of_arms_that_tie_the_first_is_chosen_whichever_rounding_favours() -> None:
    for figures in ((0.3, 0.1 + 0.2), (0.1 + 0.2, 0.3)):
        assert kim_nelson(lambda arm, _, f=figures: f[arm], 2, delta=0.1, first=5).best == 0  # type: ignore[misc]
        found = ocba(lambda arm, _, f=figures: f[arm], 2, 20, first=5)  # type: ignore[misc]
        assert (found.best, found.replications) == (0, (10, 10))


def test_a_rule_on_figures_that_part_by_rounding_stops_at_once() -> None:
    values = dict(enumerate(nearly(np.full(30, 3e9))))
    assert Stopping(1e-12, least=5, most=30).decide(values).half_width == 0.0
    found = Stopping(0.01, relative=True, least=5, most=30).decide(dict(enumerate([0.0] * 30)))
    assert (found.verdict, found.n) == (Stop.ENOUGH, 5)


def test_a_half_width_that_is_the_one_asked_for_is_enough() -> None:
    rule = Stopping(1.0, least=5, most=30)
    asked = float(rule.half_widths(NOISE)[19])
    for width in (asked, np.nextafter(asked, 0.0)):
        assert Stopping(float(width), least=20, most=30).decide(dict(enumerate(NOISE))).n == 20


def test_a_target_that_holds_just_as_often_as_asked_is_not_broken() -> None:
    shares = np.tile([1.0, 0.1 + 0.2, 0.3], (10, 1))
    assert breaking_point([0.0, 1.0, 2.0], shares, 0.1 + 0.2).verdict is Verdict.NEVER


def test_a_path_that_varies_by_rounding_has_no_width() -> None:
    band = path_band(np.column_stack([nearly(np.full(30, 3e9)), NOISE]))
    assert band.sd[0] == band.high[0] - band.low[0] == band.path_high[0] - band.path_low[0] == 0.0
    assert band.sd[1] == pytest.approx(NOISE.std(ddof=1))


def test_no_parameter_moves_an_outcome_that_varies_by_rounding() -> None:
    space = Space.uniform({"a": (0.0, 1.0), "b": (0.0, 1.0)})
    for design, analyse in (
        (designs.saltelli(space, 16, 1), sobol_from_table), (designs.morris(space, 8, 1), morris_from_table),
        (designs.latin_hypercube(space, 60, 1), pawn_from_table),
    ):  # fmt: skip
        found = analyse(design, nearly(np.full(2 * len(design), 3e9)).reshape(-1, 2), **_slices(analyse))
        own = found.indices[found.indices.parameter.isin(["a", "b"])]
        assert (own.value.isna() | (own.value == 0.0)).all()


def _slices(analyse: object) -> dict[str, int]:
    return {"slices": 3} if analyse is pawn_from_table else {}


def test_luck_that_all_points_share_leaves_no_variance_to_parameters() -> None:
    space = Space.uniform({"a": (0.0, 1.0), "b": (0.0, 1.0)})
    design = designs.saltelli(space, 16, 1)
    luck = np.tile(3e9 + 1e3 * NOISE[:4], (len(design), 1))
    found = sobol_from_table(design, luck).indices
    assert found[found["index"].isin(["first", "total"])].value.isna().all()


def test_a_box_as_dense_as_asked_is_dense_enough() -> None:
    x = np.linspace(0.0, 1.0, 100)
    hit = np.where(x > 0.7, (0.1 + 0.2) / 3.0 * 8.0, 0.0)  # 0.8000000000000002 in some order, 0.8 in another
    assert prim({"x": x}, hit, density_min=0.8).boxes
    assert prim({"x": x}, np.where(x > 0.7, 0.8 - 1e-16, 0.0), density_min=0.8).boxes
    assert not prim({"x": x}, np.where(x > 0.7, 0.8 - 1e-6, 0.0), density_min=0.8).boxes


def test_infinite_scores_tie_and_order() -> None:
    assert rounding.less([np.inf, np.inf, 1.0], [np.inf, 1.0, np.inf]).tolist() == [0.0, np.inf, -np.inf]
    assert rounding.ranks(np.array([1.0, np.inf, np.inf, 0.0])).tolist() == [3.0, 1.0, 1.0, 4.0]
