"""Purchases of growers, goods passed on by traders, bulk sales and what spoils (docs/model.md 4.6, 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.events import Channel, DealerKind, DealersTraded, HouseholdsBaselined, LotSold
from ecsim.rural.goods.sourcing import Sourcing
from ecsim.rural.goods.terms import sold_for_raw
from ecsim.rural.goods.trading import trade
from ecsim.rural.region import Region
from tiny import Events, Opened, made

FIRM = dealer(DealerKind.MERCHANTS)
STILL: dict[str, Value] = {"farming.loss_dried": 0.0, "farming.loss_kept": 0.0}
NOTHING = LotSold(plot=[], channel=[], sold_g=[], received_fen=[], retail_fen=[], dealer=[], sellers=[])


def traded(
    *dealers: Mapping[str, int], needed: Mapping[int, float] | None = None, lots: LotSold = NOTHING, traders_g: int = 0,
    numbers: Mapping[str, Value] | None = None, opened: Opened | None = None,
) -> tuple[dict[int, dict[str, int]], Region]:  # fmt: skip
    """Return the week's trade of each dealer that did any."""
    region, events = dealing(*dealers, traders_g=traders_g, numbers=STILL | dict(numbers or {}), opened=opened)
    return trade_of(region, events, needed or {}, lots), region


def trade_of(region: Region, events: Events, needed: Mapping[int, float], lots: LotSold) -> dict[int, dict[str, int]]:
    """Let dealers trade; return the trade of each that did any."""
    zero = np.zeros(len(region.world.state.dealers))
    wants = zero.copy()
    wants[list(needed)] = list(needed.values())
    events.clear()
    d, c = region.world.state.dealers, region.world.state.crops
    kept = (region.setting.goods.cover_g[d.crop, 20] * d.forecast_g + d.waiting_g) / sold_for_raw(c.conversion)[d.crop]
    sourcing = Sourcing(wants, kept, zero, zero, zero.astype(np.int64))
    terms, let_g = region.terms, np.zeros(len(region.world.state.crops), np.int64)
    trade(region.world, terms.goods, terms.dealing, terms.farming, sourcing, lots, let_g, 20)
    rows = events.of(DealersTraded)
    names = [column.name for column in DealersTraded.columns if column.name != "dealer"]
    return {int(d): {name: int(rows[name][at]) for name in names} for at, d in enumerate(rows["dealer"])}


def test_what_growers_bring_is_added_up_for_all_that_rows_stand_for() -> None:
    # Household 4 stands for three: lots of 1,000 and 500 g of walnuts for 15 and 8 yuan are 4,500 g and 69 yuan.
    lots = made(
        LotSold, plot=[1, 1], channel=[Channel.FIRM] * 2, sold_g=[1_000, 500], received_fen=[1_500, 800], dealer=[4, 4]
    )
    found, region = traded(FIRM, lots=lots, opened={HouseholdsBaselined: {"weight": {4: 3}}})
    assert (found[4]["bought_g"], found[4]["paid_fen"]) == (4_500, 6_900)
    d = region.world.state.dealers
    assert (d.stock_g[4], d.cash_fen[4], d.bought_fen[4]) == (4_500, -6_900, 6_900)


def test_traders_pass_on_what_others_lack_at_their_margin_worked_by_hand() -> None:
    # Walnuts: 15 yuan and 15 %: 17.25 a kilogram. Of 40 kg dealers lack 10 and 5; a quarter of the rest goes in bulk.
    found, _ = traded(FIRM, FIRM, needed={4: 10_000.0, 5: 5_000.0}, traders_g=40_000)
    assert (found[4]["passed_g"], found[4]["passed_fen"]) == (10_000, 17_250)
    assert (found[5]["passed_g"], found[5]["passed_fen"]) == (5_000, 8_625)
    traders = found[WALNUT]
    assert (traders["passed_g"], traders["passed_fen"]) == (-15_000, -25_875)
    assert (traders["bulk_g"], traders["bulk_fen"]) == (6_250, 10_781)


def test_traders_pass_on_no_more_than_they_have_in_proportion_to_what_is_lacking() -> None:
    found, region = traded(FIRM, FIRM, needed={4: 10_000.0, 5: 30_000.0}, traders_g=8_000)
    assert (found[4]["passed_g"], found[5]["passed_g"]) == (2_000, 6_000)
    assert region.world.state.dealers.stock_g[WALNUT] == 0


def test_what_growers_brought_is_not_asked_of_traders() -> None:
    lots = made(LotSold, plot=[1], channel=[Channel.FIRM], sold_g=[4_000], dealer=[4])
    found, _ = traded(FIRM, needed={4: 10_000.0}, lots=lots, traders_g=40_000)
    assert found[4]["passed_g"] == 6_000


def test_fresh_goods_that_traders_have_go_at_once() -> None:
    found, _ = traded(traders_g=10_000)
    assert found[STRAWBERRY]["bulk_g"] == 10_000 - found[STRAWBERRY]["spoilt_g"]
    assert found[WALNUT]["bulk_g"] == 2_500


def test_a_cooperative_sells_in_bulk_what_orders_do_not_need_worked_by_hand() -> None:
    # Strawberries go at once and last less than a week, so that a week of orders is held back: 1 kg of 20.
    cooperative = dealer(DealerKind.COOPERATIVE, STRAWBERRY, cooperative=8, stock_g=20_000, forecast_g=1_000)
    found, _ = traded(cooperative, numbers={"farming.loss_plain": 0.0})
    assert found[4]["bulk_g"] == pytest.approx(19_000, abs=1)
    assert not traded({**FIRM, "stock_g": 20_000})[0]  # firms sell to their own buyers alone


def test_a_share_of_stocks_spoils_worked_by_hand() -> None:
    # Walnuts keep 300 days: 0.35/300 of 31 kg are 36 g. Strawberries keep 5, 20 in the cold: 1 - 0.75^((7/20)^1.5).
    stocks = ({**FIRM, "stock_g": 31_000}, dealer(DealerKind.MERCHANTS, STRAWBERRY, stock_g=100_000))
    found, region = traded(*stocks, numbers={"farming.loss_dried": 0.35})
    assert found[4]["spoilt_g"] == 36
    assert found[5]["spoilt_g"] == int(100_000 * (1 - 0.75 ** (0.35**1.5)))
    assert region.world.state.dealers.stock_g[4] == 30_964


@pytest.mark.parametrize("kind", [DealerKind.SHOPS, DealerKind.STATIONS])
def test_households_shops_and_stations_hold_and_buy_nothing(kind: DealerKind) -> None:
    lots = made(LotSold, plot=[1], channel=[Channel.OWN_SHOP], sold_g=[4_000], received_fen=[1], dealer=[4])
    found, region = traded(dealer(kind), needed={4: 10_000.0}, lots=lots, traders_g=40_000)
    assert 4 not in found
    assert region.world.state.dealers.stock_g[4] == 0


GRAMS = st.integers(0, 100_000)
KINDS = st.sampled_from([DealerKind.COOPERATIVE, DealerKind.ENTERPRISE, DealerKind.MERCHANTS])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KINDS, st.sampled_from([WALNUT, STRAWBERRY]), GRAMS, GRAMS), max_size=8), GRAMS, GRAMS)
def test_kilograms_and_fen_of_a_week_add_up_by_product(
    dealers: list[tuple[DealerKind, int, int, int]], traders_g: int, brought_g: int
) -> None:
    rows = [
        dealer(kind, crop, stock_g=stock, forecast_g=needed // 3, cooperative=8 if kind == 1 else -1)
        for kind, crop, stock, needed in dealers
    ]
    region, events = dealing(*rows, traders_g=traders_g)
    state = region.world.state
    before, cash = state.dealers.stock_g.copy(), state.dealers.cash_fen.copy()
    lots = made(
        LotSold, plot=[1, 4], channel=[0, 0], sold_g=[brought_g] * 2, received_fen=[brought_g] * 2, dealer=[1, 3]
    )
    found = trade_of(region, events, {4 + at: float(row[3]) for at, row in enumerate(dealers)}, lots)
    for crop in (WALNUT, STRAWBERRY):
        of = [row for dealer, row in found.items() if state.dealers.crop[dealer] == crop]
        assert sum(row["passed_g"] for row in of) == sum(row["passed_fen"] for row in of) == 0
        assert sum(row["bought_g"] for row in of) == brought_g
    for at, row in found.items():
        moved = row["bought_g"] + row["passed_g"] - row["bulk_g"] - row["spoilt_g"]
        assert state.dealers.stock_g[at] == before[at] + moved >= 0
        assert state.dealers.cash_fen[at] == cash[at] + row["bulk_fen"] - row["paid_fen"] - row["passed_fen"]
