"""Incomes of registered poor households and of all, by source (docs/model.md 7).

Income from the model's own events is added up; that from outside is the opening's amounts times the factors in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.rural.events import (
    BackgroundIncomeMoved,
    Event,
    HouseholdsBaselined,
    IncomeSource,
    LotSold,
    Stamp,
    StationsSettled,
    WagesPaid,
)
from ecsim.rural.figures.accumulators.accumulator import (
    F64,
    Accumulator,
    Source,
    ratio,
    weighted,
)
from ecsim.rural.figures.accumulators.place_index import I32, I64, PlaceIndex
from ecsim.rural.units import ONE


def _household(event: LotSold, index: PlaceIndex, rows: I64) -> I32:
    return index.plot_household.take(event.plot[rows])


def _net_fen(event: LotSold, index: PlaceIndex, rows: I64) -> F64:
    """Return what is left of each lot after production costs, for one household."""
    return np.asarray(event.received_fen[rows] * index.plot_margin.take(event.plot[rows]))


def _net_weighted_fen(event: LotSold, index: PlaceIndex, rows: I64) -> F64:
    return _net_fen(event, index, rows) * index.plot_weight.take(event.plot[rows])


def _by_poor(event: LotSold, index: PlaceIndex) -> NDArray[np.bool_]:
    return index.plot_poor.take(event.plot)


def _by_others(event: LotSold, index: PlaceIndex) -> NDArray[np.bool_]:
    return ~_by_poor(event, index)


def _kept_by_poor(event: StationsSettled, index: PlaceIndex) -> NDArray[np.bool_]:
    return np.asarray(index.poor_keeper[event.station])


def _left_fen(event: StationsSettled, _: PlaceIndex, rows: I64) -> NDArray[Any]:
    return np.asarray((event.takings_fen + event.grant_fen - event.costs_fen)[rows])


class Incomes(Accumulator):
    """Income of registered poor households (and of all), fen, by source (docs/model.md 7)."""

    reads = (HouseholdsBaselined, BackgroundIncomeMoved)
    sources = (
        Source("farm", LotSold, _net_weighted_fen, where=_by_poor),
        Source("farm_others", LotSold, _net_weighted_fen, where=_by_others),
        Source("jobs", WagesPaid, weighted("paid_fen")),
        Source("station", StationsSettled, _left_fen, where=_kept_by_poor),
    )
    _SOURCES = ("wages_fen", "business_fen", "transfers_fen", "property_fen")

    def __init__(self, index: PlaceIndex, weeks: int, years: Sequence[int]) -> None:
        super().__init__(index, weeks)
        self._years = years
        self._factor = np.ones((weeks, 0, 2, 4))
        self._farm: dict[int, F64] = {}

    def see(self, event: Event, stamp: Stamp) -> None:
        """Add what households get; background income is a factor on the opening from a week on."""
        if isinstance(event, HouseholdsBaselined):
            self._open(event)
        elif isinstance(event, BackgroundIncomeMoved):
            week = stamp.day // 7
            self._factor[week:, event.county, event.poor.astype(np.int64), event.source] = event.factor / ONE
        else:
            super().see(event, stamp)
        if isinstance(event, LotSold):
            self._keep(event, stamp)

    def _open(self, event: HouseholdsBaselined) -> None:
        counties = self.index.counties
        self._factor = np.ones((self.weeks, counties, 2, len(self._SOURCES)))
        county, poor = self.index.household_county, event.poor.astype(np.int64)
        place = 2 * county + poor
        heads = event.persons.astype(np.float64) * event.weight
        self.heads = np.bincount(place, heads, 2 * counties).reshape(counties, 2)
        self._yearly = np.stack(
            [np.bincount(place, getattr(event, s) * event.weight, 2 * counties) for s in self._SOURCES], axis=-1
        ).reshape(counties, 2, len(self._SOURCES))
        self._own = np.stack([getattr(event, s) for s in self._SOURCES], axis=-1) / event.persons[:, None]
        self._persons = event.persons

    def _keep(self, event: LotSold, stamp: Stamp) -> None:
        """Add up the lots of each registered poor household by calendar year."""
        rows = np.flatnonzero(_by_poor(event, self.index))
        household, net = _household(event, self.index, rows), _net_fen(event, self.index, rows)
        kept = self._farm.setdefault(self._years[self.week(stamp.day)], np.zeros(len(self.index.weight)))
        kept += np.bincount(household, net, len(kept))

    def poor_by_source(self, weeks: slice) -> dict[str, F64]:
        """Return registered poor households' income a head in those weeks by source, fen, shape (counties,)."""
        background = (self._factor[weeks, :, 1] * self._yearly[:, 1] / 52.0).sum(axis=0)
        heads = np.maximum(self.heads[:, 1], 1.0)
        names = [source.name.lower() for source in IncomeSource]
        by_source = {name: background[:, place] / heads for place, name in enumerate(names)}
        return by_source | {name: self.series(name)[weeks].sum(axis=0) / heads for name in ("farm", "jobs", "station")}

    def poor_a_head(self, weeks: slice) -> F64:
        """Return registered poor households' income a head in those weeks, fen, shape (counties,)."""
        return np.asarray(sum(self.poor_by_source(weeks).values()), np.float64)

    def all_a_head(self, weeks: slice) -> F64:
        """Return rural income a head of all households in those weeks, fen, shape (counties,)."""
        background = (self._factor[weeks] * self._yearly / 52.0).sum(axis=(0, 2, 3))
        earned = sum(self.series(name)[weeks].sum(axis=0) for name in ("farm", "farm_others", "jobs", "station"))
        return np.asarray((background + earned) / self.heads.sum(axis=1), np.float64)

    def poor_below(self, line_fen: float, year: int, weeks: slice) -> F64:
        """Return the share of registered poor households below an income line in a calendar year, of those weeks.

        Farm income is that of the year, background income that of its middle week.
        """
        week = middle(weeks)
        if week >= self.weeks:
            return np.full(self.index.counties, np.nan)
        poor = self.index.poor
        county = self.index.household_county[poor]
        background = (self._own[poor] * self._factor[week, county, 1]).sum(axis=1)
        farm = self._farm.get(year, np.zeros(len(self.index.weight)))[poor] / self._persons[poor]
        weight, counties = self.index.weight[poor], self.index.counties
        below = np.bincount(county, weight * (background + farm < line_fen), counties)
        return ratio(below, np.bincount(county, weight, counties))


def middle(weeks: slice) -> int:
    """Return the week in the middle of some weeks."""
    return int(weeks.start + (weeks.stop - weeks.start) // 2)
