"""Who opens an own shop, and who gives it up: what shops of the crop bring against the work (docs/model.md 4.3)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from ecsim.kernel.event import Event
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.households import SellerLapsed, SellerStarted, SellingHeardOf, SkillGained
from ecsim.rural.events.market import LotSold, ShopGainsMoved
from ecsim.rural.events.opening import CropsBaselined, HouseholdsBaselined, ShopGainsBaselined, ShopsBaselined
from ecsim.rural.readings import internet_level
from ecsim.rural.region import Region
from tiny import LIVELY, SHOPS, Events, before_each, same, take, tiny_region

QUIET = {"learning.promotion": 0.0, "learning.word_of_mouth": 0.0, "learning.self_taught": 0.0}
SURE = QUIET | {"learning.belief_sigma": 0.0}
"""Everybody is as able as everybody else."""
EFFORT, POOR_EFFORT = 825, 1012
"""Fen a week: 0.5 hours at 100 yuan a day of 8 hours, and 2 yuan: 6.25 + 2 = 8.25 yuan; on the register 1.3 times the
hours: 8.125 + 2 = 10.125 yuan."""


ONLINE = {CropsBaselined: {"demand_g": 1_000_000}, HouseholdsBaselined: {"internet_rank": 0}}
"""Every crop is sold online, everybody is on the internet."""
THREE = ONLINE | {
    HouseholdsBaselined: {"internet_rank": 0, "seller": {3: True, 4: True, 9: True}},
    ShopsBaselined: {"household": [3, 4, 9], "plot": [0, 1, 4], "shops": 1},
}
"""Households 3, 4 and 9 keep a shop."""


def skilled(region: Region, *households: int) -> None:
    """Let households know how to sell."""
    region.world.publish(SellingHeardOf(household=list(households), way=[0] * len(households)))
    region.world.publish(SkillGained(household=list(households)))


def after_eight_weeks(region: Region, events: Events, kind: type[Event], first: int = 0) -> list[int]:
    """Return who opened or closed in eight weeks, in which everybody thinks about it once."""
    events.clear()
    for week in range(first, first + 8):
        take(region, "learn_selling", week=week)
    return sorted(events.of(kind)["household"].tolist())


@pytest.mark.parametrize(
    ("gain", "opens"),
    [(EFFORT, []), (EFFORT + 1, [3, 9]), (POOR_EFFORT, [3, 9]), (POOR_EFFORT + 1, [3, 4, 9])],
)
def test_a_shop_opens_when_it_brings_more_than_the_work_costs(gain: int, opens: list[int]) -> None:
    # Household 3 grows potatoes, 4 (on the register) walnuts, 9 tea and strawberries; 0 grows nothing.
    region, events = tiny_region(opened=ONLINE, numbers=SURE)
    skilled(region, 0, 3, 4, 9)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[gain] * 4))
    assert after_eight_weeks(region, events, SellerStarted) == opens
    found = events.of(SellerStarted)
    same(found, expected_fen=[gain] * len(opens))
    assert set(found["cause"]) <= set(region.world.state.households.skill_seq.tolist())


@pytest.mark.parametrize(("gain", "closes"), [(495, [4]), (494, [3, 4, 9]), (608, []), (607, [4])])
def test_a_shop_closes_when_it_brings_less_than_six_tenths_of_the_work(gain: int, closes: list[int]) -> None:
    # 0.6 x 825 = 495; 0.6 x 1,012.5 = 607.5: a gain of 607 is too little for a household on the register, 608 is not.
    region, events = tiny_region(opened=THREE, numbers=SURE)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[gain] * 4))
    assert after_eight_weeks(region, events, SellerLapsed, first=0) == []  # half a year is borne with
    assert after_eight_weeks(region, events, SellerLapsed, first=27) == closes
    assert region.world.state.villages.sellers.sum() == 3 - len(closes)
    assert region.world.state.households.skilled[[3, 4, 9]].all()


def test_everybody_thinks_about_it_once_in_eight_weeks() -> None:
    region, events = tiny_region(opened=ONLINE, numbers=SURE)
    skilled(region, 3, 4, 7, 9, 11)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[10**6] * 4))
    when = {}
    for week in range(8):
        events.clear()
        take(region, "learn_selling", week=week)
        when |= dict.fromkeys(events.of(SellerStarted)["household"].tolist(), week)
    assert when == {3: 5, 4: 4, 7: 1, 9: 7, 11: 5}  # in the week w in which household + w is a multiple of eight


def test_the_shop_sells_what_is_worth_most_online() -> None:
    # Household 9: 132,986 g of fresh leaf at 200 yuan a kilogram of tea against 800,000 g of strawberries at 40 yuan:
    # by the kilogram raw 26,597 yuan of tea and 32,000 of strawberries, so strawberries (plot 4).
    region, _ = tiny_region(opened=ONLINE)
    assert region.setting.learning.best_plot.tolist() == [-1, -1, -1, 0, 1, -1, -1, 2, -1, 4, -1, 5]


def test_what_nobody_orders_online_is_in_no_shop() -> None:
    region, _ = tiny_region()  # walnuts and strawberries alone are ordered
    assert region.setting.learning.best_plot.tolist() == [-1, -1, -1, -1, 1, -1, -1, -1, -1, 4, -1, -1]


def test_who_is_not_on_the_internet_opens_no_shop() -> None:
    ranks = {HouseholdsBaselined: {"internet_rank": {3: 0, 4: 999_999, 9: 0}}}
    region, events = tiny_region(opened=ONLINE | ranks, numbers=SURE)
    skilled(region, 3, 4, 9)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[10**6] * 4))
    assert after_eight_weeks(region, events, SellerStarted) == [3, 9]


def test_who_is_not_on_the_internet_gives_a_shop_up() -> None:
    offline = THREE | {HouseholdsBaselined: {**THREE[HouseholdsBaselined], "internet_rank": {3: 999_999, 4: 0, 9: 0}}}
    region, events = tiny_region(opened=offline, numbers=SURE)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[10**6] * 4))
    assert after_eight_weeks(region, events, SellerLapsed, first=27) == [3]


def test_all_that_a_row_stands_for_open_a_shop_of_its_best_plot() -> None:
    region, events = tiny_region(opened={HouseholdsBaselined: {"weight": {9: 7}}}, numbers=SURE)
    skilled(region, 9)
    region.world.publish(ShopGainsMoved(crop=[3], gain_fen=[10**6]))
    assert after_eight_weeks(region, events, SellerStarted) == [9]
    same(events.of(SellerStarted), plot=[4], shops=[7])
    h, v = region.world.state.households, region.world.state.villages
    assert (h.shops[9], h.shop_plot[9], v.sellers[4]) == (7, 4, 7)


def test_who_keeps_a_shop_at_the_opening_is_able_to() -> None:
    # A shop is known to bring 700 fen, less than the 825 that the work costs: who keeps one has at least the ability
    # that makes 0.6 of it worth while, so that nobody closes as long as that is so.
    known = {**THREE, ShopGainsBaselined: {"crop": [0, 1, 2, 3], "gain_fen": 700}}
    region, events = tiny_region(opened=known, numbers=QUIET)
    assert after_eight_weeks(region, events, SellerLapsed, first=27) == []
    assert region.setting.learning.least_luck[[3, 4, 9]].min() > 0
    assert region.setting.learning.least_luck[[0, 7, 11]].tolist() == [0.0] * 3


def test_the_rules_publish_what_their_formulas_written_out_do() -> None:
    opened = {**LIVELY, CropsBaselined: {"demand_g": 1_000_000}}
    region, events = tiny_region(opened=opened, numbers={"learning.promotion": 2.0, "learning.self_taught": 5.0})
    count = {SellerStarted: 0, SellerLapsed: 0}
    for act in before_each(region, "learn_selling", weeks=80):
        world, state = region.world, region.world.state
        h, c, p = state.households, state.crops, state.plots
        heard = 2500 if world.week % 32 < 16 else 250
        world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[heard] * 4))
        sigma, best = region.terms.learning.belief_sigma, region.setting.learning.best_plot
        turn = [i for i in range(12) if (i + world.week) % 8 == 0 and best[i] >= 0]
        gain = {}
        for i in turn:
            least = region.setting.learning.least_luck[i]
            luck = least + (1 - least) * world.draws.uniform("ability_in_shop", 0, i)
            plot = h.shop_plot[i] if h.shops[i] else best[i]
            gain[i] = c.shop_gain_fen[p.crop[plot]] * np.exp(sigma * norm.ppf(luck) - sigma**2 / 2)
        effort = {i: 1012.5 if h.poor[i] else 825.0 for i in turn}
        sells = {i for i in turn if h.shops[i]}
        online = internet_level(state, world.day)[h.county] > h.internet_rank
        gain = {i: gain[i] if online[i] or i not in sells else 0.0 for i in turn}
        close = [i for i in turn if i in sells and world.day - h.seller_day[i] > 182 and gain[i] < 0.6 * effort[i]]
        weight = h.weight.tolist()
        events.clear()
        act(region)
        start = [i for i in turn if online[i] and h.skilled[i] and i not in sells and gain[i] > effort[i]]
        same(
            events.of(SellerStarted), household=start, plot=[best[i] for i in start], shops=[weight[i] for i in start],
            expected_fen=[round(float(gain[i])) for i in start],
        )  # fmt: skip
        same(events.of(SellerLapsed), household=close)
        count[SellerStarted] += len(start)
        count[SellerLapsed] += len(close)
    assert min(count.values()) > 0


def lots(*rows: tuple[int, Channel, int, int, int]) -> LotSold:
    """Return lots: plot, channel, grams, fen received, fen paid by consumers."""
    plot, channel, grams, fen, paid = zip(*rows, strict=True) if rows else ((),) * 5
    return LotSold(
        plot=plot, channel=[int(c) for c in channel], sold_g=grams, received_fen=fen, retail_fen=paid,
        dealer=[0] * len(rows), sellers=[1] * len(rows),
    )  # fmt: skip


def test_what_shops_bring_gets_about_worked_by_hand() -> None:
    # Plot 1 sells 6 kg of walnuts for 180 yuan by its own shop, where the trader would have paid 15 yuan a kilogram:
    # 90. Packing and posting takes 0.4 hours a parcel of 3 kg at 12.5 yuan: 10 yuan. That leaves 80 yuan for the one
    # shop of the crop; 2 % of the way from 15 yuan to it are 16.30. What went to the trader does not count. No
    # strawberries are sold: 15 yuan less 2 %.
    region, events = tiny_region(opened=SHOPS)
    region.lots = lots((1, Channel.OWN_SHOP, 6000, 18_000, 20_000), (1, Channel.TRADER, 9000, 13_500, 0))
    take(region, "hear_of_gains")
    same(
        events.of(ShopGainsMoved),
        crop=[1, 3],
        gain_fen=[1_630, 1_470],
        cause=region.world.state.crops.orders_seq[[1, 3]],
    )


def test_without_a_shop_what_is_heard_stays() -> None:
    region, events = tiny_region()
    region.world.publish(ShopGainsMoved(crop=[1], gain_fen=[800]))
    events.clear()
    region.lots = lots()
    take(region, "hear_of_gains")
    assert not events.rows(ShopGainsMoved)
