"""Rows of plans in CSV and Excel: whatever a planner's program saves is read alike, and faults say where."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook

from ecsim.kernel.errors import EcsimError
from ecsim.rural.plans.tables import BEYOND, HEADINGS, read_rows, write_rows

ROWS = [
    {"id": "a", "level": "county", "place": "530325", "kind": "stations", "units": 2, "design": "integrated",
     "sites": ["530325001201", "530325001202"], "start": "2019-03-04", "central_yuan": 24000, "local_yuan": 2400.5,
     "package": "Q1", "owner": "cooperative:3", "reuses": True,
     "exclusive": True, "uses": ["bought_traffic", "work_expenses"]},
    {"id": "b", "level": "prefecture", "place": "曲靖市", "kind": "traceability", "units": 1, "central_yuan": 1600000},
]  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("chinese", [False, True])
def test_what_is_written_is_read_again(tmp_path: Path, ending: str, *, chinese: bool) -> None:
    file = tmp_path / f"plan.{ending}"
    write_rows(file, ROWS, chinese=chinese)
    assert read_rows(file, "head") == ROWS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_however_it_was_saved(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "plan.csv"
    text = (
        '编号,层级,地点,项目类型,中央资金（元）\r\n一,县级,富源县,冷库,"125,000"\r\n,,,,\r\n二,州市,曲靖市,溯源,9\r\n'
    )
    file.write_bytes(text.encode(encoding))
    assert read_rows(file, "head") == [
        {"id": "一", "level": "county", "place": "富源县", "kind": "冷库", "central_yuan": 125_000.0},
        {"id": "二", "level": "prefecture", "place": "曲靖市", "kind": "溯源", "central_yuan": 9.0},
    ]


def test_uses_are_listed_and_said_in_chinese(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(
        "编号,地点,项目类型,中央资金（元）,支出用途,独占使用\na,会泽县,冷库,9,购买流量；工作经费,是\n", "utf-8"
    )
    (row,) = read_rows(file, "head")
    assert (row["uses"], row["exclusive"]) == (["购买流量", "工作经费"], True)


def test_cells_that_excel_took_for_numbers_and_dates_are_codes_and_dates_again(tmp_path: Path) -> None:
    book = Workbook()
    for line in [
        ["id", "place", "kind", "units", "start", "central_yuan"],
        [1, 530325.0, "brand", 2.0, dt.date(2019, 3, 4), 7],
    ]:
        book.active.append(line)
    book.save(tmp_path / "plan.xlsx")
    assert read_rows(tmp_path / "plan.xlsx", "head") == [
        {"id": "1", "place": "530325", "kind": "brand", "units": 2, "start": "2019-03-04", "central_yuan": 7.0}
    ]


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("2019/3/4", "2019-03-04"),
        ("2019-3-4", "2019-03-04"),
        ("2019/03/04", "2019-03-04"),
        ("2019.3.4", "2019-03-04"),
        ("2019年3月4日", "2019-03-04"),
        ("2019 年 3 月 4 日", "2019-03-04"),
        ("2019/3/4 0:00", "2019-03-04"),
        ("2019-03-04 00:00:00", "2019-03-04"),
        ("2019/13/4", "2019/13/4"),
        ("2019/2/29", "2019/2/29"),
        ("2019/3-4", "2019/3-4"),
        ("3/4/2019", "3/4/2019"),
        ("2019年3月", "2019年3月"),
        ("20190304", "20190304"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_date_is_read_as_spreadsheets_write_it_and_stays_as_written_where_it_is_none(
    cell: str, date: str, ending: str, tmp_path: Path
) -> None:
    file = tmp_path / f"plan.{ending}"
    write_rows(file, [{"id": "a", "place": "530325", "kind": "brand", "central_yuan": 9, "start": cell}])
    assert read_rows(file, "head")[0]["start"] == date


@pytest.mark.parametrize("shown", ["yyyy/m/d", 'yyyy"年"m"月"d"日"', '[$-804]yyyy"年"m"月"d"日"', "mm-dd-yy"])
def test_a_date_of_excel_is_a_date_however_it_is_shown(shown: str, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "place", "kind", "central_yuan", "start"])
    book.active.append(["a", "530325", "brand", 9, dt.datetime(2019, 3, 4)])
    book.active["E2"].number_format = shown
    book.save(tmp_path / "plan.xlsx")
    assert read_rows(tmp_path / "plan.xlsx", "head")[0]["start"] == "2019-03-04"


@pytest.mark.parametrize("apart", [";", "；", "、", "，", "; "])
def test_items_of_a_cell_stand_apart_by_any_mark_of_a_list(apart: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(f"编号,地点,项目类型,中央资金（元）,支出用途\na,会泽县,冷库,9,购买流量{apart}工作经费\n", "utf-8")
    assert read_rows(file, "head")[0]["uses"] == ["购买流量", "工作经费"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,place,kind,central_yuan,budget\n", "line 1 has the column 'budget', which no plan has; columns are id,"),
        ("id,place,kind,centrl_yuan\n", "'centrl_yuan', which no plan has; did you mean 'central_yuan'?"),
        ("id,place,kind\n", "line 1 lacks central_yuan (中央资金（元）)"),
        ("id,id,place,kind,central_yuan\n", "line 1 has id twice"),
        ("id,id,place,knd\n", "line 1 has id twice\n"),
        ("id,id,place,knd\n", "line 1 has the column 'knd', which no plan has; did you mean 'kind'?\n"),
        ("id,id,place,knd\n", "line 1 lacks kind (项目类型)"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    with pytest.raises(EcsimError) as refused:
        read_rows(tmp_path / "plan.csv", "head")
    assert words in str(refused.value)


def test_a_cell_that_is_not_what_its_column_needs_stays_as_it_is_written(tmp_path: Path) -> None:
    text = "id,place,kind,central_yuan,units,reuses\na,530325,brand,much,1.5,perhaps\nb,530325,brand,1,000,yes,no,\n"
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    assert read_rows(tmp_path / "plan.csv", "head") == [
        {"id": "a", "place": "530325", "kind": "brand", "central_yuan": "much", "units": 1.5, "reuses": "perhaps"},
        {"id": "b", "place": "530325", "kind": "brand", "central_yuan": 1, "units": 0, "reuses": True, BEYOND: "no"},
    ]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_text("no workbook")
    with pytest.raises(EcsimError, match=r"is no Excel workbook .*; save it as \.xlsx"):
        read_rows(tmp_path / "plan.xlsx", "head")
    (tmp_path / "plan.csv").write_bytes(b"id,place\n\xff\xff\xff")
    with pytest.raises(EcsimError, match="is neither UTF-8 nor GB 18030"):
        read_rows(tmp_path / "plan.csv", "head")
    with pytest.raises(EcsimError, match="no such file, named by head"):
        read_rows(tmp_path / "other.csv", "head")


def test_every_column_has_a_chinese_heading_of_its_own() -> None:
    assert len(set(HEADINGS.values())) == len(HEADINGS)
