"""Strict reading of a region pack's files: every complaint names the file, the row, what is allowed and what to do."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError

from ecsim.kernel.errors import EcsimError, shown
from ecsim.kernel.parameters import Parameters, load_parameters
from ecsim.kernel.strict import Date, Strict
from ecsim.kernel.toml import read_toml
from ecsim.kernel.validation import checked
from ecsim.rural.calendar import Seasons
from ecsim.rural.regions.rows import TABLES, PackRow

R = TypeVar("R", bound=PackRow)
FILES = ("pack.toml", *(table.FILE for table in TABLES))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ReplacementFigure(Strict):
    """A figure that replaces one of the tables."""

    source: Annotated[str, Field(min_length=1)]


class Price(ReplacementFigure):
    """A farm-gate price, and perhaps one online."""

    farm_yuan_per_kg: Annotated[float, Field(gt=0.0, le=1e5)]
    online_yuan_per_kg: Annotated[float, Field(gt=0.0, le=1e5)] | None = None


class Output(ReplacementFigure):
    """A yearly output."""

    tonnes: Annotated[float, Field(ge=0.0, le=1e8)]


class HouseholdShare(ReplacementFigure):
    """The part of an output that households grow."""

    share: Annotated[float, Field(ge=0.0, le=1.0)]


class Growers(ReplacementFigure):
    """How many resident households grow a product."""

    households: Annotated[int, Field(ge=1, le=10_000_000)]


class Slope(ReplacementFigure):
    """The slope class of a county's townships, 0 gentle to 2 steep."""

    slope_class: Annotated[int, Field(ge=0, le=2, alias="class")]


class Head(Strict):
    """What pack.toml says: names, and written rules by product (``adcode/name``) or county."""

    name: Annotated[str, Field(min_length=1)]
    title_en: str
    title_zh: str
    seed: int
    year: Annotated[int, Field(ge=1949, le=2100)]
    """Year of the annual amounts that the opening is made of."""
    first: Date
    last: Date
    """What the series behind the model cover: no run leaves it."""
    vintage: str
    licence: str
    synthetic: list[str]
    absent: list[str]
    prices: dict[str, Price]
    outputs: dict[str, Output]
    household_shares: dict[str, HouseholdShare]
    growers: dict[str, Growers]
    slopes: dict[str, Slope]
    seasons: Seasons


def missing_files(folder: Path) -> list[str]:
    """Return what a region pack must have and a folder has not."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    return missing if (folder / "rules").is_dir() else [*missing, "rules/"]


def check_files(folder: Path) -> None:
    """Raise EcsimError if a file of a region pack is missing."""
    if missing := missing_files(folder):
        raise EcsimError(
            f"{folder}: missing {', '.join(missing)}; a region pack has {', '.join(FILES)} and a folder rules/: "
            "add them, or start from a copy of a pack that comes with ecsim"
        )


def read_rules(folder: Path) -> Parameters:
    """Return the numbers of a pack's rules."""
    return load_parameters(folder / "rules")


def read_head(folder: Path) -> Head:
    """Return pack.toml."""
    path = folder / "pack.toml"
    return checked(Head, read_toml(path), str(path))


def read_table(folder: Path, kind: type[R]) -> tuple[R, ...]:
    """Return the rows of a table of the pack, typed; no two of them share a key.

    Raises
    ------
    EcsimError
        If the file cannot be read, a column is missing, or a cell holds what is not allowed.
    """
    path = folder / kind.FILE
    rows = {number: _typed(kind, cells, f"{path}: row {number}") for number, cells in _rows_of(kind, path)}
    if not rows and not kind.MAY_BE_EMPTY:
        raise EcsimError(f"{path}: has no rows; at least one is needed")
    _check_unique(kind, rows, path)
    return tuple(rows.values())


def bytes_of(path: Path) -> bytes:
    """Return what a file of the pack holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EcsimError(f"{path}: cannot be read ({error.strerror}); see to the file") from None


def _text_of(path: Path) -> str:
    """Return the text of a file; a byte order mark before it is read over."""
    try:
        text = bytes_of(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EcsimError(f'{path}: not UTF-8 (byte {error.start + 1}); save it as UTF-8 ("CSV UTF-8")') from None
    control = _CONTROL.search(text)
    if control:
        line, sign = text.count("\n", 0, control.start()) + 1, ord(control.group())
        raise EcsimError(f"{path}: line {line} holds the control character U+{sign:04X}; save it as UTF-8 text anew")
    return text


def _rows_of(kind: type[PackRow], path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number of every row, as a spreadsheet counts them, and its cells that hold something."""
    reader = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    number = 1
    try:
        head = next(reader, [])
        _check_head(kind, head, path)
        for number, cells in enumerate(reader, start=2):
            if not cells:  # an empty line
                continue
            if len(cells) != len(head):
                raise EcsimError(
                    f"{path}: row {number} has more or fewer cells than the header; mend its commas or quotes"
                )
            yield number, {name: cell.strip() for name, cell in zip(head, cells, strict=True) if cell.strip()}
    except csv.Error as error:
        raise EcsimError(f"{path}: no CSV after row {number} ({error}); mend its commas or quotes") from None


def _check_head(kind: type[PackRow], head: list[str], path: Path) -> None:
    lacking = [column for column in kind.model_fields if column not in head]
    if lacking:
        needed = ", ".join(kind.model_fields)
        raise EcsimError(
            f"{path}: missing column {', '.join(lacking)}; {kind.FILE} needs {needed}: add what is missing"
        )
    for column in kind.model_fields:
        if head.count(column) > 1:
            raise EcsimError(f"{path}: column {column} comes twice; keep one")


def table_faults(folder: Path, kind: type[PackRow]) -> list[str]:
    """Return every fault of a table by itself, row by row; a file that is no table has one.

    Parameters
    ----------
    kind : of the table's rows
    """
    path, faults = folder / kind.FILE, list[str]()
    try:
        for number, cells in _rows_of(kind, path):
            faults += _row_faults(kind, cells, f"{path}: row {number}")
        if not faults:
            read_table(folder, kind)
    except EcsimError as error:
        faults.append(str(error))
    return faults


def _row_faults(kind: type[PackRow], cells: dict[str, str], where: str) -> list[str]:
    try:
        kind.model_validate_strings(cells)
    except ValidationError as error:
        return [f"{where}: {_told(kind, cells, problem)}" for problem in error.errors()]
    return []


def _typed(kind: type[R], cells: dict[str, str], where: str) -> R:
    try:
        return kind.model_validate_strings(cells)
    except ValidationError as error:
        raise EcsimError(f"{where}: {_told(kind, cells, error.errors()[0])}") from None


def _told(kind: type[PackRow], cells: dict[str, str], problem: Any) -> str:  # noqa: ANN401 (pydantic's own)
    if not problem["loc"]:
        return str(problem["msg"]).removeprefix("Value error, ")
    column = str(problem["loc"][0])
    found = f"is {shown(cells[column])}" if column in cells else "is empty"
    return f"{column} {found}; {kind.model_fields[column].description} is needed: mend the cell"


def _check_unique(kind: type[R], rows: Mapping[int, R], path: Path) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, row in rows.items():
        key = tuple(str(getattr(row, column)) for column in kind.KEY)
        if key in seen:
            told = ", ".join(f"{column} {value}" for column, value in zip(kind.KEY, key, strict=True))
            raise EcsimError(f"{path}: {told} stands in rows {seen[key]} and {number}; keep one")
        seen[key] = number


def known(value: str, allowed: Iterable[str], where: str) -> str:
    """Return a word that must be one of those allowed.

    Parameters
    ----------
    where : file and key, for the message

    Raises
    ------
    EcsimError
        If the value is not among them.
    """
    words = list(allowed)
    if value not in words:
        first = ", ".join(words[:10]) + (", …" if len(words) > 10 else "")
        raise EcsimError(f"{where} is {shown(value)}; allowed are {first}: mend the row")
    return value


def check_named(
    folder: Path, table: str, rules: Iterable[str], allowed: Iterable[str], elsewhere: Collection[str] = ()
) -> None:
    """Raise EcsimError if a written rule of pack.toml is for nothing of this pack.

    Parameters
    ----------
    table : of pack.toml
    rules : what its rules are for
    allowed : what there is
    elsewhere : codes of the counties that were cut away: rules of theirs are read over
    """
    there = sorted(set(allowed))
    for key in rules:
        if key.partition("/")[0] in elsewhere:
            continue
        known(key, there, f"{folder}/pack.toml: [{table}]")
