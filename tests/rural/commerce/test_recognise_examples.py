"""Each quarter counties recognise the largest enterprises and poor households that meet the thresholds (4.7)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.rural.events import (
    Channel,
    DealerKind,
    DealersTraded,
    EarlierEarnersNoted,
    EarlierEnterprisesNoted,
    EnterprisesBaselined,
    EnterprisesTraded,
    ExampleKind,
    ExampleRecognised,
    HouseholdsBaselined,
    JobsFilled,
    LotSold,
    OrdersFilled,
    RefundsPaid,
    ShopsBaselined,
    WagesPaid,
    Work,
)
from ecsim.rural.region import Region
from tiny import Events, made, take, tiny_region

FIRST, WEEK = 51, 64
"""The first two quarters' ends after the notice of 30 November 2018; who earned enough by the first is noted only."""
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


def earn(region: Region, earned: dict[int, int], week: int = 40, work: Work = Work.PACKING, workers: int = 1) -> None:
    """Let households' workers be paid so many fen in a week, all of a row together, by jobs they hold."""
    region.world.day = 7 * week
    household, fen = list(earned), list(earned.values())
    county = region.world.state.households.county[household]
    region.world.publish(made(JobsFilled, county=county, household=household, jobs=[workers] * len(household)))
    region.world.publish(
        made(WagesPaid, household=household, paid_fen=fen, work=[work] * len(fen), workers=[workers] * len(fen))
    )


def sell(region: Region, plot: int, fen: int, channel: Channel, dealer: int = -1, week: int = 40) -> None:
    """Let a household sell for so many fen."""
    region.world.day = 7 * week
    region.world.publish(made(LotSold, plot=[plot], channel=[channel], received_fen=[fen], dealer=[dealer]))


@pytest.mark.parametrize(("fen", "yes"), [(500_000, True), (499_999, False)])
def test_a_poor_household_needs_five_thousand_yuan_a_year(fen: int, yes: bool) -> None:
    region, events = tiny_region()
    earn(region, {3: fen, 5: fen})  # household 3 is not poor
    assert recognised(region, events)["households"] == ([(0, 5)] if yes else [])


def test_earnings_are_those_of_the_last_year() -> None:
    # Weeks 0 to 51 are four quarters; by week 64 what came in the first of them is more than a year old.
    for week, yes in ((12, False), (13, True)):
        region, events = tiny_region()
        earn(region, {5: 500_000}, week)
        assert bool(recognised(region, events, 64)["households"]) is yes
    region, events = tiny_region()
    for week in (13, 30, 43, 60):
        earn(region, {5: 125_000}, week)
    assert recognised(region, events, 64)["households"] == [(0, 5)]


def test_works_of_the_programme_and_sales_to_traders_make_no_example() -> None:
    region, events = tiny_region()
    earn(region, {5: 900_000}, work=Work.PUBLIC_WORKS)
    sell(region, 1, 900_000, Channel.TRADER)
    assert recognised(region, events)["households"] == []
    sell(region, 1, 900_000, Channel.STATION)
    assert recognised(region, events)["households"] == [(0, 4)]


def test_of_what_a_cooperative_pays_that_counts_which_it_sold_online() -> None:
    # It has sold 30 kg online and 10 in bulk: three quarters of 6,666 yuan are 4,999.50, of 6,667 5,000.25.
    for fen, yes in ((666_600, False), (666_700, True)):
        region, events = tiny_region()
        cooperative = int(np.flatnonzero(region.world.state.dealers.kind == DealerKind.COOPERATIVE)[0])
        region.world.publish(made(OrdersFilled, dealer=[cooperative], sent_g=[30_000]))
        region.world.publish(made(DealersTraded, dealer=[cooperative], bulk_g=[10_000]))
        sell(region, 1, fen, Channel.COOPERATIVE, cooperative)
        assert bool(recognised(region, events)["households"]) is yes


def test_a_refund_counts_as_what_the_cooperative_paid_before() -> None:
    for fen, yes in ((666_600, False), (666_700, True)):
        region, events = tiny_region()
        cooperative = int(np.flatnonzero(region.world.state.dealers.kind == DealerKind.COOPERATIVE)[0])
        region.world.publish(made(OrdersFilled, dealer=[cooperative], sent_g=[30_000]))
        region.world.publish(made(DealersTraded, dealer=[cooperative], bulk_g=[6_000], offline_g=[4_000]))
        region.world.day = 7 * 40
        region.world.publish(made(RefundsPaid, plot=[1], dealer=[cooperative], paid_fen=[fen]))
        assert bool(recognised(region, events)["households"]) is yes


def test_so_many_households_a_quarter_however_many_a_row_stands_for() -> None:
    # Twelve a quarter; each row stands for eight, all of which sell through a station: the second row in two turns.
    region, events = tiny_region(opened={HouseholdsBaselined: {"weight": 8, "poor": True}})
    for plot, fen in ((1, 900_000), (0, 800_000), (2, 499_999)):
        sell(region, plot, fen, Channel.STATION)
    assert recognised(region, events)["households"] == [(0, 4), (0, 3)]
    assert events.of(ExampleRecognised)["weight"].tolist() == [8, 4]
    assert recognised(region, events, WEEK + 1)["households"] == [(0, 3)]
    assert events.of(ExampleRecognised)["weight"].tolist() == [4]
    assert region.world.state.counties.example_households.tolist() == [16, 0]
    assert recognised(region, events, WEEK + 2)["households"] == []


def test_of_a_row_those_are_recognised_who_keep_the_shops_or_have_the_jobs() -> None:
    """Five households: two have jobs that bring them 6,000 yuan each, in a row whose mean is 2,400."""
    region, events = tiny_region(opened={HouseholdsBaselined: {"weight": 5}})
    earn(region, {5: 1_200_000}, workers=2)
    assert recognised(region, events)["households"] == [(0, 5)]
    assert events.of(ExampleRecognised)["weight"].tolist() == [2]
    # Three of five keep a shop: a mean lot of 3,000 yuan is 5,000 of each shop.
    shops = {ShopsBaselined: {"household": [4], "plot": [1], "shops": [3]}, HouseholdsBaselined: {"weight": 5}}
    for fen, weight in ((300_000, [3]), (299_000, [])):
        region, events = tiny_region(opened=shops)
        sell(region, 1, fen, Channel.OWN_SHOP)
        recognised(region, events)
        assert events.of(ExampleRecognised)["weight"].tolist() == weight


@pytest.mark.parametrize(("share", "examples"), [(0.0, 1), (0.5, 2), (1.0, 3)])
def test_who_earned_as_much_before_was_not_fostered(share: float, examples: int) -> None:
    """Of eight households two had such jobs in 2018; in 2019 three have."""
    region, events = tiny_region(
        opened={HouseholdsBaselined: {"weight": 8}}, numbers={"commerce.example_before": share}
    )
    earn(region, {5: 1_000_000}, week=40, workers=2)
    assert recognised(region, events, FIRST)["households"] == []
    noted = events.of(EarlierEarnersNoted)
    assert (noted["household"].tolist(), noted["households"].tolist()) == ([5], [2])
    earn(region, {5: 1_500_000}, week=60, workers=1)
    assert recognised(region, events)["households"] == [(0, 5)]
    assert events.of(ExampleRecognised)["weight"].tolist() == [examples]
    assert recognised(region, events, WEEK + 1)["households"] == []


def test_what_a_short_first_year_brought_is_taken_at_the_rate_of_a_year() -> None:
    # The notice comes in week 8 of a run that begins in October 2018: 14 of 52 weeks by the turn after it.
    for fen, noted in ((134_616, [5]), (134_615, [])):
        region, events = tiny_region({"start": dt.date(2018, 10, 1)})
        earn(region, {5: fen}, week=3)
        assert recognised(region, events, 13)["households"] == []
        assert events.of(EarlierEarnersNoted)["household"].tolist() == noted


def test_nothing_is_recognised_before_the_notice() -> None:
    region, events = tiny_region()
    traded(region, (0, 130_000_000, 10))
    assert recognised(region, events, 47)["firms"] == []  # begins on 26 November 2018, the notice is of the 30th
    assert events.of(EarlierEnterprisesNoted)["enterprise"].tolist() == []
    assert region.calendar.date(48) > dt.date(2018, 11, 30)
    assert recognised(region, events, 48)["firms"] == []
    assert events.of(EarlierEnterprisesNoted)["enterprise"].tolist() == [0]


@pytest.mark.parametrize(("share", "examples"), [(0.0, [(0, 1)]), (1.0, [(0, 0), (0, 1)])])
def test_an_enterprise_that_met_the_thresholds_before_was_not_fostered(
    share: float, examples: list[tuple[int, int]]
) -> None:
    """Enterprise 0 met both before; 1 sold for a fen too little, and has grown since."""
    region, events = tiny_region(numbers={"commerce.example_enterprises_before": share})
    traded(region, (0, 100_000_000, 10), (1, 99_999_999, 10))
    assert recognised(region, events, FIRST)["firms"] == []
    noted = events.of(EarlierEnterprisesNoted)
    assert (noted["enterprise"].tolist(), noted["may_count"].tolist()) == ([0], [share == 1.0])
    traded(region, (0, 300_000_000, 20), (1, 100_000_000, 10))
    assert recognised(region, events)["firms"] == examples


def test_who_fell_below_the_thresholds_and_meets_them_again_was_found_all_the_same() -> None:
    region, events = tiny_region()
    traded(region, (0, 130_000_000, 10))
    recognised(region, events, FIRST)
    traded(region, (0, 50_000_000, 3))
    assert recognised(region, events)["firms"] == []
    traded(region, (0, 130_000_000, 10))
    assert recognised(region, events, WEEK + 13)["firms"] == []


def test_poor_households_of_a_short_first_year_are_taken_at_the_rate_of_a_year() -> None:
    # 14 of 52 weeks by the first turn: three of ten households are more than 2.69, two are fewer.
    for poor, noted in ((3, [0]), (2, [])):
        region, events = tiny_region({"start": dt.date(2018, 10, 1)})
        traded(region, (0, 100_000_000, poor))
        recognised(region, events, 13)
        assert events.of(EarlierEnterprisesNoted)["enterprise"].tolist() == noted
