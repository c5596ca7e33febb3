"""Supervision finds money that lies idle, warns, and moves or recalls it (docs/model.md 4.10; notice, part 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Funder, ProjectKind, ProjectStatus, SupervisionAct
from ecsim.rural.events.funds import ContractAwarded, PaymentMade, ProjectApproved, ReportFiled, TenderVoided
from ecsim.rural.events.governance import IdleMoneyFound, PlanFiled, ProjectWithdrawn
from ecsim.rural.programme.administration import FundAdministration
from ecsim.rural.programme.purse_facts import book_of
from ecsim.rural.programme.supervision import awarded_fen, idle_projects, supervise
from ecsim.rural.region import Region
from ecsim.rural.scenario import Scenario
from ecsim.rural.state.ledger import PROVINCE, county_account, prefecture_account
from tiny import Events, made, same, take, tiny_region

QUARTER, NEXT = 78, 91
"""Supervisions, 13 weeks apart; the first is half a year after week 52."""
COLD = {"project_kind": [ProjectKind.COLD_STORE], "category": [0], "township": [-1], "turn": [0]}
MONEY = 25_000_000_00


def approved(region: Region, project: int, county: int, week: int, central_fen: int = MONEY, **more: Any) -> None:
    region.world.day = 7 * week
    columns = (
        COLD | {"project": [project], "county": [county], "central_fen": [central_fen], "local_fen": [10**6]} | more
    )
    region.world.publish(made(ProjectApproved, **columns))


def standing_still(
    supervision: str, *, policy: str = "pooled_by_project", week: int = QUARTER, numbers: dict[str, Value] | None = None
) -> tuple[Region, Events]:
    """Return the region in which county 0 has begun nothing since week 50 and county 1 began works in week 70.

    Counties lack local money, so that nothing is awarded; a plan has no lag, and no cap binds.
    """
    given: dict[str, Value] = {
        "governance.idle_weeks": 26, "governance.most_withdrawn": 10.0, "governance.change_weeks": 0,
        "funds.plan_lag_weeks": 0, "funds.pooled_delay_weeks": 0, "procurement.fewest_bidders": 0,
    }  # fmt: skip
    region, events = tiny_region(
        {"policy.funds.supervision": supervision}, policy=policy, numbers=given | (numbers or {})
    )
    take(region, "govern", week=47)  # the first tranche comes
    approved(region, 0, county=0, week=50)
    approved(region, 1, county=1, week=50)
    region.world.day = 7 * 70
    region.world.publish(made(ContractAwarded, project=[1], due_day=[10_000]))
    events.clear()
    take(region, "govern", week=week)
    return region, events


def test_money_is_idle_where_works_stand_still_worked_by_hand() -> None:
    # Approved 28 weeks ago: idle if nothing was awarded within 26 weeks.
    region, _ = standing_still("none")
    state, day = region.world.state, 7 * QUARTER
    assert awarded_fen(state, day, 26).tolist() == [0, MONEY]
    assert awarded_fen(state, day, 8).tolist() == [0, 0]  # an award of 8 weeks ago is not within 8 weeks
    assert idle_projects(state, region.office, day).tolist() == [0]


@pytest.mark.parametrize(("numbers", "columns", "idle"), [
    ({"governance.idle_weeks": 28}, {}, [0]),
    ({"governance.idle_weeks": 29}, {}, []),  # not yet late for so long
    ({"funds.plan_lag_weeks": 2}, {}, [0]),
    ({"funds.plan_lag_weeks": 3}, {}, []),  # its plan has it begin three weeks later
    ({"funds.pooled_delay_weeks": 4}, {}, []),
    ({}, {"start_day": 7 * 52}, [0]),
    ({}, {"start_day": 7 * 53}, []),
])  # fmt: skip
def test_idle_counts_from_the_plans_own_dates(
    numbers: dict[str, Value], columns: dict[str, Any], idle: list[int]
) -> None:
    region, _ = standing_still("none", numbers=numbers)
    region.world.publish(made(ProjectWithdrawn, project=[0]))
    approved(region, 0, county=0, week=50, **columns)
    assert idle_projects(region.world.state, region.office, 7 * QUARTER).tolist() == idle


def test_what_was_tendered_in_vain_of_late_is_not_idle() -> None:
    region, _ = standing_still("none")
    region.world.day = 7 * 60
    region.world.publish(made(TenderVoided, project=[0], bidders=[1]))
    assert idle_projects(region.world.state, region.office, 7 * QUARTER).tolist() == []


@pytest.mark.parametrize(("waiting", "idle"), [([1], []), ([1, 1], [4]), ([1, 1, 1], [4, 5]), ([2], [3]), ([0, 1], [])])
def test_money_beyond_a_countys_pace_is_idle_in_the_order_of_the_plan(waiting: list[int], idle: list[int]) -> None:
    # County 1 awarded one project within the time: as much again is on its way, more than that lies idle.
    region, _ = standing_still("none")
    for turn, times in enumerate(waiting, 1):
        approved(region, 2 + turn, county=1, week=50, central_fen=times * MONEY, turn=[turn])
    region.world.publish(made(ProjectWithdrawn, project=[0]))
    assert idle_projects(region.world.state, region.office, 7 * QUARTER).tolist() == idle


def test_what_waits_for_the_province_is_not_idle() -> None:
    region, _ = standing_still("none")
    region.world.day = 7 * 50
    region.world.publish(made(PlanFiled, prefecture=[0], due_day=[10_000]))
    assert idle_projects(region.world.state, region.office, 7 * QUARTER).tolist() == []


def test_without_supervision_nothing_is_found() -> None:
    _, events = standing_still("none")
    assert not events.rows(IdleMoneyFound)


@pytest.mark.parametrize("supervision", ["warn", "move"])
def test_who_lets_money_lie_is_warned_first(supervision: str) -> None:
    region, events = standing_still(supervision)
    same(events.of(IdleMoneyFound), county=[0], idle_fen=[MONEY], act=[SupervisionAct.WARNED])
    assert region.world.state.counties.warnings.tolist() == [1, 0]
    assert not events.rows(ProjectWithdrawn)


def test_a_warning_alone_moves_nothing() -> None:
    region, events = standing_still("warn")
    take(region, "govern", week=NEXT)
    assert set(events.of(IdleMoneyFound)["act"].tolist()) == {SupervisionAct.WARNED}
    assert not events.rows(ProjectWithdrawn)


def test_a_pooled_purse_moves_idle_money_to_a_county_that_uses_it() -> None:
    region, events = standing_still("move")
    take(region, "govern", week=NEXT)
    found, state = events.of(IdleMoneyFound), region.world.state
    same(found, act=[SupervisionAct.WARNED, SupervisionAct.MOVED])
    same(events.of(ProjectWithdrawn), project=[0], cause=[found["seq"][1]])
    new = events.of(ProjectApproved)
    assert set(new["county"].tolist()) == {1}
    assert set(new["category"].tolist()) == {0}  # within its head
    assert 0 < new["central_fen"].sum() <= MONEY
    assert (new["cause"] == found["seq"][1]).all()
    assert state.projects.status[0] == ProjectStatus.ABSENT
    # What is there already is not planned again: the first cold store of county 1 has turn 0.
    assert 0 not in new["turn"][new["project_kind"] == ProjectKind.COLD_STORE]
    same(events.of(PlanFiled), projects=[len(new["project"])], prefecture=[0])
    assert state.accounts.balance_fen[:, Funder.CENTRAL].sum() == 0
    assert not events.rows(PaymentMade) or (events.of(PaymentMade)["payee"] != PROVINCE).all()


def test_money_of_a_countys_own_purse_goes_back_to_the_province() -> None:
    region, events = standing_still("move", policy="split_by_project")
    events.clear()
    take(region, "govern", week=NEXT)
    same(events.of(IdleMoneyFound), act=[SupervisionAct.RECALLED], county=[0], idle_fen=[MONEY])
    paid = events.of(PaymentMade)
    back = paid["payee"] == PROVINCE
    assert paid["payer"][back].tolist() == [county_account(1, 0)]
    # The county got 60 % of 17.6 million yuan, less than the project would have cost: it gives back what it has.
    assert paid["paid_fen"][back].tolist() == [1_056_000_000]
    state = region.world.state
    assert state.accounts.balance_fen[county_account(1, 0), Funder.CENTRAL] == 0
    # Of its allotment only what is still to come can be placed: 40 %, whose shares are those of the whole allotment.
    purse = region.office.purses(state)[0]
    assert purse.recalled_fen == 1_056_000_000
    assert book_of(region.world, region.office, purse, refusing=True).left_fen == 704_000_000
    assert purse.shares_fen == (1_760_000_000,)


def test_nothing_moves_where_all_stand_still() -> None:
    region, events = standing_still("move", week=NEXT + 13)
    take(region, "govern", week=NEXT + 26)
    assert set(events.of(IdleMoneyFound)["county"].tolist()) == {0}  # nothing of county 1 waits
    # Nobody could use it, so nothing leaves the plan for nothing; the warning is said again.
    assert not events.rows(ProjectWithdrawn)
    assert set(events.of(IdleMoneyFound)["act"].tolist()) == {SupervisionAct.WARNED}
    assert not events.rows(ProjectApproved)
    assert not events.rows(PlanFiled)
    assert region.world.state.accounts.balance_fen[prefecture_account(0), Funder.CENTRAL] > 0


def test_works_that_go_on_again_are_left_alone() -> None:
    region, events = standing_still("move")
    approved(region, 2, county=0, week=80, turn=[1])
    region.world.publish(made(ContractAwarded, project=[2], due_day=[10_000]))
    events.clear()
    take(region, "govern", week=NEXT)
    assert not events.rows(IdleMoneyFound)
    assert np.array_equal(region.world.state.counties.warnings, [1, 0])


def test_what_was_not_idle_when_its_county_was_warned_is_not_taken() -> None:
    region, events = standing_still("move")
    approved(region, 2, county=0, week=60, turn=[1])  # late enough only after the warning
    events.clear()
    take(region, "govern", week=NEXT)
    assert set(events.of(ProjectWithdrawn)["project"].tolist()) == {0}


@pytest.mark.parametrize(("cap", "taken"), [(0.0, []), (1.0, [4]), (1.99, [4]), (2.0, [3, 4]), (10.0, [0, 3, 4])])
def test_no_more_than_the_cap_is_taken_in_a_quarter_the_last_of_the_plan_first(cap: float, taken: list[int]) -> None:
    # Three projects of 25 million yuan wait in county 0; a cap is a share of its allotment of 17.6 million.
    numbers: dict[str, Value] = {"governance.most_withdrawn": cap * 25.0 / 17.6}
    region, events = standing_still("none", policy="split_by_project", numbers=numbers)
    for project in (3, 4):
        approved(region, project, county=0, week=50, turn=[project])
    office = replace(region.office, scenario=moving(region))
    supervised(region, office, QUARTER)
    events.clear()
    supervised(region, office, NEXT)
    assert sorted(events.of(ProjectWithdrawn)["project"].tolist() if events.rows(ProjectWithdrawn) else []) == taken


def moving(region: Region) -> Scenario:
    """Return the scenario of a region in which supervision moves money."""
    policy = region.office.policy
    funds = policy.funds.model_copy(update={"supervision": "move"})
    return region.office.scenario.model_copy(update={"policy": policy.model_copy(update={"funds": funds})})


def supervised(region: Region, office: FundAdministration, week: int) -> None:
    """Let one supervision take place."""
    region.world.day = 7 * week
    filed = region.world.publish(made(ReportFiled, county=[0, 1]))
    supervise(region.world, office, office.purses(region.world.state), filed)
