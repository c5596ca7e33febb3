"""Plans against the best lawful ones: the cases worked by enumeration, floors, bounds, sizes that are real (4.10)."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import FEN, Case, book, lawful_plans, unit, view, without_shares

from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.optimised import Optimised
from ecsim.rural.programme.rule_book import Book, Purse
from ecsim.rural.programme.strategies import BenefitRanking, FundStrategy

POOLED = (("aC3", 6.0), ("bC3", 4.0), ("aS8", 8.0), ("bS8", 4.0))
FIVE = (("aS6", 12.0), ("aS6", 9.0), ("aS6", 6.0), ("bS5", 3.0), ("bS2", 1.0))
CASES = [
    # Both limits are met exactly; a centre a fen dearer is refused, and nothing else fits as well.
    (Case((20,), (("aC3", 5.0), ("aS10", 9.0), ("aO7", 6.0))), "county", 0.0, 20.0, 20.0),
    (Case((20,), (("aC3.01", 5.0), ("aS10", 9.0), ("aO7", 6.0))), "county", 0.0, 15.0, 15.0),
    (Case((10,), (("aO4", 8.0), ("aO3", 5.0), ("aS4", 4.0), ("aS3", 2.0))), "county", 0.0, 12.0, 12.0),
    (Case((10,), (("aS6", 6.6), ("aS5", 5.0), ("aS5", 5.0))), "county", 0.0, 10.0, 6.6),
    (Case((10, 10), POOLED), "purse", 0.0, 18.0, 18.0),
    (Case((10, 10), POOLED), "county", 0.0, 12.0, 12.0),
    (Case((10, 10), FIVE), "purse", 0.0, 28.0, 28.0),
    (Case((10, 10), FIVE), "purse", 0.5, 25.0, 25.0),
    # What county b cannot use of its floor returns to the purse.
    (Case((10, 10), (*FIVE[:3], FIVE[4])), "purse", 0.5, 28.0, 28.0),
]


@pytest.mark.parametrize(("case", "level", "floor", "best", "ranked"), CASES)
def test_the_cases_worked_by_enumeration(case: Case, level: str, floor: float, best: float, ranked: float) -> None:
    units = case.candidates()
    seen = view(case.purse, units, book(level=level), floor=floor)
    enumerated = max(seen.gain(plan) for plan in lawful_plans(case.purse, units, level=level, floor=floor))
    solved = Optimised().allocate(seen)
    assert enumerated == pytest.approx(best)
    assert seen.gain(BenefitRanking().allocate(seen).chosen) == pytest.approx(ranked)
    assert seen.gain(solved.chosen) == pytest.approx(best)
    assert solved.bound is not None
    assert solved.bound >= best - 1e-9


def test_two_counties_and_one_purse_of_200_place_all_200() -> None:
    """Floors of 50 each are a reserve, no books of their own: 70 and 60 of one county, 50 and 20 of the other."""
    case = Case((100, 100), (("aS70", 7.0), ("aS60", 5.0), ("bS50", 4.0), ("bS20", 1.0)))
    seen = view(case.purse, case.candidates(), without_shares(), floor=0.5)
    assert sum(c.central_fen for c in BenefitRanking().allocate(seen).chosen) == 200 * FEN


COUNTY = st.lists(st.integers(1, 90), min_size=0, max_size=3)


@settings(max_examples=80, deadline=None)
@given(
    costs=st.tuples(COUNTY, COUNTY),
    floor=st.sampled_from((0.0, 0.3, 0.5, 1.0)),
    shares=st.tuples(st.integers(20, 120), st.integers(20, 120)),
    seed=st.integers(0, 99),
)
def test_a_floor_holds_money_back_only_while_its_county_could_use_it(
    costs: tuple[list[int], list[int]], floor: float, shares: tuple[int, int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    named = [(f"{county}S{cost}", float(rng.random())) for county, own in zip("ab", costs, strict=True) for cost in own]
    case = Case(shares, tuple(named))
    units, purse = case.candidates(), case.purse
    seen = view(purse, units, without_shares(), floor=floor)
    made = BenefitRanking().allocate(seen).chosen
    spent = sum(c.central_fen for c in made)
    left = [c for c in units if c not in made]
    # Nothing that is left could be paid from what is left: every lawful plan that holds this one is this one.
    assert all(spent + c.central_fen > purse.central_fen for c in left)
    if sum(c.central_fen for c in units) <= purse.central_fen:
        assert not left
    # A county that has less than its floor lacks it by less than one of its units, or than what no sum of units fills.
    for county, share in zip(purse.counties, purse.shares_fen, strict=True):
        own = sum(c.central_fen for c in made if c.county == county)
        lacking = [c.central_fen for c in left if c.county == county]
        if own < floor * share and lacking:
            assert own + min(lacking) > round(floor * share)


KINDS = (
    ("C", 0, 2.4, 1), ("O", 2, 2.0, 1), ("O", 1, 0.9, 1), ("O", 0, 0.12, 20), ("O", 3, 0.05, 20), ("S", 0, 0.125, 24),
    ("S", 1, 0.45, 16), ("S", 2, 0.3, 16),
)  # fmt: skip
"""Class, kind, million yuan a unit, units of a county: together 25 million yuan."""


def instance(rng: np.random.Generator, counties: int, million: float, most: int = 24) -> tuple[Purse, list[Candidate]]:
    """Return a purse of so many million yuan a county, and candidates as dear and as many as real counties'."""
    shares = (round(million * 1e8),) * counties
    units: list[Candidate] = []
    for county in range(counties):
        for of_class, which, cost, many in KINDS:
            worth = cost * float(rng.lognormal(0.0, 0.5))
            one = unit("a", of_class, 1.0, 1.0, which=which)
            units += [
                replace(one, county=county, turn=turn, central_fen=round(cost * 1e8), gain=worth / (1.0 + 0.1 * turn))
                for turn in range(min(many, most))
            ]
    return Purse(0, tuple(range(counties)), sum(shares), shares), units


@pytest.mark.parametrize(("level", "floor"), [("county", 0.0), ("purse", 0.0), ("purse", 0.9)])
def test_the_ranking_is_within_a_third_of_a_per_cent_of_the_bound_at_the_real_size(level: str, floor: float) -> None:
    rng, below = np.random.default_rng(7), []
    for _ in range(6):  # at the county's level the sixth was 1.7 % below while what waits was ranked alone
        purse, units = instance(rng, 8, 17.6)
        seen = view(purse, units, book(level=level), floor=floor, choice="optimised")
        ranked, solved = seen.gain(BenefitRanking().allocate(seen).chosen), Optimised(nodes=20).allocate(seen)
        assert solved.bound is not None
        assert ranked <= seen.gain(solved.chosen) <= solved.bound * (1 + 1e-9)
        below.append(1.0 - ranked / solved.bound)
    assert np.max(below) < 0.003


def test_a_small_purse_needs_the_solver() -> None:
    rng, better = np.random.default_rng(3), []
    for _ in range(5):
        purse, units = instance(rng, 1, 4.4)
        seen = view(purse, units, book())
        better.append(seen.gain(Optimised().allocate(seen).chosen) / seen.gain(BenefitRanking().allocate(seen).chosen))
    assert min(better) >= 1.0
    assert np.mean(better) > 1.002


@pytest.mark.parametrize("strategy", [BenefitRanking(), Optimised()], ids=["ranked", "optimised"])
def test_what_a_strategy_writes_is_approved_whole(strategy: FundStrategy) -> None:
    rng = np.random.default_rng(11)
    for floor, level in ((0.0, "county"), (0.5, "purse"), (1.0, "county")):
        purse, units = instance(rng, 3, 5.0)
        seen = view(purse, units, book(level=level), floor=floor)
        chosen = strategy.allocate(seen).chosen
        made = examined(chosen, Book(seen.rules, purse, floor_share=floor))
        assert (made.entered, made.breaches) == (chosen, [])


def test_splitting_is_below_pooling_with_limits_by_county_and_that_below_limits_by_purse() -> None:
    """Arithmetic, not a finding: each is a larger set of lawful plans."""
    rng = np.random.default_rng(5)
    for _ in range(4):
        purse, units = instance(rng, 2, 5.0, 6)
        split = 0.0
        for county, share in zip(purse.counties, purse.shares_fen, strict=True):
            own = view(Purse(0, (county,), share, (share,)), [c for c in units if c.county == county], book())
            split += own.gain(Optimised().allocate(own).chosen)
        pooled = [
            Optimised().allocate(seen) for seen in (view(purse, units, book(level=lv)) for lv in ("county", "purse"))
        ]
        gains = [sum(c.gain for c in made.chosen) for made in pooled]
        assert split <= gains[0] * 1.0002
        assert gains[0] <= gains[1] * 1.0002


def test_the_solver_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Its library writes to the process's own standard output now and then, past Python's: of this purse, say."""
    purse, units = instance(np.random.default_rng(0), 3, 12.0)
    Optimised(nodes=200).allocate(view(purse, units, book(), floor=0.3))
    sys.stdout.write("after it\n")
    assert capfd.readouterr() == ("after it\n", "")


def test_the_ranking_of_all_counties_takes_a_moment() -> None:
    purse, units = instance(np.random.default_rng(2), 40, 17.6)
    seen = view(purse, units, book(level="purse"))
    begun = time.perf_counter()
    BenefitRanking().allocate(seen)
    assert time.perf_counter() - begun < 5.0
    assert len(units) > 3900


def test_a_large_unit_is_not_starved_by_small_ones_of_lower_rank() -> None:
    """It waits for supply chain in its place: what is ranked below it does not eat the room that it waits for."""
    small = [unit("a", "O", 0.5, 0.1, which=1, turn=turn) for turn in range(8)]
    supply = [unit("a", "S", 1.0, 1.0, which=0, turn=turn) for turn in range(4)]
    large = unit("a", "O", 3.0, 9.0)
    order = [large, *(each for pair in zip(supply, small, strict=False) for each in pair), *small[4:]]
    purse = Case((6.5,), ()).purse
    made = examined(order, Book(book(), purse))
    assert large in made.entered
    # Where supply chain never suffices for it, the others are not held up.
    poor = examined([large, supply[0], *small], Book(book(), purse))
    assert [each.key for each in poor.entered] == [supply[0].key, small[0].key, small[1].key]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_plan_that_is_lawful_as_a_whole_enters_whole_in_any_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    supply = [unit("ab"[int(rng.integers(2))], "S", float(rng.integers(1, 9)), 1.0, turn=turn) for turn in range(8)]
    spent = {county: sum(u.central_fen for u in supply if u.county == county) for county in (0, 1)}
    others = []
    for turn in range(8):
        each = unit("ab"[int(rng.integers(2))], "O", float(rng.integers(1, 9)), 1.0, turn=turn)
        if each.central_fen <= spent[each.county]:
            spent[each.county] -= each.central_fen
            others.append(each)
    plan = [(supply + others)[place] for place in rng.permutation(len(supply) + len(others))]
    made = examined(plan, Book(book(), Case((100, 100), ()).purse))
    assert made.entered == plan
