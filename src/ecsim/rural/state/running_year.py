"""Sums over the last four quarters, kept one quarter a slot: what has come to be a year old falls out as a whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.table import I32, I64, U8

DAYS_A_QUARTER = 91


def begin_quarter(quarter: U8, rows: I32 | I64, day: int, *sums: I64) -> int:
    """Let rows' sums of the quarter of a day begin at nothing where they are of another; return its slot.

    Parameters
    ----------
    quarter : shape (table, slots), the quarter since the start that each slot is of
    sums : of the same shape each
    """
    now = day // DAYS_A_QUARTER
    slot = int(now % quarter.shape[1])
    old = rows[quarter[rows, slot] != now]
    quarter[old, slot] = now
    for values in sums:
        values[old, slot] = 0
    return slot


def year_of(values: I64, quarter: U8, day: int) -> I64:
    """Return what came in the quarter of a day and the three before, shape (rows,).

    Parameters
    ----------
    values, quarter : shape (rows, slots): sums, and the quarter since the start that each is of
    """
    recent = quarter.astype(np.int64) > day // DAYS_A_QUARTER - quarter.shape[1]
    total: NDArray[Any] = np.where(recent, values, 0).sum(axis=1)
    return np.asarray(total, np.int64)
