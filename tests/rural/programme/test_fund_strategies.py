"""How a purse is placed: by expected gain a yuan or by shares of heads, within the limits (docs/model.md 4.10)."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.strategies import (
    Allocation,
    BenefitRanking,
    BudgetView,
    DefaultShares,
    FundStrategy,
    Purse,
    allotted_fen,
    purses,
)
from ecsim.rural.scenario import Funds
from tiny import tiny_scenario

CENTRES, CHAIN = "service_centre_share", "supply_chain_share"
"""Rules of part 4.1: centres at most 15 %, the supply chain at least half."""
HEADS = {
    ProjectKind.SERVICE_CENTRE: Category.SERVICE_CENTRE, ProjectKind.STATIONS: Category.STATIONS,
    ProjectKind.JOINT_DELIVERY: Category.LOGISTICS, ProjectKind.COLD_STORE: Category.SUPPLY_CHAIN,
    ProjectKind.PACKING_LINE: Category.SUPPLY_CHAIN, ProjectKind.BRAND: Category.BRAND,
    ProjectKind.TRAINING: Category.TRAINING,
}  # fmt: skip


def unit(kind: ProjectKind, cost: int, gain: float, *, county: int = 0, turn: int = 0) -> Candidate:
    """Return one unit of a kind of project."""
    return Candidate(
        kind=kind, category=HEADS[kind], county=county, prefecture=0, turn=turn, central_fen=cost, local_fen=0,
        social_fen=0, lead_weeks=1, gain=gain,
    )  # fmt: skip


def chosen(
    strategy: FundStrategy, money: int | tuple[int, ...], units: Sequence[Candidate], *, policy: str | None = None,
    **changes: Any,
) -> Allocation:  # fmt: skip
    """Return what a strategy makes of a purse: one county's own, or a prefecture's of several shares."""
    shares = money if isinstance(money, tuple) else (money,)
    name = policy or ("pooled_by_project" if len(shares) > 1 else "split_by_project")
    rules = tiny_scenario(
        {f"policy.{key.replace('__', '.')}": value for key, value in changes.items()}, policy=name
    ).policy
    purse = Purse(0, tuple(range(len(shares))), sum(shares), shares)
    expected = {candidate.key: candidate.gain for candidate in units}
    return strategy.allocate(BudgetView(purse, rules.funds, rules.rule_book, tuple(units), expected))


def kinds(made: Allocation) -> list[tuple[str, int, int]]:
    """Return kind, county and turn of what was chosen, in order."""
    return [(candidate.kind.name.lower(), candidate.county, candidate.turn) for candidate in made.chosen]


def test_projects_are_ranked_by_gain_a_yuan_worked_by_hand() -> None:
    # 100 yuan: a store at 40 for 0.8 (0.020), a line at 50 for 0.9 (0.018), a brand at 60 for 1.0 (0.0167). The store
    # and the line leave 10, too little for the brand, though store and brand together would have brought as much for
    # 100.
    units = [
        unit(ProjectKind.BRAND, 60, 1.0),
        unit(ProjectKind.PACKING_LINE, 50, 0.9),
        unit(ProjectKind.COLD_STORE, 40, 0.8),
    ]
    made = chosen(BenefitRanking(), 100, units)
    assert kinds(made) == [("cold_store", 0, 0), ("packing_line", 0, 0)]
    assert made.refused == []


def test_what_is_too_dear_is_passed_over_for_what_is_not() -> None:
    units = [unit(ProjectKind.BRAND, 60, 9.0), unit(ProjectKind.COLD_STORE, 40, 0.1)]
    assert kinds(chosen(BenefitRanking(), 59, units)) == [("cold_store", 0, 0)]


def test_units_of_a_kind_come_in_their_turn() -> None:
    # The second store ranks first, but there is no second without a first: it waits for it, and then enters.
    units = [unit(ProjectKind.COLD_STORE, 40, 0.1), unit(ProjectKind.COLD_STORE, 40, 0.9, turn=1)]
    assert kinds(chosen(BenefitRanking(), 100, units)) == [("cold_store", 0, 1), ("cold_store", 0, 0)]
    assert kinds(chosen(BenefitRanking(), 79, units)) == [("cold_store", 0, 0)]
    assert kinds(chosen(BenefitRanking(), 100, units[1:])) == []
    units = [unit(ProjectKind.COLD_STORE, 40, 0.9), unit(ProjectKind.COLD_STORE, 40, 0.1, turn=1)]
    assert kinds(chosen(BenefitRanking(), 100, units)) == [("cold_store", 0, 0), ("cold_store", 0, 1)]


@pytest.mark.parametrize(("cost", "refused"), [(150, []), (151, [CENTRES])])
def test_centres_get_fifteen_per_cent_at_most(cost: int, refused: list[str]) -> None:
    units = [unit(ProjectKind.SERVICE_CENTRE, cost, 5.0), unit(ProjectKind.COLD_STORE, 200, 1.0)]
    made = chosen(BenefitRanking(), 1000, units)
    assert [breach.rule for breach in made.refused] == refused
    assert len(made.chosen) == 2 - len(refused)


@pytest.mark.parametrize(("cost", "refused"), [(400, []), (401, [CHAIN])])
def test_half_of_what_is_planned_is_for_the_supply_chain(cost: int, refused: list[str]) -> None:
    # Stations for 100 and training for 400 are half of 1,000; the brand counts as supply chain.
    units = [
        unit(ProjectKind.BRAND, 500, 9.0), unit(ProjectKind.STATIONS, 100, 2.0), unit(ProjectKind.TRAINING, cost, 1.0),
    ]  # fmt: skip
    made = chosen(BenefitRanking(), 1000, units)
    assert [breach.rule for breach in made.refused] == refused
    assert len(made.chosen) == 3 - len(refused)


def test_logistics_counts_as_supply_chain_only_if_the_limits_say_so() -> None:
    units = [unit(ProjectKind.JOINT_DELIVERY, 600, 1.0)]  # nothing else is planned
    assert [breach.rule for breach in chosen(BenefitRanking(), 1000, units).refused] == [CHAIN]
    heads = {"rule_book__rules__supply_chain_share__heads": ["supply_chain", "brand", "logistics"]}
    assert len(chosen(BenefitRanking(), 1000, units, **heads).chosen) == 1


def test_a_pooled_purse_leaves_every_county_its_floor_worked_by_hand() -> None:
    # Two counties of 100 each, a floor of 30 %, 30 for county 1's store. Of county 0's at 40, four would use 160 of 200
    # and leave 40; a fifth would not leave the 30.
    units = [unit(ProjectKind.COLD_STORE, 40, 0.9 - 0.1 * turn, turn=turn) for turn in range(5)]
    units.append(unit(ProjectKind.COLD_STORE, 30, 0.1, county=1))
    made = chosen(BenefitRanking(), (100, 100), units, funds__floor_share=0.3)
    assert kinds(made) == [*(("cold_store", 0, turn) for turn in range(4)), ("cold_store", 1, 0)]
    assert kinds(chosen(BenefitRanking(), (100, 100), units, funds__floor_share=0.0)) == [
        ("cold_store", 0, turn) for turn in range(5)
    ]


def test_at_a_floor_of_one_pooling_holds_all_that_splitting_would_and_perhaps_more() -> None:
    rng = np.random.default_rng(1)
    units = [
        unit(kind, int(rng.integers(50, 400)), float(rng.random()) / (1 + turn), county=county, turn=turn)
        for kind in HEADS for county in (0, 1) for turn in range(3)
    ]  # fmt: skip
    pooled = {c.key for c in chosen(BenefitRanking(), (1000, 1000), units, funds__floor_share=1.0).chosen}
    for county in (0, 1):
        own = [candidate for candidate in units if candidate.county == county]
        rules = tiny_scenario(policy="split_by_project").policy
        purse = Purse(0, (county,), 1000, (1000,))
        view = BudgetView(purse, rules.funds, rules.rule_book, tuple(own), {c.key: c.gain for c in own})
        split = {c.key for c in BenefitRanking().allocate(view).chosen}
        assert split
        assert split <= pooled


def test_default_shares_fill_each_head_in_the_order_of_the_list_worked_by_hand() -> None:
    # 1,000: supply chain 0.35, brand 0.15, service centre 0.14, stations 0.11, logistics 0.17, training 0.08. A store
    # at 125 and a second one fill 350 but for 100; the brand at 150 fits its 150 exactly, the centre at 141 does not
    # fit 140; stations at 60 once, training at 80. What is left, 1,000 - 540 = 460, goes to the supply chain again: a
    # third store.
    units = [
        *(unit(ProjectKind.COLD_STORE, 125, 0.0, turn=turn) for turn in range(3)), unit(ProjectKind.BRAND, 150, 0.0),
        unit(ProjectKind.SERVICE_CENTRE, 141, 9.0), unit(ProjectKind.STATIONS, 60, 0.0),
        unit(ProjectKind.STATIONS, 60, 0.0, turn=1), unit(ProjectKind.TRAINING, 80, 0.0),
    ]  # fmt: skip
    made = chosen(DefaultShares(), 1000, units, policy="equal_split")
    assert kinds(made) == [
        ("cold_store", 0, 0), ("cold_store", 0, 1), ("stations", 0, 0), ("training", 0, 0), ("brand", 0, 0),
        ("cold_store", 0, 2),
    ]  # fmt: skip


def test_default_shares_do_not_look_at_gains() -> None:
    units = [unit(kind, 60, 0.0, turn=turn) for kind in HEADS for turn in range(3)]
    better = [unit(c.kind, c.central_fen, float(place), turn=c.turn) for place, c in enumerate(units)]
    made = [kinds(chosen(DefaultShares(), 1000, each, policy="equal_split")) for each in (units, better)]
    assert made[0] == made[1]
    assert made[0]


def supplies(unit: Candidate) -> bool:
    """Return whether a unit is of the supply chain, brands included."""
    return unit.category in (Category.SUPPLY_CHAIN, Category.BRAND)


def may_follow(unit: Candidate, taken: Sequence[Candidate], money: int, left: float) -> bool:
    """Return whether a plan with one more unit keeps the law but for the share of supply chain.

    Parameters
    ----------
    money : of which shares are
    left : that may be spent
    """
    after = [*taken, unit]
    centres = sum(c.central_fen for c in after if c.category == Category.SERVICE_CENTRE)
    spent = sum(c.central_fen for c in after)
    follows = unit.turn == 0 or any((t.kind, t.turn) == (unit.kind, unit.turn - 1) for t in taken)
    return spent <= left and follows and 100 * centres <= 15 * money


def may_enter(unit: Candidate, taken: Sequence[Candidate], money: int, left: float) -> bool:
    """Return whether a plan with one more unit keeps the law, written out as plainly as it can be."""
    after = [*taken, unit]
    chain = sum(c.central_fen for c in after if supplies(c))
    enough = supplies(unit) or 2 * chain >= sum(c.central_fen for c in after)
    return enough and may_follow(unit, taken, money, left)


def next_one(
    ranked: Sequence[Candidate], taken: Sequence[Candidate], money: int, left: float, in_line: bool
) -> Candidate | None:
    """Return the first that may enter; in line, none but supply chain passes one that lacks only supply chain."""
    held_up = False
    for unit in (unit for unit in ranked if unit not in taken and may_follow(unit, taken, money, left)):
        if may_enter(unit, taken, money, left) and (supplies(unit) or not held_up):
            return unit
        held_up = in_line
    return None


def taken_in_order(ranked: Sequence[Candidate], money: int, left: float) -> list[Candidate]:
    """Return the choice of one county's purse as it is made: again and again the next, in line and then out of it."""
    taken: list[Candidate] = []
    for in_line in (True, False):
        while one := next_one(ranked, taken, money, left, in_line):
            taken.append(one)
    return taken


def together(units: Sequence[Candidate]) -> float:
    """Return the gain of units a fen."""
    return sum(c.gain for c in units) / sum(c.central_fen for c in units)


def plainly(money: int, units: Sequence[Candidate]) -> list[tuple[int, int, int]]:
    """Return the choice of one county's purse, by the rank of best beginnings of what would enter, and of the rest."""
    ranked = sorted(units, key=lambda c: (-together([c]), c.key))
    rank, rest = {c.key: together([c]) for c in ranked}, taken_in_order(ranked, money, math.inf)
    while rest:
        best = max(range(1, len(rest) + 1), key=lambda many: together(rest[:many]))
        rank |= {c.key: together(rest[:best]) for c in rest[:best]}
        rest = rest[best:]
    ranked.sort(key=lambda c: -rank[c.key])
    taken = taken_in_order(ranked, money, money)
    return [candidate.key for candidate in ranked if candidate in taken]


UNITS = st.lists(
    st.tuples(st.sampled_from(list(HEADS)), st.integers(1, 400), st.floats(0.0, 2.0)), min_size=0, max_size=12,
    unique_by=lambda row: row[0],
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=UNITS, money=st.integers(1, 1500), turns=st.integers(1, 3))
def test_whatever_there_is_the_choice_is_the_plain_one_and_keeps_the_law(
    rows: list[tuple[ProjectKind, int, float]], money: int, turns: int
) -> None:
    units = [unit(kind, cost, gain / (1 + turn), turn=turn) for kind, cost, gain in rows for turn in range(turns)]
    made = chosen(BenefitRanking(), money, units).chosen
    assert [candidate.key for candidate in made] == plainly(money, units)
    assert not [unit.key for unit in units if unit not in made and may_enter(unit, made, money, money)]
    for strategy, policy in ((BenefitRanking(), "split_by_project"), (DefaultShares(), "equal_split")):
        keeps_the_law(chosen(strategy, money, units, policy=policy), money)


def keeps_the_law(made: Allocation, money: int) -> None:
    """Assert that no more is spent than there is, within both limits, and nothing twice."""
    fen: dict[Category, int] = defaultdict(int)
    for candidate in made.chosen:
        fen[candidate.category] += candidate.central_fen
    assert sum(fen.values()) <= money
    assert 100 * fen[Category.SERVICE_CENTRE] <= 15 * money
    others = sum(spent for head, spent in fen.items() if head not in (Category.SUPPLY_CHAIN, Category.BRAND))
    assert 2 * others <= sum(fen.values())
    keys = [candidate.key for candidate in made.chosen]
    assert len(set(keys)) == len(keys)
    assert not {breach.unit.key for breach in made.refused} & set(keys)


def funds(policy: str, **changes: Any) -> Funds:
    """Return the funds of a policy."""
    return tiny_scenario({f"policy.funds.{key}": value for key, value in changes.items()}, policy=policy).policy.funds


def held(funds: Funds, prefecture: np.ndarray[Any, Any], need: np.ndarray[Any, Any]) -> list[Purse]:
    """Return the purses of counties of these prefectures and needs."""
    return purses(funds, prefecture, allotted_fen(funds, prefecture, need))


def test_purses_hold_the_same_sum_a_county_whoever_holds_it() -> None:
    prefecture, need = np.array([0, 0, 1]), np.ones(3)
    pooled = held(funds("pooled_by_project"), prefecture, need)
    assert [(p.prefecture, p.counties, p.central_fen) for p in pooled] == [
        (0, (0, 1), 3_520_000_000), (1, (2,), 1_760_000_000),
    ]  # fmt: skip
    split = held(funds("equal_split"), prefecture, need)
    assert [(p.counties, p.central_fen) for p in split] == [((county,), 1_760_000_000) for county in range(3)]


def test_a_formula_shares_by_need_and_adds_up_to_the_fen() -> None:
    # Needs of 1, 2 and 4: 3 x 17.6 million yuan in sevenths, the fen that are left over go to the first.
    need, prefecture = np.array([1.0, 2.0, 4.0]), np.zeros(3, np.int32)
    found = [p.central_fen for p in held(funds("formula_split"), prefecture, need)]
    whole = 3 * 1_760_000_000
    assert sum(found) == whole
    assert found[1:] == [whole * 2 // 7, whole * 4 // 7]
    equal = held(funds("formula_split", split="equal"), prefecture, need)
    assert [p.central_fen for p in equal] == [1_760_000_000] * 3


def test_twice_the_money_is_twice_in_every_purse() -> None:
    need, prefecture = np.array([1.0, 2.0]), np.zeros(2, np.int32)
    once, twice = (held(funds("equal_split", multiplier=m), prefecture, need) for m in (1.0, 2.0))
    assert [2 * p.central_fen for p in once] == [p.central_fen for p in twice]
