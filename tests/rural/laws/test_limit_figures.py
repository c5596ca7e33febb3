"""Figures of laws of limits: worked by hand, and that a planted fault is seen."""

import math

import numpy as np
import pytest

from ecsim.kernel.event import Event, Stamp
from ecsim.rural.events import (
    CropForm,
    CropHarvested,
    CropsBaselined,
    DealerKind,
    DealersBaselined,
    HouseholdsBaselined,
    LotSold,
    OrdersFilled,
    PlotsBaselined,
)
from ecsim.rural.laws.goods_flows import GoodsFlows
from ecsim.rural.laws.limit_figures import LimitFigures
from ecsim.rural.simulate import simulate
from tiny import made, tiny_scenario


def stamp(day: int, rows: int) -> Stamp:
    return Stamp(0, day, np.full(rows, -1))


def shown(flows: GoodsFlows, day: int, *events: Event) -> None:
    for event in events:
        flows.see(event, stamp(day, event.rows))


@pytest.fixture
def flows() -> GoodsFlows:
    """One product at 20 yuan a kilogram; a row of three households with 50 g each and a yearly output of 1,000 g."""
    flows = GoodsFlows(weeks=4)
    shown(
        flows, 0,
        made(CropsBaselined, crop=[0], online_price_fen=[2000]),
        made(HouseholdsBaselined, household=[0], weight=[3]),
        made(PlotsBaselined, plot=[0], household=[0], crop=[0], output_g=[1000], stock_g=[50]),
        made(DealersBaselined, dealer=[0], crop=[0], dealer_kind=[DealerKind.MERCHANTS], stock_g=[100]),
    )  # fmt: skip
    return flows


def test_supply_is_stock_of_growers_and_dealers_and_the_harvest(flows: GoodsFlows) -> None:
    shown(flows, 7, made(CropHarvested, crop=[0], share=[500_000]))
    assert flows.supply.tolist() == [3 * 50 + 100 + 3 * 500]


def test_what_growers_sold_over_what_they_harvested(flows: GoodsFlows) -> None:
    # Three households harvest 500 g each; each sells 450 g of them.
    shown(flows, 7, made(CropHarvested, crop=[0], share=[500_000]), made(LotSold, plot=[0], sold_g=[450]))
    assert flows.sold_of_harvest()[CropForm(0).name.lower()] == pytest.approx(0.9)
    assert math.isnan(flows.sold_of_harvest()["dried"])


def test_what_is_sold_counts_raw_against_supply_and_sold_at_the_openings_price(flows: GoodsFlows) -> None:
    filled = made(OrdersFilled, dealer=[0], sent_g=[400], filled_g=[300], paid_fen=[900])
    shown(flows, 14, filled)
    assert flows.online.tolist() == [400]
    assert flows.sold_fen.tolist() == [0, 0, 600, 0]  # 0.3 kg at 20 yuan
    assert flows.paid_fen.tolist() == [0, 0, 900, 0]


def test_a_year_is_held_against_the_same_weeks_though_one_of_them_has_a_week_more() -> None:
    figures = LimitFigures(tiny_scenario({"end": "2022-01-02"}))
    weeks = len(figures.flows.paid_fen)
    years = [figures.periods.year_of(week) for week in range(weeks)]
    assert [years.count(year) for year in (2019, 2020, 2021)] == [52, 53, 52]
    figures.flows.paid_fen[:] = [1.25 ** (year - 2018) for year in years]
    assert [figures._on_year_before(year) for year in (2019, 2020, 2021)] == pytest.approx([1.25] * 3)


def test_the_festival_is_held_against_weeks_around_it() -> None:
    figures = LimitFigures(tiny_scenario({"end": "2018-12-30"}))
    figures.flows.paid_fen[:] = 10.0
    figures.flows.paid_fen[44] = 15.0  # 2018-11-05 to 11-11
    assert figures._festival(2018) == pytest.approx(1.5)
    figures.flows.paid_fen[:] = 0.0
    assert math.isnan(figures._festival(2018))


def test_an_order_that_is_neither_filled_lost_nor_waiting_breaks_the_law_of_trade_alone() -> None:
    scenario = tiny_scenario({"end": "2018-03-31"})
    honest, robbed = LimitFigures(scenario), LimitFigures(scenario)

    class Thief:
        """Shows one watcher less lost than was."""

        def see(self, event: Event, at: Stamp) -> None:
            honest.see(event, at)
            if isinstance(event, OrdersFilled) and at.day == 14:
                columns = {column.name: getattr(event, column.name) for column in event.columns}
                event = OrdersFilled(**{**columns, "ordered_g": columns["ordered_g"] + 1})
            robbed.see(event, at)

    run = simulate(scenario, 1, watchers=[Thief()])
    clean, found = honest.figures(run.state), robbed.figures(run.state)
    laws = ("broken_kilograms", "broken_money", "broken_parcels")
    assert clean["broken_trade"] == 0.0
    assert found["broken_trade"] > 0.0
    assert [found[law] for law in laws] == [clean[law] for law in laws] == [0.0] * 3
