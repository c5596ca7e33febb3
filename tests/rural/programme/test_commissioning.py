"""What accepted works bring into service: facilities, brands, visibility, registration (docs/model.md 4.8 to 4.10)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Level, ProjectKind
from ecsim.rural.events.funds import (
    ContractAwarded,
    FacilityOpened,
    PaymentMade,
    ProjectApproved,
    WorksFinished,
)
from ecsim.rural.events.market import BrandBuilt, BrandRegistered, CooperativeFailed, MarketingDone
from ecsim.rural.events.opening import HouseholdsBaselined
from ecsim.rural.region import Region
from ecsim.rural.state.ledger import PROVINCE, prefecture_account
from tiny import Events, made, same, take, tiny_region

WEEK = 40


def contracted(region: Region, kind: ProjectKind, *, quality: int = 1_000_000, **columns: Any) -> None:
    """Let works of a kind be under way that are due by now."""
    number = region.world.state.count("projects")
    values = {
        "county": [0],
        "township": -1,
        "quantity": 1,
        "central_fen": 100_000,
        "local_fen": 20_000,
        "social_fen": 5_000,
    }
    region.world.publish(made(ProjectApproved, project=[number], project_kind=[kind], **(values | columns)))
    region.world.publish(ContractAwarded(project=[number], price_factor=[10**6], quality=[quality], due_day=[0]))


def accepted(
    kind: ProjectKind, *, numbers: dict[str, Value] | None = None, quality: int = 1_000_000, **columns: Any
) -> tuple[Region, Events]:
    """Return the region after the works of a kind were accepted."""
    region, events = tiny_region(numbers={"funds.slip_base": 0.0} | (numbers or {}))
    region.world.publish(
        made(PaymentMade, payer=[PROVINCE], payee=[prefecture_account(0)], project=[-1], paid_fen=[10**9])
    )
    contracted(region, kind, quality=quality, **columns)
    events.clear()
    take(region, "govern", week=WEEK)
    assert events.rows(WorksFinished) == 1
    return region, events


@pytest.mark.parametrize(
    ("kind", "column", "value"),
    [
        (ProjectKind.SERVICE_CENTRE, "centre", 0), (ProjectKind.DISTRIBUTION_CENTRE, "distribution", 0),
        (ProjectKind.COLD_STORE, "cold_g", 100_000_000), (ProjectKind.PACKING_LINE, "packing_g", 20_000_000),
        (ProjectKind.TRACEABILITY, "traceable", 1),
    ],
)  # fmt: skip
def test_a_facility_serves_its_county(kind: ProjectKind, column: str, value: int) -> None:
    # A cold store holds 100 t, a packing line handles 20 t a week.
    region, events = accepted(kind)
    found = events.of(FacilityOpened)
    same(found, facility=[0], facility_kind=[kind], level=[Level.COUNTY], county=[0], prefecture=[0], project=[0])
    same(found, cause=events.of(WorksFinished)["seq"])
    before = tiny_region()[0].world.state.counties
    assert getattr(region.world.state.counties, column).tolist() == [value, getattr(before, column)[1]]


def test_what_a_prefecture_owns_serves_all_its_counties() -> None:
    region, _ = accepted(ProjectKind.TRACEABILITY, county=[-1], level=[Level.PREFECTURE])
    assert region.world.state.counties.traceable.tolist() == [1, 1]


def test_a_transfer_point_is_for_its_township() -> None:
    region, _ = accepted(ProjectKind.TOWNSHIP_POINTS, township=[1])
    assert region.world.state.townships.point.tolist() == [-1, 0, -1]


def test_stores_add_up() -> None:
    region, _ = accepted(ProjectKind.COLD_STORE)
    contracted(region, ProjectKind.COLD_STORE, turn=[1])
    take(region, "govern", week=WEEK + 1)
    assert region.world.state.counties.cold_g.tolist() == [200_000_000, 0]


@pytest.mark.parametrize(("county", "level", "brand"), [(1, Level.COUNTY, 1), (-1, Level.PREFECTURE, 2)])
def test_what_a_brand_cost_all_funders_together_is_its_stock(county: int, level: Level, brand: int) -> None:
    region, events = accepted(ProjectKind.BRAND, county=[county], level=[level])
    same(events.of(BrandBuilt), brand=[brand], spent_fen=[125_000], cause=events.of(WorksFinished)["seq"])
    assert region.world.state.brands.stock_fen[brand] == 125_000


def test_marketing_raises_visibility_by_its_quality_worked_by_hand() -> None:
    # A contractor of 0.9 lifts it by 0.03 x 0.9 = 0.027; a second of 1.1 by 0.033 on top, of which 0.273/0.3 are left
    # on the way to 1.3: 0.03003.
    region, events = accepted(ProjectKind.MARKETING, quality=900_000)
    same(events.of(MarketingDone), county=[0], visibility=[1_027_000])
    contracted(region, ProjectKind.MARKETING, quality=1_100_000, turn=[1], county=[-1], level=[Level.PREFECTURE])
    events.clear()
    take(region, "govern", week=WEEK + 1)
    same(events.of(MarketingDone), county=[0, 1], visibility=[1_057_030, 1_033_000])


def test_stations_and_training_open_no_facility() -> None:
    for kind in (ProjectKind.STATIONS, ProjectKind.TRAINING):
        _, events = accepted(kind)
        assert events.kinds() == {"works_finished", "payment_made"}


MEMBERS = {HouseholdsBaselined: {"cooperative": {0: 0, 1: 1, 2: 2, 3: 3, 9: 8, 10: 9}}}
"""Cooperatives 0 to 3 of county 0 have a member each, 8 and 9 of county 1."""


def branded(
    brand: int, *, standard: bool = True, failed: tuple[int, ...] = (), week: int = 52, **numbers: Value
) -> tuple[Region, Events]:
    """Return the region a year after a brand's project was finished."""
    region, events = tiny_region(opened=MEMBERS, numbers={f"funds.{name}": value for name, value in numbers.items()})
    shared = brand == 2
    project = made(
        ProjectApproved, project=[0], project_kind=[ProjectKind.BRAND], level=[int(shared)], township=[-1],
        county=[-1 if shared else brand],
    )  # fmt: skip
    region.world.publish(project)
    region.world.publish(WorksFinished(project=[0]))
    region.world.publish(BrandBuilt(brand=[brand], spent_fen=[10**7]))
    region.world.publish(CooperativeFailed(cooperative=failed))
    if standard:
        region.world.publish(
            made(
                FacilityOpened, facility_kind=[ProjectKind.TRACEABILITY], county=[0 if shared else brand], township=[-1]
            )
        )
    events.clear()
    take(region, "begin_service", week=week)
    return region, events


def test_a_brand_is_registered_once_enough_cooperatives_use_it_worked_by_hand() -> None:
    # 52 weeks at 0.02 a week: each cooperative uses the brand with 1 - exp(-1.04) = 0.6465. Of county 0's four with
    # members three are needed.
    registered = 0
    for week in range(10, 120, 5):
        region, events = branded(0, week=week)
        uses = (region.world.draws.uniform("uses_brand", 0, [0, 1, 2, 3]) < 1 - np.exp(-0.02 * week)).sum()
        found = events.of(BrandRegistered)
        assert found["users"].tolist() == ([uses] if uses >= 3 else [])
        registered += len(found["users"])
    assert 0 < registered < 22


def test_it_needs_a_standard_and_users_of_its_own() -> None:
    assert branded(0, user_rate=10.0)[1].of(BrandRegistered)["users"].tolist() == [4]
    assert not branded(0, user_rate=10.0, standard=False)[1].rows(BrandRegistered)
    assert not branded(1, user_rate=10.0)[1].rows(BrandRegistered)  # county 1 has two users, three are needed
    assert branded(1, user_rate=10.0, brand_users=2)[1].of(BrandRegistered)["users"].tolist() == [2]
    assert branded(2, user_rate=10.0)[1].of(BrandRegistered)["users"].tolist() == [6]  # the whole prefecture's
    assert not branded(0, user_rate=0.0)[1].rows(BrandRegistered)


def test_failed_cooperatives_use_no_brand() -> None:
    assert branded(0, user_rate=10.0, failed=(1,))[1].of(BrandRegistered)["users"].tolist() == [3]
    assert not branded(0, user_rate=10.0, failed=(1, 2))[1].rows(BrandRegistered)


def test_a_brand_is_registered_once() -> None:
    region, events = branded(0, user_rate=10.0)
    assert region.world.state.brands.registered.tolist() == [True, False, False]
    events.clear()
    take(region, "begin_service", week=53)
    assert not events.rows(BrandRegistered)


def test_a_brand_is_used_from_its_own_project_on_whoever_had_one_before() -> None:
    # County 0's brand was built 100 weeks ago, county 1's this week: nobody uses the second yet.
    region, events = branded(0, user_rate=0.1, brand_users=1, week=0)
    contracted(region, ProjectKind.BRAND, county=[1])
    region.world.day = 700
    region.world.publish(WorksFinished(project=[1]))
    region.world.publish(BrandBuilt(brand=[1], spent_fen=[10**7]))
    region.world.publish(made(FacilityOpened, facility_kind=[ProjectKind.TRACEABILITY], county=[1], township=[-1]))
    events.clear()
    take(region, "begin_service", week=100)
    same(events.of(BrandRegistered), brand=[0])
