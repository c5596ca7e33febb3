"""Validated inputs of analyses: tables that are whole and finite, or refused with the replication and arm named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.lazy import later

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = later("pandas")

Array = NDArray[np.float64]
Sense = Literal["max", "min"]
"""Whether more of an outcome is better, or less."""


def sign(sense: Sense) -> float:
    """Return 1 where more is better and -1 where less is.

    Raises
    ------
    ValueError
        If the sense is neither.
    """
    if sense not in ("max", "min"):
        raise ValueError(f"sense is {sense!r}; it is 'max' where more is better and 'min' where less is")
    return 1.0 if sense == "max" else -1.0


def share(value: float, name: str) -> float:
    """Return a share strictly between 0 and 1, or refuse it by name."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} is {value}; it lies between 0 and 1, both left out")
    return value


def validated_table(values: pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike, row: str, column: str) -> pd.DataFrame:
    """Return a table of finite figures, or say which one is missing.

    Parameters
    ----------
    values : a table, or columns by name, or an array of shape (rows, columns)
    row, column : what a row and a column are, for the message: "replication", "arm"

    Raises
    ------
    ValueError
        If columns differ in length, a name stands twice, there is nothing, or a figure is not finite. One missing
        figure left in a table turns some indices into zeros without a word (SALib, scipy), so it is never passed on.
    """
    table = _frame(values, row, column)
    if table.empty or not table.columns.is_unique or not table.index.is_unique:
        raise ValueError(f"the table has shape {table.shape}; it needs {row}s and {column}s, each name once")
    table = table.astype(np.float64)
    figures = table.to_numpy()
    missing = np.argwhere(~np.isfinite(figures))
    if len(missing):
        line, place = missing[0]
        raise ValueError(
            f"{column} {_quoted(table.columns[place])} is {figures[line, place]} in {row} {_quoted(table.index[line])}"
            f" ({len(missing)} such in all); every figure must be finite — leave out that {row} or that {column} as"
            " a whole, or fix the outcome"
        )
    return table


def _quoted(name: object) -> str:
    return repr(name) if isinstance(name, str) else str(name)


def _frame(values: pd.DataFrame | Mapping[str, ArrayLike] | ArrayLike, row: str, column: str) -> pd.DataFrame:
    if isinstance(values, pd.DataFrame):
        return values
    if not isinstance(values, Mapping):
        array = np.asarray(values, np.float64)
        if array.ndim != 2:
            raise ValueError(f"figures of shape {array.shape}; a table has {row}s and {column}s")
        return pd.DataFrame(array)
    _same_rows(values, row, column)
    return pd.DataFrame(
        {name: np.asarray(figures, np.float64) for name, figures in values.items()}, index=_index(values)
    )


def _same_rows(columns: Mapping[str, ArrayLike], row: str, column: str) -> None:
    lengths = {name: len(np.atleast_1d(np.asarray(figures))) for name, figures in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"{column}s hold different numbers of figures: {lengths}; each {row} needs one of every {column}"
        )
    labelled = {name: figures for name, figures in columns.items() if isinstance(figures, pd.Series)}
    names = list(labelled)
    for name in names[1:]:
        if not labelled[name].index.equals(labelled[names[0]].index):
            raise ValueError(
                f"{column}s {names[0]!r} and {name!r} stand on different {row}s or in another order; line them up, for"
                f" only the same {row} has the same random draws"
            )


def _index(columns: Mapping[str, ArrayLike]) -> pd.Index[int] | None:
    return next((figures.index for figures in columns.values() if isinstance(figures, pd.Series)), None)
