"""How money became service: when each step of the programme was taken, and how often."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ecsim.rural.events import (
    BrandRegistered,
    ContractAwarded,
    Event,
    ExampleRecognised,
    FacilityOpened,
    PaymentMade,
    PoolFormed,
    ProjectApproved,
    ProjectRefused,
    SessionHeld,
    Stamp,
    StationClosed,
    StationIdled,
    StationOffered,
    StationOpened,
    TraineeAttended,
    WorksFinished,
    WorksSlipped,
)

STEPS: dict[type[Event], tuple[str, str]] = {
    PaymentMade: ("Payments", "拨付款项"),
    ProjectApproved: ("Projects approved", "批准项目"),
    ProjectRefused: ("Projects refused or flagged under the notice", "依文件退回或标记的项目"),
    ContractAwarded: ("Contracts awarded", "签订合同"),
    WorksSlipped: ("Works slipped", "工程延期"),
    WorksFinished: ("Works finished", "工程验收"),
    FacilityOpened: ("Facilities opened", "设施启用"),
    PoolFormed: ("Joint delivery pools formed", "组建共同配送"),
    StationOffered: ("Stations offered", "遴选站点"),
    StationOpened: ("Stations opened", "站点开业"),
    StationIdled: ("Stations idled", "站点停业"),
    StationClosed: ("Stations closed", "站点关闭"),
    SessionHeld: ("Training sessions held", "开办培训"),
    TraineeAttended: ("Attendance rows", "培训签到记录"),
    BrandRegistered: ("Brands registered", "注册品牌"),
    ExampleRecognised: ("Examples recognised", "认定示范企业（户）"),
}
"""Kinds in the order in which one brings about the next, with their titles."""


class Milestones:
    """Counts and days of the programme's steps in one run."""

    def __init__(self) -> None:
        self._days: dict[type[Event], list[tuple[int, int]]] = defaultdict(list)

    def see(self, event: Event, stamp: Stamp) -> None:
        """Take note of a step."""
        if type(event) in STEPS:
            self._days[type(event)].append((stamp.day, event.rows))

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a step: how many events, the first day, and the day by which half had happened (or -1)."""
        found = []
        for kind, (en, zh) in STEPS.items():
            days = np.repeat(*np.array(self._days[kind], np.int64).reshape(-1, 2).T)
            first, half = (int(days[0]), int(days[(len(days) - 1) // 2])) if len(days) else (-1, -1)
            found.append({"step": kind.kind, "en": en, "zh": zh, "events": len(days), "first": first, "half": half})
        return found
