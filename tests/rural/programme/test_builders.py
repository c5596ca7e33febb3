"""Governments as builders: tenders, awards, desk work, acceptance and payment (docs/model.md 4.10)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.event import Event
from ecsim.kernel.parameters import Value
from ecsim.kernel.world import World
from ecsim.rural.events.codes import Category, Funder, Level, ProjectKind, ProjectStatus
from ecsim.rural.events.funds import (
    ContractAwarded,
    ContractorFailed,
    DeskWorked,
    FacilityOpened,
    PaymentMade,
    ProjectApproved,
    ProjectRecalled,
    TenderVoided,
    WorksFinished,
    WorksGivenUp,
    WorksHalfDone,
)
from ecsim.rural.events.market import BrandBuilt
from ecsim.rural.events.stations import StationOffered, StationOpened
from ecsim.rural.programme.procurement import desk_work, office_of
from ecsim.rural.programme.purse_facts import book_of, left_fen
from ecsim.rural.region import Region
from ecsim.rural.simulate import simulate
from ecsim.rural.state.ledger import OUTSIDE, PROVINCE, SUPPLIERS, county_account, prefecture_account
from tiny import Events, made, same, take, tiny_region, tiny_scenario

PURSE = prefecture_account(0)
STEADY: dict[str, Value] = {
    "procurement.cost_spread": 0.0, "procurement.quality_spread": 0.0, "procurement.fewest_bidders": 1,
    "procurement.bidders": 20.0, "procurement.default": 0.0, "offices.time_sigma": 0.0, "offices.capacity_sigma": 0.0,
    "offices.abandonment": 0.0, "funds.prefecture_factor": 1.0, "governance.leading_group": 0.0,
    "governance.learning_time": 0.0, "governance.learning_cost": 0.0, "governance.diversion": 0.0,
}  # fmt: skip
"""Every bid asks the budget, every contractor is as good and as fast as agreed, offices are alike and learn nothing."""
QUIET = {"start": dt.date(2020, 7, 6), "end": dt.date(2022, 12, 31)}
"""After all dates of the programme: nothing is planned but what a test approves."""
LAG, LEAD = 12, 16
"""Weeks from plan to first contract where counties have the money, and weeks that a cold store takes."""


def approved(region: Region, many: int = 1, kind: ProjectKind = ProjectKind.COLD_STORE, **columns: Any) -> None:
    """Approve projects today, each of 1,000 yuan of central money, 200 local and 50 social."""
    first = region.world.state.count("projects")
    values = {
        "central_fen": [100_000] * many,
        "local_fen": 20_000,
        "social_fen": 5_000,
        "township": -1,
        "quantity": 1,
        "package": -1,
    }
    region.world.publish(
        made(
            ProjectApproved, project=np.arange(first, first + many), project_kind=int(kind), turn=np.arange(many),
            category=int(Category.SUPPLY_CHAIN), **(values | columns),
        )
    )  # fmt: skip


def filled(region: Region, fen: int, account: int = PURSE, funder: Funder = Funder.CENTRAL) -> None:
    """Put money into an account."""
    payer = PROVINCE if funder == Funder.CENTRAL else OUTSIDE
    region.world.publish(
        made(PaymentMade, payer=[payer], payee=[account], funder=int(funder), project=[-1], paid_fen=[fen])
    )


def with_own_money(region: Region, county: int = 0) -> None:
    """Fill a county's own accounts of local and social money."""
    for funder in (Funder.LOCAL, Funder.SOCIAL):
        filled(region, 10**9, county_account(1, county), funder)


def begun(
    many: int = 1, *, numbers: dict[str, Value] | None = None, purse_fen: int = 10**9, **columns: Any
) -> tuple[Region, Events]:
    """Return a region of county purses in the week in which contracts of county 0 are awarded."""
    region, events = quiet("split_by_project", numbers=numbers)
    approved(region, many, **columns)
    filled(region, purse_fen, county_account(1, 0))
    with_own_money(region)
    events.clear()
    take(region, "govern", week=LAG)
    return region, events


def quiet(
    policy: str = "pooled_by_project", *, numbers: dict[str, Value] | None = None, **changes: Any
) -> tuple[Region, Events]:
    """Return the tiny region after the programme's dates, its offices and contractors steady."""
    told = {f"policy.{key}": value for key, value in changes.items()}
    return tiny_region(QUIET | told, policy=policy, numbers=STEADY | (numbers or {}))


def govern(region: Region, *weeks: int) -> None:
    for week in weeks:
        take(region, "govern", week=week)


def test_an_award_worked_by_hand() -> None:
    # Sixteen weeks after approval: twelve, and four more for pooling. The advance is 30 % of each funder's part.
    region, events = quiet(numbers={"funds.local_budget": 1.0, "funds.social_budget": 1.0})
    approved(region)
    filled(region, 10**9)
    govern(region, 0)
    account = county_account(1, 0)
    same(
        events.of(PaymentMade), payer=[PROVINCE, OUTSIDE, OUTSIDE], payee=[PURSE, account, account],
        paid_fen=[10**9, 20_000, 5_000],
    )  # fmt: skip
    events.clear()
    govern(region, *range(1, 16))
    assert events.kinds() == {"report_filed", "targets_reported"}
    govern(region, 16)
    weeks = 16
    same(
        events.of(ContractAwarded), project=[0], price_factor=[1_000_000], quality=[1_000_000], begins_day=[7 * 16],
        due_day=[7 * (16 + LEAD)], ready_day=[7 * (16 + LEAD)], weight=[1_000], desk=[500 * weeks],
    )  # fmt: skip
    same(
        events.of(PaymentMade), payer=[PURSE, account, account], payee=[SUPPLIERS] * 3, paid_fen=[30_000, 6_000, 1_500],
        funder=[Funder.CENTRAL, Funder.LOCAL, Funder.SOCIAL], category=[Category.SUPPLY_CHAIN] * 3, project=[0] * 3,
        cause=[events.of(ContractAwarded)["seq"][0]] * 3,
    )  # fmt: skip
    same(events.of(DeskWorked), project=[0], worked=[1_000])


def test_counties_award_sooner_and_pay_from_their_own_purse() -> None:
    _, events = begun()
    same(events.of(ContractAwarded), project=[0], begins_day=[7 * LAG])
    assert events.of(PaymentMade)["payer"][0] == county_account(1, 0)


@pytest.mark.parametrize(("once", "each"), [(0, 0), (8, 0), (4, 3)])
def test_co_ordination_delays_a_pooled_purse_once_and_at_each_award(once: int, each: int) -> None:
    numbers = {"funds.pooled_delay_weeks": once, "offices.award_delay_weeks": each}
    region, events = quiet(numbers=numbers)
    approved(region)
    filled(region, 10**9)
    with_own_money(region)
    events.clear()
    govern(region, *range(60))
    awarded, finished = events.of(ContractAwarded), events.of(WorksFinished)
    same(awarded, day=[7 * (LAG + once)], begins_day=[7 * (LAG + once + each)])
    same(finished, day=[7 * (LAG + once + each + LEAD)])
    assert events.of(DeskWorked)["day"].min() == 7 * (LAG + once + each)


def test_no_more_is_open_than_an_office_can_hold() -> None:
    # Three project-weeks a week and twice as much open: six, then as many as are finished.
    region, events = begun(12, numbers={"funds.county_capacity": 3.0})
    same(events.of(ContractAwarded), project=list(range(6)))
    assert events.of(DeskWorked)["project"].tolist() == [0, 1, 2]  # the first by rank
    govern(region, *range(LAG + 1, LAG + 200))
    finished = events.of(WorksFinished)
    assert finished["project"].tolist() == list(range(12))
    assert finished["day"].max() == 7 * (LAG + 12 * 8 // 3)  # desk work of 8 weeks each, three at a time
    assert (np.bincount(events.of(DeskWorked)["day"] // 7, events.of(DeskWorked)["worked"])[LAG:-1] == 3_000).all()


def test_a_project_opens_when_both_the_desk_and_the_contractor_are_done() -> None:
    for share, weeks in ((0.5, LEAD), (1.0, LEAD), (0.0, LEAD)):
        region, events = begun(numbers={"offices.desk_share": share})
        govern(region, *range(LAG + 1, LAG + 40))
        same(events.of(WorksFinished), day=[7 * (LAG + weeks)])


def test_desk_work_is_rounded_so_that_it_takes_its_part_of_the_time() -> None:
    weight = np.array([1, 7, 333, 1_000, 2_777])
    for weeks in (0.0, 1.0, 7.0, 16.0, 30.0):
        for share in (0.0, 0.1, 0.5, 0.7, 1.0):
            desk = desk_work(weight, np.full(5, weeks), share)
            assert (-(-desk // weight) == np.ceil(round(share * weeks, 9))).all()


def test_size_is_money_to_a_power_over_its_mean() -> None:
    for exponent, expected in ((0.0, [1_000] * 3), (0.5, [609, 1_195, 1_195]), (1.0, [344, 1_328, 1_328])):
        _, events = begun(
            3, numbers={"offices.size_exponent": exponent}, central_fen=[80_000, 380_000, 380_000]
        )  # with what others add: 105,000 and 405,000
        found = events.of(ContractAwarded)["weight"]
        np.testing.assert_allclose(found, expected, atol=1)


def test_an_advance_that_the_purse_cannot_pay_waits_with_all_behind_it() -> None:
    # 700 yuan are there: two advances of 300, and the third waits for more money.
    region, events = begun(3, purse_fen=70_000)
    same(events.of(ContractAwarded), project=[0, 1])
    filled(region, 20_000, county_account(1, 0))
    events.clear()
    govern(region, LAG + 1)
    same(events.of(ContractAwarded), project=[2])


def test_a_project_whose_county_lacks_its_own_money_waits_and_others_go_ahead() -> None:
    region, events = quiet("split_by_project")
    approved(region, 3, local_fen=[50_000, 10_000, 10_000], social_fen=0)
    filled(region, 10**9, county_account(1, 0))
    filled(region, 6_000, county_account(1, 0), Funder.LOCAL)
    events.clear()
    govern(region, LAG)
    same(events.of(ContractAwarded), project=[1, 2])
    filled(region, 15_000, county_account(1, 0), Funder.LOCAL)
    events.clear()
    govern(region, LAG + 1)
    same(events.of(ContractAwarded), project=[0])


def test_budgets_give_their_share_of_what_plans_promise_once_a_year() -> None:
    region, events = quiet(numbers={"funds.local_budget": 0.5, "funds.social_budget": 0.3})
    approved(region, 2, county=[0, 1])
    approved(region, 1, county=[-1], level=int(Level.PREFECTURE))
    events.clear()
    govern(region, *range(105))
    found = events.of(PaymentMade)
    for account in (county_account(1, 0), county_account(1, 1), PURSE):
        mine = found["payee"] == account
        same({k: v[mine] for k, v in found.items()}, paid_fen=[10_000, 1_500] * 3, day=[0, 0, 364, 364, 728, 728])


def test_what_a_budget_cannot_match_is_owed_until_it_can() -> None:
    region, events = begun(local_fen=20_000)
    account = county_account(1, 0)
    left = int(region.world.state.accounts.balance_fen[account, Funder.LOCAL])
    region.world.publish(
        made(PaymentMade, payer=[account], payee=[OUTSIDE], funder=int(Funder.LOCAL), project=[-1], paid_fen=[left])
    )
    filled(region, 1_000, account, Funder.LOCAL)
    events.clear()
    govern(region, *range(LAG + 1, LAG + LEAD + 2))
    assert events.rows(WorksFinished) == 1
    local = (paid := events.of(PaymentMade))["funder"] == Funder.LOCAL
    assert paid["paid_fen"][local].tolist() == [1_000]
    filled(region, 50_000, account, Funder.LOCAL)
    events.clear()
    govern(region, LAG + LEAD + 2)
    assert events.of(PaymentMade)["paid_fen"].tolist() == [20_000 * 9 // 10 - 6_000 - 1_000]


def test_milestones_worked_by_hand() -> None:
    # 30 % at the award, 30 % half-way (eight of sixteen weeks), 30 % at the opening, 10 % a year after it.
    region, events = begun()
    govern(region, *range(LAG + 1, LAG + LEAD + 60))
    half, finished = events.of(WorksHalfDone), events.of(WorksFinished)
    same(half, day=[7 * (LAG + LEAD // 2)])
    same(finished, day=[7 * (LAG + LEAD)])
    paid = events.of(PaymentMade)
    central = {name: column[paid["funder"] == Funder.CENTRAL] for name, column in paid.items()}
    same(
        central, paid_fen=[30_000, 30_000, 30_000, 10_000],
        day=[7 * LAG, 7 * (LAG + LEAD // 2), 7 * (LAG + LEAD), 7 * (LAG + LEAD + 52)],
        cause=[events.of(ContractAwarded)["seq"][0], half["seq"][0], finished["seq"][0], finished["seq"][0]],
    )  # fmt: skip
    p = region.world.state.projects
    assert (p.paid_fen[0], p.status[0], p.finished_day[0]) == (125_000, ProjectStatus.FINISHED, 7 * (LAG + LEAD))
    assert p.paid_by_fen[0].tolist() == [100_000, 20_000, 5_000]
    assert region.world.state.accounts.balance_fen.sum() == 0


def test_works_that_cannot_be_paid_wait_and_hold_up_no_other() -> None:
    region, events = begun(2, central_fen=[100_000, 10_000])
    govern(region, *range(LAG + 1, LAG + LEAD))
    left = int(region.world.state.accounts.balance_fen[county_account(1, 0), 0])
    filled(region, 29_999 - left, county_account(1, 0))
    events.clear()
    govern(region, LAG + LEAD)
    same(events.of(WorksFinished), project=[1])
    filled(region, 3_001, county_account(1, 0))
    govern(region, LAG + LEAD + 1)
    same(events.of(WorksFinished), project=[1, 0])


def test_a_void_tender_is_held_again_four_weeks_later_and_then_who_is_there_wins() -> None:
    numbers = {"procurement.fewest_bidders": 3, "procurement.bidders": 12.0, "funds.county_capacity": 20.0}
    region, events = quiet("split_by_project", numbers=numbers)
    approved(region, 20)
    filled(region, 10**9, county_account(1, 0))
    with_own_money(region)
    events.clear()
    govern(region, *range(LAG, LAG + 6))
    void, awarded = events.of(TenderVoided), events.of(ContractAwarded)
    assert 0 < len(void["project"]) < 20
    assert (void["bidders"] < 3).all()
    assert set(void["day"]) == {7 * LAG}
    again = np.isin(awarded["project"], void["project"])
    assert (awarded["day"] == np.where(again, 7 * (LAG + 4), 7 * LAG)).all()
    assert len(awarded["project"]) == 20
    assert awarded["bidders"].min() >= 1


def test_a_contractor_fails_half_way_and_another_begins_anew() -> None:
    region, events = begun(numbers={"procurement.default": 1.0})
    govern(region, *range(LAG + 1, LAG + 60))
    half = LAG + LEAD // 2
    same(events.of(ContractorFailed), day=[7 * half], ready_day=[7 * (half + 4 + LEAD)])
    same(events.of(WorksFinished), day=[7 * (half + 4 + LEAD)])


def test_works_are_given_up_with_a_hazard_by_how_late_they_are_and_their_money_returns() -> None:
    # The desk has hardly any time for them: when they are given up, less is done than was advanced.
    numbers: dict[str, Value] = {"funds.county_capacity": 0.03, "offices.abandonment": 0.3, "offices.recall_weeks": 500}
    region, events = begun(numbers=numbers)
    luck = float(region.world.draws.uniform("given_up", 0, [int(ProjectKind.COLD_STORE) * 1024])[0])
    slip = -np.log(luck) / 0.3
    govern(region, *range(LAG + 1, LAG + 75))
    ended = events.of(WorksGivenUp)
    day = 7 * np.ceil((7 * (LAG + LEAD) + slip * 7 * LEAD + 1e-9) / 7)
    assert slip < 3, "the draw of the test: else more weeks are needed"
    assert ended["day"].tolist() == [day]
    back = (paid := events.of(PaymentMade))["payer"] == SUPPLIERS
    done = 1.0 - region.world.state.projects.desk_left[0] / 8_000
    np.testing.assert_allclose(paid["paid_fen"][back], (0.3 - done) * np.array([100_000, 20_000, 5_000]), atol=1)
    assert region.world.state.projects.paid_by_fen[0, 0] == pytest.approx(done * 100_000, abs=1)
    assert region.world.state.projects.status[0] == ProjectStatus.GIVEN_UP


def test_money_that_is_not_awarded_in_time_goes_back_to_the_province() -> None:
    region, events = begun(3, numbers={"funds.county_capacity": 0.4, "offices.recall_weeks": 78}, purse_fen=350_000)
    assert events.of(ContractAwarded)["project"].tolist() == [0]
    events.clear()
    govern(region, 77, 78)
    found, paid = events.of(ProjectRecalled), events.of(PaymentMade)
    recalled = paid["payee"] == PROVINCE
    assert found["project"].tolist()[-1] == 2
    assert (found["day"] == 7 * 78).all()
    same(
        {name: column[recalled] for name, column in paid.items()},
        paid_fen=found["central_fen"],
        project=[-1] * recalled.sum(),
    )
    state = region.world.state
    assert state.accounts.balance_fen.sum() == 0
    assert state.accounts.balance_fen[county_account(1, 0), 0] >= 100_000 - state.projects.paid_by_fen[0, 0]


@pytest.mark.parametrize(("placed_anew", "recalled"), [(False, 87_500), (True, 17_500)])
def test_what_works_given_up_leave_is_recalled_unless_it_was_placed_anew(placed_anew: bool, recalled: int) -> None:
    # 30,000 fen are advanced; an eighth of the desk work is done in that week, so 17,500 come back and 87,500 are left.
    region, events = begun(numbers={"offices.recall_weeks": 78})
    region.world.publish(made(WorksGivenUp, project=[0]))
    state, office = region.world.state, region.office
    left = left_fen(state, office.purses(state)[0])
    assert left == office.purses(state)[0].central_fen - 30_000
    region.world.day = 7 * 77
    if placed_anew:
        approved(region, kind=ProjectKind.PACKING_LINE, central_fen=[left], start_day=[7 * 200])
    events.clear()
    govern(region, 78)
    same(events.of(ProjectRecalled), project=[0], central_fen=[recalled])
    purse = office.purses(state)[0]
    assert purse.recalled_fen == recalled
    assert left_fen(state, purse) == (0 if placed_anew else purse.central_fen - 100_000)
    assert book_of(region.world, office, purse, refusing=True).left_fen == left_fen(state, purse)


@pytest.mark.parametrize("opened", [0, 1, 3, 4])
def test_a_station_project_pays_for_the_stations_that_open(opened: int) -> None:
    region, events = begun(kind=ProjectKind.STATIONS, quantity=4, done=0)
    govern(region, *range(LAG + 1, LAG + 60))
    finished = events.of(WorksFinished)
    week = int(finished["day"][0]) // 7
    region, events = begun(kind=ProjectKind.STATIONS, quantity=4, done=0)
    govern(region, *range(LAG + 1, week + 1))
    if opened:
        offered = region.world.publish(
            made(StationOffered, village=np.arange(opened), project=[0] * opened, accepted=True)
        )
        region.world.publish(
            made(
                StationOpened, station=np.arange(opened), village=np.arange(opened), project=[0] * opened, operator=-1
            ),
            cause=offered.seqs,
        )
    govern(region, *range(week + 1, week + 54))
    assert region.world.state.projects.paid_by_fen[0].tolist() == [25_000 * opened, 5_000 * opened, 1_250 * opened]
    assert region.world.state.accounts.balance_fen.sum() == 0


def test_quality_is_built_into_capacity_and_brands() -> None:
    region, events = begun(numbers={"procurement.quality_spread": 0.3, "procurement.quality_weight": 0.0})
    approved(region, 1, ProjectKind.BRAND)
    govern(region, *range(LAG + 1, 2 * LAG + 40))
    quality = dict(zip(*(events.of(ContractAwarded)[name].tolist() for name in ("project", "quality")), strict=True))
    assert quality[0] != 1_000_000 != quality[1]
    assert events.of(FacilityOpened)["capacity_g"].tolist() == [100 * quality[0]]  # a store of a hundred tonnes
    assert events.of(BrandBuilt)["spent_fen"].tolist() == [round(125_000 * quality[1] / 1e6)]


def test_the_time_that_the_winner_offers_is_agreed_and_built_in() -> None:
    """Works whose contractors have no luck of their own take what was offered, in whole weeks."""
    taken = []
    for spread in (0.0, 0.4):
        region, events = begun(numbers={"procurement.time_spread": spread, "offices.time_sigma": 0.0})
        approved(region, 1, ProjectKind.BRAND)
        govern(region, *range(LAG + 1, 2 * LAG + 40))
        found = events.of(ContractAwarded)
        agreed = found["due_day"] - found["begins_day"]
        ready = found["ready_day"] - found["begins_day"]
        assert (7 * np.ceil(agreed / 7.0 - 0.5 / 7.0) >= ready - 7).all()
        assert (ready >= agreed - 0.5).all()
        taken.append(dict(zip(found["project"].tolist(), agreed.tolist(), strict=True)))
    assert taken[0].keys() == taken[1].keys()
    over = [taken[1][project] / taken[0][project] for project in taken[0]]
    assert len(set(over)) > 1
    assert all(0.79 <= each <= 1.21 for each in over)


def test_packages_have_one_contractor_and_are_cheaper_and_slower_by_their_size() -> None:
    numbers: dict[str, Value] = {"procurement.scale_elasticity": 0.1, "procurement.package_time": 0.15}
    numbers |= {"procurement.cost_spread": 0.2, "funds.county_capacity": 20.0}
    region, events = quiet("split_by_project", numbers=numbers, **{"procurement.packages": "area"})
    approved(region, 4)
    filled(region, 10**9, county_account(1, 0))
    with_own_money(region)
    events.clear()
    govern(region, LAG)
    found = events.of(ContractAwarded)
    assert len(set(found["price_factor"].tolist())) == 1
    assert (found["ready_day"] == 7 * (LAG + np.ceil(LEAD * (1 + 0.15 * np.log(4))))).all()
    assert found["price_factor"][0] < 1e6 * 4**-0.1 * (1 - 0.2 * 0.5)


def test_works_for_all_counties_are_before_the_office_of_the_seat_or_the_one_office() -> None:
    for offices, expected in (("lend", [0, 1, 0]), ("one", [0, 0, 0])):
        region, _ = quiet(**{"funds.offices": offices})
        approved(region, 2, county=[0, 1])
        approved(region, 1, county=[-1], level=int(Level.PREFECTURE))
        assert office_of(region.world.state, region.office, np.arange(3)).tolist() == expected


def test_one_office_has_one_queue_and_all_desks_of_its_counties() -> None:
    """County 1 has nothing to do: its desks work for county 0, all of them as one office, some when they lend."""
    last = {}
    for offices, lend in (("lend", 0.0), ("lend", 0.5), ("one", 0.0)):
        numbers = {"offices.lend": lend, "funds.county_capacity": 2.0, "funds.pooled_delay_weeks": 0}
        region, events = quiet(numbers=numbers, **{"funds.offices": offices})
        approved(region, 12)
        filled(region, 10**9)
        with_own_money(region)
        govern(region, *range(LAG, LAG + 80))
        last[offices, lend] = int(events.of(WorksFinished)["day"].max()) // 7 - LAG
    assert last["lend", 0.0] == 12 * 8 // 2
    assert last["one", 0.0] in range(12 * 8 // 4, 12 * 8 // 4 + LEAD)
    assert last["one", 0.0] <= last["lend", 0.5] < last["lend", 0.0]


def governed(changes: dict[str, object]) -> tuple[Region, Events]:
    region, events = tiny_region({"start": dt.date(2018, 11, 26), "end": dt.date(2020, 12, 31), **changes})
    govern(region, *range(80))
    return region, events


@pytest.mark.parametrize("purse", ["prefecture", "county"])
def test_every_payment_for_works_comes_from_the_purse_of_who_builds(purse: str) -> None:
    region, events = governed({"policy.funds.purse": purse})
    state, paid = region.world.state, events.of(PaymentMade)
    works = (paid["project"] >= 0) & (paid["funder"] == Funder.CENTRAL) & (paid["payee"] == SUPPLIERS)
    county = state.projects.county[paid["project"][works]]
    assert works.sum() > 5
    assert np.array_equal(paid["payer"][works], np.where(county >= 0, region.purses[county], PURSE))
    assert state.accounts.balance_fen[PURSE:].min() >= 0


def test_each_event_of_works_is_brought_about_by_the_last_one_of_its_project() -> None:
    region, events = governed({})
    last = {int(p): -1 for p in np.flatnonzero(region.world.state.projects.status > ProjectStatus.ABSENT)}
    kinds: Counter[str] = Counter()
    moving = (TenderVoided, ContractAwarded, WorksHalfDone, ContractorFailed, WorksFinished, WorksGivenUp)
    for event, stamp in events.batches:
        if not isinstance(event, (*moving, DeskWorked)):
            continue
        for project, cause, seq in zip(event.project.tolist(), stamp.cause, stamp.seqs(event), strict=True):
            assert last[project] in (-1, cause)
            if not isinstance(event, DeskWorked):
                last[project] = int(seq)
            kinds[event.kind] += 1
    assert kinds["contract_awarded"] >= kinds["works_half_done"] >= kinds["works_finished"] > 5


def test_a_contract_that_is_taken_out_of_the_run_leaves_its_turn_to_the_next() -> None:
    region, _ = quiet("split_by_project", numbers={"funds.county_capacity": 0.5})
    approved(region, 2)
    filled(region, 10**9, county_account(1, 0))
    with_own_money(region)
    world = region.world
    would_happen = type(world).would_happen
    type(world).would_happen = lambda self, event: (  # type: ignore[method-assign]
        event.project != 0 if isinstance(event, ContractAwarded) else would_happen(self, event)
    )
    try:
        govern(region, LAG)
    finally:
        type(world).would_happen = would_happen  # type: ignore[method-assign]
    assert world.state.projects.status[:2].tolist() == [ProjectStatus.APPROVED, ProjectStatus.CONTRACTED]


def test_a_week_is_at_most_fortysix_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    publish = World.publish

    def counted(world: World, event: Event, cause: object = None) -> object:
        batches.append(event.rows)
        return publish(world, event, cause)

    monkeypatch.setattr(World, "publish", counted)
    scenario = tiny_scenario()
    simulate(scenario, 1)
    assert len(batches) <= 46 * scenario.weeks
