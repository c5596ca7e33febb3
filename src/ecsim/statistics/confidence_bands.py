"""Confidence bands of time paths: pointwise, for an instant chosen beforehand, and simultaneous, for the whole path."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import t as student

from ecsim.statistics.rounding import deviation
from ecsim.statistics.simultaneous import LargestT
from ecsim.statistics.validate import share, validated_table


def path_band(
    paths: pd.DataFrame | ArrayLike, level: float = 0.95, *, seed: int = 0, draws: int = 4_000
) -> pd.DataFrame:
    """Return the mean path over replications, with its pointwise and its simultaneous band.

    Parameters
    ----------
    paths : one row a replication, one column an instant; for two arms under the same luck their difference, row by row

    Returns
    -------
    One row an instant: ``time``, ``mean``, ``sd``, ``low``, ``high`` (holds at one instant chosen beforehand),
    ``path_low``, ``path_high`` (holds the whole mean path). Only the second lets a reader look along the path for the
    weeks in which arms part. Both are about the mean path, not about where one run goes. Instants at which nothing
    varies have no width: before a fork a difference is exactly 0.

    References
    ----------
    Largest |t| along the path (`simultaneous.LargestT`); Montiel Olea and Plagborg-Moller (2019), Simultaneous
    confidence bands: theory, implementation, and an application to SVARs.
    """
    table = validated_table(paths, "replication", "instant")
    n = len(table)
    if n < 2:
        raise ValueError("one path; two or more replications are needed for a band")
    figures = table.to_numpy()
    mean, sd = figures.mean(axis=0), deviation(figures, axis=0)
    alone = float(student.ppf(0.5 + share(level, "level") / 2.0, n - 1)) * sd / np.sqrt(n)
    whole = LargestT(figures, seed, draws).critical(level) * sd / np.sqrt(n)
    return pd.DataFrame(
        {
            "time": table.columns, "mean": mean, "sd": sd, "low": mean - alone, "high": mean + alone,
            "path_low": mean - whole, "path_high": mean + whole,
        }
    )  # fmt: skip
