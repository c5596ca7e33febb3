"""The figures of a model that says no more of them than what they are: one number each, of the whole run."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from math import isnan
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.apply import Changes, apply_event
from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.figures import Figure, Source
from ecsim.kernel.measures import Label, MeasuredFigure, Place, Record, Sheet, Sizes, Target
from ecsim.kernel.rows import RowCollector, RowsByKind, nonempty
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.state import State
from ecsim.kernel.text import Text

S = TypeVar("S", bound=State)
F64: TypeAlias = NDArray[np.float64]
WHOLE = "all"
"""The one place of figures that are not broken down, in what is published."""


class Scorecard(Generic[S]):
    """The figures of one run; it looks on while the run goes on, or reads its journal, with the same result.

    Parameters
    ----------
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
            {"outcome": one.name, "unit": one.unit, "value": [None if isnan(one.whole) else one.whole], "reason": None}
            for one in self.measured()
        ]
        return Sheet([WHOLE], [], rows)

    def record(self, *, tables: bool, detail: bool, further: Sequence[str] = ()) -> Record:  # noqa: ARG002 (no tables)
        """Return what an experiment keeps: the outcomes."""
        return Record(self.outcomes())


class FigureEvidence(Generic[S]):
    """Watches a run for the rows that a figure counts.

    Parameters
    ----------
    card : returns a card of the figure alone with nothing on it
    events : every kind of the model, for a figure that is read off the state
    last : the last day that counts
    """

    place: Text | None = None

    def __init__(
        self, figure: Figure, card: Callable[[], Scorecard[S]], events: Sequence[type[Event]], last: int
    ) -> None:
        self._figure, self._card, self._last = figure, card, last
        self._whole, self._picker = card(), RowCollector()
        self.kinds = tuple(events if figure.level else dict.fromkeys(source.kind for source in figure.sources))

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows that count."""
        if stamp.day > self._last:
            return
        self._whole.see(event, stamp)
        mine = [source.counts(event) for source in self._figure.sources if source.kind is type(event)]
        if mine:
            self._picker.collect(event, stamp, np.flatnonzero(np.any(mine, axis=0)))

    def counted(self) -> RowsByKind:
        """Return the rows that count."""
        return nonempty(self._picker.rows())

    def placing(self, counted: RowsByKind) -> RowsByKind:  # noqa: ARG002 (there are no places)
        """Return nothing: the figure is of no place."""
        return {}

    def figure(self) -> float:
        """Return the figure as the whole run gives it."""
        return self._whole.value(self._figure.name)

    def recount(self, batches: Iterable[tuple[Event, Stamp]]) -> float:
        """Return the figure that the opening and nonempty events give."""
        return self._card().read(batches).value(self._figure.name)

    def reason(self) -> str:
        """Return nothing: the figure can be had of every run."""
        return ""


class FigureMeasures(Generic[S]):
    """What is measured of any run of a model, by its figures alone.

    Parameters
    ----------
    state, changes, events : of the model
    days : days of a period
    """

    definitions = 1

    def __init__(
        self, figures: Sequence[Figure], state: type[S], changes: Changes, events: Sequence[type[Event]], days: int
    ) -> None:
        self._figures = {figure.name: figure for figure in figures}
        self._state, self._changes, self._events, self._days = state, changes, events, days

    @property
    def names(self) -> Collection[str]:
        """The names of the figures."""
        return self._figures.keys()

    def targets(self, scenario: Scenario) -> Sequence[Target]:  # noqa: ARG002 (no scenario has any)
        """Return nothing: no figure has a value to reach."""
        return ()

    def headlines(self, scenario: Scenario) -> Sequence[str]:  # noqa: ARG002 (those of all scenarios)
        """Return every figure."""
        return tuple(self._figures)

    def labels(self, scenario: Scenario) -> Mapping[str, Label]:  # noqa: ARG002 (those of all scenarios)
        """Return every figure's label by its name."""
        return {name: figure.label for name, figure in self._figures.items()}

    def label(self, name: str, scenario: Scenario) -> Label:  # noqa: ARG002 (those of all scenarios)
        """Return what a figure is called.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        if name not in self._figures:
            near = get_close_matches(name, self._figures, n=1)
            raise ValueError(f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(self._figures)}")
        return self._figures[name].label

    def standard(self, scenario: Scenario) -> Mapping[str, Any]:  # noqa: ARG002
        """Return nothing: figures are held against nothing."""
        return {}

    def begin(self, scenario: Scenario, sizes: Sizes) -> Scorecard[S]:
        """Return a card with nothing on it yet."""
        return self._card(list(self._figures.values()), scenario.periods(self._days), sizes)

    def _card(self, figures: Sequence[Figure], periods: int, sizes: Sizes) -> Scorecard[S]:
        follows = any(figure.level for figure in figures)
        return Scorecard(
            figures, self._days, periods, self._state.allocate(sizes()) if follows else None, self._changes
        )

    def evidence(
        self, scenario: Scenario, sizes: Sizes, figure: str, place: str | None, until: dt.date
    ) -> FigureEvidence[S]:  # fmt: skip
        """Return what watches a run for the rows behind a figure.

        Raises
        ------
        EcsimError
            If there is no such figure, or a place is asked for.
        """
        if figure not in self._figures:
            near = get_close_matches(figure, self._figures, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise EcsimError(f"indicator {figure!r}: there is none; {hint}allowed are {', '.join(self._figures)}")
        if place is not None:
            raise EcsimError(f"county {place!r}: the figures of this model are of the whole run; leave it out")
        last = (until - scenario.start).days
        periods = max(1, min(scenario.periods(self._days), last // self._days + 1))
        own = self._figures[figure]
        return FigureEvidence(own, lambda: self._card([own], periods, sizes), self._events, last)

    def places(self, scenario: Scenario) -> Sequence[Place]:  # noqa: ARG002
        """Return nothing: figures are of the whole run."""
        return ()

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:  # noqa: ARG002 (there is one)
        """Return the figures as they are: their definitions never changed."""
        return then, now

    def not_available(
        self, scenario: Scenario, further: Sequence[str] = ()  # noqa: ARG002
    ) -> tuple[Mapping[str, Text], Mapping[str, Text]]:  # fmt: skip
        """Return nothing: every figure can be had of every run."""
        return {}, {}

    def described(self, scenario: Scenario, further: Sequence[str] = ()) -> dict[str, Any]:  # noqa: ARG002
        """Return what the manifest of an experiment says of the figures."""
        labels = self.labels(scenario).items()
        return {
            "outcomes": {
                name: {
                    "title_en": label.title.en,
                    "title_zh": label.title.zh,
                    "unit": label.unit,
                    "better": label.better,
                }
                for name, label in labels
            }
        }
