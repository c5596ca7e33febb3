"""What selling a kilogram online costs and leaves, by hand (docs/model.md 4.5)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealing import POTATO, STRAWBERRY, TEA, WALNUT
from ecsim.rural.events import DealerKind
from ecsim.rural.goods.net_sale import carriage_fen, net_of_sale_fen, selling_cost_fen
from ecsim.rural.goods.prices import goods_of, online_prices
from tiny import tiny_region

PRICES = np.array([500.0, 3000.0, 20_000.0, 4000.0])


def test_carriage_is_by_weight_or_the_least_of_a_parcel_worked_by_hand() -> None:
    # An order is of 90 yuan and a parcel costs at least 5: tea at 200 yuan goes in parcels of 450 g, 11.11 yuan a
    # kilogram; strawberries at 40 in 2.25 kg, 2.22 a kilogram, less than the 3.50 by weight.
    region, _ = tiny_region()
    goods = goods_of(region.world.state, np.arange(4))
    found = carriage_fen(goods, region.terms.goods, region.terms.selling, 1.0, 0.0)
    np.testing.assert_allclose(found, [350.0, 350.0, 1111.11, 350.0], atol=0.01)
    twice = carriage_fen(goods, region.terms.goods, region.terms.selling, 2.0, 30.0)
    np.testing.assert_allclose(twice, 2 * found + 30.0)


def test_cost_and_net_of_each_product_worked_by_hand() -> None:
    # Strawberries keep 5 days: 15 % for platform and advertising, 4 days on the way at 3 % lost are 12 %; buyers are
    # found for 15 % of what is above twice the farm price: 0.27 x 40 + 0.15 x (40 - 20) + 0.50 + 3.50 = 17.80 yuan.
    # Tea keeps 540 days, so 4/54 of the loss: 0.15889 x 200 + 0.50 + 11.11 = 43.39. A kilogram of leaf gives half of
    # one of tea and costs 20 to process: (200 - 43.39)/2 - 20 = 58.31. Walnuts: 4/30 of the loss: 0.166 x 30 + 4 =
    # 8.98, and 2 to process: 30 - 8.98 - 2 = 19.02. Potatoes cost more to send than they fetch: 4/12 of the loss,
    # 0.19 x 5 + 0.15 x (5 - 4) + 4 = 5.10.
    region, _ = tiny_region()
    goods, selling = goods_of(region.world.state, np.arange(4)), region.terms.selling
    cost = selling_cost_fen(goods, selling, PRICES, carriage_fen(goods, region.terms.goods, selling, 1.0, 0.0))
    np.testing.assert_allclose(cost, [510.0, 898.0, 4338.9, 1780.0], atol=0.1)
    np.testing.assert_allclose(net_of_sale_fen(goods, PRICES, cost), [-10.0, 1902.0, 5830.6, 2220.0], atol=0.1)


@pytest.mark.parametrize(("care", "part", "saved_fen"), [(0.5, 1.0, 240.0), (0.5, 0.25, 60.0), (0.0, 1.0, 0.0)])
def test_goods_that_were_cooled_down_at_once_lose_less_on_the_way(care: float, part: float, saved_fen: float) -> None:
    # Of strawberries at 40 yuan 12 % are lost on the way, 4.80 yuan a kilogram.
    region, _ = tiny_region(numbers={"selling.precooling_care": care})
    plain, selling = goods_of(region.world.state, np.arange(4)), region.terms.selling
    cooled = plain._replace(precooled=np.full(4, part))
    costs = [selling_cost_fen(goods, selling, PRICES, np.zeros(4))[STRAWBERRY] for goods in (plain, cooled)]
    assert costs[0] - costs[1] == pytest.approx(saved_fen)


COLD = {"policy.goods_vans": "cold"}


@pytest.mark.parametrize(
    ("vans", "days", "life", "saved_fen"),
    [("cold", 0.5, 4.0, 45.0), ("cold", 1.5, 6.0, 150.0), ("cold", 0.0, 4.0, 0.0), ("plain", 0.5, 4.0, 0.0)],
)
def test_cold_vans_spare_fresh_goods_some_days_of_the_way(
    vans: str, days: float, life: float, saved_fen: float
) -> None:
    # Strawberries at 40 yuan lose 3 % a day. Half a day in which they age a quarter as fast spares 0.375 days, 0.45
    # yuan a kilogram; a day and a half a sixth as fast 1.25 days, 1.50 yuan. Only what shops and stations send rides
    # on the vans; dried goods, walnuts and tea lose as much as before.
    numbers = {"selling.van_days": days, "farming.cold_life": life}
    costs = []
    for of in ({}, {"policy.goods_vans": vans}):
        region, _ = tiny_region(of, numbers=numbers)
        state, terms = region.world.state, region.terms
        still = np.zeros(len(state.dealers))
        prices = online_prices(state, terms.goods, terms.market, terms.selling, terms.packing, still)
        costs.append(prices.cost_fen)
    d, saved = state.dealers, costs[0] - costs[1]
    rides = np.isin(d.kind, (DealerKind.SHOPS, DealerKind.STATIONS)) & (d.crop == STRAWBERRY)
    assert rides.any()
    assert state.crops.online_price_fen[STRAWBERRY] == 4000
    np.testing.assert_allclose(saved, np.where(rides, saved_fen, 0.0), atol=1e-9)


def test_cold_vans_spare_no_more_days_than_the_way_takes() -> None:
    region, _ = tiny_region(COLD, numbers={"selling.van_days": 100.0})
    goods = goods_of(region.world.state, np.arange(4))._replace(rides_cool=np.ones(4))
    selling = region.terms.selling
    cost = selling_cost_fen(goods, selling, PRICES, np.zeros(4))
    others = selling_cost_fen(goods, replace(selling, loss_a_day=0.0), PRICES, np.zeros(4))
    np.testing.assert_array_equal(cost, others)


def test_nothing_is_left_of_what_is_not_sold_online() -> None:
    region, _ = tiny_region()
    goods = goods_of(region.world.state, np.arange(4))._replace(opening_fen=np.array([0.0, 3000.0, 20_000.0, 4000.0]))
    assert net_of_sale_fen(goods, PRICES, np.zeros(4))[POTATO] == 0.0


@pytest.mark.parametrize("crop", [POTATO, WALNUT, TEA, STRAWBERRY])
def test_a_dearer_price_leaves_more_of_every_product(crop: int) -> None:
    region, _ = tiny_region()
    goods, selling = goods_of(region.world.state, np.arange(4)), region.terms.selling
    carriage = carriage_fen(goods, region.terms.goods, selling, 1.0, 0.0)
    net = [net_of_sale_fen(goods, f * PRICES, selling_cost_fen(goods, selling, f * PRICES, carriage)) for f in (1, 2)]
    assert net[1][crop] > net[0][crop]
