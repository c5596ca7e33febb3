"""Targets as bounds on figures, and the verdict on each: met, missed, or no figure to judge by.

Verdicts are floats, 1, 0 and NaN, so that their mean over what is known is a share.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.statistics.rounding import less

F64 = NDArray[np.float64]
Bound = Literal["at least", "at most", "above", "below"]
"""How a figure is held against a target's value; "above" and "below" are strict."""
_HOLDS: dict[str, Callable[[F64, float], F64]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}
SIGNS: dict[str, str] = {"at least": "≥", "at most": "≤", "above": ">", "below": "<"}


def verdicts(figures: ArrayLike, bound: Bound, value: float) -> F64:
    """Return 1 where figures meet a target, 0 where they miss it, NaN where there is no figure; of their shape.

    A figure that parts from the value by rounding alone equals it: it meets "at least", and is not "above".

    Parameters
    ----------
    figures : of any shape
    bound : how figures are held against the value
    value : of the target

    Returns
    -------
    Shape of the figures: 1, 0 or NaN.
    """
    values = np.asarray(figures, np.float64)
    return np.where(np.isnan(values), np.nan, _HOLDS[bound](less(values, value), 0.0))


def together(several: Iterable[ArrayLike]) -> F64:
    """Return the verdict on several targets at once: missed if any is, else no figure if any has none, else met.

    Parameters
    ----------
    several : verdicts of verdict target each, of shapes that broadcast
    """
    stacked = np.stack(np.broadcast_arrays(*(np.asarray(verdict, np.float64) for verdict in several)))
    missed = (stacked == 0.0).any(axis=0)
    return np.where(missed, 0.0, stacked.min(axis=0))  # the minimum of ones and NaN is NaN


def marks_of(figures: Iterable[float]) -> str:
    """Return verdicts as a letter each: 1 met, 0 missed, - no figure."""
    return "".join("-" if np.isnan(yes) else "1" if yes else "0" for yes in figures)


def read_marks(marks: str) -> F64:
    """Return the verdicts of letters, shape (letters,)."""
    return np.array([_LETTERS[letter] for letter in marks])


_LETTERS = {"1": 1.0, "0": 0.0, "-": float("nan")}
