"""Targets: what a figure must reach, and whether it does: met, missed, or no figure to say so by."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from ecsim.kernel.text import Text
from ecsim.rural.indicators.fold import F64
from ecsim.statistics.bounds import Bound, verdicts


@dataclass(frozen=True)
class Target:
    """A figure of the target table: at least, at most, or strictly above or below a value."""

    name: str
    title_en: str
    title_zh: str
    unit: str
    sense: Bound
    value: float

    @property
    def title(self) -> Text:
        """What people call it."""
        return Text(self.title_en, self.title_zh)

    @property
    def told(self) -> str:
        """The value: at least 3."""
        return f"{self.sense} {self.value:g}"

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
