"""Scenario discovery: subgroup boxes (PRIM) in which a target fails.

Boxes are found on one half of the cases and measured on the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecsim.experiments.analyses.target_table import (
    TargetsMet,
    share_of_counties,
    targets_met_by_arm,
    thresholds_of,
    title_of_target,
)
from ecsim.experiments.analyses.toolkit import Analysis, Comparison, EcsimError, Plan, Text, percent, say, titled
from ecsim.experiments.schema import SHOCK
from ecsim.experiments.schema import Discovery as Settings
from ecsim.kernel.draws import Draws
from ecsim.statistics.designs import Design
from ecsim.statistics.discovery import Discovery, Measure, Terms, discover, reproducibility
from ecsim.statistics.proportions import shares_held

FEWEST = 40
"""Cases below which a box says little: a step of peeling would take one or two."""


@dataclass(frozen=True)
class Failures:
    """Cases of one arm: the points at which some run gave a figure of the target.

    Attributes
    ----------
    point : of each case
    inputs : one row a case, one column an uncertain parameter
    hit : share of a case's runs with a figure in which the target failed
    seen : cases the boxes are found on; the others measure them
    runs, known, missed : how many runs there are, gave a figure, and missed the target
    """

    arm: str
    point: NDArray[np.int64]
    inputs: pd.DataFrame
    hit: NDArray[np.float64]
    seen: NDArray[np.bool_]
    runs: int
    known: int
    missed: int

    def table(self) -> pd.DataFrame:
        """Return the cases: arm, point, hit, seen."""
        return pd.DataFrame({"arm": self.arm, "point": self.point, "hit": self.hit, "seen": self.seen})

    @property
    def base(self) -> float:
        """Share of failures without any box."""
        return self.missed / self.known


def failures_of(comparison: Comparison, design: Design) -> dict[str, Failures]:
    """Return by arm where the target of ``[discovery]`` failed.

    Raises
    ------
    EcsimError
        If too few points are left that have a figure.
    """
    settings = comparison.experiment.discovery
    assert settings is not None
    met = targets_met_by_arm(comparison, len(design), least=1)
    return {arm: _failures(targets, design, settings) for arm, targets in met.items()}


def _failures(met: TargetsMet, design: Design, settings: Settings) -> Failures:
    counties = share_of_counties(met.tables[settings.target])
    missed = np.where(np.isnan(counties), np.nan, counties < settings.counties)
    known = np.isfinite(missed)
    point = np.flatnonzero(known.any(axis=0))
    if len(point) < FEWEST:
        raise EcsimError(
            f"{met.arm}: {len(point)} of {len(design)} points gave a figure of {settings.target}; "
            f"boxes need {FEWEST} or more"
        )
    hit = shares_held(missed)[0][point]
    seen = Draws(settings.seed).uniform("half_of_the_cases", 0, point) < 0.5
    inputs = design.values.iloc[point].reset_index(drop=True)
    return Failures(met.arm, point, inputs, hit, seen, known.size, int(known.sum()), int(np.nansum(missed)))


def analyse(plan: Plan, comparison: Comparison, design: Design) -> Analysis:
    """Return boxes of every arm."""
    settings = plan.experiment.discovery
    assert settings is not None
    terms = Terms(density_min=settings.threshold, mass_min=settings.mass_min, boxes=settings.boxes)
    names, failures = input_names(design, plan.shock_titles), failures_of(comparison, design)
    arms = [BoxesOfArm(cases, terms, names, plan.arm_titles[arm]) for arm, cases in failures.items()]
    target = title_of_target(settings.target, plan.catalogue, thresholds_of(plan.experiment))
    return Analysis(
        name="discovery",
        kind="discovery",
        title=say("discovery.title", target=target),
        settings={
            **settings.model_dump(mode="json"),
            "points": len(design),
            "names": {name: title._asdict() for name, title in names.items()},
            "base": {cases.arm: cases.base for cases in failures.values()},
            "without_figure": {cases.arm: cases.runs - cases.known for cases in failures.values()},
        },
        findings=tuple(sentence for arm in arms for sentence in arm.findings()),
        notes=(say("discovery_notes.what_counts", share=100 * settings.counties), say("discovery_notes.halves")),
        tables=titled(
            boxes=_together([arm.limits() for arm in arms]),
            cases=_together([cases.table() for cases in failures.values()]),
            trajectory=_together([arm.trajectory() for arm in arms]),
            reproduced=_together([arm.reproduced(settings.seed) for arm in arms]),
        ),
    )


def input_names(design: Design, shock_titles: Mapping[str, Text]) -> dict[str, Text]:
    """Return what inputs are called; parameters keep their names, by which they are found in the files."""
    return {
        name: shock_titles.get(name.removeprefix(SHOCK), Text(name, name))
        if name.startswith(SHOCK)
        else Text(name, name)
        for name in design.space.names
    }


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class BoxesOfArm:
    """The boxes of one arm, as tables and sentences.

    Attributes
    ----------
    names : what inputs are called
    title : what the arm is called
    """

    failures: Failures
    terms: Terms
    names: Mapping[str, Text]
    title: Text

    @cached_property
    def discovery(self) -> Discovery:
        """The boxes, in the order they were found, on the cases that were seen."""
        cases = self.failures
        return discover(cases.inputs[cases.seen], cases.hit[cases.seen], self.terms)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """How each box does on the other half; a later box on its cases outside those before."""
        fresh = ~self.failures.seen
        return self.discovery.measured(self.failures.inputs[fresh], self.failures.hit[fresh])

    def limits(self) -> pd.DataFrame:
        """Return the limits of all boxes: a row a box and input."""
        rows = []
        for number, (box, fresh) in enumerate(zip(self.discovery.boxes, self.measures, strict=True), 1):
            for limit in box.box.limits:
                content, name = limit.content(), self.names[limit.name]
                rows.append(
                    {"arm": self.failures.arm, "box": number, "parameter": limit.name, "low": content["low"],
                     "high": content["high"], "values": content["values"], "limit_en": limit.words("en", name.en),
                     "limit_zh": limit.words("zh", name.zh), "quasi_p": box.quasi_p.get(limit.name),
                     "coverage_found": box.measure.coverage, "density_found": box.measure.density,
                     "coverage": fresh.coverage, "density": fresh.density, "mass": fresh.mass}
                )  # fmt: skip
        columns = [
            "arm", "box", "parameter", "low", "high", "values", "limit_en", "limit_zh", "quasi_p", "coverage_found",
            "density_found", "coverage", "density", "mass",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)

    def trajectory(self) -> pd.DataFrame:
        """Return the steps by which the first box was peeled."""
        columns, boxes = ["step", "coverage", "density", "mass", "restricted", "kept"], self.discovery.boxes
        first = boxes[0].trajectory[columns] if boxes else pd.DataFrame(columns=columns)
        return first.assign(arm=self.failures.arm)[["arm", *columns]]

    def reproduced(self, seed: int) -> pd.DataFrame:
        """Return how often random halves of the cases limit each input: arm, parameter, share."""
        cases = self.failures
        if not cases.hit.any():
            return pd.DataFrame({"arm": [], "parameter": [], "share": []})
        shares = reproducibility(cases.inputs, cases.hit, seed=seed, terms=self.terms)
        return shares.assign(arm=cases.arm)[["arm", "parameter", "share"]]

    def findings(self) -> Iterator[Text]:
        """Yield how often the target is missed, then where."""
        yield self._missed()
        boxes = [number for number, box in enumerate(self.discovery.boxes) if box.box.limits]
        if not boxes:
            yield say("discovery.no_box", arm=self.title)
        for number in boxes:
            yield self._box(number)

    def _missed(self) -> Text:
        cases = self.failures
        values = {"arm": self.title, "missed": cases.missed, "runs": cases.runs, "share": 100 * cases.base}
        if cases.known == cases.runs:
            return say("discovery.missed", **values)
        return say("discovery.missed_of_known", lost=cases.runs - cases.known, known=cases.known, **values)

    def _box(self, number: int) -> Text:
        box, fresh = self.discovery.boxes[number].box, self.measures[number]
        limits = Text(
            box.words("en", {name: title.en for name, title in self.names.items()}),
            box.words("zh", {name: title.zh for name, title in self.names.items()}),
        )
        return say(
            "discovery.box", arm=self.title, limits=limits, density=percent(fresh.density),
            coverage=percent(fresh.coverage),
        )  # fmt: skip
