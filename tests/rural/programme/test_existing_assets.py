"""What earlier programmes built: a file of the region pack, part of the opening, not paid for again (4.10)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.parameters import Value
from ecsim.rural.events.codes import ProjectKind
from ecsim.rural.events.funds import ProjectApproved, ProjectRefused
from ecsim.rural.programme.purse_facts import existing_units
from ecsim.rural.programme.strategies import Allocation, BudgetView
from ecsim.rural.regions import load_pack
from ecsim.rural.regions.faults import faults_of
from ecsim.rural.regions.opening import open_region
from ecsim.rural.units import FIRST_SHARED_PLACE
from tiny import PACK, take, tiny_region

PLANS_WEEK = 3
HEAD = "place,kind,units,programme,chance,year,source,provenance,note"
SURE = "990101,service_centre,1,provincial_pilot,1,2016,made up,page,"
SHARED = "9901,traceability,1,other,1,2016,made up,page,"
ASSUMED = "990102,cold_store,2,border_action,0.5,2015-2017,made up,assumed,"
CENTRE, TRACE = int(ProjectKind.SERVICE_CENTRE), int(ProjectKind.TRACEABILITY)


def pack(folder: Path, *rows: str) -> str:
    """Return the tiny pack with some earlier assets."""
    shutil.copytree(PACK, folder / "pack")
    (folder / "pack" / "existing_assets.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return str(folder / "pack")


class Anew:
    """A strategy that builds everything new, whatever exists."""

    def allocate(self, view: BudgetView) -> Allocation:
        """Return the cheapest plan of one unit of every kind and place, none of them reused."""
        full = {c.kind: c for c in view.candidates if not c.terms.reuses}
        return Allocation([c if not c.terms.reuses else _as_new(c, full) for c in view.candidates])


def _as_new(unit: Any, full: dict[int, Any]) -> Any:
    from dataclasses import replace

    return replace(unit, terms=replace(unit.terms, reuses=False), central_fen=full.get(unit.kind, unit).central_fen)


def planned(
    region: str, policy: str, numbers: dict[str, Value] | None = None, **changes: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is approved and refused in the week of the plan."""
    world, events = tiny_region({"start": "2018-11-26", "region": region, **changes}, policy=policy, numbers=numbers)
    for week in range(PLANS_WEEK + 1):
        take(world, "govern", week=week)
    return events.of(ProjectApproved), events.of(ProjectRefused)


def of(found: dict[str, Any], kind: int, county: int) -> np.ndarray:
    return found["central_fen"][(found["project_kind"] == kind) & (found["county"] == county)]


def test_assets_are_part_of_the_opening(tmp_path: Path) -> None:
    region, _ = tiny_region({"region": pack(tmp_path, SURE, SHARED)})
    assert existing_units(region.world.state) == {(CENTRE, 0): 1, (TRACE, FIRST_SHARED_PLACE): 1}
    assert existing_units(tiny_region()[0].world.state) == {}


def test_assumed_assets_are_there_with_their_chance_and_none_where_the_level_is_0(tmp_path: Path) -> None:
    region = load_pack(pack(tmp_path, ASSUMED))
    for level, there in ((0.0, 0), (2.0, 1)):
        rules = region.rules.with_values({"opening_assets.level": level}, "test")
        opened = open_region(region, 1.0, region.first, rules)
        assert opened.sizes["assets"] == there


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (SURE.replace("page", "assumed").replace(",1,2016", ",2,2016"), "chance"),
        (ASSUMED.replace("assumed", "page"), "what is not sure is assumed"),
        (SURE.replace("service_centre", "hall"), "one of service_centre"),
        (SURE.replace("990101", "9901011"), "a code of 6 digits, or of 4"),
    ],
)
def test_a_row_that_cannot_be_is_told(row: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(EcsimError, match=words):
        load_pack(pack(tmp_path, row))


@pytest.mark.parametrize(
    ("row", "place"), [(SURE.replace("990101", "990103"), "990103"), (SHARED.replace("9901", "5303"), "5303")]
)
def test_an_asset_of_a_place_that_no_pack_knows_is_told(row: str, place: str, tmp_path: Path) -> None:
    (fault,) = faults_of(Path(pack(tmp_path, row)))
    assert f"existing_assets.csv: place '{place}' is neither in counties.csv nor in what the pack was cut out" in fault


def test_what_its_holder_knows_of_is_brought_into_service_for_less(tmp_path: Path) -> None:
    region = pack(tmp_path, SURE, SHARED)
    for policy in ("split_by_project", "pooled_by_project"):
        approved, refused = planned(region, policy, {"planning.assets_known": 1.0})
        assert of(approved, CENTRE, 0).tolist() == [72_000_000]  # 0.3 of 2.4 million yuan
        assert of(approved, CENTRE, 1).tolist() == [240_000_000]
        rules = set(refused["rule"].tolist())
        assert 4 not in rules  # nothing twice


def test_a_county_that_does_not_know_an_asset_of_its_prefecture_is_refused_what_the_pooled_purse_reuses(
    tmp_path: Path,
) -> None:
    region = pack(tmp_path, SHARED)
    nobody: dict[str, Value] = {"planning.assets_known": 0.0}
    approved, refused = planned(region, "split_by_project", nobody)
    assert of(approved, TRACE, 0).size == of(approved, TRACE, 1).size == 0
    twice = (refused["project_kind"] == TRACE) & (refused["rule"] == 4)
    assert refused["over_fen"][twice].tolist() == [80_000_000] * 2
    approved, refused = planned(region, "pooled_by_project", nobody)
    assert (approved["central_fen"][approved["project_kind"] == TRACE] < 80_000_000).all()
    assert not (refused["rule"] == 4).any()


def test_whoever_builds_anew_what_exists_is_refused(tmp_path: Path) -> None:
    own = {"policy.funds.strategy": f"{__name__}:Anew"}
    approved, refused = planned(pack(tmp_path, SURE), "pooled_by_project", None, **own)
    assert of(approved, CENTRE, 0).size == 0
    assert of(approved, CENTRE, 1).size == 1
    assert ((refused["project_kind"] == CENTRE) & (refused["county"] == 0) & (refused["rule"] == 4)).sum() == 1


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_exclusive_use_is_refused_or_let_through_with_a_flag(share: float) -> None:
    own = {"policy.funds.exclusive_use": share}
    approved, refused = planned(str(PACK), "split_by_project", None, **own)
    barred = {ProjectKind.TRAINING, ProjectKind.BRAND} if share else set(ProjectKind)
    assert set(approved["project_kind"].tolist()) <= {int(kind) for kind in barred}
    flag = {**own, "policy.rule_book.rules.open_access.on_breach": "flag"}
    approved, refused = planned(str(PACK), "split_by_project", None, **flag)
    assert (approved["project_kind"] == CENTRE).sum() == 2
    assert bool(refused["let_through"][refused["rule"] == 5].size) == bool(share)
