"""Stations are offered where works are finished; keepers take up what they expect to live on (docs/model.md 4.8)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ProjectApproved, WorksFinished
from ecsim.rural.events.logistics import OperatorJoinedPool, PoolFormed
from ecsim.rural.events.opening import HouseholdsBaselined, VillagesBaselined
from ecsim.rural.events.stations import StationOffered, StationOpened
from ecsim.rural.programme.take_up import _keepers
from ecsim.rural.region import Region
from tiny import Events, made, same, take, tiny_region

SOBER: dict[str, Value] = {
    "stations.optimism_sigma": 0.0, "stations.poor_operator_share": 0.0, "stations.wage_sigma": 0.0,
    "stations.capital_months": 12,
}  # fmt: skip
"""All keepers alike, who look no farther than the months of the running grant."""

ENOUGH_FEN = 10**10


def finished(region: Region, kind: ProjectKind, county: int, quantity: int = 10, day: int = 0) -> None:
    """Let a project that pays all that its stations cost be approved, and its works accepted, today."""
    region.world.day = day
    number = region.world.state.count("projects")
    region.world.publish(
        made(
            ProjectApproved,
            project=[number],
            project_kind=[kind],
            county=[county],
            township=[-1],
            quantity=[quantity],
            design=[region.settings.station_design],
            central_fen=[ENOUGH_FEN],
        )
    )
    region.world.publish(WorksFinished(project=[number]))


def offered(
    county: int, quantity: int = 10, *, numbers: dict[str, Value] | None = None, design: str = "integrated",
    opened: dict[type, dict[str, object]] | None = None,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the region in the week in which the works of a project of stations are accepted."""
    region, events = tiny_region({"policy.station_design": design}, numbers=SOBER | (numbers or {}), opened=opened)
    finished(region, ProjectKind.STATIONS, county, quantity)
    events.clear()
    take(region, "begin_service")
    return region, events


@pytest.mark.parametrize(
    ("village", "county", "expects"),
    [
        # Village 5 has one household, no internet and no buyer: a quarter of 30 yuan of goods are 0.15 orders a month,
        # 5 % of 7.5 yuan 0.375. Small services: 0.25 bills, 0.1 of cash, 0.01 policies, 0.02 tickets and 0.02 of advice
        # bring 0.125 + 0.05 + 0.04 + 0.03 = 0.245. These 0.55 visits bring 1 - e^(-0.55/30) = 0.018166 of 50 yuan of
        # footfall, 0.908; a grant of 300, less 40 rent and 16.8 hours and 0.8 x 0.01025 of who has learned, at 8 yuan,
        # 134.466: 127.063.
        (5, 1, 127.063),
        # Village 3 has four, of which two buy. Two buyers order the county's 79.72 parcels a year: 0.7666 a week each,
        # of which a station hands out 42 %: 2.5756 in four weeks for both. One household is without internet, three on
        # the register have it: 0.4 bills, 0.325 of cash, 0.04 policies, 0.035 tickets, 0.05 of advice, 0.85 uses for
        # 0.575 yuan in 0.026 hours. With 0.6 orders there are 4.0256 visits, which bring 1 - e^(-4.0256/30) = 0.12557
        # of footfall, 6.278. Parcels bring 0.74 yuan and take 0.06 hours each: 6.278 + 0.575 + 1.906 + 1.50 + 300 - 40
        # - (16.8 + 0.8 x (0.1545 + 0.026)) x 8 = 134.704.
        (3, 0, 134.704),
    ],
)
def test_a_keeper_takes_what_leaves_more_than_he_could_have_elsewhere_worked_by_hand(
    village: int, county: int, expects: float
) -> None:
    for elsewhere, taken in ((expects - 0.01, True), (expects + 0.01, False)):
        numbers: dict[str, Value] = {"stations.reservation_yuan": elsewhere, "buying.cost_sensitivity": 0.0}
        _, events = offered(county, numbers=numbers)
        found = events.of(StationOffered)
        assert found["accepted"][found["village"] == village].tolist() == [taken]
        assert (village in events.of(StationOpened)["village"]) is taken


def test_hope_scales_takings_alone() -> None:
    # Takings of village 5 are 1.528 yuan times a lognormal of mean one that hangs on the village; the rest is
    # certain.
    region, _ = tiny_region()
    luck = float(region.world.draws.normal("keepers_hope", 0, 5))
    left = 1.52832 * np.exp(0.5 * luck - 0.125) + 300 - 40 - 134.4656
    for edge, taken in ((left - 0.01, True), (left + 0.01, False)):
        _, events = offered(1, numbers={"stations.optimism_sigma": 0.5, "stations.reservation_yuan": float(edge)})
        found = events.of(StationOffered)
        assert found["accepted"][found["village"] == 5].tolist() == [taken]


def test_stations_open_in_the_villages_that_accept_and_their_offers_are_why() -> None:
    region, events = offered(1, quantity=1)
    same(events.of(StationOffered), village=[4])  # the poor village first
    same(
        events.of(StationOpened), station=[0], village=[4], operator=[10], poor_operator=[False], project=[0],
        design=[2], cause=events.of(StationOffered)["seq"],
    )  # fmt: skip
    assert region.world.state.villages.station.tolist() == [-1, -1, -1, -1, 0, -1]
    assert region.world.state.projects.done[0] == 1


def test_who_looks_beyond_the_grant_counts_on_less_of_it_a_month() -> None:
    # Over 24 months twelve of 300 yuan are 150 a month: village 5 expects 127.063 - 150 = -22.937.
    for elsewhere, taken in ((-22.94, True), (-22.93, False)):
        numbers: dict[str, Value] = {"stations.capital_months": 24, "stations.reservation_yuan": elsewhere}
        found = offered(1, numbers=numbers)[1].of(StationOffered)
        assert found["accepted"][found["village"] == 5].tolist() == [taken]


def test_keepers_of_a_village_are_asked_one_by_one_until_one_of_them_takes_it() -> None:
    # Village 5: 1.528 of takings and 300 of grant less 40 of rent leave 261.528 yuan for 16.8082 hours, 15.560 each; an
    # hour is worth 8 yuan times the keeper's own luck.
    numbers: dict[str, Value] = {"stations.wage_sigma": 0.8, "stations.keepers_asked": 10}
    region, _ = offered(1, numbers=numbers)
    wages = [float(8 * region.world.draws.lognormal("keepers_wage", turn, [5], 0.8)[0]) for turn in range(10)]
    for need in (min(wages) - 1e-3, *(wage + 1e-3 for wage in wages)):
        takers = [turn for turn, wage in enumerate(wages) if wage < need]
        elsewhere: dict[str, Value] = {"stations.reservation_yuan": 261.5283 - 16.8082 * need}
        found = offered(1, numbers=numbers | elsewhere)[1].of(StationOpened)
        assert found["turn"][found["village"] == 5].tolist() == takers[:1]


def test_an_outlet_of_a_network_is_asked_alone_and_is_no_household() -> None:
    outlets = {VillagesBaselined: {"outlet": 2}}
    numbers: dict[str, Value] = {"stations.wage_sigma": 0.8, "stations.keepers_asked": 10}
    _, events = offered(
        1, numbers=numbers | {"stations.reservation_yuan": -1e3}, opened=outlets, design="supply_outlet"
    )
    same(events.of(StationOpened), village=[4, 5], operator=[-1, -1], turn=[0, 0])


def test_what_one_village_refuses_the_next_is_offered() -> None:
    # One station is to open, and villages hope for very different takings. The poor village 4 is asked first.
    opened = {HouseholdsBaselined: {"weight": 100}}
    seen = set()
    for seed in range(12):
        region, events = tiny_region(
            numbers=SOBER | {"stations.optimism_sigma": 1.0, "stations.reservation_yuan": 200.0},
            opened=opened,
            seed=seed,
        )
        finished(region, ProjectKind.STATIONS, 1, quantity=1)
        events.clear()
        take(region, "begin_service")
        found = events.of(StationOffered)
        accepted = tuple(found["accepted"].tolist())
        assert found["village"].tolist() == [4, 5][: len(accepted)]
        assert accepted in ((True,), (False, True), (False, False))
        assert events.rows(StationOpened) == sum(accepted)
        seen.add(accepted)
    assert (False, True) in seen


def test_stations_that_nobody_took_are_offered_again_a_few_times() -> None:
    hopeful: dict[str, Value] = {"stations.optimism_sigma": 1.0, "stations.reservation_yuan": 1e5}
    region, events = offered(1, numbers=hopeful | {"stations.reoffer_weeks": 4, "stations.offer_rounds": 3})
    asked = [events.rows(StationOffered)]
    for week in range(1, 13):
        events.clear()
        take(region, "begin_service", week=week)
        asked.append(events.rows(StationOffered))
    assert asked == [2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0]


def test_a_village_is_offered_one_station_however_many_projects() -> None:
    region, events = offered(1)
    finished(region, ProjectKind.STATIONS, 1, day=7)
    events.clear()
    take(region, "begin_service", week=1)
    assert not events.batches


def test_a_shop_needs_something_to_build_on_and_a_stand_alone_station_does_not() -> None:
    bare = {VillagesBaselined: {"outlet": {4: 0, 5: 1}}}
    assert offered(1, opened=bare)[1].of(StationOffered)["village"].tolist() == [5]
    assert offered(1, opened=bare, design="mobile")[1].of(StationOffered)["village"].tolist() == [4, 5]


def test_an_outlet_of_a_network_is_a_shop_but_not_every_shop_is_one_of_a_network() -> None:
    for outlet, designs in ((0, ()), (1, ("upgraded_shop",)), (2, ("upgraded_shop", "supply_outlet"))):
        bare = {VillagesBaselined: {"outlet": {4: outlet, 5: 0}}}
        for design in ("upgraded_shop", "supply_outlet"):
            found = offered(1, opened=bare, design=design)[1]
            assert found.rows(StationOffered) == (design in designs)


def test_a_counter_in_a_village_hall_needs_a_line() -> None:
    bare = {VillagesBaselined: {"outlet": 0, "broadband": {4: False, 5: True}}}
    assert offered(1, opened=bare, design="village_hall")[1].of(StationOffered)["village"].tolist() == [5]


def test_works_finished_in_another_week_are_offered_no_more() -> None:
    region, events = tiny_region()
    finished(region, ProjectKind.STATIONS, 0)
    events.clear()
    take(region, "begin_service", week=1)
    assert not events.batches


@pytest.mark.parametrize(
    ("changes", "keeper"),
    [
        ({}, 5),
        ({"schooling_years": {4: 12}}, 5),  # 4 is too old, however well schooled
        ({"age_class": {4: 1}, "schooling_years": {4: 11}}, 4),
        ({"age_class": {4: 1}}, 5),  # 10 years of schooling against 8
        ({"workers": {5: 0}}, -1),
        ({"poor": {5: False}}, 5),  # nobody of the register can: one who is not on it does
    ],
)
def test_poor_keepers_are_the_best_schooled_that_can_work_worked_by_hand(
    changes: dict[str, object], keeper: int
) -> None:
    # On the register live 4 (over 65), 5 (under 50) and 6 (over 65) in village 3: only 5 may keep a station.
    region, events = offered(0, numbers={"stations.poor_operator_share": 1.0}, opened={HouseholdsBaselined: changes})
    found = events.of(StationOpened)
    operators = dict(zip(found["village"].tolist(), found["operator"].tolist(), strict=True))
    assert operators == {3: keeper, 2: -1, 0: -1, 1: -1}
    of_register = region.world.state.households.poor[np.maximum(found["operator"], 0)]
    same(found, poor_operator=(found["operator"] >= 0) & of_register)


def test_other_stations_are_kept_by_the_best_schooled_not_on_the_register() -> None:
    # In village 4 live 8 (poor), 9 (one year of schooling) and 10 (seven).
    for schooling, keeper in ((7, 10), (0, 9)):
        opened = {HouseholdsBaselined: {"schooling_years": {10: schooling}}}
        _, events = offered(1, quantity=1, opened=opened)
        same(events.of(StationOpened), operator=[keeper], poor_operator=[False])


def test_a_row_is_asked_as_often_as_there_are_households_that_it_stands_for() -> None:
    # On the register only row 5 may keep the station of village 3: one household, or three.
    for weight, found in ((1, [5, -1, -1]), (3, [5, 5, 5])):
        state = tiny_region(opened={HouseholdsBaselined: {"weight": {5: weight}}})[0].world.state
        village = np.array([3])
        assert [int(_keepers(state, village, np.array([turn]), poor=True)[0]) for turn in range(3)] == found


def test_a_share_of_stations_is_kept_by_the_poor() -> None:
    for seed in range(8):
        region, events = tiny_region(numbers=SOBER | {"stations.poor_operator_share": 0.3}, seed=seed)
        finished(region, ProjectKind.STATIONS, 0)
        take(region, "begin_service")
        found = events.of(StationOpened)
        wants = region.world.draws.uniform("poor_operator", 0, 3) < 0.3
        assert (found["operator"][found["village"] == 3] == 5).all() == wants


def test_without_money_no_service_begins() -> None:
    region, events = tiny_region(policy="no_money")
    finished(region, ProjectKind.STATIONS, 0)
    events.clear()
    take(region, "begin_service")
    assert not events.batches


def test_a_pool_forms_and_the_post_joins_with_the_couriers_it_saves_enough() -> None:
    # Operators 0 (post, a share of 0.2) and 1, 2 (couriers, 0.4 each) of county 0. A courier joins whom the pool saves
    # more than its own hurdle, a draw of up to 0.8 of what it costs alone.
    joined = set()
    for seed in range(12):
        region, events = tiny_region(seed=seed, numbers={"logistics.pool_hurdle": 0.8})
        finished(region, ProjectKind.JOINT_DELIVERY, 0, quantity=1)
        events.clear()
        take(region, "begin_service")
        formed, found = events.of(PoolFormed), events.of(OperatorJoinedPool)
        same(formed, county=[0], pool=[6], cause=[region.world.state.projects.seq[0]])
        assert found["operator"][0] == 0
        assert set(found["pool"].tolist()) == {6}
        assert set(found["cause"].tolist()) == {formed["seq"][0]}
        for courier, alone, pays in list(zip(found["operator"], found["alone_fen"], found["pays_fen"], strict=True))[
            1:
        ]:
            hurdle = 0.8 * float(region.world.draws.uniform("join_pool", 0, int(courier)))
            assert 1 - pays / alone >= hurdle
        assert (found["pays_fen"] <= found["alone_fen"]).all()
        o, couriers = region.world.state.operators, len(found["operator"]) - 1
        assert o.share[6] == 200_000 + 400_000 * couriers
        assert o.vans[6] == 2 + 2 * couriers
        joined.add(couriers)
    assert len(joined) > 1


def test_a_county_has_one_pool() -> None:
    region, events = tiny_region()
    for week in (0, 1):
        finished(region, ProjectKind.JOINT_DELIVERY, 0, quantity=1, day=7 * week)
        take(region, "begin_service", week=week)
    assert events.rows(PoolFormed) == 1


def test_nobody_joins_whom_it_saves_too_little_but_the_post() -> None:
    region, events = tiny_region(numbers={"logistics.pool_hurdle": 1e9})
    finished(region, ProjectKind.JOINT_DELIVERY, 1, quantity=1)
    take(region, "begin_service")
    same(events.of(OperatorJoinedPool), operator=[3], pool=[6])
