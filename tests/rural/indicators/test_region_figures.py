"""How counties make the region's figure, and when the programme's steps were taken (docs/model.md 7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.event import Stamp
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.events.training import SessionHeld
from ecsim.rural.indicators import outcomes_of, region_of
from ecsim.rural.indicators.milestones import Milestones
from figures import Happened
from tiny import LIVELY, lively_run, made

OUTCOMES = outcomes_of("2019")


@pytest.mark.parametrize("name", list(OUTCOMES))
def test_the_regions_figure_is_the_sum_or_the_plain_mean_of_its_counties(name: str) -> None:
    values = np.array([3.0, 5.0, 10.0])
    assert region_of(name, values) == (18.0 if OUTCOMES[name].region == "sum" else 6.0)


@pytest.mark.parametrize("name", ["retail@2019", "parcel_cost@last52weeks"])
def test_counties_without_a_figure_are_left_out_and_none_at_all_is_none(name: str) -> None:
    assert region_of(name, np.array([np.nan, 4.0, np.nan])) == 4.0
    assert np.isnan(region_of(name, np.array([np.nan, np.nan])))


def test_amounts_are_summed_and_shares_are_means() -> None:
    for name, measure in OUTCOMES.items():
        if measure.unit == "share":
            assert measure.region == "mean", name


def test_every_outcome_of_the_table_has_a_figure_in_a_run() -> None:
    outcomes = Happened(LIVELY).all(lively_run()[1].batches).card.outcomes()
    assert OUTCOMES.keys() <= outcomes.keys()
    groups = {name for name in OUTCOMES if name.startswith(("trained_to_shops_", "trained_to_work_"))}
    assert len(groups) == 6  # no figure where nobody of a group was trained
    carried = {name for name in OUTCOMES if "upward_cost" in name}  # nothing goes up in county 1 in that year
    assert all(np.isfinite(outcomes[name][0]) for name in carried)
    assert all(np.isfinite(outcomes[name]).all() for name in OUTCOMES if name not in groups | carried)


def test_milestones_tell_the_first_day_and_that_by_which_half_had_happened() -> None:
    # Stations open on days 70 (one), 140 (two) and 210 (two): the third of five opened on day 140.
    steps = Milestones()
    for day, stations in ((70, 1), (140, 2), (210, 2)):
        event = made(StationOpened, station=np.arange(stations), village=np.arange(stations))
        steps.see(event, Stamp(0, day, np.full(stations, -1, np.int64)))
    rows = {row["step"]: row for row in steps.rows()}
    assert {name: rows["station_opened"][name] for name in ("events", "first", "half")} == {
        "events": 5, "first": 70, "half": 140,
    }  # fmt: skip
    assert (rows[SessionHeld.kind]["events"], rows[SessionHeld.kind]["first"], rows[SessionHeld.kind]["half"]) == (
        0,
        -1,
        -1,
    )
