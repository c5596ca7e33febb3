"""Indicators worked by hand."""

import datetime as dt

import numpy as np
import pytest

from ecsim.rural.figures.growth import growth
from ecsim.rural.indicators import CountyScorecard, Target
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.regions.official import Official
from ecsim.statistics.bounds import Bound, together, verdicts
from runs import ended

OFFICIAL = Official({"retail": {2019: 0.191}, "farm": {2019: 0.27}}, {2018: 299_500, 2019: 321_800})
TARGETS = shipped_programme().targets


def scorecard_of(start: dt.date, weeks: int, counties: int) -> CountyScorecard:
    card = CountyScorecard(start, weeks, shipped_programme(), OFFICIAL)
    card.index.counties = counties
    return card


def test_growth_compares_the_same_weeks_of_both_years() -> None:
    card = scorecard_of(dt.date(2018, 1, 1), 104, 1)
    series = np.concatenate([np.full((52, 1), 10.0), np.full((52, 1), 12.0)])
    for date in (dt.date(2019, 1, 6), dt.date(2019, 6, 30), dt.date(2019, 12, 31)):
        assert growth(series, card.periods.growth_weeks(date))[0] == pytest.approx(0.2)
    assert np.isnan(growth(series, card.periods.growth_weeks(dt.date(2018, 6, 30)))).all()


def test_growth_on_nothing_is_no_figure() -> None:
    card = scorecard_of(dt.date(2018, 1, 1), 104, 1)
    series = np.concatenate([np.zeros((52, 1)), np.ones((52, 1))])
    assert np.isnan(growth(series, card.periods.growth_weeks(dt.date(2019, 12, 31)))).all()


@pytest.mark.parametrize("weeks", [60, 78, 100, 103])
@pytest.mark.parametrize("start", [dt.date(2018, 1, 1), dt.date(2018, 7, 1)])
def test_growth_between_years_that_were_not_run_whole_is_no_figure(start: dt.date, weeks: int) -> None:
    card = scorecard_of(start, weeks, 2)
    assert np.isnan(growth(np.ones((weeks, 2)), card.periods.growth_weeks(dt.date(2019, 12, 31)))).all()
    assert {"retail_growth@2019", "farm_growth@2019"} <= card.available.lacking().keys()


def a_target(sense: Bound, value: float) -> Target:
    return Target(name="trained", title_en="x", title_zh="x", unit="person-times", sense=sense, value=value)


@pytest.mark.parametrize(
    ("sense", "found", "met"),
    [
        ("at least", 0.5, 1), ("at least", 0.49, 0), ("at most", 10, 1), ("at most", 11, 0), ("above", 0.0, 0),
        ("above", 0.001, 1), ("below", 3.0, 0), ("below", 2.999, 1), ("above", np.nan, np.nan),
        ("below", np.nan, np.nan), ("at least", np.nan, np.nan), ("at most", np.nan, np.nan),
    ],
)  # fmt: skip
def test_targets_are_met_at_their_edges_as_the_table_says(sense: Bound, found: float, met: float) -> None:
    value = {"at least": 0.5, "at most": 10.0, "above": 0.0, "below": 3.0}[sense]
    np.testing.assert_array_equal(a_target(sense, value).met(np.array([found])), [met])


@pytest.mark.parametrize(("sense", "met"), [("at least", 1.0), ("at most", 1.0), ("above", 0.0), ("below", 0.0)])
@pytest.mark.parametrize("found", [0.1 + 0.2, 0.3, 0.9 / 3.0, 1.0 - 0.7])
def test_a_figure_that_parts_from_its_target_by_rounding_is_at_its_edge(sense: Bound, found: float, met: float) -> None:
    assert verdicts(found, sense, 0.3) == met


def test_sales_must_grow_strictly_faster_than_the_nation() -> None:
    growth = [target for target in TARGETS if target.name in ("retail_growth", "farm_growth")]
    assert [target.met([0.0, 1e-9]).tolist() for target in growth] == [[0.0, 1.0]] * 2


@pytest.mark.parametrize(
    ("verdicts", "together_met"),
    [
        ([1, 1, 1], 1), ([1, 0, 1], 0), ([1, np.nan, 1], np.nan), ([np.nan, 0, 1], 0), ([np.nan, np.nan], np.nan),
    ],
)  # fmt: skip
def test_several_targets_at_once_are_missed_if_one_is_and_unknown_if_none_is_missed_but_one_has_no_figure(
    verdicts: list[float], together_met: float
) -> None:
    np.testing.assert_array_equal(together([[one] for one in verdicts]), [together_met])


@pytest.mark.parametrize("seed", range(5))
def test_counties_that_meet_all_are_those_that_meet_each(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.choice([0.0, 1.0, np.nan], p=[0.1, 0.8, 0.1], size=(14, 500))
    by_hand = [0.0 if 0.0 in c else np.nan if np.isnan(c).any() else 1.0 for c in table.T.tolist()]
    np.testing.assert_array_equal(together(table), by_hand)


def test_service_to_the_poor_needs_villages_and_households() -> None:
    run, recorder, card = ended("pooled_by_project")
    last = dt.date(2020, 3, 29)
    found, values = card.outcomes(), card.values(last)["poverty_service"]
    villages, households = found["poor_villages_served"], found["poor_households_served"]
    assert (villages <= run.state.counties.poor_villages).all()
    assert (households <= run.state.counties.poor_households * 1.5).all()
    assert values.tolist() == ((villages > 0).astype(float) + (households > 0)).tolist()
    begun = dt.date(2018, 12, 31)  # before any station: cooperatives and firms buy from the poor, no village is served
    assert set(card.values(begun)["poverty_service"]) <= {0.0, 1.0}
    assert set(card.met(begun)["poverty_service"]) == {0.0}
    assert recorder.counts["station_opened"] > 0


def test_a_household_that_is_served_often_counts_once() -> None:
    run, recorder, card = ended("pooled_by_project")
    h = run.state.households
    trained, selling = np.zeros(len(h)), np.zeros(len(h))
    came = recorder.column("trainee_attended", "household")
    np.add.at(trained, came[came >= 0], recorder.column("trainee_attended", "persons")[came >= 0])
    channel, plot = recorder.column("lot_sold", "channel"), recorder.column("lot_sold", "plot")
    through = (channel == 1) | (channel == 2)
    np.maximum.at(selling, run.state.plots.household[plot[through]], recorder.column("lot_sold", "sellers")[through])
    missed = np.maximum(h.weight - trained, 0) * (h.weight - selling) / h.weight
    by_hand = np.bincount(h.county, np.where(h.poor, h.weight - missed, 0.0), len(run.state.counties))
    np.testing.assert_allclose(card.outcomes()["poor_households_served"], by_hand)
    assert 0 < by_hand.sum() < h.weight[h.poor].sum()


def test_there_are_the_fourteen_of_the_notice() -> None:
    assert len(TARGETS) == len({target.name for target in TARGETS}) == 14


def test_coverage_is_counted_over_committees_from_openings_alone() -> None:
    run, recorder, card = ended("pooled_by_project")
    opened = recorder.column("station_opened", "village")
    closed = {int(s) for s in recorder.column("station_closed", "station")}
    idle = int((run.state.stations.status == 2).sum())
    county = run.state.villages.county[opened]
    values = card.values(dt.date(2020, 3, 29))["village_coverage"]
    have = (values * run.state.counties.villages).round().astype(int).sum()
    assert have == len(county) - len(closed) - idle


def test_sums_of_the_board_are_those_of_the_events() -> None:
    run, recorder, card = ended("pooled_by_project")
    persons = recorder.column("trainee_attended", "persons").sum()
    assert card.programme.until("persons", 7 * card.weeks).sum() == persons
    assert card.spending_yuan()["training"] >= 0
    complaints = recorder.column("disclosure_complained", "complaints").sum()
    assert (
        card.programme.until("complaints", 7 * card.weeks).sum()
        == complaints
        == (run.state.counties.disclosure_complaints.sum())
    )
