"""The figures of one run of a model whose figures are one number each, of the whole run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isnan
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.apply import Changes, apply_event
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.figures import Figure, Source
from ecsim.kernel.measures import MeasuredFigure, Place, Record, Sheet, Sizes
from ecsim.kernel.state import State
from ecsim.kernel.text import Text

S = TypeVar("S", bound=State)
F64: TypeAlias = NDArray[np.float64]
WHOLE = "all"
"""The one place of figures that are not broken down, in what is published."""


NewCard: TypeAlias = "Callable[[Sequence[Figure], int, Sizes], Scorecard[Any]]"
"""Returns a card of some figures of a run of so many periods, with nothing on it."""


class Scorecard(Generic[S]):
    """The figures of one run; it looks on while the run goes on, or reads its journal, with the same result.

    Parameters
    ----------
    figures : what is measured
    days, periods : days of a period, and periods of the run
    state : an empty state that follows the events, for figures that are read off it; None: there are none
    changes : what events do to it
    """

    def __init__(
        self, figures: Sequence[Figure], days: int, periods: int, state: S | None = None, changes: Changes | None = None
    ) -> None:
        self.figures = {figure.name: figure for figure in figures}
        self.places: tuple[Place, ...] = ()
        self._days, self._periods, self._state, self._changes = days, periods, state, changes or {}
        self._totals: dict[tuple[str, str], F64] = {}
        self._listening: dict[type[Event], list[tuple[Source, F64]]] = defaultdict(list)
        for figure in figures:
            for source in figure.sources:
                series = self._totals.setdefault((figure.name, source.series), np.zeros(periods))
                self._listening[source.kind].append((source, series))

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event; what the opening brings counts to the first period."""
        if self._state is not None:
            apply_event(self._changes, self._state, event, stamp)
        for source, series in self._listening.get(type(event), ()):
            series[min(stamp.day // self._days, self._periods - 1)] += source.total(event)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Self:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    def value(self, name: str) -> float:
        """Return a figure by its name."""
        figure = self.figures[name]
        if figure.level is not None:
            return float(figure.level(self._state))
        totals = {series: values for (owner, series), values in self._totals.items() if owner == name}
        return float(figure.formula(totals))

    def outcomes(self) -> dict[str, float]:
        """Return every figure by name."""
        return {name: self.value(name) for name in self.figures}

    def measured(self, dates: Literal["last", "all"] = "last") -> list[MeasuredFigure]:  # noqa: ARG002 (all are of the run)
        """Return every figure."""
        values = self.outcomes()
        return [MeasuredFigure(name, figure.title, figure.unit, values[name]) for name, figure in self.figures.items()]

    def not_available(self) -> Mapping[str, Text]:
        """Return nothing: every figure can be had of every run."""
        return {}

    def sheet(self) -> Sheet:
        """Return every figure as it is published."""
        rows: list[dict[str, Any]] = [
            {
                "outcome": figure.name,
                "unit": figure.unit,
                "value": [None if isnan(figure.whole) else figure.whole],
                "reason": None,
            }
            for figure in self.measured()
        ]
        return Sheet([WHOLE], [], rows)

    def record(self, *, tables: bool, detail: bool, further: Sequence[str] = ()) -> Record:  # noqa: ARG002 (no tables)
        """Return what an experiment keeps of the run: the outcomes; there are no tables.

        Parameters
        ----------
        tables, detail, further : as of `ecsim.kernel.measures.Measurement.record`; nothing depends on them
        """
        return Record(self.outcomes())
