"""Incomes of registered poor households and of all, by source (docs/model.md 7).

What the model's own events bring is added up (`EARNINGS`: one line a source); income from outside is the opening's
amounts times the factors in force, of the household's group and of its year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BackgroundIncomeMoved,
    DividendsPaid,
    Event,
    HouseholdsBaselined,
    HouseholdShocksDrawn,
    IncomeSource,
    KeepingPaid,
    LotSold,
    MerchantsSettled,
    ProfitsDrawn,
    RefundsPaid,
    Stamp,
    StationsSettled,
    WagesPaid,
    Work,
)
from ecsim.rural.figures.accumulators.accumulator import F64, Accumulator, Amount, Source, Where, ratio
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex
from ecsim.rural.units import ONE

Earner: TypeAlias = "Callable[[Any, PlaceIndex, I64 | slice], I32]"
"""Takes an event and row numbers, returns the household that each row brings income, -1: one that nobody follows."""


@dataclass(frozen=True, slots=True)
class Earning:
    """A source of income in the run: rows of a kind, each of which brings a household something.

    Attributes
    ----------
    net_fen : what is left to the household, fen
    household : whose it is
    alone : whether amounts are of the row together, and of as many of its households as ``holders`` says; else each of
        the households that the row stands for gets as much
    holders : how many share it; None: one
    which : rows that count; None: all of them
    """

    name: str
    kind: type[Event]
    net_fen: Amount
    household: Earner
    alone: bool = False
    holders: Amount | None = None
    which: Where | None = None

    @property
    def sources(self) -> tuple[Source, Source]:
        """Return what it adds to the income of the registered poor (``name``) and of others (``name_others``)."""
        return (
            Source(self.name, self.kind, self._weighted_fen, where=self._of(poor=True)),
            Source(f"{self.name}_others", self.kind, self._weighted_fen, where=self._of(poor=False)),
        )

    def _weighted_fen(self, event: Event, index: PlaceIndex, rows: I64) -> NDArray[Any]:
        net = self.net_fen(event, index, rows)
        return net if self.alone else np.asarray(net * index.weight.take(self.household(event, index, rows)))

    def _of(self, *, poor: bool) -> Where:
        def where(event: Event, index: PlaceIndex) -> NDArray[np.bool_]:
            is_poor = index.is_poor(self.household(event, index, slice(None)))
            own = is_poor if poor else ~is_poor
            return own if self.which is None else np.asarray(own & self.which(event, index))

        return where

    def of_the_poor(self, event: Event, index: PlaceIndex) -> tuple[I32, F64, F64]:
        """Return what registered poor households get: which, how much of all of its row, and how many share it."""
        rows = self._of(poor=True)(event, index).nonzero()[0]
        household = self.household(event, index, rows)
        stands_for = index.weight.take(household).astype(np.float64)
        holders = stands_for
        if self.alone:
            holders = (
                np.ones(len(rows)) if self.holders is None else self.holders(event, index, rows).astype(np.float64)
            )
        return household, np.asarray(self._weighted_fen(event, index, rows), np.float64), holders


def _lot_fen(event: LotSold, index: PlaceIndex, rows: I64 | slice) -> F64:
    """Return what is left of each lot: costs are of the kilogram, at the farm-gate price of the opening."""
    costs = event.sold_g[rows] * index.plot_cost_fen_a_g.take(event.plot[rows])
    return np.asarray(event.received_fen[rows] - costs)


def _grower(event: LotSold, index: PlaceIndex, rows: I64 | slice) -> I32:
    return index.plot_household.take(event.plot[rows])


def _keeping_fen(event: KeepingPaid, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    """Return what keeping takes off the income of all the households that a row stands for."""
    return np.asarray(-event.paid_fen[rows])


def _owner_of_plot(event: KeepingPaid | RefundsPaid, index: PlaceIndex, rows: I64 | slice) -> I32:
    return index.plot_household.take(event.plot[rows])


def _all_of_a_row(event: KeepingPaid, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return index.weight.take(_owner_of_plot(event, index, rows))


def _paid_fen(event: RefundsPaid | DividendsPaid, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return event.paid_fen[rows]


def _drawn_fen(event: ProfitsDrawn | MerchantsSettled, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return event.drawn_fen[rows]


def _owner(event: ProfitsDrawn | MerchantsSettled | DividendsPaid, _: PlaceIndex, rows: I64 | slice) -> I32:
    return np.asarray(event.household[rows])


def _by_a_founder(event: Event, _: PlaceIndex) -> NDArray[np.bool_]:
    """Return which profits are of a household that is followed; other owners may live anywhere."""
    return np.asarray(event.__dict__["household"] >= 0)


def _worker(event: WagesPaid, _: PlaceIndex, rows: I64 | slice) -> I32:
    return event.household[rows]


def _wages_fen(event: WagesPaid, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    """Return wages of all the households that a row stands for."""
    return np.asarray(np.where(event.each[rows], index.weight.take(event.household[rows]), 1) * event.paid_fen[rows])


def _for(*works: Work) -> Where:
    return lambda event, _: np.isin(event.work, works)


def _workers(event: WagesPaid, index: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return np.asarray(np.where(event.each[rows], index.weight.take(event.household[rows]), event.workers[rows]))


def _left_fen(event: StationsSettled, _: PlaceIndex, rows: I64 | slice) -> NDArray[Any]:
    return np.asarray((event.takings_fen + event.grant_fen - event.costs_fen)[rows])


def _keeper(event: StationsSettled, index: PlaceIndex, rows: I64 | slice) -> I32:
    return index.station_keeper.take(event.station[rows])


EARNINGS: tuple[Earning, ...] = (
    Earning("farm", LotSold, _lot_fen, _grower),
    Earning("farm", KeepingPaid, _keeping_fen, _owner_of_plot, alone=True, holders=_all_of_a_row),
    Earning("refunds", RefundsPaid, _paid_fen, _owner_of_plot),
    Earning("dividends", DividendsPaid, _paid_fen, _owner),
    Earning("profits", ProfitsDrawn, _drawn_fen, _owner, alone=True, which=_by_a_founder),
    Earning("profits", MerchantsSettled, _drawn_fen, _owner, alone=True, which=_by_a_founder),
    Earning(
        "jobs", WagesPaid, _wages_fen, _worker, alone=True, holders=_workers, which=_for(Work.PACKING, Work.OTHER_GOODS)
    ),
    Earning("delivery", WagesPaid, _wages_fen, _worker, alone=True, holders=_workers, which=_for(Work.DELIVERY)),
    Earning("works", WagesPaid, _wages_fen, _worker, alone=True, holders=_workers, which=_for(Work.PUBLIC_WORKS)),
    Earning("station", StationsSettled, _left_fen, _keeper, alone=True),
)
"""Every source of income in a run beside what comes from outside: to add one, or what is taken off one, add a line."""
OF_THE_POOR = tuple(dict.fromkeys(earning.name for earning in EARNINGS))
"""Series of what registered poor households earn in the run."""
OF_ALL = (*OF_THE_POOR, *(f"{name}_others" for name in OF_THE_POOR))
"""Series of what all households earn in the run."""


class _Shocks:
    """What a year does to each household's background income, from its first week on.

    Attributes
    ----------
    factor : shape (households,)
    """

    def __init__(self, week: int, factor: F64) -> None:
        self.week, self.factor = week, factor
        self.yearly: F64 | None = None
        """Background income a year by county, whether poor, and source, at that factor; None: not reckoned yet."""


class Incomes(Accumulator):
    """Income of registered poor households (and of all), fen, by source (docs/model.md 7)."""

    reads = (HouseholdsBaselined, BackgroundIncomeMoved, HouseholdShocksDrawn)
    sources = tuple(source for earning in EARNINGS for source in earning.sources)
    _SOURCES = ("wages_fen", "business_fen", "transfers_fen", "property_fen")

    def __init__(self, index: PlaceIndex, weeks: int, years: Sequence[int]) -> None:
        super().__init__(index, weeks)
        self._years = years
        self._factor = np.ones((weeks, 0, 2, 4))
        self._shocks: list[_Shocks] = []
        self._alike: dict[int, F64] = {}
        """What each registered poor household earned, by calendar year: what all that a row stands for get alike."""
        self._alone: dict[int, F64] = {}
        """What some households of a row alone got, together, and how many those are; shape (households, 2)."""

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add what households get; background income is a factor on the opening from a week on."""
        if isinstance(event, HouseholdsBaselined):
            self._open(event)
        elif isinstance(event, BackgroundIncomeMoved):
            week = stamp.day // 7
            self._factor[week:, event.county, event.poor.astype(np.int64), event.source] = event.factor / ONE
        elif isinstance(event, HouseholdShocksDrawn):
            self._shock(event, self.week(stamp.day))
        else:
            super().see(event, stamp)
            self._keep(event, self._years[self.week(stamp.day)])

    def _open(self, event: HouseholdsBaselined) -> None:
        counties = self.index.counties
        self._factor = np.ones((self.weeks, counties, 2, len(self._SOURCES)))
        self._place = 2 * self.index.household_county + event.poor
        heads = event.persons.astype(np.float64) * event.weight
        self.heads = np.bincount(self._place, heads, 2 * counties).reshape(counties, 2)
        self._own = np.stack([getattr(event, s) for s in self._SOURCES], axis=-1)
        self._persons = event.persons
        self._shocks = [_Shocks(0, np.ones(event.rows))]

    def _shock(self, event: HouseholdShocksDrawn, week: int) -> None:
        """Take a year's factors; they may come in pieces."""
        if self._shocks[-1].week < week:
            self._shocks.append(_Shocks(week, self._shocks[-1].factor.copy()))
        self._shocks[-1].factor[event.household] = event.factor / ONE
        self._shocks[-1].yearly = None

    def _keep(self, event: Event, year: int) -> None:
        """Add up what each registered poor household earns by calendar year."""
        many = len(self.index.weight)
        for earning in EARNINGS:
            if earning.kind is not type(event):
                continue
            household, fen, holders = earning.of_the_poor(event, self.index)
            stands_for = self.index.weight.take(household)
            alike = holders == stands_for
            kept = self._alike.setdefault(year, np.zeros(many))
            kept += np.bincount(household[alike], fen[alike] / stands_for[alike], many)
            if not alike.all():
                alone = self._alone.setdefault(year, np.zeros((many, 2)))
                np.add.at(alone[:, 0], household[~alike], fen[~alike])
                np.maximum.at(alone[:, 1], household[~alike], holders[~alike])

    def _spans(self, weeks: slice) -> Iterator[tuple[_Shocks, F64]]:
        """Yield the shocks in force in some weeks, each with the factors of groups added up over its part, in years.

        The factors have the shape (counties, 2, sources).
        """
        ends = [shocks.week for shocks in self._shocks[1:]] + [self.weeks]
        for shocks, end in zip(self._shocks, ends, strict=True):
            first, last = max(shocks.week, weeks.start), min(end, weeks.stop)
            if first < last:
                yield shocks, self._factor[first:last].sum(axis=0) / 52.0

    def _background(self, weeks: slice) -> F64:
        """Return background income in some weeks by county, whether poor, and source, fen."""
        total = np.zeros(self._factor.shape[1:])
        for shocks, factor in self._spans(weeks):
            total += factor * self._yearly(shocks)
        return total

    def _yearly(self, shocks: _Shocks) -> F64:
        """Return background income a year at the opening's level and households' factors, fen."""
        if shocks.yearly is None:
            weight, groups = self.index.weight * shocks.factor, 2 * self.index.counties
            sums = [np.bincount(self._place, weight * fen, groups) for fen in self._own.T]
            shocks.yearly = np.stack(sums, axis=-1).reshape(self._factor.shape[1:])
        return shocks.yearly

    def poor_by_source(self, weeks: slice) -> dict[str, F64]:
        """Return registered poor households' income a head in those weeks by source, fen, shape (counties,)."""
        background = self._background(weeks)[:, 1]
        heads = np.maximum(self.heads[:, 1], 1.0)
        names = [source.name.lower() for source in IncomeSource]
        by_source = {name: background[:, place] / heads for place, name in enumerate(names)}
        return by_source | {name: self.series(name)[weeks].sum(axis=0) / heads for name in OF_THE_POOR}

    def poor_a_head(self, weeks: slice) -> F64:
        """Return registered poor households' income a head in those weeks, fen, shape (counties,)."""
        return np.asarray(sum(self.poor_by_source(weeks).values()), np.float64)

    def all_a_head(self, weeks: slice) -> F64:
        """Return rural income a head of all households in those weeks, fen, shape (counties,)."""
        earned = sum(self.series(name)[weeks].sum(axis=0) for name in OF_ALL)
        return np.asarray((self._background(weeks).sum(axis=(1, 2)) + earned) / self.heads.sum(axis=1), np.float64)

    def poor_below(self, line_fen: float, year: int, weeks: slice) -> F64:
        """Return the share of registered poor households below an income line in a calendar year.

        Every source counts. Of the households that a sampled one stands for, what some earn alone lifts those.

        Parameters
        ----------
        line_fen : a head and year
        weeks : those of the year
        """
        if weeks.start == weeks.stop:
            return np.full(self.index.counties, np.nan)
        poor = np.flatnonzero(self.index.poor)
        county, weight = self.index.household_county[poor], self.index.weight[poor]
        income = self._alike.get(year, np.zeros(len(self.index.weight)))[poor]
        for shocks, factor in self._spans(weeks):
            income = income + shocks.factor[poor] * (self._own[poor] * factor[county, 1]).sum(axis=1)
        line = self._persons[poor] * (line_fen * (weeks.stop - weeks.start) / 52.0)
        alone, holders = self._alone.get(year, np.zeros((len(self.index.weight), 2)))[poor].T
        lifted = income + np.divide(alone, holders, out=np.zeros(len(poor)), where=holders > 0)
        below = weight * (income < line) + holders * ((lifted < line) * 1.0 - (income < line))
        counties = self.index.counties
        return ratio(np.bincount(county, below, counties), np.bincount(county, weight, counties))
