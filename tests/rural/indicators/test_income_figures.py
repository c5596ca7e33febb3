"""Income a head of the registered poor and of all, and who is below the line (docs/model.md 6, 7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.codes import Channel, IncomeSource, Work
from ecsim.rural.events.funds import DividendsPaid
from ecsim.rural.events.goods import KeepingPaid, ProfitsDrawn, RefundsPaid
from ecsim.rural.events.market import BackgroundIncomeMoved, HouseholdShocksDrawn, LotSold, WagesPaid
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.events.stations import StationOpened, StationsSettled
from ecsim.rural.region import Region
from figures import Happened, by_year, day
from tiny import LIVELY, Events, lively_run, made, tiny_region

WEEK = 60
"""A week of 2019."""
POOR_1 = (739_840 + 994_432 + 424_320 + 17_408) / 4 / 100
"""Yuan a head of household 8, the only one of county 1 on the register, four persons: 21,760 / 4 = 5,440."""


def sold(plot: int, fen: int, grams: int = 0) -> LotSold:
    """Return a lot that brings a household some fen."""
    return made(LotSold, plot=[plot], channel=[Channel.TRADER], sold_g=[grams], received_fen=[fen])


def wages(household: int, fen: int, work: Work = Work.PACKING, workers: int = 1) -> WagesPaid:
    """Return wages that some of the households of a row share."""
    return made(WagesPaid, household=[household], paid_fen=[fen], work=[work], workers=[workers])


def yearly(household: int) -> int:
    """Return a household's background income at the opening, fen a year."""
    h = tiny_region()[0].world.state.households
    return sum(int(column[household]) for column in (h.wages_fen, h.business_fen, h.transfers_fen, h.property_fen))


def test_the_opening_alone_is_what_a_year_brings() -> None:
    assert pytest.approx(5440) == POOR_1
    assert Happened().outcome("poor_income", 2019)[1] == pytest.approx(5440)
    # All of county 1: households 8 to 11, 4 + 3 + 6 + 2 = 15 persons.
    h = tiny_region()[0].world.state.households
    total = sum(int(h.wages_fen[i] + h.business_fen[i] + h.transfers_fen[i] + h.property_fen[i]) for i in range(8, 12))
    assert Happened().outcome("income", 2019)[1] == pytest.approx(total / 15 / 100)


def test_dividends_are_a_source_of_their_own_and_lift_above_the_line() -> None:
    # Household 8 has four persons; 100 yuan for each household are 25 a head, and 5,440 become 5,465.
    paid = made(DividendsPaid, dealer=[4], household=[8], due_fen=[20_000], paid_fen=[10_000])
    seen = Happened().on(day(WEEK), paid)
    assert seen.outcome("poor_income", 2019)[1] == pytest.approx(5465)
    assert seen.card.incomes.series("dividends").sum(axis=0).tolist() == [0, 10_000]
    assert not seen.card.incomes.series("dividends_others").any()
    lifted = made(DividendsPaid, dealer=[4], household=[8], paid_fen=[10**9])
    assert (
        Happened({HouseholdsBaselined: {"wages_fen": 0, "business_fen": 0, "transfers_fen": 0}}).outcome(
            "below_line", 2019
        )[1]
        == 1.0
    )
    nothing = Happened({HouseholdsBaselined: {"wages_fen": 0, "business_fen": 0, "transfers_fen": 0}})
    assert nothing.on(day(WEEK), lifted).outcome("below_line", 2019)[1] == 0.0


def test_what_is_earned_in_the_year_worked_by_hand() -> None:
    # Household 4 of county 0 (on the register) sells 50 kg of walnuts for 1,000 yuan; a kilogram costs 40 % of the
    # opening's 15 yuan to grow, 300 yuan in all: 700 are left. Household 5 gets 1,300 yuan in wages. A station kept by
    # it takes in 500, gets a grant of 300, pays 150 rent: 650; one kept by household 3, or by one that nobody follows,
    # is none of the poor's. Together 2,650 yuan for the 13 poor persons of county 0: 203.85 a head.
    seen, plain = Happened(), Happened()
    seen.on(day(WEEK), sold(1, 100_000, 50_000)).on(day(WEEK), wages(5, 130_000))
    for station, keeper in ((0, 5), (1, 3), (2, -1)):
        opened = made(StationOpened, station=[station], village=[0], operator=[keeper], project=[-1])
        account = made(StationsSettled, station=[station], takings_fen=[50_000], grant_fen=[30_000], costs_fen=[15_000])
        seen.on(0, opened).on(day(WEEK), account)
    gained = np.subtract(seen.outcome("poor_income", 2019), plain.outcome("poor_income", 2019))
    assert gained == pytest.approx([2650 / 13, 0.0])
    assert seen.outcome("poor_keepers_income", 2019) == pytest.approx([650 / 1e6, 0.0])
    # County 0's 32 persons have that and the 1,300 yuan of the two other stations.
    gained = np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019))
    assert gained == pytest.approx([3950 / 32, 0.0])


def test_what_others_sell_and_are_paid_is_income_of_all_and_not_of_the_poor() -> None:
    # Household 3 sells 320 kg of potatoes for 640 yuan, their price at the opening, of which half is left: 10 yuan a
    # head of county 0. Wages of 64 yuan are 2 yuan more.
    seen, plain = Happened().on(day(WEEK), sold(0, 64_000, 320_000)), Happened()
    assert seen.outcome("poor_income", 2019) == plain.outcome("poor_income", 2019)
    assert np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019)) == pytest.approx([10.0, 0.0])
    seen.on(day(WEEK), wages(3, 6_400))
    assert seen.outcome("poor_income", 2019) == plain.outcome("poor_income", 2019)
    assert np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019)) == pytest.approx([12.0, 0.0])


def test_a_better_price_is_income_in_full() -> None:
    """Costs are of the kilogram: 100 yuan more for the same walnuts are 100 yuan more income, not 60."""
    low, high = (Happened().on(day(WEEK), sold(1, fen, 50_000)) for fen in (75_000, 85_000))
    assert np.subtract(high.outcome("poor_income", 2019), low.outcome("poor_income", 2019))[0] == pytest.approx(
        100 / 13
    )
    # At the opening's price, 750 yuan for 50 kg, what is left is the net margin: 60 %.
    plain = Happened().outcome("poor_income", 2019)
    assert np.subtract(low.outcome("poor_income", 2019), plain)[0] == pytest.approx(450 / 13)


def test_feed_and_cold_rooms_come_off_the_income_of_all_that_a_row_stands_for() -> None:
    # Three households like household 4 sell for 6,177 yuan each and pay 300 yuan for keeping together: 6,077 each are
    # left, with which none is below the line of 3,218 yuan a head; with 6,076 all three are.
    opened, seen = {HouseholdsBaselined: {"weight": {4: 3}}}, {}
    for paid in (0, 30_000, 30_300):
        kept = made(KeepingPaid, plot=[1], paid_fen=[paid])
        seen[paid] = Happened(opened).on(day(WEEK), sold(1, 617_700)).on(day(WEEK), kept)
    lower = np.subtract(seen[30_000].outcome("poor_income", 2019), seen[0].outcome("poor_income", 2019))
    assert lower == pytest.approx([-300 / 21, 0.0])
    lower = np.subtract(seen[30_000].outcome("income", 2019), seen[0].outcome("income", 2019))
    assert lower == pytest.approx([-300 / 40, 0.0])
    below = [seen[paid].outcome("below_line", 2019)[0] for paid in (30_000, 30_300)]
    assert below == pytest.approx([1 / 5, 4 / 5])


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
    expected = (3 * yearly(4) + yearly(5) + yearly(6)) / (3 * 4 + 7 + 2) / 100
    assert Happened({HouseholdsBaselined: {"weight": {4: 3}}}).outcome("poor_income", 2019)[0] == pytest.approx(
        expected
    )


def test_who_is_below_the_line_worked_by_hand() -> None:
    # The line of 2019 is 3,218 yuan. Household 4 has 6,795.58 yuan for four, 1,698.89 a head, and 6 has 5,534.34 for
    # two, 2,767.17: below; 5 has 60,030.08 for seven: above. 6,076 yuan more are not enough for household 4, 6,077 are:
    # be it walnuts (500 kg for 9,077 yuan cost 3,000), wages, or a station.
    assert Happened().outcome("below_line", 2019) == pytest.approx([2 / 3, 0.0])
    for fen, lifted in ((607_600, False), (607_700, True)):
        station = Happened().on(0, made(StationOpened, station=[0], village=[0], operator=[4], project=[-1]))
        for seen in (
            Happened().on(day(WEEK), sold(1, fen + 300_000, 500_000)),
            Happened().on(day(WEEK), wages(4, fen)),
            station.on(day(WEEK), made(StationsSettled, station=[0], takings_fen=[fen])),
        ):
            assert seen.outcome("below_line", 2019) == pytest.approx([(1 if lifted else 2) / 3, 0.0])
    # what was sold in another year does not lift anybody
    assert Happened().on(day(20), sold(1, 5_000_000)).outcome("below_line", 2019) == pytest.approx([2 / 3, 0.0])


@pytest.mark.parametrize("work", Work)
def test_wages_of_every_kind_of_work_are_income_and_lift_over_the_line(work: Work) -> None:
    seen, plain = Happened().on(day(WEEK), wages(4, 607_700, work)), Happened()
    gained = np.subtract(seen.outcome("poor_income", 2019), plain.outcome("poor_income", 2019))
    assert gained == pytest.approx([6077 / 13, 0.0])
    assert seen.outcome("below_line", 2019)[0] == pytest.approx(1 / 3)
    assert np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019))[0] == pytest.approx(6077 / 32)


def test_wages_lift_as_many_as_share_them() -> None:
    """Household 4 stands for three: 14,000 yuan for two workers lift two of them, for one worker one."""
    opened = {HouseholdsBaselined: {"weight": {4: 3}}}
    for workers, below in ((1, 3 / 5), (2, 2 / 5), (3, 4 / 5)):
        seen = Happened(opened).on(day(WEEK), wages(4, 1_400_000, workers=workers))
        assert seen.outcome("below_line", 2019)[0] == pytest.approx(below)  # of 4,667 yuan each three get nowhere
        assert seen.outcome("poor_income", 2019)[0] - Happened(opened).outcome("poor_income", 2019)[0] == pytest.approx(
            14_000 / 21
        )


def test_a_station_lifts_one_of_those_that_a_household_stands_for() -> None:
    """Household 4 stands for three: by wages of old each of them is above the line, by the one station one is."""
    opened = {HouseholdsBaselined: {"weight": {4: 3}}}
    plain = Happened(opened)
    wages = Happened(opened).on(day(WEEK), made(WagesPaid, household=[4], paid_fen=[700_000], each=[True]))
    station = Happened(opened).on(0, made(StationOpened, station=[0], village=[0], operator=[4], project=[-1]))
    station.on(day(WEEK), made(StationsSettled, station=[0], takings_fen=[700_000]))
    assert [seen.outcome("below_line", 2019)[0] for seen in (plain, wages, station)] == pytest.approx([0.8, 0.2, 0.6])


def test_a_household_s_year_counts_from_the_week_it_is_drawn() -> None:
    # From week 78, the middle of 2019, household 8 has half of what it had, a quarter less over the year: 4,080 yuan a
    # head. In weeks of 2018 it had it all; household 9, of the others, gains a fifth for half a year.
    shocks = made(HouseholdShocksDrawn, household=[8, 9], factor=[500_000, 1_200_000])
    seen, plain = Happened().on(7 * 78, shocks), Happened()
    assert seen.outcome("poor_income", 2019)[1] == pytest.approx(4080)
    assert seen.outcome("poor_income", 2018)[1] == pytest.approx(5440)
    moved = (-0.25 * yearly(8) + 0.1 * yearly(9)) / 15 / 100
    assert np.subtract(seen.outcome("income", 2019), plain.outcome("income", 2019)) == pytest.approx([0.0, moved])
    # the line of 2019 is 3,218 yuan: 0.59 x 5,440 = 3,210 is below it, 0.6 x 5,440 = 3,264 is not
    for factor, below in ((590_000, 1.0), (600_000, 0.0)):
        first = made(HouseholdShocksDrawn, household=[8], factor=[factor])
        assert Happened().on(7 * 52, first).outcome("below_line", 2019)[1] == below
        assert Happened().on(7 * 52, first).outcome("below_line", 2018)[1] == 0.0


def test_the_income_of_the_poor_stands_beside_that_of_all() -> None:
    """At the opening 0.68 of the mean, of which the farm income of others, 14,400 of 120,000 yuan, is not sold yet."""
    assert Happened().outcome("poor_ratio", 2019)[1] == pytest.approx(5440 / (105_600 / 15), rel=1e-4)


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
    drawn = events.of(HouseholdShocksDrawn)
    amounts = np.stack([h.wages_fen, h.business_fen, h.transfers_fen, h.property_fen], axis=1) * h.weight[:, None]
    total = np.zeros((2, 2))
    for week in range(52, 104):
        factor, upto = np.ones((2, 2, 4)), moved["day"] <= 7 * week
        groups = (moved["county"][upto], moved["poor"][upto].astype(int), moved["source"][upto])
        factor[groups] = moved["factor"][upto] / 1e6  # the last row of a group stands
        shock = drawn["factor"][drawn["day"] <= 7 * week][-len(h) :] / 1e6
        fen = (amounts * factor[h.county, h.poor.astype(int)]).sum(axis=1) * shock / 52
        np.add.at(total, (h.county, h.poor.astype(int)), fen)
    return total


def test_income_of_a_run_is_its_events_added_up() -> None:
    region, events = lively_run()
    s, h = region.world.state, region.world.state.households
    lots, wages, accounts = events.of(LotSold), events.of(WagesPaid), events.of(StationsSettled)
    kept = events.of(KeepingPaid)
    keeper = s.plots.household[kept["plot"]]
    refunds, profits, dividends = events.of(RefundsPaid), events.of(ProfitsDrawn), events.of(DividendsPaid)
    receiver = dividends["household"]
    profits = {name: values[profits["household"] >= 0] for name, values in profits.items()}
    member, founder = s.plots.household[refunds["plot"]], profits["household"]
    grower = s.plots.household[lots["plot"]]
    crop = s.plots.crop[lots["plot"]]
    cost = (1 - s.crops.net_margin[crop] / 1e6) * s.crops.farm_price_fen[crop] * lots["sold_g"] / 1000
    net = (lots["received_fen"] - cost) * h.weight[grower]
    worker, poor_station = wages["household"], s.stations.poor_operator[accounts["station"]]
    paid = wages["paid_fen"]
    left = accounts["takings_fen"] + accounts["grant_fen"] - accounts["costs_fen"]
    village = s.villages.county[s.stations.village[accounts["station"]]]
    all_of, poor = background(region, events).sum(axis=1), background(region, events)[:, 1]
    for rows, county, fen, of_the_poor in (
        (lots, h.county[grower], net, h.poor[grower]),
        (kept, h.county[keeper], -kept["paid_fen"], h.poor[keeper]),
        (wages, h.county[worker], paid, h.poor[worker]),
        (refunds, h.county[member], refunds["paid_fen"] * h.weight[member], h.poor[member]),
        (dividends, h.county[receiver], dividends["paid_fen"] * h.weight[receiver], h.poor[receiver]),
        (profits, h.county[founder], profits["drawn_fen"], h.poor[founder]),
        (accounts, village, left, poor_station),
    ):
        all_of = all_of + by_year(rows, county, fen)[1]
        poor = poor + by_year(rows, county, fen * of_the_poor)[1]
    heads = np.bincount(h.county, h.persons.astype(float) * h.weight)
    poor_heads = np.bincount(h.county, h.persons.astype(float) * h.weight * h.poor)
    seen = Happened(LIVELY).all(events.batches)
    assert seen.outcome("income", 2019) == pytest.approx(list(all_of / heads / 100))
    assert seen.outcome("poor_income", 2019) == pytest.approx(list(poor / poor_heads / 100))
    assert min(len(lots["plot"]), len(worker), len(left), dividends["paid_fen"].sum()) > 0
