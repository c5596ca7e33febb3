"""Tables of columns, allocated once; written only by what applies events."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self, TypeAlias, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

I64: TypeAlias = NDArray[np.int64]
I32: TypeAlias = NDArray[np.int32]
U8: TypeAlias = NDArray[np.uint8]
Bool: TypeAlias = NDArray[np.bool_]

_EMPTY_ID = -1


@dataclass(eq=False)
class Table:
    """Columns of one length; a subclass annotates each with its array type.

    A row that nothing has filled yet holds zeros.
    """

    @classmethod
    def allocate(cls, rows: int, **shapes: tuple[int, ...]) -> Self:
        """Return a table of zeros; ``shapes`` gives further axes of a column, if it has any."""
        hints = get_type_hints(cls)
        return cls(**{f.name: np.zeros((rows, *shapes.get(f.name, ())), _dtype(hints[f.name])) for f in fields(cls)})

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
        """Return the columns by name."""
        return dict(vars(self))


def _dtype(hint: Any) -> np.dtype[Any]:  # noqa: ANN401 (a type alias of numpy)
    stored: np.dtype[Any] = np.dtype(get_args(get_args(hint)[1])[0])
    return stored
