"""Lent townships: the pool of a neighbour county goes there for that of their own (docs/model.md 4.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.toolkit import I64
from ecsim.rural.state.state import State


def goes_for(state: State, operator: NDArray[Any], township: NDArray[Any]) -> I64:
    """Return who goes to townships for operators: a neighbour's pool for the pool of a lent one's county, else itself.

    Parameters
    ----------
    operator, township : shape (n,)

    Returns
    -------
    shape (n,), operators
    """
    t = state.townships
    lent_to, own = t.lent_to[township], state.counties.pool[t.county[township]]
    return np.where((lent_to >= 0) & (operator == own), lent_to, operator).astype(np.int64)


def brings_for(state: State, operator: NDArray[Any], township: NDArray[Any]) -> I64:
    """Return whose parcels operators bring to townships: in a lent one those of its own county's pool, else their own.

    Parameters
    ----------
    operator, township : shape (n,), who goes where

    Returns
    -------
    shape (n,), operators
    """
    t = state.townships
    own = state.counties.pool[t.county[township]]
    return np.where(t.lent_to[township] == operator, own, operator).astype(np.int64)
