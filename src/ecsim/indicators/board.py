"""The target table and the outcome measures of a run, from its events alone (MODEL 7).

`Board` looks on at a live run or reads a journal; the figures are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecsim.events import Event, Stamp
from ecsim.events.codes import Category, StationStatus
from ecsim.events.opening import CountiesBaselined
from ecsim.indicators.fold import Fold
from ecsim.indicators.folds import Incomes, Parcels, Programme, Sales, StationLife
from ecsim.indicators.register import Register

F64 = NDArray[np.float64]
VERIFIED_TRANSACTIONS = 8
"""Transactions a month below which a station counts as reported, not verified (MODEL 7)."""
INCOME_LINES_FEN = {2018: 299_500, 2019: 321_800, 2020: 400_000}
"""Income lines of the register (MODEL 6, official)."""


@dataclass(frozen=True)
class Target:
    """A figure of the target table: at least, at most, or strictly above."""

    name: str
    title_en: str
    title_zh: str
    unit: str
    sense: str
    value: float

    def met(self, found: F64) -> NDArray[np.bool_]:
        """Return where the target is met; an unknown figure does not meet it."""
        if self.sense == "at least":
            return np.asarray(found >= self.value)
        return np.asarray(found <= self.value if self.sense == "at most" else found > self.value)


TARGETS = (
    Target("service_centres", "County service centre", "县级公共服务中心", "centres", "at least", 1),
    Target("distribution_centres", "County distribution centre", "县级物流配送中心", "centres", "at least", 1),
    Target("demo_enterprises", "Demonstration enterprises", "示范企业", "enterprises", "at least", 5),
    Target("demo_poor_households", "Demonstration poor households", "建档立卡示范户", "households", "at least", 20),
    Target("regional_brands", "Regional public brand (prefecture)", "区域公共品牌", "brands", "at least", 1),
    Target("trained", "Training", "培训人次", "person-times", "at least", 3000),
    Target("village_coverage", "Villages with a station", "行政村覆盖率", "share", "at least", 0.5),
    Target("poor_village_coverage", "Poor villages with a station", "贫困村覆盖率", "share", "at least", 0.5),
    Target(
        "retail_growth", "Growth of online retail above the nation", "农村网络零售额增速", "share a year", "above", 0.0
    ),
    Target(
        "farm_growth",
        "Growth of farm products online above the nation",
        "农产品网络零售额增速",
        "share a year",
        "above",
        0.0,
    ),
    Target("employment", "Founders and jobs", "创业就业", "persons", "above", 0),
    Target(
        "poverty_service", "Service in poor villages and to poor households", "服务贫困村贫困户", "villages", "above", 0
    ),
    Target("complaints", "Complaints on disclosure", "信息公开投诉", "complaints", "at most", 10),
    Target("trainee_satisfaction", "Satisfied trainees", "培训满意度", "share", "at least", 0.9),
)
"""The fourteen indicators of the notice's annex 2; growth is measured as the gap to the official national rate."""


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
        self.register = Register()
        self.sales = Sales(self.register, weeks)
        self.incomes = Incomes(self.register, weeks)
        self.parcels = Parcels(self.register, weeks)
        self.stations = StationLife(self.register, weeks)
        self.programme = Programme(self.register, weeks)
        self._by_kind: dict[type[Event], list[Register | Fold]] = defaultdict(list)
        for fold in (self.register, self.sales, self.incomes, self.parcels, self.stations, self.programme):
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

    def weeks_of(self, year: int, until: dt.date | None = None) -> slice:
        """Return the weeks that begin in a calendar year, up to a date."""
        dates = [self.start + dt.timedelta(days=7 * week) for week in range(self.weeks)]
        mine = [w for w, date in enumerate(dates) if date.year == year and (until is None or date <= until)]
        return slice(mine[0], mine[-1] + 1) if mine else slice(0, 0)

    def growth_weeks(self, date: dt.date) -> list[slice]:
        """Return the weeks of the year to date and the same weeks of the year before; nothing if either has none."""
        now, before = self.weeks_of(date.year, date), self.weeks_of(date.year - 1)
        many = now.stop - now.start
        if not many or not before.stop - before.start:
            return []
        return [now, slice(before.start, before.start + many)]

    def growth(self, series: F64, date: dt.date) -> F64:
        """Return growth of the year to date on the same weeks of the year before; NaN where there is none."""
        weeks = self.growth_weeks(date)
        if not weeks:
            return np.full(self.register.counties, np.nan)
        now, base = (series[span].sum(axis=0) for span in weeks)
        grown: F64 = now / np.maximum(base, 1.0) - 1.0
        return grown

    def values(self, date: dt.date) -> dict[str, F64]:
        """Return the fourteen indicators on a date, each of shape (counties,)."""
        day = (date - self.start).days
        programme, life = self.programme, self.stations
        verified = life.verified(day, VERIFIED_TRANSACTIONS)
        open_now = life.villages_with(day)
        answered = programme.until("answered", day)
        satisfied = np.divide(
            programme.until("satisfied", day), answered, out=np.full(len(answered), np.nan), where=answered > 0
        )
        poor_served = life.coverage(verified, poor_only=True) * self.register.column(CountiesBaselined, "poor_villages")
        gaps = {
            name: self.growth(series, date) - self.benchmarks[which].get(date.year, np.nan)
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
            "poverty_service": np.asarray(poor_served + programme.until("poor_trained", day), np.float64),
            "complaints": programme.until("complaints", day),
            "trainee_satisfaction": np.asarray(satisfied, np.float64),
        }

    def met(self, date: dt.date) -> dict[str, NDArray[np.bool_]]:
        """Return which targets are met on a date, each of shape (counties,)."""
        values = self.values(date)
        return {target.name: target.met(values[target.name]) for target in TARGETS}

    def outcomes(self) -> dict[str, F64]:
        """Return the outcome measures of the run, each of shape (counties,); see `OUTCOMES` for units."""
        weeks = {year: self.weeks_of(year) for year in (2018, 2019)}
        last = dt.date(2019, 12, 31)
        sales, farm, parcels = self.sales.total(), self.sales.series("farm"), self.parcels
        found: dict[str, F64] = {}
        for year, span in weeks.items():
            if span.stop == span.start:
                continue
            delivered = np.maximum(parcels.series("delivered")[span].sum(axis=0), 1.0)
            ordered = np.maximum(parcels.series("ordered")[span].sum(axis=0), 1.0)
            operators = parcels.operators_fen()[span].sum(axis=0) / delivered / 100.0
            trips = parcels.series("trips")[span].sum(axis=0) / ordered / 100.0
            found |= {
                f"retail_{year}": sales[span].sum(axis=0) / 1e8,
                f"farm_retail_{year}": farm[span].sum(axis=0) / 1e8,
                f"poor_income_{year}": self.incomes.poor_a_head(span) / 100.0,
                f"income_{year}": self.incomes.all_a_head(span) / 100.0,
                f"parcel_cost_{year}": operators,
                f"full_parcel_cost_{year}": operators + trips,
                f"delay_days_{year}": parcels.series("delay_hours")[span].sum(axis=0) / delivered / 24.0,
                f"late_share_{year}": parcels.series("late")[span].sum(axis=0) / delivered,
                f"below_line_{year}": self.incomes.poor_below(INCOME_LINES_FEN[year], year - self.start.year),
            }
        found |= {
            "retail_growth_2019": self.growth(sales, last),
            "farm_growth_2019": self.growth(farm, last),
            **self._end(),
        }
        return found

    def _end(self) -> dict[str, F64]:
        day = 7 * self.weeks
        register, life, programme = self.register, self.stations, self.programme
        households = register.column(CountiesBaselined, "households").astype(np.float64)
        county = register.village_county
        end = {
            "buyers_share": programme.until("buyers", day) / households,
            "sellers_share": programme.until("sellers", day) / households,
            "service_complaints": programme.until("service_complaints", day),
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
