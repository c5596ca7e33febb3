"""The rule book: limits on central money by county or purse; a breach is refused, or let through and flagged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import book

from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.events.funds import ProjectApproved, ProjectRefused
from ecsim.rural.programme.candidates import Candidate, PlannedTerms
from ecsim.rural.programme.examination import examined
from ecsim.rural.programme.rule_book import Book, Facts, Purse
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.units import FIRST_SHARED_PLACE
from tiny import take, tiny_region

PLANS_WEEK = 3
"""The week of the plan, from the Monday before the first money."""


def of_purse(
    shares: tuple[int, ...], counties: tuple[int, ...] = (0,), facts: Facts | None = None, **changes: Any
) -> Book:
    """Return the empty book of a purse, with values of the shipped rule book changed."""
    return Book(book(**changes), Purse(0, counties, sum(shares), shares), facts)


TURNS = count()


def unit(cost: int, category: Category, county: int = 0, turn: int | None = None, **columns: Any) -> Candidate:
    """Return a unit, another one each time it is called unless its turn is given."""
    turn = next(TURNS) if turn is None else turn
    values = {"kind": ProjectKind.MARKETING, "local_fen": 0, "social_fen": 0, "lead_weeks": 0, "gain": 1.0}
    return Candidate(
        **values | columns, category=category, county=county, prefecture=0, turn=turn, central_fen=cost
    )  # fmt: skip


def broken(held: Book, of: Candidate) -> tuple[str, int] | None:
    """Return the rule that a unit breaks and what would cure it, if it breaks one."""
    breach = held.breach(of)
    return None if breach is None else (breach.rule, breach.over_fen)


def test_a_limit_is_met_exactly_and_broken_by_a_fen() -> None:
    held = of_purse((2000,))
    held.enter(unit(1000, Category.SUPPLY_CHAIN))
    assert broken(held, unit(300, Category.SERVICE_CENTRE)) is None
    assert broken(held, unit(301, Category.SERVICE_CENTRE)) == ("service_centre_share", 1)
    held.enter(unit(300, Category.SERVICE_CENTRE, turn=1))
    assert broken(held, unit(700, Category.LOGISTICS, turn=2)) is None
    assert broken(held, unit(701, Category.LOGISTICS, turn=2)) == ("supply_chain_share", 1)
    assert broken(held, unit(700, Category.BRAND, turn=2)) is None
    assert broken(held, unit(701, Category.BRAND, turn=2)) == ("within_purse", 1)


def test_a_share_that_no_float_holds_is_met_exactly_in_whole_fen() -> None:
    """15 % of 17.6 m yuan is 2.64 m; 0.15 in floats times 1,760,000,000 fen is not."""
    held = of_purse((1_760_000_000,))
    held.enter(unit(900_000_000, Category.SUPPLY_CHAIN))
    assert broken(held, unit(264_000_000, Category.SERVICE_CENTRE)) is None
    assert broken(held, unit(264_000_001, Category.SERVICE_CENTRE)) == ("service_centre_share", 1)


def test_a_plan_of_ten_per_cent_centres_and_nothing_else_has_no_supply_chain() -> None:
    centre = unit(200, Category.SERVICE_CENTRE)
    made = examined([centre], of_purse((2000,)))
    assert (made.entered, [(breach.rule, breach.over_fen) for breach in made.breaches]) == (
        [],
        [("supply_chain_share", 200)],
    )
    chain = unit(200, Category.SUPPLY_CHAIN, turn=1)
    assert examined([centre, chain], of_purse((2000,))).entered == [centre, chain]
    assert examined([chain, centre], of_purse((2000,))).entered == [chain, centre]


def test_logistics_counts_as_supply_chain_where_the_rule_says_so() -> None:
    held = of_purse((2000,), rules={"supply_chain_share": {"heads": ["supply_chain", "brand", "logistics"]}})
    assert broken(held, unit(2000, Category.LOGISTICS)) is None
    assert broken(held, unit(1001, Category.TRAINING)) == ("supply_chain_share", 1001)


def test_a_purse_may_place_in_one_county_what_each_county_alone_may_not() -> None:
    centre = unit(300, Category.SERVICE_CENTRE, county=7)
    by_county, by_purse = (of_purse((1000, 1000), (4, 7), level=level) for level in ("county", "purse"))
    for held in (by_county, by_purse):
        held.enter(unit(500, Category.SUPPLY_CHAIN, county=7, turn=1))
    assert broken(by_county, centre) == ("service_centre_share", 150)
    assert broken(by_purse, centre) is None
    by_purse.enter(centre)
    assert broken(by_purse, unit(1, Category.SERVICE_CENTRE, county=4)) == ("service_centre_share", 1)


def test_a_shared_project_counts_in_each_county_by_its_allotment() -> None:
    held = of_purse((1000, 3000), (4, 7))
    held.enter(unit(1200, Category.SUPPLY_CHAIN, county=-1))  # 300 and 900
    assert broken(held, unit(300, Category.TRAINING, county=4)) is None
    assert broken(held, unit(301, Category.TRAINING, county=4)) == ("supply_chain_share", 1)
    assert broken(held, unit(901, Category.TRAINING, county=7)) == ("supply_chain_share", 1)
    assert broken(held, unit(1200, Category.TRAINING, county=-1, turn=1)) is None


def test_nothing_is_supported_twice_neither_in_the_plan_nor_what_exists() -> None:
    kind = int(ProjectKind.MARKETING)
    facts = Facts(existing={(kind, 0): 1, (kind, FIRST_SHARED_PLACE): 2})
    held = of_purse((1000, 1000), (0, 1), facts)
    for turn in (0, 1):  # of its prefecture two serve each county
        for county in (-1, 0, 1):
            assert broken(held, unit(10, Category.SUPPLY_CHAIN, county, turn)) == ("nothing_twice", 10)
    assert broken(held, unit(10, Category.SUPPLY_CHAIN, 0, 0, terms=PlannedTerms(reuses=True))) is None
    third = unit(10, Category.SUPPLY_CHAIN, 0, 2)
    assert broken(held, third) is None
    held.enter(third)
    assert broken(held, third) == ("nothing_twice", 10)


@pytest.mark.parametrize("shared_first", [True, False])
def test_of_what_serves_all_a_prefecture_has_one_or_its_counties_have_theirs(shared_first: bool) -> None:
    kind = int(ProjectKind.MARKETING)
    shared, own = unit(100, Category.SUPPLY_CHAIN, county=-1), [unit(10, Category.SUPPLY_CHAIN, at) for at in (0, 1)]
    made = examined(
        [shared, *own] if shared_first else [*own, shared], of_purse((500, 500), (0, 1), Facts(whole=frozenset({kind})))
    )
    assert made.entered == ([shared] if shared_first else own)
    assert [(breach.rule, breach.over_fen) for breach in made.breaches] == (
        [("nothing_twice", 10)] * 2 if shared_first else [("nothing_twice", 100)]
    )
    assert examined([shared, *own], of_purse((500, 500), (0, 1))).entered == [shared, *own]  # capacity adds up


def test_the_limits_of_a_program_hold_a_shared_one_against_each_of_the_counties_own() -> None:
    kind = int(ProjectKind.MARKETING)
    units = [unit(10, Category.SUPPLY_CHAIN, county=-1), *(unit(10, Category.SUPPLY_CHAIN, at) for at in (0, 1))]
    rows = of_purse((500, 500), (0, 1), Facts(whole=frozenset({kind}))).rows(units)
    assert ([1.0, 1.0, 0.0], 1.0) in rows
    assert ([1.0, 0.0, 1.0], 1.0) in rows
    assert not any(most == 1.0 for _, most in of_purse((500, 500), (0, 1)).rows(units))


def test_a_unit_named_four_times_enters_once_and_is_refused_three_times() -> None:
    centre, chain = unit(100, Category.SERVICE_CENTRE), unit(100, Category.SUPPLY_CHAIN)
    made = examined([centre, centre, chain, centre, centre], of_purse((2000,)))
    assert made.entered == [centre, chain]
    assert [(breach.rule, breach.over_fen) for breach in made.breaches] == [("nothing_twice", 100)] * 3


def test_forbidden_uses_are_refused_by_kind_or_by_what_a_kind_spends_on() -> None:
    names = (*Facts().names, "work_expenses")
    facts = Facts(names, uses={int(ProjectKind.MARKETING): frozenset({"signs", "bought_traffic"})})
    for bad in (unit(10, Category.SUPPLY_CHAIN), unit(10, Category.OTHER, kind=len(names) - 1)):
        assert broken(of_purse((1000,), facts=facts), bad) == ("forbidden_uses", 10)
    assert broken(of_purse((1000,)), unit(10, Category.SUPPLY_CHAIN)) is None


def test_what_its_owner_keeps_for_itself_is_refused() -> None:
    everybody_s, one_s = of_purse((1000,), facts=Facts(exclusive=True)), of_purse((1000,))
    alone = PlannedTerms(cooperative=3, exclusive=True)
    assert broken(everybody_s, unit(10, Category.SUPPLY_CHAIN)) == ("open_access", 10)
    assert broken(one_s, unit(10, Category.SUPPLY_CHAIN, terms=alone)) == ("open_access", 10)
    assert broken(one_s, unit(10, Category.SUPPLY_CHAIN, terms=replace(alone, exclusive=False))) is None
    assert broken(one_s, unit(10, Category.BRAND, terms=alone)) is None


def test_training_costs_at_most_so_much_a_person_time() -> None:
    training = {"kind": ProjectKind.TRAINING, "quantity": 500}
    held = of_purse((100_000_000_000,))
    held.enter(unit(50_000_000_000, Category.SUPPLY_CHAIN))
    dearest = 500 * 800 * 100
    assert broken(held, unit(dearest, Category.TRAINING, **training)) is None
    assert broken(held, unit(dearest + 7, Category.TRAINING, **training)) == ("training_cost", 7)


def test_a_unit_of_other_counties_or_shared_by_a_county_s_own_purse_is_not_paid() -> None:
    own = Book(book(), Purse(0, (3,), 1000, (1000,), shared=False))
    for foreign in (unit(10, Category.SUPPLY_CHAIN, county=4), unit(10, Category.SUPPLY_CHAIN, county=-1)):
        assert broken(own, foreign) == ("within_purse", 10)


COSTS = st.tuples(st.sampled_from(list(Category)), st.integers(1, 400), st.integers(-1, 1))


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(COSTS, max_size=14),
    floor=st.sampled_from((0.0, 0.5, 1.0)),
    level=st.sampled_from(("county", "purse")),
)
def test_what_enters_is_lawful_nothing_more_would_be_and_it_enters_whole_again(
    rows: list[tuple[Category, int, int]], floor: float, level: str
) -> None:
    units = [unit(cost, category, county, turn) for turn, (category, cost, county) in enumerate(rows)]
    purse, rules = Purse(0, (0, 1), 1000, (400, 600)), book(level=level)
    held = Book(rules, purse, floor_share=floor)
    made = examined(units, held)
    keys = {c.key for c in made.entered}
    assert keys.isdisjoint(breach.unit.key for breach in made.breaches)
    assert len(made.entered) + len(made.breaches) == len(units)
    again = Book(rules, purse, floor_share=floor)
    assert examined(made.entered, again).entered == made.entered
    assert examined(made.entered[::-1], Book(rules, purse, floor_share=floor)).entered == made.entered[::-1]
    held.reserve_for(())
    assert all(held.breach(breach.unit) for breach in made.breaches)
    lawful(made.entered, purse, level)


def lawful(plan: Sequence[Candidate], purse: Purse, level: str) -> None:
    """Assert the limits of part 4.1 in whole numbers."""
    assert sum(c.central_fen for c in plan) <= purse.central_fen
    books = [(1000, lambda c: c.central_fen)] if level == "purse" else [
        (share, lambda c, row=row: _part(c, row)) for row, share in enumerate(purse.shares_fen)
    ]  # fmt: skip
    for base, part in books:
        centres = sum(part(c) for c in plan if c.category == Category.SERVICE_CENTRE)
        chain = sum(part(c) for c in plan if c.category in (Category.SUPPLY_CHAIN, Category.BRAND))
        assert 100 * centres <= 15 * base
        assert 2 * chain >= sum(part(c) for c in plan)


def _part(of: Candidate, row: int) -> int:
    """Return what a unit counts for in a county of 400 or 600 in 1,000."""
    second = of.central_fen * 600 // 1000
    if of.county >= 0:
        return of.central_fen * (of.county == row)
    return second if row else of.central_fen - second


class Everything:
    """A strategy that asks for all there is, whatever the notice says."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return every candidate, none refused."""
        return Allocation(chosen=list(view.candidates))


class FourTimes:
    """A strategy that asks for every unit, and four times over for service centres."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the candidates, centres four times."""
        centres = [c for c in view.candidates if c.kind == ProjectKind.SERVICE_CENTRE]
        return Allocation(chosen=[*centres * 4, *view.candidates])


class Nothing:
    """A strategy that builds nothing."""

    def allocate(self, _: BudgetView) -> Allocation:
        """Return an empty plan."""
        return Allocation()


class Dear:
    """A strategy that asks for one store of twice the purse."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return a store that no purse pays for."""
        store = next(c for c in view.candidates if c.kind == ProjectKind.COLD_STORE)
        return Allocation(chosen=[replace(store, central_fen=2 * view.purse.central_fen)])


def planned(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is approved and refused in the tiny region, in the week of the plan."""
    region, events = tiny_region({"start": "2018-11-26", **changes})
    for week in range(PLANS_WEEK + 1):
        take(region, "govern", week=week)
    return events.of(ProjectApproved), events.of(ProjectRefused)


@pytest.mark.parametrize("strategy", ["pooled_by_project", f"{__name__}:Everything"])
def test_a_breach_is_refused_or_let_through_and_flagged_whoever_made_the_plan(strategy: str) -> None:
    """A strict limit: nine tenths for the supply chain."""
    poor = {"policy.rule_book.rules.supply_chain_share.limit.value": 0.9, "policy.funds.strategy": strategy}
    approved, refused = planned(**poor)
    flagged, let_through = planned(**poor, **{"policy.rule_book.on_breach": "flag"})
    total = 2 * 17_600_000 * 100
    other = ~np.isin(approved["category"], (Category.SUPPLY_CHAIN, Category.BRAND))
    assert approved["central_fen"][other].sum() <= 0.1 * total
    assert len(refused["rule"]) > 0
    assert not refused["let_through"].any()
    other = ~np.isin(flagged["category"], (Category.SUPPLY_CHAIN, Category.BRAND))
    assert flagged["central_fen"][other].sum() > 0.1 * total
    assert len(let_through["rule"]) > 0
    assert let_through["let_through"].all()


def test_the_floor_of_a_pooled_purse_is_no_base_of_its_own() -> None:
    """A centre costs 2.4 m: 15 % of a county's 17.6 m pays for it, 15 % of a floor of 30 % never would."""
    approved, _ = planned()
    assert (approved["project_kind"] == ProjectKind.SERVICE_CENTRE).sum() == 2


def test_a_plan_of_everything_and_centres_four_times_is_cut_to_what_is_lawful_unit_by_unit() -> None:
    """With a third of the money, for there are so few units in so small a region."""
    own = {"policy.funds.strategy": f"{__name__}:FourTimes", "policy.funds.multiplier": 0.3}
    approved, refused = planned(**own)
    share = round(0.3 * 1_760_000_000)
    assert approved["central_fen"].sum() <= 2 * share
    keys = list(
        zip(*(approved[name].tolist() for name in ("project_kind", "county", "prefecture", "turn")), strict=True)
    )
    assert len(set(keys)) == len(keys)
    kinds, fen = approved["category"], approved["central_fen"]
    for county in (0, 1):
        own_fen = np.where(approved["county"] == county, fen, (approved["county"] < 0) * fen / 2)
        chain = np.isin(kinds, (Category.SUPPLY_CHAIN, Category.BRAND))
        assert own_fen[kinds == Category.SERVICE_CENTRE].sum() <= 0.15 * share
        assert own_fen[chain].sum() >= own_fen[~chain].sum()
    rules = list(book().rules)
    broken_rules = {rules[code - 1] for code in refused["rule"].tolist()}
    assert broken_rules == {"service_centre_share", "supply_chain_share", "within_purse"}
    assert (refused["over_fen"] > 0).all()
    assert not refused["let_through"].any()
    centre = (refused["project_kind"] == ProjectKind.SERVICE_CENTRE) & (refused["county"] == 0)
    assert set(refused["over_fen"][centre].tolist()) == {240_000_000 - 15 * share // 100}


def test_a_plan_that_is_refused_changes_nothing_but_that_it_is_told() -> None:
    def after(strategy: str) -> tuple[bytes, set[str]]:
        region, events = tiny_region({"start": "2018-11-26", "policy.funds.strategy": f"{__name__}:{strategy}"})
        for week in range(PLANS_WEEK + 20):
            take(region, "govern", week=week)
        state = region.world.state
        return b"".join(
            column.tobytes() for table in (state.projects, state.accounts) for column in table.columns().values()
        ), events.kinds()

    nothing, dear = after("Nothing"), after("Dear")
    assert dear[0] == nothing[0]
    assert dear[1] - nothing[1] == {"project_refused"}
