"""How money became service: when each step of the programme was taken, and how often.

For each step, in the order in which one brings about the next: how many events, the first day, and the median day.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from ecsim.rural.events import (
    BrandRegistered,
    ContractAwarded,
    ContractorFailed,
    Event,
    ExampleRecognised,
    FacilityOpened,
    OffersEnded,
    PaymentMade,
    PoolFormed,
    ProjectApproved,
    ProjectRecalled,
    ProjectRefused,
    SessionHeld,
    Stamp,
    StationClosed,
    StationIdled,
    StationOffered,
    StationOpened,
    TenderVoided,
    TraineeAttended,
    WorksFinished,
    WorksGivenUp,
)
from ecsim.rural.texts import text

STEPS: tuple[type[Event], ...] = (
    PaymentMade,
    ProjectApproved,
    ProjectRefused,
    TenderVoided,
    ContractAwarded,
    ContractorFailed,
    WorksGivenUp,
    WorksFinished,
    ProjectRecalled,
    FacilityOpened,
    PoolFormed,
    StationOffered,
    StationOpened,
    OffersEnded,
    StationIdled,
    StationClosed,
    SessionHeld,
    TraineeAttended,
    BrandRegistered,
    ExampleRecognised,
)
"""Kinds in the order in which one brings about the next; the catalogue's ``milestones`` has their titles."""


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
        rows = []
        for kind in STEPS:
            days = np.repeat(*np.array(self._days[kind], np.int64).reshape(-1, 2).T)
            first, half = (int(days[0]), int(days[(len(days) - 1) // 2])) if len(days) else (-1, -1)
            title = text(f"milestones.{kind.kind}")
            counted = {"events": len(days), "first": first, "half": half}
            rows.append({"step": kind.kind, "en": title.en, "zh": title.zh, **counted})
        return rows
