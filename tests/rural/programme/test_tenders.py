"""Tenders: how many bid, what the cheapest asks and how good it is, against theory (docs/model.md 4.10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from ecsim.kernel.draws import Draws
from ecsim.rural.events.codes import Category, Level, ProjectKind
from ecsim.rural.events.funds import ProjectApproved
from ecsim.rural.programme.administration import ProcurementTerms
from ecsim.rural.programme.tenders import (
    MILLION_YUAN_FEN,
    Packages,
    best_bids,
    bidders,
    costs_rank,
    price,
    quality,
)
from ecsim.rural.region import Region
from ecsim.rural.scenario import PackageRule
from ecsim.rural.state import State
from tiny import made, tiny_region

MANY = 40_000


def terms(**values: float) -> ProcurementTerms:
    return replace(tiny_region()[0].terms.procurement, **values)


def packages(yuan: float) -> Packages:
    fen = np.full(MANY, round(yuan / 1e6 * MILLION_YUAN_FEN))
    return Packages(np.arange(MANY), fen, np.ones(MANY, np.int64))


def sure(mean: float, sd: float) -> object:
    """Return what the mean of many draws must be, by four standard errors."""
    return pytest.approx(mean, abs=4.0 * sd / np.sqrt(MANY))


@pytest.mark.parametrize(("many", "asked"), [(1, 1.0), (3, 0.9), (10, 0.8364)])
def test_the_equilibrium_price_is_that_of_a_first_price_tender(many: int, asked: float) -> None:
    """E price/B = 1 − S(K − 1)/(K + 1) with costs uniform on B[1 − S, 1]; the study's three."""
    spread = 0.2
    assert 1.0 - spread * (many - 1) / (many + 1) == pytest.approx(asked, abs=1e-4)
    rank = costs_rank(Draws(1).uniform("lowest_cost", 0, np.arange(MANY)), np.full(MANY, many))
    found = price(rank, np.full(MANY, many), spread)
    assert found.mean() == sure(asked, spread)
    assert found.max() <= 1.0
    assert rank.mean() == sure(1.0 / (many + 1), 1.0)


@given(some.integers(1, 30), some.floats(0.0, 0.4), some.floats(0.0, 1.0))
def test_a_bid_covers_its_cost_and_more_bidders_ask_less(many: int, spread: float, rank: float) -> None:
    asked = [float(price(np.array([rank]), np.array([k]), spread)[0]) for k in (many, many + 1)]
    cost = 1.0 - spread + spread * rank
    assert cost - 1e-12 <= asked[1] <= asked[0] <= 1.0 + 1e-12


def test_bids_are_best_answers() -> None:
    """Where others bid as they should, whoever asks more or less than that expects less."""
    many, spread, cost = 4, 0.2, 0.86
    others = 1.0 - spread + spread * np.random.default_rng(2).random((MANY, many - 1))
    lowest = (others + (1.0 - others) / many).min(axis=1)
    asked = np.linspace(cost, 1.0, 29)
    gain = np.array([((one - cost) * (one < lowest)).mean() for one in asked])
    best = cost + (1.0 - cost) / many
    assert asked[gain.argmax()] == pytest.approx(best, abs=0.015)


def offered(many: int, **values: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the cost ranks and times of bids that win among so many."""
    found = best_bids(packages(1e6), np.full(MANY, many), terms(**values), Draws(5))
    return found.rank, found.time


def test_where_times_do_not_differ_or_weigh_nothing_the_cheapest_wins() -> None:
    lowest = costs_rank(Draws(5).uniform("lowest_cost", 0, np.arange(MANY)), np.full(MANY, 6))
    for values in ({"time_spread": 0.0, "time_weight": 0.5}, {"time_spread": 0.4, "time_weight": 0.0}):
        rank, time = offered(6, **values)
        np.testing.assert_array_equal(rank, lowest)
        assert time.mean() == sure(1.0, values["time_spread"])
    assert not offered(6, time_spread=0.0)[1].std()


def test_where_costs_do_not_differ_the_fastest_wins() -> None:
    """The least of K uniform times on 1 ± D/2 has the mean 1 + D·(1/(K + 1) − 1/2)."""
    for many in (1, 4, 9):
        rank, time = offered(many, cost_spread=0.0, time_spread=0.4, time_weight=0.2)
        assert time.mean() == sure(1.0 + 0.4 * (1.0 / (many + 1) - 0.5), 0.4)
        assert 0.8 <= time.min() <= time.max() <= 1.2
        assert rank.min() >= 0.0


def test_the_winner_has_the_best_score_of_all_that_could_bid() -> None:
    """Against tenders in which every bidder is drawn by himself."""
    many, spread, weight = 5, 0.4, 0.3
    rng = np.random.default_rng(4)
    costs, times = rng.random((MANY, many)), 1.0 + spread * (rng.random((MANY, many)) - 0.5)
    score = price(costs, np.full((MANY, many), many), 0.2) + weight * times
    best = score.argmin(axis=1)
    rank, time = offered(many, cost_spread=0.2, time_spread=spread, time_weight=weight)
    assert rank.mean() == pytest.approx(costs[np.arange(MANY), best].mean(), abs=0.01)
    assert time.mean() == pytest.approx(times[np.arange(MANY), best].mean(), abs=0.004)


def test_time_that_weighs_more_is_shorter_and_costs_more() -> None:
    found = [offered(5, cost_spread=0.2, time_spread=0.4, time_weight=weight) for weight in (0.0, 0.2, 0.5)]
    assert [rank.mean() for rank, _ in found] == sorted(rank.mean() for rank, _ in found)
    times = [time.mean() for _, time in found]
    assert times == sorted(times, reverse=True)
    assert times[2] < times[0] - 0.05


@pytest.mark.parametrize(("expected", "void"), [(3.0, 0.42), (5.0, 0.12), (8.0, 0.01)])
def test_tenders_are_void_as_often_as_poisson_counts_are_below_three(expected: float, void: float) -> None:
    many = bidders(packages(1e6), terms(bidders=expected), Draws(3), np.zeros(MANY, np.int64))
    assert (many < 3).mean() == pytest.approx(void, abs=0.01)
    assert many.mean() == sure(expected, np.sqrt(expected))


def test_more_money_draws_more_bidders_and_the_second_time_somebody_is_there() -> None:
    never, again = np.zeros(MANY, np.int64), np.ones(MANY, np.int64)
    found = [bidders(packages(yuan), terms(bidders=5.0), Draws(3), never).mean() for yuan in (1e5, 1e6, 1e7)]
    assert found == [sure(5.0 * 10.0 ** (0.2 * power), 3.0) for power in (-1, 0, 1)]
    second = bidders(packages(1e4), terms(bidders=2.0), Draws(3), again)
    assert second.min() == 1
    assert not np.array_equal(second, bidders(packages(1e4), terms(bidders=2.0), Draws(3), never))


def test_the_cheapest_save_on_quality_the_less_the_more_it_weighs() -> None:
    rank = np.array([0.0, 0.5, 1.0])
    assert quality(rank, 0.1, 0.4).tolist() == pytest.approx([0.97, 1.0, 1.03])
    assert quality(rank, 0.0, 0.4).tolist() == [1.0, 1.0, 1.0]
    assert np.ptp(quality(rank, 0.3, 0.7)) < np.ptp(quality(rank, 0.3, 0.0)) == pytest.approx(0.3)


def planned() -> Region:
    """Return a region with two projects of county 0, three of county 1 and one of both."""
    region, _ = tiny_region()
    county = np.array([0, 0, 1, 1, 1, -1])
    level = np.where(county < 0, int(Level.PREFECTURE), int(Level.COUNTY))
    region.world.publish(
        made(
            ProjectApproved, project=np.arange(6), project_kind=int(ProjectKind.COLD_STORE), level=level, county=county,
            turn=[0, 1, 0, 1, 2, 0], category=int(Category.SUPPLY_CHAIN), central_fen=[10, 20, 40, 80, 160, 320],
            local_fen=1, social_fen=2, package=-1,
        )
    )  # fmt: skip
    return region


def grouped(state: State, rule: PackageRule, *, pooled: bool) -> list[tuple[int, int, int]]:
    found = Packages.of(state, np.arange(6), rule, pooled=pooled)
    groups = np.unique(found.key, return_inverse=True)[1]
    return list(zip(groups.tolist(), found.contracts.tolist(), found.budget_fen.tolist(), strict=True))


def test_packages_are_single_projects_those_of_a_county_or_those_of_a_purse() -> None:
    state = planned().world.state
    one = [(row, 1, 10 * 2**row + 3) for row in range(6)]
    assert sorted(grouped(state, "project", pooled=True)) == sorted(one)
    area = [(0, 2, 36)] * 2 + [(1, 3, 289)] * 3 + [(2, 1, 323)]
    assert [group[1:] for group in grouped(state, "area", pooled=True)] == [group[1:] for group in area]
    assert grouped(state, "area", pooled=True) == grouped(state, "whole", pooled=False)
    assert grouped(state, "whole", pooled=True) == [(0, 6, 648)] * 6
