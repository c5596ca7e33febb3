"""By which channel households sell: own shop first, the rest by a logit over what is offered (docs/model.md 4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from ecsim.kernel.parameters import Value
from ecsim.rural.commerce import cooperative_offer_fen
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.logistics import TariffMoved
from ecsim.rural.events.market import CropHarvested, LotSold, OrdersArrived
from ecsim.rural.events.opening import CooperativesBaselined, CropsBaselined, HouseholdsBaselined
from ecsim.rural.events.stations import StationOpened
from ecsim.rural.households.access import open_stations
from ecsim.rural.households.selling import shop_price_fen
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, made, same, take, tiny_region

POTATO, WALNUT, TEA, STRAWBERRY = range(4)
MEMBER = {HouseholdsBaselined: {"cooperative": {9: 8}}, CooperativesBaselined: {"capacity_g": 10**9}}
"""Household 9 grows strawberries in village 4 and is a member of a strawberry cooperative of its township."""


def with_station(region: Region, village: int, station: int = 0) -> None:
    """Open a station in a village that takes farm products."""
    region.world.publish(
        made(StationOpened, station=[station], village=[village], design=[2], operator=[-1], project=[-1])
    )


def with_orders(region: Region, crop: int, **grams: int) -> None:
    """Let consumers order at the opening's price."""
    price = region.world.state.crops.online_price_fen[crop]
    region.world.publish(made(OrdersArrived, crop=[crop], price_fen=[price], **grams))


def strawberries(
    weeks: int, *, opened: Mapping[type, Mapping[str, Any]] = MEMBER, numbers: Mapping[str, Value] | None = None
) -> tuple[list[int], Region, Events]:
    """Return the channel of household 9 for its strawberries week after week: 8 kg each, with all channels offered."""
    region, events = tiny_region(opened=opened, numbers=numbers)
    with_station(region, 4)
    with_orders(region, STRAWBERRY, station_g=10**9)
    events.clear()
    for week in range(weeks):
        region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[10_000]))
        take(region, "sell_lots", week=week)
    return events.of(LotSold)["channel"].tolist(), region, events


def test_what_an_own_shop_leaves_a_kilogram_worked_by_hand() -> None:
    # Strawberries at 40 yuan keep 5 days: 15 % for platform and advertising, 4 days on the way at 3 % lost are 12 %:
    # 40 x 0.73 = 29.20; buyers are found for 15 % of what is above twice the farm price, 0.15 x (40 - 2 x 10) = 3.00;
    # 1.50 for packing, 3.50 for the line-haul: 29.20 - 3.00 - 5.00 = 21.20 yuan.
    # Tea at 200 yuan keeps 540 days, so 4/54 of the loss: 200 x (0.85 - 0.00889) = 168.22; nothing above twice the farm
    # price; 40 to process: 168.22 - 40 - 5 = 123.22 for a kilogram of tea, half of it for one of leaf: 61.61.
    # Walnuts: 30 x (0.85 - 0.12 x 4/30) = 25.02, less 2 and 5: 18.02. Potatoes cost more to send than they fetch:
    # 5 x (0.85 - 0.12 x 4/12) = 4.05, less 0.15 x (5 - 4) = 0.15 and 5: -1.10 yuan.
    region, _ = tiny_region()
    found = shop_price_fen(region.world.state, region.terms.selling)
    np.testing.assert_allclose(found, [-110.0, 1802.0, 6161.1, 2120.0], atol=0.05)


def test_dearer_collection_is_paid_by_the_seller_in_full() -> None:
    region, _ = tiny_region()
    before = shop_price_fen(region.world.state, region.terms.selling)
    region.world.publish(TariffMoved(county=[0, 1], down_fen=[0, 0], up_fen=[30, 80], cost_fen=[1, 1]))
    after = shop_price_fen(region.world.state, region.terms.selling)
    np.testing.assert_allclose(before - after, [30, 30, 40, 80])  # half a kilogram of tea comes of a kilogram of leaf


def test_what_is_not_sold_online_has_no_shop_price() -> None:
    region, _ = tiny_region(opened={CropsBaselined: {"online_price_fen": {WALNUT: 0}}})
    assert shop_price_fen(region.world.state, region.terms.selling)[WALNUT] == 0.0


def test_traders_pay_less_the_farther_off_and_the_farm_price_on_average() -> None:
    # A trader keeps 8 % and 5 % an hour: 895 seconds to village 4 leave 0.9076, 396 to village 5 0.9145. By value,
    # 2,130 parts of the county's output are in village 4 and 270 in village 5: a mean of 0.9083, so 0.9991 and 1.0068.
    region, _ = tiny_region()
    factor = region.setting.selling.trader_factor
    np.testing.assert_allclose(factor[4:], [0.99914, 1.00677], atol=1e-5)
    p, h, c = region.world.state.plots, region.world.state.households, region.world.state.crops
    value = p.output_g * c.farm_price_fen[p.crop] * h.weight[p.household]
    for county in (0, 1):
        here = c.county[p.crop] == county
        assert np.average(factor[h.village[p.household]][here], weights=value[here]) == pytest.approx(1.0)


def test_the_choice_of_a_channel_worked_by_hand() -> None:
    # A kilogram fetches 10 yuan x 0.99914 = 9.991 from the trader, 10 from the cooperative (no less than the trader's
    # price while it has cash), 21.20 x 0.9 = 19.08 through the station. Utilities: trader 0, cooperative
    # 4 ln(10/9.991) = 0.0034, station 4 ln(19.08/9.991) - 0.5 = 2.0877; the last channel gains 1.5.
    # Last sold to the trader: e^1.5 : e^0.0034 : e^2.0877 = 4.482 : 1.003 : 8.066, so 0.3307, 0.0740 and 0.5952.
    prices = np.array([9.9914, 10.0, 19.08])
    utility = 4 * np.log(prices / prices[0]) - np.array([0.0, 0.0, 0.5])
    np.testing.assert_allclose(softmax(utility + np.array([1.5, 0, 0])), [0.3307, 0.0740, 0.5952], atol=5e-5)
    found, region, events = strawberries(200)
    last, expected = int(Channel.TRADER), []
    for week in range(200):
        odds = softmax(utility + 1.5 * (np.arange(3) == last))
        last = int(np.searchsorted(np.cumsum(odds), region.world.draws.uniform("choose_channel", week, [4])[0]))
        expected.append(last)
    assert found == expected
    assert set(found) == {Channel.TRADER, Channel.COOPERATIVE, Channel.STATION}
    lots = events.of(LotSold)
    same(lots, sold_g=[8000] * 200)
    fen = {Channel.TRADER: 7993, Channel.COOPERATIVE: 8000, Channel.STATION: 15264}  # for 8 kg
    assert lots["received_fen"].tolist() == [fen[Channel(channel)] for channel in found]
    paid = [32_000 if channel == Channel.STATION else 0 for channel in found]  # consumers pay 40 yuan a kilogram
    assert lots["retail_fen"].tolist() == paid


def test_a_trader_who_pays_less_for_the_way_loses_those_who_live_far_off() -> None:
    # Where a trader keeps twice the price an hour, 0.92 - 2 x 895/3,600 = 0.4228 is left in village 4 and 0.70 in
    # village 5, 0.4540 on the mean by value: he pays 9.31 yuan in village 4 where the farm price is 10.
    dear = {"selling.trader_margin_an_hour": 2.0}
    found, region, events = strawberries(150, numbers=dear)
    trader = float(region.setting.selling.trader_factor[4])
    assert trader == pytest.approx(0.9312, abs=2e-3)
    utility = 4 * np.log(np.array([trader, 1.0, 1.908]) / trader) - np.array([0.0, 0.0, 0.5])
    last, expected = int(Channel.TRADER), []
    for week in range(150):
        odds = softmax(utility + 1.5 * (np.arange(3) == last))
        last = int(np.searchsorted(np.cumsum(odds), region.world.draws.uniform("choose_channel", week, [4])[0]))
        expected.append(last)
    assert found == expected
    lots = events.of(LotSold)
    sold_to_trader = lots["channel"] == Channel.TRADER
    np.testing.assert_allclose(lots["received_fen"][sold_to_trader], 8000 * trader, atol=1)


def test_orders_of_stations_and_room_of_cooperatives_are_used_up_by_who_comes_first() -> None:
    # Households 9 and 11 sell tea in the same week: 12,633 and 2,566 g of leaf, the first by the channel all prefer,
    # the second finds nothing left of what the first needed alone.
    opened = {
        HouseholdsBaselined: {"cooperative": {9: 8, 11: 8}},
        CooperativesBaselined: {"crop": {8: TEA}, "capacity_g": {8: 13_000}},
    }
    weekly = {"selling.keeping_weeks_a_sale": 1, "selling.min_lot_g": 1}
    for taste, channel in (("cooperative_taste", Channel.COOPERATIVE), ("station_taste", Channel.STATION)):
        region, events = tiny_region(opened=opened, numbers=weekly | {f"selling.{taste}": 60.0})
        for number, village in enumerate((4, 5)):
            with_station(region, village, number)
        with_orders(region, TEA, station_g=6_500)  # 13 kg of leaf
        region.world.publish(CropHarvested(crop=[TEA], share=[95_000]))
        events.clear()
        take(region, "sell_lots")
        lots = events.of(LotSold)
        same(lots, plot=[3, 5], sold_g=[12_633, 2_566])
        assert lots["channel"][0] == channel
        assert lots["channel"][1] != channel


def test_who_feels_no_prices_habits_or_tastes_chooses_each_channel_alike() -> None:
    blind = {"selling.choice_scale": 0.0, "selling.habit": 0.0, "selling.station_taste": 0.0}
    found, region, _ = strawberries(120, numbers=blind)
    luck = [region.world.draws.uniform("choose_channel", week, [4])[0] for week in range(120)]
    assert found == [int(3 * u) for u in luck]


def test_habit_alone_keeps_to_the_trader() -> None:
    found, _, _ = strawberries(60, numbers={"selling.habit": 40.0})
    assert set(found) == {Channel.TRADER}


def test_a_channel_is_offered_only_where_it_is_there_and_has_room() -> None:
    keen = {"selling.cooperative_taste": 40.0, "selling.station_taste": 20.0}
    found, _, _ = strawberries(5, numbers=keen)
    assert set(found) == {Channel.COOPERATIVE}
    full = MEMBER | {CooperativesBaselined: {"capacity_g": 7_999}}
    found, _, _ = strawberries(5, opened=full, numbers=keen)
    assert set(found) == {Channel.STATION}
    outsider = MEMBER | {HouseholdsBaselined: {"cooperative": -1}}
    assert set(strawberries(5, opened=outsider, numbers=keen)[0]) == {Channel.STATION}
    region, events = tiny_region(opened=outsider, numbers=keen)  # without a station the trader is left
    with_orders(region, STRAWBERRY, station_g=10**9)
    region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[10_000]))
    take(region, "sell_lots")
    same(events.of(LotSold), channel=[Channel.TRADER])


def test_an_own_shop_sells_what_is_ordered_and_the_rest_goes_on() -> None:
    # 6 kg are ordered of household shops, and household 9 keeps the only one: 6 of its 8 kg at 21.20 yuan.
    region, events = tiny_region(opened={HouseholdsBaselined: {"seller": {9: True}}})
    with_orders(region, STRAWBERRY, household_g=6_000)
    harvest = region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[10_000]))
    events.clear()
    take(region, "sell_lots")
    shop = region.world.state.households.seller_seq[9]
    same(
        events.of(LotSold), plot=[4, 4], channel=[Channel.OWN_SHOP, Channel.TRADER], sold_g=[6_000, 2_000],
        received_fen=[12_720, 1_998], retail_fen=[24_000, 0], cause=[shop, harvest.first],
    )  # fmt: skip
    assert region.world.state.plots.stock_g[4] == 0
    assert region.world.state.villages.sent_g[4] == 6_000
    assert region.world.state.households.earned_fen[9] == 12_720


def test_orders_are_shared_among_the_shops_by_the_households_they_stand_for() -> None:
    # Tea of households 9 and 11, that stand for 1 and 3: 4 kg of tea ordered are 8 kg of leaf, 2 kg a household.
    opened = {HouseholdsBaselined: {"seller": {9: True, 11: True}, "weight": {11: 3}}}
    region, events = tiny_region(opened=opened)
    with_orders(region, TEA, household_g=4_000)
    region.world.publish(CropHarvested(crop=[TEA], share=[900_000]))
    take(region, "sell_lots", week=1)
    found = events.of(LotSold)
    shop = found["channel"] == Channel.OWN_SHOP
    same({name: values[shop] for name, values in found.items()}, plot=[3, 5], sold_g=[2_000, 2_000])
    assert region.world.state.villages.sent_g.tolist() == [0, 0, 0, 0, 2_000, 6_000]


def test_goods_that_keep_are_sold_every_fourth_week_in_lots_worth_the_way() -> None:
    region, events = tiny_region()
    sold = {}
    for week in range(
        12
    ):  # potatoes of plots 0 and 2 keep 120 days: 10.7 and 5.3 t a year, so 10.7 and 5.3 kg a week here
        region.world.publish(CropHarvested(crop=[POTATO], share=[1_000]))
        events.clear()
        take(region, "sell_lots", week=week)
        sold[week] = events.of(LotSold)["plot"].tolist()
    assert {week: plots for week, plots in sold.items() if plots} == {0: [0], 2: [2], 4: [0], 6: [2], 8: [0], 10: [2]}
    region, events = tiny_region(numbers={"selling.min_lot_g": 20_000})
    region.world.publish(CropHarvested(crop=[POTATO], share=[1_000]))
    take(region, "sell_lots")
    assert not events.rows(LotSold)


def test_a_shop_keeps_back_half_a_year_of_orders() -> None:
    # Walnuts of household 4: 80 kg in stock, 2 kg a week ordered: 2 are sent, 52 kept back, 26 go to the trader.
    region, events = tiny_region(opened={HouseholdsBaselined: {"seller": {4: True}}})
    with_orders(region, WALNUT, household_g=2_000)
    region.world.publish(CropHarvested(crop=[WALNUT], share=[100_000]))
    take(region, "sell_lots", week=3)
    same(events.of(LotSold), channel=[Channel.OWN_SHOP, Channel.TRADER], sold_g=[2_000, 26_000])


def test_a_shop_keeps_nothing_back_of_what_does_not_keep_so_long() -> None:
    # Walnuts keep 300 days: where only what keeps longer is kept back, all that is not sent goes to the trader.
    for shelf_days, sold_g in ((299, [2_000, 26_000]), (300, [2_000, 78_000])):
        region, events = tiny_region(
            numbers={"selling.reserve_shelf_days": shelf_days}, opened={HouseholdsBaselined: {"seller": {4: True}}}
        )
        with_orders(region, WALNUT, household_g=2_000)
        region.world.publish(CropHarvested(crop=[WALNUT], share=[100_000]))
        take(region, "sell_lots", week=3)
        assert events.of(LotSold)["sold_g"].tolist() == sold_g


def test_all_farm_prices_twice_as_high_leave_the_choice_between_trader_and_cooperative_as_it_is() -> None:
    found = []
    for factor in (1, 2):
        prices = {CropsBaselined: {"farm_price_fen": factor * np.array([200, 1500, 10_000, 1000])}}
        region, events = tiny_region(opened=MEMBER | prices)
        for week in range(60):
            region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[10_000]))
            take(region, "sell_lots", week=week)
        lots = events.of(LotSold)
        found.append((lots["channel"].tolist(), lots["received_fen"] / factor))
    assert found[0][0] == found[1][0]
    np.testing.assert_allclose(found[0][1], found[1][1], atol=1)
    assert len(set(found[0][0])) == 2


def sold_by_hand(region: Region) -> list[tuple[int, int, int]]:
    """Return plot, channel and grams of the week's lots, worked one after the other in plain Python."""
    world, terms = region.world, region.terms.selling
    s = world.state
    p, h, c, k = s.plots, s.households, s.crops, s.cooperatives
    shop, raw = shop_price_fen(s, terms), c.conversion / 1e6
    offer = cooperative_offer_fen(s, region.terms.commerce, terms)
    takes = open_stations(s, np.array([design.collects_farm_products for design in region.settings.designs]))
    sells = h.seller[p.household]
    sellers = [h.weight[p.household[sells & (p.crop == crop)]].sum() for crop in range(4)]
    for_stations, room = c.orders_station_g / raw, np.where(k.alive, k.capacity_g, 0).astype(float)
    lots = []
    for plot in range(len(p)):
        left, crop, i = int(p.stock_g[plot]), p.crop[plot], p.household[plot]
        each = c.orders_household_g[crop] / raw[crop] / max(sellers[crop], 1)
        kept_back = 0
        if left > 0 and h.seller[i] and shop[crop] > 0 and each >= 1:
            lots.append((plot, int(Channel.OWN_SHOP), min(left, int(each))))
            left -= lots[-1][2]
            kept_back = int(each * terms.reserve_weeks) if c.shelf_days[crop] > terms.reserve_shelf_days else 0
        due = left - kept_back
        turn = (plot + world.week) % terms.keeping_weeks_a_sale == 0 and due >= terms.min_lot_g
        if due <= 0 or (c.shelf_days[crop] > terms.keeping_shelf_days and not turn):
            continue
        trader = c.price_fen[crop] * region.setting.selling.trader_factor[h.village[i]]
        channels, utility, j = [Channel.TRADER], [0.0], h.cooperative[i]
        if j >= 0 and k.crop[j] == crop and offer[j] > 0 and room[j] >= due * h.weight[i]:
            channels.append(Channel.COOPERATIVE)
            utility.append(terms.choice_scale * np.log(offer[j] / trader) + terms.cooperative_taste)
        if takes[h.village[i]] and shop[crop] > 0 and for_stations[crop] >= due * h.weight[i]:
            channels.append(Channel.STATION)
            price = shop[crop] * (1 - terms.station_commission)
            utility.append(terms.choice_scale * np.log(price / trader) + terms.station_taste)
        habit = terms.habit * (np.array(channels) == p.channel[plot])
        luck = world.draws.uniform("choose_channel", world.week, [plot])[0]
        channel = channels[int(np.searchsorted(np.cumsum(softmax(utility + habit)), luck))]
        if channel == Channel.COOPERATIVE:
            room[j] -= due * h.weight[i]
        if channel == Channel.STATION:
            for_stations[crop] -= due * h.weight[i]
        lots.append((plot, int(channel), due))
    return lots


def test_the_rule_publishes_what_a_plain_loop_does() -> None:
    sought_after = LIVELY | {CropsBaselined: {"demand_g": 20_000_000}}
    region, events = tiny_region(opened=sought_after, numbers={"market.station_attraction": 2.0})
    channels: set[int] = set()
    for act in before_each(region, "sell_lots", weeks=117):
        expected = sold_by_hand(region)
        events.clear()
        act(region)
        found = events.of(LotSold)
        assert list(zip(*(found[name].tolist() for name in ("plot", "channel", "sold_g")), strict=True)) == expected
        channels |= set(found["channel"].tolist())
    assert channels == {int(channel) for channel in Channel}


def test_no_household_sells_what_it_has_not() -> None:
    region, _ = tiny_region(opened=LIVELY)
    for act in before_each(region, "sell_lots", weeks=60):
        act(region)
        assert (region.world.state.plots.stock_g >= 0).all()
