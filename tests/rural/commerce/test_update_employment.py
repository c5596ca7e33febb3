"""Jobs follow the sales of enterprises; registered poor workers' wages reach their households (docs/model.md 4.7)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Founder
from ecsim.rural.events.market import EnterpriseClosed, EnterprisesTraded, JobsFilled, WagesPaid
from ecsim.rural.events.opening import EnterprisesBaselined, HouseholdsBaselined
from ecsim.rural.region import Region
from tiny import Events, same, take, tiny_region

STILL: dict[str, Value] = {
    "commerce.enterprise_sigma": 0.0, "commerce.closing": 0.0, "commerce.founding": 0.0, "market.growth": 0.0,
    "market.goods_growth": 0.0, "market.county_sigma": 0.0,
}  # fmt: skip
LARGE = {EnterprisesBaselined: {"yearly_fen": [520_000_000, 52_000_000, 104_000_000]}}


def hired(
    numbers: dict[str, Value] | None = None, opened: dict[type, dict[str, object]] | None = None
) -> tuple[Region, Events]:
    """Return the region after a month of trade of 5.72 million yuan a year in county 0 and 1.04 in county 1."""
    region, events = tiny_region(opened=LARGE | (opened or {}), numbers=STILL | (numbers or {}))
    take(region, "trade_enterprises")
    return region, events


def test_jobs_worked_by_hand() -> None:
    # A job goes with 300,000 yuan of sales a year: 5.72 million are 19.07, so 19 jobs, and 1.04 million 3.
    region, events = hired()
    found = events.of(JobsFilled)
    assert np.bincount(found["county"], found["jobs"]).tolist() == [19, 3]
    assert region.world.state.counties.jobs.tolist() == [19, 3]
    traded = events.of(EnterprisesTraded)["seq"]
    assert {(c, s) for c, s in zip(found["county"].tolist(), found["cause"].tolist(), strict=True)} == {
        (0, traded[1]), (1, traded[2]),
    }  # fmt: skip  # the last trade of each county


def test_sales_that_stay_need_nobody_new() -> None:
    region, events = hired()
    events.clear()
    take(region, "trade_enterprises", week=4)
    assert not events.rows(JobsFilled)


def test_a_firm_that_closes_takes_its_jobs_with_it() -> None:
    # 0.52 million yuan are left in county 0: one job of 19, so 18 go.
    region, events = hired()
    region.world.publish(EnterpriseClosed(enterprise=[0]))
    events.clear()
    take(region, "trade_enterprises", week=4)
    found = events.of(JobsFilled)
    assert set(found["county"].tolist()) == {0}
    assert (found["jobs"] < 0).all()
    assert found["jobs"].sum() == -18
    assert region.world.state.counties.jobs.tolist() == [1, 3]


def test_who_is_hired_belongs_to_the_groups_at_their_shares() -> None:
    # Out of 1,000 jobs: women 0.5, young 0.7, returnees 0.3, graduates 0.15, registered poor 0.25; within four sd.
    region, events = hired(numbers={"commerce.sales_a_job_yuan": 5_720.0})
    found = events.of(JobsFilled)
    here = found["county"] == 0
    jobs, group = found["jobs"][here], found["group"][here]
    assert jobs.sum() == 1000
    for flag, share in zip(Founder, (0.5, 0.7, 0.3, 0.15, 0.25), strict=True):
        with_flag = jobs[(group & int(flag)) > 0].sum() / 1000
        assert with_flag == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 1000))
    assert region.world.state.counties.jobs[0] == 1000


def test_groups_are_those_of_draws_worker_by_worker() -> None:
    region, events = hired()
    shares = {"WOMAN": 0.5, "YOUNG": 0.7, "RETURNEE": 0.3, "GRADUATE": 0.15, "REGISTERED_POOR": 0.25}
    expected: dict[tuple[int, int], int] = {}
    for county, many in ((0, 19), (1, 3)):
        for turn in range(many):
            luck = {name: region.world.draws.uniform(f"worker_{name}", 0, 65_536 * county + turn) for name in shares}
            group = sum(int(Founder[name]) for name, share in shares.items() if luck[name] < share)
            expected[county, group] = expected.get((county, group), 0) + 1
    found = events.of(JobsFilled)
    keys = zip(found["county"].tolist(), found["group"].tolist(), strict=True)
    assert dict(zip(keys, found["jobs"].tolist(), strict=True)) == expected


def test_wages_worked_by_hand() -> None:
    # A job is 2,000 hours a year, 154 in four weeks (153.85), at 12 yuan: 1,848 yuan. Poor households with workers: 4,
    # 5 and 6 in county 0, 8 in county 1; a quarter of 19 jobs is 4.75 for three of them: all are hired; of 3 jobs 0.75
    # for one.
    region, events = hired()
    found = events.of(WagesPaid)
    rank = region.world.draws.uniform("who_gets_a_job", 0, 8)
    who = [4, 5, 6, 8] if rank < 0.75 else [4, 5, 6]
    same(found, household=who, paid_fen=[184_800] * len(who), hours=[154] * len(who))
    assert region.world.state.households.earned_fen[[4, 5, 6]].tolist() == [184_800] * 3


def test_the_chance_of_a_job_is_the_jobs_for_each_poor_household() -> None:
    # 0.31 million yuan a year are one job in county 1, a quarter of it for one household; household 8 standing for two:
    # 1/8.
    for weight, chance in ((1, 0.25), (2, 0.125)):
        for seed in range(12):
            opened = {
                EnterprisesBaselined: {"yearly_fen": [10_000_000, 10_000_000, 31_000_000]},
                HouseholdsBaselined: {"weight": {8: weight}},
            }
            region, events = tiny_region(opened=opened, numbers=STILL, seed=seed)
            take(region, "trade_enterprises")
            hires = 8 in events.of(WagesPaid)["household"]
            assert hires == (region.world.draws.uniform("who_gets_a_job", 0, 8) < chance)


def test_a_household_keeps_its_job_from_month_to_month() -> None:
    region, events = hired(numbers={"commerce.poor_hiring": 0.08})
    first = events.of(WagesPaid)["household"].tolist()
    for month in range(1, 6):
        events.clear()
        take(region, "trade_enterprises", week=4 * month)
        assert events.of(WagesPaid)["household"].tolist() == first


def test_without_hiring_of_the_poor_or_without_workers_no_wages_reach_them() -> None:
    assert not hired(numbers={"commerce.poor_hiring": 0.0})[1].rows(WagesPaid)
    assert not hired(opened={HouseholdsBaselined: {"workers": 0}})[1].rows(WagesPaid)
    assert not hired(opened={HouseholdsBaselined: {"poor": False}})[1].rows(WagesPaid)
