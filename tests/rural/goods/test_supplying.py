"""Cooperatives sell raw goods to processors, who pay more for even lots (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sourcing import sourced
from test_trading import NOTHING, STILL

from dealing import STRAWBERRY, TEA, WALNUT, dealer, dealing, prices_of
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    DealerKind,
    DealersTraded,
    EnterpriseKind,
    EnterprisesBaselined,
    OfflineChannel,
    OfflineEntered,
)
from ecsim.rural.events.goods import GoodsSupplied
from ecsim.rural.goods.prices import supply_fen
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.goods.supplying import agreed_supply, publish_supply
from ecsim.rural.goods.trading import trade
from ecsim.rural.region import Region
from tiny import Events, made

PROCESSORS = {EnterprisesBaselined: {"enterprise_kind": [EnterpriseKind.PROCESSOR, EnterpriseKind.FARM_MERCHANT, 0]}}
COOPERATIVE, ENTERPRISE = DealerKind.COOPERATIVE, DealerKind.ENTERPRISE
EVEN_LOTS: dict[str, Value] = {"goods.sorting_loss": 0.2, "goods.supply_bargain": 0.5}


def week(
    *dealers: Mapping[str, int], needed: Mapping[int, float], kept: Mapping[int, float] | None = None,
    offline: Mapping[int, int] | None = None, traders_g: int = 0, numbers: Mapping[str, Value] | None = None,
) -> tuple[dict[str, list[int]], Region, Events]:  # fmt: skip
    """Let dealers 4, 5, … trade for a week and return who supplied whom."""
    region, events = dealing(*dealers, traders_g=traders_g, opened=PROCESSORS, numbers=STILL | dict(numbers or {}))
    zero = np.zeros(len(region.world.state.dealers))
    wants, keeps = zero.copy(), zero.copy()
    wants[list(needed)] = list(needed.values())
    keeps[list(kept or {})] = list((kept or {}).values())
    for row, grams in (offline or {}).items():
        channel = [int(OfflineChannel.WHOLESALE)]
        region.world.publish(made(OfflineEntered, dealer=[row], offline_channel=channel, offline_g=[grams]))
    events.clear()
    terms, let_g = region.terms, np.zeros(len(region.world.state.crops), np.int64)
    sourcing = Sourcing(wants, keeps, zero, zero, zero.astype(np.int64))
    trade(region.world, terms.goods, terms.dealing, terms.farming, sourcing, NOTHING, let_g, 20)
    rows = events.of(GoodsSupplied)
    names = ("dealer", "processor", "supplied_g", "paid_fen")
    return {name: rows[name].tolist() for name in names}, region, events


SELLER = dealer(COOPERATIVE, cooperative=1, stock_g=40_000)
BUYER = dealer(ENTERPRISE, enterprise=0)


def test_a_cooperative_sells_what_it_can_spare_to_a_processor_that_lacks_it_worked_by_hand() -> None:
    # Of 40 kg it keeps 8 for its own orders and sells a quarter of the rest in a week. Walnuts cost 15 yuan and 15 %:
    # 17.25; lots of traders cost a quarter more by what is sorted out of them, of which the cooperative gets half.
    found, region, _ = week(SELLER, BUYER, needed={5: 30_000}, kept={4: 8_000}, numbers=EVEN_LOTS)
    assert (found["dealer"], found["processor"], found["supplied_g"]) == ([4], [5], [8_000])
    assert found["paid_fen"] == [round(8 * 1_725 * 1.125)]
    d = region.world.state.dealers
    assert (d.stock_g[4], d.stock_g[5]) == (32_000, 8_000)
    assert (d.cash_fen[4], d.cash_fen[5]) == (15_525, -15_525)
    assert (d.bulk_g[4], d.bought_fen[5]) == (8_000, 15_525)


def test_a_processor_delivers_after_it_was_supplied() -> None:
    # It has none of the 8 kg a week that its offline buyers take until the cooperative sells them to it.
    found, region, events = week(SELLER, BUYER, needed={5: 30_000}, offline={5: 52 * 8_000}, numbers=EVEN_LOTS)
    assert found["supplied_g"] == [10_000]
    traded, supplied = events.of(DealersTraded), events.of(GoodsSupplied)
    assert (traded["dealer"].tolist(), traded["offline_g"].tolist()) == ([5], [8_000])
    assert supplied["seq"][0] < traded["seq"][0]
    assert region.world.state.dealers.stock_g[5] == 2_000


def test_what_processors_lack_is_shared_by_what_is_for_sale_and_what_it_costs_worked_by_hand() -> None:
    # Traders would sell 5 kg of 20 in bulk, the cooperative 10 of 40. Where neither is dearer it has two thirds.
    none: dict[str, Value] = {"goods.sorting_loss": 0.0}
    found, _, events = week(SELLER, BUYER, needed={5: 9_000}, traders_g=20_000, numbers=none)
    assert found["supplied_g"] == [6_000]
    traded = events.of(DealersTraded)
    assert dict(zip(traded["dealer"].tolist(), traded["passed_g"].tolist(), strict=True))[5] == 3_000
    # A kilogram fit to be processed costs 1/0.8 of traders, 1.125 of it: a ninth more, to the power of 6.
    found, *_ = week(SELLER, BUYER, needed={5: 9_000}, traders_g=20_000, numbers=EVEN_LOTS)
    weight = 10_000 * (1.25 / 1.125) ** 6
    assert found["supplied_g"] == [int(9_000 * weight / (weight + 5_000))]


def test_what_traders_have_not_got_cooperatives_sell_beside() -> None:
    found, *_ = week(SELLER, BUYER, needed={5: 9_000}, traders_g=1_000, numbers={"goods.sorting_loss": 0.0})
    assert found["supplied_g"] == [max(int(9_000 * 10_000 / 10_250), 8_000)]


def test_processors_sort_lots_of_traders_and_buy_so_much_more_worked_by_hand() -> None:
    # 8 kg fit to be processed are 10 kg of traders, of which 2 are sorted out; small merchants sort nothing.
    merchants = dealer(DealerKind.MERCHANTS)
    _, region, events = week(BUYER, merchants, needed={4: 8_000, 5: 8_000}, traders_g=90_000, numbers=EVEN_LOTS)
    traded = events.of(DealersTraded)
    rows = {int(d): at for at, d in enumerate(traded["dealer"])}
    assert [int(traded[name][rows[4]]) for name in ("passed_g", "spoilt_g")] == [10_000, 2_000]
    assert [int(traded[name][rows[5]]) for name in ("passed_g", "spoilt_g")] == [8_000, 0]
    assert region.world.state.dealers.stock_g[[4, 5]].tolist() == [8_000, 8_000]


@pytest.mark.parametrize(
    "buyer",
    [dealer(DealerKind.MERCHANTS), dealer(ENTERPRISE, enterprise=1), dealer(ENTERPRISE, TEA, enterprise=0)],
    ids=["small merchants", "a farm merchant", "a processor of another product"],
)
def test_only_processors_of_the_product_buy_of_cooperatives(buyer: dict[str, int]) -> None:
    found, *_ = week(SELLER, buyer, needed={5: 9_000})
    assert found["dealer"] == []


def test_goods_that_need_no_processing_bring_the_bulk_price_alone() -> None:
    region, _ = dealing(numbers=EVEN_LOTS)
    c, price = region.world.state.crops, supply_fen(region.world.state, region.terms.goods)
    assert price[STRAWBERRY] == pytest.approx(1.15 * c.price_fen[STRAWBERRY])
    assert price[WALNUT] == pytest.approx(1.15 * 1.125 * c.price_fen[WALNUT])


def test_a_cooperative_delivers_all_it_offers_before_the_next_does_and_turns_change() -> None:
    sellers = [dealer(COOPERATIVE, cooperative=number, stock_g=40_000) for number in (1, 3, 5)]
    region, _ = dealing(*sellers, BUYER, opened=PROCESSORS)
    firsts = set()
    lacking = np.zeros(len(region.world.state.dealers))
    lacking[7] = 12_000
    offered = np.where(region.world.state.dealers.kind == COOPERATIVE, 10_000, 0)
    for number in range(20):
        region.world.day = 7 * number
        agreed = agreed_supply(region.world, region.terms.goods, lacking, offered, np.zeros(4, np.int64))
        assert sorted(agreed.sold_g[4:7].tolist()) == [0, 2_000, 10_000]
        firsts.add(int(np.argmax(agreed.sold_g)))
    assert firsts == {4, 5, 6}


AMOUNT = st.integers(0, 50_000)
HAS = st.tuples(st.sampled_from([WALNUT, TEA]), AMOUNT)


@settings(max_examples=60, deadline=None)
@given(st.lists(HAS, max_size=5), st.lists(HAS, max_size=4), AMOUNT)
def test_what_cooperatives_sell_processors_get_and_pay(
    sells: list[tuple[int, int]], buys: list[tuple[int, int]], traders_g: int
) -> None:
    sellers = [dealer(COOPERATIVE, crop, cooperative=at, stock_g=stock) for at, (crop, stock) in enumerate(sells)]
    buyers = [dealer(ENTERPRISE, crop, enterprise=0) for crop, _ in buys]
    region, events = dealing(*sellers, *buyers, opened=PROCESSORS, traders_g=traders_g)
    d = region.world.state.dealers
    first, many = 4 + len(sellers), 4 + len(sellers) + len(buyers)
    lacking = np.zeros(len(d))
    lacking[first:many] = [amount for _, amount in buys]
    offered = np.where(d.kind == COOPERATIVE, d.stock_g, 0)
    agreed = agreed_supply(region.world, region.terms.goods, lacking, offered, np.full(4, traders_g))
    before, cash = d.stock_g.copy(), d.cash_fen.copy()
    events.clear()
    publish_supply(region.world, region.terms.goods, agreed)
    rows = events.of(GoodsSupplied)
    assert (rows["supplied_g"] > 0).all()
    assert (d.crop[rows["dealer"]] == d.crop[rows["processor"]]).all()
    assert np.bincount(rows["dealer"], rows["supplied_g"], len(d)).tolist() == agreed.sold_g.tolist()
    assert np.bincount(rows["processor"], rows["supplied_g"], len(d)).tolist() == agreed.got_g.tolist()
    assert (agreed.sold_g <= offered).all()
    assert (agreed.got_g <= np.ceil(lacking)).all()
    assert d.stock_g.sum() == before.sum()
    assert d.cash_fen.sum() == cash.sum()
    price = supply_fen(region.world.state, region.terms.goods)[d.crop[rows["dealer"]]]
    assert np.allclose(rows["paid_fen"], rows["supplied_g"] * price / 1000.0, atol=0.51)


@pytest.mark.parametrize("kept", [True, False])
def test_a_cooperative_holds_goods_back_for_orders_only_where_these_pay_more_than_processors(kept: bool) -> None:
    cooperative = dealer(COOPERATIVE, cooperative=5, forecast_g=6_000, packing_g=0)
    net = float(prices_of(sourced(cooperative)[1]).net_fen[4])
    bulk: dict[str, Value] = {"goods.resale_margin": net / 1_500.0 - 1.0 + (-0.2 if kept else 0.2)}
    found, _ = sourced(cooperative, numbers=bulk)
    assert found.kept_g[4] == pytest.approx(18_000 if kept else 0, abs=2)
