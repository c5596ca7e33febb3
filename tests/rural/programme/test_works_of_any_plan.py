"""What holds of offices, tenders and money together, whatever the plan: run by the model's own week."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Funder, Level, ProjectKind, ProjectStatus
from ecsim.rural.events.funds import PaymentMade, ProjectApproved
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OUTSIDE, PROVINCE, county_account, prefecture_account
from tiny import made, take, tiny_region

QUIET = {"start": dt.date(2020, 7, 6), "end": dt.date(2022, 12, 31)}
"""After all dates of the programme: nothing is planned but what a test approves."""
AT_ONCE: dict[str, Value] = {
    "procurement.fewest_bidders": 1, "procurement.bidders": 30.0, "procurement.default": 0.0,
    "offices.abandonment": 0.0, "offices.recall_weeks": 10_000, "offices.desk_share": 1.0,
    "funds.local_budget": 1.5, "funds.social_budget": 1.5, "funds.county_capacity": 2.0,
}  # fmt: skip
"""All of a plan may be awarded at once, money is no matter and nothing is given up: offices alone decide."""
KINDS = (ProjectKind.COLD_STORE, ProjectKind.SERVICE_CENTRE, ProjectKind.BRAND, ProjectKind.PACKING_LINE)
PLANS = some.lists(
    some.tuples(some.integers(0, 1), some.sampled_from(KINDS), some.integers(10_000, 10_000_000)),
    min_size=1, max_size=12,
)  # fmt: skip
"""County, kind and central money, fen, of projects in the order of the plan."""
NEVER, LAG, LONGEST = 1 << 30, 12, 300
Plan = list[tuple[int, ProjectKind, int]]


def approve(region: Region, plan: Plan, **columns: Any) -> None:
    """Approve a plan today; luck goes by county, kind and turn."""
    county, kind, central = (np.array(column, np.int64) for column in zip(*plan, strict=True))
    turns: dict[tuple[int, int], int] = {}
    turn = []
    for key in zip(county.tolist(), kind.tolist(), strict=True):
        turn.append(turns.get(key, 0))
        turns[key] = turn[-1] + 1
    values = {"level": int(Level.COUNTY), "local_fen": central // 5, "social_fen": central // 20, "quantity": 1}
    region.world.publish(
        made(
            ProjectApproved, project=np.arange(len(plan)), project_kind=kind, county=county, turn=turn, township=-1,
            category=int(Category.SUPPLY_CHAIN), central_fen=central, package=-1, **(values | columns),
        )
    )  # fmt: skip


def filled(region: Region, fen: int, account: int, funder: Funder) -> None:
    payer = PROVINCE if funder == Funder.CENTRAL else OUTSIDE
    region.world.publish(
        made(PaymentMade, payer=[payer], payee=[account], funder=int(funder), project=[-1], paid_fen=[fen])
    )


def carried_out(
    plan: Plan, numbers: dict[str, Value], weeks: int = 0, policy: str = "pooled_by_project", money: int = 10**11
) -> Region:
    """Return the region some weeks after a plan was approved, with so much money of each funder in each account.

    Parameters
    ----------
    weeks : 0: until all is finished
    """
    region, _ = tiny_region(QUIET, policy=policy, numbers=AT_ONCE | numbers)
    approve(region, plan)
    for account in (prefecture_account(0), county_account(1, 0), county_account(1, 1)):
        for funder in Funder:
            filled(region, money, account, funder)
    status = region.world.state.projects.status
    for week in (0, *range(LAG, weeks or LONGEST)):  # until the first award nothing happens
        take(region, "govern", week=week)
        if not weeks and (status[: len(plan)] == ProjectStatus.FINISHED).all():
            break
    return region


def days(region: Region, plan: Plan) -> np.ndarray:
    """Return the day on which each project was finished, or `NEVER`."""
    p = region.world.state.projects
    return np.where(p.status == ProjectStatus.FINISHED, p.finished_day, NEVER)[: len(plan)]


@given(PLANS, some.floats(0.0, 1.0), some.floats(1.0, 3.0))
@settings(max_examples=6, deadline=None)
def test_lending_delays_no_project_of_a_plan_released_at_once(plan: Plan, lend: float, slots: float) -> None:
    alone, lending = (
        carried_out(plan, {"offices.lend": share, "offices.open_contracts": slots}) for share in (0.0, lend)
    )
    assert (days(lending, plan) <= days(alone, plan)).all()


@given(PLANS, some.floats(0.1, 4.0), some.sampled_from(["split_by_project", "pooled_by_project"]))
@settings(max_examples=6, deadline=None)
def test_more_capacity_finishes_no_project_later(plan: Plan, more: float, policy: str) -> None:
    alone: dict[str, Value] = {"offices.lend": 0.0}
    fewer = carried_out(plan, alone, policy=policy)
    greater = carried_out(plan, alone | {"funds.county_capacity": 2.0 + more}, policy=policy)
    assert (days(greater, plan) <= days(fewer, plan)).all()


@given(PLANS, some.randoms(use_true_random=False))
@settings(max_examples=4, deadline=None)
def test_how_the_plans_of_counties_are_mixed_changes_no_day(plan: Plan, luck: Any) -> None:
    """Rows tell the order within a county; between counties place and luck do, whether they lend or are one office."""
    order = list(range(len(plan)))
    luck.shuffle(order)
    of = {county: iter([row for row in range(len(plan)) if plan[row][0] == county]) for county in (0, 1)}
    mixed = [next(of[plan[row][0]]) for row in order]
    for numbers in ({"offices.lend": 0.7}, {"offices.lend": 0.0}):
        first, second = (days(carried_out(p, numbers), p) for p in (plan, [plan[row] for row in mixed]))
        assert (first[mixed] == second).all()


@given(PLANS)
@settings(max_examples=4, deadline=None)
def test_without_lending_delay_or_loss_a_pooled_purse_builds_what_counties_do_on_the_same_days(plan: Plan) -> None:
    neutral: dict[str, Value] = {
        "offices.lend": 0.0, "funds.pooled_delay_weeks": 0, "offices.award_delay_weeks": 0,
        "funds.prefecture_factor": 1.0,
    }  # fmt: skip
    pooled, split = (carried_out(plan, neutral, policy=f"{purse}_by_project") for purse in ("pooled", "split"))
    assert (days(pooled, plan) == days(split, plan)).all()
    for column in ("paid_by_fen", "quality", "price_factor", "voids", "weight", "ready_day"):
        mine, theirs = (getattr(region.world.state.projects, column) for region in (pooled, split))
        assert np.array_equal(mine, theirs), column


@given(
    PLANS,
    some.fixed_dictionaries({
        "funds.county_capacity": some.floats(0.3, 20.0), "procurement.default": some.floats(0.0, 0.5),
        "procurement.fewest_bidders": some.integers(1, 3), "procurement.bidders": some.floats(2.0, 10.0),
        "offices.abandonment": some.floats(0.0, 3.0), "offices.recall_weeks": some.integers(30, 156),
        "funds.local_budget": some.floats(0.0, 1.5), "funds.social_budget": some.floats(0.0, 1.5),
        "funds.retention_weeks": some.integers(0, 104), "offices.equal_sharing": some.booleans(),
    }),
    some.integers(0, 10**8),
    some.sampled_from(["split_by_project", "pooled_by_project"]),
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_every_fen_is_accounted_for(plan: Plan, numbers: dict[str, Value], money: int, policy: str) -> None:
    region = carried_out(plan, numbers, weeks=130, policy=policy, money=money)
    state, p = region.world.state, region.world.state.projects
    balance, many = state.accounts.balance_fen, len(plan)
    assert not balance.sum(axis=0).any()
    assert balance[prefecture_account(0) :].min() >= 0
    promised = np.column_stack([p.central_fen, p.local_fen, p.social_fen])
    assert ((p.paid_by_fen >= 0) & (p.paid_by_fen <= promised)).all()
    assert np.array_equal(p.paid_by_fen.sum(axis=1), p.paid_fen)
    assert balance[1].sum() == p.paid_fen.sum()
    recalled = p.status[:many] == ProjectStatus.RECALLED
    assert (p.paid_by_fen[:many][recalled & (p.price_factor[:many] == 0)] == 0).all()


def test_all_of_the_price_is_paid_in_the_end_where_money_is_there() -> None:
    plan = [(row % 2, KINDS[row % 4], 1_000_003 * (row + 1)) for row in range(8)]
    p = carried_out(plan, {}, weeks=200).world.state.projects
    promised = np.column_stack([p.central_fen, p.local_fen, p.social_fen])[:8]
    price = p.price_factor[:8, None] / 1e6
    assert np.array_equal(p.paid_by_fen[:8], np.rint(price * promised).astype(np.int64))


@pytest.mark.parametrize("equal", [False, True])
def test_an_office_that_is_overloaded_works_on(equal: bool) -> None:
    """A hundred times what it can: it finishes as much a week as it has desks, never nothing."""
    plan = [(0, ProjectKind.COLD_STORE, 1_000_000)] * 200
    region = carried_out(
        plan, {"offices.equal_sharing": equal, "offices.capacity_sigma": 0.0, "offices.lend": 0.0}, weeks=212
    )
    p = region.world.state.projects
    finished = np.count_nonzero(p.status[:200] == ProjectStatus.FINISHED)
    capacity, work = 2.0 * 0.9, 16.0
    assert finished == pytest.approx((212 - 16 - 16) * capacity / work, abs=3)
