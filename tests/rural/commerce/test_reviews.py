"""Cooperatives and enterprises decide once a year, and close when bankrupt (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from dealing import COOPERATIVE, FIRM, POTATO, QUIET, STRAWBERRY, WALNUT, dealer, dealing, reviewed
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    CooperativeFailed,
    DealerDelisted,
    DealerKind,
    DealersSettled,
    EnterpriseClosed,
    GrowersContracted,
    HouseholdsBaselined,
    MarkDropped,
    MarkTaken,
    OfflineChannel,
    OfflineEntered,
    OfflineLeft,
    ProfitsDrawn,
    RefundsPaid,
)
from ecsim.rural.events.codes import Mark
from ecsim.rural.region import Region
from tiny import Events, Opened, made, same, take


def year(
    *dealers: Mapping[str, int], numbers: Mapping[str, Value] | None = None, opened: Opened | None = None
) -> tuple[Region, Events]:
    """Return the region after a year of reviews alone."""
    region, events = dealing(*dealers, numbers=QUIET | dict(numbers or {}), opened=opened)
    reviewed(region)
    return region, events


def test_where_nothing_is_worth_it_nothing_is_decided() -> None:
    _, events = year(FIRM, COOPERATIVE)
    assert not events.kinds() & {
        "mark_taken", "growers_contracted", "offline_entered", "profits_drawn", "refunds_paid", "cooperative_failed",
    }  # fmt: skip


def test_each_decides_once_a_year() -> None:
    numbers: dict[str, Value] = {"dealing.certificate_premium": 0.3, "dealing.certificate_yuan": 0.0}
    numbers["dealing.certificate_yuan_a_year"] = 0.0
    rich = [{**FIRM, "enterprise": number, "cash_fen": 10**9} for number in range(3)]
    _, events = year(*rich, numbers=numbers)
    found = events.of(MarkTaken)
    assert sorted(found["dealer"].tolist()) == [4, 5, 6]
    assert set(found["mark"].tolist()) == {int(Mark.CERTIFICATE)}


@pytest.mark.parametrize(("cost", "taken"), [(0.0, True), (100_000.0, False)])
def test_a_mark_is_taken_if_it_soon_pays_back_what_it_costs(cost: float, taken: bool) -> None:
    # 5 kg a week at 30 yuan are 7,800 yuan a year: 5 % of worth brings some hundreds.
    numbers: dict[str, Value] = {"dealing.certificate_premium": 0.05, "dealing.certificate_yuan": cost}
    numbers["dealing.certificate_yuan_a_year"] = 0.0
    region, events = year({**FIRM, "cash_fen": 10**9}, numbers=numbers)
    assert bool(events.rows(MarkTaken)) is taken
    assert region.world.state.dealers.marks[4, Mark.CERTIFICATE] == taken
    assert region.world.state.dealers.cash_fen[4] == 10**9 - (round(100 * cost) if taken else 0)


def test_who_has_not_the_money_takes_none() -> None:
    numbers: dict[str, Value] = {"dealing.certificate_premium": 0.3, "dealing.certificate_yuan": 10.0}
    numbers["dealing.certificate_yuan_a_year"] = 0.0
    assert not year({**FIRM, "cash_fen": 999}, numbers=numbers)[1].rows(MarkTaken)
    assert year({**FIRM, "cash_fen": 1_000}, numbers=numbers)[1].rows(MarkTaken) == 1


def test_only_enterprises_build_a_brand_of_their_own() -> None:
    numbers: dict[str, Value] = {"dealing.own_brand_premium": 0.2, "dealing.own_brand_yuan": 0.0}
    numbers["dealing.own_brand_yuan_a_year"] = 0.0
    _, events = year(FIRM, COOPERATIVE, numbers=numbers)
    same(events.of(MarkTaken), dealer=[4], mark=[int(Mark.OWN_BRAND)])


def test_a_mark_that_costs_more_than_it_brings_is_dropped() -> None:
    region, events = dealing(FIRM, numbers=QUIET)
    region.world.publish(made(MarkTaken, dealer=[4], mark=[Mark.CERTIFICATE]))
    reviewed(region)
    same(events.of(MarkDropped), dealer=[4], mark=[int(Mark.CERTIFICATE)])


def test_whom_growers_bring_too_little_promises_them_a_price_and_later_no_longer() -> None:
    # 15 yuan and 8 %: 16.20 a kilogram; 95 % of it is promised.
    short = {**FIRM, "bid": 80_000}
    region, events = dealing(short, numbers=QUIET | {"dealing.contract_gap": 0.1})
    d = region.world.writable.dealers
    d.wanted_g[4], d.offered_g[4] = 1_300, 1_000  # (1,300 - 1,000)/2,300 = 0.13
    reviewed(region)
    same(events.of(GrowersContracted), dealer=[4], floor_fen=[1_539])
    events.clear()
    d.offered_g[4] = 1_300
    reviewed(region, 13)
    same(events.of(GrowersContracted), dealer=[4], floor_fen=[0])


def test_a_promised_price_is_paid_when_traders_pay_less() -> None:
    region, _ = dealing({**FIRM, "bid": 80_000})
    region.world.publish(GrowersContracted(dealer=[4], floor_fen=[1_539]))
    region.world.writable.crops.price_fen[WALNUT] = 1_000
    region.goods.take_orders(outage=0.0)
    lots = region.goods.sell()
    own = lots.dealer == 4
    if own.any():
        np.testing.assert_allclose(lots.received_fen[own] / lots.sold_g[own], 1.539, rtol=0.2)
    from ecsim.rural.goods.sourcing import growers_price

    assert growers_price(region.world.state)[4] == pytest.approx(1.539)


def test_a_dealer_finds_the_offline_channel_that_gains_most() -> None:
    # Walnuts are dried; 400 kg a week beside orders are enough for restaurants alone (5 t a year), at 10 % more.
    numbers: dict[str, Value] = {"dealing.offline_finding": 1.0, "dealing.offline_volume": 10_000.0}
    numbers["dealing.offline_yuan_a_year"] = 0.0
    region, events = dealing(COOPERATIVE, numbers=QUIET | numbers)
    region.world.writable.dealers.offered_g[4] = 200_000
    reviewed(region)
    found = events.of(OfflineEntered)
    assert found["offline_channel"].tolist() == [int(OfflineChannel.RESTAURANT)]
    assert found["offline_g"].tolist() == [52 * (200_000 - 5_000)]


def test_channels_that_ask_for_a_certificate_take_no_other_goods() -> None:
    numbers: dict[str, Value] = {"dealing.offline_finding": 1.0, "dealing.offline_volume": 10_000.0}
    numbers["dealing.offline_yuan_a_year"] = 0.0
    region, events = dealing(COOPERATIVE, numbers=QUIET | numbers | {"dealing.certificate_yuan_a_year": 0.0})
    region.world.publish(made(MarkTaken, dealer=[4], mark=[Mark.CERTIFICATE]))
    region.world.writable.dealers.offered_g[4] = 200_000
    reviewed(region)
    assert events.of(OfflineEntered)["offline_channel"].tolist() == [int(OfflineChannel.DIRECT_SUPPLY)]


def test_a_channel_that_no_longer_pays_is_left() -> None:
    region, events = dealing(FIRM, numbers=QUIET)
    region.world.publish(OfflineEntered(dealer=[4], offline_channel=[int(OfflineChannel.SCHOOL)], offline_g=[1]))
    reviewed(region)
    same(events.of(OfflineLeft), dealer=[4])


@pytest.mark.parametrize("ending", [0.0, 1.0])
def test_buyers_of_a_channel_turn_to_others_by_chance(ending: float) -> None:
    # Schools pay 6 % more for 20 t a year, and keeping the channel costs nothing: only its buyers end it.
    numbers: dict[str, Value] = {"dealing.offline_ending": ending, "dealing.offline_yuan_a_year": 0.0}
    region, events = dealing(COOPERATIVE, numbers=QUIET | numbers)
    school = [int(OfflineChannel.SCHOOL)]
    region.world.publish(OfflineEntered(dealer=[4], offline_channel=school, offline_g=[20_000_000]))
    region.world.writable.dealers.offered_g[4] = 1_000_000
    reviewed(region)
    assert events.rows(OfflineLeft) == ending


def test_owners_draw_a_share_of_what_is_above_the_reserve_worked_by_hand() -> None:
    # 5 kg at 30 yuan a week are 150 yuan; eight weeks of them stay: 1,200 of 11,200 yuan; 80 % of 10,000 are drawn.
    region, events = year({**FIRM, "cash_fen": 1_120_000}, numbers={"dealing.drawn_share": 0.8})
    same(events.of(ProfitsDrawn), dealer=[4], drawn_fen=[800_000])
    assert region.world.state.dealers.cash_fen[4] == 320_000


def test_growers_get_a_refund_by_what_each_delivered() -> None:
    # Plots 0 and 2 delivered to it, for one household and for three, others to others.
    opened = {HouseholdsBaselined: {"weight": {7: 3}}}
    numbers = QUIET | {"dealing.drawn_share": 1.0, "dealing.reserve_weeks": 0.0}
    potatoes = dealer(DealerKind.COOPERATIVE, POTATO, cooperative=0, cash_fen=1_000_001)
    region, events = dealing(potatoes, numbers=numbers, opened=opened)
    p = region.world.writable.plots
    p.delivered_g[:] = 1_000
    p.delivered_to[[0, 2]] = 4
    reviewed(region)
    same(events.of(RefundsPaid), plot=[0, 2], delivered_g=[1_000, 1_000], paid_fen=[250_000, 250_000])
    assert region.world.state.dealers.cash_fen[4] == 1  # what is less than a fen each stays
    assert p.delivered_g.tolist() == [0, 1_000, 0, 1_000, 1_000, 1_000]
    assert region.world.state.households.earned_fen[[3, 7]].tolist() == [250_000, 250_000]


def settled(region: Region, months: int) -> None:
    """Let months of accounts and reviews pass."""
    region.goods.take_orders(outage=0.0)
    for month in range(months):
        take(region, "trade_enterprises", "review_dealers", week=4 * month)


@pytest.mark.parametrize("owner", ["cooperative", "enterprise"])
def test_who_is_bankrupt_for_long_closes(owner: str) -> None:
    numbers = QUIET | {"dealing.patience_months": 3, "commerce.closing": 0.0, "commerce.smallest_fen": 0}
    numbers |= {"commerce.founding": 0.0, "commerce.cooperative_founding": 0.0, "dealing.overhead_yuan_a_year": 0.0}
    broke = {**(COOPERATIVE if owner == "cooperative" else FIRM), "cash_fen": -10_000}
    region, events = dealing(broke, numbers=numbers)
    settled(region, 2)
    assert events.of(DealersSettled)["lean_months"].tolist() == [1, 2]
    assert not events.rows(DealerDelisted)
    settled(region, 1)
    same(events.of(DealerDelisted), dealer=[4])
    kind = CooperativeFailed if owner == "cooperative" else EnterpriseClosed
    assert events.of(kind)[owner].tolist() == [0]
    assert not region.world.state.dealers.alive[4]
    assert not events.rows(ProfitsDrawn)


def test_who_is_worth_something_stays_whatever_it_owes() -> None:
    # A kilogram of walnuts is worth 15 yuan to traders.
    numbers = QUIET | {"dealing.patience_months": 1, "commerce.closing": 0.0, "commerce.smallest_fen": 0}
    region, events = dealing({**FIRM, "cash_fen": -10_000, "stock_g": 500_000}, numbers=numbers)
    settled(region, 2)
    assert not events.rows(DealerDelisted)
    assert events.of(DealersSettled)["lean_months"].tolist() == [0, 0]


def test_fixed_costs_are_paid_month_by_month() -> None:
    # 5,000 yuan for the office, 5,000 for the certificate, 4/52 of a year: 769.23 yuan.
    region, events = dealing({**FIRM, "cash_fen": 10**8}, numbers=QUIET | {"commerce.smallest_fen": 0})
    region.world.publish(made(MarkTaken, dealer=[4], mark=[Mark.CERTIFICATE]))
    events.clear()
    take(region, "trade_enterprises", week=0)
    assert events.of(DealersSettled)["fees_fen"].tolist() == [76_923]
    assert region.world.state.dealers.cash_fen[4] == 10**8 - 76_923


def test_lines_cost_interest_and_wear_worked_by_hand() -> None:
    # Of 1,000 kg a week at 22.50 yuan and 500 at 50, 6 % interest and 10.4 % wear a year are 3,690 and 4,100 yuan;
    # with 5,000 for the office 12,790, 4/52 of them 983.85.
    priced: dict[str, Value] = {"goods.packing_line_yuan": 22.5, "goods.processing_line_yuan": 50.0}
    firm = {**FIRM, "cash_fen": 10**8, "packing_g": 1_000_000, "processing_g": 500_000}
    region, events = dealing(firm, numbers=QUIET | {"commerce.smallest_fen": 0} | priced)
    take(region, "trade_enterprises", week=0)
    assert events.of(DealersSettled)["fees_fen"].tolist() == [98_385]


def test_traders_and_small_merchants_draw_too_and_pay_no_fixed_costs() -> None:
    merchants = dealer(DealerKind.MERCHANTS, STRAWBERRY, cash_fen=10**8)
    region, events = year(merchants, numbers={"dealing.drawn_share": 1.0})
    same(events.of(ProfitsDrawn), dealer=[4], drawn_fen=[10**8])
    assert region.world.state.dealers.cash_fen[4] == 0
