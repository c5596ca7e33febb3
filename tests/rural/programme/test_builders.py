"""A government as builder: awards, slips, acceptance and payment (docs/model.md 4.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Funder, Level, ProjectKind, ProjectStatus
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved, WorksFinished, WorksSlipped
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OUTSIDE, PROVINCE, SUPPLIERS, county_account, prefecture_account
from tiny import Events, made, same, take, tiny_region

PURSE = prefecture_account(0)
STEADY: dict[str, Value] = {
    "funds.price_sigma": 0.0, "funds.quality_sigma": 0.0, "funds.slip_base": 0.0, "funds.slip_rate": 0.0,
}  # fmt: skip
"""Every bid asks the budget, every contractor is as good as agreed, nothing slips."""


def approved(region: Region, many: int = 1, kind: ProjectKind = ProjectKind.COLD_STORE, **columns: Any) -> None:
    """Approve projects today, each of 1,000 yuan of central money, 200 local and 50 social."""
    first = region.world.state.count("projects")
    values = {"central_fen": [100_000] * many, "local_fen": 20_000, "social_fen": 5_000, "township": -1, "quantity": 1}
    region.world.publish(
        made(
            ProjectApproved, project=np.arange(first, first + many), project_kind=int(kind), turn=np.arange(many),
            category=int(Category.SUPPLY_CHAIN), **(values | columns),
        )
    )  # fmt: skip


def filled(region: Region, fen: int, account: int = PURSE) -> None:
    """Put central money into a purse."""
    region.world.publish(made(PaymentMade, payer=[PROVINCE], payee=[account], project=[-1], paid_fen=[fen]))


def under_way(
    many: int = 1, *, numbers: dict[str, Value] | None = None, policy: str = "pooled_by_project", **columns: Any
) -> tuple[Region, Events]:
    """Return a region with contracts awarded in week 12, the works due sixteen weeks later."""
    region, events = tiny_region(policy=policy, numbers=STEADY | (numbers or {}))
    approved(region, many, **columns)
    filled(region, 10**9, PURSE if policy.startswith("pooled") else county_account(1, 0))
    take(region, "govern", week=12)
    events.clear()
    return region, events


def test_an_award_worked_by_hand() -> None:
    # Ten weeks after approval at the earliest (six, and four more for pooling), in the first week of a month: week 12.
    # The advance is 30 % of each funder's part; a cold store takes 16 weeks.
    region, events = tiny_region(numbers=STEADY)
    approved(region)
    filled(region, 10**9)
    events.clear()
    for week in range(12):
        take(region, "govern", week=week)
    assert not events.batches
    take(region, "govern", week=12)
    same(
        events.of(ContractAwarded), project=[0], price_factor=[1_000_000], quality=[1_000_000], due_day=[7 * (12 + 16)],
    )  # fmt: skip
    same(
        events.of(PaymentMade), payer=[PURSE, OUTSIDE, OUTSIDE], payee=[SUPPLIERS] * 3, paid_fen=[30_000, 6_000, 1_500],
        funder=[Funder.CENTRAL, Funder.LOCAL, Funder.SOCIAL], category=[Category.SUPPLY_CHAIN] * 3, project=[0] * 3,
        cause=[events.of(ContractAwarded)["seq"][0]] * 3,
    )  # fmt: skip


def test_counties_award_sooner_and_pay_from_their_own_purse() -> None:
    # Without pooling six weeks are enough: week 8 is the first of a month after them.
    region, events = tiny_region(policy="split_by_project", numbers=STEADY)
    approved(region, county=[1])
    filled(region, 10**9, county_account(1, 1))
    events.clear()
    awarded = []
    for week in range(13):
        take(region, "govern", week=week)
        awarded += [week] * (events.rows(ContractAwarded) - len(awarded))
    assert awarded == [8]
    assert events.of(PaymentMade)["payer"][0] == county_account(1, 1)


def test_no_more_is_awarded_in_a_month_than_procurement_can_take() -> None:
    region, events = tiny_region(numbers=STEADY | {"funds.awards_a_month": 3})
    approved(region, 8)
    filled(region, 10**9)
    events.clear()
    for week in (12, 13, 16, 20):
        events.clear()
        take(region, "govern", week=week)
        expected = {12: [0, 1, 2], 13: [], 16: [3, 4, 5], 20: [6, 7]}[week]
        same(events.of(ContractAwarded), project=expected)


def test_nothing_is_awarded_that_the_purse_cannot_advance() -> None:
    # 700 yuan are there: two advances of 300, and the third waits for more money.
    region, events = tiny_region(numbers=STEADY)
    approved(region, 3)
    filled(region, 70_000)
    events.clear()
    take(region, "govern", week=12)
    same(events.of(ContractAwarded), project=[0, 1])
    filled(region, 20_000)
    events.clear()
    take(region, "govern", week=16)
    same(events.of(ContractAwarded), project=[2])


@pytest.mark.parametrize("kind", [ProjectKind.COLD_STORE, ProjectKind.BRAND, ProjectKind.MARKETING])
def test_bids_ask_at_most_the_budget_and_contractors_differ_by_luck_of_their_own(kind: ProjectKind) -> None:
    region, events = tiny_region()
    approved(region, 5, kind)
    filled(region, 10**9)
    events.clear()
    take(region, "govern", week=12)
    found = events.of(ContractAwarded)
    lot = [int(kind) * 1024 + turn for turn in range(5)]  # county 0
    price = np.minimum(1, np.exp(0.1 * region.world.draws.normal("contract_price", 0, lot) - 0.005))
    quality = 1 + 0.1 * region.world.draws.normal("contractor", 0, lot)
    same(found, price_factor=np.rint(1e6 * price), quality=np.rint(1e6 * quality))
    paid = events.of(PaymentMade)
    central = paid["paid_fen"][paid["funder"] == Funder.CENTRAL]
    np.testing.assert_allclose(central, 0.3 * price * 100_000, atol=0.5001)


def test_works_are_accepted_when_due_and_the_rest_is_paid() -> None:
    region, events = under_way()
    for week in range(13, 28):
        take(region, "govern", week=week)
    assert not events.rows(WorksFinished)
    take(region, "govern", week=28)
    finished = events.of(WorksFinished)
    same(finished, project=[0])
    same(
        events.of(PaymentMade), payer=[PURSE, OUTSIDE, OUTSIDE], paid_fen=[70_000, 14_000, 3_500],
        cause=[finished["seq"][0]] * 3,
    )  # fmt: skip
    p = region.world.state.projects
    assert (p.paid_fen[0], p.status[0], p.finished_day[0]) == (125_000, ProjectStatus.FINISHED, 196)
    assert region.world.state.accounts.balance_fen.sum() == 0


def test_works_that_cannot_be_paid_wait() -> None:
    region, events = under_way()
    left = int(region.world.state.accounts.balance_fen[PURSE, 0])
    filled(region, -left + 69_999)
    events.clear()
    take(region, "govern", week=28)
    assert not events.batches
    filled(region, 1)
    take(region, "govern", week=29)
    same(events.of(WorksFinished), project=[0])


def slipping(many: int, numbers: dict[str, Value], policy: str = "split_by_project") -> list[int]:
    """Return which of several works slip in the week before they are due."""
    region, events = under_way(many, numbers=numbers | {"funds.awards_a_month": 100}, policy=policy)
    take(region, "govern", week=27)
    found = events.of(WorksSlipped)
    same(found, due_day=[7 * 28 + 28] * len(found["project"]))  # four weeks later
    return found["project"].tolist()


def test_slips_worked_by_hand() -> None:
    # A county manages six works at a time. Nine are half as many again: each slips with 0.01 + 0.4 x 0.5 = 0.21.
    region, _ = tiny_region()
    luck = region.world.draws.uniform("slip", 27, [int(ProjectKind.COLD_STORE) * 1024 + turn for turn in range(9)])
    expected = np.flatnonzero(luck < 0.21).tolist()
    assert slipping(9, {"funds.slip_base": 0.01, "funds.slip_rate": 0.4}) == expected
    assert 0 < len(expected) < 9


def test_six_at_a_time_slip_no_more_than_one() -> None:
    for many in (1, 6):
        assert slipping(many, {"funds.slip_rate": 1000.0}) == []
    assert slipping(7, {"funds.slip_rate": 1000.0}) == list(range(7))


def test_pooling_costs_a_tenth_of_what_can_be_managed() -> None:
    # 0.9 x 2 x 6 shared among two counties are 5.4 each: six are too many by a ninth.
    assert slipping(5, {"funds.slip_rate": 1000.0}, "pooled_by_project") == []
    assert slipping(6, {"funds.slip_rate": 1000.0}, "pooled_by_project") == list(range(6))
    assert slipping(6, {"funds.slip_rate": 1000.0, "funds.prefecture_factor": 1.0}, "pooled_by_project") == []


def test_works_slip_only_when_they_are_nearly_due_and_then_are_accepted_later() -> None:
    region, events = under_way(numbers={"funds.slip_base": 1.0})
    take(region, "govern", week=26)
    assert not events.rows(WorksSlipped)
    take(region, "govern", week=27)
    assert events.rows(WorksSlipped) == 1
    take(region, "govern", week=28)
    assert not events.rows(WorksFinished)
    assert region.world.state.projects.slips[0] == 1


def test_every_builder_minds_its_own_projects() -> None:
    # A project of county 0, one of county 1 and one that the prefecture shares; each has its own limit of one award.
    region, events = tiny_region(numbers=STEADY | {"funds.awards_a_month": 1})
    for county, level in ((0, Level.COUNTY), (1, Level.COUNTY), (-1, Level.PREFECTURE)):
        approved(region, 2, county=county, level=int(level))
    filled(region, 10**9)
    events.clear()
    take(region, "govern", week=12)
    assert sorted(events.of(ContractAwarded)["project"].tolist()) == [0, 2, 4]


def test_a_fund_that_comes_later_is_awarded_later() -> None:
    region, events = tiny_region(numbers=STEADY | {"funds.plan_lag_weeks": 20})
    approved(region)
    filled(region, 10**9)
    events.clear()
    for week in range(24):
        take(region, "govern", week=week)
    assert not events.rows(ContractAwarded)
    take(region, "govern", week=24)
    assert events.rows(ContractAwarded) == 1
