"""The rule book: limits on central money by county or purse; a breach is refused, or let through and flagged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.events.funds import ProjectApproved, ProjectRefused
from ecsim.rural.programme.candidates import Candidate
from ecsim.rural.programme.rule_book import Rule, RuleBook
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.scenario import Limits
from tiny import take, tiny_region

PLANS_WEEK = 3
"""The week of the plan, from the Monday before the first money."""


def limits(**changes: Any) -> Limits:
    share = {"unit": "share", "source": "made up"}
    told = {"service_centre_share": {"value": 0.15, **share}, "supply_chain_share": {"value": 0.5, **share}}
    return Limits.model_validate(told | changes)


def unit(cost: int, category: Category, county: int = 0) -> Candidate:
    return Candidate(
        kind=ProjectKind.MARKETING, category=category, county=county, prefecture=0, turn=0, central_fen=cost,
        local_fen=0, social_fen=0, lead_weeks=0, gain=1.0,
    )  # fmt: skip


def test_a_limit_is_met_exactly_and_broken_by_a_fen() -> None:
    book = RuleBook(limits(), (0,), (2000,))
    assert book.breach(unit(300, Category.SERVICE_CENTRE)) == Rule.NONE
    assert book.breach(unit(301, Category.SERVICE_CENTRE)) == Rule.SERVICE_CENTRES
    book.enter(unit(300, Category.SERVICE_CENTRE))
    assert book.breach(unit(700, Category.LOGISTICS)) == Rule.NONE
    assert book.breach(unit(701, Category.LOGISTICS)) == Rule.SUPPLY_CHAIN
    assert book.breach(unit(2000, Category.SUPPLY_CHAIN)) == book.breach(unit(2000, Category.BRAND)) == Rule.NONE


def test_logistics_counts_as_supply_chain_where_the_limits_say_so() -> None:
    book = RuleBook(limits(logistics_counts_as_supply_chain=True), (0,), (2000,))
    assert book.breach(unit(2000, Category.LOGISTICS)) == Rule.NONE
    assert book.breach(unit(1001, Category.TRAINING)) == Rule.SUPPLY_CHAIN


def test_a_purse_may_place_in_one_county_what_each_county_alone_may_not() -> None:
    centre = unit(300, Category.SERVICE_CENTRE, county=7)
    by_county, by_purse = (RuleBook(limits(level=level), (4, 7), (1000, 1000)) for level in ("county", "purse"))
    assert by_county.breach(centre) == Rule.SERVICE_CENTRES
    assert by_purse.breach(centre) == Rule.NONE
    by_purse.enter(centre)
    assert by_purse.breach(unit(1, Category.SERVICE_CENTRE, county=4)) == Rule.SERVICE_CENTRES


def test_a_shared_project_counts_in_each_county_by_its_allotment() -> None:
    book = RuleBook(limits(), (4, 7), (1000, 3000))
    book.enter(unit(2000, Category.TRAINING, county=-1))  # 500 and 1500: half of each
    assert book.breach(unit(1, Category.TRAINING, county=4)) == Rule.SUPPLY_CHAIN
    assert book.breach(unit(1, Category.TRAINING, county=7)) == Rule.SUPPLY_CHAIN
    assert book.breach(unit(1, Category.SUPPLY_CHAIN, county=7)) == Rule.NONE


class Everything:
    """A strategy that asks for all there is, whatever the notice says."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return every candidate, none refused."""
        return Allocation(chosen=list(view.candidates))


def planned(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is approved and refused in the tiny region, in the week of the plan."""
    region, events = tiny_region({"start": "2018-11-26", **changes})
    for week in range(PLANS_WEEK + 1):
        take(region, "govern", week=week)
    return events.of(ProjectApproved), events.of(ProjectRefused)


@pytest.mark.parametrize("strategy", ["pooled_by_project", f"{__name__}:Everything"])
def test_a_breach_is_refused_or_let_through_and_flagged_whoever_made_the_plan(strategy: str) -> None:
    """A strict limit: nine tenths for the supply chain."""
    poor = {"policy.limits.supply_chain_share.value": 0.9, "policy.funds.strategy": strategy}
    approved, refused = planned(**poor)
    flagged, let_through = planned(**poor, **{"policy.limits.on_breach": "flag"})
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
