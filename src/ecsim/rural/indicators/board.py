"""The target table and the outcome measures of a run, from its events alone (docs/model.md 7).

`Board` looks on at a live run or reads a journal; the figures are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events.codes import Category, StationStatus
from ecsim.rural.events.opening import CountiesBaselined
from ecsim.rural.indicators.fold import F64, Fold
from ecsim.rural.indicators.folds import Incomes, Parcels, PoorServed, Programme, Sales, StationLife, ratio
from ecsim.rural.indicators.periods import Periods, Reason
from ecsim.rural.indicators.register import Register
from ecsim.rural.indicators.target import TARGETS, Target

__all__ = ["TARGETS", "Board", "Target"]
VERIFIED_TRANSACTIONS = 8
"""Transactions a month below which a station counts as reported, not verified (docs/model.md 7)."""
INCOME_LINES_FEN = {2018: 299_500, 2019: 321_800, 2020: 400_000}
"""Official income lines of the register (docs/model.md 7)."""
YEARS = (2018, 2019)
"""Years that have outcomes of their own."""
OF_A_YEAR = (
    "retail", "farm_retail", "poor_income", "income", "parcel_cost", "full_parcel_cost", "delay_days", "late_share",
    "below_line",
)  # fmt: skip
"""Outcomes of a year; its number follows."""
GROWTH = ("retail_growth", "farm_growth")
"""Targets that compare the year to date with the same weeks of the year before."""


class Board:
    """Every indicator and outcome of one run.

    Parameters
    ----------
    start : first day of the run
    weeks : whole weeks of the run
    benchmarks : official national growth a year: ``retail`` and ``farm`` by year
    """

    def __init__(self, start: dt.date, weeks: int, benchmarks: Mapping[str, Mapping[int, float]]) -> None:
        self.start, self.weeks, self.benchmarks = start, weeks, benchmarks
        self.periods = Periods(start, weeks)
        self.register = Register()
        self.sales = Sales(self.register, weeks)
        self.incomes = Incomes(self.register, weeks, [self.periods.year_of(week) for week in range(weeks)])
        self.parcels = Parcels(self.register, weeks)
        self.stations = StationLife(self.register, weeks)
        self.programme = Programme(self.register, weeks)
        self.poor_served = PoorServed(self.register, weeks)
        self._by_kind: dict[type[Event], list[Register | Fold]] = defaultdict(list)
        folds = (self.sales, self.incomes, self.parcels, self.stations, self.programme, self.poor_served)
        for fold in (self.register, *folds):
            for kind in fold.listens:
                self._by_kind[kind].append(fold)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of an event."""
        for fold in self._by_kind.get(type(event), ()):
            fold.see(event, stamp)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Board:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    def growth(self, series: F64, date: dt.date) -> F64:
        """Return growth of the year to date on the same weeks of the year before; NaN where there is none."""
        weeks = self.periods.growth_weeks(date)
        if not weeks:
            return np.full(self.register.counties, np.nan)
        now, base = (series[span].sum(axis=0) for span in weeks)
        return ratio(now, base) - 1.0

    def values(self, date: dt.date) -> dict[str, F64]:
        """Return the fourteen indicators on a date, each of shape (counties,)."""
        day = (date - self.start).days
        programme, life = self.programme, self.stations
        open_now = life.villages_with(day)
        year = self.periods.growth_year(date)
        villages, households = self._poor_villages_served(day), self.poor_served.households(day)
        gaps = {
            name: self.growth(series, date) - self.benchmarks[which].get(year, np.nan)
            for name, which, series in (
                ("retail_growth", "retail", self.sales.total()),
                ("farm_growth", "farm", self.sales.series("farm")),
            )
        }
        return {
            "service_centres": programme.until("service_centres", day),
            "distribution_centres": programme.until("distribution_centres", day),
            "demo_enterprises": programme.until("example_enterprises", day),
            "demo_poor_households": programme.until("example_households", day),
            "regional_brands": programme.until("regional_brands", day),
            "trained": programme.until("persons", day),
            "village_coverage": life.coverage(open_now, poor_only=False),
            "poor_village_coverage": life.coverage(open_now, poor_only=True),
            **gaps,
            "employment": programme.until("employment", day),
            "poverty_service": np.where(villages > 0, 1.0, 0.0) + (households > 0),
            "complaints": programme.until("complaints", day),
            "trainee_satisfaction": ratio(programme.until("satisfied", day), programme.until("answered", day)),
        }

    def _poor_villages_served(self, day: int) -> F64:
        """Return poor villages whose open station did enough transactions in its last settled month."""
        served = self.stations.verified(day, VERIFIED_TRANSACTIONS)
        poor = served[self.stations.counts(served, poor_only=True)]
        county = self.register.village_county[poor]
        return np.bincount(county, minlength=self.register.counties).astype(np.float64)

    def met(self, date: dt.date) -> dict[str, F64]:
        """Return the verdicts on the targets on a date: 1 met, 0 missed, NaN no figure; shape (counties,) each."""
        values = self.values(date)
        return {target.name: target.met(values[target.name]) for target in TARGETS}

    def not_available(self) -> dict[str, Reason]:
        """Return the outcomes that are of a period that was not run whole, with the reason."""
        return not_available(self.periods)

    def not_available_on(self, date: dt.date) -> dict[str, Reason]:
        """Return the targets that are of a period that was not run whole on a date, with the reason."""
        return not_available_on(self.periods, date)

    def outcomes(self) -> dict[str, F64]:
        """Return the outcome measures of the run, each of shape (counties,); see `OUTCOMES` for units.

        What is of a year that was not run whole is NaN; `not_available` says why.
        """
        found: dict[str, F64] = {}
        for year in YEARS:
            found |= self._of_year(year)
        last = dt.date(2019, 12, 31)
        found["retail_growth_2019"] = self.growth(self.sales.total(), last)
        found["farm_growth_2019"] = self.growth(self.sales.series("farm"), last)
        found |= self._end()
        return found | {name: np.full(self.register.counties, np.nan) for name in self.not_available()}

    def _of_year(self, year: int) -> dict[str, F64]:
        span, parcels = self.periods.run_of(year), self.parcels
        delivered = parcels.series("delivered")[span].sum(axis=0)
        operators = ratio(parcels.operators_fen()[span].sum(axis=0), delivered) / 100.0
        trips = ratio(parcels.series("trips")[span].sum(axis=0), parcels.series("ordered")[span].sum(axis=0)) / 100.0
        return {
            f"retail_{year}": self.sales.total()[span].sum(axis=0) / 1e8,
            f"farm_retail_{year}": self.sales.series("farm")[span].sum(axis=0) / 1e8,
            f"poor_income_{year}": self.incomes.poor_a_head(span) / 100.0,
            f"income_{year}": self.incomes.all_a_head(span) / 100.0,
            f"parcel_cost_{year}": operators,
            f"full_parcel_cost_{year}": operators + trips,
            f"delay_days_{year}": ratio(parcels.series("delay_hours")[span].sum(axis=0), delivered) / 24.0,
            f"late_share_{year}": ratio(parcels.series("late")[span].sum(axis=0), delivered),
            f"below_line_{year}": self.incomes.poor_below(INCOME_LINES_FEN[year], year, span),
        }

    def _end(self) -> dict[str, F64]:
        day = 7 * self.weeks
        register, life, programme = self.register, self.stations, self.programme
        households = register.column(CountiesBaselined, "households").astype(np.float64)
        county = register.village_county
        end = {
            "buyers_share": programme.until("buyers", day) / households,
            "sellers_share": programme.until("sellers", day) / households,
            "service_complaints": programme.until("service_complaints", day),
            "poor_villages_served": self._poor_villages_served(day),
            "poor_households_served": self.poor_served.households(day),
        }
        for status in (StationStatus.OPEN, StationStatus.IDLE, StationStatus.CLOSED):
            villages = life.villages_with(day, status)
            name = f"stations_{status.name.lower()}"
            end[name] = np.bincount(county[villages], minlength=register.counties).astype(np.float64)
        return end

    def spending_yuan(self) -> dict[str, float]:
        """Return what projects were paid in all, by head, all funders together; yuan."""
        return {
            category.name.lower(): float(self.programme.series(f"paid_{category.name.lower()}").sum()) / 100.0
            for category in Category
        }


def not_available(periods: Periods) -> dict[str, Reason]:
    """Return the outcomes that a run of some weeks cannot give, with the reason: their year was not run whole."""
    growth = periods.lacks_growth(dt.date(2019, 12, 31))
    found = {f"{name}_2019": growth for name in GROWTH} | {
        f"{name}_{year}": periods.lacks(year) for year in YEARS for name in OF_A_YEAR
    }
    return {name: reason for name, reason in found.items() if reason is not None}


def not_available_on(periods: Periods, date: dt.date) -> dict[str, Reason]:
    """Return the targets that a run of some weeks cannot give on a date, with the reason."""
    reason = periods.lacks_growth(date)
    return dict.fromkeys(GROWTH, reason) if reason is not None else {}
