"""A region pack to begin with: every file with its columns, rows that are examples, and what each column is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ecsim.kernel.errors import EcsimError
from ecsim.kernel.toml import read_toml
from ecsim.rural.regions.pack import folder_of
from ecsim.rural.regions.pack_reader import NEEDED_FACTS
from ecsim.rural.regions.rows import OPTIONAL, TABLES, PackRow, WholeFigure

SOURCE = "yunnan_2018"
"""The pack whose rules and national figures a new one begins with."""
COPIED = ("national.csv", "rules")
COLUMNS = "columns.toml"
READMES = {"en": "README.md", "zh": "README.zh.md"}
DESCRIBED: tuple[type[PackRow], ...] = tuple(kind for kind in (*TABLES, *OPTIONAL) if kind is not WholeFigure)
"""Tables that a user fills in."""


def write_skeleton(folder: Path) -> list[str]:
    """Write a new region pack, and return the names of its files.

    Raises
    ------
    EcsimError
        If the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EcsimError(f"{folder}: there already; name a new folder, or empty it")
    folder.mkdir(parents=True, exist_ok=True)
    with as_file(files("ecsim.rural.regions").joinpath("template")) as template, folder_of(SOURCE) as source:
        words = read_toml(template / COLUMNS)
        for file in sorted(template.iterdir()):
            if file.name != COLUMNS:
                shutil.copy(file, folder / file.name)
        for name in COPIED:
            copy = shutil.copytree if (source / name).is_dir() else shutil.copy
            copy(source / name, folder / name)
    for language, name in READMES.items():
        (folder / name).write_text("\n".join(_readme(words, language)) + "\n", encoding="utf-8")
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _readme(words: dict[str, Any], language: str) -> Iterator[str]:
    """Yield the lines of a page that says what every file and column is."""
    say = {key: word[language] for key, word in words["words"].items()}
    yield from (f"# {say['title']}", "", say["lead"], "", say["files"])
    for kind in DESCRIBED:
        told = words[kind.FILE]
        yield from ("", f"## {kind.FILE}", "", told[""][language], "")
        yield from (f"| {say['column']} | {say['what']} | {say['cell']} |", "|---|---|---|")
        for column, field in kind.model_fields.items():
            empty = "" if field.is_required() else f" ({say['may_be_empty']})"
            yield f"| `{column}` | {told[column][language]} | {field.description}{empty} |"
    yield from (
        "",
        f"## {say['facts']}",
        "",
        f"| {say['variable']} | {say['what']} | {say['bounds']} |",
        "|---|---|---|",
    )
    for variable, what in words["facts"].items():
        low, high = NEEDED_FACTS.get(variable, (0, 10_000))
        yield f"| `{variable}` | {what[language]} | {low:g} – {high:,.10g} |"
