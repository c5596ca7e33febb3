"""Rows that lie group after group: the place of each in its group, and who is served when the first come first."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)


def place_in_group(group: NDArray[Any]) -> I64:
    """Return the how-manieth of its group each row is, from 0.

    Parameters
    ----------
    group : shape (n,), ascending

    Examples
    --------
    >>> place_in_group(np.array([1, 1, 4, 4, 4]))
    array([0, 1, 0, 1, 2])
    """
    return np.asarray(np.arange(len(group)) - np.searchsorted(group, group), np.int64)


def before_in_group(amount: NDArray[Number], group: NDArray[Any]) -> NDArray[Number]:
    """Return the sum of the amounts of a group that come before each row.

    Parameters
    ----------
    amount : shape (n,)
    group : shape (n,), ascending

    Examples
    --------
    >>> before_in_group(np.array([5, 2, 1, 1]), np.array([0, 0, 3, 3]))
    array([0, 5, 0, 1])
    """
    before: NDArray[Number] = np.cumsum(amount) - amount
    return before - before[np.searchsorted(group, group)]


def first_served(wanted: I64, group: NDArray[Any], room: I64) -> I64:
    """Return what each row gets where the first of a group is served first, until its group has no room.

    Parameters
    ----------
    wanted : shape (n,), >= 0
    group : shape (n,), ascending
    room : shape (groups,), how much there is for each group

    Examples
    --------
    >>> first_served(np.array([5, 2, 4]), np.array([0, 0, 1]), np.array([6, 3]))
    array([5, 1, 3])
    """
    return np.asarray(np.clip(room[group] - before_in_group(wanted, group), 0, wanted), np.int64)
