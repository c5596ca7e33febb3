"""Prices of the week: what sellers pass on to buyers and what is left to them (docs/model.md 4.5, 4.6)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    BrandBuilt,
    BrandsMoved,
    CropsBaselined,
    DealerKind,
    MarkTaken,
    ProjectKind,
    TariffMoved,
)
from ecsim.rural.events.codes import Mark
from ecsim.rural.goods.marks import decides
from ecsim.rural.goods.prices import OnlinePrices
from ecsim.rural.region import Region
from tiny import facility, made, tiny_region


def prices(region: Region) -> OnlinePrices:
    """Return the prices of the week by product: those of who decides nothing one by one."""
    found = prices_of(region)
    return OnlinePrices(**{name: column[:4] for name, column in found.__dict__.items()})


def priced(**numbers: Value) -> OnlinePrices:
    """Return the prices of the first week where some numbers of selling are other ones."""
    return prices(tiny_region(numbers={f"selling.{name}": value for name, value in numbers.items()})[0])


def test_prices_of_the_opening_are_those_of_its_facts() -> None:
    found = prices(tiny_region()[0])
    assert found.consumer_fen.tolist() == [500.0, 3000.0, 20_000.0, 4000.0]
    assert found.ratio.tolist() == [1.0] * 4
    np.testing.assert_allclose(found.net_fen, [-10.0, 1902.0, 5830.6, 2220.0], atol=0.1)


def test_what_a_kilogram_sold_costs_and_leaves_is_its_price() -> None:
    # Costs of a kilogram in sold form hold processing, so price - cost, times what a kilogram raw yields, is the net.
    found = prices(tiny_region()[0])
    np.testing.assert_allclose((found.consumer_fen - found.cost_fen) * [1, 1, 0.5, 1], found.net_fen)


def test_dearer_collection_is_passed_on_by_four_fifths_worked_by_hand() -> None:
    # From 30 to 110 fen: strawberries cost 40.64 yuan, of which 27 % go, 15 % of what is above 20, 0.50 and 4.60: 21.47
    # are left, where 21.90 were; buyers pay 1.6 % more for the same.
    region, _ = tiny_region()
    for up in (30, 110):
        region.world.publish(TariffMoved(county=[1], down_fen=[0], up_fen=[up], cost_fen=[1]))
    found = prices(region)
    assert found.consumer_fen[[WALNUT, STRAWBERRY]].tolist() == [3000.0, 4064.0]
    assert found.ratio[STRAWBERRY] == pytest.approx(1.016)
    assert found.net_fen[STRAWBERRY] == pytest.approx(2147.12)


def test_carriage_ten_times_as_dear_leaves_next_to_nothing() -> None:
    # 31.50 yuan more a kilogram, 25.20 of it on the price: strawberries cost 65.20, of which 0.73 x 65.20 - 0.15 x
    # 45.20 - 0.50 - 35 = 5.316 are left. Tea goes in small parcels: 100 yuan more.
    found = priced(carriage_level=10.0)
    assert found.consumer_fen[STRAWBERRY] == pytest.approx(6520.0)
    assert found.net_fen[STRAWBERRY] == pytest.approx(531.6)
    assert found.consumer_fen[TEA] == pytest.approx(28_000.0)


def test_without_fees_goods_are_cheaper_and_leave_more() -> None:
    # 5 % of 40 yuan are 2, 1.60 off the price: 38.40 x 0.78 - 0.15 x 18.40 - 4 = 23.19.
    found, usual = priced(fee_level=0.0), priced()
    assert found.consumer_fen[STRAWBERRY] == pytest.approx(3840.0)
    assert found.net_fen[STRAWBERRY] == pytest.approx(2319.2)
    assert (found.ratio < 1.0).all()
    assert (found.net_fen > usual.net_fen).all()


def joined(region: Region) -> None:
    """Let every cooperative and enterprise join its brand."""
    rows = np.flatnonzero(decides(region.world.state))
    region.world.publish(made(MarkTaken, dealer=rows, mark=int(Mark.REGIONAL_BRAND)))


def test_a_brand_is_worth_more_than_it_costs() -> None:
    # A premium of 0.10 at the farm gate is 0.10 x 0.3 x 0.4/0.1 = 0.12 online, half of it on the price: 1.06/1.12.
    region, _ = tiny_region()
    region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    joined(region)
    found = prices(region)
    np.testing.assert_allclose(found.consumer_fen, [530.0, 3180.0, 20_000.0, 4000.0])
    np.testing.assert_allclose(found.ratio, [1.06 / 1.12, 1.06 / 1.12, 1.0, 1.0])


def test_the_prefectures_brand_is_carried_where_it_earns_more_than_the_countys_own() -> None:
    region, _ = tiny_region()
    region.world.publish(BrandBuilt(brand=[0, 2], spent_fen=[10**8, 10**8]))
    region.world.publish(BrandsMoved(brand=[0, 2], stock_fen=[10**8, 10**8], premium=[50_000, 100_000]))
    joined(region)
    np.testing.assert_allclose(prices(region).consumer_fen, [530.0, 3180.0, 21_200.0, 4240.0])


def test_traceability_is_paid_for_too() -> None:
    # 5 % of willingness to pay for the 30 % that carries a code, half passed on: 0.75 % on the price.
    region, _ = tiny_region()
    region.world.publish(facility(ProjectKind.TRACEABILITY, county=[1], township=[-1]))
    np.testing.assert_allclose(prices(region).consumer_fen, [500.0, 3000.0, 20_150.0, 4030.0])


def test_a_product_without_a_price_online_is_not_sold_there() -> None:
    region, _ = tiny_region(opened={CropsBaselined: {"online_price_fen": {WALNUT: 0}}})
    found = prices(region)
    assert found.net_fen[WALNUT] == found.consumer_fen[WALNUT] == 0.0
    assert found.ratio[WALNUT] == 1.0


def test_who_has_others_pack_pays_them_by_the_kilogram_and_the_parcel_worked_by_hand() -> None:
    # Of walnuts at 30 yuan a kilogram is a third of a parcel of 90: 0.03 + 0.08/3 hours at 12 yuan are 68 fen.
    kinds = DealerKind.TRADERS, DealerKind.COOPERATIVE, DealerKind.ENTERPRISE, DealerKind.MERCHANTS, DealerKind.SHOPS
    region, _ = dealing(*(dealer(kind) for kind in kinds[1:]))
    found, rows = prices_of(region), [WALNUT, 4, 5, 6, 7]
    assert found.wages_fen[rows] == pytest.approx([0.0, 68.0, 68.0, 68.0, 0.0])
    assert found.net_fen[rows] == pytest.approx([1902.0, 1834.0, 1834.0, 1834.0, 1902.0])
    assert found.cost_fen[rows] == pytest.approx([1098.0, 1166.0, 1166.0, 1166.0, 1098.0])
