"""The figures of one run by county: the target table, the outcomes and what an experiment keeps of them.

`CountyFigures` looks on at a live run or reads a journal; `RuralMeasures` (``measures.py``) says what any run has.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np

from ecsim.kernel.measures import MeasuredFigure, Place, Record, Row, Sheet
from ecsim.kernel.toolkit import Event, Stamp, Text
from ecsim.rural.indicators import (
    GROWTH,
    TARGETS_MET,
    CountyScorecard,
    Evaluations,
    Milestones,
    Periods,
    outcome_of,
    region_of,
    report_dates,
    targets_met,
)
from ecsim.rural.indicators.tables import tables_of
from ecsim.rural.regions import RegionPack
from ecsim.rural.scenario import Scenario
from ecsim.statistics.bounds import marks_of


class CountyFigures:
    """The figures of one run, under way."""

    def __init__(self, scenario: Scenario, pack: RegionPack) -> None:
        self.scenario, self.pack = scenario, pack
        self.card = CountyScorecard.of(scenario, pack)
        self.milestones = Milestones()
        self.evaluations = Evaluations(scenario.programme.targets)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self.card.see(event, stamp)
        self.milestones.see(event, stamp)
        self.evaluations.see(event, stamp)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Self:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    @property
    def places(self) -> Sequence[Place]:
        """The counties."""
        return counties_of(self.pack)

    @property
    def dates(self) -> list[dt.date]:
        """The dates of report, the end of the run last."""
        return report_dates(self.scenario)

    def outcomes(self) -> dict[str, float]:
        """Return every outcome of the region."""
        outcomes = self.card.outcomes_named(self.card.shown)
        return {name: region_of(name, values) for name, values in outcomes.items()}

    def not_available(self) -> Mapping[str, Text]:
        """Return the outcomes whose period was not run whole, with the reason."""
        card = self.card
        return {name: reason for name, reason in card.available.lacking().items() if name in card.shown}

    def measured(self, dates: Literal["last", "all"] = "last") -> list[MeasuredFigure]:
        """Return how many targets are met, the targets on the last report date or on all, and the outcomes."""
        figures = []
        met = self.card.met(self.dates[-1])
        all_met = np.nansum(list(met.values()), axis=0)
        label = targets_met(self.card.notice)
        figures.append(MeasuredFigure(TARGETS_MET, label.title, "targets", _whole(all_met, "mean"), places=all_met))
        for date in [self.dates[-1]] if dates == "last" else list(dict.fromkeys(self.dates)):
            values, met = self.card.values(date), self.card.met(date)
            figures += [
                MeasuredFigure(
                    target.name, target.title, target.unit, _whole(values[target.name], "mean"), date,
                    values[target.name], met[target.name],
                )
                for target in self.card.targets
            ]  # fmt: skip
        shown = self.card.shown
        outcomes = self.card.outcomes_named(shown)
        return figures + [
            MeasuredFigure(name, measure.title, measure.unit, region_of(name, outcomes[name]), places=outcomes[name])
            for name, measure in shown.items()
        ]

    def sheet(self) -> Sheet:
        """Return every target on every report date, and every outcome, by county."""
        lacking = self.card.available.lacking()
        outcomes = [
            {
                "outcome": name, "unit": measure.unit if (measure := outcome_of(name)) else None,
                "value": _known(values.tolist()), "reason": lacking[name].en if name in lacking else None,
            }
            for name, values in self.card.outcomes().items()
        ]  # fmt: skip
        rows = [row for date in dict.fromkeys(self.dates) for row in self._on(date)]
        return Sheet([county.name_zh for county in self.pack.counties], rows, outcomes)

    def _on(self, date: dt.date) -> list[Row]:
        card = self.card
        values, lacking = card.values(date), card.available.targets_lacking(date)
        return [
            {
                "indicator": target.name, "date": date.isoformat(), "unit": target.unit, "sense": target.sense,
                "target": target.value, "value": _known(values[target.name].tolist()),
                "met": [None if math.isnan(yes) else bool(yes) for yes in target.met(values[target.name]).tolist()],
                "reason": lacking[target.name].en if target.name in lacking else None,
                **(_period(card.periods, date) if target.name in GROWTH else {}),
            }
            for target in card.targets
        ]  # fmt: skip

    def record(self, *, tables: bool, detail: bool, further: Sequence[str] = ()) -> Record:
        """Return what an experiment keeps: outcomes of the region, verdicts by county, and tables."""
        card, last = self.card, self.dates[-1]
        wanted = [*card.shown, *further]
        given = [name for name in card.available.outcomes() if card.available.reason(name) is None]
        outcomes = card.outcomes_named(dict.fromkeys([*given, *wanted]))
        met, lacking = card.met(last), card.available.targets_lacking(last)
        kept = {name: region_of(name, outcomes[name]) for name in wanted}
        kept[TARGETS_MET] = float(np.nansum(list(met.values()), axis=0).mean())
        kept |= {
            f"met_{name}": float("nan") if name in lacking else float(np.nansum(counties))
            for name, counties in met.items()
        }
        facts = {"met": {name: marks_of(counties) for name, counties in met.items()}}
        rows = tables_of(self.card, self.scenario, outcomes, self.milestones, detail=detail) if tables else {}
        if tables:
            rows["evaluations"] = self.evaluations.rows()
        return Record(kept, facts, rows)


def _whole(values: np.ndarray[Any, np.dtype[np.float64]], how: str) -> float:
    """Return the sum or mean of what is known; NaN if nothing is."""
    known = values[np.isfinite(values)]
    if not known.size:
        return float("nan")
    return float(known.sum() if how == "sum" else known.mean())


def _period(periods: Periods, date: dt.date) -> dict[str, list[str]]:
    return {"period": [day.isoformat() for day in periods.growth_dates(date)]}


def _known(values: list[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def counties_of(pack: RegionPack) -> Sequence[Place]:
    return [Place(county.adcode, Text(county.name_en, county.name_zh)) for county in pack.counties]
