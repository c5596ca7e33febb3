"""Goods of shops that ride on rounds from the hub: how many, with whom, and what trade pays (docs/model.md 4.9)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.logistics import (
    DeliveryCosted,
    DeliveryReachSet,
    OperatorsSettled,
    ParcelsDelivered,
    RoundsDriven,
    TariffMoved,
    TradeCarried,
    TradeCarrierSet,
)
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.logistics.delivery_plan import trade_carriers
from ecsim.rural.logistics.delivery_week import DeliveryWeek
from ecsim.rural.region import Region
from parcels import delivered, orders_of, pooled
from tiny import Events, made, run, same, tiny_region

MERGED = {"policy.trade_goods": "merged"}
POST = 3
"""Of county 1, whose one township is the seat; it has a fifth of the parcels."""
MUCH: dict[str, Value] = {
    "logistics.shop_spending": 0.5, "logistics.small_lots": 0.5, "logistics.trade_rooms_a_yuan": 0.01
}  # fmt: skip
"""A quarter of incomes is of goods that may ride, 100 yuan a room."""


def shops(income_yuan: tuple[int, int, int], changes: dict[str, str] = MERGED, **numbers: Value) -> Any:
    """Return the tiny region whose households earn so many yuan a year in each township, each household alike."""
    state = tiny_region()[0].world.state
    town = state.villages.township[state.households.village]
    there = np.bincount(town, state.households.weight)
    fen = np.array([100 * yuan / there[of] for yuan, of in zip(income_yuan, range(3), strict=True)])[town]
    nothing = dict.fromkeys(("business_fen", "transfers_fen", "property_fen"), 0)
    opened = {HouseholdsBaselined: {"wages_fen": np.rint(fen).astype(np.int64), **nothing}}
    given = {f"logistics.{name}": value for name, value in numbers.items()}
    return tiny_region(changes, opened=opened, numbers=MUCH | given)


def test_what_shops_get_is_what_is_spent_there_and_not_online_worked_by_hand() -> None:
    # 520,000 yuan a year are 10,000 a week, half of it spent on goods: 5,000; half of these come in small lots, 100
    # yuan a room: 25 rooms. Of whoever spends 1,000 yuan online 4,000 are left: 20. More than 5,000: none.
    region, _ = shops((520_000, 0, 104_000))
    of_shops, state = region.delivery.shops, region.world.state
    np.testing.assert_allclose(of_shops.planned(), [25.0, 0.0, 5.0], rtol=1e-4)
    town = state.villages.township[state.households.village]
    at = [int(np.flatnonzero(town == 0)[0])]
    for yuan, rooms in ((1000, 20.0), (6000, 0.0)):
        orders = orders_of(at, [1], [-1], spent_fen=[100 * yuan])
        np.testing.assert_allclose(of_shops.of_week(state, orders), [rooms, 0.0, 5.0], rtol=1e-4)


def test_trade_merges_where_neither_pays_more_than_alone_worked_by_hand() -> None:
    # County 1: a round within the seat is a stop of 300 seconds, 1.667 yuan (`test_visits`). 10 rooms a week alone: on
    # (7 x 10/1.667)^0.5 = 6.48, so 6 days: 10.00 yuan and 3.5 x 10 x 2/6 = 11.67 of delay. With the post's parcels, a
    # fifth of 0.673, there are 10.135: 10.00 and 11.82, of which trade bears 10/10.135: 21.53, less than 21.67.
    region, events = shops((0, 0, 208_000))
    delivered(region, (10, 10, -1))
    found = events.of(TradeCarrierSet)
    same(found, county=[1], operator=[POST], merged=[True], alone_fen=[2167], pays_fen=[2153])
    assert trade_carriers(region.world.state).tolist() == [-1, POST]


def thirty_rooms_and(parcels: float, merged: bool) -> Events:
    """Return what comes of a weighing in county 0, whose post brings so many parcels where shops get 30 rooms a week.

    Delay costs nothing, so vans come as seldom as 40 rooms fit into each.
    """
    region, events = shops((0, 624_000, 0), value_of_delay_yuan=0.0, capacity=50)
    region.world.publish(made(TradeCarrierSet, county=[0], operator=[0], merged=[merged]))
    events.clear()
    region.delivery.shops.weigh_merging(region.world, np.array([0.0, 5 * parcels, 0.0]))
    return events


def test_trade_keeps_its_own_vans_where_merged_rounds_would_cost_it_more() -> None:
    # A round to the township costs 56.10 yuan (`test_visits`). 30 rooms alone take one a week. With 12 parcels there
    # are 42 rooms, more than one van takes: two rounds, 112.21, of which trade would bear 30/42: 80.15. With 6 there
    # are 36: one, of which it bears 30/36: 46.75.
    assert not thirty_rooms_and(12, merged=False).rows(TradeCarrierSet)  # nothing is said of what does not change
    left = thirty_rooms_and(12, merged=True).of(TradeCarrierSet)
    same(left, county=[0], operator=[0], merged=[False], alone_fen=[5610], pays_fen=[8015])
    joined = thirty_rooms_and(6, merged=False).of(TradeCarrierSet)
    same(joined, county=[0], operator=[0], merged=[True], alone_fen=[5610], pays_fen=[4675])
    assert not thirty_rooms_and(6, merged=True).rows(TradeCarrierSet)


def test_trade_goes_with_the_pool_and_alone_as_soon_as_who_took_it_drives_no_more() -> None:
    region, events = shops((0, 0, 208_000))
    delivered(region, (10, 10, -1))
    pool = pooled(region, 1, (3, 4, 5))
    assert trade_carriers(region.world.state).tolist() == [-1, -1]
    delivered(region, (10, 10, -1), week=1)
    assert events.of(TradeCarried)["operator"].tolist() == [POST]
    delivered(region, (10, 10, -1), week=region.terms.logistics.review_weeks)
    assert events.of(TradeCarrierSet)["operator"].tolist() == [POST, pool]
    assert events.of(TradeCarried)["operator"].tolist() == [POST, pool]


def test_trade_pays_its_part_of_rounds_by_room_worked_by_hand() -> None:
    # The post goes on six days with 10 rooms, and on one of them with a parcel. Each round within the seat is a stop of
    # 300 seconds; a room and a parcel take 12 to hand over and 3 at the dock each. On the round with the parcel trade
    # pays by the rooms on it, of all others everything.
    region, events = shops((0, 0, 208_000))
    delivered(region, (10, 10, -1))
    rounds, found, costed = events.of(RoundsDriven), events.of(TradeCarried), events.of(DeliveryCosted)
    of_post = rounds["operator"] == POST
    seconds, parcels = rounds["crew_seconds"][of_post], rounds["parcels_down"][of_post]
    assert (len(seconds), found["asked_rooms"][0], found["carried_rooms"][0], parcels.sum()) == (6, 10, 10, 1)
    rooms = (seconds - 300) / 15 - parcels
    assert rooms.tolist() == [1, 2, 2, 1, 2, 2]
    part, row = rooms / (rooms + parcels), int(np.flatnonzero(costed["operator"] == POST)[0])
    for name, an_hour in (("vehicle_fen", 6000 / 12), ("crew_fen", 1500)):
        assert found[name][0] == pytest.approx((part * seconds / 3600 * an_hour).sum(), abs=1)
        assert costed[name][row] == pytest.approx(((1 - part) * seconds / 3600 * an_hour).sum(), abs=1)
    assert found["distance_fen"][0] == 0
    assert found["cause"][0] == events.of(TradeCarrierSet)["seq"][0]


def test_parcels_bear_less_and_come_more_often_where_rounds_are_thin() -> None:
    # As in `test_visits`, with ten parcels of which five are the post's: it comes (7 x 5/56.10)^0.5 = 0.79, once a
    # week; with 25 rooms more (7 x 30/56.10)^0.5 = 1.93, twice.
    costs, days = [], []
    for changes in ({}, MERGED):
        region, events = shops((0, 520_000, 0), changes)
        delivered(region, (4, 10, -1))
        costs.append(int(events.of(TariffMoved)["cost_fen"][0]))
        reach = events.of(DeliveryReachSet)
        days.append(int(reach["township_days"][(reach["operator"] == 0) & (reach["township"] == 1)][-1]))
    assert costs[1] < costs[0]
    assert days == [1, 2]


@pytest.mark.parametrize(
    ("handed", "parcels", "unsorted", "bound", "room", "of_parcels"),
    [
        (12, 8, 0, 0, 100, 8),  # all parcels first, then 4 of the 20 rooms
        (5, 8, 0, 0, 100, 5),  # a full van: shops' goods wait
        (20, 8, 0, 0, 3, 3),  # shelves for three: the shops have room of their own
        (20, 8, 0, 2, 3, 5),  # and for two that go on to a village
        (20, 8, 6, 0, 100, 2),  # six came today and are not sorted: 2 parcels and 18 rooms
        (24, 8, 6, 0, 100, 4),  # of which two were sorted in time
        (28, 8, 6, 0, 100, 8),  # or all
    ],
)
def test_shops_goods_give_way_to_parcels_worked_by_hand(
    handed: int, parcels: int, unsorted: int, bound: int, room: int, of_parcels: int
) -> None:
    def one(number: int) -> np.ndarray:
        return np.array([number])

    week: Any = SimpleNamespace(dispatch=SimpleNamespace(hubs=SimpleNamespace(room=one(room))))
    found = DeliveryWeek._parcels_of(
        week, one(handed).astype(np.int32), one(parcels), one(unsorted), one(bound), one(20)
    )  # fmt: skip
    assert found.tolist() == [of_parcels]


def test_parcels_have_the_room_of_a_van_first_worked_by_hand() -> None:
    # Two vans of 20. The first has 4 and 9 parcels, of which an outlet takes 6: 10 rooms are left, 7 of them for the
    # first stop's shops, 3 for the second's. The second van has 25 parcels: none is left.
    rounds = SimpleNamespace(capacity=np.array([20, 20]), depot=np.array([0, 0]), first=np.array([0, 2, 3]))
    hubs = SimpleNamespace(room=np.array([50, 6, 50]), stop_round=np.array([0, 0, 1]))
    week: Any = SimpleNamespace(
        trade=np.array([7, 5, 4]), plan=SimpleNamespace(hub=rounds), dispatch=SimpleNamespace(hubs=hubs)
    )
    found = DeliveryWeek._trade_offered(week, np.array([4, 9, 25]), np.array([0, 0, 0]))
    assert found.tolist() == [7, 3, 0]


def test_trade_brings_a_van_for_each_of_its_own_rounds() -> None:
    # 400 rooms a week on the three visits that rounds are planned for: 133 a visit, two vans of 100.
    region, _ = shops((0, 0, 8_320_000), capacity=100)
    state, nowhere = region.world.state, np.zeros(6, np.bool_)
    before = region.delivery.plan(state, nowhere).hub_depots.vans.astype(int)
    region.world.publish(made(TradeCarrierSet, county=[1], operator=[POST], merged=[True]))
    after = region.delivery.plan(state, nowhere).hub_depots.vans.astype(int)
    assert (after - before)[:6].tolist() == [0, 0, 0, 2, 0, 0]


def test_goods_that_find_no_room_in_their_week_go_with_trades_own_vans() -> None:
    # A thousand parcels in vans of 20 leave hardly any room for shops' 100; what finds none is not left for the week
    # after.
    numbers: dict[str, Value] = {"capacity": 20, "outlet_room": 1000, "outlet_days": 1000.0}
    handed = []
    for changes in (MERGED, {}):
        region, events = shops((0, 0, 2_080_000), changes, **numbers)
        for week in range(2):
            delivered(region, (10, 1000, -1), week=week)
        handed.append(int(events.of(ParcelsDelivered)["parcels"].sum()))
        if changes:
            found = events.of(TradeCarried)
            assert found["asked_rooms"].tolist() == [100, 100]
            assert (found["carried_rooms"] < 100).all()
    assert handed[0] >= handed[1]


def months(changes: dict[str, str], **numbers: Value) -> tuple[Region, Events]:
    """Return half a year of the region with shops."""
    region, events = shops((200_000, 200_000, 200_000), changes, **numbers)
    run(region, 27)
    return region, events


KINDS = (RoundsDriven, ParcelsDelivered, DeliveryCosted, OperatorsSettled, TariffMoved)


def test_both_engines_of_a_day_carry_the_same() -> None:
    _, compiled = months(MERGED)
    _, simpy = months(MERGED | {"operating_day": "simpy"})
    assert compiled.of(TradeCarried)["carried_rooms"].sum() > 100
    for kind in (*KINDS, TradeCarried, TradeCarrierSet):
        same(simpy.of(kind), **compiled.of(kind))


@pytest.mark.parametrize("name", ["shop_spending", "small_lots", "trade_rooms_a_yuan"])
def test_without_goods_of_shops_merging_changes_nothing(name: str) -> None:
    _, merged = months(MERGED, **{name: 0.0})
    _, apart = months({})
    assert not merged.rows(TradeCarrierSet) + merged.rows(TradeCarried)
    for kind in KINDS:
        same(merged.of(kind), **apart.of(kind))
