"""Bootstrap resampling: rows drawn again with replacement, by keyed random draws, alike on every machine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ecsim.statistics.validate import Array


def resampled_rows(n: int, draws: int, seed: int, process: str) -> NDArray[np.int64]:
    """Return row numbers of shape (draws, n), each drawn alike from n rows.

    Parameters
    ----------
    n : rows there are
    draws : samples
    seed, process : key of the draws: the same key draws the same on every machine
    """
    from ecsim.kernel.draws import Draws

    luck = Draws(seed).uniform(process, 0, np.arange(draws * n)).reshape(draws, n)
    return np.minimum((luck * n).astype(np.int64), n - 1)


def resampled_weights(n: int, draws: int, seed: int, process: str) -> Array:
    """Return how often each of n rows was drawn, of shape (draws, n); a line adds up to n.

    Parameters
    ----------
    n, draws, seed, process : as for `resampled_rows`
    """
    flat = (resampled_rows(n, draws, seed, process) + n * np.arange(draws)[:, None]).ravel()
    return np.bincount(flat, minlength=draws * n).reshape(draws, n).astype(np.float64)


def percentile_interval(values: Array, level: float) -> tuple[Array, Array]:
    """Return the percentile interval of bootstrap figures over their first axis; infinite ones are kept as they are.

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13. No interpolation: a quantile is one of
    the figures, so an end may be infinite and is then told as open.
    """
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(values, [tail, 1.0 - tail], axis=0, method="inverted_cdf")
    return np.asarray(low), np.asarray(high)
