"""Measures put together: those of a model, and those that an extension adds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal, Self

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.measures import (
    Evidence,
    Label,
    MeasuredFigure,
    Measurement,
    Measures,
    Place,
    Record,
    Sheet,
    Sizes,
    Target,
)
from ecsim.kernel.text import Text


class JoinedMeasurement:
    """The figures of one run, by two measurements: those of a model and those that an extension adds.

    Parameters
    ----------
    first : of the model; its places and tables hold
    second : of the extension; one number for each figure, of the whole run
    """

    def __init__(self, first: Measurement, second: Measurement) -> None:
        self._first, self._second, self._both = first, second, (first, second)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        for measurement in self._both:
            measurement.see(event, stamp)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Self:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    @property
    def places(self) -> Sequence[Place]:
        """What the first's figures are broken down by."""
        return self._first.places

    def outcomes(self) -> dict[str, float]:
        """Return every outcome by name."""
        return {name: value for measurement in self._both for name, value in measurement.outcomes().items()}

    def measured(self, dates: Literal["last", "all"] = "last") -> list[MeasuredFigure]:
        """Return every figure."""
        return [figure for measurement in self._both for figure in measurement.measured(dates)]

    def not_available(self) -> Mapping[str, Text]:
        """Return the outcomes that the run cannot give, with the reason."""
        return {name: reason for measurement in self._both for name, reason in measurement.not_available().items()}

    def sheet(self) -> Sheet:
        """Return every figure as it is published; those of the second are of all places together."""
        first, second = (measurement.sheet() for measurement in self._both)
        return Sheet(first.places, [*first.indicators, *second.indicators], [*first.outcomes, *second.outcomes])

    def record(self, *, tables: bool, detail: bool, further: Sequence[str] = ()) -> Record:
        """Return what an experiment keeps of a run: what both measurements say.

        Parameters
        ----------
        tables, detail, further : as of `ecsim.kernel.measures.Measurement.record`
        """
        first = self._first.record(tables=tables, detail=detail, further=further)
        second = self._second.record(tables=tables, detail=detail)
        return Record({**first.outcomes, **second.outcomes}, {**first.facts, **second.facts}, first.tables)


class JoinedMeasures:
    """What is measured of any run of a model with an extension that adds figures.

    Parameters
    ----------
    first : of the model; its targets, places and definitions hold
    second : of the extension
    """

    def __init__(self, first: Measures, second: Measures) -> None:
        self._first, self._second = first, second

    @property
    def definitions(self) -> int:
        """Of the first."""
        return self._first.definitions

    @property
    def names(self) -> Collection[str]:
        """Of both."""
        return {*self._first.names, *self._second.names}

    def targets(self, scenario: Any) -> Sequence[Target]:  # noqa: ANN401 (a model's own kind)
        """Return those of the first."""
        return self._first.targets(scenario)

    def headlines(self, scenario: Any) -> Sequence[str]:  # noqa: ANN401
        """Return those of the first, then every figure of the second."""
        return (*self._first.headlines(scenario), *self._second.headlines(scenario))

    def labels(self, scenario: Any) -> Mapping[str, Label]:  # noqa: ANN401
        """Return every outcome that all runs of a scenario give, by name."""
        return {**self._first.labels(scenario), **self._second.labels(scenario)}

    def label(self, name: str, scenario: Any) -> Label:  # noqa: ANN401
        """Return what an outcome of either is called."""
        measures = self._second if name in self._second.names else self._first
        return measures.label(name, scenario)

    def standard(self, scenario: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Return what figures of the first are held against."""
        return self._first.standard(scenario)

    def begin(self, scenario: Any, sizes: Sizes) -> JoinedMeasurement:  # noqa: ANN401
        """Return both measurements with nothing in them yet."""
        return JoinedMeasurement(self._first.begin(scenario, sizes), self._second.begin(scenario, sizes))

    def evidence(
        self, scenario: Any, sizes: Sizes, figure: str, place: str | None, until: dt.date  # noqa: ANN401
    ) -> Evidence:  # fmt: skip
        """Return what watches a run for the rows behind a figure of the one or the other.

        Parameters
        ----------
        scenario, sizes, figure, place, until : as of `ecsim.kernel.measures.Measures.evidence`

        Raises
        ------
        EcsimError
            If neither has such a figure, or a place is lacking or too much.
        """
        measures = self._second if figure in self._second.names else self._first
        return measures.evidence(scenario, sizes, figure, place, until)

    def places(self, scenario: Any) -> Sequence[Place]:  # noqa: ANN401
        """Return what the first's figures are broken down by."""
        return self._first.places(scenario)

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:
        """Return figures of earlier definitions and those of today, alike in form, by the first measures.

        Parameters
        ----------
        then, now, definitions : as of `ecsim.kernel.measures.Measures.before`
        """
        return self._first.before(then, now, definitions)

    def not_available(
        self, scenario: Any, further: Sequence[str] = ()  # noqa: ANN401
    ) -> tuple[Mapping[str, Text], Mapping[str, Text]]:  # fmt: skip
        """Return the outcomes and the targets that no run of a scenario can give, with the reason."""
        outcomes = [name for name in further if name not in self._second.names]
        return self._first.not_available(scenario, outcomes)

    def described(self, scenario: Any, further: Sequence[str] = ()) -> dict[str, Any]:  # noqa: ANN401
        """Return what the manifest of an experiment says of what is measured."""
        first, second = self._first.described(scenario, further), self._second.described(scenario)
        return {**first, "outcomes": {**first["outcomes"], **second["outcomes"]}}
