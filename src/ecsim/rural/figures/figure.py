"""What a figure by county is: one object says its name, how it is worked out and which events it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from ecsim.kernel.measures import Label
from ecsim.kernel.text import Text
from ecsim.rural.figures.accumulators import F64
from ecsim.rural.figures.card import Card
from ecsim.rural.figures.components import Component
from ecsim.rural.figures.period import Period


@dataclass(frozen=True, slots=True)
class Measure:
    """An outcome of a run.

    Attributes
    ----------
    region : how counties make the region's figure: their sum, or their plain mean
    better : whether the larger or the smaller figure is the better one, for who ranks; "max" or "min"
    """

    title_en: str
    title_zh: str
    unit: str
    region: Literal["sum", "mean"]
    better: Literal["max", "min"]

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.title_en, self.title_zh)

    @property
    def label(self) -> Label:
        """What it is called, in what unit, and which way is better."""
        return Label(self.title, self.unit, self.better)

    def of(self, period: Period) -> Measure:
        """Return the measure of a period, which its titles say."""
        zh = self.title_zh.removesuffix("）")
        inner = f"，{period.title.zh}）" if zh != self.title_zh else f"（{period.title.zh}）"
        return replace(self, title_en=f"{self.title_en}, {period.title.en}", title_zh=f"{zh}{inner}")


@dataclass(frozen=True)
class DateFigure:
    """How things stand on a date, by county.

    Attributes
    ----------
    name : str
        As programmes, commands and tables write it.
    value : callable
        Takes the scorecard and the date, returns the figure of each county, shape (counties,); NaN where there is none.
    components : tuple of Component
        The events that it is made of.
    unit : str
        Unit by county, for targets; empty: no programme may set a target of it.
    benchmark : str
        Official growth that a target of it is the gap to; empty: none.
    measure : Measure or None
        As an outcome of the end of the run, shown side by side; None: it is none.
    """

    name: str
    value: Callable[[Card, dt.date], F64]
    components: tuple[Component, ...]
    unit: str = ""
    benchmark: str = ""
    measure: Measure | None = None


@dataclass(frozen=True)
class PeriodFigure:
    """An outcome of a period, by county: ``retail@2019``, ``retail@last52weeks``.

    Attributes
    ----------
    name : str
        As commands and tables write it before the ``@``.
    measure : Measure
        What it is called, its unit, how counties make the region's, which way is better.
    value : callable
        Takes the scorecard and the period, returns the figure of each county, shape (counties,).
    components : callable
        Takes the period, returns the events that it is made of.
    compares_years : bool
        Whether it compares the period with the same weeks of the year before.
    years_alone : bool
        Whether it is of calendar years alone.
    at_shop_prices : bool
        Whether it needs the programme's share of income that households consume.
    """

    name: str
    measure: Measure
    value: Callable[[Card, Period], F64]
    components: Callable[[Period], tuple[Component, ...]]
    compares_years: bool = False
    years_alone: bool = False
    at_shop_prices: bool = False
