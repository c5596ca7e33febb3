"""Column types of events: what a field of an event may hold, checked when the event is made.

A column is a descriptor. It takes anything array-like, refuses what does not fit, and hands out a read-only,
contiguous array. There are integers, codes and flags only: money is fen, quantity grams or counts, prices fen a
kilogram, rates millionths, positions millionths of a degree. So the last bit of a float never reaches a journal.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.text import Text


class Column:
    """A named, typed column of an event: a descriptor that checks, converts and hands out read-only arrays.

    It takes anything array-like, refuses what does not fit, and gives a contiguous array. Subclasses fix the stored
    type and
    the range; `Ids` are further subclassed by the table they point at: ``class StationIds(Ids, table="stations")``.

    Attributes
    ----------
    dtype : numpy.dtype
        The type in which values are stored, always a whole number or a flag.
    lowest, highest : int
        The range of values, ends included.

    Raises
    ------
    ValueError
        When an event is made, if a value is no whole number or lies outside the range.
    """

    dtype: ClassVar[np.dtype[Any]]
    lowest: ClassVar[int]
    highest: ClassVar[int]
    table: ClassVar[str | None] = None
    """The table of the state the values point at, if they are row numbers; -1 stands for none.

    A subclass names it: ``class StationIds(Ids, table="stations")``.
    """
    title: ClassVar[Text | None] = None
    """What one of what they point at is called; None: by the table's name."""
    vocabulary: ClassVar[type[IntEnum] | None] = None
    """What the values mean, if they are codes."""

    def __init_subclass__(cls, table: str | None = None) -> None:
        if table is not None:
            cls.table = table

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, event: object, owner: type) -> NDArray[Any]:
        values: NDArray[Any] = event.__dict__[self.name]
        return values

    def __set__(self, event: object, values: ArrayLike) -> None:
        event.__dict__[self.name] = self.checked(values, type(event).__name__)

    def checked(self, values: ArrayLike, owner: str) -> NDArray[Any]:
        """Return the values as the column stores them: contiguous and read-only.

        Parameters
        ----------
        values : whole numbers or flags of any type, shape (rows,), or () for one value that stands for all rows
        owner : name of the event class, for messages

        Raises
        ------
        ValueError
            If a value is no whole number or does not fit the column.
        """
        array = np.asarray(values)
        if array.dtype != self.dtype:
            array = self._converted(array, owner)
        else:
            if self.lowest == -1 and array.size and np.minimum.reduce(array, None) < -1:
                raise ValueError(f"{owner}.{self.name}: {int(array.min())} is below the lowest value, -1 (none)")
            if not array.flags.writeable and array.flags.c_contiguous:
                return array
            array = array.copy()
        array.setflags(write=False)
        return array

    def _converted(self, array: NDArray[Any], owner: str) -> NDArray[Any]:
        """Return a fresh array of the column's type."""
        if array.size == 0:
            return np.zeros(array.shape, self.dtype)
        if array.dtype.kind not in "biu":
            raise ValueError(f"{owner}.{self.name}: holds {array.dtype}; whole numbers are needed (round them first)")
        bits = np.bitwise_or.reduce(array, None)  # as all highest values are all ones, what fits together fits each
        if not 0 <= bits <= self.highest:
            low, high = int(array.min()), int(array.max())
            if low < self.lowest or high > self.highest:
                raise ValueError(f"{owner}.{self.name}: {low} to {high} lies outside {self.lowest} to {self.highest}")
        return array.astype(self.dtype, order="C")


def _bounds(dtype: np.dtype[Any]) -> tuple[int, int]:
    if dtype == np.bool_:
        return 0, 1
    return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)


class Ids(Column):
    """Row numbers of a table (int32, from 0); -1 stands for none."""

    dtype = np.dtype(np.int32)
    lowest, highest = -1, _bounds(dtype)[1]


class Counts(Column):
    """Whole numbers (int32); negative ones are decreases."""

    dtype = np.dtype(np.int32)
    lowest, highest = _bounds(dtype)


class Codes(Column):
    """Codes of a small vocabulary (uint8, 0 to 255): designs, channels, reasons; ``vocabulary`` names them."""

    dtype = np.dtype(np.uint8)
    lowest, highest = _bounds(dtype)


class Flags(Column):
    """Yes or no (bool)."""

    dtype = np.dtype(np.bool_)
    lowest, highest = _bounds(dtype)


class Fen(Column):
    """Money in fen, 1/100 yuan (int64), never a float; also prices, in fen per kilogram."""

    dtype = np.dtype(np.int64)
    lowest, highest = _bounds(dtype)


class Grams(Column):
    """Mass in grams (int64)."""

    dtype = np.dtype(np.int64)
    lowest, highest = _bounds(dtype)


class Millionths(Column):
    """Shares, rates and factors in millionths, positions in millionths of a degree (int32)."""

    dtype = np.dtype(np.int32)
    lowest, highest = _bounds(dtype)


class LargeMillionths(Millionths):
    """Values in millionths that may go beyond two thousand (int64): figures of a target table, whatever they count."""

    dtype = np.dtype(np.int64)
    lowest, highest = _bounds(dtype)


PLAIN: tuple[type[Column], ...] = (Ids, Codes, Flags, Fen)
"""One type for each way of storing numbers: what a column is read as when nothing more is known of it."""
