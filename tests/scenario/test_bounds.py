"""Every number of a configuration has bounds, every value is taken as it is written, and money adds up within int64."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecsim.cli.main import main
from ecsim.experiments.file_schemas import SCHEMAS
from ecsim.kernel.errors import EcsimError, shown
from ecsim.kernel.runs import open_run
from ecsim.rural.events.codes import Category, ProjectKind
from ecsim.rural.scenario import CATEGORIES, MOST_YUAN, PROJECTS
from ecsim.scenario.load import load
from ecsim.scenario.parts import load_design

CONFIGS = Path(__file__).parents[2] / "configs"
GOLDEN = Path(__file__).parents[1] / "golden" / "0.1.0"
BASELINE = CONFIGS / "baseline.toml"
FUNDS = "policy.funds"


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_number_of_every_kind_of_file_has_a_lower_and_an_upper_bound(kind: str) -> None:
    unbounded = [place for place, told in numbers(SCHEMAS[kind].model_json_schema()) if not bounded(told)]
    assert unbounded == []


def numbers(schema: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if schema.get("type") in {"number", "integer"}:
            yield place, schema
        for key, inner in schema.items():
            yield from numbers(inner, f"{place}/{key}")
    elif isinstance(schema, list):
        for number, inner in enumerate(schema):
            yield from numbers(inner, f"{place}/{number}")


def bounded(told: dict[str, Any]) -> bool:
    return bool({"minimum", "exclusiveMinimum"} & told.keys() and {"maximum", "exclusiveMaximum"} & told.keys())


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("sample", True, "sample is true; it must be a valid number"),
        ("sample", "0.01", "sample is '0.01'; it must be a valid number"),
        ("sample", 1e-12, "sample is 1e-12; it must be greater than or equal to 0.0001"),
        ("sample", float("nan"), "sample is nan; it must be"),
        ("end", 3, "end is 3; it must be a valid date"),
        ("end", "20190630", "end is '20190630'; it must be a date, as 2019-06-30"),
        ("end", "2019-W26-7", "end is '2019-W26-7'; it must be a date, as 2019-06-30"),
        ("end", "soon", "end is 'soon'; it must be a date, as 2019-06-30"),
        ("end", dt.datetime(2019, 6, 30, 12), "end is 2019-06-30T12:00:00; it must be a valid date"),
        ("region", "", "region is ''; it must have at least 1 character"),
        ("region", 2018, "region is 2018; it must be a valid string"),
        ("title_en", "a\0b", "title_en is 'a\\x00b'; it holds the control character U+0000 at place 2; take it out"),
        ("name", "two\nlines", "name is 'two\\nlines'; it must stand on one line"),
        ("policy.name", "x" * 5000, "policy.name is 'xxx"),
        ("market.elasticity", "1.5", "parameters.market.elasticity is '1.5'; it must be a finite number"),
        ("market.elasticity", True, "market.elasticity is true; a number is needed"),
        ("market.elasticity", 10**400, "parameters.market.elasticity is 1000"),
        ("funds.shared_assets", 0.7, "funds.shared_assets is 0.7; true or false is needed"),
        ("funds.plan_lag_weeks", 3.7, "funds.plan_lag_weeks is 3.7; a whole number is needed"),
        ("funds.plan_lag_weeks", 3.0, "funds.plan_lag_weeks is 3.0; a whole number is needed"),
        ("funds.plan_lag_weeks", 9999, "funds.plan_lag_weeks is 9999"),
        ("parameters", 3, "parameters is 3; it must be a table"),
        (f"{FUNDS}.multiplier", 1e12, "multiplier is 1000000000000.0; it must be less than or equal to"),
        (
            f"{FUNDS}.multiplier",
            1e6,
            "multiplier is 17,600,000,000,000 yuan a county; it must be at most 10,000,000,000",
        ),
        (f"{FUNDS}.multiplier", True, "multiplier is true; it must be a valid number"),
        (f"{FUNDS}.central.value", 1e300, "value is 1e+300; it must be less than or equal to"),
        (f"{FUNDS}.central.value", 3e7, "value is 30,000,000, outside its own range of 15,000,000 to 20,000,000 (F02"),
        (f"{FUNDS}.central.low", 3e7, "low is 30,000,000 and high is 20,000,000; low may not be above high"),
        ("policy.rule_book.rules.supply_chain_share.limit.value", 5, "it must be at most 1"),
        ("policy.rule_book.rules.service_centre_share.limit.value", -0.1, "it must be greater than or equal to 0"),
        ("policy.rule_book.rules.supply_chain_share.heads", ["all"], "is 'all'; it must be 'supply_chain'"),
        ("projects.cold_store.central_yuan", 9e18, "central_yuan is 9e+18; it must be less than or equal to"),
        ("projects.cold_store.central_yuan", 1e-9, "central_yuan is 1e-09; it must be greater than or equal to 0.01"),
        ("projects.cold_store.lead_weeks", 14_000_000_000, "it must be less than or equal to 520"),
        ("projects.cold_store.lead_weeks", 8.0, "lead_weeks is 8.0; it must be a valid integer"),
        ("projects.cold_store.most_a_county", 10**9, "it must be less than or equal to 1000"),
    ],
)
def test_a_value_that_is_not_what_it_must_be_is_refused(key: str, value: object, words: str) -> None:
    with pytest.raises(EcsimError) as refused:
        load(BASELINE, {key: value})
    assert words in str(refused.value)
    assert str(BASELINE) in str(refused.value)
    assert all(len(line) < 600 for line in str(refused.value).splitlines())


def test_a_value_outside_its_own_range_is_taken_with_a_range_that_holds_it() -> None:
    wider = load(BASELINE, {f"{FUNDS}.central.value": 3e7, f"{FUNDS}.central.high": 4e7})
    assert wider.policy.funds.central.value == 3e7


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("hours_a_parcel", "hours_a_parcel: value is 5,000,000 hours"),
        ("added_hours_a_day", "added_hours_a_day: value is 5,000,000 hours"),
        ("lead_weeks", "lead_weeks: value is 5,000,000 weeks"),
        ("wage_yuan_an_hour", "wage_yuan_an_hour: value is 5,000,000 yuan"),
    ],
)
def test_a_station_design_has_hours_of_a_day_and_wages_that_add_up(column: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "design.toml"
    file.write_text(
        f'extends = "{CONFIGS}/designs/mobile.toml"\n[{column}]\nvalue = 5e6\nhigh = 5e6\n', encoding="utf-8"
    )
    with pytest.raises(EcsimError) as refused:
        load_design(file)
    assert words in str(refused.value)


def test_a_run_of_an_earlier_version_is_read_whatever_its_ranges_say() -> None:
    """Ranges are of what people write; version 0.1.0 shipped two designs with a value below its own range."""
    scenario = open_run(GOLDEN / "run").scenario
    assert any(design.hours_a_parcel.fault() for design in scenario.designs)


def test_money_at_its_bound_adds_up_exactly_in_float64_and_int64_over_every_county_of_china() -> None:
    counties, funders = 3000, 3
    total = round(100 * MOST_YUAN) * counties * funders
    assert total < 2**53 < 2**63
    assert float(total - 1) != float(total)


def test_the_words_of_the_configuration_are_those_of_the_events() -> None:
    assert tuple(kind.name.lower() for kind in ProjectKind) == PROJECTS
    assert tuple(category.name.lower() for category in Category) == CATEGORIES


def test_a_kind_of_project_whose_name_is_misspelt_is_refused_by_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    projects = (CONFIGS / "projects.toml").read_text(encoding="utf-8")
    (tmp_path / "projects.toml").write_text(projects.replace("[cold_store]", "[cold_stor]"), encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(f'extends = "{BASELINE}"\nwithout = ["projects"]\nprojects = "projects.toml"\n', encoding="utf-8")
    assert main(["check", str(file)]) == 2
    told = capsys.readouterr().err
    assert "projects.cold_stor would be a kind of yours, while cold_store is left out; write cold_store, or" in told


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (3.7, "3.7"), ("rain", "'rain'"), (dt.date(2019, 6, 30), "2019-06-30"), (None, "None")],
)
def test_a_short_value_is_shown_whole(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    "value", ["x" * 10_000, 10**4000, list(range(10_000)), {"a": "x" * 10_000}], ids=["word", "number", "list", "table"]
)
def test_a_long_value_is_shown_in_200_characters_at_most(value: object) -> None:
    assert len(shown(value)) <= 200
