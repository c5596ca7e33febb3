"""Paired comparison of arms under common random numbers: two arms, several with a control, all pairs, and the best.

Each replication runs every arm with the same random draws, so a difference is taken replication by replication and its
interval is that of one sample. Families of differences get intervals that hold together, and adjusted p-values.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ecsim.kernel.lazy import later
from ecsim.statistics import rounding
from ecsim.statistics.resampling import percentile_interval, resampled_rows, resampled_weights
from ecsim.statistics.simultaneous import LargestT
from ecsim.statistics.validate import Array, Sense, share, sign, validated_table

if TYPE_CHECKING:
    import pandas as pd
    from scipy import stats
else:
    pd = later("pandas")
    stats = later("scipy.stats")


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean paired difference with its Student interval.

    Attributes
    ----------
    mean, low, high : of a - b, in the outcome's unit
    sd : standard deviation of the paired differences
    n : replications
    """

    mean: float
    low: float
    high: float
    sd: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0

    @property
    def t(self) -> float:
        """Student's t of no difference; 0 where nothing differs at all."""
        if self.sd == 0.0:
            return 0.0 if self.mean == 0.0 else float(np.copysign(np.inf, self.mean))
        return float(self.mean / (self.sd / self.n**0.5))

    @property
    def p(self) -> float:
        """Two-sided p-value of no difference, for this comparison alone."""
        return float(2.0 * stats.t.sf(abs(self.t), self.n - 1))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval."""

    value: float
    low: float
    high: float


def paired(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Difference:
    """Return the mean of a - b over replications with the same luck, and its Student interval.

    Parameters
    ----------
    a, b : one figure a replication, in the same order; at least two. Series must stand on the same index

    Raises
    ------
    ValueError
        If they differ in length or index, are too few, or hold a figure that is not a number.

    References
    ----------
    Student t on paired differences; with n >= 30 it covers as well as BCa on skewed differences:
    docs/how-to/comparison.md.
    """
    shapes = np.shape(a), np.shape(b)
    if shapes[0] != shapes[1] or len(shapes[0]) != 1 or shapes[0][0] < 2:
        raise ValueError(f"paired figures of shapes {shapes[0]} and {shapes[1]}; two or more of each are needed")
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    known = np.isfinite(first).all() and np.isfinite(second).all()
    if isinstance(a, pd.Series) or isinstance(b, pd.Series) or not known:
        validated_table({"a": a, "b": b}, "replication", "arm")  # to say what is wrong: a table costs 20 such pairs
    return _student(rounding.gaps(first, second), share(level, "level"))


def _student(gap: Array, level: float) -> Difference:
    n, level_out = len(gap), not np.ptp(gap)
    mean, sd = (float(gap[0]), 0.0) if level_out else (float(gap.mean()), float(gap.std(ddof=1)))
    half = float(stats.t.ppf(0.5 + level / 2.0, n - 1)) * sd / np.sqrt(n)
    return Difference(mean, mean - half, mean + half, sd, n)


def variance_reduction(a: ArrayLike, b: ArrayLike) -> float:
    """Return how many times smaller the variance of the mean difference is for being paired.

    1 is no gain; below 1 the pairing hurts; infinite if the difference never varies. With a gain of 9, twenty paired
    replications tell as much as 180 of each arm with luck of their own.

    Parameters
    ----------
    a, b : one figure a replication under the same luck, in the same order

    References
    ----------
    Law (2015), Simulation modeling and analysis, 11.2, common random numbers.
    """
    table = validated_table({"a": a, "b": b}, "replication", "arm").to_numpy()
    apart = float(np.square(rounding.deviation(table, axis=0)).sum())
    gap = float(rounding.gaps(table[:, 0], table[:, 1]).var(ddof=1))
    if gap <= rounding.tolerance(apart):
        return float("inf") if apart > 0.0 else 1.0
    return apart / gap


def holm(p_values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return p-values adjusted by Holm's step-down method, in the order given.

    Parameters
    ----------
    p_values : shape (comparisons,), each in [0, 1]

    Returns
    -------
    Shape (comparisons,); the family-wise error is kept whatever the dependence.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def against(
    outcomes: pd.DataFrame | Mapping[str, ArrayLike], control: Hashable, level: float = 0.95, *, seed: int = 0
) -> pd.DataFrame:
    """Return every arm's paired difference to a control, with intervals that hold together.

    Parameters
    ----------
    outcomes : one column an arm, one row a replication under the same luck
    control : name of the arm that the others are compared with

    Returns
    -------
    One row an arm: ``arm``, ``other``, ``mean`` (arm - other), ``sd``, ``n``; ``low``, ``high`` hold for this row
    alone, ``family_low``, ``family_high`` hold for all rows at once; ``p`` alone, ``p_holm`` and ``p_family`` corrected
    for all rows; ``gain``, the variance reduction of the pairing.

    Raises
    ------
    ValueError
        If there is no such control, fewer than two replications, or a figure is missing.

    References
    ----------
    Dunnett (1955) supposes arms with luck of their own and one variance; with the same luck its place is taken by the
    largest |t| of the paired differences with their own correlation (`simultaneous.LargestT`) and by Holm.
    """
    table = _arms(outcomes)
    if control not in table:
        raise ValueError(f"control is {control!r}; it must be one of the arms: {', '.join(map(str, table))}")
    return _family(table, [(arm, control) for arm in table if arm != control], share(level, "level"), seed)


def pairwise(outcomes: pd.DataFrame | Mapping[str, ArrayLike], level: float = 0.95, *, seed: int = 0) -> pd.DataFrame:
    """Return the paired difference of every two arms, with intervals that hold together.

    Parameters
    ----------
    outcomes : one column an arm, one row a replication under the same luck
    level : of the intervals, in (0, 1)
    seed : of the draws that the common critical value is found by

    Returns
    -------
    One row a pair, columns as in `against`.

    Raises
    ------
    ValueError
        If there are fewer than two arms or replications, or a figure is missing.
    """
    table = _arms(outcomes)
    return _family(table, list(combinations(table, 2)), share(level, "level"), seed)


def _arms(outcomes: pd.DataFrame | Mapping[str, ArrayLike]) -> pd.DataFrame:
    table = validated_table(outcomes, "replication", "arm")
    if len(table) < 2 or len(table.columns) < 2:
        raise ValueError(f"figures of shape {table.shape}; two or more replications of two or more arms are needed")
    return table


def _family(table: pd.DataFrame, pairs: Sequence[tuple[Hashable, Hashable]], level: float, seed: int) -> pd.DataFrame:
    gaps = np.column_stack([rounding.gaps(table[arm].to_numpy(), table[other].to_numpy()) for arm, other in pairs])
    names = pd.DataFrame({"arm": [arm for arm, _ in pairs], "other": [other for _, other in pairs]})
    rows = pd.concat([names, intervals(gaps, level, seed)], axis=1)
    rows["gain"] = [variance_reduction(table[arm], table[other]) for arm, other in pairs]
    return rows


def intervals(gaps: Array, level: float = 0.95, seed: int = 0) -> pd.DataFrame:
    """Return the mean of every column of paired differences, with intervals that hold together.

    Parameters
    ----------
    gaps : shape (replications, members); two replications or more

    Returns
    -------
    One row a member, columns ``mean`` to ``p_family`` as in `against`.
    """
    alone = [_student(gap, level) for gap in gaps.T]
    together = LargestT(gaps, seed)
    half = together.critical(level) * np.array([d.sd / d.n**0.5 for d in alone])
    rows = pd.DataFrame(
        {
            "mean": [d.mean for d in alone], "sd": [d.sd for d in alone], "n": [d.n for d in alone],
            "low": [d.low for d in alone], "high": [d.high for d in alone],
        }
    )  # fmt: skip
    rows["family_low"], rows["family_high"] = rows["mean"] - half, rows["mean"] + half
    rows["p"] = [d.p for d in alone]
    rows["p_holm"] = holm(rows["p"])
    # A draw of 10,000 cannot tell probabilities below 1/10,001; there Holm, which is never too small, says more.
    rows["p_family"] = np.maximum(np.minimum(together.p(np.array([d.t for d in alone])), rows["p_holm"]), rows["p"])
    return rows


def probability_of_best(
    outcomes: pd.DataFrame | Mapping[str, ArrayLike], sense: Sense = "max", *, draws: int = 4_000, seed: int = 0
) -> pd.DataFrame:
    """Return how sure it is that an arm is best on average, and how often it is best in a single replication.

    Parameters
    ----------
    outcomes : one column an arm, one row a replication under the same luck
    sense : whether more is better, or less

    Returns
    -------
    One row an arm: ``mean``; ``best_mean``, share of bootstrap samples in which its mean is best; ``best_run``, share
    of replications in which it is best. Arms that tie share alike, so each column adds up to 1. More replications drive
    the first to 0 or 1 and leave the second where it is.

    References
    ----------
    Replications are drawn again as whole rows, so the same luck stays together: Kim and Nelson (2006), Selecting the
    best system. The bootstrap share is not a promise: for one, see `selection.kim_nelson`. With few replications (say
    10) it is too sure.
    """
    table = _arms(outcomes)
    figures = sign(sense) * table.to_numpy()
    weights = resampled_weights(len(figures), draws, seed, "probability of best")
    means = weights @ figures
    return pd.DataFrame(
        {"arm": table.columns, "mean": table.mean().to_numpy(), "best_mean": _wins(means), "best_run": _wins(figures)}
    )


def _wins(figures: Array) -> Array:
    """Return each column's share of first places over the rows; those level share one alike."""
    first = rounding.less(figures, figures.max(axis=1, keepdims=True)) == 0.0
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0))


def quantile_difference(
    a: ArrayLike, b: ArrayLike, quantile: float, level: float = 0.95, *, draws: int = 4_000, seed: int = 0
) -> Estimate:
    """Return the quantile of a less the quantile of b, with a percentile bootstrap interval over pairs.

    The difference of two quantiles ("how much better is a bad year under a"), not a quantile of the differences.

    Parameters
    ----------
    quantile : share strictly between 0 and 1; at least about ten replications must lie beyond it on either side, or the
        interval is too short

    References
    ----------
    Efron and Tibshirani (1993), An introduction to the bootstrap, chapter 13.
    """
    share(quantile, "quantile")
    table = validated_table({"a": a, "b": b}, "replication", "arm").to_numpy()
    rows = resampled_rows(len(table), draws, seed, "quantile difference")
    drawn = np.quantile(table[rows], quantile, axis=1)
    low, high = percentile_interval(rounding.less(drawn[:, 0], drawn[:, 1]), share(level, "level"))
    value = rounding.less(np.quantile(table[:, 0], quantile), np.quantile(table[:, 1], quantile))
    return Estimate(float(value), float(low), float(high))
