"""Jobs follow hours of packing and sales of other goods; wages reach the households of workers (docs/model.md 4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from dealing import STRAWBERRY, WALNUT, dealer, dealing
from ecsim.kernel.parameters import Value
from ecsim.rural.events import DealerKind, DealersSettled
from ecsim.rural.events.codes import Founder
from ecsim.rural.events.market import EnterpriseClosed, EnterprisesTraded, JobsFilled, WagesPaid
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import Events, take

STILL: dict[str, Value] = {
    "commerce.enterprise_sigma": 0.0, "commerce.closing": 0.0, "commerce.founding": 0.0, "market.goods_growth": 0.0,
    "commerce.smallest_fen": 0,
}  # fmt: skip
MERCHANTS = {EnterprisesBaselined: {"yearly_fen": [520_000_000, 62_000_000, 104_000_000], "enterprise_kind": [0, 0, 1]}}
"""Merchants of other goods in county 0: 5.82 million yuan a year are 19.4 jobs. County 1 has a farm merchant alone."""


def hired(
    numbers: Mapping[str, Value] | None = None, opened: Mapping[type, Any] | None = None, packed_g: int = 13_700_000
) -> tuple[Region, Events]:
    """Return the region after a month of trade, in which a dealer packed 13.7 t of strawberries for 9,000 yuan."""
    dealers = dealer(DealerKind.MERCHANTS, WALNUT), dealer(DealerKind.MERCHANTS, STRAWBERRY)
    region, events = dealing(*dealers, opened=MERCHANTS | dict(opened or {}), numbers=STILL | dict(numbers or {}))
    accounts = region.world.writable.dealers
    accounts.packed_g[5], accounts.sold_fen[5] = packed_g, 900_000
    take(region, "trade_enterprises")
    return region, events


def jobs(events: Events) -> list[int]:
    """Return jobs filled by county."""
    found = events.of(JobsFilled)
    return np.bincount(found["county"], found["jobs"], 2).astype(int).tolist()


def by_group(region: Region, events: Events) -> dict[tuple[int, bool], float]:
    """Return hours of four weeks that are paid for, by county and register, of all that rows stand for."""
    found, h, hours = events.of(WagesPaid), region.world.state.households, {}
    for household, fen in zip(found["household"].tolist(), found["paid_fen"].tolist(), strict=True):
        key = int(h.county[household]), bool(h.poor[household])
        hours[key] = hours.get(key, 0.0) + fen * int(h.weight[household]) / 1_200
    return hours


def test_jobs_worked_by_hand() -> None:
    # County 0: 19.4 jobs in other goods, so 19. County 1: 0.03 x 13,700 kg + 0.08 x 100 parcels = 419 hours in four
    # weeks, 5,447 a year: 2.72 jobs, so 2.
    region, events = hired()
    assert jobs(events) == region.world.state.counties.jobs.tolist() == [19, 2]
    causes = {
        int(c): int(s) for c, s in zip(*(events.of(JobsFilled)[name] for name in ("county", "cause")), strict=True)
    }
    traded = events.of(EnterprisesTraded)
    assert causes == {0: traded["seq"][1], 1: traded["seq"][2]}
    assert events.of(DealersSettled)["job_hours"].tolist() == [0, 419]


def test_sales_that_stay_need_nobody_new() -> None:
    region, events = hired(packed_g=0)
    events.clear()
    region.world.writable.dealers.sold_fen[5] = 900_000
    take(region, "trade_enterprises", week=4)
    assert not events.rows(JobsFilled)


def test_a_firm_that_closes_takes_its_jobs_with_it() -> None:
    # 0.62 million yuan are left in county 0: two jobs of 19.
    region, events = hired()
    region.world.publish(EnterpriseClosed(enterprise=[0]))
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert jobs(events) == [-17, -2]  # nothing was packed in county 1
    assert region.world.state.counties.jobs.tolist() == [2, 0]


def test_who_is_hired_belongs_to_the_groups_at_their_shares() -> None:
    # Out of 1,000 jobs: women 0.5, young 0.7, returnees 0.3, graduates 0.15, registered poor 0.25; within four sd.
    _, events = hired(numbers={"commerce.sales_a_job_yuan": 5_820.0}, packed_g=0)
    found = events.of(JobsFilled)
    count, group = found["jobs"], found["group"]
    assert count.sum() == 1000
    for flag, share in zip(Founder, (0.5, 0.7, 0.3, 0.15, 0.25), strict=True):
        with_flag = count[(group & int(flag)) > 0].sum() / 1000
        assert with_flag == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1000))


def test_groups_are_those_of_draws_worker_by_worker() -> None:
    region, events = hired()
    shares = {"WOMAN": 0.5, "YOUNG": 0.7, "RETURNEE": 0.3, "GRADUATE": 0.15, "REGISTERED_POOR": 0.25}
    expected: dict[tuple[int, int], int] = {}
    for county, count in ((0, 19), (1, 2)):
        for turn in range(count):
            luck = {name: region.world.draws.uniform(f"worker_{name}", 0, 65_536 * county + turn) for name in shares}
            group = sum(int(Founder[name]) for name, share in shares.items() if luck[name] < share)
            expected[county, group] = expected.get((county, group), 0) + 1
    found = events.of(JobsFilled)
    keys = zip(found["county"].tolist(), found["group"].tolist(), strict=True)
    assert dict(zip(keys, found["jobs"].tolist(), strict=True)) == expected


def test_wages_worked_by_hand() -> None:
    # Of 2.72 jobs in county 1 a quarter are for the registered poor: 0.681 of a job, 104.75 of 153.85 hours, for the
    # one household on the register, at 12 yuan: 1,257 yuan. Three quarters are 2.043: two households have a job each
    # and one 4 hundredths of one. In county 0 4.85 jobs are more than three poor households can have.
    region, events = hired()
    h = region.world.state.households
    found = events.of(WagesPaid)
    of = dict(zip(found["household"].tolist(), found["paid_fen"].tolist(), strict=True))
    assert of[8] == pytest.approx(125_700, abs=1)
    assert sorted(of[i] for i in (9, 10, 11)) == pytest.approx([7_884, 184_615, 184_615], abs=100)
    assert [of[i] for i in (4, 5, 6)] == [184_615] * 3
    assert h.earned_fen[[4, 5, 6]].tolist() == [184_615] * 3
    hours = by_group(region, events)
    assert hours[1, True] + hours[1, False] == pytest.approx(419, abs=1)


def test_the_ranks_of_households_say_who_comes_first() -> None:
    region, events = hired(packed_g=4_000_000)  # 128 hours, 0.832 of a job
    rank = region.world.draws.uniform("who_gets_a_job", 0, [9, 10, 11])
    assert sorted(events.of(WagesPaid)["household"][-2:].tolist()) == sorted([8, 9 + int(np.argmin(rank))])


def test_a_household_keeps_its_job_from_month_to_month() -> None:
    region, events = hired()
    first = events.of(WagesPaid)["household"].tolist()
    for month in range(1, 4):
        events.clear()
        accounts = region.world.writable.dealers
        accounts.packed_g[5], accounts.sold_fen[5] = 13_700_000, 900_000
        take(region, "trade_enterprises", week=4 * month)
        assert events.of(WagesPaid)["household"].tolist() == first


@pytest.mark.parametrize("weight", [2, 5])
def test_hours_are_those_of_all_that_rows_stand_for(weight: int) -> None:
    region, events = hired(opened={HouseholdsBaselined: {"weight": weight}})
    hours = by_group(region, events)
    assert hours[1, True] == pytest.approx(104.75, abs=0.1)
    assert hours[1, False] == pytest.approx(314.25, abs=0.1)


def test_without_hiring_of_the_poor_or_without_workers_no_wages_reach_them() -> None:
    def poor(**changes: Any) -> float:
        return sum(hours for (_, poor), hours in by_group(*hired(**changes)).items() if poor)

    assert poor() > 0
    assert poor(numbers={"commerce.poor_hiring": 0.0}) == 0
    assert poor(opened={HouseholdsBaselined: {"workers": 0}}) == 0
    assert poor(opened={HouseholdsBaselined: {"poor": False}}) == 0
