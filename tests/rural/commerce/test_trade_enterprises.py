"""Accounts of dealers and enterprises: farm products as sold, other goods by Gibrat's law (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.commerce.reach import poor_growers, poor_suppliers, sales_a_year
from ecsim.rural.events import (
    DealerKind,
    DealerSizesMoved,
    DealersSettled,
    DealersTraded,
    EnterpriseClosed,
    EnterprisesBaselined,
    EnterprisesTraded,
    HouseholdsBaselined,
)
from ecsim.rural.region import Region
from tiny import Events, made, same, take

SIZES = np.array([520_000_000, 52_000_000, 104_000_000])
"""A farm merchant and a merchant of other goods in county 0, a processor in county 1."""
CALM: dict[str, Value] = {
    "commerce.enterprise_sigma": 0.0, "market.lockdown_goods": 1.0,
    "commerce.closing": 0.0, "commerce.founding": 0.0, "market.goods_growth": 0.0,
    "market.goods_growth_2020": 0.0, "market.goods_growth_2021": 0.0,
}  # fmt: skip
FIRMS = (
    dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=0, size=300_000),
    dealer(DealerKind.ENTERPRISE, STRAWBERRY, enterprise=2, size=10**6),
    dealer(DealerKind.MERCHANTS, WALNUT, size=700_000),
)
"""Dealers 4 to 6."""
ACCOUNTS = {"packed_g": [100_000, 50_000, 10_000], "sold_fen": [900_000, 450_000, 90_000], "poor_lots": [3, 0, 8]}
ACCOUNTS |= {"bought_fen": [200_000, 100_000, 20_000]}


def traded(
    week: int = 0, *, numbers: dict[str, Value] | None = None, sizes: np.ndarray = SIZES
) -> tuple[dict[str, np.ndarray], Region, Events]:
    """Return what enterprises trade in four weeks, when their dealers sold for 9,000 and 4,500 yuan."""
    opened = {EnterprisesBaselined: {"yearly_fen": sizes, "enterprise_kind": [1, 0, 2]}}
    region, events = dealing(*FIRMS, opened=opened, numbers=CALM | (numbers or {}))
    for name, values in ACCOUNTS.items():
        getattr(region.world.writable.dealers, name)[4:7] = values
    take(region, "trade_enterprises", week=week)
    return events.of(EnterprisesTraded), region, events


def test_dealers_settle_worked_by_hand() -> None:
    # An order is of 90 yuan: 100 parcels at 0.08 hours and 100 kg at 0.03 are 11 hours; 50 and 50 are 5.5; 10 and 10
    # 1.1. Then a new account begins.
    _, region, events = traded()
    hours = {"job_hours": [11, 6, 1], "wages_fen": [13_200, 7_200, 1_200]}  # at 12 yuan
    same(events.of(DealersSettled), dealer=[4, 5, 6], **hours, **ACCOUNTS)
    for name in ACCOUNTS:
        assert getattr(region.world.state.dealers, name)[4:7].tolist() == [0, 0, 0]


def test_four_weeks_worked_by_hand() -> None:
    # A farm merchant sells farm products alone, 9,000 yuan of them. A year's sales are what they were, less 4 weeks of
    # 52, and these: 480 million + 0.9 million fen. The merchant sells 40,000 yuan of other goods: 1.73 jobs at 300,000
    # yuan, 2,000 hours a year each, 267 in four weeks.
    found, region, _ = traded()
    same(
        found, enterprise=[0, 1, 2], farm_fen=[900_000, 0, 450_000], other_fen=[0, 4_000_000, 0],
        bought_fen=[200_000, 0, 100_000], poor_households=[0, 0, 0], job_hours=[11, 267, 6],
        wages_fen=[0, 320_400, 0], yearly_fen=[480_900_000, 52_000_000, 96_450_000],
        cause=region.world.state.enterprises.founded_seq[:3],
    )  # fmt: skip
    assert region.world.state.enterprises.yearly_fen[:3].tolist() == [480_900_000, 52_000_000, 96_450_000]


def test_small_merchants_are_nobodys_enterprise() -> None:
    found, _, _ = traded()
    assert found["farm_fen"].sum() == 900_000 + 450_000


def test_poor_workers_count_once_somebody_is_hired() -> None:
    # A tenth of the sales for a job: 17.33 jobs of the merchant; by then the poor have 6 of county 0's 17 jobs: 6.1.
    found, region, events = traded(numbers={"commerce.sales_a_job_yuan": 30_000.0})
    assert found["poor_households"].tolist() == [0, 0, 0]
    h = region.world.state.households
    in_county = h.county == 0
    share = h.jobs[in_county & h.poor].sum() / h.jobs[in_county].sum()
    assert 0 < share < 1
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert events.of(EnterprisesTraded)["poor_households"].tolist() == [0, round(17.333 * share), 0]


def test_poor_growers_that_an_enterprise_buys_from_are_those_expected_of_what_it_bought() -> None:
    # Household 4, on the register, grows the walnuts: who buys all of a year's output reaches it; a hundredth of it, in
    # 13 sales a year, with a chance of 1 - e^(-0.13) = 0.12. What was bought a year ago is gone.
    for part, expected in ((1.0, 1.0), (0.1, 1 - np.exp(-1.3)), (0.01, 1 - np.exp(-0.13))):
        region, _ = dealing(*FIRMS)
        grams = int(part * region.world.state.crops.output_g[WALNUT])
        region.world.publish(made(DealersTraded, dealer=[4], bought_g=[grams]))
        goods = region.terms.goods
        assert poor_growers(region.world.state).tolist() == [0, 1, 0, 0]
        assert poor_suppliers(region.world, goods)[:3] == pytest.approx([expected, 0, 0], rel=1e-3)
        region.world.day = 7 * 51
        assert poor_suppliers(region.world, goods)[0] == pytest.approx(expected, rel=1e-3)
        region.world.day = 7 * 52
        assert poor_suppliers(region.world, goods)[0] == 0


@pytest.mark.parametrize("weight", [1, 7])
def test_reach_is_that_of_all_households_however_many_a_row_stands_for(weight: int) -> None:
    """Seven times the growers and seven times what is bought reach seven times the households."""
    region, _ = dealing(*FIRMS, opened={HouseholdsBaselined: {"weight": weight}})
    c = region.world.writable.crops
    c.output_g[:] = c.output_g * weight
    region.world.publish(made(DealersTraded, dealer=[4], bought_g=[int(c.output_g[WALNUT]) // 10]))
    expected = weight * (1 - np.exp(-1.3))
    assert poor_suppliers(region.world, region.terms.goods)[0] == pytest.approx(expected, rel=1e-3)


def test_fresh_goods_are_sold_in_the_weeks_of_their_harvest() -> None:
    region, _ = dealing(*FIRMS)
    often = sales_a_year(region.world.state, region.terms.goods)
    share = region.world.state.crops.season[STRAWBERRY] / 1e6
    assert often[STRAWBERRY] == pytest.approx(1 / (share**2).sum())
    assert often[WALNUT] == 13


def test_merchants_follow_the_growth_of_other_goods() -> None:
    # Four weeks are 28/365.25 of a year.
    rates = ("goods_growth", "goods_growth_2020", "goods_growth_2021")
    found, _, _ = traded(week=52, numbers={f"market.{rate}": 0.25 for rate in rates})
    assert found["yearly_fen"][1] == pytest.approx(52e6 * 1.25 ** (28 / 365.25), rel=1e-6)
    assert found["farm_fen"].tolist() == [900_000, 0, 450_000]


@pytest.mark.parametrize("week", [0, 4, 8, 96])
def test_luck_is_lognormal_of_mean_one_over_four_weeks(week: int) -> None:
    # The logarithm's sd over a year is 0.35, over four weeks 0.35 x sqrt(4/52) = 0.09707; less half its square.
    found, region, _ = traded(week, numbers={"commerce.enterprise_sigma": 0.35})
    normal = region.world.draws.normal("enterprise", week, [1])[0]
    assert np.log(found["yearly_fen"][1] / 52e6) == pytest.approx(0.09707 * normal - 0.004711, abs=1e-5)


def test_drift_moves_merchants_sales() -> None:
    found, _, _ = traded(numbers={"commerce.enterprise_drift": 0.13})  # a year; 0.01 in four weeks
    assert found["yearly_fen"][1] / 52e6 == pytest.approx(np.exp(0.01), rel=1e-6)


def test_luck_moves_buyers_between_the_firms_of_a_product_and_not_their_number() -> None:
    opened = {EnterprisesBaselined: {"yearly_fen": SIZES, "enterprise_kind": [1, 1, 2]}}
    firms = (*FIRMS, dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=1, size=200_000))
    region, events = dealing(*firms, opened=opened, numbers=CALM | {"commerce.enterprise_sigma": 0.35})
    take(region, "trade_enterprises")
    luck = np.exp(0.35 * np.sqrt(4 / 52) * region.world.draws.normal("enterprise", 0, [0, 1]))
    part = 300_000 * luck[0] / (300_000 * luck[0] + 200_000 * luck[1])
    size = region.world.state.dealers.size
    assert size[[4, 7]].tolist() == [round(500_000 * part), round(500_000 * (1 - part))]
    assert size[[5, 6]].tolist() == [10**6, 700_000]  # alone in its product; no enterprise
    assert set(events.of(DealerSizesMoved)["dealer"].tolist()) == {4, 7}


def test_a_closed_one_trades_no_more() -> None:
    opened = {EnterprisesBaselined: {"yearly_fen": SIZES, "enterprise_kind": [1, 0, 2]}}
    region, events = dealing(dealer(DealerKind.MERCHANTS, TEA), opened=opened, numbers=CALM)
    region.world.publish(EnterpriseClosed(enterprise=[1]))
    take(region, "trade_enterprises")
    same(events.of(EnterprisesTraded), enterprise=[0, 2])
