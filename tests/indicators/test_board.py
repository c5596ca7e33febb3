"""Indicators worked by hand."""

import datetime as dt

import numpy as np
import pytest
from runs import ended

from ecsim.indicators import TARGETS
from ecsim.indicators.board import Board, Target

BENCHMARKS = {"retail": {2019: 0.191}, "farm": {2019: 0.27}}


def test_growth_compares_the_same_weeks_of_both_years() -> None:
    board = Board(dt.date(2018, 1, 1), 104, BENCHMARKS)
    board.register.counties = 1
    series = np.concatenate([np.full((53, 1), 10.0), np.full((51, 1), 12.0)])
    june = board.growth(series, dt.date(2019, 6, 30))
    assert june[0] == pytest.approx(0.2)
    assert np.isnan(board.growth(series, dt.date(2018, 6, 30))).all()


@pytest.mark.parametrize(
    ("sense", "found", "met"),
    [
        ("at least", 0.5, True), ("at least", 0.49, False), ("at most", 10, True), ("at most", 11, False),
        ("above", 0.0, False), ("above", 0.001, True), ("above", np.nan, False), ("at least", np.nan, False),
    ],
)  # fmt: skip
def test_targets_are_met_at_their_edges_as_the_table_says(sense: str, found: float, met: bool) -> None:
    value = {"at least": 0.5, "at most": 10.0, "above": 0.0}[sense]
    assert Target("x", "x", "x", "x", sense, value).met(np.array([found])).tolist() == [met]


def test_there_are_the_fourteen_of_the_notice() -> None:
    assert len(TARGETS) == len({target.name for target in TARGETS}) == 14


def test_coverage_is_counted_over_committees_from_openings_alone() -> None:
    run, recorder, board = ended("pooled_by_project")
    opened = recorder.column("station_opened", "village")
    closed = {int(s) for s in recorder.column("station_closed", "station")}
    idle = int((run.state.stations.status == 2).sum())
    county = run.state.villages.county[opened]
    values = board.values(dt.date(2020, 3, 29))["village_coverage"]
    have = (values * run.state.counties.villages).round().astype(int).sum()
    assert have == len(county) - len(closed) - idle


def test_sums_of_the_board_are_those_of_the_events() -> None:
    run, recorder, board = ended("pooled_by_project")
    persons = recorder.column("trainee_attended", "persons").sum()
    assert board.programme.until("persons", 7 * board.weeks).sum() == persons
    assert board.spending_yuan()["training"] >= 0
    complaints = recorder.column("disclosure_complained", "complaints").sum()
    assert (
        board.programme.until("complaints", 7 * board.weeks).sum()
        == complaints
        == (run.state.counties.disclosure_complaints.sum())
    )
