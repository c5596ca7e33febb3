"""Holding runs of a model against what is known: prediction intervals, and verdicts by the overlap of two intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

Verdict: TypeAlias = Literal["reproduced", "contradicted", "cannot be told", "not computable"]
LEVEL = 0.9
"""Of prediction intervals, unless another is asked for."""


class Interval(NamedTuple):
    """A closed interval; its ends may be infinite, and NaN where there is none."""

    low: float
    high: float


def prediction_interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """Return the interval that holds the figure of one more run, from independent runs.

    The world is one realisation, so what is known of it is held against single runs and not against their mean.

    Parameters
    ----------
    values : the figure of each run; at least two, or there is no interval
    level : probability that it holds one more figure

    Returns
    -------
    Interval
        ``mean ± t·s·√(1 + 1/n)``; NaN of fewer than two figures, or where one is not a number.

    References
    ----------
    Student prediction interval; Geisser (1993), Predictive inference.
    """
    from scipy.stats import t as student

    figures = np.asarray(values, np.float64)
    if len(figures) < 2 or not np.isfinite(figures).all():
        return Interval(math.nan, math.nan)
    half = float(student.ppf(0.5 + level / 2.0, len(figures) - 1)) * figures.std(ddof=1)
    half *= math.sqrt(1.0 + 1.0 / len(figures))
    return Interval(float(figures.mean() - half), float(figures.mean() + half))


def verdict_of(model: Interval, source: Interval) -> Verdict:
    """Return what the interval of a model says of the interval of a source.

    Parameters
    ----------
    model : of a single run's figure; NaN where runs give none, or are too few
    source : in which the figure is found; an infinite end for a sign or a bound

    Returns
    -------
    Verdict
        ``reproduced``: the model's interval lies in the source's; ``contradicted``: they have no common point;
        ``cannot be told``: they overlap and the model's reaches beyond, or there are too few runs for an interval.
    """
    if math.isnan(model.low) or math.isnan(model.high):
        return "cannot be told"
    if model.high < source.low or model.low > source.high:
        return "contradicted"
    return "reproduced" if source.low <= model.low and model.high <= source.high else "cannot be told"
