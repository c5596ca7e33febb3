"""Who fills jobs: a weighted draw without replacement whose expectation no sample changes (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.commerce.labour import fill_jobs

MANY = 20_000


def filled(odds: np.ndarray, jobs: int, weight: int = 1, seed: int = 0, start: np.ndarray | None = None) -> np.ndarray:
    """Return how many jobs each row of one place has."""
    luck = np.random.default_rng(seed).uniform(1e-9, 1, len(odds)) if start is None else start
    place = np.zeros(len(odds), np.int32)
    found = fill_jobs(place, np.full(len(odds), weight), luck, odds, np.array([jobs]))
    assert found.turn.tolist() == list(range(len(found.turn)))
    return np.bincount(found.household, minlength=len(odds))


def expected_share(odds: np.ndarray, jobs: int, first: np.ndarray) -> float:
    """Return the share of jobs expected of some workers: whose exponential clocks ring until all jobs are filled."""
    low, high = 0.0, 1e3
    for _ in range(200):
        until = (low + high) / 2
        low, high = (until, high) if -np.expm1(-odds * until).sum() < jobs else (low, until)
    rung = -np.expm1(-odds * low)
    return float(rung[first].sum() / rung.sum())


@pytest.mark.parametrize("jobs", [100, 5_000, 15_000])
def test_shares_are_those_of_exponential_clocks(jobs: int) -> None:
    """A poor worker half an hour from the seat, say, has e^(1.5 - 0.5) times the odds of another two hours off."""
    near = np.arange(MANY) < MANY // 4
    odds = np.where(near, np.exp(1.0), 1.0)
    share = expected_share(odds, jobs, near)
    got = np.mean([filled(odds, jobs, seed=seed)[near].sum() / jobs for seed in range(10)])
    assert got == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / jobs / 10))
    assert share > 0.25


def test_alike_workers_have_their_share() -> None:
    near = np.arange(MANY) < MANY // 4
    got = np.mean([filled(np.ones(MANY), 400, seed=seed)[near].sum() / 400 for seed in range(20)])
    assert got == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 8000))


@pytest.mark.parametrize("weight", [20, 200])
def test_a_row_that_stands_for_many_has_the_jobs_of_many(weight: int) -> None:
    """The share of a group is the same whether its households are rows of their own or stood for."""
    rows, jobs = MANY // weight, 1_000
    near = np.arange(rows) < rows // 4
    odds = np.where(near, 3.0, 1.0)
    all_of = np.repeat(odds, weight)
    share = expected_share(all_of, jobs, np.repeat(near, weight))
    got = np.mean([filled(odds, jobs, weight, seed)[near].sum() / jobs for seed in range(20)])
    assert got == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / jobs / 20))


def test_more_jobs_take_nobodys_away() -> None:
    odds = np.random.default_rng(1).lognormal(0, 1, 500)
    luck = np.random.default_rng(2).uniform(1e-9, 1, 500)
    before = np.zeros(500, int)
    for jobs in (0, 1, 7, 100, 1_900, 2_000, 5_000):
        now = filled(odds, jobs, 4, start=luck)
        assert now.sum() == min(jobs, 2_000)
        assert (now >= before).all()
        before = now


def test_places_do_not_touch_each_other() -> None:
    luck = np.random.default_rng(3).uniform(1e-9, 1, 300)
    place, odds = np.arange(300, dtype=np.int32) % 3, np.ones(300)
    both = fill_jobs(place, np.full(300, 2), luck, odds, np.array([10, 0, 500]))
    assert np.bincount(both.place, minlength=3).tolist() == [10, 0, 200]
    alone = fill_jobs(place, np.full(300, 2), luck, odds, np.array([10, 0, 0]))
    assert alone.household.tolist() == both.household[both.place == 0].tolist()


def test_where_nobody_is_free_nobody_works() -> None:
    found = fill_jobs(np.zeros(3, np.int32), np.zeros(3, np.int64), np.full(3, 0.5), np.ones(3), np.array([4]))
    assert not len(found.household)
