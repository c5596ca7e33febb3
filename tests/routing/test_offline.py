"""Offline plans by PyVRP: the best of small instances, alike in every call; told where it is not installed."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from routing_cases import best_length, check, places

from ecsim.kernel.errors import EcsimError
from ecsim.routing import VehicleType, offline_plan, savings

WITH_PYVRP = pytest.mark.skipif(
    importlib.util.find_spec("pyvrp") is None, reason="the extra `routing` is not installed"
)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    with pytest.raises(EcsimError, match=r"pip install 'ecsim\[routing\]'"):
        offline_plan([[0, 1], [1, 0]], [1], [VehicleType(1)])


@WITH_PYVRP
def test_it_finds_the_best_of_small_instances_with_pickups() -> None:
    for seed in range(4):
        lengths, brought, taken = places(6, seed)
        plan = offline_plan(lengths, brought, [VehicleType(16)], pickups=taken, iterations=300)
        check(plan, lengths, brought, taken, [VehicleType(16)])
        assert plan.length == best_length(lengths, brought, taken, 16)


@WITH_PYVRP
def test_it_keeps_to_days_trips_and_a_mixed_fleet_and_is_no_dearer_than_the_fast_router() -> None:
    fleet = [
        VehicleType(10, fixed=150, a_unit=1, day=400, trips=3, loading=15),
        VehicleType(25, number=2, fixed=300, a_unit=2, day=500, trips=2),
    ]
    lengths, brought, taken = places(20, 5)
    plan = offline_plan(lengths, brought, fleet, pickups=taken, at_stop=7, iterations=200)
    check(plan, lengths, brought, taken, fleet, 7)
    assert plan.cost <= savings(lengths, brought, fleet, pickups=taken, at_stop=7).cost
    assert plan == offline_plan(lengths, brought, fleet, pickups=taken, at_stop=7, iterations=200)


@WITH_PYVRP
def test_what_cannot_be_found_is_told() -> None:
    with pytest.raises(EcsimError, match="no plan that serves every stop"):
        offline_plan(np.array([[0, 5, 5], [5, 0, 9], [5, 9, 0]]), [1, 1], [VehicleType(1, number=1)], iterations=50)
    with pytest.raises(ValueError, match="iterations is 0"):
        offline_plan([[0, 1], [1, 0]], [1], [VehicleType(1)], iterations=0)
