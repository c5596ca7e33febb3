"""The target table and the outcome measures of a run, from its events alone (docs/model.md 7).

`CountyScorecard` looks on at a live run or reads a journal; the figures are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from ecsim.rural.events import CountiesBaselined, Event, Stamp
from ecsim.rural.indicators.accumulators import (
    F64,
    Accumulator,
    Incomes,
    Parcels,
    PlaceIndex,
    PoorServed,
    ProgrammeFacts,
    Sales,
    StationLife,
    ratio,
)
from ecsim.rural.indicators.available import Available
from ecsim.rural.indicators.outcomes import AT_THE_END, Measure, Period, not_an_outcome, outcomes_of, parted
from ecsim.rural.programme.notice import BENCHMARKS, FIGURES, Programme, Target
from ecsim.rural.regions import Official, RegionPack, load_pack, official_figures
from ecsim.rural.scenario import Scenario


class CountyScorecard:
    """Every indicator and outcome of one run.

    Parameters
    ----------
    start : first day of the run
    weeks : whole weeks of the run
    notice : whose targets are measured
    official : figures that the programme is scored against
    """

    def __init__(self, start: dt.date, weeks: int, notice: Programme, official: Official) -> None:
        self.start, self.weeks, self.notice, self.official = start, weeks, notice, official
        self.available = Available.of_run(start, weeks, notice)
        self.periods = self.available.periods
        self.index = PlaceIndex()
        self.sales = Sales(self.index, weeks)
        self.incomes = Incomes(self.index, weeks, [self.periods.year_of(week) for week in range(weeks)])
        self.parcels = Parcels(self.index, weeks)
        self.stations = StationLife(self.index, weeks)
        self.programme = ProgrammeFacts(self.index, weeks)
        self.poor_served = PoorServed(self.index, weeks)
        self._by_kind: dict[type[Event], list[PlaceIndex | Accumulator]] = defaultdict(list)
        folds = (self.sales, self.incomes, self.parcels, self.stations, self.programme, self.poor_served)
        for fold in (self.index, *folds):
            for kind in fold.listens:
                self._by_kind[kind].append(fold)

    @classmethod
    def of(cls, scenario: Scenario, pack: RegionPack | None = None) -> CountyScorecard:
        """Return a board for a run of a scenario, with nothing on it yet; ``pack`` if its region was loaded already."""
        official = official_figures(scenario.programme, pack or load_pack(scenario.region))
        return cls(scenario.start, scenario.weeks, scenario.programme, official)

    @property
    def targets(self) -> tuple[Target, ...]:
        """The target table."""
        return self.notice.targets

    @property
    def shown(self) -> dict[str, Measure]:
        """Outcomes shown side by side, by name: of the programme's period and of the end."""
        return outcomes_of(self.notice.period)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of an event."""
        for fold in self._by_kind.get(type(event), ()):
            fold.see(event, stamp)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> CountyScorecard:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    def growth(self, series: F64, date: dt.date) -> F64:
        """Return growth of the year to date on the same weeks of the year before; NaN where there is none."""
        return self._growth(series, self.periods.growth_weeks(date))

    def _growth(self, series: F64, weeks: list[slice]) -> F64:
        if not weeks:
            return np.full(self.index.counties, np.nan)
        now, base = (series[span].sum(axis=0) for span in weeks)
        return ratio(now, base) - 1.0

    def values(self, date: dt.date) -> dict[str, F64]:
        """Return every figure that a target may be of on a date, each of shape (counties,)."""
        day = (date - self.start).days
        programme, life = self.programme, self.stations
        open_now = life.villages_with(day)
        year = self.periods.growth_year(date)
        standing = self._standing(day)
        villages, households = standing["poor_villages_served"], standing["poor_households_served"]
        gaps = {
            name: self.growth(series, date) - self.official.growth_of(BENCHMARKS[name], year)
            for name, series in (("retail_growth", self.sales.total()), ("farm_growth", self.sales.series("farm")))
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
            **{name: values for name, values in standing.items() if name in FIGURES},
        }

    def _poor_villages_served(self, day: int) -> F64:
        """Return poor villages whose open station did enough transactions in its last settled month."""
        served = self.stations.verified(day, self.notice.least_transactions.value)
        poor = served[self.stations.counts(served, poor_only=True)]
        county = self.index.village_county[poor]
        return np.bincount(county, minlength=self.index.counties).astype(np.float64)

    def met(self, date: dt.date) -> dict[str, F64]:
        """Return the verdicts on the targets on a date: 1 met, 0 missed, NaN no figure; shape (counties,) each."""
        values = self.values(date)
        return {target.name: target.met(values[target.name]) for target in self.targets}

    def outcomes(self) -> dict[str, F64]:
        """Return the outcomes that the run keeps, each of shape (counties,); NaN where its period was not run whole."""
        return self.outcomes_named(self.available.outcomes())

    def outcomes_named(self, names: Iterable[str]) -> dict[str, F64]:
        """Return outcomes by name (``retail@2019``), each of shape (counties,).

        What is of a period that was not run whole is NaN; `available` says why.

        Raises
        ------
        ValueError
            If there is no such outcome; the message says what to write.
        """
        at_the_end, by_period = self._standing(7 * self.weeks), dict[str, dict[str, F64]]()
        outcomes = {}
        for name in names:
            base_and_period = parted(name)
            if base_and_period is None and name not in at_the_end:
                raise ValueError(f"outcome {name!r}: {not_an_outcome(name, AT_THE_END)}")
            if self.available.reason(name) is not None:
                outcomes[name] = np.full(self.index.counties, np.nan)
            elif base_and_period is None:
                outcomes[name] = at_the_end[name]
            else:
                base, period = base_and_period
                if period.text not in by_period:
                    by_period[period.text] = self._of_period(period)
                outcomes[name] = by_period[period.text][base]
        return outcomes

    def _of_period(self, period: Period) -> dict[str, F64]:
        """Return what is of a period by base name, whether it was run whole or not."""
        span, parcels = self.periods.weeks_in(period), self.parcels
        delivered = parcels.series("delivered")[span].sum(axis=0)
        operators = ratio(parcels.operators_fen()[span].sum(axis=0), delivered) / 100.0
        trips = ratio(parcels.series("trips")[span].sum(axis=0), parcels.series("ordered")[span].sum(axis=0)) / 100.0
        farm, growth_weeks = self.sales.series("farm"), self.periods.growth_in(period)
        outcomes = {
            "retail": self.sales.total()[span].sum(axis=0) / 1e8,
            "farm_retail": farm[span].sum(axis=0) / 1e8,
            "retail_growth": self._growth(self.sales.total(), growth_weeks),
            "farm_growth": self._growth(farm, growth_weeks),
            "poor_income": self.incomes.poor_a_head(span) / 100.0,
            "income": self.incomes.all_a_head(span) / 100.0,
            "parcel_cost": operators,
            "full_parcel_cost": operators + trips,
            "delay_days": ratio(parcels.series("delay_hours")[span].sum(axis=0), delivered) / 24.0,
            "late_share": ratio(parcels.series("late")[span].sum(axis=0), delivered),
        }
        line = self.official.income_lines_fen.get(period.year or 0)
        if period.year is not None and line is not None:
            outcomes["below_line"] = self.incomes.poor_below(line, period.year, span)
        return outcomes

    def _standing(self, day: int) -> dict[str, F64]:
        """Return how things stand on a day."""
        index, life, programme = self.index, self.stations, self.programme
        households = index.column(CountiesBaselined, "households").astype(np.float64)
        end = {
            "buyers_share": programme.until("buyers", day) / households,
            "sellers_share": programme.until("sellers", day) / households,
            "service_complaints": programme.until("service_complaints", day),
            "poor_villages_served": self._poor_villages_served(day),
            "poor_households_served": self.poor_served.households(day),
        }
        return end | life.stations_by_status(day)

    def spending_yuan(self) -> dict[str, float]:
        """Return what projects were paid in all, by head, all funders together; yuan."""
        return self.programme.paid_yuan()
