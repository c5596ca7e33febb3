"""Income a head of the registered poor and of all, and who is below the line (docs/model.md 6, 7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.codes import Channel, IncomeSource
from ecsim.rural.events.market import BackgroundIncomeMoved, LotSold, WagesPaid
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.stations import StationOpened, StationsSettled
from ecsim.rural.region import Region
from figures import Happened, by_year, day
from tiny import LIVELY, Events, lively_run, made, tiny_region

WEEK = 60
"""A week of 2019."""
POOR_1 = (739_840 + 994_432 + 424_320 + 17_408) / 4 / 100
"""Yuan a head of household 8, the only one of county 1 on the register, four persons: 21,760 / 4 = 5,440."""


def sold(plot: int, fen: int) -> LotSold:
    """Return a lot that brings a household some fen."""
    return made(LotSold, plot=[plot], channel=[Channel.TRADER], sold_g=[1000], received_fen=[fen])


def test_the_opening_alone_is_what_a_year_brings() -> None:
    assert pytest.approx(5440) == POOR_1
    assert Happened().outcome("poor_income", 2019)[1] == pytest.approx(5440)
    # All of county 1: households 8 to 11, 4 + 3 + 6 + 2 = 15 persons.
    h = tiny_region()[0].world.state.households
    total = sum(int(h.wages_fen[i] + h.business_fen[i] + h.transfers_fen[i] + h.property_fen[i]) for i in range(8, 12))
    assert Happened().outcome("income", 2019)[1] == pytest.approx(total / 15 / 100)


def test_what_is_earned_in_the_year_worked_by_hand() -> None:
    # Household 4 of county 0 (on the register) sells walnuts for 1,000 yuan, of which 60 % are left: 600. Household 5
    # gets 1,300 yuan in wages. A station kept by a poor household takes in 500, gets a grant of 300, pays 150 rent:
    # 650; one kept by somebody else is nobody's. Together 2,550 yuan for the 13 poor persons of county 0: 196.15 a
    # head.
    seen, plain = Happened(), Happened()
    seen.on(day(WEEK), sold(1, 100_000)).on(day(WEEK), made(WagesPaid, household=[5], paid_fen=[130_000]))
    for station, poor in ((0, True), (1, False)):
        opened = made(StationOpened, station=[station], village=[3], operator=[5], poor_operator=[poor], project=[-1])
        account = made(StationsSettled, station=[station], takings_fen=[50_000], grant_fen=[30_000], costs_fen=[15_000])
        seen.on(0, opened).on(day(WEEK), account)
    gained = np.subtract(seen.outcome("poor_income", 2019), plain.outcome("poor_income", 2019))
    assert gained == pytest.approx([2550 / 13, 0.0])
    # County 0's 32 persons have the same 2,550 yuan more together.
    gained = np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019))
    assert gained == pytest.approx([2550 / 32, 0.0])


def test_what_others_sell_is_income_of_all_and_not_of_the_poor() -> None:
    # Household 3 sells potatoes for 640 yuan, half of it is left: 10 yuan a head of county 0.
    seen, plain = Happened().on(day(WEEK), sold(0, 64_000)), Happened()
    assert seen.outcome("poor_income", 2019) == plain.outcome("poor_income", 2019)
    assert np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019)) == pytest.approx([10.0, 0.0])


def test_background_income_counts_from_the_week_it_moves_worked_by_hand() -> None:
    # From week 78, the middle of 2019, wages of the poor of county 1 are half as much again: a quarter more over the
    # year; 7,398.40 yuan of wages a year are 1,849.60 a head: 462.40 more.
    seen = Happened().on(
        7 * 78, made(BackgroundIncomeMoved, county=[1], poor=[True], source=[IncomeSource.WAGES], factor=[1_500_000])
    )
    assert seen.outcome("poor_income", 2019) == pytest.approx(
        [Happened().outcome("poor_income", 2019)[0], 5440 + 462.4]
    )
    assert seen.outcome("poor_income", 2018)[1] == pytest.approx(5440)


def test_a_household_that_stands_for_several_counts_as_often() -> None:
    # Household 4 (1,698.89 yuan a head) standing for three weighs 12 of 21 persons.
    h = tiny_region()[0].world.state.households
    totals = [
        sum(int(column[i]) for column in (h.wages_fen, h.business_fen, h.transfers_fen, h.property_fen))
        for i in (4, 5, 6)
    ]
    expected = (3 * totals[0] + totals[1] + totals[2]) / (3 * 4 + 7 + 2) / 100
    assert Happened({HouseholdsBaselined: {"weight": {4: 3}}}).outcome("poor_income", 2019)[0] == pytest.approx(
        expected
    )


def test_who_is_below_the_line_worked_by_hand() -> None:
    # The line of 2019 is 3,218 yuan. Household 4 has 6,795.58 yuan for four, 1,698.89 a head, and 6 has 5,534.34 for
    # two, 2,767.17: below; 5 has 60,030.08 for seven: above. Walnuts for 10,000 yuan leave 6,000, 1,500 a head:
    # 3,198.89 is not enough, for 10,200 yuan it is.
    assert Happened().outcome("below_line", 2019) == pytest.approx([2 / 3, 0.0])
    assert Happened().on(day(WEEK), sold(1, 1_000_000)).outcome("below_line", 2019) == pytest.approx([2 / 3, 0.0])
    assert Happened().on(day(WEEK), sold(1, 1_020_000)).outcome("below_line", 2019) == pytest.approx([1 / 3, 0.0])
    # what was sold in another year does not lift anybody
    assert Happened().on(day(20), sold(1, 5_000_000)).outcome("below_line", 2019) == pytest.approx([2 / 3, 0.0])


def test_the_line_counts_households_by_those_they_stand_for_and_moves_with_background_income() -> None:
    opened = {HouseholdsBaselined: {"weight": {4: 4}}}
    assert Happened(opened).outcome("below_line", 2019)[0] == pytest.approx(5 / 6)
    halved = made(
        BackgroundIncomeMoved, county=[1] * 4, poor=[True] * 4, source=list(range(4)), factor=[500_000] * 4
    )  # household 8: 2,720 yuan a head
    assert Happened().on(0, halved).outcome("below_line", 2019) == pytest.approx([2 / 3, 1.0])


def test_where_nobody_is_on_the_register_there_is_no_share() -> None:
    assert np.isnan(Happened({HouseholdsBaselined: {"poor": {8: False}}}).outcome("below_line", 2019)[1])


def background(region: Region, events: Events) -> np.ndarray:
    """Return background income of 2019 by county and whether poor, fen: each week at the factors then in force."""
    h, moved = region.world.state.households, events.of(BackgroundIncomeMoved)
    yearly = np.stack([h.wages_fen, h.business_fen, h.transfers_fen, h.property_fen], axis=1) * h.weight[:, None]
    total = np.zeros((2, 2))
    for week in range(52, 104):
        factor, upto = np.ones((2, 2, 4)), moved["day"] <= 7 * week
        groups = (moved["county"][upto], moved["poor"][upto].astype(int), moved["source"][upto])
        factor[groups] = moved["factor"][upto] / 1e6  # the last row of a group stands
        fen = (yearly * factor[h.county, h.poor.astype(int)]).sum(axis=1) / 52
        np.add.at(total, (h.county, h.poor.astype(int)), fen)
    return total


def test_income_of_a_run_is_its_events_added_up() -> None:
    region, events = lively_run()
    s, h = region.world.state, region.world.state.households
    lots, wages, accounts = events.of(LotSold), events.of(WagesPaid), events.of(StationsSettled)
    grower = s.plots.household[lots["plot"]]
    net = lots["received_fen"] * h.weight[grower] * s.crops.net_margin[s.plots.crop[lots["plot"]]] / 1e6
    paid = wages["paid_fen"] * h.weight[wages["household"]]
    left = (accounts["takings_fen"] + accounts["grant_fen"] - accounts["costs_fen"]) * s.stations.poor_operator[
        accounts["station"]
    ]
    alike = by_year(wages, h.county[wages["household"]], paid)[1]
    alike += by_year(accounts, s.villages.county[s.stations.village[accounts["station"]]], left)[1]
    all_of = background(region, events).sum(axis=1) + alike + by_year(lots, h.county[grower], net)[1]
    poor = background(region, events)[:, 1] + alike + by_year(lots, h.county[grower], net * h.poor[grower])[1]
    heads = np.bincount(h.county, h.persons.astype(float) * h.weight)
    poor_heads = np.bincount(h.county, h.persons.astype(float) * h.weight * h.poor)
    seen = Happened(LIVELY).all(events.batches)
    assert seen.outcome("income", 2019) == pytest.approx(list(all_of / heads / 100))
    assert seen.outcome("poor_income", 2019) == pytest.approx(list(poor / poor_heads / 100))
    assert alike.min() > 0
