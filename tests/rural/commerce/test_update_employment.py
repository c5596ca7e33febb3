"""Hours that trade, delivery and works pay for are worked by households, each once (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural import commerce
from ecsim.rural.events import DealerKind, DealersSettled
from ecsim.rural.events.codes import Founder, Level, ProjectKind, Work
from ecsim.rural.events.funds import PaymentMade, ProjectApproved
from ecsim.rural.events.logistics import DeliveryCosted, RoundsDriven
from ecsim.rural.events.market import EnterpriseClosed, EnterprisesTraded, HoursWorked, JobsFilled, WagesPaid
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import Events, made, take

ALIKE: dict[str, Value] = {
    "commerce.village_workers": 1.0, "commerce.skilled_odds": 1.0, "commerce.poor_odds": 1.0, "commerce.way_drag": 0.0,
}  # fmt: skip
"""No worker is preferred, and no townspeople work."""
STILL: dict[str, Value] = ALIKE | {
    "commerce.enterprise_sigma": 0.0, "commerce.closing": 0.0, "commerce.founding": 0.0, "market.goods_growth": 0.0,
    "market.goods_growth_2020": 0.0, "market.goods_growth_2021": 0.0,
    "commerce.smallest_fen": 0,
}  # fmt: skip
MERCHANTS = {
    EnterprisesBaselined: {
        "yearly_fen": [520_000_000, 62_000_000, 104_000_000], "enterprise_kind": [0, 0, 1], "founder_household": -1,
    }
}  # fmt: skip
"""Merchants of other goods in county 0: 5.82 million yuan a year are 19.4 jobs. County 1 has a farm merchant alone."""
MONTH = 2_000 * 4 / 52
"""Hours of a job in four weeks: 153.8."""


def hired(
    numbers: Mapping[str, Value] | None = None, opened: Mapping[type, Any] | None = None, packed_g: int = 13_700_000,
    kind: DealerKind = DealerKind.MERCHANTS, cooperative: int = -1,
) -> tuple[Region, Events]:  # fmt: skip
    """Return the region after a month of trade, in which a dealer packed 13.7 t of strawberries for 9,000 yuan."""
    dealers = dealer(DealerKind.MERCHANTS, WALNUT), dealer(kind, STRAWBERRY, cooperative=cooperative)
    region, events = dealing(*dealers, opened=MERCHANTS | dict(opened or {}), numbers=STILL | dict(numbers or {}))
    pack(region, packed_g)
    return region, events


def pack(region: Region, packed_g: int = 13_700_000, week: int = 0) -> None:
    """Let a dealer of county 1 pack strawberries, and everybody be paid for the month."""
    accounts = region.world.writable.dealers
    accounts.packed_g[5], accounts.sold_fen[5] = packed_g, 900_000
    take(region, "trade_enterprises", week=week)


def account(events: Events, county: int, work: Work) -> dict[str, int]:
    """Return the account of a county's hours of a kind of work, all places together."""
    found = events.of(HoursWorked)
    rows = (found["county"] == county) & (found["work"] == work)
    return {name: int(found[name][rows].sum()) for name in ("hours", "wages_fen", "others_hours", "others_fen")}


def paid(region: Region, events: Events, county: int, name: str = "hours") -> dict[int, int]:
    """Return what each household of a county is paid for, whatever the work."""
    found, total = events.of(WagesPaid), {}
    for household, amount in zip(found["household"].tolist(), found[name].tolist(), strict=True):
        if region.world.state.households.county[household] == county:
            total[household] = total.get(household, 0) + amount
    return total


def clocks(region: Region, households: list[int]) -> list[tuple[float, int]]:
    """Return when each worker's clock rings, all being alike, and of which household he is."""
    h = region.world.state.households
    start = region.world.draws.uniform("who_gets_a_job", 0, np.arange(len(h)))
    slots = {i: int(h.weight[i] * h.workers[i]) for i in households}
    return sorted(((turn + start[i]) / slots[i], i) for i in households for turn in range(slots[i]))


def test_hours_and_jobs_worked_by_hand() -> None:
    # County 0: 17.33 and 2.07 jobs are 2,667 and 318 hours. Its households have 18 workers: 18 jobs, 2,769 hours; the
    # other 216 are of others. County 1: 0.03 x 13,700 kg + 0.08 x 100 parcels = 419 hours, so 3 jobs, the last in part.
    region, events = hired()
    assert account(events, 0, Work.OTHER_GOODS) == {
        "hours": 2_985, "wages_fen": 3_582_000, "others_hours": 216, "others_fen": 216 * 1_200,
    }  # fmt: skip
    assert account(events, 1, Work.PACKING) == {"hours": 419, "wages_fen": 502_800, "others_hours": 0, "others_fen": 0}
    assert region.world.state.counties.jobs.tolist() == [18, 3]
    assert events.of(DealersSettled)["job_hours"].tolist() == [0, 419]
    assert events.of(DealersSettled)["wages_fen"].tolist() == [0, 502_800]
    assert events.of(EnterprisesTraded)["wages_fen"].tolist() == [2_667 * 1_200, 318 * 1_200, 0]
    worked, traded = events.of(HoursWorked), events.of(EnterprisesTraded)
    assert dict(zip(worked["county"].tolist(), worked["cause"].tolist(), strict=True)) == {
        0: traded["seq"][1], 1: traded["seq"][2],
    }  # fmt: skip


def test_whose_clock_rings_first_has_the_job_and_the_last_what_is_left() -> None:
    # Each job is of 154 hours in four weeks, so the third has 419 - 308 = 111.
    region, events = hired()
    first = [household for _, household in clocks(region, [8, 9, 10, 11])[:3]]
    expected: dict[int, int] = {}
    for household, hours in zip(first, (154, 154, 111), strict=True):
        expected[household] = expected.get(household, 0) + hours
    assert paid(region, events, 1) == expected
    assert paid(region, events, 1, "paid_fen") == {household: 1_200 * hours for household, hours in expected.items()}
    assert {household: int(region.world.state.households.jobs[household]) for household in expected} == {
        household: first.count(household) for household in expected
    }


@pytest.mark.parametrize("weight", [1, 2, 5])
def test_every_hour_is_paid_once_and_nobody_works_two_jobs(weight: int) -> None:
    region, events = hired(opened={HouseholdsBaselined: {"weight": weight}})
    worked, wages, h = events.of(HoursWorked), events.of(WagesPaid), region.world.state.households
    for name, others in (("hours", "others_hours"), ("paid_fen", "others_fen")):
        due = worked["hours" if name == "hours" else "wages_fen"].sum()
        assert wages[name].sum() + worked[others].sum() == due
    for county in (0, 1):
        for household, hours in paid(region, events, county).items():
            assert hours <= h.weight[household] * h.workers[household] * (MONTH + 0.5)
    assert (h.jobs <= h.weight * h.workers).all()
    assert (wages["workers"] <= h.weight[wages["household"]] * h.workers[wages["household"]]).all()


def test_a_household_keeps_its_job_and_fewer_hours_take_the_last() -> None:
    region, events = hired()
    first = paid(region, events, 1)
    for month, packed_g in enumerate((13_700_000, 9_000_000, 4_000_000), 1):
        events.clear()
        pack(region, packed_g, week=4 * month)
        assert set(paid(region, events, 1)) <= set(first)
    events.clear()
    pack(region, week=16)
    assert paid(region, events, 1) == first


def test_jobs_of_the_first_account_are_not_new_and_a_job_taken_up_again_is_not_either() -> None:
    region, events = hired(packed_g=9_000_000)  # 278 hours: two jobs
    assert events.of(JobsFilled)["first_jobs"].sum() == 0
    more = []
    for month, packed_g in enumerate((13_700_000, 4_000_000, 13_700_000), 1):
        events.clear()
        pack(region, packed_g, week=4 * month)
        found = events.of(JobsFilled)
        more.append((int(found["jobs"].sum()), int(found["first_jobs"].sum())))
    assert more == [(1, 1), (-2, 0), (2, 0)]


def test_a_firm_that_closes_takes_its_jobs_with_it() -> None:
    # 0.62 million yuan are left in county 0: 318 hours, three jobs of 18.
    region, events = hired()
    region.world.publish(EnterpriseClosed(enterprise=[0]))
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert region.world.state.counties.jobs.tolist() == [3, 0]
    assert events.of(JobsFilled)["jobs"].sum() == -15 - 3  # nothing was packed in county 1


def test_what_a_cooperative_packs_is_worked_in_its_township() -> None:
    # Township 2 is all of county 1; with a steep way only those of its nearest village get the jobs.
    region, events = hired(kind=DealerKind.COOPERATIVE, cooperative=8, numbers={"commerce.way_drag": 300.0})
    assert events.of(HoursWorked)["township"].tolist() == [-1, 2]
    assert set(paid(region, events, 1)) <= {8, 9, 10, 11}
    assert 11 in paid(region, events, 1)  # its village is the nearest
    one = hired(kind=DealerKind.COOPERATIVE, cooperative=8, numbers={"commerce.way_drag": 300.0}, packed_g=4_000_000)
    assert set(paid(*one, 1)) == {11}


def test_townspeople_work_what_is_not_for_villages() -> None:
    _, events = hired(numbers={"commerce.village_workers": 0.5})
    assert account(events, 1, Work.PACKING)["others_hours"] == 209
    assert account(events, 1, Work.PACKING)["others_fen"] == 209 * 1_200


def test_who_runs_an_enterprise_has_no_time_for_a_job() -> None:
    firms = MERCHANTS[EnterprisesBaselined] | {"founder_household": [-1, -1, 11]}
    region, events = hired(opened={EnterprisesBaselined: firms}, packed_g=10**9)
    assert 11 not in paid(region, events, 1)  # its only worker
    assert region.world.state.counties.jobs[1] == 9


def test_groups_of_who_is_hired_are_those_of_their_households() -> None:
    # A household's second worker is not of the sex of its head.
    numbers: dict[str, Value] = {"commerce.graduate_years": 7}
    region, events = hired(numbers=numbers, opened={HouseholdsBaselined: {"returnee": {9: True, 3: True}}})
    h, found = region.world.state.households, events.of(JobsFilled)
    head = region.world.draws.uniform("who_of_a_household_works", 0, np.arange(12)) * h.workers < 1
    assert len(found["household"]) == 11
    for household, group in zip(found["household"].tolist(), found["group"].tolist(), strict=True):
        expected = int(Founder.WOMAN) * (bool(h.woman[household]) == bool(head[household]))
        expected += int(Founder.YOUNG) * (h.age_class[household] == 0) + int(Founder.RETURNEE) * (household in (3, 9))
        expected += int(Founder.GRADUATE) * (h.schooling_years[household] >= 7)
        expected += int(Founder.REGISTERED_POOR) * bool(h.poor[household])
        assert group == expected


def driven(region: Region, seconds: int, fen: int) -> None:
    """Let the post of county 1 drive for some time, at some cost of crews and handling."""
    post = int(np.flatnonzero(region.world.state.operators.county == 1)[0])
    region.world.publish(made(RoundsDriven, operator=[post], crew_seconds=[seconds]))
    region.world.publish(made(DeliveryCosted, county=[1], crew_fen=[fen - 100], handling_fen=[100], vehicle_fen=[999]))


def test_crews_are_paid_for_their_time_out_of_what_delivery_costs() -> None:
    # 10,000 seconds are 2 hours and 2,800 seconds that wait for the next account; wages are 70 % of 5,000 fen.
    region, events = hired(packed_g=0)
    driven(region, 10_000, 5_000)
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert account(events, 1, Work.DELIVERY) == {"hours": 2, "wages_fen": 3_500, "others_hours": 0, "others_fen": 0}
    c = region.world.state.counties
    assert (c.crew_seconds[1], c.delivery_fen[1]) == (2_800, 0)
    driven(region, 4_400, 1_000)
    events.clear()
    take(region, "trade_enterprises", week=8)
    assert account(events, 1, Work.DELIVERY)["hours"] == 2


def works(region: Region, *projects: tuple[ProjectKind, int, int]) -> None:
    """Let projects be approved and paid: kind, county (-1: of the prefecture of county 1), fen."""
    kind, county, fen = (list(column) for column in zip(*projects, strict=True))
    prefecture = int(region.world.state.counties.prefecture[1])
    level = [int(Level.PREFECTURE if of < 0 else Level.COUNTY) for of in county]
    numbers = list(range(len(kind)))
    region.world.publish(
        made(
            ProjectApproved, project=numbers, project_kind=[int(k) for k in kind], county=county, level=level,
            prefecture=[prefecture] * len(kind),
        )
    )  # fmt: skip
    region.world.publish(made(PaymentMade, payer=[0] * len(kind), payee=[1] * len(kind), project=numbers, paid_fen=fen))


def test_a_share_of_payments_for_works_is_wages_once() -> None:
    # 10 % of 1,200,000 fen for a service centre, 5 % of 600,000 for promotion: 150,000 fen are 125 hours.
    region, events = hired(packed_g=0)
    works(region, (ProjectKind.SERVICE_CENTRE, 1, 1_200_000), (ProjectKind.MARKETING, 1, 600_000))
    events.clear()
    take(region, "trade_enterprises", week=4)
    expected = {"hours": 125, "wages_fen": 150_000, "others_hours": 0, "others_fen": 0}
    assert account(events, 1, Work.PUBLIC_WORKS) == expected
    rows = events.of(WagesPaid)["work"] == Work.PUBLIC_WORKS
    assert events.of(WagesPaid)["paid_fen"][rows].sum() == 150_000
    assert region.world.state.counties.jobs[1] == 0  # works are no jobs
    events.clear()
    take(region, "trade_enterprises", week=8)
    assert account(events, 1, Work.PUBLIC_WORKS)["hours"] == 0


def test_a_shared_work_pays_in_each_county_of_the_prefecture_alike() -> None:
    region, events = hired(packed_g=0)
    works(region, (ProjectKind.BRAND, -1, 4_800_000))
    prefecture = region.world.state.counties.prefecture
    counties = np.flatnonzero(prefecture == prefecture[1]).tolist()
    events.clear()
    take(region, "trade_enterprises", week=4)
    found = events.of(HoursWorked)
    rows = found["work"] == Work.PUBLIC_WORKS
    assert found["county"][rows].tolist() == counties
    assert found["wages_fen"][rows].tolist() == [240_000 // len(counties)] * len(counties)


def test_shares_of_nothing_pay_nobody() -> None:
    numbers: dict[str, Value] = {"commerce.building_wages": 0.0, "commerce.service_wages": 0.0}
    region, events = hired(packed_g=0, numbers=numbers | {"commerce.delivery_wages": 0.0})
    works(region, (ProjectKind.SERVICE_CENTRE, 1, 1_200_000))
    driven(region, 10_000, 5_000)
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert account(events, 1, Work.PUBLIC_WORKS)["hours"] == 0
    assert account(events, 1, Work.DELIVERY)["wages_fen"] == 0
    assert not paid(region, events, 1, "paid_fen").get(11, 0)


def test_without_workers_or_without_a_register_no_wages_reach_the_poor() -> None:
    def poor(**changes: Any) -> int:
        region, events = hired(**changes)
        h = region.world.state.households
        return sum(fen for county in (0, 1) for i, fen in paid(region, events, county).items() if h.poor[i])

    assert poor() > 0
    assert poor(opened={HouseholdsBaselined: {"workers": 0}}) == 0
    assert poor(opened={HouseholdsBaselined: {"poor": False}}) == 0


def test_a_worker_on_the_register_near_the_seat_works_more_often_than_one_far_off_and_than_others() -> None:
    # County 1: household 11 is 0.11 hours from the seat, the others 0.25; 8 and 11 are on the register.
    numbers = STILL | {"commerce.way_drag": 3.0, "commerce.poor_odds": 1.5}
    region, events = dealing(
        dealer(DealerKind.MERCHANTS, WALNUT), dealer(DealerKind.MERCHANTS, STRAWBERRY), numbers=numbers,
        opened=MERCHANTS | {HouseholdsBaselined: {"poor": {8: True, 11: True}}},
    )  # fmt: skip
    settled, traded = (
        made(DealersSettled, dealer=[5], job_hours=[300], wages_fen=[360_000]),
        made(EnterprisesTraded, enterprise=[]),
    )
    hours, luck = np.zeros(12), np.random.default_rng(5)
    for _ in range(400):
        force = replace(region.labour_force, start=luck.uniform(1e-9, 1, 12))
        events.clear()
        commerce.update_employment(region.world, region.terms.commerce, force, settled, traded)
        found = events.of(WagesPaid)
        np.add.at(hours, found["household"], found["hours"])
    each = hours[8:] / region.world.state.households.workers[8:]
    assert hours.sum() == 400 * 300
    assert each[3] > 1.2 * each[0] > 1.2 * 1.2 * each[[1, 2]].max()
