"""What governments know of their targets is what a check by the events gives (docs/model.md 4.10, 7)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.kernel.event import Stamp
from ecsim.rural.events.codes import Record, ReportKind
from ecsim.rural.events.governance import TargetsReported
from ecsim.rural.figures import FIGURES
from ecsim.rural.indicators import CountyScorecard
from ecsim.rural.programme.records import Records
from tiny import LIVELY, Events, opening_events, run, tiny_region

WEEKS = 130


def seen_whole(card: CountyScorecard, events: Events) -> None:
    """Let a card see the opening of the lively region, and all that happened then."""
    for event in opening_events(LIVELY):
        card.see(event, Stamp(0, 0, np.full(event.rows, -1)))
    card.read(events.batches)


def test_every_record_has_the_name_of_a_figure() -> None:
    assert {record.name.lower() for record in Record} <= set(FIGURES)


def test_every_target_of_the_shipped_programme_is_reported() -> None:
    region, _ = tiny_region()
    records = Records(region.world.state, 0, region.calendar, region.settings.programme, region.official)
    assert [record.name.lower() for record, _ in records.targets()] == [
        t.name for t in region.settings.programme.targets
    ]


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
def test_verified_figures_are_those_of_the_events(policy: str) -> None:
    quick = {"funds.plan_lag_weeks": 2, "funds.pooled_delay_weeks": 0, "governance.review_weeks": 0}
    region, events = tiny_region({"end": dt.date(2020, 12, 31)}, policy=policy, opened=LIVELY, numbers=quick)
    card = CountyScorecard.of(region.settings)
    known: dict[int, dict[str, np.ndarray]] = {}
    for week in range(WEEKS):
        if week and week % 4 == 0:
            books = Records(region.world.state, week, region.calendar, region.settings.programme, region.official)
            known[week] = {record.name.lower(): books.figure(record) for record in Record}
        run(region, 1, first=week)
    seen_whole(card, events)
    for week, figures in known.items():
        found = card.values(region.calendar.date(week) - dt.timedelta(days=1))
        for name, figure in figures.items():
            np.testing.assert_allclose(figure, found[name], err_msg=f"{name} in week {week}")
    told = events.of(TargetsReported)
    assert set(told["report"].tolist()) == set(ReportKind) - {
        ReportKind.FUND_PLAN,
        ReportKind.AUDIT,
        ReportKind.CLOSING,
    }
