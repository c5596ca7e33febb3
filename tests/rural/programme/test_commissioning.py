"""What accepted works bring into service: facilities, brands, visibility, registration (docs/model.md 4.8 to 4.10)."""

from __future__ import annotations

import numpy as np
import pytest

from ecsim.rural.events.codes import Level, Mark, ProjectKind
from ecsim.rural.events.funds import (
    FacilityOpened,
    ProjectApproved,
    WorksFinished,
)
from ecsim.rural.events.goods import MarkTaken
from ecsim.rural.events.market import BrandBuilt, BrandRegistered, MarketingDone
from tiny import Events, facility, made, same, take, tiny_region
from works import WEEK, accepted, contracted


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
        assert events.kinds() == {"works_half_done", "works_finished", "payment_made"}


def branded(brand: int, *joined: int, standard: bool = True, finished: bool = True, users: int = 3) -> Events:
    """Return what follows when some dealers of the tiny region have joined a brand that was built."""
    region, events = tiny_region(numbers={"funds.brand_users": users})
    shared = brand == 2
    project = made(
        ProjectApproved, project=[0], project_kind=[ProjectKind.BRAND], level=[int(shared)], township=[-1],
        county=[-1 if shared else brand],
    )  # fmt: skip
    region.world.publish(project)
    if finished:
        region.world.publish(WorksFinished(project=[0]))
    region.world.publish(BrandBuilt(brand=[brand], spent_fen=[10**7]))
    for dealer in joined:
        region.world.publish(made(MarkTaken, dealer=[dealer], mark=[Mark.REGIONAL_BRAND]))
    if standard:
        region.world.publish(facility(ProjectKind.TRACEABILITY, county=[0 if shared else brand], township=[-1]))
    events.clear()
    for week in (51, 52):
        take(region, "begin_service", week=week)
    return events


def test_a_brand_is_registered_once_when_enough_dealers_of_its_place_have_joined() -> None:
    region, _ = tiny_region()
    county = region.world.state.crops.county[region.world.state.dealers.crop]
    here, there = (np.flatnonzero(county == place)[:3].tolist() for place in (0, 1))
    same(branded(0, *here).of(BrandRegistered), brand=[0], users=[3])
    assert not branded(0, *here[:2], *there).rows(BrandRegistered)
    same(branded(0, *here[:2], *there, users=2).of(BrandRegistered), brand=[0], users=[2])
    same(branded(2, *here[:2], *there[:2]).of(BrandRegistered), brand=[2], users=[4])  # the whole prefecture's


def test_a_brand_needs_a_finished_project_and_a_standard() -> None:
    assert branded(0, 0, 1, users=2).rows(BrandRegistered) == 1
    assert not branded(0, 0, 1, users=2, standard=False).rows(BrandRegistered)
    assert not branded(0, 0, 1, users=2, finished=False).rows(BrandRegistered)
