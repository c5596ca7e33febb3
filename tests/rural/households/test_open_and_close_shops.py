"""Who opens an own shop, and who gives it up: what shops of the crop bring against the work (docs/model.md 4.3)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.event import Event
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.households import SellerLapsed, SellerStarted, SellingHeardOf, SkillGained
from ecsim.rural.events.market import LotSold, ShopGainsMoved
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import LIVELY, Events, before_each, same, take, tiny_region

QUIET = {"learning.promotion": 0.0, "learning.word_of_mouth": 0.0, "learning.self_taught": 0.0}
SURE = QUIET | {"learning.belief_sigma": 0.0}
"""Everybody is as able as everybody else."""
EFFORT, POOR_EFFORT = 825, 1012
"""Fen a week: 0.5 hours at 100 yuan a day of 8 hours, and 2 yuan: 6.25 + 2 = 8.25 yuan; on the register 1.3 times the
hours: 8.125 + 2 = 10.125 yuan."""


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
    region, events = tiny_region(numbers=SURE)
    skilled(region, 0, 3, 4, 9)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[gain] * 4))
    assert after_eight_weeks(region, events, SellerStarted) == opens
    found = events.of(SellerStarted)
    same(found, expected_fen=[gain] * len(opens))
    assert set(found["cause"]) <= set(region.world.state.households.skill_seq.tolist())


@pytest.mark.parametrize(("gain", "closes"), [(495, [4]), (494, [3, 4, 9]), (608, []), (607, [4])])
def test_a_shop_closes_when_it_brings_less_than_six_tenths_of_the_work(gain: int, closes: list[int]) -> None:
    # 0.6 x 825 = 495; 0.6 x 1,012.5 = 607.5: a gain of 607 is too little for a household on the register, 608 is not.
    region, events = tiny_region(opened={HouseholdsBaselined: {"seller": {3: True, 4: True, 9: True}}}, numbers=SURE)
    region.world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[gain] * 4))
    assert after_eight_weeks(region, events, SellerLapsed, first=0) == []  # half a year is borne with
    assert after_eight_weeks(region, events, SellerLapsed, first=27) == closes
    assert region.world.state.villages.sellers.sum() == 3 - len(closes)
    assert region.world.state.households.skilled[[3, 4, 9]].all()


def test_everybody_thinks_about_it_once_in_eight_weeks() -> None:
    region, events = tiny_region(numbers=SURE)
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
    region, _ = tiny_region()
    assert region.setting.learning.best_plot.tolist() == [-1, -1, -1, 0, 1, -1, -1, 2, -1, 4, -1, 5]


def test_the_rules_publish_what_their_formulas_written_out_do() -> None:
    region, events = tiny_region(opened=LIVELY, numbers={"learning.promotion": 2.0, "learning.self_taught": 5.0})
    opened = closed = 0
    for act in before_each(region, "learn_selling", weeks=80):
        world, state = region.world, region.world.state
        h, c, p = state.households, state.crops, state.plots
        heard = 2500 if world.week % 32 < 16 else 250
        world.publish(ShopGainsMoved(crop=[0, 1, 2, 3], gain_fen=[heard] * 4))
        terms, best = region.terms.learning, region.setting.learning.best_plot
        turn = [i for i in range(12) if (i + world.week) % 8 == 0 and best[i] >= 0]
        ability = {
            i: np.exp(terms.belief_sigma * world.draws.normal("ability_in_shop", 0, i) - terms.belief_sigma**2 / 2)
            for i in turn
        }
        gain = {i: c.shop_gain_fen[p.crop[best[i]]] * ability[i] for i in turn}
        effort = {i: 1012.5 if h.poor[i] else 825.0 for i in turn}
        sells = {i for i in turn if h.seller[i]}
        close = [i for i in turn if i in sells and world.day - h.seller_day[i] > 182 and gain[i] < 0.6 * effort[i]]
        events.clear()
        act(region)
        start = [i for i in turn if h.skilled[i] and i not in sells and gain[i] > effort[i]]
        same(events.of(SellerStarted), household=start, expected_fen=[round(float(gain[i])) for i in start])
        same(events.of(SellerLapsed), household=close)
        opened, closed = opened + len(start), closed + len(close)
    assert opened
    assert closed


def test_what_shops_bring_gets_about_worked_by_hand() -> None:
    # Plot 0 sells 6 kg of potatoes for 30 yuan by its own shop, where the trader would have paid 2 yuan a kilogram: 12.
    # Packing and posting takes 0.4 hours a parcel of 3 kg at 12.5 yuan: 10 yuan. That leaves 30 - 12 - 10 = 8 yuan for
    # the one seller of the crop; a tenth of the way from 0 to it is 80 fen. What went to the trader does not count.
    region, events = tiny_region(opened={HouseholdsBaselined: {"seller": {3: True}}})
    lots = LotSold(
        plot=[0, 0], channel=[Channel.OWN_SHOP, Channel.TRADER], sold_g=[6000, 9000], received_fen=[3000, 1800],
        retail_fen=[3600, 0],
    )  # fmt: skip
    region.lots = lots
    take(region, "hear_of_gains")
    same(events.of(ShopGainsMoved), crop=[0], gain_fen=[80], cause=[region.world.state.crops.orders_seq[0]])
    take(region, "hear_of_gains", week=1)
    same(events.of(ShopGainsMoved), gain_fen=[80, 152])  # 80 + 0.1 x (800 - 80)


def test_a_shop_that_sold_nothing_lowers_what_is_heard_and_no_shop_at_all_leaves_it() -> None:
    for seller, expected in ((True, [720]), (False, [])):
        region, events = tiny_region(opened={HouseholdsBaselined: {"seller": {3: seller}}})
        region.world.publish(ShopGainsMoved(crop=[0], gain_fen=[800]))
        events.clear()
        region.lots = LotSold(plot=[], channel=[], sold_g=[], received_fen=[], retail_fen=[])
        take(region, "hear_of_gains")
        assert events.of(ShopGainsMoved)["gain_fen"].tolist() == expected
