"""Subgroup boxes: limits on some inputs, which cases they hold, and how they read.

A box is what the patient rule induction method (PRIM) finds: a conjunction of ranges of numbers and sets of categories.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.text import Language

Mask = NDArray[np.bool_]

say = Catalogue("ecsim.statistics", "boxes.toml")
"""Returns a sentence of ``boxes.toml`` in both languages."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of a box on one input: a range, both ends included, or some of its values.

    Attributes
    ----------
    name : of the input
    low, high : ends of the range; infinite where it is open
    values : of a category, those that are within; None for a range
    """

    name: str
    low: float = -math.inf
    high: float = math.inf
    values: tuple[object, ...] | None = None

    def content(self) -> dict[str, Any]:
        """Return the limit as JSON takes it; an open end is None."""
        low, high = (None if math.isinf(end) else end for end in (self.low, self.high))
        return {"name": self.name, "low": low, "high": high, "values": None if self.values is None else [*self.values]}

    @property
    def free(self) -> bool:
        """Whether it asks for nothing."""
        return self.values is None and math.isinf(self.low) and math.isinf(self.high)

    def holds(self, column: pd.Series[Any]) -> Mask:
        """Return of each case whether it is within."""
        if self.values is not None:
            return np.asarray(column.isin(list(self.values)), np.bool_)
        x = column.to_numpy(np.float64)
        return (x >= self.low) & (x <= self.high)

    def words(self, language: Language = "en", name: str | None = None, unit: str = "", whole: bool = False) -> str:
        """Return the limit as one reads it; ends are rounded outward to three figures, so all cases stay within.

        Parameters
        ----------
        language : "en" or "zh"
        name : what the input is called; by default its own name
        unit : behind the figures
        whole : whether the input is a whole number
        """
        called = name or self.name
        if self.values is not None:
            values = say("box.or").to(language).join(map(word_of, self.values))
            return say("box.one_of", name=called, values=values).to(language)
        after = f" {unit}" if unit else ""
        low, high = _rounded(self.low, whole, up=False), _rounded(self.high, whole, up=True)
        if math.isinf(self.low):
            return f"{called} ≤ {high}{after}"
        if math.isinf(self.high):
            return f"{called} ≥ {low}{after}"
        return f"{called} = {low}{after}" if self.low == self.high else f"{low} ≤ {called} ≤ {high}{after}"


@dataclass(frozen=True, slots=True)
class Measure:
    """How well a box does on some cases."""

    coverage: float
    """Share of all hits that are in it."""
    density: float
    """Share of its cases that are hits; NaN if it is empty."""
    mass: float
    """Share of all cases that are in it."""

    @classmethod
    def of(cls, hit: NDArray[np.float64], inside: Mask) -> Measure:
        """Return the measure of a box that holds some of the cases.

        Parameters
        ----------
        hit : shape (cases,), share of each case that is a hit
        inside : shape (cases,), whether the box holds it
        """
        hits, cases, every = float(hit[inside].sum()), int(inside.sum()), float(hit.sum())
        return cls(hits / every if hit.any() else math.nan, hits / cases if cases else math.nan, cases / len(hit))


@dataclass(frozen=True, slots=True)
class Box:
    """Limits that all hold at once; without any it is the whole space."""

    limits: tuple[Limit, ...] = ()
    whole: frozenset[str] = frozenset()
    """Inputs of whole numbers."""

    @property
    def restricted(self) -> tuple[str, ...]:
        """Inputs that it limits."""
        return tuple(limit.name for limit in self.limits)

    def limited(self, limit: Limit) -> Box:
        """Return the box with another limit on one input, or none where that limit leaves it free."""
        limits = [limit if old.name == limit.name else old for old in self.limits]
        limits += [] if limit.name in self.restricted else [limit]
        return Box(tuple(new for new in limits if not new.free), self.whole)

    def limit(self, name: str) -> Limit:
        """Return the limit on an input; a free one if there is none."""
        return next((limit for limit in self.limits if limit.name == name), Limit(name))

    def without(self, name: str) -> Box:
        """Return the box with one input set free."""
        return Box(tuple(limit for limit in self.limits if limit.name != name), self.whole)

    def holds(self, inputs: pd.DataFrame) -> Mask:
        """Return of each case whether it is within."""
        inside = np.ones(len(inputs), np.bool_)
        for limit in self.limits:
            inside &= limit.holds(inputs[limit.name])
        return inside

    def measured(self, inputs: pd.DataFrame, hit: ArrayLike) -> Measure:
        """Return coverage, density and mass, also on cases that the box was not found on: the honest test of it."""
        return Measure.of(np.asarray(hit, np.float64), self.holds(inputs))

    def words(
        self, language: Language = "en", names: Mapping[str, str] | None = None, units: Mapping[str, str] | None = None
    ) -> str:
        """Return the limits as one reads them, joined.

        Parameters
        ----------
        names, units : what inputs are called and measured in, in that language
        """
        called, measured = names or {}, units or {}
        parts = [
            limit.words(language, called.get(limit.name), measured.get(limit.name, ""), limit.name in self.whole)
            for limit in self.limits
        ]
        return say("box.and").to(language).join(parts) or say("box.whole").to(language)


def sentence(
    box: Box, measure: Measure, language: Language = "en", *, names: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None, hit_words: tuple[str, str] | None = None,
) -> str:  # fmt: skip
    """Return a box in one sentence: its limits, how many of the hits it holds, how many of its cases are hits.

    Parameters
    ----------
    names, units : what inputs are called and measured in, in that language
    hit_words : what hits are called and what such a case does, by default failures that fail
    """
    hits, hit = hit_words or (say("box.hits").to(language), say("box.hit").to(language))
    return say(
        "box.sentence", limits=box.words(language, names, units), coverage=_percent(measure.coverage),
        density=_percent(measure.density), hits=hits, hit=hit,
    ).to(language)  # fmt: skip


def word_of(value: object) -> str:
    """Return a value as the experiment's file writes it: flags are true and false."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _percent(share: float) -> str:
    """Return whole percents; 100 and 0 only where it is all or none."""
    percent = round(100.0 * share)
    if percent == 100 and share < 1.0:
        return "> 99 %"
    return "< 1 %" if percent == 0 and share > 0.0 else f"{percent} %"


def _rounded(value: float, whole: bool, *, up: bool) -> str:
    if math.isinf(value) or value == 0.0:
        return f"{value:g}"
    if whole:
        return f"{value:.0f}"
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    end = math.ceil(value / step - 1e-9) if up else math.floor(value / step + 1e-9)
    return f"{end * step:.10g}"
