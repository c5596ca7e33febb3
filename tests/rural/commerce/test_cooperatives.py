"""What cooperatives offer members, how they sell it on, and when they fail (docs/model.md 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.commerce import cooperative_offer_fen
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.market import CooperativeFailed, CooperativesTraded, LotSold, OrdersArrived
from ecsim.rural.events.opening import CooperativesBaselined, HouseholdsBaselined
from ecsim.rural.households.selling import shop_price_fen
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, made, same, take, tiny_region

STRAWBERRY = 3
FOUR = [8, 9, 10, 11]
"""The strawberry cooperatives of county 1; each can handle 100 kg a week."""
MEMBERS = {
    HouseholdsBaselined: {"cooperative": {9: 8, 11: 8}, "weight": {11: 3}},
    CooperativesBaselined: {"capacity_g": 100_000},
}


def opened(cash_fen: int = 5_000_000, numbers: dict[str, Value] | None = None, **orders: int) -> tuple[Region, Events]:
    """Return the region with cooperatives of some cash and this week's orders of strawberries."""
    how = MEMBERS | {CooperativesBaselined: {"capacity_g": 100_000, "cash_fen": cash_fen}}
    region, events = tiny_region(opened=how, numbers=numbers)
    region.world.publish(made(OrdersArrived, crop=[STRAWBERRY], price_fen=[4000], **orders))
    events.clear()
    return region, events


def offers(region: Region) -> list[float]:
    """Return what the strawberry cooperatives offer a kilogram, fen."""
    return [
        float(fen)
        for fen in cooperative_offer_fen(region.world.state, region.terms.commerce, region.terms.selling)[FOUR]
    ]


def sold(region: Region, events: Events, *lots: tuple[int, int, int, int]) -> dict[str, np.ndarray]:
    """Let households sell lots (plot, channel, grams, fen) and return what cooperatives traded."""
    plot, channel, grams, fen = zip(*lots, strict=True)
    region.lots = LotSold(
        plot=plot, channel=channel, sold_g=grams, received_fen=fen, retail_fen=np.zeros(len(lots), int)
    )
    take(region, "trade")
    return events.of(CooperativesTraded)


def test_an_offer_without_orders_worked_by_hand() -> None:
    # In bulk strawberries fetch 10 % above the trader's 10 yuan, less 4 %: 10.56 yuan; members get 85 % of it, 8.976,
    # but while there is cash no less than the trader pays.
    assert offers(opened()[0]) == [1000.0] * 4
    assert offers(opened(cash_fen=0)[0]) == pytest.approx([897.6] * 4)


def test_an_offer_with_orders_worked_by_hand() -> None:
    # 80 kg ordered of cooperatives are 20 kg for each of four, a fifth of what it can handle; online a kilogram leaves
    # 21.20 yuan (`test_sell_lots`): 0.2 x 21.20 + 0.8 x 10.56 = 12.688, of which members get 85 %: 10.785 yuan.
    assert offers(opened(cooperative_g=80_000)[0]) == pytest.approx([1078.5] * 4, abs=0.05)
    # orders beyond what it can handle do not count: 0.85 x 21.20 = 18.02
    assert offers(opened(cooperative_g=4_000_000)[0]) == pytest.approx([1802.0] * 4)


def test_who_handles_nothing_or_has_failed_offers_nothing() -> None:
    assert cooperative_offer_fen(*_state_and_terms(tiny_region()[0])).tolist() == [0.0] * 12  # no room at all
    region, _ = opened()
    region.world.publish(CooperativeFailed(cooperative=[9]))
    assert offers(region)[1] == 0.0


def _state_and_terms(region: Region) -> tuple[Any, ...]:
    return region.world.state, region.terms.commerce, region.terms.selling


def test_a_week_of_trade_worked_by_hand() -> None:
    # Household 9 (one) brings 8 kg for 80 yuan, household 11 (three) 5 kg for 50: 8 + 15 = 23 kg bought for 230 yuan.
    # 16 kg ordered are 4 for each of four: online 4 kg at 40 yuan are 160 yuan, of which 4 x 21.20 = 84.80 are kept and
    # 75.20 are costs. The other 19 kg go in bulk at 11 yuan: 209 yuan, at a cost of 4 %, 8.36.
    region, events = opened(cooperative_g=16_000)
    lots = [
        (4, Channel.COOPERATIVE, 8_000, 8_000),
        (5, Channel.COOPERATIVE, 5_000, 5_000),
        (3, Channel.TRADER, 900, 9_000),
    ]
    found = sold(region, events, *lots)
    same(
        found, cooperative=[8], bought_g=[23_000], paid_members_fen=[23_000], online_g=[4_000], online_fen=[16_000],
        bulk_fen=[20_900], costs_fen=[7_520 + 836], cause=[region.world.state.crops.orders_seq[STRAWBERRY]],
    )  # fmt: skip
    # Cash: 50,000 + 160 + 209 - 230 - 83.56 yuan; the last price paid is 10 yuan a kilogram.
    assert region.world.state.cooperatives.cash_fen[8] == 5_000_000 + 16_000 + 20_900 - 23_000 - 8_356
    assert region.world.state.cooperatives.pay_fen[8] == 1_000


def test_without_orders_all_goes_in_bulk_and_the_harvest_is_why() -> None:
    region, events = opened()
    found = sold(region, events, (4, Channel.COOPERATIVE, 8_000, 8_000))
    same(found, online_g=[0], online_fen=[0], bulk_fen=[8_800], costs_fen=[352])
    same(found, cause=[region.world.state.crops.stock_seq[STRAWBERRY]])


def test_no_more_is_sold_online_than_was_bought() -> None:
    region, events = opened(cooperative_g=4_000_000)
    found = sold(region, events, (4, Channel.COOPERATIVE, 8_000, 8_000))
    same(found, online_g=[8_000], online_fen=[32_000], bulk_fen=[0])


@pytest.mark.parametrize(("cash_fen", "fails"), [(-5_000_001, True), (-5_000_000, False), (0, False)])
def test_a_cooperative_fails_below_what_its_bank_bears(cash_fen: int, fails: bool) -> None:
    # -50,000 yuan are borne; nothing is bought this week.
    region, events = opened(cash_fen=cash_fen)
    assert sold(region, events, (3, Channel.TRADER, 900, 9_000))["cooperative"].size == 0
    assert events.of(CooperativeFailed)["cooperative"].tolist() == (list(range(12)) if fails else [])
    assert region.world.state.cooperatives.alive.any() != fails
    events.clear()
    take(region, "trade", week=1)
    assert not events.rows(CooperativeFailed)  # once is enough


def test_one_that_pays_beyond_its_means_runs_down_its_cash() -> None:
    # Members get the trader's price while there is cash; in bulk it nets 5.6 % on that, so it lives.
    region, events = opened(numbers={"commerce.bulk_margin": -0.5})
    found = sold(region, events, (4, Channel.COOPERATIVE, 8_000, 8_000))
    same(found, bulk_fen=[4_000], costs_fen=[160])
    assert region.world.state.cooperatives.cash_fen[8] == 5_000_000 - 8_000 + 4_000 - 160


def test_the_rule_publishes_what_its_formula_written_out_does() -> None:
    region, events = tiny_region(opened=LIVELY, numbers={"selling.cooperative_taste": 3.0})
    rows = 0
    for act in before_each(region, "trade", weeks=117):
        s, lots, terms = region.world.state, region.lots, region.terms.commerce
        k, c, shop = s.cooperatives, s.crops, shop_price_fen(s, region.terms.selling)
        expected: dict[int, list[int]] = {}
        for plot, channel, grams, fen in zip(lots.plot, lots.channel, lots.sold_g, lots.received_fen, strict=True):
            if channel == Channel.COOPERATIVE:
                i = int(s.plots.household[plot])
                row = expected.setdefault(int(s.households.cooperative[i]), [0, 0])
                row[0] += int(grams) * int(s.households.weight[i])
                row[1] += int(fen) * int(s.households.weight[i])
        table = []
        for j, (bought, paid) in sorted(expected.items()):
            crop, raw = k.crop[j], c.conversion[k.crop[j]] / 1e6
            each = c.orders_cooperative_g[crop] / raw / (k.alive & (k.crop == crop)).sum()
            online = min(bought, int(each))
            revenue = round(float(online * raw * c.orders_price_fen[crop] / 1000))
            kept = round(float(online * max(shop[crop], 0) / 1000))
            bulk = round(float((bought - online) * c.price_fen[crop] * (1 + terms.bulk_margin) / 1000))
            table.append(
                (j, bought, paid, online, revenue, bulk, max(revenue - kept, 0) + round(bulk * terms.bulk_cost))
            )
        events.clear()
        act(region)
        found = events.of(CooperativesTraded)
        names = ("cooperative", "bought_g", "paid_members_fen", "online_g", "online_fen", "bulk_fen", "costs_fen")
        assert list(zip(*(found[name].tolist() for name in names), strict=True)) == table
        rows += len(table)
    assert rows > 10
