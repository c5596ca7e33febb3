"""Luck: the hash it says, evenly spread, independent of what else is drawn."""

import numpy as np
import pytest
from scipy.stats import binom, chi2, kstest, poisson

from ecsim.kernel.draws import Draws, binomial_at, poisson_at, uniform_at


def mixed(x: int) -> int:
    """SplitMix64's finaliser in whole numbers of any size."""
    x = (x + 0x9E3779B97F4A7C15) % 2**64
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
    return x ^ (x >> 31)


def test_draws_are_the_hash_they_say_to_the_bit() -> None:
    draws = Draws(42)
    luck = draws.uniform("harvest", 17, np.arange(500))
    key = draws.key("harvest")
    start = mixed(int(key) ^ (17 * 0xD6E8FEB86659FD93 % 2**64))
    assert luck.tolist() == [((mixed(start ^ entity) >> 11) + 0.5) * 2.0**-53 for entity in range(500)]
    assert luck.tolist() == [uniform_at(key, 17, entity) for entity in range(500)]


def test_published_vectors_hold() -> None:
    assert Draws(1).uniform("test", 0, [0, 1, 2]).tolist() == [
        0.7478639646039325,
        0.5835094647124051,
        0.7528061362594187,
    ]


def test_draws_are_uniform_and_do_not_hang_together() -> None:
    draws = Draws(7)
    luck = draws.uniform("a", 3, np.arange(100_000))
    assert kstest(luck, "uniform").pvalue > 1e-3
    for other in (draws.uniform("b", 3, np.arange(100_000)), draws.uniform("a", 4, np.arange(100_000))):
        assert abs(np.corrcoef(luck, other)[0, 1]) < 0.015
    assert abs(np.corrcoef(luck[:-1], luck[1:])[0, 1]) < 0.015


def test_poisson_counts_follow_their_law() -> None:
    counts = Draws(3).poisson("calls", 0, np.arange(50_000), 2.5)
    seen = np.bincount(counts, minlength=12)[:12]
    law = 50_000 * np.exp(-2.5) * np.cumprod(np.concatenate([[1.0], 2.5 / np.arange(1, 12)]))
    assert ((seen - law) ** 2 / law).sum() < chi2.ppf(0.9999, 11)


@pytest.mark.parametrize("mean", [0.0, 1e-9, 0.02, 0.7, 5.0, 60.0, 81.0, 400.0, 3000.0])
def test_compiled_poisson_counts_are_the_quantiles_of_their_draws(mean: float) -> None:
    draws, rows = Draws(3), 4000
    counts = [poisson_at(draws.key("calls"), 9, entity, mean) for entity in range(rows)]
    assert counts == draws.poisson("calls", 9, np.arange(rows), mean).tolist()
    assert counts == poisson.ppf(draws.uniform("calls", 9, np.arange(rows)), mean).astype(int).tolist()


@pytest.mark.parametrize("trials", [0, 1, 2, 7, 50, 2000])
@pytest.mark.parametrize("chance", [0.0, 1e-4, 0.05, 0.42, 0.9, 0.9995, 1.0])
def test_compiled_binomial_counts_are_the_quantiles_of_their_draws(trials: int, chance: float) -> None:
    draws, rows = Draws(4), 4000
    counts = [binomial_at(draws.key("coins"), 2, entity, trials, chance) for entity in range(rows)]
    expected = binom.ppf(draws.uniform("coins", 2, np.arange(rows)), trials, chance).astype(int)
    assert counts == np.clip(expected, 0, trials).tolist()


def test_lognormal_has_mean_one() -> None:
    assert abs(Draws(5).lognormal("x", 0, np.arange(200_000), 0.5).mean() - 1.0) < 0.005
