"""Accounts are closed: ratios are held on what was paid, and what was paid stays counted (4.10; notice, part 4.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ecsim.rural.events.codes import Category, Funder, ProjectKind, ReportKind
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved, ReportFiled, WorksGivenUp
from ecsim.rural.events.governance import ClosingBreachFound, CountyEvaluated, PaymentBarred
from ecsim.rural.programme.closing import close_accounts
from ecsim.rural.programme.evaluation import deducted
from ecsim.rural.programme.payments import settle
from ecsim.rural.programme.programme_files import shipped_programme
from ecsim.rural.programme.purse_facts import committed_units, sunk_units
from ecsim.rural.programme.rule_book import Book
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, SUPPLIERS, county_account, prefecture_account
from heads import CENTRE, OTHER, SUPPLY
from tiny import Events, made, same, take, tiny_region

PURSE = {"pooled_by_project": prefecture_account(0), "split_by_project": county_account(1, 1)}


def paid(
    region: Region, kind: tuple[ProjectKind, Category], budget: int, part: int, *, policy: str, county: int = 1
) -> int:
    """Let works be under contract at a budget of fen of which a part was paid; return the project."""
    project, world = region.world.state.count("projects"), region.world
    world.publish(
        made(
            ProjectApproved, project=[project], project_kind=[kind[0]], category=[kind[1]], county=[county],
            township=-1, central_fen=budget, turn=project,
        )
    )  # fmt: skip
    world.publish(made(ContractAwarded, project=[project], price_factor=[10**6], quality=[10**6], due_day=[10_000]))
    world.publish(
        made(
            PaymentMade,
            payer=[PURSE[policy]],
            payee=[SUPPLIERS],
            category=[kind[1]],
            project=[project],
            paid_fen=[part],
        )
    )
    return project


def opened(policy: str = "split_by_project", changes: dict[str, Any] | None = None) -> tuple[Region, Events]:
    region, events = tiny_region(changes, policy=policy)
    region.world.publish(made(PaymentMade, payer=[PROVINCE], payee=[PURSE[policy]], project=[-1], paid_fen=[10**9]))
    return region, events


def closed(region: Region, events: Events) -> None:
    events.clear()
    filed = region.world.publish(made(ReportFiled, county=[0, 1], report=[ReportKind.CLOSING] * 2))
    close_accounts(region.world, region.office, filed)


def test_works_given_up_break_the_floor_of_what_was_paid_worked_by_hand() -> None:
    # Planned half and half. Of the supply chain 100,000 fen were paid before it was given up, of the rest 300,000:
    # with so little supply chain the rest may be 100,000.
    region, events = opened()
    given_up = paid(region, SUPPLY, 400_000, 100_000, policy="split_by_project")
    other = paid(region, OTHER, 400_000, 300_000, policy="split_by_project")
    done = paid(region, OTHER, 0, 0, policy="split_by_project")
    region.world.publish(WorksGivenUp(project=[given_up]))
    closed(region, events)
    found = events.of(ClosingBreachFound)
    same(found, county=[1], prefecture=[0], counted_fen=[100_000], paid_fen=[400_000], over_fen=[200_000])
    same(found, rule=[region.office.policy.rule_book.code("supply_chain_share")], let_through=[False])
    same(events.of(PaymentBarred), project=[other], cause=found["seq"])
    assert region.world.state.counties.closing_breaches.tolist() == [0, 1]
    assert not region.world.state.projects.barred[done]


def test_a_ratio_that_is_met_exactly_is_no_finding() -> None:
    region, events = opened()
    paid(region, SUPPLY, 400_000, 300_000, policy="split_by_project")
    paid(region, OTHER, 400_000, 300_000, policy="split_by_project")
    closed(region, events)
    assert not events.rows(ClosingBreachFound)
    paid(region, OTHER, 1, 1, policy="split_by_project")
    closed(region, events)
    assert events.rows(ClosingBreachFound) == 1  # one fen more


def test_centres_are_held_to_their_share_of_what_was_allotted_worked_by_hand() -> None:
    # 15 % of the 17.6 m yuan of a county are 2.64 m, whatever else was paid: the base by which plans are approved.
    region, events = opened()
    centre = paid(region, CENTRE, 300_000_000, 264_000_000, policy="split_by_project")
    paid(region, SUPPLY, 400_000_000, 300_000_000, policy="split_by_project")
    closed(region, events)
    assert not events.rows(ClosingBreachFound)
    region.world.publish(
        made(PaymentMade, payer=[PURSE["split_by_project"]], payee=[SUPPLIERS], category=[CENTRE[1]], project=[centre],
             paid_fen=[1])
    )  # fmt: skip
    closed(region, events)
    same(events.of(ClosingBreachFound), counted_fen=[264_000_001], paid_fen=[564_000_001], over_fen=[1])
    same(events.of(PaymentBarred), project=[centre])


def test_what_is_barred_is_not_paid_and_what_is_flagged_is() -> None:
    for on_breach, barred in (("refuse", True), ("flag", False)):
        region, events = opened(changes={"policy.rule_book.on_breach": on_breach})
        paid(region, OTHER, 400_000, 100_000, policy="split_by_project")
        closed(region, events)
        same(events.of(ClosingBreachFound), let_through=[not barred])
        assert events.rows(PaymentBarred) == barred
        events.clear()
        settle(region.world, region.office)
        paid_now = events.of(PaymentMade)
        assert (paid_now["funder"] == Funder.CENTRAL).any() != barred


def test_a_purse_of_all_counties_has_one_book_and_the_finding_is_of_each() -> None:
    region, events = opened("pooled_by_project", {"policy.rule_book.level": "purse"})
    paid(region, OTHER, 400_000, 300_000, policy="pooled_by_project", county=0)
    paid(region, SUPPLY, 400_000, 100_000, policy="pooled_by_project", county=1)
    closed(region, events)
    same(events.of(ClosingBreachFound), county=[-1], paid_fen=[400_000], over_fen=[200_000])
    assert region.world.state.counties.closing_breaches.tolist() == [1, 1]


def test_accounts_are_closed_on_the_programmes_date_and_counties_scored_again() -> None:
    date = next(report.date for report in shipped_programme().reports if report.kind == "closing")
    assert date is not None
    week = (date - dt.date(2018, 1, 1)).days // 7
    region, events = opened()
    paid(region, OTHER, 400_000, 300_000, policy="split_by_project")
    events.clear()
    take(region, "govern", week=week)
    assert events.rows(ClosingBreachFound) == 1
    scored = events.of(CountyEvaluated)
    assert ReportKind.CLOSING in scored["report"]
    evaluation = region.office.programme.evaluation
    assert evaluation is not None
    assert evaluation.deductions.closing_breach is not None
    off = deducted(evaluation, region.world.state)
    assert off[1] >= evaluation.deductions.closing_breach.value


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project"])
def test_what_was_paid_for_what_was_given_up_stays_spent_and_its_place_is_free(policy: str) -> None:
    region, _ = opened(policy)
    given_up = paid(region, OTHER, 400_000, 100_000, policy=policy)
    kept = paid(region, SUPPLY, 400_000, 300_000, policy=policy)
    region.world.publish(WorksGivenUp(project=[given_up]))
    state, office = region.world.state, region.office
    purse = next(purse for purse in office.purses(state) if 1 in purse.counties)
    committed, sunk = committed_units(state, purse), sunk_units(state, purse)
    assert [(unit.turn, unit.central_fen) for unit in committed] == [(kept, 400_000)]
    assert [(unit.turn, unit.central_fen) for unit in sunk] == [(given_up, 100_000)]
    book = Book(office.policy.rule_book, purse, committed=committed, sunk=sunk)
    assert book.left_fen == purse.central_fen - 500_000
    assert book.breach(sunk[0]) is None  # the same place may be planned anew
