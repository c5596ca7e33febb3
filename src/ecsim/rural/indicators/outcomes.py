"""Outcome measures: what arms are compared by. Most are of a period, which their name says: ``retail@2019``.

Names are ``base@period``; a period is a calendar year or the last weeks of the run. Versions before wrote
``retail_2019``; such names are recognised and the new one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

import numpy as np

from ecsim.kernel.measures import Label
from ecsim.kernel.text import Text
from ecsim.rural.indicators.accumulators import F64
from ecsim.rural.programme.notice import PERIOD, Programme
from ecsim.rural.texts import text


@dataclass(frozen=True, slots=True)
class Period:
    """What an outcome is of: a calendar year, or the last weeks of the run.

    Attributes
    ----------
    text : as names have it after ``@``: ``2019``, ``last52weeks``
    year : the calendar year, or None
    weeks : how many of the last weeks; 0 of a year
    """

    text: str
    year: int | None
    weeks: int

    @classmethod
    def of(cls, text: str) -> Period:
        """Return the period of a text.

        Raises
        ------
        ValueError
            If it is none.
        """
        match = re.fullmatch(PERIOD, text)
        if match is None:
            raise ValueError(f"period {text!r}: write a calendar year, as 2019, or the last weeks, as last52weeks")
        year, weeks = match["year"], match["weeks"]
        return cls(text, int(year) if year else None, int(weeks or 0))

    @property
    def title(self) -> Text:
        """As titles of outcomes have it: last in English, in brackets in Chinese."""
        if self.year is not None:
            return text("periods.year", year=self.year)
        return text("periods.last_weeks", weeks=self.weeks)


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


OF_A_PERIOD = {
    "retail": Measure("Online retail sales", "网络零售额", "million yuan", "sum", "max"),
    "farm_retail": Measure("Farm products sold online", "农产品网络零售额", "million yuan", "sum", "max"),
    "retail_growth": Measure("Growth of online retail", "网络零售额增速", "share", "mean", "max"),
    "farm_growth": Measure("Growth of farm products online", "农产品网络零售额增速", "share", "mean", "max"),
    "parcel_cost": Measure("Cost per parcel (operators)", "企业单件成本", "yuan", "mean", "min"),
    "full_parcel_cost": Measure(
        "Full cost per parcel, household's trip included", "单件全成本（含农户取件）", "yuan", "mean", "min"
    ),
    "delay_days": Measure("Delivery time within the county", "县域内配送时长", "days", "mean", "min"),
    "late_share": Measure("Late parcels", "延误包裹占比", "share", "mean", "min"),
    "poor_income": Measure("Income per head, registered poor", "建档立卡贫困户人均收入", "yuan", "mean", "max"),
    "income": Measure("Rural income per head", "农村人均收入", "yuan", "mean", "max"),
    "below_line": Measure(
        "Registered poor below the income line", "收入低于贫困线的建档立卡户占比", "share", "mean", "min"
    ),
}
"""Outcomes of a period; a run gives each of any calendar year it covers, and of its last weeks."""
GROWTH = ("retail_growth", "farm_growth")
"""Those that compare a period with the same weeks of the year before; targets of these names do so to a date."""
OF_YEARS_ALONE = ("below_line",)
"""Those that are of calendar years alone: income lines are."""
AT_THE_END = {
    "stations_open": Measure("Stations open at the end", "期末营业站点", "stations", "sum", "max"),
    "stations_closed": Measure("Stations closed", "关闭站点", "stations", "sum", "min"),
    "buyers_share": Measure("Households that buy online", "网购农户占比", "share", "mean", "max"),
    "sellers_share": Measure("Households that sell online", "网销农户占比", "share", "mean", "max"),
    "service_complaints": Measure("Service complaints per county", "服务投诉（每县）", "complaints", "mean", "min"),
    "poor_villages_served": Measure(
        "Poor villages with a station in use", "有站点服务的贫困村", "villages", "sum", "max"
    ),
    "poor_households_served": Measure(
        "Registered poor households served", "接受服务的建档立卡户", "households", "sum", "max"
    ),
}
"""Outcomes of the end of the run."""
KEPT_BESIDE = ("stations_idle",)
"""Figures of the end that are kept with every run, but not compared."""


TARGETS_MET = "targets_met"
"""Name of how many targets of the programme a county meets on average."""


def of_period(base: str, period: str) -> str:
    """Return the name of an outcome of a period: ``retail@2019``."""
    return f"{base}@{period}"


def base_of(name: str) -> str:
    """Return the name of an outcome without its period, be it written as now or as earlier versions did."""
    base, at, _ = name.partition("@")
    return base if at else _EARLIER.sub(r"\1", name)


def outcomes_of(period: str) -> dict[str, Measure]:
    """Return the outcomes that are shown side by side, of a period and of the end, by name."""
    wanted = Period.of(period)
    bases = {base: m for base, m in OF_A_PERIOD.items() if wanted.year is not None or base not in OF_YEARS_ALONE}
    return {of_period(base, period): measure.of(wanted) for base, measure in bases.items()} | AT_THE_END


def parted(name: str) -> tuple[str, Period] | None:
    """Return the base and the period of an outcome that has one; None if it has none, or there is no such outcome."""
    base, _, text = name.partition("@")
    try:
        period = Period.of(text)
    except ValueError:
        return None
    if base not in OF_A_PERIOD or (period.year is None and base in OF_YEARS_ALONE):
        return None
    return base, period


def outcome_of(name: str) -> Measure | None:
    """Return an outcome by its name, its period included; None if there is none."""
    base_and_period = parted(name)
    return AT_THE_END.get(name) if base_and_period is None else OF_A_PERIOD[base_and_period[0]].of(base_and_period[1])


def not_an_outcome(name: str, known: Iterable[str]) -> str:
    """Return in words what to write in place of a name that is no outcome.

    Parameters
    ----------
    known : names that would be taken there, of which the nearest is offered
    """
    base, at, text = name.partition("@")
    earlier = _EARLIER.fullmatch(name)
    if earlier:
        return f"it is written {of_period(*earlier.groups())} now"
    if base in OF_A_PERIOD and not at:
        return f"say of which period: {of_period(base, '2019')} of a calendar year" + (
            "" if base in OF_YEARS_ALONE else f", {of_period(base, 'last52weeks')} of the last weeks of the run"
        )
    if base in OF_A_PERIOD:
        need = "a calendar year, as 2019" + ("" if base in OF_YEARS_ALONE else ", or the last weeks, as last52weeks")
        return f"its period is {text!r}; {need}, is needed"
    names = list(known)
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"allowed are {', '.join(names)}"


_EARLIER = re.compile(rf"({'|'.join(sorted(OF_A_PERIOD, key=len, reverse=True))})_([0-9]{{4}})")
"""How versions before periods wrote outcomes of a year: ``retail_2019``."""


def region_of(name: str, values: F64) -> float:
    """Return a region's figure, the sum or the plain mean of its counties; NaN if none is known."""
    known, measure = values[np.isfinite(values)], outcome_of(name)
    if measure is None:
        raise ValueError(f"outcome {name!r}: {not_an_outcome(name, AT_THE_END)}")
    if not known.size:
        return float("nan")
    return float(known.sum() if measure.region == "sum" else known.mean())


def targets_met(programme: Programme) -> Label:
    """Return what the number of targets met is called."""
    return Label(text("targets.met", targets=len(programme.targets)), "targets a county", "max")
