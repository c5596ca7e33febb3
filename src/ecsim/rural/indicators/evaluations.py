"""The verdict on every county: its last evaluation, and how many targets it met as reported and as verified."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecsim.rural.events import CountyEvaluated, Event, Record, Stamp, TargetsReported, Verdict
from ecsim.rural.programme.notice import Target

ONE = 1e6


class Evaluations:
    """Scores and verdicts of one run; the last evaluation of a county is the one that is told.

    Parameters
    ----------
    targets : of the programme
    """

    def __init__(self, targets: tuple[Target, ...]) -> None:
        self._targets = {
            Record[name]: target for target in targets if (name := target.name.upper()) in Record.__members__
        }
        self._told: TargetsReported | None = None
        self._rows: dict[int, dict[str, Any]] = {}

    def see(self, event: Event, stamp: Stamp) -> None:  # noqa: ARG002 (what looks on takes both)
        """Take note of an evaluation, and of the figures that were reported before it."""
        if isinstance(event, TargetsReported):
            self._told = event
        elif isinstance(event, CountyEvaluated):
            for row, county in enumerate(event.county.tolist()):
                self._rows[county] = {
                    "county": county, "score": float(event.score[row]) / ONE,
                    "deducted": float(event.deducted[row]) / ONE, "verdict": Verdict(event.verdict[row]).name.lower(),
                    "reported_met": self._met(county, "reported"), "verified_met": self._met(county, "verified"),
                }  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a county that was evaluated."""
        return [self._rows[county] for county in sorted(self._rows)]

    def _met(self, county: int, column: str) -> int:
        """Return how many targets of a county are met by what was reported last, or by what was verified."""
        told = self._told
        if told is None:
            return 0
        rows = np.flatnonzero(told.county == county)
        values = told.__dict__[column][rows] / ONE
        return sum(
            float(self._targets[Record(record)].met(value)) == 1.0
            for record, value in zip(told.record[rows].tolist(), values.tolist(), strict=True)
        )
