"""Tables with a row for each arm: however many arms there are, all of them are seen, and a column is read downwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ecsim.report.amounts import Scale, scale_of
from ecsim.report.document import Cell, Head, Table
from ecsim.report.numbers import half_width_of, plus_minus
from ecsim.report.results import Results

COLUMNS = 5
"""Columns of figures for which a page and a sheet of paper have room."""


@dataclass(frozen=True)
class Column:
    """A column of a table by arm: its head and a cell for each arm."""

    head: Head
    cells: Mapping[str, Cell]


def arm_tables(results: Results, columns: Sequence[Column], *, names: bool = False) -> tuple[Table, ...]:
    """Return columns as tables with a row for each arm, as many tables as the columns need.

    Parameters
    ----------
    results : whose arms
    columns : with a cell for each arm
    names : whether the first table gives, below each arm's title, the name by which files and commands know it
    """
    tables = []
    for first in range(0, len(columns), COLUMNS):
        some = columns[first : first + COLUMNS]
        head = (Head(results.texts.column("arm")), *(column.head for column in some))
        rows = tuple(
            (_arm(results, arm, named=names and not first), *(column.cells[arm] for column in some))
            for arm in results.arms
        )
        tables.append(Table(head, rows))
    return tuple(tables)


def _arm(results: Results, arm: str, *, named: bool) -> Cell:
    title = results.arm(arm)
    return Cell(title, arm if named and title != arm else "", colour=results.colour(arm))


def outcome_column(results: Results, outcome: str, rows: pd.DataFrame) -> Column:
    """Return the column of an outcome: means in one unit, each with its spread and the difference to the reference.

    Parameters
    ----------
    results : whose arms
    outcome : its name
    rows : by arm: mean, sd, n, difference, low, high
    """
    scale = scale_of(results.measured_in(outcome), rows["mean"], results.texts)
    cells = {str(arm): _outcome(row, scale, is_reference=arm == results.reference) for arm, row in rows.iterrows()}
    return Column(Head(results.title(outcome), scale.unit, number=True), cells)


def _outcome(row: pd.Series[float], scale: Scale, *, is_reference: bool) -> Cell:
    size, n = float(row["mean"]), int(row["n"])
    mean = scale.figure(size)
    if n < 2:
        return Cell(mean)
    spread = plus_minus(scale.factor * half_width_of(float(row["sd"]), n), scale.factor * size)
    if is_reference:
        return Cell(mean, spread=spread)
    half = float(row["high"] - row["low"]) / 2.0
    difference, low, high = (scale.change(float(row[name]), half) for name in ("difference", "low", "high"))
    interval = f"{difference} [{low},\u00a0{high}]"
    return Cell(mean, interval, strong=bool(row["low"] > 0 or row["high"] < 0), spread=spread)
