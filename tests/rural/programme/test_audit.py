"""Money may be diverted, and audits and inspections may find it (docs/model.md 4.10; notice, part 4.1)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Funder, ProjectKind
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved
from ecsim.rural.events.governance import DiversionFound, MoneyDiverted
from ecsim.rural.programme.audit import divert, find_diversions
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import OUTSIDE, SUPPLIERS, county_account, prefecture_account
from tiny import Events, made, same, take, tiny_region

ALL: dict[str, Value] = {"governance.diversion": 1.0, "governance.diverted_share": 0.25, "governance.recovered": 0.8}


def diverted(numbers: dict[str, Value], *, policy: str = "pooled_by_project", many: int = 1) -> tuple[Region, Events]:
    """Return the region after works of county 1 were awarded, at 0.8 of 800,000 central and 200,000 local fen."""
    region, events = tiny_region(numbers=numbers, policy=policy)
    rows = np.arange(many)
    columns = {"county": np.ones(many), "township": -np.ones(many), "turn": rows, "project": rows}
    money = {"central_fen": np.full(many, 800_000), "local_fen": np.full(many, 200_000)}
    region.world.publish(made(ProjectApproved, **{k: v.astype(int) for k, v in (columns | money).items()}))
    award = made(
        ContractAwarded, project=rows, price_factor=np.full(many, 800_000), quality=np.full(many, 1_000_000),
        due_day=np.full(many, 10_000),
    )  # fmt: skip
    region.world.publish(award)
    events.clear()
    divert(region.world, region.office)
    return region, events


def test_a_quarter_of_the_central_money_goes_and_the_works_are_worse_worked_by_hand() -> None:
    # 0.25 x 0.8 x 800,000 = 160,000 of the 800,000 that the contract is worth: a fifth less of everything.
    region, events = diverted(ALL)
    found = events.of(MoneyDiverted)
    same(found, project=[0], diverted_fen=[160_000], quality=[800_000], cause=[found["seq"][0] - 1])
    same(
        events.of(PaymentMade), payer=[SUPPLIERS], payee=[OUTSIDE], paid_fen=[160_000], funder=[Funder.CENTRAL],
        project=[-1], cause=found["seq"],
    )  # fmt: skip
    assert region.world.state.projects.quality[0] == 800_000
    assert region.world.state.accounts.balance_fen.sum() == 0


@pytest.mark.parametrize("none", ["governance.diversion", "governance.diverted_share"])
def test_where_nobody_diverts_nothing_is(none: str) -> None:
    region, events = diverted(ALL | {none: 0.0})
    find_diversions(region.world, region.office, "audit", 1.0)
    assert not events.batches


def test_as_many_projects_lose_money_as_are_said_to() -> None:
    _, events = diverted(ALL | {"governance.diversion": 0.3}, many=400)
    assert abs(events.rows(MoneyDiverted) / 400 - 0.3) < 4 * (0.3 * 0.7 / 400) ** 0.5


@pytest.mark.parametrize(
    ("policy", "purse"), [("pooled_by_project", prefecture_account(0)), ("split_by_project", county_account(1, 1))]
)
def test_what_an_audit_finds_comes_back_to_the_purse_it_came_from(policy: str, purse: int) -> None:
    region, events = diverted(ALL, policy=policy)
    cause = events.of(MoneyDiverted)["seq"]
    events.clear()
    find_diversions(region.world, region.office, "audit", 1.0)
    found = events.of(DiversionFound)
    same(found, project=[0], diverted_fen=[160_000], returned_fen=[128_000], cause=cause)
    same(events.of(PaymentMade), payer=[OUTSIDE], payee=[purse], paid_fen=[128_000], cause=found["seq"])
    assert region.world.state.counties.diversions.tolist() == [0, 1]
    events.clear()
    find_diversions(region.world, region.office, "audit", 1.0)
    assert not events.batches  # it is found once
    assert region.world.state.accounts.balance_fen[:, Funder.CENTRAL].sum() == 0


def test_an_audit_finds_as_many_as_it_looks_at() -> None:
    region, events = diverted(ALL, many=400)
    find_diversions(region.world, region.office, "audit", 0.3)
    assert abs(events.rows(DiversionFound) / 400 - 0.3) < 4 * (0.3 * 0.7 / 400) ** 0.5


@pytest.mark.parametrize(("name", "day"), [("audited", dt.date(2019, 12, 31)), ("inspected", dt.date(2019, 4, 1))])
def test_audits_and_inspections_come_on_their_dates(name: str, day: dt.date) -> None:
    numbers: dict[str, Value] = {"governance.audited": 0.0, "governance.inspected": 0.0, f"governance.{name}": 1.0}
    week = (day - dt.date(2018, 1, 1)).days // 7
    for near, there in ((week - 1, 0), (week, 1), (week + 1, 0)):
        region, events = diverted(ALL | numbers)
        take(region, "govern", week=near)
        assert events.rows(DiversionFound) == there


def test_a_county_that_diverts_does_from_all_its_works_and_none_else_does() -> None:
    sure: dict[str, Value] = {"governance.diverted_share": 0.25, "governance.diversion": 0.0}
    for share, many in ((0.0, 0), (1.0, 20)):
        _, events = diverted(sure | {"governance.diverting_counties": share}, many=20)
        assert events.rows(MoneyDiverted) == many
    for seed_share in (0.2, 0.5, 0.8):
        _, events = diverted(sure | {"governance.diverting_counties": seed_share}, many=20)
        assert events.rows(MoneyDiverted) in (0, 20)


@pytest.mark.parametrize(("kind", "owner", "diverts"), [
    (ProjectKind.COLD_STORE, {}, True), (ProjectKind.SERVICE_CENTRE, {}, False),
    (ProjectKind.SERVICE_CENTRE, {"cooperative": 1}, True), (ProjectKind.SERVICE_CENTRE, {"enterprise": 0}, True),
])  # fmt: skip
def test_owners_divert_from_what_is_built_for_them(kind: ProjectKind, owner: dict[str, int], diverts: bool) -> None:
    """A store goes to a dealer; a centre is the county's, unless its plan names who gets it."""
    region, events = tiny_region(numbers={
        "governance.diversion": 0.0, "governance.diverting_owners": 1.0, "governance.diverted_share": 0.25,
    })  # fmt: skip
    nobody = {"cooperative": -1, "enterprise": -1}
    money = {"central_fen": [800_000], "local_fen": [200_000], "county": [1], "township": [-1]}
    columns = {name: [value] for name, value in (nobody | owner).items()}
    region.world.publish(made(ProjectApproved, project=[0], project_kind=[kind], **money, **columns))
    region.world.publish(made(ContractAwarded, project=[0], price_factor=[10**6], quality=[10**6], due_day=[10_000]))
    events.clear()
    divert(region.world, region.office)
    assert (events.rows(MoneyDiverted) == 1) is diverts
