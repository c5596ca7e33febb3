"""Who stops buying, and that buyers of the opening are such as the rules keep (docs/model.md 4.2)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.households import BuyerAdopted, BuyerLapsed, ParcelsOrdered
from ecsim.rural.events.opening import HouseholdsBaselined, InternetBaselined
from ecsim.rural.households.buying import weeks_until_lapse
from tiny import LIVELY, run, take, tiny_region

EVERYBODY_ONLINE = {InternetBaselined: {"share": 1_000_000}}


def test_whoever_has_not_ordered_for_long_stops_being_a_buyer() -> None:
    """Buyers of the opening ordered last at some time before it; 26 weeks are borne with."""
    region, events = tiny_region(
        numbers={"buying.parcels_per_head": 0.0, "buying.innovation": 0.0, "buying.imitation": 0.0}
    )
    take(region, "adopt_buying")
    region.world.day = 7
    joined = region.world.publish(BuyerAdopted(household=[7], at_station=[False]))
    last = dict(enumerate(region.setting.buying.last_order_day.tolist())) | {7: 7}
    left = {4, 5, 7, 10}
    for week in range(2, 32):
        events.clear()
        take(region, "order_goods", week=week)
        due = {household for household in left if last[household] < 7 * week - 7 * 26}
        assert events.of(BuyerLapsed)["household"].tolist() == sorted(due)
        assert week != 28 or events.of(BuyerLapsed)["cause"].tolist() == [joined.first]
        assert not events.rows(ParcelsOrdered)
        left -= due
    assert not left
    assert not region.world.state.households.buyer.any()
    assert region.world.state.villages.buyers.sum() == 0


def test_last_orders_before_the_opening_lie_within_the_weeks_that_are_borne_with() -> None:
    for numbers in ({}, {"buying.parcels_per_head": 0.0}, {"buying.lapse_weeks": 13}):
        region, _ = tiny_region(numbers=numbers)
        last = region.setting.buying.last_order_day
        assert ((last < 0) & (last >= -7 * region.terms.buying.lapse_weeks)).all()


def test_an_order_of_others_that_a_household_stands_for_does_not_keep_it() -> None:
    region, events = tiny_region(
        numbers={"buying.parcels_per_head": 0.5, "buying.innovation": 0.0},
        opened={HouseholdsBaselined: {"weight": 500}},
    )
    run(region, 80)
    gone = events.of(BuyerLapsed)
    assert gone["household"].size
    orders, of_others = events.of(ParcelsOrdered), 0
    for household, day in zip(gone["household"].tolist(), gone["day"].tolist(), strict=True):
        of_all = (orders["household"] == household) & (orders["day"] < day) & (orders["day"] >= day - 7 * 26)
        assert not orders["itself"][of_all].any()
        of_others += int(of_all.sum())
    assert of_others > 5


def test_in_a_run_buyers_lapse_and_some_of_them_begin_again() -> None:
    numbers = {"buying.parcels_per_head": 0.8, "buying.innovation": 0.5}
    region, events = tiny_region(opened=LIVELY | EVERYBODY_ONLINE, numbers=numbers)
    run(region, 117)
    gone, begun = events.of(BuyerLapsed), events.of(BuyerAdopted)
    again = [
        household
        for household, day in zip(gone["household"].tolist(), gone["day"].tolist(), strict=True)
        if (begun["day"][begun["household"] == household] > day).any()
    ]
    assert again
    h, v = region.world.state.households, region.world.state.villages
    assert v.buyers.tolist() == np.bincount(h.village, h.buyer * h.weight, 6).astype(int).tolist()


def test_weeks_until_a_lapse_are_the_waiting_time_for_a_run_of_quiet_weeks() -> None:
    # (e^(26 x 0.1) - 1) / (1 - e^-0.1) = 12.4637 / 0.095163 = 130.97; who never orders lapses after the 26 themselves.
    assert weeks_until_lapse(np.array([0.1, 0.0]), 26) == pytest.approx([130.97, 26.0], abs=5e-3)
    luck = np.random.default_rng(3)
    waits = []
    for _ in range(4000):
        quiet = weeks = 0
        while quiet < 5:
            quiet = 0 if luck.random() < -np.expm1(-0.4) else quiet + 1
            weeks += 1
        waits.append(weeks)
    assert np.mean(waits) == pytest.approx(weeks_until_lapse(np.array([0.4]), 5)[0], rel=0.05)


def test_lapses_do_not_come_in_a_burst_after_the_opening() -> None:
    """As many in each half of the first year, up to a factor; all opening buyers judged in one week would be a step."""
    region, events = tiny_region({"region": "yunnan_2018", "sample": 0.01}, numbers={"buying.order_sigma": 1.0})
    by_week = np.zeros(52)
    for week in range(52):
        events.clear()
        take(region, "adopt_buying", "order_goods", week=week)
        by_week[week] = events.rows(BuyerLapsed)
    halves = by_week.reshape(2, 26).sum(axis=1)
    assert halves.min() > 15
    assert 0.5 < halves[0] / halves[1] < 2.0
    assert by_week.max() < 0.15 * by_week.sum()
