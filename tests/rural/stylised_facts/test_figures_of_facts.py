"""Figures of stylised facts, from events alone."""

import datetime as dt
import math

import numpy as np
import pytest

from ecsim.kernel.event import Stamp
from ecsim.rural.events import (
    CountiesBaselined,
    CropForm,
    CropHarvested,
    CropsBaselined,
    DealerKind,
    DealersBaselined,
    DealersTraded,
    LotSold,
    ParcelsOrdered,
    PlotsBaselined,
    PoolFormed,
    ProjectApproved,
    ProjectKind,
    RetailSold,
    RoundsDriven,
    SessionHeld,
    StationOpened,
    StationsSettled,
    StockSpoiled,
    Stream,
    TraineeAttended,
)
from ecsim.rural.stylised_facts import FACTS, FactFigures, known_facts
from ecsim.rural.stylised_facts.watchers import rank_correlation
from tiny import made, opening_events, tiny_scenario

END = known_facts().until.isoformat()


def opened() -> FactFigures:
    """Return what watches a run of the tiny region, its opening seen."""
    figures = FACTS.begin(tiny_scenario({"end": END}, policy="no_money"))
    assert isinstance(figures, FactFigures)
    for event in opening_events():
        figures.see(event, stamp(0))
    return figures


def stamp(day: int, rows: int = 1) -> Stamp:
    return Stamp(0, day, np.full(rows, -1))


def week_of(figures: FactFigures, date: dt.date) -> int:
    return (date - figures.card.start).days // 7


def test_there_are_the_twenty_facts_and_each_says_what_it_is_held_against_or_why_nothing_is() -> None:
    facts = known_facts().facts
    assert [fact.id for fact in facts] == list(range(1, 21))
    assert all(fact.measures or fact.reason for fact in facts)


def test_every_measure_names_a_figure_and_every_figure_is_named() -> None:
    named = [measure.figure for fact in known_facts().facts for measure in fact.measures]
    assert sorted(named) == sorted(opened().figures())


def test_growth_of_a_quarter_is_on_the_same_weeks_of_the_year_before() -> None:
    figures = opened()
    for week in range(figures.card.weeks):
        year = figures.card.periods.year_of(week)
        first_quarter = week in figures.card.periods.weeks_of(year)[:13]
        goods = {2018: 100, 2019: 100, 2020: 110 if first_quarter else 150, 2021: 165}[year]
        for stream, fen in ((Stream.OTHER_GOODS, goods), (Stream.SERVICES, 0)):
            figures.see(made(RetailSold, county=[0], stream=[stream], sold_fen=[fen]), stamp(7 * week))
    values = figures.figures()
    assert values["growth_2020q1"] == pytest.approx(0.10)
    assert values["rebound_2020"] == pytest.approx(0.40)
    assert values["growth_slowdown"] == pytest.approx(165 / (0.25 * 110 + 0.75 * 150) - 1.0, abs=0.01)


def test_a_crew_day_is_parcels_of_village_tours_of_the_first_year_over_eight_and_a_half_hours() -> None:
    figures = opened()
    tours = {"operator": [0, 0], "township": [0, 0], "village_tour": [True, False], "driven_m": [0, 0]}
    rounds = made(RoundsDriven, **tours, weekday=[0, 0], crew_seconds=[30_600, 60], parcels_down=[40, 900])
    figures.see(rounds, stamp(0, 2))
    figures.see(rounds, stamp(7 * 60, 2))  # of another year
    assert figures.figures()["parcels_a_crew_day"] == pytest.approx(40.0)


def test_who_orders_at_a_station_is_a_user_and_who_fetches_at_the_post_is_none() -> None:
    figures = opened()
    figures.see(made(StationOpened, station=[0], village=[0], operator=[-1]), stamp(0))
    columns = {"parcels": [1, 1], "handed_over": [1, 1], "itself": [True, True], "each": [False, False]}
    figures.see(made(ParcelsOrdered, household=[0, 3], stop=[0, 1], **columns), stamp(7, 2))
    assert figures.use.users == {0}


def test_use_that_comes_to_its_level_in_the_third_month_settles_in_the_third() -> None:
    figures = opened()
    figures.see(made(StationOpened, station=[0], village=[0], operator=[-1]), stamp(0))
    for month in range(26):
        for week in range(4):
            day = 7 * (4 * month + week)
            orders = {"household": [0], "parcels": [100], "stop": [-1], "itself": [True], "each": [False]}
            figures.see(made(ParcelsOrdered, **orders, handed_over=[0]), stamp(day))
        handed = [20, 40][month] if month < 2 else 60
        accounts = made(StationsSettled, station=[0], parcels_in=[handed], takings_fen=[100_00], grant_fen=[0])
        figures.see(accounts, stamp(7 * (4 * month + 3)))
    assert figures.figures()["months_to_settle"] == pytest.approx(3 * 28 / (365.25 / 12))


def test_poor_suppliers_are_counted_once_with_all_that_they_stand_for() -> None:
    figures = opened()
    index = figures.card.index
    dealers = {"dealer": [90, 91], "crop": [0, 0], "dealer_kind": [DealerKind.COOPERATIVE, DealerKind.TRADERS]}
    figures.see(made(DealersBaselined, **dealers), stamp(0, 2))
    plot = int(np.flatnonzero(index.poor[index.plot_household])[0])
    lots = {"plot": [plot, plot, plot], "channel": [1, 1, 0], "sold_g": [1, 1, 1], "received_fen": [1, 1, 1]}
    late = 7 * figures.card.weeks - 7
    figures.see(made(LotSold, **lots, retail_fen=[0, 0, 0], dealer=[90, 90, 91]), stamp(late, 3))
    figures.see(made(LotSold, **lots, retail_fen=[0, 0, 0], dealer=[90, 90, 91]), stamp(0, 3))  # too long ago
    assert figures.suppliers.count == index.weight[index.plot_household[plot]]
    assert figures.suppliers.dealers == {90}


def test_pools_without_half_a_year_on_both_sides_give_no_figure() -> None:
    figures = opened()
    assert figures.card.index.column(CountiesBaselined, "county").size == 2
    figures.see(made(PoolFormed, county=[0], pool=[0]), stamp(7 * 3))
    assert math.isnan(figures.figures()["pooling_saving"])


def test_ranks_of_opposite_order_correlate_at_minus_one() -> None:
    assert rank_correlation([1.0, 5.0, 30.0], [9.0, 8.0, 0.5]) == pytest.approx(-1.0)
    assert math.isnan(rank_correlation([1.0, 2.0], [1.0, 2.0]))


def test_training_is_counted_a_year_after_the_notice_against_all_that_was_planned() -> None:
    figures = opened()
    notice = (figures.card.notice.dates.notice - figures.card.start).days
    kinds = [ProjectKind.TRAINING, ProjectKind.BRAND]
    figures.see(made(ProjectApproved, project=[0, 1], project_kind=kinds, quantity=[400, 7]), stamp(notice, 2))
    figures.see(made(SessionHeld, session=[0], county=[0]), stamp(notice))
    for weeks, persons in ((30, 100), (60, 300)):
        attended = made(TraineeAttended, session=[0], household=[-1], persons=[persons])
        figures.see(attended, stamp(notice + 7 * weeks))
    assert figures.figures()["training_after_a_year"] == pytest.approx(100 / 400)


def test_fresh_goods_lost_are_those_of_growers_and_dealers_over_the_harvest() -> None:
    figures = opened()
    index = figures.card.index
    crops = index.column(CropsBaselined, "form")
    fresh = int(np.flatnonzero(crops == CropForm.FRESH)[0])
    mine = index.plot_crop == fresh
    output = index.column(PlotsBaselined, "output_g")[mine] * index.plot_weight[mine]
    stock = index.column(PlotsBaselined, "stock_g")[mine] * index.plot_weight[mine]
    figures.see(made(CropHarvested, crop=[fresh], share=[500_000]), stamp(7))
    figures.see(made(StockSpoiled, crop=[fresh], share=[100_000]), stamp(7))
    harvested = 0.5 * float(output.sum())
    lost = 0.1 * (float(stock.sum()) + harvested)
    assert figures.figures()["fresh_loss_2018"] == pytest.approx(lost / harvested)
    dealers = {"dealer": [90], "crop": [fresh], "dealer_kind": [DealerKind.TRADERS]}
    figures.see(made(DealersBaselined, **dealers), stamp(0))
    figures.see(made(DealersTraded, dealer=[90], spoilt_g=[int(harvested)]), stamp(14))
    assert figures.figures()["fresh_loss_2018"] == pytest.approx(lost / harvested + 1.0, rel=1e-6)
