"""Two passes over a population: a quick one that flags who may be meant, then the exact test on those few.

A hazard is mostly small, so one bound of it holds for everybody. Comparing each household's draw with that bound has
no branch and no `exp`, and the compiler makes vectors of it; the exact rule is worked out for a handful alone.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ecsim.kernel.draws import uniform_at

WORD = 8
"""Flags that are looked at together."""
CARE = 1.0 + 1e-12
"""A bound is taken this much higher, so that rounding in the exact test cannot pass it."""


@njit(cache=True, nogil=True)
def screened(
    key: np.uint64, week: int, most: float, factor: NDArray[np.float64], number: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return whose draw is below a bound of their hazard.

    Parameters
    ----------
    most : the highest hazard there is, without what is one's own
    factor : shape (rows,), what one's own is at most multiplied by
    number : shape (rows,), draw keys

    Returns
    -------
    flags, shape (rows,) filled up with False to a multiple of `WORD`
    """
    rows = len(factor)
    flags = np.zeros((rows + WORD - 1) // WORD * WORD, np.bool_)
    bound = most * CARE
    for row in range(rows):
        flags[row] = uniform_at(key, week, number[row]) < factor[row] * bound
    return flags


@njit(cache=True, nogil=True)
def flagged(flags: NDArray[np.bool_], rows: int) -> NDArray[np.int32]:
    """Return the numbers of the flagged rows below ``rows``, in order."""
    numbers, count = np.empty(rows, np.int32), 0
    words = flags.view(np.uint64)
    for word in range(len(words)):
        if words[word] == 0:
            continue
        for row in range(WORD * word, min(WORD * word + WORD, rows)):
            if flags[row]:
                numbers[count] = row
                count += 1
    return numbers[:count]
