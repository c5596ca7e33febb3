"""Estimators of sensitivity on arrays.

Rows are blocks, which are independent; ``pick`` holds numbers of blocks, one column a resample, so that one function
gives both a figure and its resamples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

from ecsim.statistics.rounding import less
from ecsim.statistics.validate import share

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_CELLS = 2_000_000


def resampled(figures: Callable[[I64], F64], blocks: int, resamples: int, seed: int) -> tuple[F64, F64]:
    """Return figures of the blocks as they are, shape (figures,), and of blocks drawn again, (figures, resamples).

    Parameters
    ----------
    figures : takes numbers of blocks, shape (blocks, times); gives shape (figures, times)
    """
    if resamples < 2:
        raise ValueError(f"resamples is {resamples}; an interval needs at least 2, hundreds as a rule")
    rng = np.random.default_rng(seed)
    at_once = max(1, _CELLS // blocks)
    parts = [
        figures(rng.integers(blocks, size=(blocks, min(at_once, resamples - first))))
        for first in range(0, resamples, at_once)
    ]
    return figures(np.arange(blocks)[:, None])[:, 0], np.concatenate(parts, axis=1)


def normal_interval(value: F64, again: F64, level: float) -> tuple[F64, F64]:
    """Return value ± z times the bootstrap's standard deviation, as SALib does; NaN where there is none.

    Parameters
    ----------
    value : shape (figures,)
    again : shape (resamples, figures), of the bootstrap
    level : in (0, 1)

    Returns
    -------
    Lower and upper ends, shape (figures,) each.

    References
    ----------
    Archer, Saltelli and Sobol (1997), Journal of Statistical Computation and Simulation 58.
    """
    known = np.isfinite(again)
    count = np.maximum(known.sum(axis=1), 2)
    filled = np.where(known, again, 0.0)
    mean = filled.sum(axis=1) / count
    spread = np.where(known, again - mean[:, None], 0.0)
    half = norm.ppf(0.5 + share(level, "level") / 2.0) * np.sqrt((spread**2).sum(axis=1) / (count - 1))
    return value - half, value + half


def basic_interval(value: F64, again: F64, level: float) -> tuple[F64, F64]:
    """Return the basic bootstrap interval, widened to hold the value: for figures that sampling pushes upward.

    Parameters
    ----------
    value : shape (figures,)
    again : shape (resamples, figures), of the bootstrap
    level : in (0, 1)

    Returns
    -------
    Lower and upper ends, shape (figures,) each.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap methods and their application, 5.2.
    """
    tail = 0.5 - share(level, "level") / 2.0
    low, high = np.quantile(again, [tail, 1.0 - tail], axis=1)
    return np.maximum(np.minimum(value, 2.0 * value - high), 0.0), np.maximum(value, 2.0 * value - low)


def shared_luck(a: F64, b: F64) -> F64:
    """Return the covariance that luck gives two means over replications: last axis, which must have at least 2."""
    replications = a.shape[-1]
    gaps = (a - a.mean(axis=-1, keepdims=True)) * (b - b.mean(axis=-1, keepdims=True))
    return np.asarray(gaps.sum(axis=-1) / (replications - 1) / replications)


@dataclass(frozen=True, slots=True)
class SaltelliSample:
    """Outcomes of a Saltelli design by base point: means over replications, and what luck adds to their products.

    Products of means hold the covariance of their luck beside the product of what parameters do. It is estimated from
    the replications and taken away, which is right whether or not the points of a block share their luck.
    """

    a: F64
    b: F64
    ab: F64
    """Shape (blocks, parameters)."""
    in_first: F64
    """What luck adds to B (AB - A), shape (blocks, parameters)."""
    in_total: F64
    """What luck adds to (A - AB)^2 / 2."""
    in_mean: F64
    """What luck adds to the variance of means, shape (blocks,)."""
    luck: F64
    """Variance of single runs at a point, shape (blocks,)."""

    @classmethod
    def of(cls, y: F64) -> SaltelliSample:
        """Return them of outcomes by block, shape (blocks, parameters + 2, replications)."""
        centred = less(y, y.mean(axis=(0, 1), keepdims=True))  # so luck that all points share counts as none
        mean = centred.mean(axis=2)
        a, ab, b = centred[:, :1], centred[:, 1:-1], centred[:, -1:]
        if y.shape[2] < 2:
            none = np.zeros(ab.shape[:2])
            return cls(mean[:, 0], mean[:, -1], mean[:, 1:-1], none, none, none[:, 0], none[:, 0])
        ends = y[:, [0, -1]]
        return cls(
            mean[:, 0], mean[:, -1], mean[:, 1:-1],
            in_first=shared_luck(b, ab - a), in_total=0.5 * shared_luck(a - ab, a - ab),
            in_mean=shared_luck(centred[:, [0, -1]], centred[:, [0, -1]]).mean(axis=1),
            luck=y.shape[2] * shared_luck(ends, ends).mean(axis=1),
        )  # fmt: skip

    def figures(self, pick: I64) -> F64:
        """Return first and total indices, both again as shares of the variance with luck, and luck's own share.

        Shape (4 parameters + 1, times); NaN where parameters explain no variance at all.

        References
        ----------
        Saltelli et al. (2010), Computer Physics Communications 181, table 2 (b) and (f): SALib's estimators.
        """
        from SALib.analyze.sobol import first_order, total_order

        a, b = self.a[pick], self.b[pick]
        variance = np.var(np.concatenate([a, b]), axis=0)
        explained = variance - self.in_mean[pick].mean(axis=0)
        whole = np.maximum(explained, 0.0) + self.luck[pick].mean(axis=0)
        first, total = [], []
        for j in range(self.ab.shape[1]):
            ab = self.ab[pick, j]
            first.append(first_order(a, ab, b) * variance - self.in_first[pick, j].mean(axis=0))
            total.append(total_order(a, ab, b) * variance - self.in_total[pick, j].mean(axis=0))
        parts = np.array(first + total)
        luck = self.luck[pick].mean(axis=0)[None]
        return np.concatenate([_share(parts, explained), _share(parts, whole), _share(luck, whole)])


def luck_share(y: F64, pick: I64) -> F64:
    """Return the share of variance that is luck, shape (1, times), of independent points.

    Parameters
    ----------
    y : shape (points, replications), at least 2 replications

    References
    ----------
    One-way analysis of variance with random effects: Searle, Casella and McCulloch (1992), Variance components, 3.
    """
    within = y.var(axis=1, ddof=1)[pick].mean(axis=0)
    between = y.mean(axis=1)[pick].var(axis=0, ddof=1) - within / y.shape[1]
    return _share(within[None], np.maximum(between, 0.0) + within)


def elementary_effects(along: F64, y: F64) -> F64:
    """Return what a parameter's whole range would change at the rate of one step: (trajectories, parameters, runs).

    Parameters
    ----------
    along : how far along each range points are, shape (trajectories, points, parameters)
    y : outcomes, shape (trajectories, points, replications)
    """
    steps = np.diff(along, axis=1)
    moved = np.abs(steps).argmax(axis=2)[..., None]
    slopes = np.diff(y, axis=1) / np.take_along_axis(steps, moved, axis=2)
    effects = np.empty((len(along), along.shape[2], y.shape[2]))
    np.put_along_axis(effects, moved, slopes, axis=1)
    return effects


def morris_figures(effects: F64, pick: I64) -> F64:
    """Return mu, mu*, sigma and, of two runs a point and more, the sd that luck gives an effect.

    Shape (3 or 4 parameters, times).

    References
    ----------
    Morris (1991), Technometrics 33; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling & Software 22.
    """
    drawn = effects.mean(axis=2)[pick]
    parts = [drawn.mean(axis=0), np.abs(drawn).mean(axis=0), drawn.std(axis=0, ddof=1)]
    if effects.shape[2] > 1:
        parts.append(np.sqrt(shared_luck(effects, effects)[pick].mean(axis=0)))
    return np.concatenate([part.T for part in parts])


def sliced(x: F64, slices: int) -> I64:
    """Return the slice of each point: as many points in each as ties allow; points of one value stay together."""
    part = np.floor((rankdata(x) - 0.5) / len(x) * slices)
    return np.asarray(np.unique(part, return_inverse=True)[1], np.int64)


def ranked(runs: F64) -> I64:
    """Return the rank of each run's outcome, shape (points, replications); those equal up to rounding share it."""
    known, place = np.unique(runs, return_inverse=True)
    group = np.concatenate([[0], np.cumsum(less(known[1:], known[:-1]) > 0.0)])
    return np.asarray(group[place], np.int64).reshape(runs.shape)


def pawn_figures(part: I64, rank: I64, pick: I64) -> F64:
    """Return median, mean and maximum over slices of the distance to all outcomes, shape (3, times).

    Parameters
    ----------
    part : slice of each point
    rank : from `ranked`
    """
    points, many = rank.shape
    slice_of_run = np.repeat(part, many)
    figures = np.empty((3, pick.shape[1]))
    for time in range(pick.shape[1]):
        weight = np.repeat(np.bincount(pick[:, time], minlength=points).astype(np.float64), many)
        d = _distances(slice_of_run, rank.reshape(-1), weight)
        figures[:, time] = np.median(d), d.mean(), d.max()
    return figures


def pawn_by_chance(rank: I64, slices: int, times: int, seed: int) -> F64:
    """Return PAWN figures of slices drawn by lot: those of a parameter that does nothing.

    Parameters
    ----------
    rank : shape (points, replications), ranks of the outcomes
    slices : of a parameter's range
    times : draws
    seed : of the draws

    Returns
    -------
    Shape (3, times): median, mean and maximum over slices.
    """
    rng = np.random.default_rng(seed)
    points = np.arange(len(rank))[:, None]
    drawn = [pawn_figures(sliced(rng.random(len(rank)), slices), rank, points) for _ in range(times)]
    return np.concatenate(drawn, axis=1)


def _distances(part: I64, rank: I64, weight: F64) -> F64:
    """Return the Kolmogorov-Smirnov distance between each slice's outcomes and all outcomes, of weighted runs."""
    shape = (int(part.max()) + 1, int(rank.max()) + 1)
    counts = np.bincount(part * shape[1] + rank, weights=weight, minlength=shape[0] * shape[1]).reshape(shape)
    counts = counts[counts.any(axis=1)]
    whole = counts.sum(axis=0).cumsum()
    each = counts.cumsum(axis=1)
    return np.asarray(np.abs(each / each[:, -1:] - whole / whole[-1]).max(axis=1), np.float64)


def _share(part: F64, whole: F64) -> F64:
    none = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    return np.asarray(np.divide(part, whole, out=none, where=whole > 0.0), np.float64)
