"""What is measured of a model whose figures are one number each, of the whole run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ecsim.kernel.errors import hint
from ecsim.kernel.event import Event
from ecsim.kernel.figure_evidence import FigureEvidence, evidence_of
from ecsim.kernel.figures import Figure
from ecsim.kernel.measures import Label, Place, Sheet, Sizes, Target
from ecsim.kernel.scenario import Scenario
from ecsim.kernel.scorecard import NewCard, Scorecard
from ecsim.kernel.text import Text


class FigureMeasures:
    """What is measured of any run of a model, by its figures alone.

    Parameters
    ----------
    new_card : returns a card of some figures with nothing on it
    events : every kind of the model
    days : days of a period
    """

    definitions = 1

    def __init__(self, figures: Sequence[Figure], new_card: NewCard, events: Sequence[type[Event]], days: int) -> None:
        self._figures = {figure.name: figure for figure in figures}
        self._new_card, self._events, self._days = new_card, events, days

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
            raise ValueError(hint(name, self._figures, f"allowed are {', '.join(self._figures)}"))
        return self._figures[name].label

    def standard(self, scenario: Scenario) -> Mapping[str, Any]:  # noqa: ARG002
        """Return nothing: figures are held against nothing."""
        return {}

    def begin(self, scenario: Scenario, sizes: Sizes) -> Scorecard[Any]:
        """Return a card with nothing on it yet."""
        return self._new_card(list(self._figures.values()), scenario.periods(self._days), sizes)

    def evidence(
        self, scenario: Scenario, sizes: Sizes, figure: str, place: str | None, until: dt.date
    ) -> FigureEvidence[Any]:  # fmt: skip
        """Return what watches a run for the rows behind a figure.

        Raises
        ------
        EcsimError
            If there is no such figure, or a place is asked for.
        """
        last = (until - scenario.start).days
        periods = max(1, min(scenario.periods(self._days), last // self._days + 1))
        return evidence_of(
            self._figures, figure, place, lambda asked: self._new_card([asked], periods, sizes), self._events, last
        )

    def places(self, scenario: Scenario) -> Sequence[Place]:  # noqa: ARG002
        """Return nothing: figures are of the whole run."""
        return ()

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:  # noqa: ARG002 (there is one)
        """Return the figures as they are: their definitions never changed.

        Parameters
        ----------
        then, now, definitions : as of `ecsim.kernel.measures.Measures.before`
        """
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
