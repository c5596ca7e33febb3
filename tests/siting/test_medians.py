"""p-median: known answers, every choice of small instances, and a bound that holds."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.kernel.draws import Draws
from ecsim.kernel.errors import EcsimError
from ecsim.siting import p_median, read_pmed

LINE = np.abs(np.subtract.outer(np.array([0.0, 1.0, 2.0, 10.0, 11.0]), np.array([0.0, 1.0, 2.0, 10.0, 11.0])))
"""Five villages on a road, at 0, 1, 2, 10 and 11 km."""


def plane(n: int, seed: int) -> np.ndarray:
    draws = Draws(seed)
    x, y = (np.rint(100 * draws.uniform(name, 0, np.arange(n))) for name in ("x", "y"))
    return np.rint(np.hypot(x[:, None] - x, y[:, None] - y))


def every_choice(cost: np.ndarray, p: int) -> float:
    return min(float(cost[:, list(sites)].min(axis=1).sum()) for sites in combinations(range(cost.shape[1]), p))


def test_villages_on_a_road_worked_by_hand() -> None:
    one = p_median(LINE, 1)
    assert (one.sites.tolist(), one.value, one.optimal) == ([2], 2 + 1 + 0 + 8 + 9, True)  # the middle one
    two = p_median(LINE, 2)
    assert (two.value, two.bound, two.optimal) == (1 + 0 + 1 + 0 + 1, 3.0, True)
    assert 1 in two.sites  # the middle of the first three, and one of the others
    assert p_median(LINE, 5).value == 0.0
    heavy = p_median(LINE, 1, [1, 1, 1, 1, 100])
    assert (heavy.sites.tolist(), heavy.value) == ([4], 11 + 10 + 9 + 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 4))
def test_value_and_bound_hold_the_best_of_every_choice(seed: int, customers: int, p: int) -> None:
    table = plane(12, seed)[:customers, :8]
    weights = 1 + np.floor(9 * Draws(seed).uniform("weight", 0, np.arange(customers)))
    found, best = p_median(table, p, weights), every_choice(table * weights[:, None], p)
    assert len(found.sites) == p
    assert found.bound <= best <= found.value
    assert found.value == float((table * weights[:, None])[:, found.sites].min(axis=1).sum())
    if found.optimal:
        assert found.value == best
    assert not p_median(table, p, weights, iterations=0).value < best


def test_most_middling_instances_are_proved_and_all_are_the_integer_programmes_best() -> None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    proved = 0
    for seed in range(6):
        table, n, p = plane(30, seed), 30, 4
        assigned = np.kron(np.eye(n), np.ones(n))
        opened = np.hstack([-np.tile(np.eye(n), (n, 1)), np.eye(n * n)])
        exact = milp(
            np.concatenate([np.zeros(n), table.ravel()]),
            integrality=np.repeat([1, 0], [n, n * n]),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(np.hstack([np.zeros((n, n)), assigned]), 1, 1),
                LinearConstraint(opened, -np.inf, 0),
                LinearConstraint(np.concatenate([np.ones(n), np.zeros(n * n)])[None], p, p),
            ],
        )
        found = p_median(table, p)
        assert found.bound <= round(exact.fun) == found.value
        proved += found.optimal
    assert proved >= 3


def test_a_way_that_is_not_there_is_never_taken() -> None:
    apart = np.array([[0.0, 1.0, np.inf, np.inf], [1.0, 0.0, np.inf, np.inf], [np.inf, np.inf, 0.0, 5.0]])
    found = p_median(apart, 2, [10, 1, 1])
    assert (found.sites.tolist(), found.value) == ([0, 2], 1.0)
    with pytest.raises(ValueError, match="no 1 sites were found that reach every customer"):
        p_median(apart, 1)
    with pytest.raises(ValueError, match="a customer has no way"):
        p_median([[1.0], [np.inf]], 1)


@pytest.mark.parametrize(
    ("table", "p", "weights", "words"),
    [
        ([[1.0, 2.0]], 3, None, "there are 2 possible sites, so choose 1 to 2"),
        ([[1.0, 2.0]], 0, None, "p is 0"),
        ([1.0, 2.0], 1, None, "a row a customer"),
        ([[1.0, -2.0]], 1, None, "negative"),
        ([[1.0, 2.0]], 1, [1, 2], "give one number for each"),
        ([[1.0, 2.0]], 1, [-1], "weights holds a negative"),
    ],
)
def test_arguments_that_do_not_fit_are_told(table: list, p: int, weights: list | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        p_median(table, p, weights)


def test_a_file_of_the_or_library_is_read(tmp_path: Path) -> None:
    file = tmp_path / "made-up.txt"
    file.write_text(" 4 5 2\n 1 2 9\n 2 3 4\n 3 4 1\n 4 1 3\n 1 2 2\n")  # the last of the two from 1 to 2 counts
    instance = read_pmed(file)
    assert instance.p == 2
    assert instance.distances.tolist() == [[0, 2, 4, 3], [2, 0, 4, 5], [4, 4, 0, 1], [3, 5, 1, 0]]
    assert p_median(instance.distances, instance.p).value == 3.0  # 1 serves 2, and 3 serves 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4 2 2\n1 2 9\n", "holds 1 edges"), ("4 1 9\n1 2 9\n", "p = 9"), ("NAME : x\n", "numbers alone"),
        ("4 1 2\n1 7 9\n", "1 7 9"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_instance_is_told(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.txt"
    file.write_text(text)
    with pytest.raises(EcsimError, match=words):
        read_pmed(file)
    with pytest.raises(EcsimError, match="cannot be read"):
        read_pmed(tmp_path / "none.txt")
