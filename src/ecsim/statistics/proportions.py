"""Proportions: how often a yes or no outcome, such as a target met, holds over replications, with intervals.

Wilson's interval for a share, McNemar's test for a paired difference. Counties of one run share its luck and are not
independent trials: shares are counted over replications.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binomtest, norm

from ecsim.statistics.comparison import Difference, Estimate, paired
from ecsim.statistics.validate import Array, share, validated_table

MEAN = "mean"
"""Name of the mean of several shares; how often all are met at once is another figure."""


@dataclass(frozen=True, slots=True)
class PairedShares:
    """How two arms differ on a yes or no outcome under the same luck."""

    only_a: int
    only_b: int
    n: int
    difference: Estimate
    p: float


def wilson(met: ArrayLike, of: ArrayLike, level: float = 0.95) -> tuple[Array, Array]:
    """Return the lower and upper ends of Wilson's interval for a share, element by element.

    Parameters
    ----------
    met, of : how many of how many *independent* trials. Counties of one run share its luck and are not independent:
        count replications county by county, or take the share of counties as a figure and use `shares_met`

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference; Brown, Cai and DasGupta (2001).
    """
    yes, n = np.asarray(met, np.float64), np.asarray(of, np.float64)
    if (n < 1).any() or (yes < 0).any() or (yes > n).any():
        raise ValueError(f"{yes} met of {n}; the first lies between 0 and the second, and the second is 1 or more")
    z = float(norm.ppf(0.5 + share(level, "level") / 2.0))
    centre = (yes + z * z / 2.0) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(yes * (n - yes) / n + z * z / 4.0)
    return np.where(yes == 0, 0.0, centre - half), np.where(yes == n, 1.0, centre + half)


def shares_held(table: Array, level: float = 0.95) -> tuple[Array, Array, Array, Array]:
    """Return how often targets held, with the ends of Wilson's interval, and of how many; NaN where nothing is known.

    Parameters
    ----------
    table : shape (replications, ...): 1 held, 0 missed, a share of counties, or NaN where there is no figure
    """
    n = np.isfinite(table).sum(axis=0).astype(np.float64)
    held, known = np.nansum(table, axis=0), n > 0
    low, high = wilson(held, np.maximum(n, 1.0), level)
    share = np.divide(held, n, out=np.full(n.shape, np.nan), where=known)
    return share, np.where(known, low, np.nan), np.where(known, high, np.nan), n


def shares_met(met: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return how often each county (or target) is met over replications, and the mean share of them that is.

    Parameters
    ----------
    met : one row a replication, one column a county or target, true or false

    Returns
    -------
    One row a column, and a last row ``mean``: ``name``, ``share``, ``low``, ``high``, ``n``. A column's interval is
    Wilson's. The last row's is Student's over replications, since counties of one run are not independent; it is cut at
    0 and 1, and where every run gives the same share Wilson's on the replications stands in its place.
    """
    table = _yes_or_no(met)
    n = len(table)
    low, high = wilson(table.sum().to_numpy(), np.full(table.shape[1], n), level)
    rows = pd.DataFrame({"name": table.columns, "share": table.mean().to_numpy(), "low": low, "high": high, "n": n})
    every = table.mean(axis=1)
    whole = _whole(every, level)
    last = {"name": MEAN, "share": every.mean(), "low": max(0.0, whole.low), "high": min(1.0, whole.high), "n": n}
    return pd.concat([rows, pd.DataFrame([last])], ignore_index=True)


def _whole(every: pd.Series[float], level: float) -> Estimate | Difference:
    if len(every) > 1 and every.nunique() > 1:
        return paired(every, np.zeros(len(every)), level)
    low, high = wilson(every.sum(), len(every), level)
    return Estimate(float(every.mean()), float(low), float(high))


def mcnemar(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> PairedShares:
    """Return the difference in share between two arms under the same luck, with McNemar's exact test.

    Only replications in which the arms part tell anything: those that a alone meets against those that b alone meets.

    Parameters
    ----------
    a, b : true or false a replication, in the same order

    References
    ----------
    McNemar (1947), exact binomial form; Bonett and Price (2012), Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data.
    """
    table = _yes_or_no(pd.DataFrame(validated_table({"a": a, "b": b}, "replication", "arm"))).to_numpy()
    only_a = int(((table[:, 0] == 1) & (table[:, 1] == 0)).sum())
    only_b = int(((table[:, 0] == 0) & (table[:, 1] == 1)).sum())
    n, parted = len(table), only_a + only_b
    p = float(binomtest(only_a, parted, 0.5).pvalue) if parted else 1.0
    first, second = (only_a + 1.0) / (n + 2.0), (only_b + 1.0) / (n + 2.0)
    z = float(norm.ppf(0.5 + share(level, "level") / 2.0))
    half = z * np.sqrt((first + second - (first - second) ** 2) / (n + 2.0))
    low, high = max(-1.0, first - second - half), min(1.0, first - second + half)
    return PairedShares(only_a, only_b, n, Estimate((only_a - only_b) / n, float(low), float(high)), p)


def _yes_or_no(met: pd.DataFrame) -> pd.DataFrame:
    table = validated_table(met, "replication", "column")
    other = ~table.isin([0.0, 1.0])
    if other.to_numpy().any():
        raise ValueError(
            f"column {table.columns[other.any()][0]!r} holds other than true and false; say when it is met"
        )
    return table
