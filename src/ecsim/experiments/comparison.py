"""Paired comparison under the same luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference with its interval."""

    mean: float
    low: float
    high: float
    sd: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def paired(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Difference:
    """Return the mean of a - b over replications with the same luck, and its Student interval.

    Parameters
    ----------
    a, b : one figure a replication, in the same order; at least two

    Raises
    ------
    ValueError
        If they differ in length, are too few, or hold a figure that is not a number.

    References
    ----------
    Student t on paired differences; with n >= 30 it covers as well as BCa on skewed differences (docs/model.md).
    """
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if first.shape != second.shape or first.ndim != 1 or len(first) < 2:
        raise ValueError(f"paired figures of shapes {first.shape} and {second.shape}; two or more of each are needed")
    gap = first - second
    if not np.isfinite(gap).all():
        raise ValueError("a figure is not a number; leave the replication out or mend its outcome")
    mean, sd, n = float(gap.mean()), float(gap.std(ddof=1)), len(gap)
    half = float(student.ppf(0.5 + level / 2.0, n - 1)) * sd / np.sqrt(n)
    return Difference(mean, mean - half, mean + half, sd, n)


def holm(p_values: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return Holm's adjusted p-values, in the order given.

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
