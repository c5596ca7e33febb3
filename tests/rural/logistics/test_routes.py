"""Savings rounds: complete, within limits, near the best on small cases."""

from itertools import permutations

import numpy as np

from ecsim.kernel.draws import Draws
from ecsim.rural.logistics.routes import savings_rounds


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
    rounds = savings_rounds(to_depot, between, demand, capacity=60.0, longest=3.0)
    assert sorted(np.concatenate(rounds).tolist()) == list(range(60))
    for chain in rounds:
        assert demand[chain].sum() <= 60.0
        assert len(chain) == 1 or length(chain, to_depot, between) <= 3.0 + 1e-9


def test_one_tour_of_seven_stops_is_within_a_fifth_of_the_best() -> None:
    for seed in range(5):
        to_depot, between = plane(7, seed)
        rounds = savings_rounds(to_depot, between, np.ones(7), capacity=np.inf, longest=np.inf)
        assert len(rounds) == 1
        best = min(length(np.array(p), to_depot, between) for p in permutations(range(7)))
        assert length(rounds[0], to_depot, between) <= 1.2 * best


def test_tour_length_follows_the_known_constant() -> None:
    to_depot, between = plane(200, 11)
    rounds = savings_rounds(to_depot, between, np.ones(200), capacity=np.inf, longest=np.inf)
    assert len(rounds) == 1
    constant = length(rounds[0], to_depot, between) / np.sqrt(200)
    assert 0.759 * 0.9 < constant < 0.759 * 1.15  # .759 for the best tour of 200 stops in a unit square
