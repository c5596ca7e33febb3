"""Online orders of a week, and the listings they choose (docs/model.md 4.6)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealing import CROPS, STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    BrandBuilt,
    BrandsMoved,
    DealerKind,
    DealersAdjusted,
    MarketingDone,
    MarkTaken,
    OrdersArrived,
    StationOpened,
)
from ecsim.rural.events.codes import Mark
from ecsim.rural.goods.demand import shared_out
from ecsim.rural.region import Region
from tiny import SHOPS, Events, Opened, made, same, take

FIRM, RIVAL = dealer(DealerKind.MERCHANTS, size=600_000), dealer(DealerKind.COOPERATIVE, cooperative=5, size=400_000)
"""Dealers 4 and 5: all that sell walnuts online."""


def ordered(
    *dealers: Mapping[str, int], week: int = 0, numbers: Mapping[str, Value] | None = None, opened: Opened | None = None
) -> tuple[int, list[int]]:
    """Return the week's orders of walnuts, and of dealers 4, 5, …"""
    region, events = dealing(*dealers, numbers=numbers, opened=opened)
    return orders_of(region, events, week)


def orders_of(region: Region, events: Events, week: int = 0) -> tuple[int, list[int]]:
    """Take the week's orders; return those of walnuts, and of dealers 4, 5, …"""
    events.clear()
    take(region, "take_orders", week=week)
    found = events.of(OrdersArrived)
    by_dealer = region.goods._ordered.tolist()[: region.world.state.count("dealers")]
    assert by_dealer[:CROPS] == [0] * CROPS  # nobody orders of traders
    return int(found["ordered_g"][found["crop"] == WALNUT][0]), by_dealer[CROPS:]


def test_the_first_week_worked_by_hand() -> None:
    # 10 kg a week of which 60 % choose the one listing and 40 % the other; shares of 52 weeks are whole millionths.
    total, of = ordered(FIRM, RIVAL)
    assert total == pytest.approx(10_000, abs=1)
    assert of == [round(0.6 * total), total - round(0.6 * total)]


@pytest.mark.parametrize(("outside", "reached"), [(1.0, 0.75), (3.0, 2.4 / 3.6), (30.0, 0.6 * 31 / 30.6)])
def test_less_to_choose_from_loses_buyers_to_other_regions(outside: float, reached: float) -> None:
    # Where the cooperative is not there, A = 0.6: T = A (1 + O)/(A + O); for O = 1 it is 1.2/1.6.
    total, of = ordered(FIRM, numbers={"goods.outside": outside})
    assert total == pytest.approx(10_000 * reached, abs=2)
    assert of == [total]


def test_where_nothing_is_listed_nothing_is_ordered() -> None:
    assert ordered(dealer(DealerKind.MERCHANTS, STRAWBERRY, size=10**6))[0] == 0


def test_a_worse_name_loses_orders_to_rivals_and_to_other_regions() -> None:
    # A reputation of a half halves the attraction: A = 0.3 + 0.4 = 0.7, T = 0.7 x 4/3.7; three sevenths are the firm's.
    region, events = dealing(FIRM, RIVAL)
    region.world.publish(made(DealersAdjusted, dealer=[4], reputation=[500_000], packing_g=[10**9]))
    total, of = orders_of(region, events)
    assert total == pytest.approx(10_000 * 2.8 / 3.7, abs=2)
    assert of[0] == pytest.approx(total * 3 / 7, abs=1)


def test_graded_goods_draw_buyers_worked_by_hand() -> None:
    # A half more graded at a tenth: 1.05 times the firm's 0.6, so A = 0.63 + 0.4 = 1.03 and T = 1.03 x 4/4.03.
    def found(attraction: float) -> tuple[int, list[int]]:
        region, events = dealing(FIRM, RIVAL, numbers={"goods.grading_attraction": attraction})
        region.world.publish(made(DealersAdjusted, dealer=[4], reputation=[10**6], grading=[500_000]))
        return orders_of(region, events)

    total, of = found(0.1)
    assert total == pytest.approx(10_000 * 4.12 / 4.03, abs=2)
    assert of[0] == pytest.approx(total * 0.63 / 1.03, abs=1)
    assert found(0.0) == ordered(FIRM, RIVAL)


def test_visibility_raises_attraction_alone() -> None:
    # 20 % more attraction: 1.2 x 4/4.2 = 1.1429 times as many orders.
    region, events = dealing(FIRM, RIVAL)
    shown = region.world.publish(MarketingDone(county=[0], visibility=[1_200_000]))
    assert orders_of(region, events)[0] == pytest.approx(10_000 * 4.8 / 4.2, abs=2)
    assert events.of(OrdersArrived)["cause"][0] == shown.first


def test_a_brand_moves_demand_and_the_choice_worked_by_hand() -> None:
    # Buyers pay 1.06 for what is worth 1.12 to them: (1.06/1.12)^-1.5 = 1.0861 times the demand; attraction rises by
    # (1.06/1.12)^-2.5 = 1.1476, so T = 1.1476 x 4/4.1476 = 1.1068.
    region, events = dealing(FIRM | {"dealer_kind": int(DealerKind.ENTERPRISE), "enterprise": 0}, RIVAL)
    region.world.publish(made(MarkTaken, dealer=[4, 5], mark=int(Mark.REGIONAL_BRAND)))
    built = region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    assert orders_of(region, events)[0] == pytest.approx(10_000 * 1.0861 * 1.1068, rel=2e-4)
    same(
        events.of(OrdersArrived),
        crop=[WALNUT, STRAWBERRY],
        price_fen=[3180, 4000],
        cause=[built.first, region.world.state.counties.visible_seq[1]],
    )


def test_where_prices_do_not_matter_a_brand_sells_no_more() -> None:
    numb: dict[str, Value] = {"market.elasticity": 0.0, "goods.price_sensitivity": 0.0}
    region, events = dealing(FIRM, RIVAL, numbers=numb)
    region.world.publish(BrandBuilt(brand=[0], spent_fen=[10**8]))
    region.world.publish(BrandsMoved(brand=[0], stock_fen=[10**8], premium=[100_000]))
    assert orders_of(region, events) == ordered(FIRM, RIVAL, numbers=numb)


def test_growth_is_counted_from_the_mean_of_the_first_year() -> None:
    # The opening's demand is a year's mean: at 28 % a year it begins with ln 1.28/0.28 of it.
    def at(week: int) -> int:
        rates: dict[str, Value] = {f"market.growth{year}": 0.28 for year in ("", "_2020", "_2021")}
        return ordered(FIRM, RIVAL, week=week, numbers=rates)[0]

    assert at(0) == pytest.approx(10_000 * np.log(1.28) / 0.28, rel=1e-3)
    assert at(26) / at(0) == pytest.approx(1.28 ** (182 / 365.25), rel=1e-3)
    assert at(78) / at(26) == pytest.approx(1.28 ** (364 / 365.25), rel=1e-3)


def test_festivals_and_the_lockdown_move_orders_in_time_alone() -> None:
    # Week 45 is double eleven. Over a year the mean factor is one. Week 111 (17 February 2020) is the last of the
    # lockdown, which by default leaves orders of farm products as they are.
    numbers: dict[str, Value] = {"market.festival_factor": 2.0}
    found = [ordered(FIRM, RIVAL, week=week, numbers=numbers)[0] for week in range(52)]
    assert sum(found) == pytest.approx(52 * 10_000, rel=1e-3)
    assert found[45] / found[20] == pytest.approx(2.0, rel=1e-3)
    assert ordered(FIRM, RIVAL, week=111)[0] == pytest.approx(10_000, abs=2)
    closed: dict[str, Value] = {"market.lockdown_farm": 0.75}
    last, after = (ordered(FIRM, RIVAL, week=week, numbers=closed)[0] for week in (111, 112))
    assert last / after == pytest.approx(0.75, rel=1e-3)


def test_stations_attract_by_the_villages_they_serve() -> None:
    # Two of county 0's four villages have a station: attraction 0.05 x 2/4 = 0.025 beside 1: T = 1.025 x 4/4.025.
    region, events = dealing(FIRM, RIVAL, dealer(DealerKind.STATIONS))
    for station, village in ((0, 1), (1, 3)):
        region.world.publish(
            made(StationOpened, station=[station], village=[village], design=[2], operator=[-1], project=[-1])
        )
    total, of = orders_of(region, events)
    assert total == pytest.approx(10_000 * 4.1 / 4.025, abs=2)
    assert of[2] == pytest.approx(total * 0.025 / 1.025, abs=1)


def test_shops_attract_by_how_many_there_are_over_those_of_the_opening() -> None:
    shops = dealer(DealerKind.SHOPS, size=500_000)
    half = dealer(DealerKind.MERCHANTS, size=500_000)
    total, of = ordered(half, shops, opened=SHOPS)
    assert of == [total - of[1], pytest.approx(total / 2, abs=1)]
    assert ordered(half, shops)[1][1] == 0  # nobody kept one at the opening


@pytest.mark.parametrize("cheaper", [{"selling.fee_level": 0.0}, {"selling.carriage_level": 0.5}])
def test_cheaper_selling_brings_orders(cheaper: dict[str, Value]) -> None:
    assert ordered(FIRM, RIVAL, numbers=cheaper)[0] > 1.02 * ordered(FIRM, RIVAL)[0]


def test_carriage_ten_times_as_dear_loses_most_orders() -> None:
    # Walnuts cost 55.20 yuan where they are worth 30: 1.84^-1.5 = 0.4007 of the demand, attraction 1.84^-2.5 = 0.2177.
    total, _ = ordered(FIRM, RIVAL, numbers={"selling.carriage_level": 10.0})
    assert total == pytest.approx(10_000 * 0.4007 * 0.2177 * 4 / 3.2177, rel=1e-3)


def test_what_leaves_nothing_is_not_offered() -> None:
    assert ordered(FIRM, RIVAL, numbers={"selling.carriage_level": 10.0, "goods.cost_pass_through": 0.0}) == (0, [0, 0])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(1e-6, 10.0) | st.just(0.0)), max_size=30),
    st.lists(st.integers(0, 10**10), min_size=4, max_size=4),
)
def test_parts_are_whole_add_up_exactly_and_lie_next_to_their_shares(
    parts: list[tuple[int, float]], totals: list[int]
) -> None:
    group, weight = np.array([g for g, _ in parts], np.int32), np.array([w for _, w in parts])
    total = np.array(totals)
    found = shared_out(total, group, weight)
    sums = np.bincount(group, weight, 4)
    for of in range(4):
        assert found[group == of].sum() == (total[of] if sums[of] > 0 else 0)
    assert (found >= 0).all()
    exact = np.divide(weight * total[group], sums[group], out=np.zeros(len(group)), where=sums[group] > 0)
    assert (np.abs(found - exact) <= 1.0 + 1e-5).all()
    assert (found[weight == 0] == 0).all()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10**9)), max_size=40), st.integers(0, 2**32))
def test_no_part_of_less_than_there_is_exceeds_its_own(parts: list[tuple[int, int]], seed: int) -> None:
    group, own = np.array([g for g, _ in parts], np.int32), np.array([w for _, w in parts], np.int64)
    there = np.bincount(group, own, 3).astype(np.int64)
    luck = np.random.default_rng(seed)
    for total in (there, np.maximum(there - 1, 0), luck.integers(0, there + 1)):
        found = shared_out(total, group, own.astype(np.float64))
        assert (found <= own).all()
        assert found.sum() == total.sum()
