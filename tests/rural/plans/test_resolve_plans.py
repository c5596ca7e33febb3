"""What rows of a plan come to: projects in their turn, money in parts that add up, and a fault a wrong row."""

from __future__ import annotations

from typing import Any

import pytest

from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.plans.plan import Plan
from ecsim.rural.plans.resolved import Resolved, resolve
from ecsim.rural.regions.pack import load_pack
from ecsim.rural.regions.place_names import Places
from tiny import PACK, tiny_scenario

TINY = load_pack(str(PACK))
EAST, WEST = TINY.counties[:2]
VILLAGES = [village.code for village in TINY.villages]


def row(**says: Any) -> dict[str, Any]:
    return {"id": "r", "place": EAST.adcode, "kind": "cold_store", "central_yuan": 100.0, **says}


def resolved(*rows: dict[str, Any], purse: str = "prefecture") -> Resolved:
    named = [{**of, "id": f"{of['id']}{number}"} for number, of in enumerate(rows)]
    plan = Plan.model_validate({"name": "p", "title_en": "p", "title_zh": "p", "purse": purse, "projects": named})
    return resolve(plan, tiny_scenario(), Places(TINY), {})


def test_units_are_projects_of_their_own_whose_money_adds_up_to_the_fen() -> None:
    found = resolved(row(units=3, central_yuan=100.0, local_yuan=0.02))
    assert [unit.central_fen for unit in found.units] == [3334, 3333, 3333]
    assert [unit.local_fen for unit in found.units] == [1, 1, 0]
    assert [unit.turn for unit in found.units] == [0, 1, 2]
    assert {(unit.kind, unit.category, unit.quantity) for unit in found.units} == {
        (int(ProjectKind.COLD_STORE), Category.SUPPLY_CHAIN, 1)
    }
    assert found.rows == [1, 1, 1]


def test_stations_and_training_are_one_project_a_row_and_turns_go_on_over_rows() -> None:
    found = resolved(
        row(kind="stations", units=2, design="mobile", sites=VILLAGES[:1]), row(), row(kind="training", units=250),
        row(kind="stations", units=7), row(place=WEST.name_zh), row(),
    )  # fmt: skip
    assert [(ProjectKind(unit.kind).name, unit.quantity, unit.turn) for unit in found.units] == [
        ("STATIONS", 2, 0), ("COLD_STORE", 1, 0), ("TRAINING", 250, 0), ("STATIONS", 7, 1), ("COLD_STORE", 1, 0),
        ("COLD_STORE", 1, 1),
    ]  # fmt: skip
    first, *others = [unit.terms for unit in found.units]
    assert (first.design, first.sites) == (3, (0,))
    assert {(terms.design, terms.sites) for terms in others} == {(-1, ())}


def test_places_and_kinds_are_known_by_code_and_by_name() -> None:
    names = [EAST.adcode, EAST.name_zh, EAST.name_en]
    assert [unit.county for unit in resolved(*(row(place=name) for name in names)).units] == [0, 0, 0]
    prefecture = resolved(row(level="prefecture", place=EAST.adcode[:4], kind="溯源体系")).units[0]
    assert (prefecture.county, prefecture.prefecture, prefecture.kind) == (-1, 0, ProjectKind.TRACEABILITY)


def test_terms_are_counted_from_the_start_and_packages_numbered() -> None:
    found = resolved(
        row(start="2018-01-08", package="B", owner="cooperative:1"),
        row(package="A"),
        row(package="B", owner="enterprise:0"),
    )
    terms = [unit.terms for unit in found.units]
    assert [(of.start_day, of.package, of.cooperative, of.enterprise) for of in terms] == [
        (7, 0, 1, -1), (0, 1, -1, -1), (0, 0, -1, 0)
    ]  # fmt: skip


def test_transfer_points_stand_in_the_townships_that_are_named() -> None:
    town = next(number for number, of in enumerate(TINY.townships) if of.county == 0)
    found = resolved(row(kind="township_points", units=2, sites=[TINY.townships[town].code]))
    assert [unit.terms.township for unit in found.units] == [town, -1]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"kind": "cold_stores"}, "'cold_stores' is no kind of project of this scenario — did you mean 'cold_store'?"),
        ({"place": "Nowhere"}, "'Nowhere' is no county there — "),
        ({"design": "mobile"}, "cold_store has no design — leave its design empty"),
        ({"kind": "stations", "design": "mobil"}, "'mobil' is no design of this scenario — did you mean 'mobile'?"),
        ({"kind": "stations", "sites": ["000000000000"]}, "'000000000000' is no village there — "),
        ({"kind": "stations", "sites": VILLAGES[:2]}, "names 2 sites for 1 unit — take sites out, or raise units"),
        ({"sites": VILLAGES[:1]}, "cold_store is built for its whole county or prefecture — leave its sites empty"),
        ({"start": "2017-12-31"}, "starts on 2017-12-31, outside the run of 2018-01-01 to 2020-03-31 — "),
        ({"level": "prefecture", "place": EAST.adcode[:4]}, "a prefecture cannot share cold_store among its counties"),
        (
            {"kind": "training", "units": 50, "owner": "enterprise:0"},
            "training builds nothing that an owner gets — leave its owner empty",
        ),
        (
            {"kind": "stations", "owner": "cooperative:0"},
            "stations builds nothing that an owner gets — leave its owner",
        ),
        ({"units": 2000}, "a place may have 1,000 projects of a kind — plan larger ones"),
    ],
)
def test_a_wrong_row_is_told_with_its_cure(says: dict[str, Any], words: str) -> None:
    (fault,) = resolved(row(), row(**says)).faults
    assert str(fault).startswith("row 2 (r1): ")
    assert words in str(fault)


def test_all_that_is_wrong_with_a_row_is_told_and_rows_after_it_too() -> None:
    bad = row(kind="cold_stores", place="Nowhere", start="2017-12-31")
    worse = row(kind="stations", design="mobil", sites=["000000000000", "111111111111"])
    found = resolved(row(), bad, worse, row())
    assert [(fault.line, fault.problem.split(" ")[0]) for fault in found.faults] == [
        (2, "'cold_stores'"), (2, "'Nowhere'"), (2, "starts"),
        (3, "'mobil'"), (3, "names"), (3, "'000000000000'"), (3, "'111111111111'"),
    ]  # fmt: skip
    assert found.rows == [1, 4]
    assert [unit.turn for unit in found.units] == [0, 1]


def test_a_village_gets_one_station() -> None:
    (fault,) = resolved(*[row(kind="stations", sites=VILLAGES[:1])] * 2).faults
    assert f"names {VILLAGES[0]}, which row r0 names — a village gets one station" in str(fault)


@pytest.mark.parametrize(("sites", "other"), [([["深沟乡"], ["990101002"]], "row r0 names"), ([["深沟乡"] * 2], "it")])
def test_a_township_gets_one_transfer_point(sites: list[list[str]], other: str) -> None:
    rows = [row(kind="township_points", units=len(named), sites=named) for named in sites]
    (fault,) = resolved(*rows).faults
    assert f"notice 4.1: names {sites[-1][-1]}, which {other}" in str(fault)
    assert str(fault).endswith(" — a township gets one transfer point")


@pytest.mark.parametrize("units", [[3], [2, 1], [1, 1, 1]])
def test_a_county_gets_no_more_transfer_points_than_it_has_townships(units: list[int]) -> None:
    (fault,) = resolved(*(row(kind="township_points", units=many) for many in units)).faults
    assert str(fault) == f"row {len(units)} (r{len(units) - 1}): notice 4.1: 上河县 has 2 townships — plan at most 2"
    assert resolved(row(kind="township_points", units=2), row(kind="township_points", place=WEST.adcode)).faults == []


def test_a_package_is_of_one_purse() -> None:
    rows = row(package="A"), row(place=WEST.adcode, package="A")
    assert not resolved(*rows).faults
    (fault,) = resolved(*rows, purse="county").faults
    assert str(fault).startswith("row 2 (r1): notice 4.2: package A is of two purses — give each purse packages")


def test_a_countys_purse_pays_for_nothing_of_the_prefecture() -> None:
    shared = row(level="prefecture", place=EAST.adcode[:4], kind="brand")
    (fault,) = resolved(shared, purse="county").faults
    assert "a county's purse cannot pay for a project of the prefecture" in str(fault)


@pytest.mark.parametrize("kind", ["trading_platform", "网络交易平台"])
def test_a_kind_that_the_law_forbids_is_refused_with_the_article(kind: str) -> None:
    (fault,) = resolved(row(kind=kind)).faults
    assert (fault.article, fault.problem) == ("4.1", f"central money may not pay for {kind}")
    assert fault.cure == "take it out, or pay for it from other money"


def test_uses_are_those_that_the_rules_forbid_by_name_in_either_language_and_others_are_told() -> None:
    (unit,) = resolved(row(uses=["购买流量", "bought_traffic", "work_expenses"])).units
    assert unit.terms.uses == ("bought_traffic", "work_expenses")
    (fault,) = resolved(row(uses=["bought_trafic"])).faults
    assert fault.problem == "uses names 'bought_trafic', of which no rule says anything"
    assert fault.cure == "leave it out; did you mean 'bought_traffic'?"


@pytest.mark.parametrize("kind", ["training", "brand", "demonstration_shop", "industry_base"])
def test_what_nobody_could_keep_from_others_is_not_kept(kind: str) -> None:
    (fault,) = resolved(row(kind=kind, exclusive=True)).faults
    assert fault.cure == "leave exclusive empty"
    (unit,) = resolved(row(exclusive=True)).units
    assert unit.terms.exclusive
