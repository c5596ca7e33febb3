"""Idle buildings of others house projects for less; a private owner asks for rent (docs/model.md 4.10; notice, 3.2)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import Category, Premises, ProjectKind
from ecsim.rural.events.funds import (
    ContractAwarded,
    FacilityOpened,
    FacilitySettled,
    ProjectApproved,
    ProjectRefused,
    WorksGivenUp,
)
from ecsim.rural.events.governance import ProjectWithdrawn
from ecsim.rural.model import MODEL
from ecsim.rural.plans.verdict import verdict_of
from ecsim.rural.programme.candidates import ANY_IDLE, NEW, Candidate, PlannedTerms
from ecsim.rural.programme.commissioning import BEGINS
from ecsim.rural.programme.purse_facts import housing_of
from ecsim.rural.regions import load_pack
from ecsim.rural.regions.faults import faults_of
from ecsim.rural.regions.opening import open_region
from ecsim.rural.scenario import OPEN_NOTHING
from tiny import PACK, Events, made, take, tiny_region, tiny_scenario

PLANS_WEEK = 3
START = {"start": "2018-11-26", "end": "2020-03-31"}
HEAD = "place,name,premises,owner,units,chance,source,provenance,note"
SCHOOL = "990101,closed school,rooms,public,1,1,made up,page,"
OFFICES = "990101,old offices,rooms,private,1,1,made up,page,"
WAREHOUSE = "990101,warehouse,hall,private,1,1,made up,page,"
GRANARY = "990101,granary,hall,public,1,1,made up,page,"
CENTRE, HUB, LINE, SHOW = (
    int(kind) for kind in (
        ProjectKind.SERVICE_CENTRE, ProjectKind.DISTRIBUTION_CENTRE, ProjectKind.PACKING_LINE, ProjectKind.O2O_DISPLAY,
    )
)  # fmt: skip


def pack(folder: Path, *rows: str) -> str:
    """Return the tiny pack with some idle buildings."""
    shutil.copytree(PACK, folder / "pack")
    (folder / "pack" / "idle_buildings.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return str(folder / "pack")


def planned(
    region: str, numbers: dict[str, Value] | None = None, *, policy: str = "pooled_by_project", weeks: int = PLANS_WEEK,
    **changes: Any,
) -> Events:  # fmt: skip
    """Return what happens up to the week of the plan."""
    world, events = tiny_region({**START, "region": region, **changes}, policy=policy, numbers=numbers)
    for week in range(weeks + 1):
        take(world, "govern", week=week)
    return events


def of(events: Events, kind: int, county: int = 0) -> list[tuple[int, int, int]]:
    """Return central money, building and rent of the approved projects of a kind."""
    found = events.of(ProjectApproved)
    mine = (found["project_kind"] == kind) & (found["county"] == county)
    columns = (found[name][mine].tolist() for name in ("central_fen", "building", "rent_fen"))
    return list(zip(*columns, strict=True))


def unit(kind: int, central_fen: int, turn: int = 0, county: int = 0) -> Candidate:
    """Return one unit of a kind."""
    return Candidate(kind, Category.OTHER, county, 0, turn, central_fen, 0, 0, 0, 0.0)


def filed(*rows: dict[str, Any], place: str = "990101") -> dict[str, Any]:
    """Return the changes by which a policy has a plan of these rows."""
    named = [{"id": f"r{number}", "place": place, **row} for number, row in enumerate(rows, 1)]
    plan = {"name": "p", "title_en": "p", "title_zh": "p", "purse": "prefecture", "projects": named}
    return {
        "policy.plan": plan, "policy.funds.strategy": "plan", "policy.funds.floor_share": 0.0,
        "policy.rule_book.rules.supply_chain_share.on_breach": "flag",
        "policy.rule_book.rules.service_centre_share.on_breach": "flag",
    }  # fmt: skip


def test_idle_buildings_are_part_of_the_opening(tmp_path: Path) -> None:
    region, _ = tiny_region({"region": pack(tmp_path, SCHOOL, WAREHOUSE)})
    b = region.world.state.buildings
    assert b.county.tolist() == [0, 0]
    assert b.premises.tolist() == [Premises.ROOMS, Premises.HALL]
    assert b.private.tolist() == [False, True]
    assert b.project.tolist() == [-1, -1]
    assert not len(tiny_region()[0].world.state.buildings)


def test_assumed_buildings_are_there_with_their_chance_one_by_one_and_none_where_the_level_is_0(tmp_path: Path) -> None:
    row = "990102,school,rooms,public,100,0.34,made up,assumed,"
    region = load_pack(pack(tmp_path, row, SCHOOL))
    there = {}
    for level in (0.0, 0.5, 1.0, 3.0):
        rules = region.rules.with_values({"opening_assets.buildings": level}, "test")
        there[level] = open_region(region, 1.0, region.first, rules).sizes["buildings"] - 1  # but for the sure one
    assert there[0.0] == 0
    assert there[3.0] == 100
    assert abs(there[0.5] - 17) < 4 * 3.8  # binomial, four standard deviations about
    assert abs(there[1.0] - 34) < 4 * 4.8
    assert there[0.5] < there[1.0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (SCHOOL.replace(",1,made", ",0.5,made"), "what is not sure is assumed"),
        (SCHOOL.replace("rooms", "cellar"), "one of rooms, hall"),
        (SCHOOL.replace("public", "nobody"), "one of public, private"),
        (SCHOOL.replace("990101", "9901"), "a code of 6 digits"),
    ],
)
def test_a_row_that_cannot_be_is_told(row: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=words):
        load_pack(pack(tmp_path, row))


def test_a_building_of_a_place_that_no_pack_knows_is_told(tmp_path: Path) -> None:
    (fault,) = faults_of(Path(pack(tmp_path, SCHOOL.replace("990101", "990103"))))
    assert "idle_buildings.csv: place '990103' is neither in counties.csv nor in what the pack was cut out" in fault


def test_a_county_plans_to_fit_out_an_idle_building_for_less(tmp_path: Path) -> None:
    # Four tenths of a centre are its building, of which fitting out costs four tenths: 0.76 of 2.4 million yuan.
    events = planned(pack(tmp_path, SCHOOL))
    assert of(events, CENTRE) == [(182_400_000, 0, 0)]
    assert of(events, CENTRE, county=1) == [(240_000_000, NEW, 0)]
    assert events.of(ProjectApproved)["local_fen"][events.of(ProjectApproved)["building"] == 0].tolist() == [54_720_000]


@pytest.mark.parametrize(("numbers", "there"), [
    ({}, 1),  # 0.3 of the cost x (1 - 0.4 - 0.05 x 8 years) are saved
    ({"planning.rent_share": 0.075}, 0),  # rent for life is all that is saved
    ({"planning.rent_share": 0.0749}, 1),
    ({"planning.fit_out": 0.6}, 0),
    ({"planning.fit_out": 1.0, "planning.rent_share": 0.0}, 0),
])  # fmt: skip
def test_a_private_building_is_taken_where_it_saves_more_than_its_rent_for_life(
    numbers: dict[str, Value], there: int, tmp_path: Path
) -> None:
    region, _ = tiny_region({**START, "region": pack(tmp_path, OFFICES)}, numbers=numbers)
    show = unit(SHOW, 40_000_000)
    (found,) = housing_of(region.world, region.office).housed(region.world.state, [show])
    assert (found.terms.building == ANY_IDLE) == there
    assert found.central_fen == (32_800_000 if there else 40_000_000)


def test_the_rent_of_a_private_building_is_part_of_the_plan(tmp_path: Path) -> None:
    found = planned(pack(tmp_path, OFFICES)).of(ProjectApproved)
    (row,) = np.flatnonzero(found["building"] == 0)
    kind = tiny_scenario().projects[ProjectKind(found["project_kind"][row]).name.lower()]
    built = kind.building_share * kind.central_yuan * (1 + kind.local_share + kind.social_share)
    assert found["rent_fen"][row] == round(100 * 0.05 * built) > 0


def test_who_saves_nothing_builds_anew_even_where_there_is_no_rent(tmp_path: Path) -> None:
    events = planned(pack(tmp_path, SCHOOL, GRANARY), {"planning.fit_out": 1.0})
    assert (events.of(ProjectApproved)["building"] == NEW).all()


def test_what_saves_most_has_the_building_and_of_two_that_without_rent(tmp_path: Path) -> None:
    region, _ = tiny_region(
        {**START, "region": pack(tmp_path, WAREHOUSE, GRANARY)}, numbers={"planning.rent_share": 0.01}
    )
    housing, state = housing_of(region.world, region.office), region.world.state
    lines, hub = [unit(LINE, 45_000_000, turn) for turn in range(2)], unit(HUB, 200_000_000)
    found = housing.assigned(state, housing.housed(state, [*lines, hub]))
    # 0.88 of 450,000 yuan and 0.7 of 2 million; rent 0.01 x 0.2 x 450,000 x 1.4 = 1,260 yuan a year.
    assert [(u.central_fen, u.terms.building, housing.rent_of(state, u)) for u in found] == [
        (39_600_000, 0, 126_000), (45_000_000, NEW, 0), (140_000_000, 1, 0)
    ]  # fmt: skip


def test_buildings_without_rent_alone_are_taken_where_rent_does_not_pay(tmp_path: Path) -> None:
    # A distribution centre lasts 20 years: rent at 0.05 a year is all of its building.
    assert of(planned(pack(tmp_path, WAREHOUSE)), HUB) == [(200_000_000, NEW, 0)]


def test_rent_is_part_of_what_running_costs(tmp_path: Path) -> None:
    region, events = tiny_region({**START, "region": pack(tmp_path, OFFICES)})
    rows = made(
        ProjectApproved, project=[0, 1], project_kind=SHOW, township=-1, crop=-1, cooperative=-1, enterprise=-1,
        turn=[0, 1], building=[0, -1], rent_fen=[720_000, 0], quantity=1,
    )  # fmt: skip
    region.world.publish(rows)
    region.world.publish(made(ContractAwarded, project=[0, 1], price_factor=10**6, quality=10**6))
    take(region, "govern", week=1)
    opened = events.of(FacilityOpened)
    assert opened["running_fen"].tolist() == [round((8_000_000 + 720_000) * 4 / 52), round(8_000_000 * 4 / 52)]
    take(region, "run_facilities", week=3)
    assert events.of(FacilitySettled)["running_fen"].tolist() == opened["running_fen"].tolist()


@pytest.mark.parametrize("ends", [WorksGivenUp, ProjectWithdrawn])
def test_a_building_is_free_again_when_its_project_comes_to_nothing(ends: type, tmp_path: Path) -> None:
    region, _ = tiny_region({**START, "region": pack(tmp_path, SCHOOL)})
    state = region.world.state
    region.world.publish(made(ProjectApproved, project=[3], project_kind=CENTRE, building=[0]))
    assert state.buildings.project.tolist() == [3]
    centre = replace(unit(CENTRE, 100), terms=PlannedTerms(building=ANY_IDLE))
    housing = housing_of(region.world, region.office)
    assert housing.assigned(state, [centre])[0].terms.building == NEW
    region.world.publish(ends(project=[3]))
    assert state.buildings.project.tolist() == [-1]
    assert housing.assigned(state, [centre])[0].terms.building == 0


def test_what_is_for_a_whole_prefecture_or_reuses_what_is_there_has_no_building(tmp_path: Path) -> None:
    region, _ = tiny_region({**START, "region": pack(tmp_path, SCHOOL)})
    housing, state = housing_of(region.world, region.office), region.world.state
    centre = unit(CENTRE, 100)
    assert housing.housed(state, [replace(centre, county=-1)])[0].terms.building == NEW
    assert housing.housed(state, [replace(centre, terms=PlannedTerms(reuses=True))])[0].central_fen == 100
    assert housing.housed(state, [replace(centre, county=1)])[0] == replace(centre, county=1)
    assert housing.housed(state, [centre])[0].central_fen == 76


def test_a_plan_file_fits_out_idle_buildings_and_the_rule_on_budgets_knows_it(tmp_path: Path) -> None:
    # Half of what it takes is the least: 0.5 x 0.76 x 3.12 million yuan of all funders in a building, 1.56 anew.
    region = pack(tmp_path, SCHOOL)
    row = {"kind": "service_centre", "central_yuan": 1_200_000.0, "idle_building": True}
    assert of(planned(region, **filed(row)), CENTRE) == [(120_000_000, 0, 0)]
    for anew in ({**row, "idle_building": False}, {**row, "place": "990102"}):
        events = planned(region, **filed(anew))
        assert not events.rows(ProjectApproved)
        assert events.of(ProjectRefused)["over_fen"].tolist() == [36_000_000]


def test_a_check_tells_rows_that_want_a_building_which_is_not_there(tmp_path: Path) -> None:
    rows = (
        {"kind": "packing_line", "units": 2, "central_yuan": 900_000.0, "idle_building": True},
        {"kind": "service_centre", "central_yuan": 2_400_000.0, "idle_building": True},
    )
    one, two = pack(tmp_path / "one", WAREHOUSE, SCHOOL), pack(tmp_path / "two", WAREHOUSE, GRANARY, SCHOOL)
    told = verdict_of(tiny_scenario({**START, "region": one, **filed(*rows)}), MODEL).faults
    assert [(fault.row, fault.problem) for fault in told if not fault.article] == [
        ("r1", "no building stands idle for it there, or another row has it")
    ]
    told = verdict_of(tiny_scenario({**START, "region": two, **filed(*rows)}), MODEL).faults
    assert not [fault for fault in told if not fault.article]


@pytest.mark.parametrize(("row", "words"), [
    ({"kind": "brand"}, "brand needs no building"),
    ({"kind": "service_centre", "reuses": True}, "write one of reuses and idle_building"),
    ({"kind": "o2o_display", "level": "prefecture", "place": "9901"}, "idle buildings are of counties"),
])  # fmt: skip
def test_a_row_that_wants_a_building_in_vain_cannot_be_taken(row: dict[str, Any], words: str) -> None:
    with pytest.raises(EcsimError, match=words):
        verdict_of(tiny_scenario({**START, **filed({"central_yuan": 1e6, "idle_building": True, **row})}), MODEL)


def test_a_changed_plan_that_asks_for_a_building_anew_is_no_change(tmp_path: Path) -> None:
    row = {"kind": "service_centre", "central_yuan": 1_900_000.0, "idle_building": True}
    changes = filed(row)
    changes["policy.plan"] |= {"amended": "2019-01-07"}
    events = planned(pack(tmp_path, SCHOOL), weeks=8, **changes)
    assert events.rows(ProjectApproved) == 1
    assert not events.rows(ProjectWithdrawn)


def test_no_building_is_said_of_what_opens_no_facility() -> None:
    assert {mechanism.name.lower() for mechanism in BEGINS} == set(OPEN_NOTHING)
    for changes, words in (
        ({"projects.brand.premises": "rooms", "projects.brand.building_share": 0.1}, "opens no facility"),
        ({"projects.cold_store.building_share": 0.1}, "give both, or neither"),
        ({"projects.cold_store.premises": "hall"}, "give both, or neither"),
    ):
        with pytest.raises(EcsimError, match=words):
            tiny_scenario(changes)


def test_buildings_are_the_same_whichever_counties_are_run(tmp_path: Path) -> None:
    region = pack(tmp_path, *(f"{place},school,rooms,public,40,0.5,made up,assumed," for place in (990101, 990102)))
    whole = tiny_region({"region": region})[0].world.state.buildings
    for row, place in enumerate(("990101", "990102")):
        alone = tiny_region({"region": region, "counties": [place]})[0].world.state.buildings
        assert len(alone) == np.sum(whole.county == row) > 0
