"""A part of a region pack as a pack of its own: the rows of some counties, and what they have to know of the whole.

A run of it is a run of the whole pack with these counties, event by event.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ecsim.kernel.errors import EcsimError
from ecsim.rural.regions import whole
from ecsim.rural.regions.pack import folder_of, load_pack, load_part
from ecsim.rural.regions.region_pack import RegionPack
from ecsim.rural.regions.rows import PackRow, ThroughPlace, WholeFigure
from ecsim.rural.regions.scope import codes_of_cut

Cells = Mapping[str, str]
Wanted = Callable[[Cells, frozenset[str]], bool]


def _column(name: str) -> Wanted:
    return lambda cells, keep: cells[name] in keep


def _road(cells: Cells, keep: frozenset[str]) -> bool:
    """Return whether a road begins or ends in a county that is kept."""
    return bool({cells["from_adcode"][:6], cells["to_adcode"][:6]} & keep)


def _asset(cells: Cells, keep: frozenset[str]) -> bool:
    """Return whether an asset is of a county that is kept, or of the prefecture of one."""
    return any(code.startswith(cells["place"]) for code in keep)


OF_COUNTIES: Mapping[str, Wanted] = {
    "counties.csv": _column("adcode"),
    "townships.csv": _column("county_adcode"),
    "villages.csv": _column("county_adcode"),
    "socioeconomics.csv": _column("adcode"),
    "products.csv": _column("adcode"),
    "product_forms.csv": _column("adcode"),
    "road_facts.csv": _road,
    "existing_assets.csv": _asset,
    "idle_buildings.csv": _column("place"),
}
"""Tables whose rows are of counties, and which rows a part keeps; all other files stay as they are."""


def write_cut(name: str, counties: Sequence[str] | None, prefectures: Sequence[str] | None, out: Path) -> RegionPack:
    """Write the counties or prefectures of a region pack that are named, and return the new pack; see `write_part`.

    Parameters
    ----------
    counties, prefectures : as of `codes_of_cut`
    """
    return write_part(name, codes_of_cut(load_pack(name), counties, prefectures), out)


def write_part(name: str, keep: frozenset[str], out: Path) -> RegionPack:
    """Write some counties of a region pack as a pack, and return it.

    Parameters
    ----------
    name : of the pack, or the path of its folder
    keep : codes of the counties
    out : folder to write; it must not be there yet

    Raises
    ------
    EcsimError
        If the folder is there already, or as `load_part`.
    """
    if out.exists():
        raise EcsimError(f"{out}: there already; name a new folder, or move it away")
    part = load_part(name, keep)
    with folder_of(name) as folder:
        shutil.copytree(folder, out)
        for file, wanted in OF_COUNTIES.items():
            if (out / file).is_file():
                _filter(out / file, wanted, keep)
    _rename(out / "pack.toml", {"name": out.name, "title_en": part.title_en, "title_zh": part.title_zh})
    _write_whole(part, out)
    _write_through(part, out)
    return load_pack(str(out))


def _filter(path: Path, wanted: Wanted, keep: frozenset[str]) -> None:
    """Take the rows of other counties out of a table; the others stay as they are, to the letter."""
    text = path.read_text(encoding="utf-8-sig")
    (columns, head), *records = _records(text)
    kept = [written for row, written in records if row and wanted(_cells(columns, row), keep)]
    path.write_text("".join([head, *kept]), encoding="utf-8", newline="")


def _cells(columns: list[str], row: list[str]) -> Cells:
    return {name: cell.strip() for name, cell in zip(columns, row, strict=True)}


def _records(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield every record of a table, as cells and as it is written: one may go over several lines."""
    lines = text.splitlines(keepends=True)
    reader, before = csv.reader(lines, strict=True), 0
    for row in reader:
        yield row, "".join(lines[before : reader.line_num])
        before = reader.line_num


def _rename(path: Path, words: Mapping[str, str]) -> None:
    """Write other names into pack.toml; each stands in a line of its own."""
    text = path.read_text(encoding="utf-8")
    for key, value in words.items():
        found = re.search(rf"^{key} = .*$", text, re.MULTILINE)
        if found is None:
            raise EcsimError(f'{path}: {key} stands in no line of its own; write {key} = "…" there')
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        start, end = found.span()
        text = f'{text[:start]}{key} = "{quoted}"{text[end:]}'
    path.write_text(text, encoding="utf-8")


def _write_whole(part: RegionPack, out: Path) -> None:
    """Write what the part has to know of the whole; how steep its land is hangs on neighbours that are cut away."""
    from ecsim.kernel.draws import Draws
    from ecsim.rural.regions.ground import metres_a_km

    steep = tuple(float(value) for value in metres_a_km(part, Draws(part.seed)))
    _write_rows(out, WholeFigure, whole.written(part.whole, part.codes, steep))


def _write_through(part: RegionPack, out: Path) -> None:
    """Write the places of counties that are cut away, as far as roads go through them."""
    from ecsim.kernel.draws import Draws
    from ecsim.rural.regions.through_places import through_places_of

    _write_rows(out, ThroughPlace, through_places_of(part, Draws(part.seed)))


def _write_rows(out: Path, kind: type[PackRow], rows: Sequence[PackRow]) -> None:
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(kind.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row.model_dump() for row in rows)
    (out / kind.FILE).write_text(table.getvalue(), encoding="utf-8", newline="")
