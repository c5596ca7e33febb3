"""What is wrong with a region pack: every fault one message that says file, row, column and what to do.

Tables are looked at by themselves first, then against each other, then the opening is made of them: what hangs on an
earlier fault is not told of before that is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions.pack_reader import NEEDED_FACTS, PackReader
from ecsim.rural.regions.plausibility import PLAUSIBILITY, plausibility_of
from ecsim.rural.regions.products import ProductReader
from ecsim.rural.regions.reader import missing_files, read_head, read_rules, read_table, table_faults
from ecsim.rural.regions.rows import OPTIONAL, TABLES, CountyRow, ProductForm, ProductRow, TownshipRow, VillageRow

EXAMPLE = "示例"
"""What marks a row as an example."""
SMALLEST_SAMPLE = 1e-4
"""Of households, at which the opening is made to see whether it can be."""


def faults_of(folder: Path) -> list[str]:
    """Return the faults of a region pack; none: it can be run."""
    return list(_of_files(folder)) or list(_between_tables(folder)) or list(_of_opening(folder))


def examples_of(folder: Path) -> dict[str, int]:
    """Return how many rows of a pack still are the examples that `ecsim pack new` writes, by file."""
    rows = {
        kind.FILE: _example_rows(folder / kind.FILE) for kind in (*TABLES, *OPTIONAL) if (folder / kind.FILE).is_file()
    }
    return {name: count for name, count in {**rows, "pack.toml": _example_rows(folder / "pack.toml")}.items() if count}


def _example_rows(path: Path) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return sum(EXAMPLE in line and not line.lstrip().startswith("#") for line in lines)


def _of_files(folder: Path) -> Iterator[str]:
    """Yield what is missing, and the faults of each file by itself."""
    missing = missing_files(folder)
    for name in missing:
        yield f"{folder}/{name}: is missing; add it, as `ecsim pack new` writes it"
    for kind in (*TABLES, *OPTIONAL):
        if (folder / kind.FILE).is_file():
            yield from table_faults(folder, kind)
    if "pack.toml" not in missing:
        yield from _told(lambda: read_head(folder))
    if "rules/" not in missing:
        yield from _told(lambda: read_rules(folder))
    if (folder / PLAUSIBILITY).is_file() and "pack.toml" not in missing:
        yield from _told(lambda: plausibility_of(str(folder)))


def _between_tables(folder: Path) -> Iterator[str]:
    """Yield where tables do not fit each other: counties, then townships and villages, then products."""
    reader = PackReader(folder)
    rows = read_table(folder, CountyRow)
    prefectures = tuple(dict.fromkeys((row.prefecture_zh, row.prefecture_en) for row in rows))
    for row in rows:
        lacking = [fault for variable in NEEDED_FACTS for fault in _told(_fact, reader, row.adcode, variable)]
        yield from lacking or _told(reader.county, row, prefectures)
    yield from _told(reader.check_places)
    place = {row.adcode: number for number, row in enumerate(rows)}
    yield from _of_places(folder, reader, place)
    products = ProductReader(folder, reader.head)
    forms = {form.key: form for form in read_table(folder, ProductForm)}
    for product in read_table(folder, ProductRow):
        yield from _told(products.product, product, forms, place)


def _fact(reader: PackReader, adcode: str, variable: str) -> float:
    return reader.fact(adcode, variable)


def _of_places(folder: Path, reader: PackReader, place: dict[str, int]) -> Iterator[str]:
    towns = [row for row in read_table(folder, TownshipRow) if row.in_opening == "1"]
    for town in towns:
        yield from _told(reader.township, town, place)
    numbers = {town.adcode9: number for number, town in enumerate(towns)}
    home = {town.adcode9: town.county_adcode for town in towns}
    for village in read_table(folder, VillageRow):
        yield from _told(reader.village, village, numbers, home)


def _of_opening(folder: Path) -> Iterator[str]:
    """Yield what is seen only when the pack is read as a whole and a region is made of it."""
    from ecsim.rural.regions.opening import open_region

    def opened() -> None:
        pack = PackReader(folder).pack("")
        open_region(pack, SMALLEST_SAMPLE, pack.first)

    yield from _told(opened)


def _told(act: Callable[..., object], *given: object) -> list[str]:
    """Return the faults that an act finds, a message each."""
    try:
        act(*given)
    except (EcsimError, ValueError) as error:  # figures that no parts can be made of
        return str(error).splitlines()
    return []
