"""Supply-and-marketing co-ops, bus lines and delivery contractors (docs/model.md 4.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events import (
    DeliveryCosted,
    DeliveryReachSet,
    OperatorEntered,
    OperatorJoinedPool,
    OperatorKind,
    OperatorLeft,
    OperatorsBaselined,
    OperatorsSettled,
    Outlet,
    ParcelsWaiting,
    PoolFormed,
    RoundsDriven,
    TariffMoved,
    TourTenderAwarded,
    VillageCarrierSet,
    VillagesBaselined,
)
from ecsim.rural.households.access import serving_villages
from ecsim.rural.logistics import review_operators
from ecsim.rural.logistics.delivery_plan import village_carriers
from ecsim.rural.logistics.weekly_flow import handed_on
from ecsim.rural.region import Region
from ecsim.rural.units import ONE
from parcels import delivered, pooled, station
from tiny import Events, Opened, made, opening_events, tiny_region

POST = 3
"""Of county 1, which has one township, 2, with villages 4 and 5; households 8 to 11 live there."""
COOP, BUS, CONTRACTOR = 7, 7, 7
"""The one partner of county 1, where each county has one of its kind alone."""
BUYER = 10
"""A household of village 5."""


def with_partners(kind: str, opened: Opened | None = None, **numbers: Value) -> tuple[Region, Events]:
    """Return the region where each county has a partner of a kind, with a tenth of its parcels."""
    changes: Mapping[str, Any] = {f"parameters.opening_trade.{kind}": 1.0}
    given = {"logistics.review_weeks": 4, **{name.replace("__", "."): value for name, value in numbers.items()}}
    return tiny_region(changes, opened=opened, numbers=given)


def points(*villages: int, road_m: int = 5_000, outlet: int = 0) -> Opened:
    """Return an opening in which the post hands parcels out in some villages alone, all of them so far off."""
    every = np.arange(6)
    return {VillagesBaselined: {"parcel_point": np.isin(every, villages), "road_m": road_m, "outlet": outlet}}


def test_partners_have_their_shares_at_the_opening_and_the_others_the_rest() -> None:
    changes = {f"parameters.opening_trade.{kind}": 1.0 for kind in ("supply_coops", "bus_lines", "contractors")}
    o = tiny_region(changes)[0].world.state.operators
    kinds = [OperatorKind.SUPPLY_COOP] * 2 + [OperatorKind.BUS_LINE] * 2 + [OperatorKind.CONTRACTOR] * 2
    assert o.kind[6:12].tolist() == kinds
    assert o.share[6:12].tolist() == [100_000] * 6
    assert o.share[3:6].tolist() == [140_000, 280_000, 280_000]
    assert np.bincount(o.county[:12], o.share[:12]).tolist() == [ONE, ONE]
    assert o.vans[8:10].tolist() == [2, 1]  # a bus to each township
    assert len(set(o.number[:12].tolist())) == 12


def test_without_partners_the_opening_is_that_of_the_post_and_couriers() -> None:
    (operators,) = (event for event in opening_events() if isinstance(event, OperatorsBaselined))
    assert set(operators.operator_kind.tolist()) == {OperatorKind.POST, OperatorKind.COURIER}


def test_a_bus_goes_on_to_points_on_its_road_and_no_further() -> None:
    for reach, takes in ((10.0, True), (4.0, False)):
        region, events = with_partners("bus_lines", points(5), logistics__bus_road_km=reach)
        delivered(region, (BUYER, 40, 5))
        found = events.of(VillageCarrierSet)
        assert found["village"].tolist() == ([5] if takes else [])
        assert village_carriers(region.world.state)[5] == (BUS if takes else POST)


def test_what_it_takes_on_it_drives_on_its_timetable_and_as_far_as_it_has_room() -> None:
    region, events = with_partners("bus_lines", points(5), bus_line__room=0.1)
    for week in range(3):
        delivered(region, (BUYER, 500, 5), week=week)
    rounds = events.of(RoundsDriven)
    mine = rounds["operator"] == BUS
    assert set(rounds["operator"][rounds["village_tour"]].tolist()) == {BUS}
    assert rounds["parcels_down"][mine].max() <= 22  # a tenth of what a van holds
    reach = events.of(DeliveryReachSet)
    assert set(reach["township_days"][reach["operator"] == BUS].tolist()) == {6}


def test_what_a_bus_costs_is_what_its_parcels_add() -> None:
    region, events = with_partners("bus_lines", points(5), bus_line__bears=0.0, bus_line__piece_yuan=0.4)
    for week in range(2):
        delivered(region, (BUYER, 70, 5), week=week)
    costed, rounds = events.of(DeliveryCosted), events.of(RoundsDriven)
    mine, driven = costed["operator"] == BUS, rounds["operator"] == BUS
    assert costed["vehicle_fen"][mine].sum() == costed["distance_fen"][mine].sum() == 0
    assert costed["crew_fen"][mine].sum() == pytest.approx(40 * rounds["parcels_down"][driven].sum(), abs=1)
    assert rounds["parcels_down"][driven].sum() > 0
    seconds = rounds["crew_seconds"][~driven & (rounds["operator"] >= POST)].sum()
    assert region.world.state.counties.crew_seconds[1] == seconds  # its passengers pay the driver


def test_a_co_op_brings_parcels_to_its_outlets_if_that_costs_less_than_is_paid_for_it() -> None:
    for fee, serves in ((1000.0, True), (0.0, False)):
        region, events = with_partners(
            "supply_coops", points(outlet=int(Outlet.NETWORK_SHOP)), logistics__village_fee_yuan=fee
        )  # fmt: skip
        delivered(region, (BUYER, 40, -1))
        taken = events.of(VillageCarrierSet)
        assert sorted(taken["village"][taken["operator"] == COOP].tolist()) == ([4, 5] if serves else [])
        served = serving_villages(region.world.state, region.settings.designs)
        assert served[[4, 5]].tolist() == [serves, serves]


def test_a_co_op_has_no_business_where_it_has_no_outlet() -> None:
    region, events = with_partners("supply_coops", points(4, 5, outlet=1), logistics__village_fee_yuan=1000.0)
    delivered(region, (BUYER, 40, 5))
    assert not events.rows(VillageCarrierSet)


def test_it_comes_as_often_as_its_own_goods_go() -> None:
    region, events = with_partners("supply_coops", supply_coop__most_days=2, logistics__value_of_delay_yuan=1e6)
    delivered(region, (BUYER, 500, -1))
    reach = events.of(DeliveryReachSet)
    assert set(reach["township_days"][reach["operator"] == COOP].tolist()) == {2}
    assert set(reach["township_days"][reach["operator"] == POST].tolist()) == {6}


def test_villages_go_back_when_their_partner_joins_a_pool_or_leaves() -> None:
    for how in (
        made(OperatorJoinedPool, operator=[BUS], pool=[8]),
        made(OperatorLeft, operator=[BUS], heir=[POST], margin_fen=[-1], lean_weeks=[100]),
    ):
        region, _ = with_partners("bus_lines", points(5))
        delivered(region, (BUYER, 40, 5))
        region.world.publish(made(PoolFormed, county=[1], pool=[8]))
        before = int(region.world.state.operators.vans[8])
        region.world.publish(how)
        assert region.world.state.villages.carrier[5] == -1
        assert region.world.state.operators.vans[8] == before  # buses are no vans of a pool


def test_what_waits_for_want_of_room_makes_it_give_villages_back() -> None:
    region, events = with_partners("bus_lines", points(5))
    delivered(region, (BUYER, 40, 5))
    waits = {"operator": [BUS], "township": [2], "village": [-1], "parcels": [100_000], "waited_days": [100_000]}
    region.world.publish(made(ParcelsWaiting, **waits))
    events.clear()
    delivered(region, week=4)
    assert events.of(VillageCarrierSet)["operator"].tolist() == [-1]
    account = events.of(OperatorsSettled)
    assert account["wait_minutes"][account["operator"] == BUS][0] > 7 * 1440


@pytest.mark.parametrize(("waited", "post_has"), [(7_000, 0), (7_001, 1_000)])
def test_the_post_takes_over_what_has_waited_a_week_for_a_partner(waited: int, post_has: int) -> None:
    region, _ = with_partners("bus_lines")
    waits = {"operator": [BUS], "township": [2], "village": [-1], "parcels": [1_000], "waited_days": [waited]}
    region.world.publish(made(ParcelsWaiting, **waits))
    state = region.world.state
    parcels, days = handed_on(state, longest_days=7)
    post, bus = POST * len(state.townships) + 2, BUS * len(state.townships) + 2
    assert parcels[[post, bus]].tolist() == [post_has, 1_000 - post_has]
    assert (parcels.sum(), days.sum()) == (1_000, waited)
    delivered(region)
    assert (state.reaches.waiting[bus] == 0) == (post_has > 0)


def test_its_pool_takes_over_where_the_post_is_in_one() -> None:
    region, _ = with_partners("bus_lines")
    pool = pooled(region, 1, (POST, 5))
    waits = {"operator": [BUS], "township": [2], "village": [-1], "parcels": [1_000], "waited_days": [9_000]}
    region.world.publish(made(ParcelsWaiting, **waits))
    parcels, _ = handed_on(region.world.state, longest_days=7)
    assert parcels[pool * len(region.world.state.townships) + 2] == 1_000


def test_a_contractor_takes_part_in_tenders_for_all_villages() -> None:
    for bears, wins in ((0.1, True), (2.0, False)):
        numbers: dict[str, Value] = {"contractor__bears": bears, "logistics__tender_sigma": 0.0}
        region, events = with_partners("contractors", points(), **numbers)
        pool = pooled(region, 1, (POST, 5))
        station(region, 5)
        for week in range(4):
            delivered(region, (BUYER, 40, 5), week=week)
        own = {"hub_fen": [1000] * 2, "hub_mparcels": [1000] * 2, "wait_minutes": [3000] * 2}
        region.world.publish(made(OperatorsSettled, operator=[pool, CONTRACTOR], **own))
        events.clear()
        delivered(region, (BUYER, 40, 5), week=4)
        assert events.of(TourTenderAwarded)["operator"].tolist() == [CONTRACTOR if wins else pool]


def came(agreement: float, **numbers: Value) -> list[int]:
    """Return the kinds of who comes to county 1 at a review, where a parcel earns what it costs there and no more."""
    changes = {"parameters.opening_trade.partners_outside": True}
    given = {f"logistics.{name}": 0.0 for name in ("share_price", "share_delay", "operator_margin", "entry_hurdle")}
    given |= {"logistics.review_weeks": 4, "logistics.partner_agreement": agreement}
    given |= {name.replace("__", "."): value for name, value in numbers.items()}
    region, events = tiny_region(changes, numbers=given)
    region.world.publish(made(TariffMoved, county=[0, 1], cost_fen=[200, 200]))
    weekly = region.pool_offer.weekly[region.world.state.townships.county == 1].sum() * np.array([0.2, 0.4, 0.4])
    own = {"hub_fen": np.rint(150 * weekly).astype(np.int64), "hub_mparcels": np.rint(1000 * weekly).astype(np.int64)}
    region.world.publish(made(OperatorsSettled, operator=[3, 4, 5], **own))
    events.clear()
    region.world.day = 28
    review_operators(region.world, region.pool_offer)
    found = events.of(OperatorEntered)
    return region.world.state.operators.kind[found["operator"]].tolist()


def test_the_partner_that_costs_least_comes_once_an_agreement_comes_about() -> None:
    cheap = {"bus_line__bears": 0.0, "bus_line__piece_yuan": 0.0}
    assert came(1.0, **cheap) == [OperatorKind.BUS_LINE]
    assert came(0.0, **cheap) == []
    assert came(1.0, **cheap, bus_line__draw=0.0) != [OperatorKind.BUS_LINE]
    nobody = {f"{kind}__draw": 0.0 for kind in ("supply_coop", "bus_line", "contractor")}
    assert came(1.0, **nobody) == []


def test_more_than_shapley_is_worked_out_for_still_weigh_a_pool() -> None:
    """The post, six couriers and three partners."""
    changes = {f"parameters.opening_trade.{kind}": 1.0 for kind in ("supply_coops", "bus_lines", "contractors")}
    region, events = tiny_region({**changes, "parameters.opening_trade.couriers": 6})
    region.pool_offer.form(region.world, 1, -1)
    assert events.rows(PoolFormed) == 1
    assert events.rows(OperatorJoinedPool) >= 1
