"""Rounding is no finding: the one tolerance by which figures are compared, and comparisons that keep to it.

Floats that should be equal differ in their last bits: 0.1 + 0.2 is not 0.3, and a sum depends on its order. Left alone,
such a difference has no variance, so it would be as sure as any can be. Two figures therefore count as equal where they
part by no more than `RELATIVE` of the larger, or by `ABSOLUTE`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

RELATIVE = 1e-10
"""A plain sum of a million floats errs by about 1e-11 of itself; a county's sales to the fen need 1e-9 and are told."""
ABSOLUTE = 1e-15
"""For a figure that should be 0 and is the rest of a subtraction of figures of size 1."""


def tolerance(*figures: ArrayLike) -> Array:
    """Return by how much figures of these sizes may part and still be equal, element by element."""
    sizes = [np.abs(np.asarray(figure, np.float64)) for figure in figures]
    size = sizes[0]
    for other in sizes[1:]:
        size = np.maximum(size, other)
    return np.asarray(RELATIVE * size + ABSOLUTE)


def less(a: ArrayLike, b: ArrayLike) -> Array:
    """Return a less b, exactly 0 where the two are equal up to rounding (as two infinities of one sign are)."""
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    with np.errstate(invalid="ignore"):
        gap = first - second
        equal = (first == second) | (np.isfinite(gap) & (np.abs(gap) <= tolerance(first, second)))
    return np.where(equal, 0.0, gap)


def gaps(a: Array, b: Array) -> Array:
    """Return paired differences of shape (n,): 0 where a pair is equal, one value where they all are up to rounding."""
    differences = less(a, b)
    if np.ptp(differences) <= tolerance(np.abs(a).max(), np.abs(b).max()):
        return np.full(len(differences), less(float(a.mean()), float(b.mean())))
    return differences


def is_level(figures: Array, axis: int | None = None) -> NDArray[np.bool_]:
    """Return whether figures along an axis are all equal up to rounding."""
    size = np.abs(figures).max(axis=axis)
    return np.asarray(np.ptp(figures, axis=axis) <= tolerance(size), np.bool_)


def deviation(figures: Array, axis: int = -1) -> Array:
    """Return the sample standard deviation along an axis, exactly 0 where nothing varies but by rounding."""
    return np.where(is_level(figures, axis), 0.0, figures.std(axis=axis, ddof=1))


def first_of_most(figures: Array) -> int:
    """Return the place of the greatest figure; of those that tie up to rounding, of the first."""
    return int(np.argmax(less(figures, figures.max()) == 0.0))


def ranks(scores: Array) -> Array:
    """Return places along the first axis, 1 the greatest; those that tie up to rounding share the better place."""
    ahead = less(scores[:, None], scores[None, :]) > 0.0
    return np.asarray(1.0 + ahead.sum(axis=0), np.float64)


def sort_key(figure: float) -> float:
    """Return a figure to the digits that are no rounding, to order by."""
    return float(f"{figure:.10g}")
