"""What figures are made of: which events count, in which weeks. `ecsim trace` shows the rows.

The rows are those that the accumulators add up (`Accumulator.sources`); each figure says which series it reads, over
which weeks (`ecsim.rural.figures.of_a_date`, `ecsim.rural.figures.of_a_period`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.groups import before_in_group
from ecsim.rural.events import (
    BackgroundIncomeMoved,
    Event,
    HouseholdShocksDrawn,
    IncomeSource,
    LotSold,
    SellerStarted,
    SkillGained,
    StationClosed,
    StationIdled,
    StationOpened,
    StationReopened,
    StationsSettled,
    StationStatus,
    TraineeAttended,
    WagesPaid,
)
from ecsim.rural.figures.accumulators import I64, Accumulator, PoorServed, Source
from ecsim.rural.figures.card import Card
from ecsim.rural.figures.period import Period

RowsByKind: TypeAlias = Mapping[type[Event], Mapping[str, NDArray[Any]]]
"""Rows by kind as columns, sequence number and day included."""
CountedRows: TypeAlias = dict[type[Event], NDArray[np.bool_]]
"""Which rows count, by kind."""
WeekSpans: TypeAlias = Callable[[Card, dt.date], list[slice]]
"""The weeks that count for a figure on a date."""


def all_weeks(card: Card, _: dt.date) -> list[slice]:
    """From the opening on."""
    return [slice(0, card.weeks)]


def both_years(card: Card, date: dt.date) -> list[slice]:
    """The year to date, and the same weeks of the year before."""
    return card.periods.growth_weeks(date)


def growth_of(period: Period) -> WeekSpans:
    """Return the weeks of a period and the same of the year before."""
    return lambda card, _: card.periods.growth_in(period)


def weeks_of(period: Period) -> WeekSpans:
    """Return the weeks of a period, if all of them were run."""
    return lambda card, _: [] if card.periods.lacks_period(period) else [card.periods.weeks_in(period)]


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """For which county and date a figure is asked, and the card that has seen the run so far."""

    card: Card
    county: int
    date: dt.date

    def covers(self, spans_of: WeekSpans, week: int) -> bool:
        """Return whether a week counts."""
        return any(span.start <= week < span.stop for span in spans_of(self.card, self.date))


class Component(Protocol):
    """A part of what a figure is made of."""

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """The kinds it reads."""

    def may_count(self, query: FigureQuery, event: Event, day: int, /) -> I64:
        """Return the rows of an event that count as far as one sees by now."""

    def counts(self, query: FigureQuery, found: RowsByKind, /) -> CountedRows:
        """Return which of the rows found do count, once the whole run was seen; a kind left out: all of them."""


@dataclass(frozen=True, slots=True)
class SeriesSums:
    """Series of an accumulator, added up over some weeks."""

    fold: type[Accumulator]
    series: tuple[str, ...]
    spans_of: WeekSpans = all_weeks

    @property
    def _sources(self) -> list[Source]:
        return [source for source in self.fold.sources if source.series in self.series]

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """The kinds that its series add up."""
        return tuple(source.kind for source in self._sources)

    def may_count(self, query: FigureQuery, event: Event, day: int) -> I64:
        """Return the rows that add something in the county, in a week that counts."""
        if not query.covers(self.spans_of, min(day // 7, query.card.weeks - 1)):
            return np.zeros(0, np.int64)
        found = []
        for source in self._sources:
            if source.kind is type(event):
                rows, county, amount = source.counted(event, query.card.index)
                found.append(rows[(county == query.county) & (amount != 0)])
        return np.unique(np.concatenate(found))

    def counts(self, _: FigureQuery, __: RowsByKind) -> CountedRows:
        """Return nothing: every row that may count does."""
        return {}


@dataclass(frozen=True, slots=True)
class BackgroundIncome:
    """Background income of registered poor households, others, or both: the factors in force in some weeks.

    Factors are those of groups and sources, and those of households' years.
    """

    poor: tuple[bool, ...]
    spans_of: WeekSpans
    kinds: tuple[type[Event], ...] = (BackgroundIncomeMoved, HouseholdShocksDrawn)

    def may_count(self, query: FigureQuery, event: Event, _: int) -> I64:
        """Return the rows of the county and its groups."""
        if isinstance(event, BackgroundIncomeMoved):
            return np.flatnonzero((event.county == query.county) & np.isin(event.poor, self.poor))
        assert isinstance(event, HouseholdShocksDrawn)
        index = query.card.index
        here = index.household_county[event.household] == query.county
        return np.flatnonzero(here & np.isin(index.poor[event.household], self.poor))

    def counts(self, query: FigureQuery, found: RowsByKind) -> CountedRows:
        """Return the rows in force in a week that counts: each holds until the next of what it is about."""
        counts: CountedRows = {}
        if BackgroundIncomeMoved in found:
            moved = found[BackgroundIncomeMoved]
            group = moved["poor"].astype(np.int64) * len(IncomeSource) + moved["source"]
            counts[BackgroundIncomeMoved] = self._in_force(query, moved, group)
        if HouseholdShocksDrawn in found:
            drawn = found[HouseholdShocksDrawn]
            counts[HouseholdShocksDrawn] = self._in_force(query, drawn, drawn["household"])
        return counts

    def _in_force(self, query: FigureQuery, rows: Mapping[str, NDArray[Any]], group: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which rows hold in a week that counts: each until the next of its group."""
        weeks = query.card.weeks
        order = np.lexsort((rows["seq"], group))
        since = rows["day"][order] // 7
        until = np.append(since[1:], weeks)
        until[np.append(np.diff(group[order]) != 0, True)] = weeks
        in_force = np.zeros(len(order), np.bool_)
        for span in self.spans_of(query.card, query.date):
            in_force[order] |= np.maximum(since, span.start) < np.minimum(until, span.stop)
        return in_force


@dataclass(frozen=True, slots=True)
class AfterTraining:
    """The first time that each trained household opened a shop, or got work it had not had before, after its training.

    Attributes
    ----------
    kind : of what came after: `SellerStarted` or `WagesPaid`
    group : of the household's first session; None: any
    """

    kind: type[SellerStarted | WagesPaid]
    group: int | None = None

    @property
    def kinds(self) -> tuple[type[Event], ...]:
        """Attendance, what was learned where it matters, and what came after."""
        return (TraineeAttended, SkillGained, self.kind) if self.kind is SellerStarted else (TraineeAttended, self.kind)

    def may_count(self, query: FigureQuery, event: Event, day: int) -> I64:
        """Return the rows of households of the county by the date."""
        if day // 7 > (query.date - query.card.start).days // 7:
            return np.zeros(0, np.int64)
        household = event.__dict__["household"]
        here = (household >= 0) & (query.card.index.household_county[np.maximum(household, 0)] == query.county)
        return np.flatnonzero(here)

    def counts(self, query: FigureQuery, found: RowsByKind) -> CountedRows:
        """Return the first of what came after training, and each attendance that counts.

        For a number those it came after; for a group's share all of the group's.
        """
        counts = {kind: np.zeros(len(rows["seq"]), np.bool_) for kind, rows in found.items()}
        if TraineeAttended not in found:
            return counts
        came = found[TraineeAttended]
        trained = self._first(query, came)
        until = {}
        if self.kind in found:
            after = found[self.kind]
            counts[self.kind] = self._first_after(after, trained)
            of_those = counts[self.kind]
            until = dict(zip(after["household"][of_those].tolist(), after["seq"][of_those].tolist(), strict=True))
        pairs = zip(came["household"].tolist(), came["seq"].tolist(), strict=True)
        counts[TraineeAttended] = np.array(
            [
                household in trained if self.group is not None else seq < until.get(household, -1)
                for household, seq in pairs
            ],
            np.bool_,
        )
        if SkillGained in found:
            counts[SkillGained] = np.isin(found[SkillGained]["household"], list(until))
        return counts

    def _first_after(self, after: Mapping[str, NDArray[Any]], trained: Mapping[int, int]) -> NDArray[np.bool_]:
        """Return which rows are the first of a trained household since it was trained."""
        since = np.array([trained.get(household, _NEVER) for household in after["household"].tolist()])
        order = np.lexsort((after["seq"], after["household"]))
        first = np.zeros(len(order), np.bool_)
        later = after["seq"] >= since
        if self.kind is WagesPaid:  # work from before the training is not brought about by it
            first[order] = np.append(True, np.diff(after["household"][order]) != 0)
            return first & later
        mine = order[later[order]]
        first[mine] = np.append(True, np.diff(after["household"][mine]) != 0)[: len(mine)]
        return first

    def _first(self, query: FigureQuery, came: Mapping[str, NDArray[Any]]) -> dict[int, int]:
        """Return the first attendance of each household whose first session was for the group, by sequence number."""
        first: dict[int, int] = {}
        group = query.card.conversion.group_of
        for row in np.argsort(came["seq"]).tolist():
            household = int(came["household"][row])
            if self.group is None or group(household) == self.group:
                first.setdefault(household, int(came["seq"][row]))
        return first


_NEVER = np.iinfo(np.int64).max

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

    def may_count(self, query: FigureQuery, event: Event, _: int) -> I64:
        """Return the rows of the county's stations."""
        return np.flatnonzero(query.card.index.county_of(event) == query.county)

    def counts(self, query: FigureQuery, found: RowsByKind) -> CountedRows:
        """Return the openings and last changes of the stations that count, and their last accounts."""
        mine = self._stations(query)
        changes: list[type[Event]] = [kind for kind in CHANGES if kind in found]
        last = _last_of_each([found[kind] for kind in changes], mine)
        counts: CountedRows = {kind: np.isin(found[kind]["seq"], last) for kind in changes}
        if StationOpened in found:
            counts[StationOpened] = np.isin(found[StationOpened]["station"], mine)
        if StationsSettled in found:
            accounts = found[StationsSettled]
            counts[StationsSettled] = np.isin(accounts["seq"], _last_of_each([accounts], mine))
        return counts

    def _stations(self, query: FigureQuery) -> I64:
        """Return the stations of the region that count."""
        life, day = query.card.stations, (query.date - query.card.start).days
        stations = np.array([s for s, now in life.status(day).items() if now == self.status], np.int64)
        villages = np.array([life.village[int(s)] for s in stations], np.int64)
        counts = life.counts(villages, poor_only=self.poor) if self.committees else np.ones(len(villages), np.bool_)
        if self.verified:
            counts &= np.isin(villages, life.verified(day, query.card.least_transactions))
        return stations[counts]


def _last_of_each(tables: Sequence[Mapping[str, NDArray[Any]]], stations: I64) -> I64:
    """Return the highest sequence number of each of some stations in some tables; -1 where it has none."""
    last = dict.fromkeys(stations.tolist(), -1)
    for rows in tables:
        for station, seq in zip(rows["station"].tolist(), rows["seq"].tolist(), strict=True):
            if station in last:
                last[station] = max(last[station], seq)
    return np.array(list(last.values()), np.int64)


class _Served(NamedTuple):
    """Rows of a kind that serve registered poor households."""

    household: I64
    """Shape (rows,)."""
    matters: NDArray[np.bool_]
    """Shape (rows,), whether as many would be reached without it."""
    complete: I64
    """Shape (households,), the event by which all that a row stands for were reached; `_NEVER`: not all were."""

    def but_for(self, other: _Served) -> NDArray[np.bool_]:
        """Return which rows matter where another kind serves too: none, where the other reached all before."""
        return np.asarray(self.matters & (self.complete <= other.complete)[self.household])


_NEVER = np.iinfo(np.int64).max


def _trainings(rows: Mapping[str, NDArray[Any]], weight: I64) -> _Served:
    """Different households come to each training, until all of a row have come."""
    household = rows["household"].astype(np.int64)
    order = np.lexsort((rows["seq"], household))
    of, came = household[order], rows["persons"][order].astype(np.int64)
    before = before_in_group(came, of)
    matters = np.zeros(len(of), np.bool_)
    matters[order] = before < weight[of]
    complete = np.full(len(weight), _NEVER)
    last = order[(before + came >= weight[of]) & (before < weight[of])]
    complete[household[last]] = rows["seq"][last]
    return _Served(household, matters, complete)


def _largest_lots(rows: Mapping[str, NDArray[Any]], household: I64, weight: I64) -> _Served:
    """The same households sell each time: the lot that most of a row's households sold counts, the first of them."""
    many = np.where(rows["sellers"] > 0, rows["sellers"], weight[household])
    order = np.lexsort((rows["seq"], -many, household))
    first = order[np.unique(household[order], return_index=True)[1]]
    matters = np.zeros(len(household), np.bool_)
    matters[first] = True
    complete = np.full(len(weight), _NEVER)
    of_all = first[many[first] >= weight[household[first]]]
    complete[household[of_all]] = rows["seq"][of_all]
    return _Served(household, matters, complete)


@dataclass(frozen=True, slots=True)
class ServiceOfThePoor:
    """What served registered poor households: trainings, and the sale by most of the households of each row."""

    kinds: tuple[type[Event], ...] = PoorServed.reads

    def may_count(self, query: FigureQuery, event: Event, day: int) -> I64:
        """Return the rows that serve households of the county by the date."""
        if day // 7 > (query.date - query.card.start).days // 7:
            return np.zeros(0, np.int64)
        index = query.card.index
        rows, household, _ = PoorServed.served(event, index)
        here: I64 = rows[index.household_county[household] == query.county]
        return here

    def counts(self, query: FigureQuery, found: RowsByKind) -> CountedRows:
        """Return the rows without which fewer households would be reached."""
        index = query.card.index
        served: dict[type[Event], _Served] = {}
        weight = index.weight.astype(np.int64)
        if TraineeAttended in found:
            served[TraineeAttended] = _trainings(found[TraineeAttended], weight)
        if LotSold in found:
            lots = found[LotSold]
            served[LotSold] = _largest_lots(lots, index.plot_household[lots["plot"]].astype(np.int64), weight)
        if len(served) < len(self.kinds):
            return {kind: of.matters for kind, of in served.items()}
        training, sales = served[TraineeAttended], served[LotSold]
        return {TraineeAttended: training.but_for(sales), LotSold: sales.but_for(training)}
