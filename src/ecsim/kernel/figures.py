"""Figures: what is measured of a run, each one object, from its events alone.

A figure names the rows it counts (`Source`) and how their totals become a number. A `Scorecard` holds the figures of
one run; it looks on while the run goes on, or reads its journal afterwards, with the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.state import State
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
    """Return the sum over all series and periods."""
    return float(sum(series.sum() for series in totals.values()))


@dataclass(frozen=True)
class Source:
    """Rows of one kind that a figure counts.

    Attributes
    ----------
    where : None: every row counts
    series : name under which they are added up, for figures of several series
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
    """One thing that is measured.

    Attributes
    ----------
    formula : how totals become the figure; by default all of them together
    level : reads the figure off the state at the end instead, for what is no total; the sources then say which events
        move it
    better : which way is better, if either is
    """

    name: str
    title: Text
    unit: str
    sources: tuple[Source, ...]
    formula: Callable[[Totals], float] = everything
    level: Callable[[Any], float] | None = None
    better: Literal["higher", "lower", ""] = ""


def mean(
    name: str, title: Text, unit: str, kind: type[Event], amount: Amount, where: Where | None = None,
) -> Figure:  # fmt: skip
    """Return the figure that is the mean of an amount over rows of a kind; 0 if there is none."""
    sources = (Source(kind, one_each, where, "count"), Source(kind, amount, where, "amount"))
    return Figure(name, title, unit, sources, lambda t: float(t["amount"].sum() / max(1.0, t["count"].sum())))


class Scorecard:
    """The figures of one run.

    Parameters
    ----------
    days : days of a period
    periods : periods of the run
    """

    def __init__(self, figures: Sequence[Figure], days: int, periods: int) -> None:
        self.figures = {figure.name: figure for figure in figures}
        self._days, self._periods = days, periods
        self._totals: dict[tuple[str, str], F64] = {}
        self._listening: dict[type[Event], list[tuple[Source, F64]]] = defaultdict(list)
        for figure in figures:
            for source in figure.sources:
                series = self._totals.setdefault((figure.name, source.series), np.zeros(periods))
                self._listening[source.kind].append((source, series))

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event; what the opening brings counts to the first period."""
        for source, series in self._listening.get(type(event), ()):
            series[min(stamp.day // self._days, self._periods - 1)] += source.total(event)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Scorecard:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    def value(self, name: str, state: State) -> float:
        """Return a figure by its name, of a run that ended in a state."""
        figure = self.figures[name]
        if figure.level is not None:
            return float(figure.level(state))
        totals = {series: values for (owner, series), values in self._totals.items() if owner == name}
        return float(figure.formula(totals))

    def values(self, state: State) -> dict[str, float]:
        """Return every figure by name, of a run that ended in a state."""
        return {name: self.value(name, state) for name in self.figures}
