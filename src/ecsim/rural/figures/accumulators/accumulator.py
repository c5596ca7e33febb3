"""What a fold is: series that add up rows of events by week and county, each saying which rows those are.

A `Source` says which rows of a kind count, to which county and how much; `ecsim trace` asks the same sources for the
rows behind a figure, so what is shown is what was added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex

F64 = NDArray[np.float64]
Amount: TypeAlias = "Callable[[Any, PlaceIndex, Any], NDArray[Any]]"
"""Takes row numbers, or a slice of all."""
Where: TypeAlias = "Callable[[Any, PlaceIndex], NDArray[Any]]"
Spread: TypeAlias = "Callable[[Any, PlaceIndex, I64], tuple[I64, I32]]"


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind that a series adds up.

    Attributes
    ----------
    amount : what the given rows of an event add
    where : which rows of an event count, shape (rows,); None: all of them
    spread : the given rows and the county each adds to, in which a row may come several times; None: each once, to
        the county it belongs to
    """

    series: str
    kind: type[Event]
    amount: Amount
    where: Where | None = None
    spread: Spread | None = None

    def counted(self, event: Event, index: PlaceIndex) -> tuple[I64, I32, F64]:
        """Return the rows that count, to which county and how much; shape (n,) each."""
        rows = np.arange(event.rows) if self.where is None else self.where(event, index).nonzero()[0]
        if not len(rows):
            return rows, np.zeros(0, np.int32), np.zeros(0)
        if self.spread is None:
            county = index.county_of(event, rows)
        else:
            rows, county = self.spread(event, index, rows)
        return rows, county, np.asarray(self.amount(event, index, rows), np.float64)


def each(event: Event, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    """Return one for each of some rows: an `Amount` of counts.

    Parameters
    ----------
    rows : row numbers, or a slice
    """
    return np.ones(event.rows)[rows]


def column(name: str) -> Amount:
    """Every row adds what a column of it says."""

    def amount(event: Event, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
        values: NDArray[Any] = event.__dict__[name]
        return values[rows]

    return amount


def weighted(name: str = "", sign: int = 1) -> Amount:
    """Every row adds what a column of it says (or one), for each household that its own stands for."""

    def amount(event: Event, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
        weight = index.weight.take(event.__dict__["household"][rows])
        if event.counted_each:
            weight = np.where(event.__dict__[event.counted_each][rows], weight, 1)
        return np.asarray(sign * weight * (event.__dict__[name][rows] if name else 1))

    return amount


class Accumulator:
    """An indicator under way: it sees events and adds them up by week and county.

    Subclasses say in ``sources`` what their series add up, and in ``reads`` what else they listen to.
    """

    sources: tuple[Source, ...] = ()
    reads: tuple[type[Event], ...] = ()

    def __init__(self, index: PlaceIndex, weeks: int) -> None:
        self.index, self.weeks = index, weeks
        self._sums: dict[str, F64] = {}
        self._sources: dict[type[Event], list[Source]] = {}
        for source in self.sources:
            self._sources.setdefault(source.kind, []).append(source)

    @property
    def listens(self) -> tuple[type[Event], ...]:
        """The kinds it has to see."""
        return tuple(dict.fromkeys((*self.reads, *self._sources)))

    def sources_of(self, kind: type[Event]) -> list[Source]:
        """Return what is added up of a kind."""
        return self._sources.get(kind, [])

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add the rows of an event."""
        everywhere: I32 | None = None
        for source in self.sources_of(type(event)):
            if source.where is None and source.spread is None:
                everywhere = self.index.county_of(event) if everywhere is None else everywhere
                self.add(source.series, stamp, everywhere, source.amount(event, self.index, slice(None)))
                continue
            _, county, amount = source.counted(event, self.index)
            if len(county):
                self.add(source.series, stamp, county, amount)

    def week(self, day: int) -> int:
        """Return the week that a day counts in."""
        return min(day // 7, self.weeks - 1)

    def add(self, name: str, stamp: Stamp, county: I32, amount: NDArray[Any]) -> None:
        """Add amounts to the named series, in the week of the stamp, by county."""
        series = self._sums.get(name)
        if series is None:
            series = self._sums[name] = np.zeros((self.weeks, self.index.counties))
        series[self.week(stamp.day)] += np.bincount(county, amount, self.index.counties)

    def series(self, name: str) -> F64:
        """Return a series, shape (weeks, counties); zeros if nothing came."""
        return self._sums.get(name, np.zeros((self.weeks, self.index.counties)))

    def until(self, name: str, day: int) -> F64:
        """Return the sum of a series up to and with a day, shape (counties,)."""
        return np.asarray(self.series(name)[: day // 7 + 1].sum(axis=0), np.float64)


def ratio(of: NDArray[Any], to: NDArray[Any]) -> F64:
    """Return one amount over another; NaN where the other is nothing: there is no figure then."""
    quotient: F64 = np.divide(of, to, out=np.full(np.shape(of), np.nan), where=to > 0)
    return quotient
