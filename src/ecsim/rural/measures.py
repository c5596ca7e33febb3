"""What is measured of any run of the rural model: the targets of the programme and the outcomes, by county."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ecsim.kernel.measures import Label, Place, Sheet, Sizes
from ecsim.kernel.text import Text
from ecsim.rural.county_figures import CountyFigures, counties_of
from ecsim.rural.earlier_definitions import DEFINITIONS, both
from ecsim.rural.evidence import CountyEvidence, county_evidence
from ecsim.rural.indicators import (
    AT_THE_END,
    FIGURES,
    OF_A_PERIOD,
    TARGETS_MET,
    Available,
    Periods,
    Target,
    not_an_outcome,
    of_period,
    outcome_of,
    outcomes_of,
    report_dates,
    targets_met,
)
from ecsim.rural.regions import official_figures, pack_of
from ecsim.rural.scenario import Scenario

HEADLINES = (
    "retail", "farm_retail", "parcel_cost", "full_parcel_cost", "upward_cost", "full_upward_cost",
    "poor_income", "poor_real_income", "below_line",
    "delay_days",
    "stations_open", "sellers_share", TARGETS_MET,
)  # fmt: skip
"""Outcomes that are shown first, those of a period of the programme's."""
STANDARD = ("period", "targets", "benchmarks", "income_lines", "consumption_share", "least_transactions")
"""What of a programme figures are held against; calendar, reports and limits only decide."""


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
        return CountyFigures(scenario, pack_of(scenario))

    def evidence(
        self, scenario: Scenario, sizes: Sizes, figure: str, place: str | None, until: dt.date  # noqa: ARG002
    ) -> CountyEvidence:  # fmt: skip
        """Return what watches a run for the rows behind a figure of a county.

        Raises
        ------
        EcsimError
            If there is no such figure or county, or no county is named.
        """
        return county_evidence(scenario, figure, place, until)

    def places(self, scenario: Scenario) -> Sequence[Place]:
        """Return the counties."""
        return counties_of(pack_of(scenario))

    def before(self, then: Sheet, now: Sheet, definitions: int) -> tuple[Sheet, Sheet]:
        """Return figures of earlier definitions and those of today, as far as both say the same."""
        return (then, now) if definitions == self.definitions else both(then, now, definitions)

    def not_available(
        self, scenario: Scenario, further: Sequence[str] = ()
    ) -> tuple[Mapping[str, Text], Mapping[str, Text]]:
        """Return the outcomes and the targets whose period a scenario does not run whole, with the reason."""
        available = Available.of(scenario)
        names = dict.fromkeys([*available.outcomes(), *further])
        outcomes = {name: why for name in names if (why := available.reason(name)) is not None}
        targets = available.targets_lacking(report_dates(scenario)[-1])
        return outcomes, targets

    def described(self, scenario: Scenario, further: Sequence[str] = ()) -> dict[str, Any]:
        """Return what the manifest of an experiment says of region, counties and what is measured."""
        pack, programme = pack_of(scenario), scenario.programme
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
