"""Digests say whether two runs are the same, and dates of works which project was finished when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import DisclosureComplained, PaymentMade, ProjectApproved, ReportFiled, WorksFinished
from ecsim.rural.events.codes import DisclosureCause, Funder
from ecsim.rural.laws.side_by_side import EventDigests, FinishedWorks
from tiny import made

PAPERS, PURSE = "events_but_papers", "events_but_purse"
WORKS = made(WorksFinished, project=[1, 2, 3])


def digest(*batches: tuple[Event, int]) -> dict[str, float]:
    """Return the digests of events on their days."""
    digests = EventDigests()
    for event, day in batches:
        digests.see(event, Stamp(0, day, np.zeros(event.rows, np.int64)))
    return digests.figures()


def payment(**columns: Any) -> Event:
    usual = {"payer": [5], "payee": [6], "funder": int(Funder.CENTRAL), "project": [1], "paid_fen": [100]}
    return made(PaymentMade, **usual | columns)


def test_the_same_rows_in_other_batches_are_the_same_events() -> None:
    assert digest((WORKS, 7)) == digest((WORKS.slice(0, 1), 7), (WORKS.slice(1, 3), 7), (WORKS.slice(0, 0), 7))


@pytest.mark.parametrize(
    "other", [((WORKS, 14),), ((WORKS.slice(0, 2), 7),), ((made(WorksFinished, project=[1, 2, 4]), 7),)]
)
def test_another_day_row_or_value_is_another_digest(other: tuple[tuple[Event, int], ...]) -> None:
    mine, theirs = digest((WORKS, 7)), digest(*other)
    assert all(mine[name] != theirs[name] for name in (PAPERS, PURSE))


def test_reports_payments_of_nothing_and_what_governments_pay_of_their_own_are_papers() -> None:
    papers = [
        made(ReportFiled, county=[1]),
        made(DisclosureComplained, county=[1], cause_code=int(DisclosureCause.FALSE_REPORT)),
        payment(paid_fen=[0]),
        payment(funder=int(Funder.LOCAL), project=[-1]),
    ]
    assert digest((WORKS, 7))[PAPERS] == digest((WORKS, 7), *((paper, 7) for paper in papers))[PAPERS]


def test_a_complaint_about_anything_else_is_none() -> None:
    complaint = made(DisclosureComplained, county=[1], cause_code=int(DisclosureCause.FAVOURITISM))
    assert digest((WORKS, 7))[PAPERS] != digest((WORKS, 7), (complaint, 7))[PAPERS]


@pytest.mark.parametrize("columns", [{}, {"project": [-1]}, {"funder": int(Funder.LOCAL)}])
def test_central_money_and_money_for_projects_are_not(columns: dict[str, Any]) -> None:
    assert digest((WORKS, 7))[PAPERS] != digest((WORKS, 7), (payment(**columns), 7))[PAPERS]


def test_from_whose_account_a_project_is_paid_is_the_purses_affair_and_how_much_is_not() -> None:
    paid = digest((payment(), 7))[PURSE]
    assert digest((payment(payer=[9]), 7), (payment(project=[-1]), 7))[PURSE] == paid
    assert digest((payment(paid_fen=[101]), 7))[PURSE] != paid


def test_works_are_known_by_what_they_are_and_never_is_the_end() -> None:
    works = FinishedWorks(weeks=4)
    stamp = Stamp(0, 0, np.zeros(2, np.int64))
    works.see(made(ProjectApproved, project=[0, 1], county=[3, 3], crop=-1, turn=[0, 1]), stamp)
    assert works.figures()["finished_by:3"] == 0.0
    works.see(made(WorksFinished, project=[1]), Stamp(2, 14, np.zeros(1, np.int64)))
    found = works.figures()
    assert found["finish_day:0.3.0.-1.0"] == 28.0
    assert found["finish_day:0.3.0.-1.1"] == 14.0
    assert [found[f"finished_by:{week}"] for week in range(4)] == [0.0, 0.0, 1.0, 1.0]


def test_without_projects_there_is_nothing_to_hold() -> None:
    assert FinishedWorks(weeks=4).figures() == {}
