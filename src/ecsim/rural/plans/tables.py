"""Rows of plans in CSV and Excel, with English or Chinese headings: read as they are saved, written to be edited.

A cell that is not what its column needs stays as it is written: who checks the rows tells it, with all others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError, hint, shown

HEADINGS = {
    "id": "编号", "level": "层级", "place": "地点", "kind": "项目类型", "units": "数量", "design": "站点设计",
    "sites": "选址", "start": "开工日期", "central_yuan": "中央资金（元）", "local_yuan": "地方资金（元）",
    "social_yuan": "社会资金（元）", "package": "标包", "owner": "归属", "reuses": "利用已有",
    "idle_building": "利用闲置房屋", "exclusive": "独占使用", "uses": "支出用途",
}  # fmt: skip
"""Columns, and what they are called in Chinese."""
LEVELS = {"县": "county", "县级": "county", "州市": "prefecture", "州": "prefecture", "市": "prefecture"}
ANSWERS = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
ANSWERED = {"reuses", "idle_building", "exclusive"}
LISTED = {"sites", "uses"}
DATES = {"start"}
WHOLE = {"units"}
YUAN = {"central_yuan", "local_yuan", "social_yuan"}
BEYOND = "beyond the last column"
"""Key of cells for which there is no column."""
EXCEL = (".xlsx", ".xlsm")
APART = ";"
_APART = re.compile("[;；、，]")
"""What stands between the items of a cell."""
_DATE = re.compile(
    r"(?P<year>\d{4})(?:(?P<apart>[-/.])(?P<month>\d{1,2})(?P=apart)(?P<day>\d{1,2})"
    r"|\s*年\s*(?P<zh_month>\d{1,2})\s*月\s*(?P<zh_day>\d{1,2})\s*[日号]?)(?:\s+0?0:00(?::00)?)?"
)
"""A date as a spreadsheet writes it into a cell: ``2019/3/4``, ``2019-3-4``, ``2019年3月4日``, with midnight or not."""


def read_rows(path: Path, named_by: str) -> list[dict[str, Any]]:
    """Return the rows of a CSV or Excel file as a plan's ``projects`` hold them; empty cells and rows are left out.

    Parameters
    ----------
    named_by : file and key that name it

    Raises
    ------
    EcsimError
        If the file cannot be read, or has columns that no plan has.
    """
    read = _excel_rows if path.suffix.lower() in EXCEL else _csv_rows
    try:
        head, *table = list(read(path)) or [()]
    except FileNotFoundError:
        raise EcsimError(f"{path}: no such file, named by {named_by}; write its path beside the plan") from None
    except OSError as error:
        raise EcsimError(f"{path}: cannot be read ({error.strerror}); name a CSV or Excel file") from None
    columns = _columns(path, head)
    return [_row(columns, cells) for cells in table if any(map(_said, cells))]


def _csv_rows(path: Path) -> Iterator[Sequence[Any]]:
    """Yield lines of a CSV in UTF-8, with or without a mark, or in GB 18030 as Chinese Excel saves it."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise EcsimError(f'{path}: is neither UTF-8 nor GB 18030; save it as "CSV UTF-8"') from error
    yield from csv.reader(io.StringIO(text, newline=""))


def _excel_rows(path: Path) -> Iterator[Sequence[Any]]:
    """Yield lines of the first sheet of a workbook."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError) as error:
        raise EcsimError(f"{path}: is no Excel workbook ({error}); save it as .xlsx") from error
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _said(cell: Any) -> bool:  # noqa: ANN401 (of a sheet)
    return cell is not None and str(cell).strip() != ""


def _columns(path: Path, head: Sequence[Any]) -> list[str]:
    """Return what plans call the columns of a table; an empty heading is no column."""
    chinese = {zh: name for name, zh in HEADINGS.items()}
    names = [chinese.get(str(cell).strip(), str(cell).strip()) if _said(cell) else "" for cell in head]
    faults = [f"has {name} twice" for name in sorted({name for name in names if name and names.count(name) > 1})]
    for name in dict.fromkeys(names):
        if name and name not in HEADINGS:
            near = hint(name, (*HEADINGS, *chinese), f"columns are {', '.join(HEADINGS)}")
            faults.append(f"has the column {shown(name)}, which no plan has; {near}")
    needed = (name for name in ("id", "place", "kind", "central_yuan") if name not in names)
    faults += [f"lacks {name} ({HEADINGS[name]}); columns are {', '.join(HEADINGS)}" for name in needed]
    if faults:
        raise EcsimError("\n".join(f"{path}: line 1 {fault}" for fault in faults))
    return names


def _row(columns: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    """Return what the cells of a line say, as TOML would."""
    said = {name: cell for name, cell in zip(columns, cells, strict=False) if name and _said(cell)}
    row = {name: _value(name, cell) for name, cell in said.items()}
    beyond = [str(cell).strip() for cell in cells[len(columns) :] if _said(cell)]
    return row | ({BEYOND: ", ".join(beyond)} if beyond else {})


def _value(name: str, cell: Any) -> Any:  # noqa: ANN401 (of a sheet)
    if isinstance(cell, dt.datetime):
        cell = cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if name in WHOLE | YUAN:
        return _number(text, whole=name in WHOLE)
    if name == "level":
        return LEVELS.get(text, text)
    if name in ANSWERED:
        return ANSWERS.get(text.lower(), text)
    if name in LISTED:
        return [each.strip() for each in _APART.split(text) if each.strip()]
    return _date(text) if name in DATES else text


def _date(text: str) -> str:
    """Return the date of a cell as TOML writes it, or its text where it is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return text
    of = found.groupdict()
    year, month, day = of["year"], of["month"] or of["zh_month"], of["day"] or of["zh_day"]
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text


def _number(text: str, *, whole: bool) -> float | str:
    """Return the number of a cell, or its text where it is none; thousands may be set apart by commas."""
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return text
    return int(number) if whole and number.is_integer() else number


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], *, chinese: bool = False) -> None:
    """Write rows of a plan as CSV (UTF-8 with a mark, which Excel opens as such) or, by its ending, as a workbook.

    Parameters
    ----------
    chinese : whether headings are
    """
    head = list(HEADINGS.values()) if chinese else list(HEADINGS)
    lines = [head, *([_cell(row.get(name, "")) for name in HEADINGS] for row in rows)]
    if path.suffix.lower() in EXCEL:
        _write_excel(path, lines)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def _cell(value: Any) -> Any:  # noqa: ANN401 (of a row)
    if isinstance(value, list | tuple):
        return APART.join(value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else value


def _write_excel(path: Path, lines: Sequence[Sequence[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("plan")
    sheet.freeze_panes = "A2"
    for line in lines:
        sheet.append(line)
    book.save(path)
