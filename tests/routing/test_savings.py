"""Trips by savings: complete, within limits, near the best on small cases."""

from itertools import permutations

import numpy as np

from ecsim.kernel.draws import Draws
from ecsim.routing import savings_trips


def plane(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draws = Draws(seed)
    xy = np.column_stack([draws.uniform("x", 0, np.arange(n)), draws.uniform("y", 0, np.arange(n))])
    between = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    return np.hypot(*(xy - 0.5).T), between


def length(chain: np.ndarray, to_depot: np.ndarray, between: np.ndarray) -> float:
    return to_depot[chain[0]] + between[chain[:-1], chain[1:]].sum() + to_depot[chain[-1]]


def test_every_stop_is_in_one_round_within_the_limits() -> None:
    to_depot, between = plane(60, 3)
    demand = np.floor(1 + 9 * Draws(4).uniform("demand", 0, np.arange(60)))
    rounds = savings_trips(to_depot, between, demand, capacity=60.0, longest=3.0)
    assert sorted(np.concatenate(rounds).tolist()) == list(range(60))
    for chain in rounds:
        assert demand[chain].sum() <= 60.0
        assert len(chain) == 1 or length(chain, to_depot, between) <= 3.0 + 1e-9


def test_one_tour_of_seven_stops_is_within_a_fifth_of_the_best() -> None:
    for seed in range(5):
        to_depot, between = plane(7, seed)
        rounds = savings_trips(to_depot, between, np.ones(7), capacity=np.inf, longest=np.inf)
        assert len(rounds) == 1
        best = min(length(np.array(p), to_depot, between) for p in permutations(range(7)))
        assert length(rounds[0], to_depot, between) <= 1.2 * best


def test_tour_length_follows_the_known_constant() -> None:
    to_depot, between = plane(200, 11)
    rounds = savings_trips(to_depot, between, np.ones(200), capacity=np.inf, longest=np.inf)
    assert len(rounds) == 1
    constant = length(rounds[0], to_depot, between) / np.sqrt(200)
    assert 0.759 * 0.9 < constant < 0.759 * 1.15  # .759 for the best tour of 200 stops in a unit square


def test_what_is_picked_up_binds_after_every_stop() -> None:
    # On a road at 1, 2 and 3 km: 2 to bring to each and 2 to fetch from each fill a van of 6 all the way. With 3 to
    # fetch from the farthest there is no room after it, in either direction; two trips must go.
    to_depot = np.array([1.0, 2.0, 3.0])
    between = np.abs(to_depot[:, None] - to_depot)
    brought = np.full(3, 2.0)
    assert len(savings_trips(to_depot, between, brought, 6.0, np.inf, pickups=brought)) == 1
    assert len(savings_trips(to_depot, between, brought, 6.0, np.inf, pickups=np.array([2.0, 2.0, 3.0]))) == 2
    # 0 to bring and 6 to fetch at the first, 6 to bring and 0 to fetch at the second: only the second may come first.
    (trip,) = savings_trips(
        to_depot[:2], between[:2, :2], np.array([0.0, 6.0]), 6.0, np.inf, pickups=np.array([6.0, 0.0])
    )
    assert trip.tolist() == [1, 0]
