"""At which strength of a shock a target breaks.

Runs are told as an array of shape (replications, strengths), or (replications, strengths, counties): whether the target
held. A replication keeps its luck over all strengths, so replications, not runs, are what is drawn again for intervals.
Nothing is told beyond the strengths that were tried: a target that still holds at the strongest "never breaks" within
them, and one that does not hold at the weakest is "broken from the start".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit

from ecsim.statistics.proportions import wilson
from ecsim.statistics.resampling import percentile_interval, resampled_weights
from ecsim.statistics.rounding import less
from ecsim.statistics.validate import Array, share

Fit = Literal["isotonic", "logistic"]

REGION = "region"
"""In place of a county: a county taken at random."""
_RIDGE = 0.01
"""Pull of the logistic slope towards 0, in strengths scaled to [-1, 1]; keeps a clean break from an endless slope."""


class Verdict(StrEnum):
    """Whether a target broke within the strengths tried."""

    BREAKS = "breaks"
    NEVER = "never breaks within the strengths tried"
    FROM_THE_START = "broken from the start"
    NO_FIGURE = "no figure"


@dataclass(frozen=True, slots=True)
class BreakingPoint:
    """The strength at which the probability that a target holds falls below a level.

    ``strength`` is not a number unless the target breaks. ``low`` is -inf where the interval reaches below the weakest
    strength tried, ``high`` is inf where it reaches beyond the strongest; a target that never breaks has an interval
    too, which says where it may break, such as from the strongest strength tried to inf.
    """

    verdict: Verdict
    level: float
    strength: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """Say it in words."""
        low = "weaker than any tried" if np.isneginf(self.low) else f"{self.low:.3g}"
        high = "stronger than any tried" if np.isposinf(self.high) else f"{self.high:.3g}"
        interval = f"interval {low} to {high}, {self.n} replications"
        if self.verdict is Verdict.BREAKS:
            return f"holds with probability below {self.level:g} from strength {self.strength:.3g} on ({interval})"
        return f"{self.verdict}, at probability {self.level:g} ({interval})"


def breaking_point(
    strengths: ArrayLike, held: ArrayLike, level: float = 0.5, *, fit: Fit = "isotonic", confidence: float = 0.95,
    draws: int = 1_000, seed: int = 0,
) -> BreakingPoint:  # fmt: skip
    """Return the strength at which a target breaks, with a bootstrap interval over replications.

    Parameters
    ----------
    strengths : shape (strengths,), rising; two or more
    held : shape (replications, strengths), whether the target held, or the share of counties in which it did
    level : probability below which the target counts as broken, such as 0.9 or 0.5
    fit : "isotonic" supposes only that a stronger shock is no better. It draws straight lines between the strengths
        tried, and its interval begins and ends at strengths tried, since it knows no more; "logistic" supposes the S
        shape as well and gets a shorter interval for it, but only as far as the S can be seen: with fewer than two
        strengths at which some replications held and some did not, its interval is read as the isotonic one is

    References
    ----------
    Ayer et al. (1955) for the isotonic estimate; Cox (1958) for the logistic; Stylianou and Flournoy (2002), Dose
    finding using the biased coin up-and-down design and isotonic regression, for reading a dose from it.
    """
    return _points(strengths, held, [level], fit, confidence, draws, seed)[0]


def _points(
    strengths: ArrayLike, held: ArrayLike, levels: Sequence[float], fit: Fit, confidence: float, draws: int, seed: int
) -> list[BreakingPoint]:
    x, y = _validated(strengths, held)
    share(confidence, "confidence")
    fitted = _fitted(x, y, np.ones((1, len(y))), fit)
    drawn = _fitted(x, y, resampled_weights(len(y), draws, seed, "breaking point"), fit)
    points = []
    for level in levels:
        crossing = float(_crossing(x, fitted, share(level, "level"))[1][0])
        weaker, _, stronger = _crossing(x, drawn, level)
        low, high = percentile_interval(weaker, confidence)[0], percentile_interval(stronger, confidence)[1]
        verdict = Verdict.BREAKS if np.isfinite(crossing) else Verdict.NEVER if crossing > 0 else Verdict.FROM_THE_START
        strength = crossing if np.isfinite(crossing) else float("nan")
        points.append(BreakingPoint(verdict, level, strength, float(low), float(high), len(y)))
    return points


def breaking_table(
    strengths: ArrayLike, held: ArrayLike, counties: Sequence[str], levels: Sequence[float] = (0.9, 0.5), *,
    fit: Fit = "isotonic", confidence: float = 0.95, draws: int = 1_000, seed: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return the breaking point of a target in each county and, in the rows ``region``, of a county taken at random.

    Parameters
    ----------
    held : shape (replications, strengths, counties); NaN where there is no figure to tell by
    levels : probabilities below which the target counts as broken

    Returns
    -------
    ``county``, ``level``, ``verdict``, ``strength``, ``low``, ``high``, ``n``. For ``region`` the probability is the
    mean share of counties in which the target holds, of those that have a figure. Replications without a figure at some
    strength are left out, and ``n`` is how many are left; with fewer than two the verdict is "no figure".
    """
    cube = np.asarray(held, np.float64)
    if cube.ndim != 3 or cube.shape[2] != len(counties):
        raise ValueError(f"held has shape {cube.shape}; it needs replications, strengths and {len(counties)} counties")
    known = np.isfinite(cube).sum(axis=2)
    mean = np.divide(np.nansum(cube, axis=2), known, out=np.full(known.shape, np.nan), where=known > 0)
    parts = {name: cube[:, :, place] for place, name in enumerate(counties)} | {REGION: mean}
    rows = []
    for name, part in parts.items():
        for point in _points_of_known(strengths, part, levels, fit, confidence, draws, seed):
            rows.append(
                {"county": name, "level": point.level, "verdict": str(point.verdict), "strength": point.strength,
                 "low": point.low, "high": point.high, "n": point.n}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _points_of_known(
    strengths: ArrayLike, held: Array, levels: Sequence[float], fit: Fit, confidence: float, draws: int, seed: int
) -> list[BreakingPoint]:
    """Return the points of the replications that have a figure at every strength."""
    whole = held[np.isfinite(held).all(axis=1)]
    if len(whole) < 2:
        nan = float("nan")
        return [BreakingPoint(Verdict.NO_FIGURE, level, nan, nan, nan, len(whole)) for level in levels]
    return _points(strengths, whole, levels, fit, confidence, draws, seed)


def holding(strengths: ArrayLike, held: ArrayLike, *, fit: Fit = "isotonic", confidence: float = 0.95) -> pd.DataFrame:
    """Return how often a target held at each strength.

    The interval is Wilson's on the number of replications: for a yes or no it is what it says, for a share of counties
    it is on the safe side. It is of one strength by itself and does not use the fit.

    Parameters
    ----------
    strengths : shape (strengths,), rising; two or more
    held : shape (replications, strengths), whether the target held, or the share of counties in which it did
    fit : of the falling line, as for `breaking_point`
    confidence : of the interval, in (0, 1)

    Returns
    -------
    One row a strength: ``strength``, ``share``, ``fitted``, ``low``, ``high``.
    """
    x, y = _validated(strengths, held)
    shares = y.mean(axis=0)
    low, high = wilson(y.sum(axis=0), np.full(len(x), len(y)), confidence)
    fitted = _fitted(x, y, np.ones((1, len(y))), fit).probability[0]
    return pd.DataFrame({"strength": x, "share": shares, "fitted": fitted, "low": low, "high": high})


def first_to_fail(strengths: ArrayLike, held: Mapping[str, ArrayLike], confidence: float = 0.95) -> pd.DataFrame:
    """Return how likely each target is to be the first that fails as the shock grows.

    Parameters
    ----------
    held : by target, shape (replications, strengths), true or false, from the same replications

    Returns
    -------
    One row a target and a last row ``none``: ``target``; ``first``, the share of replications in which it fails at a
    weaker strength than any other, those that fail together sharing alike; ``low``, ``high``, Wilson's interval;
    ``from_the_start``, the share in which it was missed at the weakest strength already. Such a target does not count
    as failing in that replication: give the strength 0 as the weakest. ``none``: no target fails within the strengths
    tried.
    """
    tables = _all_validated(strengths, held)
    shares, from_the_start = _first(np.stack(list(tables.values())))
    n = shares.shape[-1]
    counts = shares.sum(axis=-1)
    low, high = wilson(np.clip(counts, 0.0, n), np.full(len(counts), n), confidence)
    return _first_table(tables, counts / n, low, high, from_the_start.mean(axis=-1))


def first_to_fail_over(
    strengths: ArrayLike, held: Mapping[str, ArrayLike], confidence: float = 0.95, *, draws: int = 1_000, seed: int = 0
) -> pd.DataFrame:
    """Return how likely each target is to be the first that fails in a county taken at random.

    Parameters
    ----------
    held : by target, shape (replications, strengths, counties), true or false; NaN, no figure, is no failure

    Returns
    -------
    As of `first_to_fail`; the interval draws whole replications again, since the counties of a run share its luck.
    """
    cubes = {name: np.asarray(table, np.float64) for name, table in held.items()}
    counties = next(iter(cubes.values())).shape[2]
    known = {name: np.where(np.isnan(cube), 1.0, cube) for name, cube in cubes.items()}
    by_county = [
        _all_validated(strengths, {name: cube[:, :, c] for name, cube in known.items()}) for c in range(counties)
    ]
    by_place = [_first(np.stack(list(tables.values()))) for tables in by_county]
    shares = np.mean([first for first, _ in by_place], axis=0)
    start = np.mean([missed.mean(axis=-1) for _, missed in by_place], axis=0)
    n = shares.shape[-1]
    drawn = resampled_weights(n, draws, seed, "first to fail") @ shares.T / n
    low, high = percentile_interval(drawn, confidence)
    return _first_table(cubes, shares.mean(axis=-1), low, high, start)


def _all_validated(strengths: ArrayLike, held: Mapping[str, ArrayLike]) -> dict[str, Array]:
    tables = {name: _validated(strengths, table)[1] for name, table in held.items()}
    if len({table.shape for table in tables.values()}) != 1:
        raise ValueError(f"shapes {[table.shape for table in tables.values()]}; all targets need the same replications")
    for name, table in tables.items():
        if not np.isin(table, (0.0, 1.0)).all():
            raise ValueError(f"target {name!r} holds shares; say of each run whether the target was met, true or false")
    return tables


def _first(held: Array) -> tuple[Array, Array]:
    """Return each target's share in failing first, shape (targets and none, replications), and where it never held."""
    missed = held < 1.0
    start = missed[:, :, 0]
    never = np.iinfo(np.int64).max
    fails = np.where(missed.any(axis=2) & ~start, missed.argmax(axis=2), never)
    weakest = fails.min(axis=0)
    first = (fails == weakest) & (weakest < never)
    shares = first / np.maximum(first.sum(axis=0), 1)
    return np.vstack([shares, ~first.any(axis=0)]), start.astype(np.float64)


def _first_table(names: Iterable[str], first: Array, low: Array, high: Array, start: Array) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target": [*names, "none"],
            "first": first,
            "low": low,
            "high": high,
            "from_the_start": np.append(start, np.nan),
        }
    )


def _validated(strengths: ArrayLike, held: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(strengths, np.float64), np.asarray(held, np.float64)
    if x.ndim != 1 or len(x) < 2 or not (np.diff(x) > 0).all() or not np.isfinite(x).all():
        raise ValueError(f"strengths {x.tolist()}; two or more are needed, rising")
    if y.ndim != 2 or y.shape[1] != len(x) or len(y) < 2:
        raise ValueError(f"held has shape {y.shape}; it needs two replications or more at each of {len(x)} strengths")
    wrong = np.argwhere(~((y >= 0.0) & (y <= 1.0)))
    if len(wrong):
        line, place = wrong[0]
        raise ValueError(
            f"held is {y[line, place]} in replication {line} at strength {x[place]:g}; it is true or false, or a share"
        )
    return x, y


@dataclass(frozen=True, slots=True)
class _Fitted:
    """Falling lines of shape (draws, strengths); ``curved`` where the course between strengths is known."""

    probability: Array
    curved: NDArray[np.bool_]


def _fitted(x: Array, y: Array, weights: Array, fit: Fit) -> _Fitted:
    """Fit a line under each line of weights of the replications.

    A logistic curve has a slope to be learnt only if two strengths or more have held at times and broken at times.
    """
    shares = weights @ y / weights.sum(axis=1, keepdims=True)
    if fit == "isotonic":
        return _Fitted(_antitonic(shares), np.zeros(len(shares), np.bool_))
    if fit != "logistic":
        raise ValueError(f"fit is {fit!r}; it is 'isotonic' or 'logistic'")
    return _Fitted(_logistic(x, shares * len(y), len(y)), ((shares > 0.0) & (shares < 1.0)).sum(axis=1) >= 2)


def _antitonic(shares: Array) -> Array:
    """Return the nearest falling line to each line of shares, by the min-max formula, all draws at once."""
    draws, m = shares.shape
    sums = np.concatenate([np.zeros((draws, 1)), np.cumsum(shares, axis=1)], axis=1)
    first, last = np.triu_indices(m)
    means = np.full((draws, m, m), -np.inf)
    means[:, first, last] = (sums[:, last + 1] - sums[:, first]) / (last + 1 - first)
    best = np.maximum.accumulate(means[:, :, ::-1], axis=2)[:, :, ::-1]  # [s, j]: over every end at j or later
    best[:, *np.tril_indices(m, -1)] = np.inf
    return np.asarray(best.min(axis=1))


def _logistic(x: Array, met: Array, n: int) -> Array:
    """Return logistic probabilities by Newton's method, all draws at once."""
    z = 2.0 * (x - x[0]) / (x[-1] - x[0]) - 1.0
    a, b = np.zeros(len(met)), np.zeros(len(met))
    for _ in range(60):
        p = expit(a[:, None] + b[:, None] * z)
        w, gap = n * p * (1.0 - p), met - n * p
        ga, gb = gap.sum(axis=1) - _RIDGE * a, gap @ z - _RIDGE * b
        haa, hab, hbb = w.sum(axis=1) + _RIDGE, w @ z, w @ z**2 + _RIDGE
        determinant = haa * hbb - hab**2
        step_a, step_b = (hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant
        size = np.maximum(1.0, np.hypot(step_a, step_b) / 2.0)  # a clean break overshoots without it
        a, b = a + step_a / size, b + step_b / size
        if max(np.abs(step_a).max(), np.abs(step_b).max()) < 1e-9:
            break
    return np.asarray(expit(a[:, None] + np.minimum(b, 0.0)[:, None] * z))


def _crossing(x: Array, fitted: _Fitted, level: float) -> tuple[Array, Array, Array]:
    """Return where each falling line passes the level: surely not before, at, surely not after.

    Where the course between strengths is not known the first and the last are strengths tried. Before the weakest is
    -inf, beyond the strongest inf.
    """
    below = less(fitted.probability, level) < 0.0
    place = np.where(below.any(axis=1), below.argmax(axis=1), len(x))
    edges = np.concatenate([[-np.inf], x, [np.inf]])
    weaker, stronger = edges[place], edges[place + 1]
    inside, right = (place > 0) & (place < len(x)), np.clip(place, 1, len(x) - 1)
    line, curved = np.arange(len(place)), fitted.curved
    levels = np.full(len(place), level)
    around = np.stack([fitted.probability[line, right - 1], levels, fitted.probability[line, right]])
    scaled = np.where(curved, logit(np.clip(around, 1e-12, 1.0 - 1e-12)), around)  # where a logistic is straight
    drop = np.where(inside, scaled[0] - scaled[2], 1.0)
    at = x[right - 1] + (scaled[0] - scaled[1]) / drop * (x[right] - x[right - 1])
    at = np.where(inside, at, np.where(place == 0, -np.inf, np.inf))
    exact = inside & curved
    return np.where(exact, at, weaker), at, np.where(exact, at, stronger)
