"""Growth of a series: some weeks on the same weeks of the year before."""

from __future__ import annotations

import numpy as np

from ecsim.rural.figures.accumulators import F64, ratio


def growth(series: F64, weeks: list[slice]) -> F64:
    """Return the growth of a series by county, as a share.

    Parameters
    ----------
    series : shape (weeks of the run, counties)
    weeks : the weeks, and those of the year before; empty: they were not run whole

    Returns
    -------
    shape (counties,); NaN where there was nothing the year before, or the weeks were not run
    """
    if not weeks:
        return np.full(series.shape[1], np.nan)
    now, base = (series[span].sum(axis=0) for span in weeks)
    return ratio(now, base) - 1.0
