"""What goes wrong with goods under a brand erodes it, for all who share it; what goes wrong otherwise does not."""

from __future__ import annotations

import numpy as np
import pytest

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.rural.events import DealerKind, GoodsComplained, Mark, MarkTaken, OrdersFilled, ServiceComplained
from ecsim.rural.events.market import BrandBuilt, BrandsMoved
from ecsim.rural.goods.complaints import complain_of_goods
from ecsim.rural.goods.quality import SentQuality
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

COUNTY, OTHER, SHARED = 0, 1, 2
"""Brands of the two counties, and that of their prefecture."""
MEMBER, STRANGER, FAR_MEMBER = 4, 5, 6
"""Two firms of county 0, the first in a brand, and one of county 1 in a brand."""
NO_FADING = {"market.brand_fading": 0.0, "market.brand_complaints": 0.1, "market.brand_online_share": 0.5}


def branded(brand: int = COUNTY) -> tuple[Region, Events]:
    """Return firms and a brand of a million fen."""
    firms = [dealer(DealerKind.ENTERPRISE, crop, enterprise=0, size=500_000) for crop in (WALNUT, WALNUT, STRAWBERRY)]
    region, events = dealing(*firms, numbers=NO_FADING)
    region.world.publish(made(MarkTaken, dealer=[MEMBER, FAR_MEMBER], mark=[Mark.REGIONAL_BRAND] * 2))
    region.world.publish(made(BrandBuilt, brand=[brand], spent_fen=[1_000_000]))
    return region, events


def week(region: Region, filled: list[int], lost: list[int], complained: float = 0.0) -> None:
    """Let firms send and lose some grams, and buyers complain about a share of what was sent."""
    many = len(region.world.state.dealers)
    orders = made(OrdersFilled, dealer=[MEMBER, STRANGER, FAR_MEMBER], filled_g=filled, lost_g=lost)
    quality = SentQuality(*np.zeros((4, many)), np.full(many, complained))
    complain_of_goods(region.world, region.terms.market, orders, quality)


def stock_after(region: Region, events: Events) -> int:
    """Return the stock of the one brand a week later."""
    take(region, "move_markets", week=1)
    return int(events.of(BrandsMoved)["stock_fen"][-1])


def test_what_goes_wrong_under_the_name_costs_a_share_of_the_stock_worked_by_hand() -> None:
    # Half of 8,000 g sent and of 2,000 lost carries the name; of what was sent a tenth is complained about:
    # (1,000 + 400)/5,000 = 0.28 of the orders, a tenth of which the stock loses.
    region, events = branded()
    week(region, [8_000, 50_000, 0], [2_000, 50_000, 0], complained=0.1)
    same(events.of(GoodsComplained), crop=[WALNUT], brand=[COUNTY], sent_g=[4_000], lost_g=[1_000], faulty_g=[400])
    assert stock_after(region, events) == 972_000


@pytest.mark.parametrize(("lost", "complained"), [(10_000, 0.0), (0, 1.0)])
def test_where_all_goes_wrong_it_loses_the_share_by_either_cause(lost: int, complained: float) -> None:
    region, events = branded()
    week(region, [10_000 - lost, 0, 0], [lost, 0, 0], complained)
    assert stock_after(region, events) == 900_000


def test_goods_that_do_not_carry_it_harm_no_brand() -> None:
    region, events = branded()
    week(region, [10_000, 0, 0], [0, 10_000, 10_000])
    assert stock_after(region, events) == 1_000_000


def test_who_shares_a_name_shares_its_repute_by_what_each_sells() -> None:
    region, events = branded(SHARED)
    region.world.publish(BrandsMoved(brand=[SHARED], stock_fen=[1_000_000], premium=[1]))
    week(region, [9_000, 0, 0], [0, 0, 3_000])
    assert stock_after(region, events) == 975_000


def test_complaints_harm_once() -> None:
    region, events = branded()
    week(region, [5_000, 0, 0], [5_000, 0, 0])
    assert stock_after(region, events) == 950_000
    assert stock_after(region, events) == 950_000


def test_where_there_is_no_brand_nobody_complains_of_one() -> None:
    region, events = dealing(dealer(DealerKind.ENTERPRISE, WALNUT, enterprise=0, size=500_000))
    orders = made(OrdersFilled, dealer=[MEMBER], filled_g=[5_000], lost_g=[5_000])
    many = len(region.world.state.dealers)
    complain_of_goods(region.world, region.terms.market, orders, SentQuality(*np.ones((5, many))))
    assert not events.rows(GoodsComplained)


def test_complaints_about_the_service_harm_no_brand() -> None:
    region, events = tiny_region({"parameters.market.brand_complaints": 0.1})
    region.world.publish(made(BrandBuilt, brand=[COUNTY], spent_fen=[1_000_000]))
    quiet = stock_after(region, events)
    region, events = tiny_region({"parameters.market.brand_complaints": 0.1})
    region.world.publish(made(BrandBuilt, brand=[COUNTY], spent_fen=[1_000_000]))
    region.world.publish(made(ServiceComplained, county=[0, 1], complaints=[90, 90], station=[-1, -1]))
    assert stock_after(region, events) == quiet


def test_a_week_of_the_goods_economy_says_what_went_wrong() -> None:
    region, events = branded()
    region.world.publish(made(BrandBuilt, brand=[OTHER], spent_fen=[1_000_000]))
    for step in ("take_orders", "sell_lots", "trade"):
        take(region, step, week=1)
    found, filled = events.of(GoodsComplained), events.of(OrdersFilled)
    mine = filled["dealer"] == MEMBER
    assert filled["lost_g"][mine].sum() > 0
    assert found["lost_g"][found["crop"] == WALNUT].tolist() == np.rint(0.5 * filled["lost_g"][mine]).tolist()
