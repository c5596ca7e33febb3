"""Targets: what a figure must reach, and whether it does: met, missed, or no figure to say so by."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ecsim.indicators.fold import F64
from ecsim.rounding import less

Bound = Literal["at least", "at most", "above", "below"]
"""How a figure is held against a target's value; "above" and "below" are strict."""
_HOLDS: dict[str, Callable[[F64, float], F64]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}
SIGNS: dict[str, str] = {"at least": "≥", "at most": "≤", "above": ">", "below": "<"}


def verdicts(figures: ArrayLike, bound: Bound, value: float) -> F64:
    """Return 1 where figures meet a target, 0 where they miss it, NaN where there is no figure; of their shape.

    A figure that parts from the value by rounding alone equals it: it meets "at least", and is not "above".
    """
    found = np.asarray(figures, np.float64)
    return np.where(np.isnan(found), np.nan, _HOLDS[bound](less(found, value), 0.0))


def together(several: Iterable[ArrayLike]) -> F64:
    """Return the verdict on several targets at once: missed if any is, else no figure if any has none, else met.

    Parameters
    ----------
    several : verdicts of one target each, of shapes that broadcast
    """
    stacked = np.stack(np.broadcast_arrays(*(np.asarray(one, np.float64) for one in several)))
    missed = (stacked == 0.0).any(axis=0)
    return np.where(missed, 0.0, stacked.min(axis=0))  # the minimum of ones and NaN is NaN


@dataclass(frozen=True)
class Target:
    """A figure of the target table: at least, at most, or strictly above or below a value."""

    name: str
    title_en: str
    title_zh: str
    unit: str
    sense: Bound
    value: float

    def met(self, found: ArrayLike) -> F64:
        """Return 1 where the target is met, 0 where it is missed, NaN where there is no figure."""
        return verdicts(found, self.sense, self.value)


TARGETS = (
    Target("service_centres", "County service centre", "县级公共服务中心", "centres", "at least", 1),
    Target("distribution_centres", "County distribution centre", "县级物流配送中心", "centres", "at least", 1),
    Target("demo_enterprises", "Demonstration enterprises", "示范企业", "enterprises", "at least", 5),
    Target("demo_poor_households", "Demonstration poor households", "建档立卡示范户", "households", "at least", 20),
    Target("regional_brands", "Regional public brand (prefecture)", "区域公共品牌", "brands", "at least", 1),
    Target("trained", "Training", "培训人次", "person-times", "at least", 3000),
    Target("village_coverage", "Villages with a station", "行政村覆盖率", "share", "at least", 0.5),
    Target("poor_village_coverage", "Poor villages with a station", "贫困村覆盖率", "share", "at least", 0.5),
    Target(
        "retail_growth", "Growth of online retail above the nation", "农村网络零售额增速", "share a year", "above", 0.0
    ),
    Target(
        "farm_growth",
        "Growth of farm products online above the nation",
        "农产品网络零售额增速",
        "share a year",
        "above",
        0.0,
    ),
    Target("employment", "Founders and jobs", "创业就业", "persons", "above", 0),
    Target(
        "poverty_service",
        "Service in poor villages and to poor households",
        "服务贫困村贫困户",
        "of 2 services",
        "at least",
        2,
    ),
    Target("complaints", "Complaints on disclosure", "信息公开投诉", "complaints", "at most", 10),
    Target("trainee_satisfaction", "Satisfied trainees", "培训满意度", "share", "at least", 0.9),
)
"""The fourteen indicators of the notice's annex 2; growth is measured as the gap to the official national rate."""
