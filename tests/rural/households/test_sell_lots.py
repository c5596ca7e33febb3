"""What households do with what they have: shop, station, cooperative, firm, trader (docs/model.md 4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from dealing import CROPS, POTATO, STRAWBERRY, TEA, WALNUT
from ecsim.kernel.parameters import Value
from ecsim.rural.events import Channel, CropForm, CropHarvested, HouseholdsBaselined, LotSold, StationOpened
from ecsim.rural.goods.setting import places_of_cooperatives
from ecsim.rural.households.selling import (
    HouseholdOrders,
    Offers,
    Purchases,
    first_places,
    growers_in_turn,
    offer_goods,
    places_in_turn,
    sell_lots,
)
from ecsim.rural.region import Region
from tiny import LIVELY, SHOPS, before_each, made, same, tiny_region

NONE: dict[str, Any] = {"shop_g": 0.0, "usual_g": 0.0, "station_g": 0, "shop_fen": 2_000.0, "station_fen": 1_800.0}
SHOP, STATION, COOPERATIVE, FIRM, TRADER = 20, 21, 22, 23, 3
"""Dealers; the last are the traders of strawberries."""


def orders(collecting: tuple[int, ...] = (), **of_strawberries: float) -> HouseholdOrders:
    """Return orders of strawberries, that sell for 40 yuan a kilogram; a shop's household gets 20, a villager 18."""
    columns = {name: np.where(np.arange(CROPS) == STRAWBERRY, of_strawberries.get(name, 0), 0) for name in NONE}
    return HouseholdOrders(
        shop_g=columns["shop_g"].astype(np.float64), usual_g=columns["usual_g"].astype(np.float64),
        station_g=columns["station_g"].astype(np.int64), shop_fen=np.full(CROPS, NONE["shop_fen"]),
        station_fen=np.full(CROPS, NONE["station_fen"]), consumer_fen=np.full(CROPS, 4_000.0),
        shops=np.full(CROPS, SHOP, np.int32), stations=np.full(CROPS, STATION, np.int32),
        kept=np.zeros(0, np.int32), collecting=np.isin(np.arange(6), collecting),
    )  # fmt: skip


def offers(region: Region, ordered: HouseholdOrders | None = None, cover: float = 3.0) -> Offers:
    """Return what households send and offer; all shops run."""
    ordered = (ordered or orders())._replace(kept=region.world.state.households.shops)
    return offer_goods(region.world, region.terms.goods, region.setting.goods.places, ordered, np.full(CROPS, cover))


def buying(region: Region, cooperatives: Mapping[int, int] | None = None, *firms: tuple[int, int]) -> Purchases:
    """Return what cooperatives buy, by number, and firms, of a crop each; all pay a tenth more than traders."""
    k, firms = region.world.state.cooperatives, tuple(sorted(firms))
    crop = [crop for crop, _ in firms]
    return Purchases(
        cooperative_dealer=np.full(len(k), COOPERATIVE, np.int32),
        cooperative_start=places_of_cooperatives(region.world.state, region.setting.goods.places),
        cooperative_g=np.array([(cooperatives or {}).get(i, 0) for i in range(len(k))], np.int64),
        firm_dealer=np.arange(FIRM, FIRM + len(firms), dtype=np.int32),
        firm_g=np.array([grams for _, grams in firms], np.int64),
        firm_start=np.searchsorted(crop, np.arange(CROPS + 1)).astype(np.int32),
        bid=np.full(len(region.world.state.dealers), 1.1),
    )


def sold(region: Region, offered: Offers, purchases: Purchases) -> LotSold:
    """Return the lots of the week."""
    return sell_lots(region.world, region.setting.selling, region.setting.goods.places, offered, purchases)


def picked(
    crop: int = STRAWBERRY, grams: int = 8_000, opened: Mapping[type, Any] | None = None, **numbers: Value
) -> Region:
    """Return the region after a harvest: household 9 has 8 kg of strawberries, or others of their crop."""
    goods = {f"goods.{name}": value for name, value in numbers.items()}
    region, _ = tiny_region(opened=opened or {}, numbers=goods)
    plots = region.world.writable.plots
    plots.stock_g[:] = np.where(plots.crop == crop, grams, 0)
    return region


def test_traders_pay_less_the_farther_off_and_the_farm_price_on_average() -> None:
    # A trader keeps 8 % and 5 % an hour: 746 seconds to village 4 leave 0.9096, 283 to village 5 0.9161. By value,
    # 2,130 parts of the county's output are in village 4 and 270 in village 5: a mean of 0.9104, so 0.9992 and 1.0063.
    region, _ = tiny_region()
    factor = region.setting.selling.trader_factor
    np.testing.assert_allclose(factor[4:], [0.99921, 1.00627], atol=1e-5)
    p, h, c = region.world.state.plots, region.world.state.households, region.world.state.crops
    value = p.output_g * c.farm_price_fen[p.crop] * h.weight[p.household]
    for county in (0, 1):
        here = c.county[p.crop] == county
        assert np.average(factor[h.village[p.household]][here], weights=value[here]) == pytest.approx(1.0)


def test_a_shop_sends_what_is_ordered_and_offers_the_rest_worked_by_hand() -> None:
    # 6 kg ordered of the one shop, at 20 yuan for its household; strawberries are offered at once: 2 kg to the trader,
    # who pays 10 yuan x 0.99921 in village 4.
    region = picked(opened=SHOPS)
    offered = offers(region, orders(shop_g=6_000))
    assert offered.plot_g.tolist() == [0, 0, 0, 0, 2_000, 0]
    assert offered.crop_g.tolist() == [0, 0, 0, 2_000]
    found = sold(region, offered, buying(region))
    same(
        found.__dict__, plot=[4, 4], channel=[Channel.OWN_SHOP, Channel.TRADER], sold_g=[6_000, 2_000],
        received_fen=[12_000, 1_998], retail_fen=[24_000, 0], dealer=[SHOP, TRADER],
    )  # fmt: skip
    state = region.world.state
    assert state.plots.stock_g[4] == 0
    assert state.villages.sent_g[4] == 6_000
    assert state.households.earned_fen[9] == 12_000


def test_a_shop_sends_no_more_than_there_is() -> None:
    assert offers(picked(opened=SHOPS), orders(shop_g=9_000)).lots.sold_g.tolist() == [8_000]


def test_orders_of_shops_are_of_those_that_keep_one_among_whom_a_row_stands_for() -> None:
    # Household 9 stands for four, of whom one keeps a shop with orders of 6 kg: 1.5 kg a household.
    opened = {**SHOPS, HouseholdsBaselined: {"seller": {4: True, 9: True}, "weight": {9: 4}}}
    assert offers(picked(opened=opened), orders(shop_g=6_000)).lots.sold_g.tolist() == [1_500]


def test_a_shop_keeps_back_its_usual_orders_of_goods_that_keep() -> None:
    # Walnuts: 80 kg, of which 3 weeks of 2 kg stay; in its turn (plot 1 in week 3) a part of four weeks is offered,
    # 1 - (11/12)^4 = 0.29393 of 74 kg.
    region = picked(WALNUT, 80_000, opened=SHOPS)
    region.world.day = 21
    walnuts = orders()._replace(usual_g=np.array([0.0, 2_000.0, 0.0, 0.0]))
    assert offers(region, walnuts).plot_g[1] == pytest.approx(21_751, abs=1)
    assert offers(region).plot_g[1] == pytest.approx(23_514, abs=1)


def test_goods_that_keep_are_offered_in_turns_of_four_weeks() -> None:
    found = {}
    for week in range(8):
        region = picked(POTATO, 10_000)
        region.world.day = 7 * week
        found[week] = np.flatnonzero(offers(region).plot_g).tolist()
    assert {week: plots for week, plots in found.items() if plots} == {0: [0], 2: [2], 4: [0], 6: [2]}
    assert np.flatnonzero(offers(picked(POTATO, 10_000, turn_weeks=1)).plot_g).tolist() == [0, 2]


def test_stations_send_of_their_own_villages_until_orders_are_filled() -> None:
    # Tea of households 9 (village 4) and 11 (village 5): 5 kg each; orders for 7 kg.
    ordered = orders((4, 5))._replace(station_g=np.array([0, 0, 7_000, 0]))
    found = offers(picked(TEA, 5_000), ordered).lots
    assert sorted(found.sold_g.tolist()) == [2_000, 5_000]
    assert set(found.channel.tolist()) == {Channel.STATION}
    assert set(found.dealer.tolist()) == {STATION}
    assert found.received_fen.sum() == 7 * 1_800
    only = offers(picked(TEA, 5_000), ordered._replace(collecting=np.arange(6) == 5)).lots
    assert (only.plot.tolist(), only.sold_g.tolist()) == ([5], [5_000])


def test_cooperatives_buy_in_their_township_of_members_first() -> None:
    # Cooperative 8 deals in strawberries in the township of villages 4 and 5; cooperative 1 in walnuts elsewhere.
    region = picked(opened={HouseholdsBaselined: {"cooperative": {9: 8}}})
    found = sold(region, offers(region), buying(region, {8: 3_000, 1: 10**6}))
    same(found.__dict__, channel=[Channel.COOPERATIVE, Channel.TRADER], sold_g=[3_000, 5_000], plot=[4, 4])
    assert found.received_fen[0] == pytest.approx(3 * 999.14 * 1.1, abs=1)
    assert found.dealer.tolist() == [COOPERATIVE, TRADER]


def test_firms_buy_what_they_want_and_traders_the_rest() -> None:
    region = picked()
    found = sold(region, offers(region), buying(region, {}, (STRAWBERRY, 1_000), (STRAWBERRY, 2_500), (TEA, 10**6)))
    same(
        found.__dict__, channel=[Channel.FIRM, Channel.FIRM, Channel.TRADER], sold_g=[1_000, 2_500, 4_500],
        dealer=[FIRM + 1, FIRM + 2, TRADER],
    )  # fmt: skip  # the first firm deals in tea


def test_nothing_is_sold_of_an_empty_store_and_no_more_than_is_there() -> None:
    region = picked(grams=0, opened=SHOPS)
    everything = buying(region, {8: 10**9}, (STRAWBERRY, 10**9))
    assert sold(region, offers(region, orders((4,), shop_g=10**6, station_g=10**6)), everything).rows == 0
    region = picked(opened=SHOPS)
    found = sold(region, offers(region, orders((4,), shop_g=10**6, station_g=10**6)), everything)
    assert found.sold_g.sum() == 8_000


def test_places_come_in_another_order_each_week_each_crop_apart() -> None:
    region, _ = tiny_region()
    places = region.setting.goods.places
    turns = []
    for week in range(20):
        region.world.day = 7 * week
        turns.append(places_in_turn(region.world, places, "firm_visits"))
    for turn in turns:
        for crop in range(CROPS):
            stretch = slice(places.crop_start[crop], places.crop_start[crop + 1])
            assert sorted(turn[stretch].tolist()) == list(range(stretch.start, stretch.stop))
    assert len({tuple(turn.tolist()) for turn in turns}) > 1


def test_growers_of_a_place_come_in_turn_as_often_as_they_stand_for_households() -> None:
    # One place of four growers, who stand for 1, 2, 3 and 4 households: of 1,000 weeks each begins about 100, 200, …
    region, _ = tiny_region()
    p, h = region.world.writable.plots, region.world.writable.households
    plots = np.unique(p.household, return_index=True)[1][:4].astype(np.int32)
    h.weight[p.household[plots]] = [1, 2, 3, 4]
    places = region.setting.goods.places._replace(
        plots=plots, start=np.array([0, 4], np.int32), village=np.zeros(1, np.int32),
        crop_start=np.array([0, *[1] * CROPS], np.int32),
    )  # fmt: skip
    begins = []
    for week in range(1_000):
        region.world.day = 7 * week
        turn = growers_in_turn(region.world, places).plots.tolist()
        begins.append(plots.tolist().index(turn[0]))
        assert turn == np.roll(plots, -begins[-1]).tolist()
    np.testing.assert_allclose(np.bincount(begins), [100, 200, 300, 400], atol=50)


def test_the_registered_poor_who_are_numbered_first_are_no_sooner_bought_from() -> None:
    # Real villages: of what little a firm wants the poor sell as large a part as they offer, not all of it.
    region, _ = tiny_region({"region": "yunnan_2018", "sample": 0.01})
    places, state = region.setting.goods.places, region.world.state
    poor = state.households.poor[state.plots.household]
    weight = state.households.weight[state.plots.household].astype(np.float64)
    many = np.diff(places.start)
    mixed = np.flatnonzero(many > 2)
    begins = np.zeros(len(state.plots))
    for week in range(50):
        region.world.day = 7 * week
        begins[growers_in_turn(region.world, places).plots[places.start[mixed]]] += 1
    expected = sum(
        weight[plots][poor[plots]].sum() / weight[plots].sum()
        for plots in (places.plots[places.start[place] : places.start[place + 1]] for place in mixed)
    )
    assert begins[poor].sum() / 50 == pytest.approx(expected, rel=0.03)


def what_was_sold_and_why() -> Region:
    """Return a lively region in whose villages two stations take farm products."""
    region, _ = tiny_region(opened=LIVELY)
    for number, village in enumerate((3, 4)):
        region.world.publish(
            made(StationOpened, station=[number], village=[village], design=[2], operator=[-1], project=[-1])
        )
    return region


@pytest.mark.parametrize("seed", range(12))
def test_the_compiled_loops_do_what_plain_ones_do_in_random_worlds(seed: int) -> None:
    luck = np.random.default_rng(seed)
    region = what_was_sold_and_why()
    world, state = region.world, region.world.writable
    p, h = state.plots, state.households
    world.day = 7 * int(luck.integers(0, 60))
    p.stock_g[:] = luck.integers(0, 50_000, len(p)) * (luck.random(len(p)) < 0.8)
    h.weight[:] = luck.integers(1, 90, len(h))
    h.cooperative[:] = luck.integers(-1, 12, len(h))
    first_plot = {int(p.household[plot]): plot for plot in reversed(range(len(p)))}
    h.shop_plot[:] = [first_plot.get(i, -1) for i in range(len(h))]
    h.shops[:] = [luck.integers(0, h.weight[i] + 1) if i in first_plot else 0 for i in range(len(h))]
    ordered = HouseholdOrders(
        *luck.uniform(0, 20_000, (2, CROPS)), luck.integers(0, 10**6, CROPS), luck.uniform(-500, 2_000, CROPS),
        luck.uniform(0, 2_000, CROPS), luck.uniform(0, 4_000, CROPS), np.full(CROPS, SHOP, np.int32),
        np.full(CROPS, STATION, np.int32), h.shops, luck.random(6) < 0.5,
    )  # fmt: skip
    cover = luck.uniform(0, 3, CROPS)
    purchases = buying(
        region, dict(enumerate(luck.integers(0, 10**6, 12).tolist())),
        *((int(luck.integers(0, CROPS)), int(luck.integers(0, 10**6))) for _ in range(5)),
    )  # fmt: skip
    places, terms = region.setting.goods.places, region.terms.goods
    by_hand = ByHand(region)
    by_hand.send(ordered)
    plot_g = by_hand.offer(ordered, cover)
    offered = offer_goods(world, terms, places, ordered, cover)
    assert offered.plot_g.tolist() == plot_g
    weight = h.weight[p.household]
    assert offered.crop_g.tolist() == [int((weight * plot_g)[p.crop == crop].sum()) for crop in range(CROPS)]
    place = np.repeat(np.arange(len(places.village)), np.diff(places.start))
    np.testing.assert_array_equal(offered.place_g, np.bincount(place, (weight * plot_g)[places.plots]))
    by_hand.buy(plot_g, purchases)
    found = sold(region, offered, purchases)
    columns = (found.plot, found.channel, found.sold_g, found.received_fen, found.retail_fen, found.dealer)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == by_hand.lots
    assert (state.plots.stock_g >= 0).all()


class ByHand:
    """The week's lots of a region, worked one after the other in plain Python."""

    def __init__(self, region: Region) -> None:
        self.region, self.state, self.places = region, region.world.state, region.setting.goods.places
        p, h = self.state.plots, self.state.households
        self.crop, self.household = p.crop.tolist(), p.household.tolist()
        self.weight = h.weight[p.household].tolist()
        self.left = p.stock_g.tolist()
        self.lots: list[tuple[int, ...]] = []

    def visited(self, crop: int, process: str) -> list[tuple[int, int]]:
        """Return plots of a crop and their villages, in the week's order of places."""
        start, places = self.places.crop_start, self.places
        turn = places_in_turn(self.region.world, places, process)[start[crop] : start[crop + 1]].tolist()
        return [
            (plot, int(places.village[place]))
            for place in turn
            for plot in places.plots[places.start[place] : places.start[place + 1]].tolist()
        ]

    def note(self, plot: int, channel: Channel, grams: int, price: float, dealer: int, consumers: float = 0.0) -> None:
        """Sell a lot, if there is any."""
        if grams > 0:
            self.left[plot] -= grams
            yields = self.state.crops.conversion[self.crop[plot]] / 1e6
            paid = int(grams * yields * consumers / 1000.0)
            self.lots.append((plot, int(channel), grams, int(grams * price / 1000.0), paid, int(dealer)))

    def send(self, ordered: HouseholdOrders) -> None:
        """Send what is ordered of shops and stations."""
        h, consumers = self.state.households, ordered.consumer_fen
        for plot, (i, crop, weight) in enumerate(zip(self.household, self.crop, self.weight, strict=True)):
            if h.shop_plot[i] == plot and ordered.shop_fen[crop] > 0:
                grams = min(self.left[plot], int(ordered.shop_g[crop] * h.shops[i] / weight))
                self.note(plot, Channel.OWN_SHOP, grams, ordered.shop_fen[crop], SHOP, consumers[crop])
        for crop in range(CROPS):
            due = int(ordered.station_g[crop])
            for plot, village in self.visited(crop, "station_collects"):
                grams = min(self.left[plot], due // self.weight[plot]) if ordered.collecting[village] else 0
                self.note(plot, Channel.STATION, grams, ordered.station_fen[crop], STATION, consumers[crop])
                due -= grams * self.weight[plot]

    def offer(self, ordered: HouseholdOrders, cover: np.ndarray) -> list[int]:
        """Return what each plot offers of what is left."""
        h, terms, week = self.state.households, self.region.terms.goods, self.region.world.week
        offered = []
        for plot, (i, crop) in enumerate(zip(self.household, self.crop, strict=True)):
            form = self.state.crops.form[crop]
            turns, due = 1 if form == CropForm.FRESH else terms.turn_weeks, self.left[plot]
            if form != CropForm.FRESH and h.shop_plot[i] == plot:
                due -= int(ordered.usual_g[crop] * cover[crop] * h.shops[i] / h.weight[i])
            part = 1 - (1 - terms.offered[form]) ** turns
            offered.append(int(max(due, 0) * part) if (plot % 3 + week) % turns == 0 else 0)
        return offered

    def buy(self, offered: list[int], purchases: Purchases) -> None:
        """Sell what is offered to cooperatives, firms and traders."""
        self.left = list(offered)
        self._to_cooperatives(purchases)
        for crop in range(CROPS):
            first, last = purchases.firm_start[crop : crop + 2]
            firms = [[int(purchases.firm_dealer[at]), int(purchases.firm_g[at])] for at in range(first, last)]
            for plot, _ in self.visited(crop, "firm_visits"):
                self._to_firms(plot, firms)
                self.note(plot, Channel.TRADER, self.left[plot], self.price(plot), self.state.crops.traders[crop])

    def price(self, plot: int) -> float:
        """Return what traders pay for what grows on a plot."""
        village = self.state.households.village[self.household[plot]]
        return float(self.state.crops.price_fen[self.crop[plot]] * self.region.setting.selling.trader_factor[village])

    def _to_cooperatives(self, purchases: Purchases) -> None:
        k, h, town = self.state.cooperatives, self.state.households, self.state.villages.township
        for number in range(len(k)):
            wants = int(purchases.cooperative_g[number])
            near = [
                plot for plot in self.places.plots.tolist()
                if (self.crop[plot], town[h.village[self.household[plot]]]) == (k.crop[number], k.township[number])
            ]  # fmt: skip
            for plot in sorted(near, key=lambda plot: h.cooperative[self.household[plot]] != number):
                grams = min(self.left[plot], wants // self.weight[plot])
                self.note(plot, Channel.COOPERATIVE, grams, self.price(plot) * 1.1, COOPERATIVE)
                wants -= grams * self.weight[plot]

    def _to_firms(self, plot: int, firms: list[list[int]]) -> None:
        while firms and self.left[plot] > 0:
            grams = min(self.left[plot], firms[0][1] // self.weight[plot])
            self.note(plot, Channel.FIRM, grams, self.price(plot) * 1.1, firms[0][0])
            firms[0][1] -= grams * self.weight[plot]
            if firms[0][1] >= self.weight[plot]:
                break
            firms.pop(0)


def test_no_household_sells_what_it_has_not_and_every_channel_is_used() -> None:
    region, events = tiny_region(opened=LIVELY)
    with_stations = False
    for act in before_each(region, "sell_lots", weeks=60):
        if not with_stations:
            region.world.publish(made(StationOpened, station=[0], village=[3], design=[2], operator=[-1], project=[-1]))
            with_stations = True
        act(region)
        assert (region.world.state.plots.stock_g >= 0).all()
    channels = set(events.of(LotSold)["channel"].tolist())
    assert channels >= {Channel.TRADER, Channel.OWN_SHOP, Channel.FIRM, Channel.COOPERATIVE}


def test_a_sale_follows_from_the_shop_the_station_or_the_harvest() -> None:
    region, events = tiny_region(opened=SHOPS)
    region.world.writable.plots.stock_g[:] = 0
    harvest = region.world.publish(CropHarvested(crop=[STRAWBERRY], share=[10_000]))
    opened = region.world.publish(
        made(StationOpened, station=[0], village=[4], design=[2], operator=[-1], project=[-1])
    )
    events.clear()
    sold(region, offers(region, orders((4,), shop_g=1_000, station_g=2_000)), buying(region))
    shop = region.world.state.households.seller_seq[9]
    same(events.of(LotSold), sold_g=[1_000, 2_000, 5_000], cause=[shop, opened.first, harvest.first])


def test_a_cooperative_begins_to_buy_in_every_village_of_its_township_alike() -> None:
    region = tiny_region()[0]
    places = np.tile(np.array([[4, 7]], np.int32), (len(region.world.state.cooperatives), 1))
    begun = []
    for week in range(600):
        region.world.day = 7 * week
        begun += first_places(region.world, places)[:1].tolist()
    assert set(begun) == {4, 5, 6}
    assert all(150 < begun.count(place) < 250 for place in (4, 5, 6))
    assert (first_places(region.world, np.full_like(places, 5)) == 5).all()  # where nobody grows its product
