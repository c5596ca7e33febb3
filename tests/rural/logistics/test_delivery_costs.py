"""What a week of deliveries costs the operators, by part, and the tariffs that follow (docs/model.md 4.9)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Channel
from ecsim.rural.events.logistics import (
    DeliveryCosted,
    DeliveryReachSet,
    GoodsSent,
    ParcelsDelivered,
    RoundsDriven,
    TariffMoved,
)
from ecsim.rural.events.opening import RoadsBaselined
from parcels import delivered, pooled, station
from tiny import LIVELY, Events, before_each, same, tiny_region

PARTS = ("vehicle_fen", "distance_fen", "crew_fen", "handling_fen", "station_fee_fen")


def costed(events: Events, county: int = 1) -> dict[str, int]:
    """Return what the last week cost the operators of a county together, with the last cause."""
    found = events.of(DeliveryCosted)
    rows = np.flatnonzero((found["county"] == county) & (found["day"] == found["day"].max()))
    last = {name: int(found[name][rows[-1]]) for name in ("county", "joint", "cause")}
    return {name: int(values[rows].sum()) for name, values in found.items()} | last


def tariffs(events: Events, county: int = 1) -> dict[str, int]:
    """Return the last tariffs of a county."""
    found = events.of(TariffMoved)
    row = np.flatnonzero(found["county"] == county)[-1]
    return {name: int(values[row]) for name, values in found.items()}


def moving_fen(events: Events) -> float:
    """Return what vans on their way cost: 60 yuan for 12 hours, 0.65 a kilometre, crews 15 an hour."""
    rounds = events.of(RoundsDriven)
    hours = rounds["crew_seconds"].sum() / 3600
    return float(6000 * hours / 12 + 65 * rounds["driven_m"].sum() / 1000 + 1500 * hours)


def test_the_parts_of_a_week_worked_by_hand() -> None:
    # Twelve parcels within the seat: nine rounds of 315 seconds bring nine (`test_delivery_week`), 0.7875 hours. The
    # vans cost 60 x 0.7875/12 = 3.9375 yuan, crews 15 x 0.7875 = 11.8125, handling 0.20 x 9 = 1.80, each
    # operator's rounded to fen; no way, no station, nothing sent. So a parcel costs 17.55/9 = 1.95 yuan.
    region, events = tiny_region()
    delivered(region, (10, 12, -1))
    found = costed(events)
    assert [found[name] for name in PARTS] == [394, 0, 1181, 180, 0]
    assert (found["parcels"], found["upward_g"], found["upward_fen"], found["joint"]) == (9, 0, 0, 0)
    assert found["cause"] == events.of(RoundsDriven)["seq"][-1]
    assert tariffs(events)["cost_fen"] == 195


def test_kilometres_are_paid_for() -> None:
    # Each round to township 1 is 48.09 km (`test_visits`), 0.65 yuan each.
    region, events = tiny_region()
    delivered(region, (4, 100, -1))
    rounds = events.of(RoundsDriven)
    assert set(rounds["driven_m"].tolist()) == {48_090}
    assert costed(events, 0)["distance_fen"] == pytest.approx(65 * 48.09 * len(rounds["driven_m"]), abs=1)
    hours = rounds["crew_seconds"].sum() / 3600
    assert costed(events, 0)["crew_fen"] == pytest.approx(1500 * hours, abs=1)
    assert costed(events, 0)["vehicle_fen"] == pytest.approx(6000 * hours / 12, abs=1)


def test_a_station_gets_its_fee_for_each_parcel_it_hands_over() -> None:
    region, events = tiny_region()
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 40, 4))
    came = events.of(ParcelsDelivered)["parcels"][events.of(ParcelsDelivered)["to_station"]].sum()
    found = costed(events)
    assert came > 0
    assert found["station_fee_fen"] == 50 * came
    assert found["handling_fen"] == 20 * came
    assert found["joint"] == 1


def test_goods_that_go_up_bear_a_part_worked_by_hand() -> None:
    # Household 9 of village 4, which has a station, sends 100 kg by own shop. Handling is 0.10 yuan a kilogram: 10
    # yuan. Five kilograms take the room of a parcel: goods bear that part of what moving cost, and their handling.
    region, events = tiny_region()
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(
        region,
        (10, 40, 4),
        sent=((4, Channel.OWN_SHOP, 60_000), (4, Channel.STATION, 40_000), (4, Channel.TRADER, 9_000)),
    )
    found, state = costed(events), region.world.state
    rounds = events.of(RoundsDriven)
    assert rounds["goods_g"][rounds["village_tour"]].sum() + state.villages.goods_g.sum() == 100_000
    kg = rounds["goods_g"][~rounds["village_tour"]].sum() / 1000
    assert found["upward_g"] == 1000 * kg > 0
    assert kg + state.villages.goods_g.sum() / 1000 + state.reaches.goods_g.sum() / 1000 == 100
    rooms = rounds["goods_g"].sum() / 5000
    share = rooms / (rooms + rounds["parcels_down"].sum())
    assert 0.3 < share < 0.4
    assert found["upward_fen"] == pytest.approx(share * moving_fen(events) + 10 * kg, abs=2)
    assert found["upward_fen"] == sum(found[f"up_{name}"] for name in PARTS[:-1])
    assert found["up_handling_fen"] == round(10 * kg)
    assert found["handling_fen"] == pytest.approx(20 * found["parcels"] + 10 * kg, abs=1)
    # What is left is for the parcels down.
    down = (sum(found[name] for name in PARTS) - found["upward_fen"]) / found["parcels"]
    assert tariffs(events)["cost_fen"] == pytest.approx(down, abs=1)


def test_where_nobody_collects_people_take_goods_to_the_township_and_any_operator_takes_them_on() -> None:
    # The trip costs 0.1851 yuan a kilogram (below): 11.11 yuan for 60.
    region, events = tiny_region()
    delivered(region, (10, 12, -1), sent=((4, Channel.OWN_SHOP, 60_000),))
    same(events.of(GoodsSent), village=[4], collected=[False], to_hub=[False], goods_g=[60_000], trip_fen=[1111])
    rounds, found = events.of(RoundsDriven), costed(events)
    assert set(rounds["operator"][rounds["goods_g"] > 0].tolist()) == {3, 4, 5}
    assert found["upward_g"] + region.world.state.reaches.goods_g.sum() == 60_000
    assert found["up_handling_fen"] == pytest.approx(found["upward_g"] / 100, abs=2)


def test_goods_that_tours_leave_are_taken_in_the_next_week() -> None:
    region, events = tiny_region()
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 40, 4), sent=((4, Channel.OWN_SHOP, 100_000),))
    for week in (1, 2):
        delivered(region, (10, 40, 4), week=week)
    assert region.world.state.reaches.goods_g.sum() + region.world.state.villages.goods_g.sum() == 0
    assert events.of(DeliveryCosted)["upward_g"].sum() == 100_000


def test_tariffs_follow_smoothed_costs_in_part_worked_by_hand() -> None:
    # In the first week a parcel costs 1.95 yuan and nothing is added. In the second nothing is ordered and the three
    # that waited are brought in three rounds: 3 x 315 seconds: 1.3125 + 3.9375 and 0.60: 131 + 394 + 60 = 585 fen, 195
    # each again. Then 70 parcels: cheaper. The cost kept is 0.92 of the old and 0.08 of the new; 70 % of its move is
    # charged.
    region, events = tiny_region()
    delivered(region, (10, 12, -1))
    assert tariffs(events)["down_fen"] == 0
    delivered(region, week=1)
    assert (tariffs(events)["down_fen"], tariffs(events)["cost_fen"]) == (0, 195)
    delivered(region, (10, 70, -1), week=2)
    found = costed(events)
    new = sum(found[name] for name in PARTS) / found["parcels"]
    kept = 195 + 0.08 * (new - 195)
    assert tariffs(events)["cost_fen"] == round(kept)
    assert tariffs(events)["down_fen"] == round(0.7 * (kept - 195))
    assert new < 195


def test_sending_costs_a_trip_to_the_township_worked_by_hand() -> None:
    # From village 4 3.730 km: 0.20722 hours at 8 yuan and 3.730 km at 0.30 are 2.777 yuan, there and back for 30 kg:
    # 0.1851 yuan a kilogram; from village 5, 1.306 km, 0.0648. Three households live there and one: 0.1550.
    region, events = tiny_region()
    delivered(region, (10, 12, -1))
    assert tariffs(events)["up_fen"] == 16


@pytest.mark.parametrize("sent_g", [0, 160_000])
def test_where_a_station_collects_sending_costs_what_a_room_on_a_tour_and_on_a_round_does(sent_g: int) -> None:
    # Three in four households live where a station collects; the others' trip costs 6.48 fen a kilogram (below).
    region, events = tiny_region(numbers={"logistics.place_kg": 20.0})
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 1_000, 4), sent=((4, Channel.OWN_SHOP, sent_g),) if sent_g else ())
    rounds = events.of(RoundsDriven)
    rooms = rounds["goods_g"].sum() / 20_000 + rounds["parcels_down"].sum()
    asked = 2 * moving_fen(events) / rooms / 20 + 10
    assert 10 < asked < 18.51
    assert tariffs(events)["up_fen"] == round((3 * asked + 6.48) / 4)


def test_goods_that_weigh_nothing_in_the_rounds_bear_their_handling_alone() -> None:
    region, events = tiny_region(numbers={"logistics.upward_weight": 0.0})
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 40, 4), sent=((4, Channel.OWN_SHOP, 60_000),))
    found = costed(events)
    assert found["upward_fen"] == found["up_handling_fen"] == round(found["upward_g"] / 100) > 0
    assert tariffs(events)["up_fen"] == round((3 * 10 + 6.48) / 4)


def test_what_goods_bear_a_kilogram_does_not_hang_on_how_they_are_lumped() -> None:
    asked = []
    for lots in (((4, Channel.OWN_SHOP, 40_000),), ((4, Channel.OWN_SHOP, 20_000), (5, Channel.OWN_SHOP, 20_000))):
        region, events = tiny_region()
        pooled(region, 1, (3, 4, 5))
        for village in (4, 5):
            station(region, village)
        delivered(region, (10, 200, 4), (10, 200, 5), sent=lots)
        asked.append(costed(events)["upward_fen"] / costed(events)["upward_g"])
    assert asked[0] == pytest.approx(asked[1], rel=0.1)


COLD = {"policy.goods_vans": "cold"}
FREE: dict[str, Value] = {f"logistics.cold_van_{each}": 0.0 for each in ("yuan_a_day", "yuan_a_km", "room")}
"""Vans that cost nothing to keep cold, and have all their room."""


def a_week_with(changes: dict[str, str], numbers: dict[str, Value]) -> Events:
    """Return a week in which 100 kg go up, of a county whose vans come on every workday."""
    often: dict[str, Value] = {"logistics.value_of_delay_yuan": 1000.0}
    region, events = tiny_region(changes, numbers=often | numbers)
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 100, 4), sent=((4, Channel.OWN_SHOP, 100_000),))
    return events


def test_what_cold_vans_cost_more_is_for_goods_worked_by_hand() -> None:
    # 20 yuan a day of 12 hours more, 0.20 a kilometre, over the same rounds: parcels pay as before.
    plain = a_week_with({}, {})
    cold = a_week_with(COLD, {"logistics.cold_van_room": 0.0})
    rounds = cold.of(RoundsDriven)
    same(rounds, **{name: plain.of(RoundsDriven)[name] for name in ("operator", "crew_seconds", "driven_m", "goods_g")})
    day, km = 2000 * rounds["crew_seconds"].sum() / 3600 / 12, 20 * rounds["driven_m"].sum() / 1000
    assert min(day, km) > 5
    before, found = costed(plain), costed(cold)
    for name, more in (("vehicle_fen", day), ("distance_fen", km), ("crew_fen", 0.0), ("handling_fen", 0.0)):
        assert found[name] - before[name] == pytest.approx(more, abs=1)
        assert found[f"up_{name}"] - before[f"up_{name}"] == pytest.approx(more, abs=1)
    assert found["upward_fen"] - before["upward_fen"] == pytest.approx(day + km, abs=2)
    assert tariffs(cold)["cost_fen"] == tariffs(plain)["cost_fen"]


def test_who_has_goods_collected_pays_for_cold_on_a_tour_and_on_a_round() -> None:
    # Three in four households live where a station collects; each kilogram pays twice what one on the road costs.
    ways: dict[str, Value] = {"access.vehicle_yuan_a_km": 100.0}  # nobody would rather go himself
    plain, cold = a_week_with({}, ways), a_week_with(COLD, ways | {"logistics.cold_van_room": 0.0})
    rounds = cold.of(RoundsDriven)
    extra = 2000 * rounds["crew_seconds"].sum() / 3600 / 12 + 20 * rounds["driven_m"].sum() / 1000
    asked = 2 * extra / (rounds["goods_g"].sum() / 1000)
    assert asked > 1
    assert tariffs(cold)["up_fen"] - tariffs(plain)["up_fen"] == pytest.approx(0.75 * asked, abs=1)


def test_boxes_take_a_part_of_a_vans_room() -> None:
    region, _ = tiny_region(COLD)
    plain, _ = tiny_region()
    assert region.terms.logistics.capacity == int(0.9 * plain.terms.logistics.capacity)
    np.testing.assert_array_equal(
        region.terms.logistics.kinds.capacity[:3], np.full(3, region.terms.logistics.capacity)
    )


def test_operators_come_less_often_with_dearer_vans() -> None:
    # As in `test_visits`: 13 parcels a week of which a courier has 40 %, a stop of 300 seconds, 1.667 yuan: (7 x
    # 5.2/1.667)^0.5 = 4.67. Cold that costs 60 yuan a day more is 0.4167 a round: (36.4/2.083)^0.5 = 4.18.
    found = []
    for yuan in (0.0, 60.0):
        region, events = tiny_region(COLD, numbers=FREE | {"logistics.cold_van_yuan_a_day": yuan})
        delivered(region, (10, 13, -1))
        reach = events.of(DeliveryReachSet)
        found.append(int(reach["township_days"][reach["operator"] == 4][-1]))
    assert found == [5, 4]


def test_cold_vans_that_cost_nothing_change_no_delivery() -> None:
    plain, cold = a_week_with({}, {}), a_week_with(COLD, FREE)
    for kind in (RoundsDriven, DeliveryCosted, TariffMoved, ParcelsDelivered):
        same(cold.of(kind), **plain.of(kind))


def test_nobody_pays_a_van_more_than_his_own_trip() -> None:
    # A kilogram bears a fifth of what a parcel does. Its sender goes himself, for 0.1851 yuan.
    region, events = tiny_region()
    pooled(region, 1, (3, 4, 5))
    station(region, 4)
    delivered(region, (10, 40, 4), sent=((4, Channel.OWN_SHOP, 1_000),))
    assert costed(events)["upward_fen"] > 18.51
    assert tariffs(events)["up_fen"] == 16


def week_of_a_county(far: int = 1, numbers: dict[str, Value] | None = None, parcels: int = 100) -> int:
    """Return what a parcel of township 1 costs where the roads are so many times as long."""
    roads = tiny_region()[0].world.state.roads
    opened = {RoadsBaselined: {"metres": far * roads.metres, "seconds": far * roads.seconds}}
    region, events = tiny_region(opened=opened, numbers=numbers)
    delivered(region, (4, parcels, -1))
    return tariffs(events, 0)["cost_fen"]


def test_twice_the_way_makes_parcels_dearer() -> None:
    often = {"logistics.value_of_delay_yuan": 1000.0}  # on every workday, however dear
    assert week_of_a_county(1, often) < week_of_a_county(2, often) < week_of_a_county(3, often)


def test_more_parcels_on_the_road_make_each_cheaper() -> None:
    costs = [week_of_a_county(parcels=parcels) for parcels in (20, 60, 180, 540)]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


@pytest.mark.parametrize("name", ["van_yuan_a_day", "van_yuan_a_km", "crew_yuan_an_hour", "handling_yuan"])
def test_each_price_is_felt_and_none_is_felt_where_it_is_nothing(name: str) -> None:
    free: dict[str, Value] = {
        f"logistics.{price}": 0.0
        for price in ("van_yuan_a_day", "van_yuan_a_km", "crew_yuan_an_hour", "handling_yuan", "station_fee_yuan")
    }
    assert week_of_a_county(numbers=free) == 0
    assert week_of_a_county(numbers=free | {f"logistics.{name}": 10.0}) > 0


def test_tariffs_that_pass_nothing_on_never_move() -> None:
    region, events = tiny_region(numbers={"logistics.pass_through": 0.0})
    for week, parcels in enumerate((12, 300, 5)):
        delivered(region, (10, parcels, -1), week=week)
    assert set(events.of(TariffMoved)["down_fen"].tolist()) == {0}


def test_costs_are_what_the_weeks_events_say() -> None:
    region, events = tiny_region(opened=LIVELY, numbers={"buying.parcels_per_head": 40.0})
    terms, weeks = region.terms.logistics, 0
    for act in before_each(region, "deliver", weeks=117):
        events.clear()
        act(region)
        rounds, came, found = events.of(RoundsDriven), events.of(ParcelsDelivered), events.of(DeliveryCosted)
        s = region.world.state
        by, every = found["operator"], len(s.operators)
        hours = np.bincount(rounds["operator"], rounds["crew_seconds"], every)[by] / 3600
        km = np.bincount(rounds["operator"], rounds["driven_m"], every)[by] / 1000
        grams = np.bincount(rounds["operator"], rounds["goods_g"] * ~rounds["village_tour"], every)[by]
        parcels = np.bincount(s.villages.county[came["village"]], came["parcels"], 2)
        same(found, county=s.operators.county[by], joint=(s.counties.pool >= 0)[s.operators.county[by]])
        assert set(found["county"].tolist()) == {0, 1}
        np.testing.assert_allclose(
            found["vehicle_fen"], 100 * terms.van_yuan_a_day * hours / terms.day_hours, atol=0.51
        )
        np.testing.assert_allclose(found["distance_fen"], 100 * terms.van_yuan_a_km * km, atol=0.51)
        np.testing.assert_allclose(found["crew_fen"], 100 * terms.crew_yuan_an_hour * hours, atol=0.51)
        np.testing.assert_array_equal(np.bincount(found["county"], found["parcels"], 2), parcels)
        np.testing.assert_array_equal(found["upward_g"], grams)
        np.testing.assert_array_equal(sum(found[f"up_{name}"] for name in PARTS[:-1]), found["upward_fen"])
        moving = found["vehicle_fen"] + found["distance_fen"] + found["crew_fen"]
        assert (found["upward_fen"] <= moving + found["handling_fen"]).all()
        weeks += bool(len(rounds["operator"]))
    assert weeks > 100


def joint_delivery_cost(members: tuple[int, ...]) -> int:
    """Return what a parcel of county 0 costs in the fourth week of a pool of some operators, or without one."""
    region, events = tiny_region()
    if members:
        pooled(region, 0, members)
    for week in range(4):
        delivered(region, (4, 100, -1), week=week)
    found = costed(events, 0)
    return sum(found[name] for name in PARTS) // found["parcels"]


def test_joint_delivery_makes_a_parcel_cheaper_where_vans_went_half_empty() -> None:
    assert joint_delivery_cost((0, 1, 2)) < joint_delivery_cost((0, 1)) < joint_delivery_cost(())
