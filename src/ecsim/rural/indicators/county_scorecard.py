"""The target table and the outcome measures of a run, from its events alone (docs/model.md 7).

`CountyScorecard` looks on at a live run or reads a journal; the figures are the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from ecsim.rural.events import Event, Stamp
from ecsim.rural.figures import (
    AT_THE_END,
    DATE_FIGURES,
    PERIOD_FIGURES,
    Measure,
    not_an_outcome,
    outcomes_of,
    parted,
)
from ecsim.rural.figures.accumulators import (
    F64,
    Accumulator,
    Conversion,
    CostOfLiving,
    Goods,
    Incomes,
    Parcels,
    PlaceIndex,
    PoorServed,
    ProgrammeFacts,
    Sales,
    StationLife,
)
from ecsim.rural.indicators.available import Available
from ecsim.rural.programme.notice import Programme, Target
from ecsim.rural.regions import Official, RegionPack, official_figures, pack_of
from ecsim.rural.scenario import Scenario

_AT_THE_END = {figure.name: figure.value for figure in DATE_FIGURES if figure.measure or not figure.unit}
_OF_A_PERIOD = {figure.name: figure.value for figure in PERIOD_FIGURES}


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
        self.goods = Goods(self.index, weeks)
        self.incomes = Incomes(self.index, weeks, [self.periods.year_of(week) for week in range(weeks)])
        self.cost_of_living = CostOfLiving(self.index, weeks)
        self.parcels = Parcels(self.index, weeks)
        self.stations = StationLife(self.index, weeks)
        self.programme = ProgrammeFacts(self.index, weeks)
        self.poor_served = PoorServed(self.index, weeks)
        self.conversion = Conversion(self.index, weeks)
        self._by_kind: dict[type[Event], list[PlaceIndex | Accumulator]] = defaultdict(list)
        folds = (
            self.sales, self.goods, self.incomes, self.cost_of_living, self.parcels, self.stations, self.programme,
            self.poor_served, self.conversion,
        )  # fmt: skip
        for fold in (self.index, *folds):
            for kind in fold.listens:
                self._by_kind[kind].append(fold)

    @classmethod
    def of(cls, scenario: Scenario, pack: RegionPack | None = None) -> CountyScorecard:
        """Return a card for a run of a scenario, with nothing on it yet; ``pack`` if its region was loaded already."""
        official = official_figures(scenario.programme, pack or pack_of(scenario))
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

    @property
    def consumption_share(self) -> float:
        """Share of income that households consume; NaN if the programme gives none."""
        given = self.notice.consumption_share
        return given.value if given else float("nan")

    @property
    def least_transactions(self) -> float:
        """Transactions a month from which a station counts as in use."""
        return self.notice.least_transactions.value

    def values(self, date: dt.date) -> dict[str, F64]:
        """Return every figure that a target may be of on a date, each of shape (counties,)."""
        return {figure.name: figure.value(self, date) for figure in DATE_FIGURES if figure.unit}

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
        return {name: self._outcome(name) for name in names}

    def _outcome(self, name: str) -> F64:
        if (of_a_period := parted(name)) is None and name not in _AT_THE_END:
            raise ValueError(f"outcome {name!r}: {not_an_outcome(name, AT_THE_END)}")
        if self.available.reason(name) is not None:
            return np.full(self.index.counties, np.nan)
        if of_a_period is None:
            return _AT_THE_END[name](self, self.start + dt.timedelta(days=7 * self.weeks))
        base, period = of_a_period
        return _OF_A_PERIOD[base](self, period)

    def spending_yuan(self) -> dict[str, float]:
        """Return what projects were paid in all, by head, all funders together; yuan."""
        return self.programme.paid_yuan()
