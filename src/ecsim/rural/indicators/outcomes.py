"""Outcome measures: what arms are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ecsim.kernel.measures import Label
from ecsim.kernel.text import Text
from ecsim.rural.indicators.fold import F64


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


OUTCOMES = {
    "retail_2019": Measure("Online retail sales, 2019", "2019年网络零售额", "million yuan", "sum", "max"),
    "farm_retail_2019": Measure(
        "Farm products sold online, 2019", "2019年农产品网络零售额", "million yuan", "sum", "max"
    ),
    "retail_growth_2019": Measure("Growth of online retail, 2019", "2019年网络零售额增速", "share", "mean", "max"),
    "farm_growth_2019": Measure(
        "Growth of farm products online, 2019", "2019年农产品网络零售额增速", "share", "mean", "max"
    ),
    "parcel_cost_2019": Measure("Cost per parcel (operators), 2019", "2019年企业单件成本", "yuan", "mean", "min"),
    "full_parcel_cost_2019": Measure(
        "Full cost per parcel, household's trip included, 2019", "2019年单件全成本（含农户取件）", "yuan", "mean", "min"
    ),
    "delay_days_2019": Measure("Delivery time within the county", "县域内配送时长", "days", "mean", "min"),
    "late_share_2019": Measure("Late parcels", "延误包裹占比", "share", "mean", "min"),
    "poor_income_2019": Measure(
        "Income per head, registered poor, 2019", "2019年建档立卡贫困户人均收入", "yuan", "mean", "max"
    ),
    "income_2019": Measure("Rural income per head, 2019", "2019年农村人均收入", "yuan", "mean", "max"),
    "below_line_2019": Measure(
        "Registered poor below the income line", "收入低于贫困线的建档立卡户占比", "share", "mean", "min"
    ),
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
"""Outcomes shown side by side."""


def region_of(name: str, values: F64) -> float:
    """Return a region's figure, the sum or the plain mean of its counties; NaN if none is known."""
    known = values[np.isfinite(values)]
    if not known.size:
        return float("nan")
    return float(known.sum() if OUTCOMES[name].region == "sum" else known.mean())
