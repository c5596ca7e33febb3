"""Hours, wages, jobs and what is recognised are the same in samples of another size (docs/model.md 4.7)."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest
from scenes import pair

from ecsim.kernel.draws import Draws
from ecsim.kernel.event import Event, Stamp
from ecsim.kernel.world import World
from ecsim.rural.events import EnterprisesTraded, ExampleRecognised, HoursWorked, JobsFilled, WagesPaid
from ecsim.rural.model import MODEL
from ecsim.scenario.load import load
from tiny import Events

KINDS = (HoursWorked, WagesPaid, JobsFilled, EnterprisesTraded, ExampleRecognised)


class Some(Events):
    """A recorder that keeps events about work alone."""

    def append(self, event: Event, stamp: Stamp) -> None:
        """Keep the rows of an event about work."""
        if isinstance(event, KINDS):
            super().append(event, stamp)

    follow = append


@cache
def run(sample: float) -> tuple[Some, int]:
    """Return what happened in two counties in a year and a half, and how many rows of households there are."""
    dates = {"start": dt.date(2018, 1, 1), "end": dt.date(2019, 6, 30)}
    scenario = load("pooled_by_project", {"region": pair(), "sample": sample, **dates})
    opening, events = MODEL.opening(scenario), Some()
    world: World = World(MODEL.state.allocate(opening.sizes), MODEL.changes_by_kind, Draws(1), events)
    world.publish_all(opening.events)
    region = MODEL.context(world, scenario, MODEL.parameters(scenario))
    for week in range(scenario.weeks):
        world.day = MODEL.days * week
        for step in MODEL.steps:
            if step.due(week):
                step.act(region)
    return events, len(world.state.households)


def summed(kind: type[Event], column: str, sample: float) -> float:
    """Return a column added up over the run."""
    return float(run(sample)[0].of(kind)[column].sum())


@pytest.mark.parametrize(
    ("kind", "column", "within"),
    [
        (HoursWorked, "hours", 0.01),
        (HoursWorked, "wages_fen", 0.01),
        (HoursWorked, "others_hours", 0.01),
        (WagesPaid, "paid_fen", 0.01),
        (WagesPaid, "workers", 0.02),
        (JobsFilled, "jobs", 0.02),
        (JobsFilled, "first_jobs", 0.04),
    ],
)
def test_work_of_a_fifth_of_the_households_is_that_of_all_that_they_stand_for(
    kind: type[Event], column: str, within: float
) -> None:
    assert run(0.05)[1] > 4.5 * run(0.01)[1]
    assert summed(kind, column, 0.01) == pytest.approx(summed(kind, column, 0.05), rel=within)


def test_no_county_recognises_more_in_a_quarter_than_it_may_whatever_the_sample() -> None:
    for sample in (0.01, 0.05):
        found = run(sample)[0].of(ExampleRecognised)
        households = found["household"] >= 0
        quarter = 1000 * (found["day"] // 91) + found["county"]
        assert np.bincount(quarter, found["weight"] * households).max() <= 12
        assert np.bincount(quarter, found["weight"] * ~households).max() <= 4
