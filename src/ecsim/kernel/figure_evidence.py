"""The rows of a run that a figure of the whole run counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Generic, TypeVar

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.figures import Figure
from ecsim.kernel.rows import RowCollector, RowsByKind, nonempty
from ecsim.kernel.scorecard import Scorecard
from ecsim.kernel.state import State
from ecsim.kernel.text import Text

S = TypeVar("S", bound=State)


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
        masks = [source.counts(event) for source in self._figure.sources if source.kind is type(event)]
        if masks:
            self._picker.collect(event, stamp, np.flatnonzero(np.any(masks, axis=0)))

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
        """Return the figure that the opening and some events give."""
        return self._card().read(batches).value(self._figure.name)

    def reason(self) -> str:
        """Return nothing: the figure can be had of every run."""
        return ""

    def origins(self, reader: object, counted: object, ways: int) -> None:
        """Return nothing: causes tell all there is."""


def evidence_of(
    figures: Mapping[str, Figure], name: str, place: str | None, card: Callable[[Figure], Scorecard[S]],
    events: Sequence[type[Event]], last: int,
) -> FigureEvidence[S]:  # fmt: skip
    """Return what watches a run for the rows behind a figure.

    Parameters
    ----------
    card : returns a card of one figure with nothing on it
    events, last : as of `FigureEvidence`

    Raises
    ------
    EcsimError
        If there is no such figure, or a place is asked for.
    """
    if name not in figures:
        near = get_close_matches(name, figures, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise EcsimError(f"indicator {name!r}: no such indicator; {hint}allowed are {', '.join(figures)}")
    if place is not None:
        raise EcsimError(f"county {place!r}: the figures of this model are of the whole run; leave it out")
    return FigureEvidence(figures[name], lambda: card(figures[name]), events, last)
