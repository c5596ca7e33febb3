"""Lengths of tours: the constants against shortest tours, worked out exactly."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.draws import Draws
from ecsim.routing import VehicleType, savings, tour_length


def shortest_tour(xy: np.ndarray) -> float:
    """Return the length of the shortest tour over a few places, by the recursion of Held and Karp."""
    n = len(xy) - 1
    apart = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    best = np.full((1 << n, n), np.inf)
    best[1 << np.arange(n), np.arange(n)] = apart[n, :n]
    for some in range(1, 1 << n):
        for last in range(n):
            if some >> last & 1 and some != 1 << last:
                best[some, last] = (best[some ^ (1 << last)] + apart[:n, last]).min()
    return float((best[-1] + apart[:n, n]).min())


def test_ten_places_are_as_far_round_as_the_constant_says() -> None:
    draws = Draws(1)
    tours = [
        shortest_tour(np.column_stack([draws.uniform(name, number, np.arange(10)) for name in "xy"]))
        for number in range(40)
    ]
    error = np.std(tours, ddof=1) / np.sqrt(len(tours))
    assert abs(np.mean(tours) - tour_length(10, 1.0)) < 3 * error


def test_the_fast_router_comes_near_the_length_for_two_hundred_places() -> None:
    draws = Draws(2)
    xy = np.rint(10_000 * np.column_stack([draws.uniform(name, 0, np.arange(200)) for name in "xy"]))
    lengths = np.rint(np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1)))
    lengths = np.maximum(lengths, lengths.T)
    plan = savings(lengths, np.zeros(199), [VehicleType(1)])
    assert len(plan.trips) == 1
    assert 0.95 < plan.length / tour_length(200, 1e8) < 1.12


def test_the_law_is_that_of_the_square_root() -> None:
    assert tour_length(100, 4.0) == 2 * tour_length(100, 1.0) == pytest.approx(2 * 0.774 * 10)
    assert tour_length(50, 1.0) < tour_length(75, 1.0) < tour_length(100, 1.0)
    assert tour_length(10**9, 1.0) / np.sqrt(1e9) == pytest.approx(0.7124, rel=1e-4)
    with pytest.raises(ValueError, match="below 10 places"):
        tour_length(9, 1.0)
    with pytest.raises(ValueError, match="above 0"):
        tour_length(30, 0.0)
