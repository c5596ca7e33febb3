"""What is measured of any run of the rural model: the targets of the programme and the outcomes, by county."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal, Self

import numpy as np

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.measures import Label, MeasuredFigure, Place, Record, Row, Sheet, Sizes
from ecsim.kernel.text import Text
from ecsim.rural.earlier_definitions import DEFINITIONS, both
from ecsim.rural.evidence import CountyEvidence
from ecsim.rural.indicators import (
    AT_THE_END,
    FIGURES,
    GROWTH,
    OF_A_PERIOD,
    Available,
    CountyScorecard,
    Milestones,
    Periods,
    Programme,
    Target,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    region_of,
    report_dates,
)
from ecsim.rural.indicators.tables import tables_of
from ecsim.rural.regions.names import county_row
from ecsim.rural.regions.official import official_figures
from ecsim.rural.regions.pack import RegionPack, load_pack
from ecsim.rural.scenario import Scenario
from ecsim.statistics.bounds import marks_of

TARGETS_MET = "targets_met"
"""Name of how many targets of the programme a county meets on average."""
HEADLINES = (
    "retail", "farm_retail", "parcel_cost", "full_parcel_cost", "poor_income", "below_line", "delay_days",
    "stations_open", "sellers_share", TARGETS_MET,
)  # fmt: skip
"""Outcomes that are shown first, those of a period of the programme's."""
STANDARD = ("period", "targets", "benchmarks", "income_lines", "least_transactions")
"""What of a programme figures are held against; calendar, reports and limits only decide."""


def targets_met(programme: Programme) -> Label:
    """Return what the number of targets met is called."""
    many = len(programme.targets)
    title = Text(f"Targets met per county (of {many})", f"每县达标项数（共{many}项）")
    return Label(title, "targets a county", "max")


class CountyFigures:
    """The figures of one run, under way."""

    def __init__(self, scenario: Scenario, pack: RegionPack) -> None:
        self.scenario, self.pack = scenario, pack
        self.card = CountyScorecard.of(scenario, pack)
        self.milestones = Milestones()

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of the rows of an event."""
        self.card.see(event, stamp)
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
        found = self.card.outcomes_named(self.card.shown)
        return {name: region_of(name, values) for name, values in found.items()}

    def not_available(self) -> Mapping[str, Text]:
        """Return the outcomes whose period was not run whole, with the reason."""
        card = self.card
        return {name: Text(*reason) for name, reason in card.available.lacking().items() if name in card.shown}

    def measured(self, dates: Literal["last", "all"] = "last") -> list[MeasuredFigure]:
        """Return how many targets are met, the targets on the last report date or on all, and the outcomes."""
        found = []
        met = self.card.met(self.dates[-1])
        all_met = np.nansum(list(met.values()), axis=0)
        label = targets_met(self.card.notice)
        found.append(MeasuredFigure(TARGETS_MET, label.title, "targets", _whole(all_met, "mean"), places=all_met))
        for date in [self.dates[-1]] if dates == "last" else list(dict.fromkeys(self.dates)):
            values, met = self.card.values(date), self.card.met(date)
            found += [
                MeasuredFigure(
                    target.name, target.title, target.unit, _whole(values[target.name], "mean"), date,
                    values[target.name], met[target.name],
                )
                for target in self.card.targets
            ]  # fmt: skip
        shown = self.card.shown
        outcomes = self.card.outcomes_named(shown)
        return found + [
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
        found = {name: region_of(name, outcomes[name]) for name in wanted}
        found[TARGETS_MET] = float(np.nansum(list(met.values()), axis=0).mean())
        found |= {
            f"met_{name}": float("nan") if name in lacking else float(np.nansum(counties))
            for name, counties in met.items()
        }
        facts = {"met": {name: marks_of(counties) for name, counties in met.items()}}
        rows = tables_of(self.card, self.scenario, outcomes, self.milestones, detail=detail) if tables else {}
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

    definitions = DEFINITIONS

    @property
    def names(self) -> Collection[str]:
        """Figures that a target may be of, and outcomes, their period left out."""
        return {*FIGURES, *OF_A_PERIOD, *AT_THE_END, TARGETS_MET}

    def targets(self, scenario: Scenario) -> tuple[Target, ...]:
        """Return the target table of a scenario's programme."""
        return scenario.programme.targets

    def headlines(self, scenario: Scenario) -> Sequence[str]:
        """Return the outcomes that are shown first, of the programme's period and of the end."""
        period, known = scenario.programme.period, self.labels(scenario)
        names = [of_period(name, period) if name in OF_A_PERIOD else name for name in HEADLINES]
        return tuple(name for name in names if name in known)

    def labels(self, scenario: Scenario) -> Mapping[str, Label]:
        """Return every outcome that all runs of a scenario give: of its programme's period and of the end."""
        shown = outcomes_of(scenario.programme.period)
        return {name: measure.label for name, measure in shown.items()} | {TARGETS_MET: targets_met(scenario.programme)}

    def label(self, name: str, scenario: Scenario) -> Label:
        """Return what an outcome is called, of whatever period.

        Raises
        ------
        ValueError
            If there is none of that name; the message says what to write in its place.
        """
        known, measure = self.labels(scenario), outcome_of(name)
        if name not in known and measure is None:
            raise ValueError(not_an_outcome(name, known))
        return measure.label if measure else known[name]

    def standard(self, scenario: Scenario) -> Mapping[str, Any]:
        """Return what of the programme figures are held against: its table, period and official figures."""
        return {f"programme.{key}": getattr(scenario.programme, key) for key in STANDARD}

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
        _refuse_unknown(figure, scenario.programme)
        pack = load_pack(scenario.region)
        if place is None:
            raise EcsimError(
                "--county is missing: figures are traced county by county; the counties are "
                + ", ".join(county.name_zh for county in pack.counties)
            )
        weeks = max(1, min(scenario.weeks, (until - scenario.start).days // 7 + 1))
        card = CountyScorecard(scenario.start, weeks, scenario.programme, official_figures(scenario.programme, pack))
        row = county_row(pack, place)
        return CountyEvidence(card, figure, row, until, Text(pack.counties[row].name_en, pack.counties[row].name_zh))

    def places(self, scenario: Scenario) -> Sequence[Place]:
        """Return the counties."""
        return _counties(load_pack(scenario.region))

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:
        """Return figures of earlier definitions and those of today, as far as both say the same."""
        return (then, now) if definitions == self.definitions else both(then, now, definitions)

    def not_available(
        self, scenario: Scenario, further: Sequence[str] = ()
    ) -> tuple[Mapping[str, Text], Mapping[str, Text]]:
        """Return the outcomes and the targets whose period a scenario does not run whole, with the reason."""
        available = Available.of(scenario)
        names = dict.fromkeys([*available.outcomes(), *further])
        outcomes = {name: Text(*why) for name in names if (why := available.reason(name)) is not None}
        targets = available.targets_lacking(report_dates(scenario)[-1])
        return outcomes, {name: Text(*why) for name, why in targets.items()}

    def described(self, scenario: Scenario, further: Sequence[str] = ()) -> dict[str, Any]:
        """Return what the manifest of an experiment says of region, counties and what is measured."""
        pack, programme = load_pack(scenario.region), scenario.programme
        names = [*outcomes_of(programme.period), *further]
        growth = Periods(scenario.start, scenario.weeks).growth_dates(report_dates(scenario)[-1])
        return {
            "region": {"name": pack.name, "digest": pack.digest, "title_en": pack.title_en, "title_zh": pack.title_zh},
            "counties": [
                {"zh": c.name_zh, "en": c.name_en, "prefecture": pack.prefectures[c.prefecture],
                 "latitude": c.latitude, "longitude": c.longitude}
                for c in pack.counties
            ],
            "programme": {"name": programme.name, "title_en": programme.title_en, "title_zh": programme.title_zh,
                          "period": programme.period},
            "targets": [target.model_dump() for target in programme.targets],
            "outcomes": {name: asdict(measure) for name in names if (measure := outcome_of(name))},
            "benchmarks": official_figures(programme, pack).growth,
            "growth_dates": [day.isoformat() for day in growth],
            "synthetic": list(pack.synthetic),
            "notes": [note.__dict__ if hasattr(note, "__dict__") else str(note) for note in pack.notes],
        }  # fmt: skip


def _counties(pack: RegionPack) -> Sequence[Place]:
    return [Place(county.adcode, Text(county.name_en, county.name_zh)) for county in pack.counties]


def _refuse_unknown(figure: str, programme: Programme) -> None:
    """Refuse what is neither a target of the programme nor an outcome."""
    targets = [target.name for target in programme.targets]
    if figure in targets or outcome_of(figure) is not None:
        return
    known = [*targets, *outcomes_of(programme.period)]
    hint = not_an_outcome(figure, known)
    allowed = "" if known[0] in hint else f" — allowed are {', '.join(known)}"
    raise EcsimError(f"indicator {figure!r}: there is none; {hint}{allowed}")
