"""Shares of the rule book at award and payment: exactly at the limit is lawful, one fen over it waits or is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecsim.rural.events.codes import Category, Funder, ProjectKind
from ecsim.rural.events.funds import (
    ContractAwarded,
    DeskWorked,
    PaymentMade,
    ProjectApproved,
    WorksFinished,
    WorksGivenUp,
)
from ecsim.rural.events.governance import AwardOverLimit, PaymentOverLimit
from ecsim.rural.programme.limited_awards import AwardLimits
from ecsim.rural.programme.payments import settle
from ecsim.rural.programme.purse_facts import committed_units, sunk_units
from ecsim.rural.programme.rule_book import Book
from ecsim.rural.programme.shares import ShareBooks
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, SUPPLIERS, prefecture_account
from heads import CENTRE, OTHER, SUPPLY
from tiny import Events, made, same, take, tiny_region

FLAG = {"policy.rule_book.on_breach": "flag"}
FULL = 10**6
PURSE = prefecture_account(0)
CENTRES_AT_MOST = 264_000_000
"""15 % of a county's 17.6 million yuan, fen."""


def opened(changes: Mapping[str, Any] | None = None) -> tuple[Region, Events]:
    """Return a region whose purse has ten million yuan and whose contracts keep nothing back."""
    numbers = {"funds.retention": 0.0, "funds.advance": 0.5, "funds.half_way": 0.0}
    region, events = tiny_region(changes, numbers=numbers)
    region.world.publish(made(PaymentMade, payer=[PROVINCE], payee=[PURSE], project=[-1], paid_fen=[10**9]))
    return region, events


def planned(region: Region, kind: tuple[ProjectKind, Category], fen: int, *, county: int = 0) -> int:
    project = region.world.state.count("projects")
    region.world.publish(
        made(
            ProjectApproved, project=[project], project_kind=[kind[0]], category=[kind[1]], county=[county],
            township=-1, central_fen=fen, turn=project, quantity=1,
        )
    )  # fmt: skip
    return project


def contract(project: int, factor: int = FULL) -> ContractAwarded:
    return made(ContractAwarded, project=[project], price_factor=[factor], quality=[FULL], due_day=[10_000], desk=[1])


def awarded(region: Region, kind: tuple[ProjectKind, Category], fen: int, factor: int = FULL) -> int:
    project = planned(region, kind, fen)
    region.world.publish(contract(project, factor))
    return project


def held(region: Region, project: int, factor: int = FULL) -> bool:
    """Hold a contract against the shares and say so; return whether it waits."""
    limits = AwardLimits(region.world, region.office, contract(project, factor))
    lawful = limits.allow(project)
    if lawful:
        limits.enter(project)
    limits.say()
    return not lawful


@pytest.mark.parametrize(("fen", "waits"), [(900_000, False), (900_001, True)])
def test_an_award_is_held_on_contracts_down_to_the_fen(fen: int, waits: bool) -> None:
    """A supply chain of 1,000,000 fen was awarded at 900,000: what the tender saved gives no room."""
    region, events = opened()
    awarded(region, SUPPLY, 1_000_000, 900_000)
    project = planned(region, OTHER, fen)
    events.clear()
    assert held(region, project) == waits
    said = events.of(AwardOverLimit)
    code = region.office.policy.rule_book.code("supply_chain_share")
    same(said, project=[project] * waits, over_fen=[1] * waits, rule=[code] * waits, let_through=[False] * waits)


def test_a_plan_of_exactly_half_whose_supply_chain_is_cheap_waits_and_says_so_once() -> None:
    """The audit's case: 2.5 million each, contracts of 1,881,094 and 1,894,063 yuan."""
    region, events = opened()
    awarded(region, SUPPLY, 250_000_000, 752_438)
    training = planned(region, OTHER, 250_000_000)
    assert held(region, training, 757_625)
    same(events.of(AwardOverLimit), price_fen=[189_406_250], over_fen=[1_296_750])
    events.clear()
    assert held(region, training, 757_625)
    assert not events.rows(AwardOverLimit)  # it waits still
    planned(region, SUPPLY, 1_296_750)
    assert not held(region, training, 757_625)


def test_what_bidders_ask_for_the_supply_chain_counts_before_it_is_awarded() -> None:
    region, _ = opened()
    store, other = planned(region, SUPPLY, 1_000_000), planned(region, OTHER, 950_000)
    contracts = made(ContractAwarded, project=[store, other], price_factor=[900_000, FULL], quality=[FULL, FULL])
    assert not AwardLimits(region.world, region.office, contracts).allow(other)
    assert AwardLimits(region.world, region.office, contract(other)).allow(other)


def test_a_contract_of_the_supply_chain_never_waits() -> None:
    region, _ = opened()
    awarded(region, OTHER, 1_000_000)
    assert not held(region, planned(region, SUPPLY, 100))


@pytest.mark.parametrize(("fen", "waits"), [(CENTRES_AT_MOST, False), (CENTRES_AT_MOST + 1, True)])
def test_centres_are_held_at_award_to_their_share_of_the_allotment(fen: int, waits: bool) -> None:
    region, _ = opened()
    awarded(region, SUPPLY, 400_000_000)
    assert held(region, planned(region, CENTRE, fen)) == waits


def test_an_award_that_is_flagged_is_let_through_and_marked() -> None:
    region, events = opened(FLAG)
    project = planned(region, OTHER, 1_000)
    assert not held(region, project)
    same(events.of(AwardOverLimit), project=[project], over_fen=[1_000], let_through=[True])
    assert not region.world.state.projects.held_rule[project]


def paid_for(region: Region, project: int) -> int:
    return int(region.world.state.projects.paid_by_fen[project, Funder.CENTRAL])


def test_a_payment_is_made_as_far_as_the_supply_chain_leaves_room_and_the_rest_waits() -> None:
    """The supply chain is given up when 200,000 fen were paid for it: of 300,000 for the rest as much may be paid."""
    region, events = opened()
    world = region.world
    given_up, other = awarded(region, SUPPLY, 400_000), awarded(region, OTHER, 300_000)
    world.publish(made(PaymentMade, payer=[PURSE], payee=[SUPPLIERS], project=[given_up], paid_fen=[200_000]))
    world.publish(made(DeskWorked, project=[given_up], worked=[1]))  # what was paid is earned
    world.publish(made(WorksFinished, project=[other]))
    world.publish(made(WorksGivenUp, project=[given_up]))
    events.clear()
    settle(world, region.office)
    assert paid_for(region, other) == 200_000
    same(events.of(PaymentOverLimit), project=[other], over_fen=[100_000], let_through=[False])
    events.clear()
    settle(world, region.office)
    assert not events.rows(PaymentMade)
    assert not events.rows(PaymentOverLimit)  # nothing has changed
    planned(region, SUPPLY, 50_000)
    settle(world, region.office)
    assert paid_for(region, other) == 250_000
    same(events.of(PaymentOverLimit), over_fen=[50_000])
    planned(region, SUPPLY, 10**6)
    events.clear()
    settle(world, region.office)
    assert paid_for(region, other) == 300_000
    same(events.of(PaymentOverLimit), project=[other], over_fen=[0])


@pytest.mark.parametrize("fen", [CENTRES_AT_MOST, CENTRES_AT_MOST + 1])
def test_centres_are_paid_up_to_their_share_of_the_allotment(fen: int) -> None:
    region, events = opened()
    awarded(region, SUPPLY, 400_000_000)
    centre = awarded(region, CENTRE, fen)
    region.world.publish(made(WorksFinished, project=[centre]))
    events.clear()
    settle(region.world, region.office)
    assert paid_for(region, centre) == CENTRES_AT_MOST
    assert events.of(PaymentOverLimit)["over_fen"].tolist() == [1] * (fen > CENTRES_AT_MOST)


def test_a_payment_that_is_flagged_is_made_and_marked() -> None:
    region, events = opened(FLAG)
    other = awarded(region, OTHER, 300_000)
    events.clear()
    settle(region.world, region.office)
    assert paid_for(region, other) == 150_000  # the advance
    same(events.of(PaymentOverLimit), project=[other], over_fen=[150_000], let_through=[True])
    events.clear()
    settle(region.world, region.office)
    assert not events.rows(PaymentOverLimit)  # nothing is due


@pytest.mark.parametrize("level", ["county", "purse"])
@pytest.mark.parametrize("seed", range(20))
def test_books_of_projects_and_of_units_leave_the_same_room(seed: int, level: str) -> None:
    """What is approved, awarded or given up, shared or not, counts to the fen as in the book of plans."""
    region, _ = opened({"policy.rule_book.level": level})
    rng, world = np.random.default_rng(seed), region.world
    for _ in range(12):
        kind = (SUPPLY, CENTRE, OTHER)[rng.integers(3)]
        project = planned(region, kind, int(rng.integers(1, 10**7)), county=int(rng.integers(-1, 2)))
        if rng.random() < 0.7:
            world.publish(contract(project))
            world.publish(
                made(PaymentMade, payer=[PURSE], payee=[SUPPLIERS], project=[project],
                     paid_fen=[int(rng.integers(0, 1000))])
            )  # fmt: skip
            if rng.random() < 0.3:
                world.publish(made(WorksGivenUp, project=[project]))
    rules = region.office.policy.rule_book
    purse = region.office.purses(world.state)[0]
    committed, sunk = committed_units(world.state, purse), sunk_units(world.state, purse)
    for kind, rule in ((OTHER, "supply_chain_share"), (CENTRE, "service_centre_share")):
        fresh = planned(region, kind, 0, county=int(rng.integers(-1, 2)))
        unit = next(unit for unit in committed_units(world.state, purse) if unit.turn == fresh)
        alone = rules.only(lambda each, rule=rule: each is rules.rules[rule])
        shares = ShareBooks.as_planned(world, region.office)
        for fen in (1, 10**6, 10**9):
            breach = Book(alone, purse, committed=committed, sunk=sunk).breach(replace(unit, central_fen=fen))
            over = [each.over_fen for each in shares.overruns(fresh, fen) if each.rule == rule]
            assert over == ([breach.over_fen] if breach else [])


def test_a_run_of_a_plan_of_exactly_half_never_awards_nor_pays_more_than_half_for_the_rest() -> None:
    rows = [
        {"id": "a", "place": "990101", "kind": "cold_store", "units": 20, "central_yuan": 2_500_000.0},
        {"id": "b", "place": "990101", "kind": "training", "units": 5000, "central_yuan": 2_500_000.0},
    ]
    says = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": rows}
    plan = {"start": "2018-11-26", "end": "2020-12-31", "policy.plan": says, "policy.funds.strategy": "plan"}
    region, events = tiny_region(plan | {"policy.funds.floor_share": 0.0}, seed=2)
    for week in range(70):
        take(region, "govern", week=week)
        p = region.world.state.projects
        bound = np.rint(p.price_factor / FULL * p.central_fen)
        supply = np.where(p.status == 1, p.central_fen, bound)[p.category == Category.SUPPLY_CHAIN].sum()
        training = p.category == Category.TRAINING
        assert p.paid_by_fen[training, Funder.CENTRAL].sum() <= supply
    assert events.rows(ContractAwarded) > 20
