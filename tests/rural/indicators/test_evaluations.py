"""The verdict on every county, as a report shows it."""

from __future__ import annotations

import numpy as np

from ecsim.kernel.event import Stamp
from ecsim.rural.events.codes import Record, ReportKind, Verdict
from ecsim.rural.events.governance import CountyEvaluated, TargetsReported
from ecsim.rural.indicators import Evaluations
from ecsim.rural.programme.programme_files import shipped_programme
from tiny import made


def test_the_last_evaluation_is_told_with_targets_met_as_reported_and_verified_worked_by_hand() -> None:
    # County 1 reports 3,000 trained where 2,000 were, and a centre where there is one; county 0 reports nothing.
    seen = Evaluations(shipped_programme().targets)
    reported = made(
        TargetsReported, county=[1, 1], record=[int(Record.TRAINED), int(Record.SERVICE_CENTRES)],
        report=[int(ReportKind.PROVINCIAL_EVALUATION)] * 2, reported=[3_000_000_000, 1_000_000],
        verified=[2_000_000_000, 1_000_000],
    )  # fmt: skip
    for score in (55_500_000, 81_250_000):
        evaluated = made(
            CountyEvaluated, county=[0, 1], score=[score, score], deducted=[0, 2_500_000],
            verdict=[int(Verdict.FAILED), int(Verdict.GOOD)],
        )  # fmt: skip
        for event in (reported, evaluated):
            seen.see(event, Stamp(0, 0, np.full(event.rows, -1)))
    assert seen.rows() == [
        {"county": 0, "score": 81.25, "deducted": 0.0, "verdict": "failed", "reported_met": 0, "verified_met": 0},
        {"county": 1, "score": 81.25, "deducted": 2.5, "verdict": "good", "reported_met": 2, "verified_met": 1},
    ]


def test_without_evaluations_there_are_no_rows() -> None:
    assert Evaluations(shipped_programme().targets).rows() == []
