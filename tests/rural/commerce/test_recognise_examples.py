"""Each quarter counties recognise the largest enterprises and poor households that meet the thresholds (4.7)."""

from __future__ import annotations

import datetime as dt

import pytest

from ecsim.rural.events.codes import ExampleKind
from ecsim.rural.events.market import EnterprisesTraded, ExampleRecognised, WagesPaid
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import Events, made, take, tiny_region

WEEK = 51
"""The first quarter's end after the notice of 30 November 2018."""
FIRM, HOUSEHOLD = ExampleKind.DEMONSTRATION_ENTERPRISE, ExampleKind.DEMONSTRATION_HOUSEHOLD


def traded(region: Region, *firms: tuple[int, int, int]) -> None:
    """Let enterprises sell for so many fen a year and reach so many poor households."""
    number, yearly, poor = zip(*firms, strict=True)
    region.world.publish(made(EnterprisesTraded, enterprise=number, yearly_fen=yearly, poor_households=poor))


def recognised(region: Region, events: Events, week: int = WEEK) -> dict[str, list[tuple[int, int]]]:
    """Return what was recognised: county and number, firms and households apart."""
    events.clear()
    take(region, "recognise_examples", week=week)
    found = events.of(ExampleRecognised)
    rows = list(zip(*(found[name].tolist() for name in ("example", "county", "enterprise", "household")), strict=True))
    return {
        "firms": [(county, firm) for example, county, firm, _ in rows if example == FIRM],
        "households": [(county, household) for example, county, _, household in rows if example == HOUSEHOLD],
    }


@pytest.mark.parametrize(
    ("yearly", "poor", "yes"),
    [(130_000_000, 10, True), (130_000_000, 9, False), (99_999_999, 10, False), (100_000_000, 10, True)],
)
def test_a_firm_needs_a_million_yuan_and_ten_poor_households(yearly: int, poor: int, yes: bool) -> None:
    region, events = tiny_region()
    traded(region, (0, yearly, poor))
    assert recognised(region, events)["firms"] == ([(0, 0)] if yes else [])


def test_a_firm_is_recognised_once_and_counted_in_its_county() -> None:
    region, events = tiny_region()
    traded(region, (0, 130_000_000, 10), (2, 260_000_000, 50))
    assert recognised(region, events)["firms"] == [(0, 0), (1, 2)]
    found = events.of(ExampleRecognised)
    assert found["weight"].tolist() == [1, 1]
    assert found["yearly_fen"].tolist() == [130_000_000, 260_000_000]
    assert region.world.state.counties.example_enterprises.tolist() == [1, 1]
    assert recognised(region, events, WEEK + 13)["firms"] == []


def test_the_largest_come_first_and_so_many_a_quarter() -> None:
    region, events = tiny_region(
        opened={EnterprisesBaselined: {"county": 0}}, numbers={"commerce.examples_a_quarter": 2}
    )
    traded(region, (0, 130_000_000, 10), (1, 390_000_000, 10), (2, 260_000_000, 10))
    assert recognised(region, events)["firms"] == [(0, 1), (0, 2)]
    assert recognised(region, events, WEEK + 13)["firms"] == [(0, 0)]


@pytest.mark.parametrize(("fen", "yes"), [(500_000, True), (499_999, False)])
def test_a_poor_household_needs_five_thousand_yuan_a_year(fen: int, yes: bool) -> None:
    # After 52 weeks what was earned is that of a year; households 3 (not poor) and 5 (poor) of county 0 earn it.
    region, events = tiny_region()
    region.world.publish(WagesPaid(household=[3, 5], paid_fen=[fen, fen], hours=[1, 1]))
    assert recognised(region, events)["households"] == ([(0, 5)] if yes else [])


def test_earnings_are_of_a_year_however_long_the_run() -> None:
    # 78 weeks are half as much again: 7,500 yuan are needed by then.
    for fen, yes in ((749_999, False), (750_001, True)):
        region, events = tiny_region()
        region.world.publish(WagesPaid(household=[5], paid_fen=[fen], hours=[1]))
        assert bool(recognised(region, events, 77)["households"]) is yes


def test_households_count_for_those_they_stand_for_and_once() -> None:
    # Twelve households a quarter; where each stands for six, two of them.
    region, events = tiny_region(opened={HouseholdsBaselined: {"weight": 6}})
    region.world.publish(WagesPaid(household=[4, 5, 6], paid_fen=[700_000, 900_000, 800_000], hours=[1] * 3))
    assert recognised(region, events)["households"] == [(0, 5), (0, 6)]
    assert region.world.state.counties.example_households.tolist() == [12, 0]
    assert recognised(region, events, WEEK + 13)["households"] == [(0, 4)]
    assert recognised(region, events, WEEK + 26)["households"] == []


def test_nothing_is_recognised_before_the_notice() -> None:
    region, events = tiny_region()
    traded(region, (0, 130_000_000, 10))
    assert recognised(region, events, 47)["firms"] == []  # begins on 26 November 2018, the notice is of the 30th
    assert region.calendar.date(48) > dt.date(2018, 11, 30)
    assert recognised(region, events, 48)["firms"] == [(0, 0)]
