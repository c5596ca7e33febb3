"""Coverage and fewest sites: worked answers, and every choice of small instances."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.kernel.draws import Draws
from ecsim.siting import by_new_coverage, coverage, fewest

ROAD = np.array([0.0, 2.9, 5.8, 20.0, 40.0, 42.5])
"""Six villages on a road, km."""
APART = np.abs(np.subtract.outer(ROAD, ROAD))
HOUSEHOLDS = [2, 1, 1, 4, 3, 1]


def test_the_most_that_sites_cover_worked_by_hand() -> None:
    found = coverage(APART, 1, 3.0, HOUSEHOLDS)
    assert (found.value, found.bound, found.optimal) == (4.0, 4.0, True)  # 0, 1, 2; or 3; or 4 and 5
    assert coverage(APART, 2, 3.0, HOUSEHOLDS).value == 8.0
    three = coverage(APART, 3, 3.0, HOUSEHOLDS)
    assert (three.value, three.sites[:2].tolist()) == (12.0, [1, 3])
    assert coverage(APART, 1, 3.0, HOUSEHOLDS, served=[1, 1, 1, 1, 0, 0]).value == 12.0
    assert coverage(APART, 1, 3.0, HOUSEHOLDS, served=[1, 1, 1, 1, 0, 0]).sites[0] in (4, 5)


def test_greedy_order_falls_short_where_the_exact_choice_does_not() -> None:
    # The middle of four covers most at once, 2 of each pair; the two ends then cover all six.
    near = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 0]], np.bool_)
    assert by_new_coverage(near, np.ones(6)).tolist()[0] == 2
    exact = coverage(np.where(near.T, 1.0, 9.0), 2, 1.0)
    assert (exact.sites.tolist(), exact.value, exact.optimal) == ([0, 1], 6.0, True)


def test_the_fewest_sites_worked_by_hand() -> None:
    half = fewest(APART, 3.0, [(None, 0.5)])  # the second covers three of six
    assert (half.sites.tolist(), half.value, half.optimal) == ([1], 1.0, True)
    poor = np.array([0, 0, 0, 1, 1, 0])
    both = fewest(APART, 3.0, [(None, 0.5), (poor, 0.5)])
    assert both.value == 2.0
    assert fewest(APART, 3.0, [(None, 1.0)]).value == 3.0
    assert fewest(APART, 3.0, [(None, 0.0)]).value == 0.0
    assert fewest(APART, 3.0, [(None, 1.0)], served=[1, 1, 1, 0, 0, 0]).value == 2.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_no_choice_of_a_small_instance_is_better(seed: int, p: int) -> None:
    draws = Draws(seed)
    xy = np.column_stack([draws.uniform(name, 0, np.arange(9)) for name in "xy"])
    table = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))[:, :7]
    weights = 1 + np.floor(9 * draws.uniform("weight", 0, np.arange(9)))
    served = draws.uniform("served", 0, np.arange(9)) < 0.2

    def covers(sites: tuple[int, ...]) -> np.ndarray:
        return (table[:, list(sites)] <= 0.3).any(axis=1) | served

    best = max(float(weights[covers(sites)].sum()) for sites in combinations(range(7), p))
    found = coverage(table, p, 0.3, weights, served=served)
    assert (found.value, found.optimal, len(found.sites)) == (best, True, p)
    poor = draws.uniform("poor", 0, np.arange(9)) < 0.4
    most = covers(tuple(range(7)))
    share, of_poor = 0.8 * most.mean(), 0.8 * (most & poor).sum() / max(1, poor.sum())
    few = fewest(table, 0.3, [(None, share), (poor, of_poor)], served=served)
    enough = [
        size for size in range(8) for sites in combinations(range(7), size)
        if covers(sites).mean() >= share - 1e-12 and (covers(sites) & poor).sum() >= of_poor * poor.sum() - 1e-12
    ]  # fmt: skip
    assert (few.value, few.optimal) == (min(enough), True)


def test_a_share_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(ValueError, match=r"share 2 is 0\.9; all sites together serve 0\.5 of it"):
        fewest(APART[:, :3], 3.0, [(None, 0.5), (np.ones(6), 0.9)])
    with pytest.raises(ValueError, match="reach is -1"):
        coverage(APART, 1, -1.0)
    with pytest.raises(ValueError, match="one flag for each"):
        coverage(APART, 1, 3.0, served=[True])
