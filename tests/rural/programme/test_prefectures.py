"""A prefecture's calendar: money comes in, plans are made, reports are filed (docs/model.md 4.10; notice, part 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Funder, ProjectKind, ReportKind
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved, ReportFiled, WorksFinished
from ecsim.rural.events.opening import CountiesBaselined
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, county_account, prefecture_account
from tiny import Events, made, same, take, tiny_region

NOTICE, PLAN, SELF_EVALUATION = 47, 50, 77
"""Weeks of 30 November and 20 December 2018 and 30 June 2019."""
EACH = 1_760_000_000
"""17.6 million yuan a county."""
PURSE = prefecture_account(0)


def governed(week: int, policy: str = "pooled_by_project", **how: Any) -> tuple[Region, Events]:
    """Return the region after one week of government."""
    region, events = tiny_region(policy=policy, **how)
    take(region, "govern", week=week)
    return region, events


def test_the_first_tranche_is_pooled_worked_by_hand() -> None:
    # 60 % of 2 x 17.6 million yuan come from the province with the notice, the rest at the self-evaluation.
    region, events = governed(NOTICE)
    same(
        events.of(PaymentMade), payer=[PROVINCE], payee=[PURSE], paid_fen=[2_112_000_000], funder=[Funder.CENTRAL],
        category=[Category.OTHER], project=[-1], cause=[-1],
    )  # fmt: skip
    first = events.of(PaymentMade)["seq"][0]
    events.clear()
    take(region, "govern", week=SELF_EVALUATION)
    found = events.of(PaymentMade)
    central = {name: column[found["funder"] == Funder.CENTRAL] for name, column in found.items()}
    same(central, payee=[PURSE], paid_fen=[1_408_000_000], cause=[first])
    assert region.world.state.accounts.balance_fen[[PROVINCE, PURSE], 0].tolist() == [-2 * EACH, 2 * EACH]


def test_a_split_purse_passes_it_on_at_once() -> None:
    region, events = governed(NOTICE, "split_by_project")
    counties = [county_account(1, county) for county in (0, 1)]
    found = events.of(PaymentMade)
    same(found, payer=[PROVINCE, PURSE, PROVINCE, PURSE], payee=[PURSE, counties[0], PURSE, counties[1]])
    assert set(found["paid_fen"].tolist()) == {1_056_000_000}
    assert found["cause"].tolist() == [-1, found["seq"][0], -1, found["seq"][2]]
    assert region.world.state.accounts.balance_fen[[PURSE, *counties], 0].tolist() == [0, 1_056_000_000, 1_056_000_000]


def test_a_formula_goes_by_people_poor_and_villages_worked_by_hand() -> None:
    # Shares of the two counties, with four villages each: residents 2/3 and 1/3, households on the register 3/4 and
    # 1/4, villages a half each: in sum 23/12 and 13/12 of 3, so 23/36 and 13/36 of 35.2 million.
    alike = {CountiesBaselined: {"villages": 4}}
    _, events = governed(NOTICE, "formula_split", numbers={"funds.first_tranche": 1.0}, opened=alike)
    fen = events.of(PaymentMade)["paid_fen"][1::2]
    np.testing.assert_allclose(fen / (2 * EACH), [23 / 36, 13 / 36], rtol=1e-8)
    assert fen.sum() == 2 * EACH


def test_without_money_no_government_acts() -> None:
    region, events = tiny_region(policy="no_money")
    for week in range(117):
        take(region, "govern", "begin_service", "train", week=week)
    assert not events.batches


def test_money_comes_in_the_weeks_of_its_dates_alone() -> None:
    paid = {week: governed(week)[1].of(PaymentMade)["payer"] for week in range(40, 100)}
    assert {week for week, payers in paid.items() if (payers == PROVINCE).any()} == {NOTICE, SELF_EVALUATION}


def planned(policy: str = "pooled_by_project", **how: Any) -> tuple[Region, Events]:
    """Return the region in which plans were made after the first tranche came."""
    region, events = governed(NOTICE, policy, **how)
    take(region, "govern", week=PLAN)
    return region, events


@pytest.mark.parametrize("policy", ["pooled_by_project", "split_by_project", "equal_split", "pooled_by_default"])
def test_plans_spend_no_more_than_the_purse_and_rest_on_the_money_that_came(policy: str) -> None:
    region, events = planned(policy)
    found = events.of(ProjectApproved)
    central = np.bincount(np.where(found["county"] < 0, 2, found["county"]), found["central_fen"], 3)
    assert central.sum() <= 2 * EACH
    if not policy.startswith("pooled"):
        assert (central[:2] <= EACH).all()
        assert central[2] == 0
    payments = events.of(PaymentMade)
    assert set(found["cause"].tolist()) <= set(payments["seq"].tolist())
    assert found["project"].tolist() == list(range(len(found["project"])))
    assert region.world.state.count("projects") == len(found["project"])


def test_plans_say_how_many_each_project_builds_and_where() -> None:
    _, events = planned()
    found = events.of(ProjectApproved)
    of = {kind: found["project_kind"] == kind for kind in ProjectKind}
    assert set(found["quantity"][of[ProjectKind.STATIONS]].tolist()) == {10}
    assert set(found["quantity"][of[ProjectKind.TRAINING]].tolist()) == {500}
    assert set(found["quantity"][of[ProjectKind.CERTIFICATION]].tolist()) == {1}
    assert set(found["design"][of[ProjectKind.STATIONS]].tolist()) == {2}
    # Transfer points: township 1 of county 0 has 5 households, township 0 has 3: the more populous first.
    points = of[ProjectKind.TOWNSHIP_POINTS]
    townships = zip(*(found[name][points].tolist() for name in ("county", "turn", "township")), strict=True)
    assert set(townships) <= {(0, 0, 1), (0, 1, 0), (1, 0, 2)}
    assert points.any()


def test_shared_assets_are_planned_only_by_who_holds_the_pooled_purse() -> None:
    assert (planned()[1].of(ProjectApproved)["county"] < 0).any()
    assert not (planned(numbers={"funds.shared_assets": False})[1].of(ProjectApproved)["county"] < 0).any()
    assert not (planned("split_by_project")[1].of(ProjectApproved)["county"] < 0).any()


def reports(week: int, numbers: dict[str, Value] | None = None) -> dict[str, np.ndarray]:
    """Return the reports of a week in which, of four projects of county 0, one is finished and one is under way."""
    region, events = tiny_region(numbers=numbers)
    for project in range(4):
        region.world.publish(made(ProjectApproved, project=[project], township=[-1]))
    for project in (0, 1):
        region.world.publish(made(ContractAwarded, project=[project], due_day=[10_000]))
    region.world.publish(WorksFinished(project=[0]))
    events.clear()
    take(region, "govern", week=week)
    return events.of(ReportFiled)


@pytest.mark.parametrize(
    ("date", "kind"),
    [
        (dt.date(2018, 12, 20), ReportKind.FUND_PLAN), (dt.date(2019, 6, 30), ReportKind.SELF_EVALUATION),
        (dt.date(2019, 11, 30), ReportKind.PRE_EVALUATION), (dt.date(2020, 3, 15), ReportKind.PROVINCIAL_EVALUATION),
    ],
)  # fmt: skip
def test_reports_are_filed_on_their_dates(date: dt.date, kind: ReportKind) -> None:
    week = (date - dt.date(2018, 1, 1)).days // 7
    for near, there in ((week - 1, False), (week, True), (week + 1, False)):
        assert (kind in reports(near)["report"]) is there


def test_monthly_and_quarterly_reports_follow_the_plan() -> None:
    kinds = {week: set(reports(week)["report"].tolist()) for week in (47, 48, 52, 56, 65, 104)}
    assert kinds[47] == kinds[48] == set()
    assert kinds[52] == {ReportKind.MONTHLY_REPORT, ReportKind.QUARTERLY_SUPERVISION}  # 13 x 4
    assert kinds[56] == {ReportKind.MONTHLY_REPORT}
    assert kinds[65] == {ReportKind.QUARTERLY_SUPERVISION}
    assert kinds[104] == {ReportKind.MONTHLY_REPORT, ReportKind.QUARTERLY_SUPERVISION}


def test_what_is_reported_is_begun_and_what_is_verified_is_done_worked_by_hand() -> None:
    # Of four projects of county 0 two have begun and one is done; county 1 has none.
    found = reports(56)
    same(found, county=[0, 1], reported=[500_000, 0], verified=[250_000, 0])


@pytest.mark.parametrize(("over", "reported"), [(0.0, [500_000, 0]), (0.5, [750_000, 500_000]), (1.0, [1_000_000] * 2)])
def test_over_reporting_fills_up_a_share_of_what_is_not_begun_and_nothing_of_what_is_verified(
    over: float, reported: list[int]
) -> None:
    same(reports(56, {"funds.over_reporting": over}), reported=reported, verified=[250_000, 0])
