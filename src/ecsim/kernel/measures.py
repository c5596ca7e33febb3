"""How runs of a model are measured: what a run comes to, from its events alone.

A `Measurement` looks on at one run, or reads its journal, and gives the same figures either way. What commands show,
publish, compare and trace comes from it, so none of them knows what is simulated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.journal.reader import JournalReader
from ecsim.kernel.rows import RowsByKind
from ecsim.kernel.text import Text

F64: TypeAlias = NDArray[np.float64]
Row: TypeAlias = dict[str, Any]
Sizes: TypeAlias = Callable[[], Mapping[str, int]]
"""Returns how many rows each table of a run has, for who follows its state."""
Better: TypeAlias = Literal["max", "min", ""]


def without_period(outcome: str) -> str:
    """Return what an outcome measures, its period left out: of ``retail@2019`` it is ``retail``."""
    return outcome.partition("@")[0]


@dataclass(frozen=True)
class Label:
    """What a figure is called.

    Attributes
    ----------
    better : whether more or less of it is better, if either is
    """

    title: Text
    unit: str
    better: Better = ""


class Target(Protocol):
    """A value that a figure must reach, in each place."""

    @property
    def name(self) -> str:
        """Its short name."""

    @property
    def title(self) -> Text:
        """What people call it."""

    @property
    def unit(self) -> str:
        """Of the value."""

    @property
    def threshold(self) -> str:
        """The value in signs: ``at least 3``."""


@dataclass(frozen=True)
class Place:
    """One of the places that figures are broken down by.

    Attributes
    ----------
    key : str
        Identifies the same place in another run.
    name : Text
        What people call it.
    """

    key: str
    name: Text


@dataclass(frozen=True)
class Sheet:
    """Every figure of a run, as it is published.

    Attributes
    ----------
    places : names, in the order of the values
    indicators : rows of indicator, date, unit, target, value and met, the latter two by place; not known is None, and
        the reason says why where a whole row is
    outcomes : rows of outcome, unit, value by place, and reason
    """

    places: Sequence[str]
    indicators: Sequence[Row]
    outcomes: Sequence[Row]

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(len(row["value"]) for row in (*self.indicators, *self.outcomes))


@dataclass(frozen=True)
class MeasuredFigure:
    """A figure of a run: an indicator on a date, or an outcome of the whole run.

    Attributes
    ----------
    date : date or None
        Of what is reported on a date; None: of the whole run.
    whole : float
        Of all places together; NaN where it is not known.
    places : float64, shape (places,)
        By place; empty where it is not broken down.
    met : float64, shape (places,), or None
        Of a target: 1 met, 0 missed, NaN no figure.
    """

    name: str
    title: Text
    unit: str
    whole: float
    date: dt.date | None = None
    places: F64 = field(default_factory=lambda: np.zeros(0))
    met: F64 | None = None


@dataclass(frozen=True)
class Decision:
    """A decision of a run, so that its counterfactual effect can be asked for.

    Attributes
    ----------
    text : str
        Selects it, as ``ecsim why --without`` takes it.
    details : Mapping[str, str]
        What people see of it, by heading.
    """

    text: str
    details: Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """What an experiment keeps of a run.

    Attributes
    ----------
    outcomes : one number per outcome
    facts : what else is known of the run in a word or number
    tables : rows by table, for a run whose details are kept
    """

    outcomes: Mapping[str, float]
    facts: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, list[Row]] = field(default_factory=dict)


class Measurement(Protocol):
    """The figures of one run, under way: it watches a live run, or reads its journal, with the same result."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Self:
        """Take note of a whole journal."""

    @property
    def places(self) -> Sequence[Place]:
        """What figures are broken down by; none: they are not."""

    def outcomes(self) -> dict[str, float]:
        """Return every outcome by name, of all places together; NaN where there is none."""

    def measured(self, dates: Literal["last", "all"] = "last") -> list[MeasuredFigure]:
        """Return every figure: what is reported on the last date, or on all of them, then the outcomes."""

    def not_available(self) -> Mapping[str, Text]:
        """Return the outcomes that the run cannot give, with the reason."""

    def sheet(self) -> Sheet:
        """Return every figure as it is published."""

    def record(self, *, tables: bool, detail: bool, further: Sequence[str] = ()) -> Record:
        """Return what an experiment keeps.

        Parameters
        ----------
        tables, detail : whether it keeps tables, and also those with a row per station or the like
        further : outcomes beside those that every run gives, as of other periods
        """


@dataclass(frozen=True)
class Way:
    """How one part of what a figure counts came about, where causes alone do not tell: events from last to first.

    Attributes
    ----------
    amount : of it, in the unit of its `Origins`
    events : sequence numbers
    """

    amount: float
    events: tuple[int, ...]


@dataclass(frozen=True)
class Origins:
    """Whence comes what the rows behind a figure count.

    Attributes
    ----------
    shares : how much came from whom
    ways : some of the ways it went
    """

    unit: str
    shares: Mapping[Text, float]
    ways: Sequence[Way]


class Evidence(Protocol):
    """Watches a run for the rows that a figure counts, so that it can be traced to them and counted again."""

    @property
    def kinds(self) -> Iterable[type[Event]]:
        """The kinds it has to see."""

    @property
    def place(self) -> Text | None:
        """Of which place the figure is; None: of the whole run."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows that may count."""

    def counted(self) -> RowsByKind:
        """Return the rows that count, once the whole run went by."""

    def placing(self, counted: RowsByKind) -> RowsByKind:
        """Return the rows that say where what was counted belongs."""

    def figure(self) -> float:
        """Return the figure as the whole run gives it; NaN where it has none."""

    def recount(self, batches: Iterable[tuple[Event, Stamp]]) -> float:
        """Return the figure that the opening and some events give."""

    def reason(self) -> str:
        """Return why there is no figure, where its period was not run whole; "" if it was."""

    def origins(self, reader: JournalReader, counted: RowsByKind, ways: int) -> Origins | None:
        """Return whence comes what the rows count; None: nothing in them comes from anywhere.

        Parameters
        ----------
        reader : of the run
        counted : the rows that count
        ways : how many to show
        """


class Measures(Protocol):
    """What is measured of any run of a model: what commands show, publish, compare and trace comes from here.

    A model whose figures are one number each, of the whole run, needs none of its own (`ecsim.kernel.figure_measures`);
    one that breaks figures down by place, or sets targets, says so by an implementation of this.
    """

    @property
    def definitions(self) -> int:
        """Which definitions of the figures hold, raised when any changes its meaning."""

    @property
    def names(self) -> Collection[str]:
        """What is measured in any scenario, periods left out: no extension may call a figure so."""

    def targets(self, scenario: Any) -> Sequence[Target]:  # noqa: ANN401 (a model's own kind)
        """Return the values that figures of a scenario's runs must reach, if there are any."""

    def headlines(self, scenario: Any) -> Sequence[str]:  # noqa: ANN401
        """Return the outcomes of a scenario's runs that are shown first."""

    def labels(self, scenario: Any) -> Mapping[str, Label]:  # noqa: ANN401
        """Return every outcome that all runs of a scenario give, by name."""

    def label(self, name: str, scenario: Any) -> Label:  # noqa: ANN401
        """Return what an outcome is called, be it one that all runs give or one that can be asked for beside.

        Raises
        ------
        ValueError
            If there is no such outcome; the message says what to write in its place.
        """

    def standard(self, scenario: Any) -> Mapping[str, Any]:  # noqa: ANN401
        """Return by key what figures of a scenario's runs are held against: where two differ, so do their meanings."""

    def begin(self, scenario: Any, sizes: Sizes) -> Measurement:  # noqa: ANN401
        """Return a measurement with nothing in it yet."""

    def evidence(
        self, scenario: Any, sizes: Sizes, figure: str, place: str | None, until: dt.date  # noqa: ANN401
    ) -> Evidence:  # fmt: skip
        """Return what watches a run for the rows behind a figure.

        Parameters
        ----------
        place : of which place, for figures that are broken down
        until : as if the run had ended in the period of this day

        Raises
        ------
        EcsimError
            If there is no such figure or place, or a place is lacking.
        """

    def places(self, scenario: Any) -> Sequence[Place]:  # noqa: ANN401
        """Return what figures of a scenario's runs are broken down by; none: they are not."""

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:
        """Return figures of earlier definitions and those of today, as far as both say the same, alike in form.

        Parameters
        ----------
        definitions : that ``then`` was written by
        """

    def not_available(
        self, scenario: Any, further: Sequence[str] = ()  # noqa: ANN401
    ) -> tuple[Mapping[str, Text], Mapping[str, Text]]:  # fmt: skip
        """Return the outcomes and the targets that no run of a scenario can give, with the reason.

        Parameters
        ----------
        further : outcomes that are asked for beside those that all runs give
        """

    def described(self, scenario: Any, further: Sequence[str] = ()) -> dict[str, Any]:  # noqa: ANN401
        """Return what the manifest of an experiment says of regions, places and what is measured."""
