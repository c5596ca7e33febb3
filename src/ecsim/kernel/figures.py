"""Figures: what is measured of a run, each one object, from its events alone.

A figure names the rows it counts (`Source`) and how their totals become a number, or reads it off the state that the
events lead to. Figures never reach the simulation: adding one leaves every run and its root as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.measures import Better, Label
from ecsim.kernel.text import Text

F64: TypeAlias = NDArray[np.float64]
Amount: TypeAlias = Callable[[Any], NDArray[Any]]
"""Takes an event, returns what each row adds, shape (rows,)."""
Where: TypeAlias = Callable[[Any], NDArray[Any]]
"""Takes an event, returns which rows count, shape (rows,)."""
Totals: TypeAlias = Mapping[str, F64]
"""By series: what its rows add up to in each period, shape (periods,)."""


def one_each(event: Any, /) -> NDArray[Any]:  # noqa: ANN401 (an event of any kind)
    """Return 1 for every row."""
    return np.ones(event.rows)


def everything(totals: Totals) -> float:
    """Return the sum over all series and periods: the formula of a plain total."""
    return float(sum(series.sum() for series in totals.values()))


@dataclass(frozen=True)
class Source:
    """Rows of one kind that a figure counts.

    Attributes
    ----------
    kind : type[Event]
        Whose rows.
    amount : callable
        Takes an event, returns what each row adds, shape (rows,); by default 1.
    where : callable or None
        Takes an event, returns which rows count, shape (rows,); None: every row.
    series : str
        Name under which they are added up, for figures of several series.
    """

    kind: type[Event]
    amount: Amount = one_each
    where: Where | None = None
    series: str = "count"

    def counts(self, event: Event) -> NDArray[np.bool_]:
        """Return which rows of an event count, shape (rows,)."""
        if self.where is None:
            return np.ones(event.rows, np.bool_)
        return np.asarray(self.where(event), np.bool_)

    def total(self, event: Event) -> float:
        """Return what the rows of an event add up to."""
        return float(np.asarray(self.amount(event), np.float64)[self.counts(event)].sum())


@dataclass(frozen=True)
class Figure:
    """One number that is measured of a run, such as a total, a mean or a level at the end.

    Attributes
    ----------
    name, title, unit : str, Text, str
        How files and people call it, and what it is measured in.
    sources : tuple of Source
        The rows it counts.
    formula : callable
        Makes the figure of the totals by series and period; by default the sum of all of them.
    level : callable or None
        Reads the figure off the state at the end instead, for what is no total; the sources then say which events
        move it.
    better : str
        ``"max"`` or ``"min"``, if more or less of it is better; else empty.
    """

    name: str
    title: Text
    unit: str
    sources: tuple[Source, ...]
    formula: Callable[[Totals], float] = everything
    level: Callable[[Any], float] | None = None
    better: Better = ""

    @property
    def label(self) -> Label:
        """What it is called."""
        return Label(self.title, self.unit, self.better)


def mean(
    name: str, title: Text, unit: str, kind: type[Event], amount: Amount, where: Where | None = None,
) -> Figure:  # fmt: skip
    """Return the figure that is the mean of an amount over the rows of a kind; 0 if there is no row.

    Parameters
    ----------
    name, title, unit : of the figure
    kind : whose rows
    amount : takes an event, returns the amount of each row, shape (rows,)
    where : takes an event, returns which rows count, shape (rows,); None: every row
    """
    sources = (Source(kind, one_each, where, "count"), Source(kind, amount, where, "amount"))
    return Figure(name, title, unit, sources, lambda t: float(t["amount"].sum() / max(1.0, t["count"].sum())))
