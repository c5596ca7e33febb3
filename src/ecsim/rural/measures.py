"""What is measured of any run of the rural model: the targets of the programme and the outcomes, by county."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any, Literal, Self

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.measures import Label, Measured, Place, Record, Row, Sheet, Sizes
from ecsim.kernel.text import Text
from ecsim.rural.evidence import CountyEvidence
from ecsim.rural.indicators import (
    OUTCOMES,
    TARGETS,
    Board,
    Milestones,
    Periods,
    benchmarks,
    not_available,
    not_available_on,
    region_of,
    report_dates,
)
from ecsim.rural.indicators.basis import BASIS
from ecsim.rural.indicators.board import GROWTH, OF_A_YEAR, YEARS
from ecsim.rural.indicators.tables import tables_of
from ecsim.rural.regions.names import county_row
from ecsim.rural.regions.pack import RegionPack, load_pack
from ecsim.rural.scenario import Scenario
from ecsim.statistics.bounds import marks_of

TARGETS_MET = Label(Text("Targets met per county (of 14)", "每县达标项数（共14项）"), "targets a county", "max")
HEADLINES = (
    "retail_2019", "farm_retail_2019", "parcel_cost_2019", "full_parcel_cost_2019", "poor_income_2019",
    "below_line_2019", "delay_days_2019", "stations_open", "sellers_share", "targets_met",
)  # fmt: skip
"""Outcomes that are shown first."""
FIRST = {
    *(f"{name}_{year}" for name in OF_A_YEAR for year in YEARS), *GROWTH, *(f"{name}_2019" for name in GROWTH),
    "poverty_service", "poor_villages_served", "poor_households_served",
}  # fmt: skip
"""Figures that the first definitions counted otherwise, or not at all: weeks went to the year of their first day."""


class CountyFigures:
    """The figures of one run, under way."""

    def __init__(self, scenario: Scenario, pack: RegionPack) -> None:
        self.scenario, self.pack = scenario, pack
        self.board = Board(scenario.start, scenario.weeks, benchmarks(pack))
        self.milestones = Milestones()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self.board.see(event, stamp)
        self.milestones.see(event, stamp)

    def read(self, batches: Iterable[tuple[Event, Stamp]]) -> Self:
        """Take note of a whole journal."""
        for event, stamp in batches:
            self.see(event, stamp)
        return self

    @property
    def places(self) -> Sequence[Place]:
        """The counties."""
        return _counties(self.pack)

    @property
    def dates(self) -> list[dt.date]:
        """The dates of report, the end of the run last."""
        return report_dates(self.scenario)

    def outcomes(self) -> dict[str, float]:
        """Return every outcome of the region."""
        found = {name: region_of(name, values) for name, values in self.board.outcomes().items() if name in OUTCOMES}
        return {name: found[name] for name in OUTCOMES}

    def not_available(self) -> Mapping[str, Text]:
        """Return the outcomes whose period was not run whole, with the reason."""
        return {name: Text(*reason) for name, reason in self.board.not_available().items() if name in OUTCOMES}

    def measured(self, dates: Literal["last", "all"] = "last") -> list[Measured]:
        """Return how many targets are met, the targets on the last report date or on all, and the outcomes."""
        found = []
        met = self.board.met(self.dates[-1])
        all_met = np.nansum(list(met.values()), axis=0)
        label = TARGETS_MET
        found.append(Measured("targets_met", label.title, "targets", _whole(all_met, "mean"), places=all_met))
        for date in [self.dates[-1]] if dates == "last" else list(dict.fromkeys(self.dates)):
            values, met = self.board.values(date), self.board.met(date)
            found += [
                Measured(
                    target.name, target.title, target.unit, _whole(values[target.name], "mean"), date,
                    values[target.name], met[target.name],
                )
                for target in TARGETS
            ]  # fmt: skip
        outcomes = self.board.outcomes()
        return found + [
            Measured(name, measure.title, measure.unit, region_of(name, outcomes[name]), places=outcomes[name])
            for name, measure in OUTCOMES.items()
            if name in outcomes
        ]

    def sheet(self) -> Sheet:
        """Return every target on every report date, and every outcome, by county."""
        lacking = not_available(self.board.periods)
        outcomes = [
            {
                "outcome": name, "unit": OUTCOMES[name].unit if name in OUTCOMES else None,
                "value": _known(values.tolist()), "reason": lacking[name].en if name in lacking else None,
            }
            for name, values in self.board.outcomes().items()
        ]  # fmt: skip
        rows = [row for date in dict.fromkeys(self.dates) for row in self._on(date)]
        return Sheet([county.name_zh for county in self.pack.counties], rows, outcomes)

    def _on(self, date: dt.date) -> list[Row]:
        board = self.board
        values, lacking = board.values(date), board.not_available_on(date)
        return [
            {
                "indicator": target.name, "date": date.isoformat(), "unit": target.unit, "sense": target.sense,
                "target": target.value, "value": _known(values[target.name].tolist()),
                "met": [None if math.isnan(yes) else bool(yes) for yes in target.met(values[target.name]).tolist()],
                "reason": lacking[target.name].en if target.name in lacking else None,
                **(_period(board.periods, date) if target.name in GROWTH else {}),
            }
            for target in TARGETS
        ]  # fmt: skip

    def record(self, *, tables: bool, detail: bool) -> Record:
        """Return what an experiment keeps: outcomes of the region, verdicts by county, and tables."""
        last, outcomes = self.dates[-1], self.board.outcomes()
        met, lacking = self.board.met(last), self.board.not_available_on(last)
        found = {name: region_of(name, outcomes[name]) for name in OUTCOMES}
        found["targets_met"] = float(np.nansum(list(met.values()), axis=0).mean())
        found |= {
            f"met_{name}": float("nan") if name in lacking else float(np.nansum(counties))
            for name, counties in met.items()
        }
        facts = {"met": {name: marks_of(counties) for name, counties in met.items()}}
        rows = tables_of(self.board, self.scenario, outcomes, self.milestones, detail=detail) if tables else {}
        return Record(found, facts, rows)


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


class RuralMeasures:
    """What is measured of any run."""

    definitions = 2
    targets = TARGETS
    headlines = HEADLINES

    def labels(self) -> Mapping[str, Label]:
        """Return every outcome that a run may have, by name."""
        return {name: measure.label for name, measure in OUTCOMES.items()} | {"targets_met": TARGETS_MET}

    def begin(self, scenario: Scenario, sizes: Sizes) -> CountyFigures:  # noqa: ARG002 (no state is kept)
        """Return the figures of a run with nothing in them yet."""
        return CountyFigures(scenario, load_pack(scenario.region))

    def evidence(
        self, scenario: Scenario, sizes: Sizes, figure: str, place: str | None, until: dt.date  # noqa: ARG002
    ) -> CountyEvidence:  # fmt: skip
        """Return what watches a run for the rows behind a figure of a county.

        Raises
        ------
        EcsimError
            If there is no such figure or county, or no county is named.
        """
        if figure not in BASIS:
            near = get_close_matches(figure, BASIS, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise EcsimError(f"indicator {figure!r}: there is none; {hint}allowed are {', '.join(BASIS)}")
        pack = load_pack(scenario.region)
        if place is None:
            raise EcsimError(
                "--county is missing: figures are traced county by county; the counties are "
                + ", ".join(county.name_zh for county in pack.counties)
            )
        weeks = max(1, min(scenario.weeks, (until - scenario.start).days // 7 + 1))
        board = Board(scenario.start, weeks, benchmarks(pack))
        row = county_row(pack, place)
        return CountyEvidence(board, figure, row, until, Text(pack.counties[row].name_en, pack.counties[row].name_zh))

    def places(self, scenario: Scenario) -> Sequence[Place]:
        """Return the counties."""
        return _counties(load_pack(scenario.region))

    def before(self, sheet: Sheet, definitions: int) -> Sheet:
        """Return the figures that the first definitions have too, as those wrote them."""
        if definitions == self.definitions:
            return sheet
        return Sheet(sheet.places, _first(sheet.indicators, "indicator"), _first(sheet.outcomes, "outcome"))

    def not_available(self, scenario: Scenario) -> tuple[Mapping[str, Text], Mapping[str, Text]]:
        """Return the outcomes and the targets whose period a scenario does not run whole, with the reason."""
        periods = Periods(scenario.start, scenario.weeks)
        outcomes, targets = not_available(periods), not_available_on(periods, report_dates(scenario)[-1])
        return {n: Text(*why) for n, why in outcomes.items()}, {n: Text(*why) for n, why in targets.items()}

    def described(self, scenario: Scenario) -> dict[str, Any]:
        """Return what the manifest of an experiment says of region, counties and what is measured."""
        pack = load_pack(scenario.region)
        growth = Periods(scenario.start, scenario.weeks).growth_dates(report_dates(scenario)[-1])
        return {
            "region": {"name": pack.name, "digest": pack.digest, "title_en": pack.title_en, "title_zh": pack.title_zh},
            "counties": [
                {"zh": c.name_zh, "en": c.name_en, "prefecture": pack.prefectures[c.prefecture],
                 "latitude": c.latitude, "longitude": c.longitude}
                for c in pack.counties
            ],
            "targets": [asdict(target) for target in TARGETS],
            "outcomes": {name: asdict(measure) for name, measure in OUTCOMES.items()},
            "benchmarks": benchmarks(pack),
            "growth_dates": [day.isoformat() for day in growth],
            "synthetic": list(pack.synthetic),
            "notes": [note.__dict__ if hasattr(note, "__dict__") else str(note) for note in pack.notes],
        }  # fmt: skip


def _counties(pack: RegionPack) -> Sequence[Place]:
    return [Place(county.adcode, Text(county.name_en, county.name_zh)) for county in pack.counties]


def _first(found: Sequence[Row], key: str) -> list[Row]:
    mine = [{k: v for k, v in row.items() if k not in ("reason", "period")} for row in found]
    for row in mine:
        row.update({"met": [bool(yes) for yes in row["met"]]} if "met" in row else {})
    return [row for row in mine if row.get(key) not in FIRST]
