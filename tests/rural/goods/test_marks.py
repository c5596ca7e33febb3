"""Certificates and brands: what buyers value them at, what a dealer gains by one (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import BrandBuilt, BrandsMoved, DealerKind, MarkDropped, MarksBaselined, MarkTaken
from ecsim.rural.events.codes import Mark
from ecsim.rural.goods.marks import mark_gain_fen
from ecsim.rural.region import Region
from tiny import made

COOPERATIVE = dealer(DealerKind.COOPERATIVE, WALNUT, cooperative=0, size=250_000)
FIRM = dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=0, size=250_000)
TOGETHER = dealer(DealerKind.MERCHANTS, WALNUT, size=500_000)


def prices(region: Region) -> list[float]:
    """Return what consumers pay each dealer beside the traders, yuan."""
    return (prices_of(region).consumer_fen[4 : region.world.state.count("dealers")] / 100.0).round(4).tolist()


def take(region: Region, dealer: int, mark: Mark) -> None:
    """Let a dealer take a mark for nothing."""
    region.world.publish(made(MarkTaken, dealer=[dealer], mark=[mark]))


def test_a_certificate_is_worth_five_per_cent_half_of_it_on_the_price() -> None:
    region, _ = dealing(COOPERATIVE, FIRM, TOGETHER)
    assert prices(region) == [30.0, 30.0, 30.0]
    take(region, 4, Mark.CERTIFICATE)
    assert prices(region) == [30.75, 30.0, 30.0]
    np.testing.assert_allclose(prices_of(region).ratio[4:7], [1.025 / 1.05, 1.0, 1.0])
    take(region, 5, Mark.CERTIFICATE)
    take(region, 5, Mark.OWN_BRAND)
    assert prices(region) == [30.75, 31.5, 30.0]


def test_what_is_had_at_the_opening_is_in_its_prices() -> None:
    opened = {MarksBaselined: {"dealer": [4], "mark": [int(Mark.CERTIFICATE)]}}
    region, _ = dealing(COOPERATIVE, FIRM, opened=opened)
    assert prices(region) == [30.0, 30.0]
    region.world.publish(MarkDropped(dealer=[4], mark=[int(Mark.CERTIFICATE)]))
    assert prices(region) == [29.25, 30.0]


def test_a_regional_brand_is_worth_something_to_those_that_joined() -> None:
    # A premium of 0.10 at the farm gate is 0.40 online on the 30 % that meet its standard: 0.12, half on the price.
    # Of who decides one by one half has joined, so of small merchants half is taken to have: 0.06.
    region, _ = dealing(COOPERATIVE, FIRM, TOGETHER)
    region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    assert prices(region) == [30.0, 30.0, 30.0]
    take(region, 5, Mark.REGIONAL_BRAND)
    assert prices(region) == [30.0, 31.8, 30.9]


@pytest.mark.parametrize("name", ["certificate_premium", "own_brand_premium"])
def test_a_mark_that_nobody_values_changes_no_price(name: str) -> None:
    numbers: dict[str, Value] = {f"dealing.{name}": 0.0}
    region, _ = dealing(COOPERATIVE, FIRM, numbers=numbers)
    take(region, 5, Mark.CERTIFICATE if name.startswith("cert") else Mark.OWN_BRAND)
    assert prices(region) == [30.0, 30.0]


def test_buyers_move_to_goods_worth_more_than_they_cost() -> None:
    region, _ = dealing(FIRM, {**FIRM, "enterprise": 1}, TOGETHER)
    take(region, 4, Mark.OWN_BRAND)
    region.goods.take_orders(outage=0.0)
    ordered = region.goods._ordered[4:]
    assert ordered[0] / ordered[1] == pytest.approx((1.025 / 1.05) ** -2.5, rel=1e-3)


def test_the_gain_of_a_mark_worked_by_hand() -> None:
    # 5 % of worth, 2.5 % on the price: (1.025/1.05)^-2.5 = 1.0621 times the buyers. Fees and advertising take 10 %. At
    # a margin of 20 % a sale of 1 leaves 0.2, now 1.0621 x (0.2 + 0.025 x 0.9) = 0.2363: 3,631 of sales of 100,000.
    region, _ = dealing(FIRM)
    terms = region.terms
    kept = 1.0 - terms.selling.platform_fee - terms.selling.advertising
    expected = 1e5 * ((1.025 / 1.05) ** -2.5 * (0.2 + 0.025 * kept) - 0.2)
    found = mark_gain_fen(np.array(1e5), np.array(0.2), np.array(0.05), terms.goods, terms.market, terms.selling)
    assert float(found) == pytest.approx(expected)
    assert 2_500 < expected < 4_500
    nothing = mark_gain_fen(np.array(1e5), np.array(0.2), np.array(0.0), terms.goods, terms.market, terms.selling)
    assert float(nothing) == 0.0


def test_other_products_are_as_they_were() -> None:
    region, _ = dealing(COOPERATIVE, dealer(DealerKind.MERCHANTS, STRAWBERRY), dealer(DealerKind.MERCHANTS, TEA))
    take(region, 4, Mark.CERTIFICATE)
    assert prices(region) == [30.75, 40.0, 200.0]
