"""The fast router: every plan of small instances, loads after every stop, several trips, mixed fleets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_cases import best_length, check, places

from ecsim.routing import VehicleType, savings


@pytest.mark.parametrize("picks_up", [False, True])
def test_plans_of_small_instances_are_near_the_best_of_all_plans(picks_up: bool) -> None:
    found = best = 0
    for seed in range(12):
        lengths, brought, taken = places(6, seed)
        taken = taken if picks_up else np.zeros_like(taken)
        plan = savings(lengths, brought, [VehicleType(16)], pickups=taken)
        check(plan, lengths, brought, taken, [VehicleType(16)])
        exact = best_length(lengths, brought, taken, 16)
        assert exact <= plan.length <= 1.15 * exact
        found, best = found + plan.length, best + exact
    assert found <= 1.03 * best


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 25), st.integers(0, 20))
def test_every_plan_keeps_to_its_limits(seed: int, stops: int, at_stop: int) -> None:
    lengths, brought, taken = places(stops, seed)
    fleet = [
        VehicleType(10, fixed=150, a_unit=1, day=400, trips=3, loading=15),
        VehicleType(25, number=2, fixed=300, a_unit=2, day=500, trips=2),
    ]
    plan = savings(lengths, brought, fleet, pickups=taken, at_stop=at_stop)
    check(plan, lengths, brought, taken, fleet, at_stop)
    assert not plan.left  # there are as many of the first type as it takes
    assert plan == savings(lengths, brought, fleet, pickups=taken, at_stop=at_stop)


def test_a_van_goes_out_again_where_its_day_has_room() -> None:
    # Four stops around the depot, each a full load, 20 there and back: two vans of 40 a day, two trips each.
    lengths = np.array([[0, 10, 10, 10, 10]] + [[10] + [0 if a == b else 20 for b in range(4)] for a in range(4)])
    full = [5, 5, 5, 5]
    assert savings(lengths, full, [VehicleType(5, day=40)]).vehicles == 4
    assert savings(lengths, full, [VehicleType(5, day=40, trips=2)]).vehicles == 2
    assert savings(lengths, full, [VehicleType(5, trips=4)]).vehicles == 1
    assert savings(lengths, full, [VehicleType(5, day=43, trips=2, loading=2)]).vehicles == 4
    short = savings(lengths, full, [VehicleType(5, number=1, day=40, trips=2)])
    assert (len(short.trips), len(short.left)) == (2, 2)


def test_the_cheaper_vehicle_of_a_mixed_fleet_drives_what_it_can_carry() -> None:
    # One stop of 8 and, the other way, one of 2: the lorry costs 100 and 3 a unit, the van 20 and 1, and carries 4.
    lengths = np.array([[0, 10, 10], [10, 0, 20], [10, 20, 0]])
    fleet = [VehicleType(4, fixed=20), VehicleType(10, fixed=100, a_unit=3)]
    plan = savings(lengths, [8, 2], fleet)
    assert {(trip.kind, trip.stops) for trip in plan.trips} == {(0, (2,)), (1, (1,))}
    assert plan.cost == 100 + 3 * 20 + 20 + 20
    dear = [VehicleType(4, fixed=200), VehicleType(10, fixed=100, a_unit=3)]
    assert savings(lengths, [8, 2], dear).cost == 100 + 3 * 40  # now the lorry does both


@pytest.mark.parametrize(
    ("lengths", "deliveries", "words"),
    [
        ([[0, 1.5], [1.5, 0]], [1], "lengths must be whole numbers"),
        ([[0, 1], [2, 0]], [1], "not the same both ways"),
        ([[0, 1]], [1], "a square table"),
        ([[0, 1], [1, 0]], [1, 1], "one number for each"),
        ([[0, 1], [1, 0]], [99], "no vehicle type can do both"),
        ([[0, 99], [99, 0]], [1], "no vehicle type can do both"),
        ([[0, 1], [1, 0]], [-1], "deliveries must be whole numbers"),
    ],
)
def test_arguments_that_do_not_fit_are_told(lengths: list, deliveries: list, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        savings(lengths, deliveries, [VehicleType(10, day=100)])


def test_a_vehicle_type_that_cannot_be_is_told() -> None:
    with pytest.raises(ValueError, match="capacity of a vehicle type is 0"):
        VehicleType(0)
    with pytest.raises(ValueError, match="from 0 on"):
        VehicleType(1, fixed=-1)
    with pytest.raises(ValueError, match="fleet is empty"):
        savings([[0, 1], [1, 0]], [1], [])
