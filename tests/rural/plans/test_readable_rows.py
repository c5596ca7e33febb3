"""All that is wrong with a plan is told at once: cells, rows and what breaks the law, row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecsim.cli.main import main
from ecsim.rural.plans.readable import ReadableRows
from ecsim.rural.plans.resolved import Fault

HEAD = 'name = "p"\ntitle_en = "p"\ntitle_zh = "p"\npurse = "county"\nprojects = "rows.csv"\n'
TABLE = """id,place,kind,units,design,start,central_yuan,reuses
a,会泽县,service_centre,1,,,2700000,
b,会泽县,cold_store,two,,,12k,maybe
c,会泽,cold_stor,1,,2019/13/1,125000,
d,富源县,stations,10,mobil,,120000,
e,富源县,cold_store,4,,,500000,
e,富源县,brand,1,,,1200000,
g,富源县,brand,1,,,1,200,000,
,富源县,brand,1,,,1200000,
"""
TOLD = [
    "row 1 (a): notice 4.1: county service centres: at most so much of the money (0.15 share of central money, at most)"
    " — cut 0.06 million yuan",
    "row 1 (a): notice 4.1: rural e-commerce supply chain: at least so much of what is planned (0.5 share of central"
    " money, at least) — cut 2.64 million yuan, or plan more of the supply chain",
    "row 2 (b): units is 'two' — write a whole number",
    "row 2 (b): central_yuan is '12k' — write a number",
    "row 2 (b): reuses is 'maybe' — write yes or no (in TOML true or false)",
    "row 3 (c): start is '2019/13/1' — it must be a date, as 2019-06-30",
    "row 3 (c): 'cold_stor' is no kind of project of this scenario — did you mean 'cold_store'?",
    "row 3 (c): '会泽' is no county there — did you mean '会泽县'?",
    "row 4 (d): 'mobil' is no design of this scenario — did you mean 'mobile'?",
    "row 6 (e): row 5 has the id 'e' too — give each row an id of its own",
    "row 7 (g): has more cells than there are columns — put texts with commas in quotes",
    "row 8: id is required but missing — fill it in",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rows.csv").write_text(TABLE, encoding="utf-8")
    central = '[funds.central]\nvalue = 17_600_000\nunit = "yuan"\nsource = "F"\n'
    funds = f'[funds]\nstrategy = "plan"\npurse = "county"\n{central}'
    policy = 'plan = "plan.toml"\nname = "p"\ntitle_en = "p"\ntitle_zh = "p"\n' + funds
    (tmp_path / "policy.toml").write_text(policy, encoding="utf-8")
    return tmp_path


def told(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    """Return the first line of what a check says of a wrong file, and what it says of rows."""
    assert main(["check", str(path)]) == 2
    first, *lines = capsys.readouterr().err.splitlines()
    return first, [line.strip() for line in lines if line.startswith("  row")]


@pytest.mark.parametrize("name", ["plan", "policy"])
def test_a_check_tells_all_faults_of_all_rows_at_once(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, rows = told(folder / f"{name}.toml", capsys)
    assert first == f"BAD {folder / name}.toml: 12 faults in a plan of 8 rows:"
    assert rows == TOLD


def test_what_is_wrong_with_the_head_is_told_with_the_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.toml").write_text(HEAD.replace("name", "nam", 1), encoding="utf-8")
    first, rows = told(folder / "plan.toml", capsys)
    assert "name is required but missing" in first
    assert rows == [line for line in TOLD if line[:5] in {"row 2", "row 6", "row 7", "row 8"} or "start is" in line]


def test_days_outside_the_run_are_told_with_the_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.toml").write_text(HEAD + "filed = 2031-01-01\n", encoding="utf-8")
    assert main(["check", str(folder / "plan.toml")]) == 2
    said = capsys.readouterr().err
    assert said.count("the plan: filed is 2031-01-01, outside the run of 2018-01-01 to 2020-03-31") == 1
    assert all(line in said for line in TOLD)


def test_a_plan_that_is_filed_late_is_warned_of_and_lawful(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.toml").write_text(HEAD + "filed = 2019-03-01\n", encoding="utf-8")
    (folder / "rows.csv").write_text("id,place,kind,central_yuan\na,会泽县,cold_store,125000\n", encoding="utf-8")
    assert main(["check", str(folder / "plan.toml")]) == 0
    assert "warning: the plan: filed is 2019-03-01, and plans are due on 2018-12-20" in capsys.readouterr().out


def test_a_plan_of_which_no_row_can_be_read_is_told_row_by_row(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rows.csv").write_text("id,place,kind,central_yuan\na,会泽县,brand,much\n", encoding="utf-8")
    first, rows = told(folder / "plan.toml", capsys)
    assert first == f"BAD {folder / 'plan'}.toml: 1 fault in a plan of 1 row:"
    assert rows == ["row 1 (a): central_yuan is 'much' — write a number"]


@pytest.mark.parametrize("column", ["central_yuan", "local_yuan", "social_yuan"])
def test_parts_of_a_fen_are_refused_and_binary_fractions_are_not(column: str) -> None:
    row = {"id": "a", "place": "x", "kind": "brand", "central_yuan": 1.0}
    (told,) = ReadableRows.of({"projects": [{**row, column: 2640000.001}]}).faults
    assert str(told) == (f"row 1 (a): {column} is 2640000.001 — it must be in whole fen: write at most two decimals")
    for yuan in (2640000.01, 0.1 + 0.2, 2640000 * 1.1, 9_999_999_999.99):
        assert ReadableRows.of({"projects": [{**row, column: yuan}]}).faults == ()


def test_a_run_names_the_rows_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "baseline", "--policy", str(folder / "policy.toml"), "--out", str(folder / "out")]) == 2
    error = capsys.readouterr().err
    assert "projects.1 (b).central_yuan is '12k'; it must be a valid number" in error
    assert "projects.6 (g): has more cells than there are columns; put texts with commas in quotes" in error


def test_numbers_and_ids_are_those_of_the_whole_plan() -> None:
    good = {"place": "x", "kind": "brand", "central_yuan": 1.0}
    rows = ReadableRows.of({"projects": [{"id": "a"}, {"id": "b", **good}, {"id": "b", **good}]})
    assert [row["id"] for row in rows.content["projects"]] == ["b", "row 3 of the plan"]
    found = rows.with_own([Fault(0, "", "", "p", "c"), Fault(2, "row 3 of the plan", "", "q", "c")], [])
    assert [(fault.line, fault.row, fault.problem) for fault in found if fault.problem in "pq"] == [
        (0, "", "p"), (3, "b", "q")
    ]  # fmt: skip
    assert ReadableRows.of({"name": "p"}).content == {"name": "p"}
