"""Brand stock fades and earns a premium along a Hill curve, thinner the more sales share it (docs/model.md 4.6)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.market import BrandBuilt, BrandsMoved
from ecsim.rural.events.opening import CropsBaselined
from tiny import LIVELY, before_each, same, take, tiny_region

LASTING: dict[str, Value] = {"market.brand_fading": 0.0}
CARRIED = 0.05 * (16_000 * 200 + 800 * 1500) + (336.842 * 500 + 210.526 * 3000)
"""Fen a year of county 0 that would carry its brand: 5 % of 16 t of potatoes at 2 yuan and of 0.8 t of walnuts at 15,
and what is sold online: 220,000 + 799,999 = 1,019,999."""


def premium(spent_fen: int, brand: int = 0, numbers: dict[str, Value] | None = None) -> int:
    """Return the premium that a brand of some stock earns, millionths."""
    region, events = tiny_region(numbers=LASTING | (numbers or {}))
    region.world.publish(BrandBuilt(brand=[brand], spent_fen=[spent_fen]))
    take(region, "move_markets")
    same(events.of(BrandsMoved), brand=[brand], stock_fen=[spent_fen])
    return int(events.of(BrandsMoved)["premium"][0])


def test_a_countys_own_brand_worked_by_hand() -> None:
    # Half of the highest premium is earned at 5 % of the 1,019,999 fen that carry the brand: 51,000 fen. A stock of
    # as much earns 0.1/2 = 0.05, of three times as much 0.1 x 3/4 = 0.075, of a tenth 0.1 x 0.1/1.1 = 0.00909.
    assert pytest.approx(1_019_999, abs=1) == CARRIED
    assert premium(51_000) == pytest.approx(50_000, abs=1)
    assert premium(153_000) == pytest.approx(75_000, abs=1)
    assert premium(5_100) == pytest.approx(9_091, abs=1)
    assert premium(10**12) == pytest.approx(100_000, abs=1)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 3.5])
def test_the_curve_is_that_of_hill(exponent: float) -> None:
    for ratio in (0.2, 1.0, 4.0):
        hill = 0.1 * ratio**exponent / (1 + ratio**exponent)
        found = premium(round(51_000 * ratio), numbers={"market.brand_exponent": exponent})
        assert found == pytest.approx(1e6 * hill, abs=3)


def test_a_shared_brand_is_thinner_and_fits_less_worked_by_hand() -> None:
    # The prefecture's two counties carry 1,019,999 + 0.05 x (160 x 10,000 + 800 x 1,000) + 15.385 x 20,000 +
    # 23.077 x 4,000 = 1,019,999 + 120,000 + 307,700 + 92,308 = 1,540,007 fen, 770,004 each. Half is reached at 5 % of
    # that times 2^0.5: 54,447 fen, and then 0.8 of the curve: 0.8 x 0.05 = 0.04.
    assert premium(54_447, brand=2) == pytest.approx(40_000, abs=2)
    assert premium(54_447, brand=2, numbers={"market.brand_fit": 1.0}) == pytest.approx(50_000, abs=2)


def test_where_sharing_costs_nothing_a_shared_brand_is_as_one_of_a_mean_county() -> None:
    free: dict[str, Value] = {"market.brand_dilution": 0.0, "market.brand_fit": 1.0}
    assert premium(38_500, brand=2, numbers=free) == pytest.approx(50_000, abs=10)  # 5 % of 770,004


def test_where_nothing_is_sold_that_could_carry_it_a_brand_earns_nothing() -> None:
    region, events = tiny_region(
        opened={CropsBaselined: {"demand_g": 0}}, numbers=LASTING | {"market.brand_carried_share": 0.0}
    )
    region.world.publish(BrandBuilt(brand=[0, 2], spent_fen=[10**9, 10**9]))
    take(region, "move_markets")
    same(events.of(BrandsMoved), brand=[0, 2], stock_fen=[10**9, 10**9], premium=[0, 0])


def test_more_money_never_earns_less() -> None:
    found = [premium(spent) for spent in (0 + 1, 10**3, 10**4, 10**5, 10**6, 10**9)]
    assert found == sorted(found)
    assert max(found) <= 100_000


def test_without_money_there_is_no_brand() -> None:
    region, events = tiny_region()
    take(region, "move_markets")
    assert not events.rows(BrandsMoved)


def test_a_quarter_of_the_stock_is_gone_in_a_year() -> None:
    region, events = tiny_region()
    built = region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**10]))
    for week in range(52):
        take(region, "move_markets", week=week)
    found = events.of(BrandsMoved)
    assert found["stock_fen"][-1] == pytest.approx(7.5e9, rel=1e-6)
    same(found, cause=[built.first] * 52)


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    soon: dict[str, Value] = {"funds.plan_lag_weeks": 4, "funds.county_capacity": 20.0, "funds.pooled_delay_weeks": 0}
    region, events = tiny_region(opened=LIVELY, numbers=soon)
    c, rows = region.world.state.crops, 0
    carried = 0.05 * c.output_g / 1000 * c.farm_price_fen + c.demand_g / 1000 * c.online_price_fen
    own = [float(carried[:2].sum()), float(carried[2:].sum())]
    for act in before_each(region, "move_markets", weeks=124):
        b, t = region.world.state.brands, region.terms.market
        expected = []
        for brand in range(3):
            stock = int(np.floor(b.stock_fen[brand] * (1 - t.brand_fading) ** (1 / 52)))
            if not b.stock_fen[brand]:
                continue
            sales, unit, fit = (own[brand], own[brand], 1.0) if brand < 2 else (sum(own), sum(own) / 2, t.brand_fit)
            x = (stock / (t.brand_half * unit * (sales / unit) ** t.brand_dilution)) ** t.brand_exponent
            expected.append((brand, stock, round(1e6 * t.brand_highest_farm * fit * x / (1 + x))))
        events.clear()
        act(region)
        same(
            events.of(BrandsMoved), brand=[b for b, _, _ in expected], stock_fen=[s for _, s, _ in expected],
            premium=[p for _, _, p in expected],
        )  # fmt: skip
        rows += len(expected)
    assert rows > 50
