"""What the government would make of a plan, without a run: article, amount and cure of each row, purse by purse."""

from __future__ import annotations

from typing import Any

from ecsim.rural.model import MODEL
from ecsim.rural.plans.verdict import PlanVerdict, verdict_of
from tiny import tiny_scenario

CENTRAL = 17_600_000.0
"""Yuan of a county; the tiny region has two in one prefecture."""


def verdict(*rows: dict[str, Any], purse: str = "county", level: str = "county") -> PlanVerdict:
    named = [{"id": f"r{number}", "place": "990101", **row} for number, row in enumerate(rows, 1)]
    plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": purse, "projects": named}
    changes = {
        "policy.plan": plan, "policy.funds.strategy": "plan", "policy.funds.purse": purse,
        "policy.funds.floor_share": 0.0, "policy.rule_book.level": level,
    }  # fmt: skip
    return verdict_of(tiny_scenario(changes), MODEL)


def centre(yuan: float) -> dict[str, Any]:
    return {"kind": "service_centre", "central_yuan": yuan}


STORES = {"kind": "cold_store", "units": 20, "central_yuan": 9_000_000.0}


def test_a_centre_that_is_exactly_at_the_limit_is_lawful_and_a_fen_more_is_not() -> None:
    limit = 0.15 * CENTRAL
    assert verdict(centre(limit), STORES).faults == ()
    (fault,) = verdict(centre(limit + 0.01), STORES).faults
    assert (fault.line, fault.row, fault.article) == (1, "r1", "4.1")
    assert fault.cure == "cut 0.01 yuan"


def test_a_centre_of_two_point_seven_million_is_cut_by_sixty_thousand() -> None:
    (fault,) = verdict(centre(2_700_000.0), STORES).faults
    assert str(fault).startswith("row 1 (r1): notice 4.1: ")
    assert str(fault).endswith("— cut 0.06 million yuan")


def test_a_plan_dearer_than_its_purse_says_what_to_cut() -> None:
    stores = {**STORES, "units": 10, "central_yuan": 50_000_000.0}
    whole, *rows = verdict(stores, {**stores, "place": "990102", "central_yuan": 1_000_000.0}).faults
    assert (whole.line, whole.cure) == (0, "cut 32.40 million yuan")
    assert "上河县 Shanghe County plans 50.00 of 17.60 million yuan" in whole.problem
    assert {fault.row for fault in rows} == {"r1"}


def test_a_plan_without_supply_chain_is_no_lawful_plan() -> None:
    (fault,) = verdict({"kind": "stations", "units": 10, "central_yuan": 100_000.0}).faults
    assert "plan more of the supply chain" in fault.cure


def test_a_pooled_purse_is_one_purse() -> None:
    """One county's centre takes more than 15 % of its own part, and less than that of the prefecture's purse."""
    rows = (centre(4_000_000.0), STORES)
    assert verdict(*rows, purse="prefecture", level="purse").faults == ()
    assert len(verdict(*rows, purse="prefecture").faults) == 1
    (purse,) = verdict(*rows, purse="prefecture", level="purse").purses
    assert str(purse).startswith("甲市 Jia City: 21 projects, 13.00 of 35.20 million yuan (supply_chain 69.2%")


def test_nothing_is_planned_for_a_song() -> None:
    """Twenty stores of 100 t cost 125,000 yuan of central money each, with half as much again of others'."""
    assert verdict({**STORES, "central_yuan": 20 * 93_750.0}).faults == ()
    (fault,) = verdict({**STORES, "central_yuan": 20 * 93_750.0 - 20.0}).faults
    assert fault.cure == "add 20.00 yuan, whoever pays"
    assert verdict({**STORES, "central_yuan": 20 * 62_500.0, "social_yuan": 20 * 31_250.0}).faults == ()
