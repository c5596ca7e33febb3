"""What every indicator and outcome is made of: which events, in which weeks. `ecsim trace` goes by it.

The rows are those that the folds add up (`Fold.sources`); here stands which series a figure reads, and over which
weeks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.rural.events.codes import IncomeSource, StationStatus
from ecsim.rural.events.market import BackgroundIncomeMoved, LotSold
from ecsim.rural.events.stations import StationClosed, StationIdled, StationOpened, StationReopened, StationsSettled
from ecsim.rural.events.training import TraineeAttended
from ecsim.rural.indicators.board import Board
from ecsim.rural.indicators.fold import Fold, Source
from ecsim.rural.indicators.folds import Incomes, Parcels, PoorServed, ProgrammeFacts, Sales, middle
from ecsim.rural.indicators.outcomes import not_an_outcome, parted
from ecsim.rural.indicators.periods import Period
from ecsim.rural.indicators.register import I64

Found: TypeAlias = Mapping[type[Event], Mapping[str, NDArray[Any]]]
"""Rows by kind as columns, sequence number and day included."""
Counts: TypeAlias = dict[type[Event], NDArray[np.bool_]]
"""Which rows count, by kind."""
Over: TypeAlias = Callable[[Board, dt.date], list[slice]]
"""The weeks that count for a figure on a date."""


def all_weeks(board: Board, _: dt.date) -> list[slice]:
    """From the opening on."""
    return [slice(0, board.weeks)]


def both_years(board: Board, date: dt.date) -> list[slice]:
    """The year to date, and the same weeks of the year before."""
    return board.periods.growth_weeks(date)


def growth_of(period: Period) -> Over:
    """Return the weeks of a period and the same of the year before."""
    return lambda board, _: board.periods.growth_in(period)


def weeks_of(period: Period) -> Over:
    """Return the weeks of a period, if all of them were run."""
    return lambda board, _: [] if board.periods.lacks_period(period) else [board.periods.weeks_in(period)]


def middle_of(period: Period) -> Over:
    """Return the week of a period whose background income is held against the line."""
    spans = weeks_of(period)
    return lambda board, date: [slice(middle(span), middle(span) + 1) for span in spans(board, date)]


@dataclass(frozen=True, slots=True)
class Asked:
    """For which county and date a figure is asked, and the board that has seen the run so far."""

    board: Board
    county: int
    date: dt.date

    def covers(self, over: Over, week: int) -> bool:
        """Return whether a week counts."""
        return any(span.start <= week < span.stop for span in over(self.board, self.date))


class Part(Protocol):
    """A part of what a figure is made of."""

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """The kinds it reads."""

    def may_count(self, asked: Asked, event: Event, day: int, /) -> I64:
        """Return the rows of an event that count as far as one sees by now."""

    def counts(self, asked: Asked, found: Found, /) -> Counts:
        """Return which of the rows found do count, once the whole run was seen; a kind left out: all of them."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Series of a fold, added up over some weeks."""

    fold: type[Fold]
    series: tuple[str, ...]
    over: Over = all_weeks

    @property
    def _sources(self) -> list[Source]:
        return [source for source in self.fold.sources if source.series in self.series]

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """The kinds that its series add up."""
        return tuple(source.kind for source in self._sources)

    def may_count(self, asked: Asked, event: Event, day: int) -> I64:
        """Return the rows that add something in the county, in a week that counts."""
        if not asked.covers(self.over, min(day // 7, asked.board.weeks - 1)):
            return np.zeros(0, np.int64)
        found = []
        for source in self._sources:
            if source.kind is type(event):
                rows, county, amount = source.counted(event, asked.board.register)
                found.append(rows[(county == asked.county) & (amount != 0)])
        return np.unique(np.concatenate(found))

    def counts(self, _: Asked, __: Found) -> Counts:
        """Return nothing: every row that may count does."""
        return {}


@dataclass(frozen=True, slots=True)
class Background:
    """Background income of registered poor households, others, or both: the factors in force in some weeks."""

    poor: tuple[bool, ...]
    over: Over
    kinds: tuple[type[Event], ...] = (BackgroundIncomeMoved,)

    def may_count(self, asked: Asked, event: Event, _: int) -> I64:
        """Return the rows of the county and its groups."""
        assert isinstance(event, BackgroundIncomeMoved)
        return np.flatnonzero((event.county == asked.county) & np.isin(event.poor, self.poor))

    def counts(self, asked: Asked, found: Found) -> Counts:
        """Return the rows in force in a week that counts: each holds until the next of its group and source."""
        rows, weeks = found[BackgroundIncomeMoved], asked.board.weeks
        group = rows["poor"].astype(np.int64) * len(IncomeSource) + rows["source"]
        order = np.lexsort((rows["seq"], group))
        since = rows["day"][order] // 7
        until = np.append(since[1:], weeks)
        until[np.append(np.diff(group[order]) != 0, True)] = weeks
        counts = np.zeros(len(order), np.bool_)
        for span in self.over(asked.board, asked.date):
            counts[order] |= np.maximum(since, span.start) < np.minimum(until, span.stop)
        return {BackgroundIncomeMoved: counts}


CHANGES = (StationOpened, StationIdled, StationReopened, StationClosed)


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations of one status on a date: their opening, and the last change since.

    Attributes
    ----------
    committees : only in the villages that coverage is counted over
    poor : only in poor ones of them
    verified : only with enough transactions in the last settled month, and that account too
    """

    status: StationStatus
    committees: bool = False
    poor: bool = False
    verified: bool = False

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """The kinds that change a station's status, and its accounts if they matter."""
        return (*CHANGES, StationsSettled) if self.verified else CHANGES

    def may_count(self, asked: Asked, event: Event, _: int) -> I64:
        """Return the rows of the county's stations."""
        return np.flatnonzero(asked.board.register.county_of(event) == asked.county)

    def counts(self, asked: Asked, found: Found) -> Counts:
        """Return the openings and last changes of the stations that count, and their last accounts."""
        mine = self._stations(asked)
        changes: list[type[Event]] = [kind for kind in CHANGES if kind in found]
        last = _last_of_each([found[kind] for kind in changes], mine)
        counts: Counts = {kind: np.isin(found[kind]["seq"], last) for kind in changes}
        if StationOpened in found:
            counts[StationOpened] = np.isin(found[StationOpened]["station"], mine)
        if StationsSettled in found:
            accounts = found[StationsSettled]
            counts[StationsSettled] = np.isin(accounts["seq"], _last_of_each([accounts], mine))
        return counts

    def _stations(self, asked: Asked) -> I64:
        """Return the stations of the region that count."""
        life, day = asked.board.stations, (asked.date - asked.board.start).days
        stations = np.array([s for s, now in life.status(day).items() if now == self.status], np.int64)
        villages = np.array([life.village[int(s)] for s in stations], np.int64)
        counts = life.counts(villages, poor_only=self.poor) if self.committees else np.ones(len(villages), np.bool_)
        if self.verified:
            counts &= np.isin(villages, life.verified(day, asked.board.notice.least_transactions.value))
        return stations[counts]


def _last_of_each(tables: Sequence[Mapping[str, NDArray[Any]]], stations: I64) -> I64:
    """Return the highest sequence number of each of some stations in some tables; -1 where it has none."""
    last = dict.fromkeys(stations.tolist(), -1)
    for rows in tables:
        for station, seq in zip(rows["station"].tolist(), rows["seq"].tolist(), strict=True):
            if station in last:
                last[station] = max(last[station], seq)
    return np.array(list(last.values()), np.int64)


@dataclass(frozen=True, slots=True)
class Served:
    """The first time that each registered poor household was served."""

    kinds: tuple[type[Event], ...] = PoorServed.reads

    def may_count(self, asked: Asked, event: Event, day: int) -> I64:
        """Return the rows that serve households of the county by the date."""
        if day // 7 > (asked.date - asked.board.start).days // 7:
            return np.zeros(0, np.int64)
        register = asked.board.register
        rows, household = PoorServed.served(event, register)
        here: I64 = rows[register.household_county[household] == asked.county]
        return here

    def counts(self, asked: Asked, found: Found) -> Counts:
        """Return each household's first row."""
        register = asked.board.register
        kinds = [kind for kind in self.kinds if kind in found]
        owners = {TraineeAttended: "household", LotSold: "plot"}
        own = {kind: found[kind][owners[kind]] for kind in kinds}
        own = {kind: register.plot_household[ids] if kind is LotSold else ids for kind, ids in own.items()}
        seqs = np.concatenate([found[kind]["seq"] for kind in kinds])
        order = np.argsort(seqs)
        _, place = np.unique(np.concatenate([own[kind] for kind in kinds])[order], return_index=True)
        return {kind: np.isin(found[kind]["seq"], seqs[order][place]) for kind in kinds}


_POOR_VILLAGES = Stations(StationStatus.OPEN, committees=True, poor=True, verified=True)
_ALL_SALES = ("farm", "goods", "services")
_COST = (*Parcels.PARTS, "upward_fen", "delivered")

BASIS: dict[str, tuple[Part, ...]] = {
    "service_centres": (Sums(ProgrammeFacts, ("service_centres",)),),
    "distribution_centres": (Sums(ProgrammeFacts, ("distribution_centres",)),),
    "demo_enterprises": (Sums(ProgrammeFacts, ("example_enterprises",)),),
    "demo_poor_households": (Sums(ProgrammeFacts, ("example_households",)),),
    "regional_brands": (Sums(ProgrammeFacts, ("regional_brands",)),),
    "trained": (Sums(ProgrammeFacts, ("persons",)),),
    "village_coverage": (Stations(StationStatus.OPEN, committees=True),),
    "poor_village_coverage": (Stations(StationStatus.OPEN, committees=True, poor=True),),
    "retail_growth": (Sums(Sales, _ALL_SALES, both_years),),
    "farm_growth": (Sums(Sales, ("farm",), both_years),),
    "employment": (Sums(ProgrammeFacts, ("employment",)),),
    "poverty_service": (_POOR_VILLAGES, Served()),
    "complaints": (Sums(ProgrammeFacts, ("complaints",)),),
    "trainee_satisfaction": (Sums(ProgrammeFacts, ("answered", "satisfied")),),
    "stations_open": (Stations(StationStatus.OPEN),),
    "stations_closed": (Stations(StationStatus.CLOSED),),
    "buyers_share": (Sums(ProgrammeFacts, ("buyers",)),),
    "sellers_share": (Sums(ProgrammeFacts, ("sellers",)),),
    "service_complaints": (Sums(ProgrammeFacts, ("service_complaints",)),),
    "poor_villages_served": (_POOR_VILLAGES,),
    "poor_households_served": (Served(),),
}
"""The parts of every figure that a target may be of, and of every outcome of the end."""


def _of_period(base: str, period: Period) -> tuple[Part, ...]:
    """Return the parts of an outcome of a period."""
    weeks = weeks_of(period)
    return {
        "retail": (Sums(Sales, _ALL_SALES, weeks),),
        "farm_retail": (Sums(Sales, ("farm",), weeks),),
        "retail_growth": (Sums(Sales, _ALL_SALES, growth_of(period)),),
        "farm_growth": (Sums(Sales, ("farm",), growth_of(period)),),
        "parcel_cost": (Sums(Parcels, _COST, weeks),),
        "full_parcel_cost": (Sums(Parcels, (*_COST, "trips", "ordered"), weeks),),
        "delay_days": (Sums(Parcels, ("delay_hours", "delivered"), weeks),),
        "late_share": (Sums(Parcels, ("late", "delivered"), weeks),),
        "poor_income": (Sums(Incomes, ("farm", "jobs", "station"), weeks), Background((True,), weeks)),
        "income": (
            Sums(Incomes, ("farm", "farm_others", "jobs", "station"), weeks),
            Background((False, True), weeks),
        ),
        "below_line": (Sums(Incomes, ("farm",), weeks), Background((True,), middle_of(period))),
    }[base]


def basis_of(name: str) -> tuple[Part, ...]:
    """Return the parts of a figure or an outcome, its period included: ``village_coverage``, ``retail@2019``.

    Raises
    ------
    ValueError
        If there is none; the message says what to write.
    """
    mine = parted(name)
    if mine is not None:
        return _of_period(*mine)
    if name not in BASIS:
        raise ValueError(not_an_outcome(name, BASIS))
    return BASIS[name]
