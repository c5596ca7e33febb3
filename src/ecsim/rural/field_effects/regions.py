"""Small regions for base scenarios: a few counties cut out of a pack."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from ecsim.rural.invariances import copied_pack

_COUNTY_COLUMN = {
    "counties": "adcode", "products": "adcode", "socioeconomics": "adcode",
    "townships": "county_adcode", "villages": "county_adcode",
}  # fmt: skip
"""The column of each file that says which county a row is of."""


def small_region(region: str, folder: Path, counties: Sequence[str]) -> Path:
    """Write a region pack of some counties of another alone, by their codes, and return its folder."""
    pack = copied_pack(region, folder)
    for name, column in _COUNTY_COLUMN.items():
        path = pack / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *(row for row in rows if row[head.index(column)] in counties)])
    rules = pack / "pack.toml"
    lines = rules.read_text(encoding="utf-8").splitlines(keepends=True)
    rules.write_text("".join(line for line in lines if line[0] != '"' or line[1:7] in counties), encoding="utf-8")
    return pack
