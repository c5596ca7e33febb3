"""Strict reading of a region pack's files: every complaint names the file, the row, what is allowed and what to do."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ecsim.errors import EcsimError

Row = dict[str, str]

FILES = (
    "pack.toml",
    "counties.csv",
    "townships.csv",
    "villages.csv",
    "socioeconomics.csv",
    "products.csv",
    "product_rules.csv",
    "national.csv",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "counties.csv": (
        "adcode", "name_zh", "name_en", "prefecture_zh", "prefecture_en", "lat", "lon", "n_villages",
        "area_polygon_km2", "area_published_km2",
    ),
    "townships.csv": (
        "adcode9", "name_zh", "name_pinyin", "county_adcode", "is_county_seat", "in_2018", "lat", "lon", "elev_m",
    ),
    "villages.csv": ("code12", "name_zh", "kind", "adcode9", "county_adcode"),
    "socioeconomics.csv": (
        "adcode", "variable", "value", "unit", "year", "provenance", "source", "uncertainty_pct", "note",
    ),
    "products.csv": (
        "adcode", "product_zh", "product_en", "category", "annual_output_t", "farm_gate_price_yuan_per_kg",
        "online_price_yuan_per_kg", "harvest_months", "shelf_life_days", "cold_chain_needed",
    ),
    "product_rules.csv": ("key", "conversion", "net_margin", "processing_yuan_per_kg", "online_fitness", "source"),
    "national.csv": ("id", "quantity", "value", "low", "high", "unit", "year", "place", "source", "provenance"),
}  # fmt: skip


def check_files(folder: Path) -> None:
    """Raise EcsimError if a file of a region pack is missing."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if not (folder / "rules").is_dir():
        missing.append("rules/")
    if missing:
        raise EcsimError(
            f"{folder}: missing {', '.join(missing)}; a region pack has {', '.join(FILES)} and a folder rules/: "
            "add them, or start from a copy of a pack that comes with ecsim"
        )


def read_table(folder: Path, name: str) -> list[Row]:
    """Return the rows of a table of the pack; all its columns must be there, every row must fill them."""
    path, needed = folder / name, COLUMNS[name]
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="", restval="\0")
        lacking = [column for column in needed if column not in (reader.fieldnames or ())]
        if lacking:
            raise EcsimError(
                f"{path}: missing column {', '.join(lacking)}; {name} needs {', '.join(needed)}: add what is missing"
            )
        rows: list[Row] = list(reader)
    for number, row in enumerate(rows, start=2):
        if "" in row or "\0" in row.values():
            raise EcsimError(f"{path}: row {number} has more or fewer cells than the header; mend its commas or quotes")
    if not rows:
        raise EcsimError(f"{path}: has no rows; at least one is needed")
    return rows


def read_head(folder: Path, allowed: Mapping[str, type]) -> dict[str, Any]:
    """Return pack.toml, which has exactly the keys and types allowed."""
    path = folder / "pack.toml"
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise EcsimError(f"{path}: not valid TOML ({error}); mend the line it names") from None
    wrong = sorted(head.keys() ^ allowed.keys())
    if wrong:
        raise EcsimError(f"{path}: missing or unknown {', '.join(wrong)}; it has exactly {', '.join(allowed)}")
    for key, kind in allowed.items():
        if not isinstance(head[key], kind):
            raise EcsimError(f"{path}: {key} is {head[key]!r}; a {kind.__name__} is needed")
    return head


def number(text: str, where: str, low: float, high: float) -> float:
    """Return a figure within bounds, or say which cell is wrong."""
    try:
        value = float(text)
    except ValueError:
        raise EcsimError(f"{where} is {text!r}; a number from {low:g} to {high:g} is needed") from None
    if not low <= value <= high:
        raise EcsimError(f"{where} is {text}; allowed are {low:g} to {high:g}: mend the figure")
    return value


def known(value: str, allowed: Iterable[str], where: str) -> str:
    """Return a word that must be one of those allowed."""
    words = list(allowed)
    if value not in words:
        shown = ", ".join(words[:20]) + (", …" if len(words) > 20 else "")
        raise EcsimError(f"{where} is {value!r}; allowed are {shown}: mend the row")
    return value


def check_unique(rows: list[Row], column: str, where: str) -> None:
    """Raise EcsimError if two rows have the same key."""
    seen: set[str] = set()
    for row in rows:
        if row[column] in seen:
            raise EcsimError(f"{where}: {column} {row[column]} comes twice; leave one row of it")
        seen.add(row[column])


def months(text: str, where: str) -> tuple[int, ...]:
    """Return the months of ``11-3`` or ``3-5;7-10``, 1 to 12 in order of harvest."""
    found: list[int] = []
    for part in text.split(";"):
        first, _, last = part.partition("-")
        start = int(number(first, f"{where} harvest_months", 1, 12))
        end = int(number(last or first, f"{where} harvest_months", 1, 12))
        found += [(month - 1) % 12 + 1 for month in range(start, end + 1 if end >= start else end + 13)]
    return tuple(dict.fromkeys(found))
