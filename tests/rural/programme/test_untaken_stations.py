"""Money for stations that nobody took returns to the purse after the last round of offers (docs/model.md 4.8, 4.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.event import Stamp
from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Funder, ProjectKind, ProjectStatus
from ecsim.rural.events.funds import ContractAwarded, ProjectApproved, WorksFinished
from ecsim.rural.events.stations import OffersEnded, StationOpened
from ecsim.rural.laws.conservation import Conservation
from ecsim.rural.programme.payments import claims_fen
from ecsim.rural.programme.plans import plannable_units
from ecsim.rural.programme.procurement import uncommitted_fen
from ecsim.rural.programme.purse_facts import committed_fen, left_fen, returned_fen
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import prefecture_account
from tiny import Events, made, opening_events, run, same, take, tiny_region

STATIONS: dict[str, Any] = {
    "project_kind": [ProjectKind.STATIONS], "category": [Category.STATIONS], "township": -1, "cooperative": -1,
    "enterprise": -1, "design": [2], "package": -1,
}  # fmt: skip
NOBODY: dict[str, Value] = {"stations.reservation_yuan": 1e6, "stations.offer_rounds": 2, "stations.reoffer_weeks": 4}
ACCEPTED, SUPERVISED = 60, 65
"""Works are accepted in a week, offered then and four weeks later; the next supervision is the week after that."""


def offering(
    policy: str = "pooled_by_project", *, numbers: dict[str, Value] | None = None, central_fen: int = 1_000_003,
    price: int = 876_543, open_: int = 0, weeks: int = 5, changes: dict[str, Any] | None = None,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the region some weeks after a project of ten stations in county 0 was accepted, of which some opened."""
    region, events = tiny_region(changes, policy=policy, numbers=NOBODY | (numbers or {}))
    take(region, "govern", week=47)  # the first tranche comes
    region.world.day = 7 * 50
    region.world.publish(
        made(ProjectApproved, project=[0], quantity=[10], central_fen=[central_fen], local_fen=[50], **STATIONS)
    )
    region.world.publish(
        made(ContractAwarded, project=[0], price_factor=[price], ready_day=[7 * ACCEPTED], weight=[1000])
    )
    events.clear()
    region.world.day = 7 * ACCEPTED
    region.world.publish(WorksFinished(project=[0]))
    if open_:
        region.world.publish(
            made(StationOpened, station=np.arange(open_), village=np.arange(open_), operator=-1, project=0)
        )
    for week in range(ACCEPTED, ACCEPTED + weeks):
        take(region, "govern", "begin_service", week=week)
    return region, events


def test_what_nobody_took_is_the_purses_after_the_last_round_worked_by_hand() -> None:
    # The contract has 1,000,003 fen at 0.876543, 876,545 and a part that the book leaves out. Of ten stations three
    # opened: three tenths, rounded, are 262,964, so 613,581 come back.
    before, _ = offering(open_=3, weeks=4)
    region, events = offering(open_=3)
    same(events.of(OffersEnded), project=[0], untaken=[7], returned_fen=[613_581], day=[7 * 64])
    (was,), (purse,) = (each.office.purses(each.world.state) for each in (before, region))
    assert left_fen(region.world.state, purse) - left_fen(before.world.state, was) == 613_581
    assert committed_fen(region.world.state, 0) == 876_545 - 613_581 == 262_964
    account = prefecture_account(0)
    free = [uncommitted_fen(each.world.state, each.office)[account] for each in (before, region)]
    assert free[1] - free[0] == 613_581


@pytest.mark.parametrize("price", [1, 333_333, 876_543, 999_999, 1_000_000])
@pytest.mark.parametrize("open_", range(6))
@pytest.mark.parametrize("central_fen", [7, 99_999, 12_000_000])
def test_what_is_kept_is_what_stations_that_opened_can_claim(price: int, open_: int, central_fen: int) -> None:
    region, _ = offering(price=price, open_=open_, central_fen=central_fen)
    state, office = region.world.state, region.office
    p = state.projects
    p_after = 10**6  # when the retention is due
    claim = (
        claims_fen(state, office.terms, p_after, np.array([0]))[0, Funder.CENTRAL] + p.paid_by_fen[0, Funder.CENTRAL]
    )
    assert committed_fen(state, 0) in {claim, claim - 1}  # the book leaves out parts of a fen
    assert p.returned_fen[0] + committed_fen(state, 0) == central_fen * price // 10**6
    assert p.untaken[0] == 10 - open_


def test_nothing_comes_back_before_the_last_round_nor_twice() -> None:
    assert not offering(weeks=4)[1].rows(OffersEnded)
    assert offering(weeks=30)[1].rows(OffersEnded) == 1


def test_nothing_comes_back_where_all_stations_opened_or_works_go_on() -> None:
    _, events = offering(central_fen=100, open_=6, weeks=30)
    assert events.of(OffersEnded)["untaken"].tolist() == [4]
    region, events = tiny_region(numbers=NOBODY)
    region.world.publish(made(ProjectApproved, project=[0], quantity=[0], central_fen=[5], **STATIONS))
    region.world.publish(WorksFinished(project=[0]))
    take(region, "begin_service", week=52)
    assert not events.rows(OffersEnded)


def test_later_rounds_of_a_fork_offer_nothing_whose_money_is_gone() -> None:
    region, events = offering()
    late = tiny_region(numbers=NOBODY | {"stations.offer_rounds": 6, "stations.reservation_yuan": -1e6})[0]
    assert late.station_offer.due(region.world.state, 7 * (ACCEPTED + 8)).tolist() == []
    assert events.rows(StationOpened) == 0


def test_no_more_stations_are_planned_where_all_villages_refused_them() -> None:
    region, _ = offering(weeks=4)
    counties = {
        unit.county for unit in plannable_units(region.world, region.office, 0) if unit.kind == ProjectKind.STATIONS
    }
    assert counties == {0, 1}
    region, _ = offering()
    counties = {
        unit.county for unit in plannable_units(region.world, region.office, 0) if unit.kind == ProjectKind.STATIONS
    }
    assert counties == {1}


@pytest.mark.parametrize(
    "policy", ["pooled_by_project", "pooled_by_default", "optimised", "split_by_project", "equal_split"]
)
def test_supervision_finds_it_placed_anew_and_no_more_than_came_back(policy: str) -> None:
    money = 150_000_000
    region, events = offering(policy, central_fen=money, price=10**6, weeks=6)
    assert region.world.week == SUPERVISED
    placed = events.of(ProjectApproved)
    assert placed["reallocated"].all()
    assert 0 < placed["central_fen"].sum() <= money
    assert set(placed["cause"].tolist()) == set(events.of(OffersEnded)["seq"].tolist())
    assert ProjectKind.STATIONS not in placed["project_kind"][placed["county"] == 0]
    if policy in {"split_by_project", "equal_split"}:
        assert set(placed["county"].tolist()) == {0}
    else:
        assert set(placed["county"].tolist()) > {0}
    purse = region.office.purses(region.world.state)[0]
    assert returned_fen(region.world.state, purse) == money - placed["central_fen"].sum()


def test_what_could_not_be_placed_waits_for_more() -> None:
    region, events = offering(central_fen=150_000_000, price=10**6, weeks=20)
    first = events.of(ProjectApproved)
    assert len(set(first["day"].tolist())) == 1  # nothing of what is left fits, so nothing is approved later
    purse = region.office.purses(region.world.state)[0]
    left = returned_fen(region.world.state, purse)
    region.world.publish(
        made(
            ProjectApproved, project=[500], quantity=[10], central_fen=[80_000_000], turn=[900], county=[1], **STATIONS
        )
    )
    region.world.publish(made(ContractAwarded, project=[500], price_factor=[10**6], weight=[1000]))
    region.world.publish(WorksFinished(project=[500]))
    region.world.publish(OffersEnded(project=[500], untaken=[10], returned_fen=[80_000_000]))
    assert returned_fen(region.world.state, purse) == left + 80_000_000


def test_money_that_was_placed_anew_and_came_back_again_counts_once() -> None:
    region, _ = offering(central_fen=150_000_000, price=10**6)
    purse = region.office.purses(region.world.state)[0]
    again = made(
        ProjectApproved, project=[500], quantity=[10], central_fen=[90_000_000], turn=[900], county=[1],
        reallocated=[True], **STATIONS,
    )  # fmt: skip
    region.world.publish(again)
    assert returned_fen(region.world.state, purse) == 60_000_000
    region.world.publish(made(ContractAwarded, project=[500], price_factor=[10**6], weight=[1000]))
    region.world.publish(WorksFinished(project=[500]))
    region.world.publish(OffersEnded(project=[500], untaken=[10], returned_fen=[90_000_000]))
    assert returned_fen(region.world.state, purse) == 150_000_000


def test_a_plan_file_is_not_added_to() -> None:
    store = {"id": "a", "place": "990101", "kind": "cold_store", "central_yuan": 100_000}
    plan = {"name": "own", "title_en": "Own", "title_zh": "自编", "purse": "prefecture", "projects": [store]}
    filed = {"policy.plan": plan, "policy.funds.strategy": "plan", "policy.funds.floor_share": 0.0}
    _, events = offering(changes=filed, central_fen=150_000_000, weeks=6)
    assert events.rows(OffersEnded)
    assert not events.rows(ProjectApproved)


def test_a_region_in_which_nobody_takes_stations_places_the_money_elsewhere() -> None:
    soon: dict[str, Value] = {
        "funds.county_capacity": 20.0, "funds.plan_lag_weeks": 4, "stations.offer_rounds": 1,
        "stations.reservation_yuan": 1e6, "governance.change_weeks": 0, "offices.abandonment": 0.0,
    }  # fmt: skip
    region, events = tiny_region({"end": "2020-12-27", "policy.funds.multiplier": 0.5}, numbers=soon)
    run(region, region.settings.weeks)
    state = region.world.state
    assert not state.count("stations")
    ended, approved = events.of(OffersEnded), events.of(ProjectApproved)
    anew = approved["reallocated"]
    assert ended["returned_fen"].sum() > 0
    assert 0 < approved["central_fen"][anew].sum() <= ended["returned_fen"].sum()
    assert ProjectKind.STATIONS not in approved["project_kind"][anew]
    built = state.projects.status[approved["project"][anew]] == ProjectStatus.FINISHED
    assert built.any()
    # Every fen is accounted for: the ledger sums to zero, stations that nobody took were paid nothing.
    assert (state.accounts.balance_fen.sum(axis=0) == 0).all()
    assert not state.projects.paid_by_fen[ended["project"], Funder.CENTRAL].any()
    laws, nobody = Conservation(["甲", "乙"]), np.zeros(0, np.int64)
    for event in opening_events():
        laws.see(event, Stamp(0, 0, nobody))
    for event, stamp in events.batches:
        laws.see(event, stamp)
    (money,) = (law for law in laws.laws if law.name == "money")
    assert money.violations(state) == []
