"""What a siting problem comes to: the sites, their value, and a bound that no choice passes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
SAME = 1e-9
"""Relative difference below which a value and its bound are one: rounding of floats, no more."""


@dataclass(frozen=True)
class SiteChoice:
    """Chosen sites, with the proof of how good they are.

    Attributes
    ----------
    sites : shape (chosen,), columns of the distances, rising
    value : what the choice comes to, in the units of the problem
    bound : no choice is better than this: below the value where little is best, above it where much is
    """

    sites: I64
    value: float
    bound: float

    @property
    def optimal(self) -> bool:
        """Whether the choice is proved to be the best: its value is the bound."""
        return self.value == self.bound

    @property
    def gap(self) -> float:
        """How far the best may be from the value, as a share of the value; 0 if optimal."""
        return abs(self.value - self.bound) / abs(self.value) if self.value != self.bound else 0.0


def choice_of(sites: I64, value: float, bound: float, *, whole: bool, least: bool) -> SiteChoice:
    """Return a choice with its bound as sharp as the numbers allow.

    Parameters
    ----------
    bound : as a solver has it, with errors of rounding
    whole : whether every value is a whole number, so that a bound may be rounded towards the value
    least : whether the least value is the best
    """
    room = SAME * max(1.0, abs(bound))
    if whole:
        bound = float(np.ceil(bound - room)) if least else float(np.floor(bound + room))
    passed = value <= bound + room if least else value >= bound - room
    return SiteChoice(np.sort(sites), value, value if passed else bound)


def distances_of(distances: ArrayLike) -> F64:
    """Return distances as a table that can be read, shape (customers, sites).

    Raises
    ------
    ValueError
        If it is no table, is empty, or holds a number that is negative or none.
    """
    table = np.asarray(distances, np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"distances has shape {table.shape}; give a row a customer and a column a possible site")
    if np.isnan(table).any() or (table < 0).any():
        raise ValueError("distances holds a negative number or NaN; give lengths, and inf where there is no way")
    return table


def weights_of(weights: ArrayLike | None, customers: int, name: str = "weights") -> F64:
    """Return one weight a customer, 1 for each where none are given.

    Raises
    ------
    ValueError
        If there are too few or too many, or one is negative, infinite or no number.
    """
    column = np.ones(customers) if weights is None else np.asarray(weights, np.float64)
    if column.shape != (customers,):
        raise ValueError(f"{name} has shape {column.shape}; there are {customers} customers, give one number for each")
    if not np.isfinite(column).all() or (column < 0).any():
        raise ValueError(f"{name} holds a negative number, infinity or NaN; give numbers from 0 on")
    return column


def checked_count(p: int, sites: int) -> int:
    """Return how many sites are to be chosen.

    Raises
    ------
    ValueError
        If it is less than one, or more than there are.
    """
    if not 1 <= p <= sites:
        raise ValueError(f"p is {p}; there are {sites} possible sites, so choose 1 to {sites}")
    return p


def are_whole(*figures: F64) -> bool:
    """Return whether all numbers are whole."""
    return all(bool(np.isfinite(each).all() and (each == np.rint(each)).all()) for each in figures)
