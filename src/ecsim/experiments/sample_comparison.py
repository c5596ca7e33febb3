"""Outcomes of a scenario at several samples, held against the largest: a sample must decide nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ecsim.experiments.scenario_runs import RunWanted, ScenarioRuns
from ecsim.kernel.measures import Label, without_period
from ecsim.kernel.samples import SampleTolerance

SampleVerdict: TypeAlias = Literal["agrees", "differs", "too few seeds", "missing"]


@dataclass(frozen=True)
class SampleRow:
    """An outcome at a sample beside the largest.

    Attributes
    ----------
    outcome, title, unit : what is compared
    sample, reference : shares of the households that are followed
    runs : seeds that gave the outcome at both
    mean, mean_there : over those seeds, at the sample and at the reference
    difference : of the means
    error : its standard error, the runs of both samples being independent
    allowed : what the model allows beside chance: a share of the outcome, or what it says of it
    tolerance : that and what chance may do
    """

    outcome: str
    title: str
    unit: str
    sample: float
    reference: float
    runs: int
    mean: float
    mean_there: float
    difference: float
    error: float
    allowed: float
    tolerance: float

    @property
    def verdict(self) -> SampleVerdict:
        """Whether the sample decides the outcome.

        ``too few seeds`` where what chance may do to the difference is more than what is allowed: it may be too large
        and not be seen.
        """
        if not self.runs:
            return "missing"
        if math.isnan(self.error):
            return "too few seeds"
        if abs(self.difference) > self.tolerance:
            return "differs"
        return "too few seeds" if 2.0 * self.error > self.allowed else "agrees"

    def content(self) -> dict[str, Any]:
        """Return the row as JSON can hold it."""
        values = {name: None if isinstance(v, float) and math.isnan(v) else v for name, v in asdict(self).items()}
        return {**values, "verdict": self.verdict}


@dataclass(frozen=True)
class SampleComparison:
    """Every outcome at every sample but the largest, held against that.

    Attributes
    ----------
    seeds : that were asked for, by each sample
    needed : seeds that make a verdict final, as the model says
    failures : runs that failed, in words
    """

    rows: Sequence[SampleRow]
    seeds: int
    needed: int
    failures: Sequence[str]

    def content(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        rows = [row.content() for row in self.rows]
        return {"rows": rows, "seeds": self.seeds, "seeds_needed": self.needed, "failures": list(self.failures)}


def compare_samples(runs: ScenarioRuns, model: Any, samples: Sequence[float], seeds: int) -> SampleComparison:  # noqa: ANN401
    """Return the outcomes of a scenario at some samples beside those at the largest.

    Parameters
    ----------
    runs : makes and keeps the runs
    model : what is simulated; its view ``samples`` says what is allowed
    samples : shares of the households, two or more
    seeds : 1 to this, at each sample

    Raises
    ------
    EcsimError
        If a sample is not allowed.
    """
    tolerance = model.view("samples") or SampleTolerance()
    labels = model.measures.labels(runs.scenario)
    lacking, _ = model.measures.not_available(runs.scenario)
    names = [name for name in labels if name not in lacking]
    sizes = sorted(set(samples))
    wanted = [RunWanted(seed, {"sample": size}) for size in sizes for seed in range(1, seeds + 1)]
    made = runs.figures(wanted)
    columns = {name: np.array(made.column(name)).reshape(len(sizes), seeds) for name in names}
    rows = [
        _row(name, labels[name], sizes[place], sizes[-1], columns[name][place], columns[name][-1], tolerance)
        for name in names
        for place in range(len(sizes) - 1)
    ]
    return SampleComparison(rows, seeds, tolerance.seeds, made.failures)


def _row(
    name: str, label: Label, sample: float, reference: float, here: Any, there: Any, tolerance: SampleTolerance  # noqa: ANN401
) -> SampleRow:  # fmt: skip
    here, there = here[np.isfinite(here)], there[np.isfinite(there)]
    runs = min(len(here), len(there))
    mean, other = (float(values.mean()) if runs else math.nan for values in (here, there))
    error = math.sqrt(here.var(ddof=1) / len(here) + there.var(ddof=1) / len(there)) if runs > 1 else math.nan
    of_its_own = tolerance.absolute.get(without_period(name))
    allowed = tolerance.relative * abs(other) if of_its_own is None else of_its_own
    full = allowed + (tolerance.errors * error if of_its_own is None else 0.0)
    return SampleRow(
        name, label.title.en, label.unit, sample, reference, runs, mean, other, mean - other, error, allowed, full
    )
