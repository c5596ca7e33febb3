"""Storage, closed roads and dispatch rules, against their closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st
from queue_runs import RUNS, begun, come, holds

from ecsim.queues import (
    DispatchRule,
    Road,
    Storage,
    dispatched,
    mmck,
    residual_wait,
    seconds_lost,
    wait_or_turn_back,
)
from ecsim.queues.closures import Policy
from ecsim.queues.parts import Steps

VANS_UNTIL = 600.0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=30), st.integers(1, 20))
def test_no_parcel_is_made_or_lost_in_storage(moves: list[tuple[bool, int]], room: int) -> None:
    store, brought, fetched = Storage(simpy.Environment(), room), 0, 0
    for comes, parcels in moves:
        if comes:
            taken = store.put(parcels)
            assert taken == parcels or store.there.now == room
            brought += parcels
        else:
            fetched += store.take(parcels)
        assert 0 <= store.there.now <= room
    assert brought == fetched + store.there.now + store.refused


def store_for_parcels(seed: int) -> tuple[float, float]:
    """Return the share refused by a store with room for 5, and how many lie in it on average."""
    env, luck = begun(seed)
    store, came = Storage(env, 5), list[float]()

    def lie() -> Steps:
        came.append(env.now)
        if store.put(1):
            yield env.timeout(luck.exponential(1.0))
            store.take(1)

    come(env, luck, 4.0, lambda: env.process(lie()))
    env.run(until=30)
    store.there.restart()
    store.refused = 0
    came.clear()
    env.run(until=430)
    return store.refused / len(came), store.there.mean()


def test_a_small_store_refuses_as_many_parcels_as_erlangs_loss_formula_says() -> None:
    # Parcels come at random, 4 a day, and are each fetched after a day on average: 4 offered to room for 5.
    theory, runs = mmck(4.0, 1.0, 5, 5), [store_for_parcels(run) for run in range(RUNS)]
    assert holds([refused for refused, _ in runs], theory.refused)
    assert holds([there for _, there in runs], theory.number)


def test_who_meets_a_closed_road_waits_longer_than_half_a_closure() -> None:
    assert residual_wait([10.0]) == 5.0
    assert residual_wait([1.0, 9.0]) == (1 + 81) / 2 / (2 * 5)  # a long closure is met more often than a short one


def mean_loss(seed: int, policy: Policy) -> float:
    """Return what vans lose at a road on average, with a way round of 4 and patience for 2."""
    env, luck = begun(seed)
    road, losses = Road(env, lambda: luck.exponential(20), lambda: luck.exponential(5)), list[float]()

    def van() -> Steps:
        lost = yield from road.pass_by(4.0, policy, patience=2.0)
        losses.append(lost)

    come(env, luck, 0.5, lambda: env.process(van()))
    env.run(until=3000)
    return float(np.mean(losses))


def mean_left(seed: int, sigma: float) -> float:
    """Return what is left of lognormal closures of mean 5 for who comes at random, open roads included."""
    env, luck = begun(seed)
    road = Road(
        env, lambda: luck.exponential(20), lambda: float(luck.lognormal(np.log(5) - sigma**2 / 2, sigma))
    )  # fmt: skip
    left: list[float] = []
    come(env, luck, 0.5, lambda: left.append(road.left))
    env.run(until=5000)
    return float(np.mean(left))


@pytest.mark.parametrize(
    ("policy", "met"),
    [
        ("wait", 5.0),  # a closure of mean 5, exponential, has 5 left whenever it is met
        ("detour", 4.0),
        ("shorter", 5.0 * (1 - np.exp(-4 / 5))),
        ("patient", 5.0 * (1 - np.exp(-2 / 5)) + 4.0 * np.exp(-2 / 5)),
    ],
)
def test_vans_lose_at_a_road_what_the_policy_and_the_closures_say(policy: Policy, met: float) -> None:
    # Open for 20 on average, closed for 5: met closed one time in five. Vans come at random, one in 2.
    assert holds([mean_loss(900 + run, policy) for run in range(RUNS)], 0.2 * met)


def test_long_tailed_closures_cost_their_mean_square() -> None:
    # Lognormal with σ = 0.8 and mean 5: E[D²]/(2E[D]) = 5·exp(σ²)/2; nobody waits so long for half the mean alone.
    assert holds([mean_left(950 + run, 0.8) for run in range(RUNS)], 0.2 * 5 * np.exp(0.8**2) / 2)


def test_what_is_lost_worked_by_hand() -> None:
    left = [0.0, 3.0, 8.0]
    assert seconds_lost(left, 5.0, "wait").tolist() == [0, 3, 8]
    assert seconds_lost(left, 5.0, "detour").tolist() == [0, 5, 5]
    assert seconds_lost(left, 5.0, "shorter").tolist() == [0, 3, 5]
    assert seconds_lost(left, 5.0, "patient", patience=4.0).tolist() == [0, 3, 9]
    assert wait_or_turn_back(np.array([0, 3, 8]), 7).tolist() == [0, 3, -1]
    with pytest.raises(ValueError, match="allowed are wait, detour"):
        seconds_lost(left, 5.0, "fly")


def vans_sent(seed: int, parcels: int, after: float) -> DispatchRule:
    env, luck = begun(seed)
    rule = DispatchRule(env, parcels, after)
    come(env, luck, 2.0, rule.bring)
    env.run(until=VANS_UNTIL)
    return rule


@pytest.mark.parametrize(("parcels", "after"), [(1, 9.0), (4, 1.5), (6, 100.0), (50, 2.0)])
def test_vans_go_by_parcels_or_hours_as_the_closed_form_says(parcels: int, after: float) -> None:
    theory, rules = dispatched(2.0, parcels, after), [vans_sent(run, parcels, after) for run in range(RUNS)]
    assert holds([VANS_UNTIL / len(rule.loads) for rule in rules], theory.between)
    if parcels == 1:
        assert {*theory[::2]} == {1.0, 0.0}
        assert {load for rule in rules for load in rule.loads} == {1}
        return
    assert holds([float(np.mean(rule.loads)) for rule in rules], theory.parcels)
    assert holds([float(np.mean(rule.waits)) for rule in rules], theory.wait)


def test_dispatch_worked_by_hand() -> None:
    # k = 2, λ = 1, T = ln 2: a second comes in time with chance 1/2, so 1.5 a van; the first waits (1 − e^−T)/λ = 1/2.
    found = dispatched(1.0, 2, float(np.log(2)))
    assert found == pytest.approx((1.5, 1.5, 0.5 / 1.5))
    # Never mind the hours: a van of k takes k, and parcels wait (k − 1)/(2λ).
    assert dispatched(2.0, 7, 1e6) == pytest.approx((7.0, 3.5, 6 / 4))
    # Never mind the parcels: 1 + λT a van; the first waits T and the λT others half of it.
    assert dispatched(2.0, 400, 3.0) == pytest.approx((7.0, 3.5, (3 + 6 * 1.5) / 7))
    assert dispatched(2.0, 5, 0.0) == (1.0, 0.5, 0.0)
    with pytest.raises(ValueError, match="1 or more"):
        dispatched(1.0, 0, 1.0)
    with pytest.raises(ValueError, match="give 1 or more parcels"):
        DispatchRule(simpy.Environment(), 0, 1.0)
