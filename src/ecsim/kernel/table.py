"""Tables of columns, allocated once; written only by what applies events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, Self, TypeAlias, dataclass_transform, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

I64: TypeAlias = NDArray[np.int64]
I32: TypeAlias = NDArray[np.int32]
U8: TypeAlias = NDArray[np.uint8]
Bool: TypeAlias = NDArray[np.bool_]

_EMPTY_ID = -1


class Axes(tuple[int, ...]):
    """Further axes of a column whose rows hold an array: ``season: Annotated[I32, Axes((52,))]``."""


@dataclass_transform(eq_default=False)
@dataclass(eq=False)
class Table:
    """A table of the state: columns of one length, allocated once; a row that nothing has filled holds zeros.

    A subclass annotates each column with its array type (`I64`, `I32`, `U8`, `Bool`), and becomes a dataclass of
    them. A column whose rows hold an array says so: ``season: Annotated[I32, Axes((52,))]``.
    """

    def __init_subclass__(cls) -> None:
        dataclass(eq=False)(cls)

    @classmethod
    def allocate(cls, rows: int) -> Self:
        """Return a table of zeros.

        Parameters
        ----------
        rows : how many rows there is room for; the table never grows beyond
        """
        return cls(**{name: np.zeros((rows, *axes), stored) for name, axes, stored in cls._layout()})

    @classmethod
    @cache
    def _layout(cls) -> tuple[tuple[str, Axes, np.dtype[Any]], ...]:
        """Return name, further axes and type of each column, read from the annotations once."""
        hints = get_type_hints(cls, include_extras=True)
        return tuple((field.name, _axes(hints[field.name]), _dtype(hints[field.name])) for field in fields(cls))

    @classmethod
    def extended(cls, columns: Mapping[str, Any]) -> type[Table]:
        """Return a table with further columns, given by name with their array types."""
        return type(cls.__name__, (cls,), {"__annotations__": dict(columns), "__doc__": cls.__doc__})

    def read_only(self) -> Self:
        """Return the same columns as views that refuse to be written."""
        views = {}
        for column in fields(self):
            view = getattr(self, column.name).view()
            view.flags.writeable = False
            views[column.name] = view
        return type(self)(**views)

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns by name, each of shape (rows,) or (rows, *axes)."""
        return dict(vars(self))


def _dtype(hint: Any) -> np.dtype[Any]:  # noqa: ANN401 (a type alias of numpy)
    array = hint.__origin__ if get_origin(hint) is Annotated else hint
    stored: np.dtype[Any] = np.dtype(get_args(get_args(array)[1])[0])
    return stored


def _axes(hint: Any) -> Axes:  # noqa: ANN401 (a type alias of numpy)
    return next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Axes)), Axes())
