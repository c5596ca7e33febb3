"""Parts of an experiment's file that say how its runs are chosen and what is asked of them."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from ecsim.experiments.running.task import MOST_REPLICATIONS
from ecsim.kernel.shocks import MOST_STRENGTH, Strength
from ecsim.kernel.strict import MOST_NUMBER, Figure, Name, Seed, Several, Share, Strict
from ecsim.statistics.bounds import Bound, verdicts
from ecsim.statistics.stopping import Stopping

MOST_RUNS = 1_000_000
"""Runs of an experiment, at most: each is held in memory and stands in its plan and its ledger."""
Probability = Annotated[float, Field(gt=0.0, lt=1.0)]
Replications = Annotated[int, Field(ge=2, le=MOST_REPLICATIONS)]


class DesignChoice(Strict):
    """At which points of the space runs are made."""

    kind: Literal["grid", "latin_hypercube", "sobol_sequence", "saltelli", "morris", "one_at_a_time", "table"]
    points: Annotated[int, Field(ge=1, le=MOST_RUNS)] = 64
    """Points; of a Saltelli design base points, of Morris trajectories; of a grid places a parameter."""
    seed: Seed = 1
    file: str | None = None
    """CSV with a column a parameter, for ``kind = "table"``."""

    @model_validator(mode="after")
    def _has_a_file(self) -> DesignChoice:
        if (self.kind == "table") != (self.file is not None):
            raise ValueError(f'kind is {self.kind!r}; file goes with kind = "table", and with it alone')
        return self


class StoppingRule(Strict):
    """When there are replications enough: a half-width of every arm's paired difference to the reference."""

    outcome: Name
    half_width: Annotated[float, Field(gt=0.0, le=MOST_NUMBER)]
    relative: bool = False
    least: Replications = 20
    most: Replications = 1000
    level: Probability = 0.95

    @model_validator(mode="after")
    def _fits(self) -> StoppingRule:
        if self.least > self.most:
            raise ValueError(f"stopping.least is {self.least} and most is {self.most}; least may not be above most")
        return self

    def rule(self) -> Stopping:
        """Return the rule; replications are numbered from 0."""
        return Stopping(self.half_width, self.relative, self.least, self.most, self.level)


class Threshold(Strict):
    """A target on an outcome of the whole region, or of a function: one of the four; above and below are strict."""

    outcome: Name
    at_least: Figure | None = None
    at_most: Figure | None = None
    above: Figure | None = None
    below: Figure | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Threshold:
        if len(self._given) != 1:
            raise ValueError(f"target on {self.outcome}: give at_least, at_most, above or below, one of the four")
        return self

    @property
    def _given(self) -> list[tuple[Bound, float]]:
        told: list[tuple[Bound, float | None]] = [
            ("at least", self.at_least), ("at most", self.at_most), ("above", self.above), ("below", self.below),
        ]  # fmt: skip
        return [(bound, value) for bound, value in told if value is not None]

    @property
    def bound(self) -> tuple[Bound, float]:
        """How a figure is held against the value, and the value."""
        return self._given[0]

    def met(self, figures: ArrayLike) -> NDArray[np.float64]:
        """Return 1 where figures meet the target, 0 where they miss it, NaN where there is no figure."""
        return verdicts(figures, *self.bound)


class Search(Strict):
    """The search for the mildest combination of shocks that breaks a target."""

    targets: Annotated[Several[Name], Field(min_length=1)]
    """Which targets, each by itself."""
    level: Probability = 0.5
    """A target is broken where it holds with a smaller probability, in a county taken at random."""
    replications: Replications = 10
    """Runs a combination in the search."""
    fresh: Replications = 20
    """Further runs of what was found, under luck that the search has not seen."""
    step: Annotated[float, Field(ge=0.001, le=MOST_STRENGTH)] = 0.25
    """Strengths are multiples of this."""
    generations: Annotated[int, Field(ge=1, le=10_000)] = 20
    population: Annotated[int, Field(ge=4, le=10_000)] = 24
    """Combinations a generation."""
    seed: Seed = 1


class Stress(Strict):
    """Shocks at rising strength, each alone, and what of the targets holds."""

    shocks: dict[Name, Several[str]]
    """By name the paths of shocks, beside the experiment: one, or several that come together at one strength.

    Of a function there are no paths: it gets the strength as its parameter ``shocks.<name>``.
    """
    strengths: Annotated[Several[Strength], Field(min_length=2)] = (0.0, 0.5, 1.0, 1.5, 2.0)
    levels: Annotated[Several[Probability], Field(min_length=1)] = (0.9, 0.5)
    """Probabilities of holding below which a target counts as broken."""
    targets: dict[Name, Threshold] = Field(default_factory=dict)
    """Further targets, on outcomes; for a function there are no others."""
    search: Search | None = None

    @model_validator(mode="after")
    def _rises_from_nothing(self) -> Stress:
        if self.strengths[0] != 0.0 or any(b <= a for a, b in zip(self.strengths, self.strengths[1:], strict=False)):
            raise ValueError(f"stress.strengths is {list(self.strengths)}; it must begin at 0 and rise")
        if not self.shocks:
            raise ValueError("stress.shocks is empty; name at least one shock")
        return self

    @model_validator(mode="after")
    def _steps_fit(self) -> Stress:
        if self.search is None:
            return self
        steps = self.strengths[-1] / self.search.step
        if steps < 1.0 or abs(steps - round(steps)) > 1e-9:
            raise ValueError(
                f"stress.search.step is {self.search.step}; the strongest strength, {self.strengths[-1]}, must be a "
                "multiple of it"
            )
        return self


class Discovery(Strict):
    """Where in the space a target fails (PRIM)."""

    target: Name
    counties: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
    """A run is a case of failure where fewer than this share of the counties meet the target."""
    threshold: Probability = 0.8
    """Density a box must reach."""
    mass_min: Probability = 0.05
    boxes: Annotated[int, Field(ge=1, le=10)] = 3
    seed: Seed = 1


class Robustness(Strict):
    """Strategies (arms) over futures (points of the design)."""

    thresholds: dict[Name, Figure] = Field(default_factory=dict)
    """What is good enough, by outcome, for satisficing."""
    optimism: Share = 0.5
    quantile: Probability = 0.9
    aversion: Annotated[float, Field(ge=0.0, le=1000.0)] = 1.0


class Selection(Strict):
    """The choice of the best arm with a stated probability of a correct choice."""

    outcome: Name
    procedure: Literal["kim_nelson", "ocba"] = "kim_nelson"
    difference: Annotated[float, Field(ge=0.0, le=MOST_NUMBER)]
    """Smallest difference worth telling apart, in the outcome's unit; Kim-Nelson needs it above 0."""
    probability: Probability = 0.95
    first: Replications = 15
    """Replications of every arm before any is ruled out."""
    most: Annotated[int, Field(ge=2, le=MOST_RUNS)] = 1000
    """Runs in all (OCBA), or replications an arm (Kim-Nelson), at most."""
    step: Annotated[int, Field(ge=1, le=MOST_RUNS)] | None = None
    """Runs given out at a time (OCBA): more keep more processes busy and are less well placed; none: one an arm."""

    @model_validator(mode="after")
    def _fits_its_procedure(self) -> Selection:
        if self.procedure == "kim_nelson" and not self.difference > 0.0:
            raise ValueError('difference is 0; Kim-Nelson needs the smallest difference worth telling, or take "ocba"')
        if self.procedure == "ocba" and self.first < 5:
            raise ValueError(f"first is {self.first}; OCBA needs 5 replications of every arm, or more")
        if self.procedure == "kim_nelson" and self.step is not None:
            raise ValueError("step is for OCBA; Kim-Nelson goes replication by replication — leave it out")
        if self.most < self.first:
            raise ValueError(f"most is {self.most}; it cannot be less than first, which is {self.first}")
        return self
