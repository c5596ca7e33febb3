"""The report as PDF, set by Typst."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import asdict
from importlib import import_module
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib as mpl

from ecsim.kernel.errors import EcsimError
from ecsim.report.document import Block, Collapsible, Document, Figure, Table
from ecsim.report.fonts import KNOWN, LATIN, chinese_font, chinese_font_file

MONO = "DejaVu Sans Mono"


def write_pdf(document: Document, place: Path) -> Path:
    """Write a report as PDF and return its path.

    A page in English may quote a Chinese word; where this machine has no font for it, "[…]" stands there.

    Parameters
    ----------
    document : the report
    place : file to write

    Raises
    ------
    EcsimError
        If Typst is not installed, or Chinese is asked for and this machine has no font for it.
    """
    place.write_bytes(_set(document, "pdf"))
    return place


def page_images(document: Document) -> list[bytes]:
    """Return the pages of a report's PDF as PNG, to look at."""
    pages = _set(document, "png")
    return pages if isinstance(pages, list) else [pages]


def _set(document: Document, form: str) -> Any:  # noqa: ANN401 (bytes, or a list of them)
    typst = _typst()
    fonts, folders = _fonts(document)
    known = _characters(fonts)
    content = {
        "language": document.language, "title": document.title, "fonts": fonts, "mono": [MONO, *fonts],
        "lead": [_plain(block) for block in document.lead],
        "sections": [
            {"title": section.title, "blocks": [_plain(block) for block in section.blocks]}
            for section in document.sections
        ],
    }  # fmt: skip
    source = {
        "main.typ": files("ecsim.report").joinpath("paper.typ").read_bytes(),
        "content.json": _legible(json.dumps(content, ensure_ascii=False), known).encode(),
        **{f"{drawn.name}.svg": _legible(drawn.svg, known).encode() for drawn in document.figures},
    }
    return typst.compile(source, format=form, font_paths=folders, ignore_system_fonts=True)


def _typst() -> Any:  # noqa: ANN401 (a module)
    try:
        return import_module("typst")
    except ImportError:
        raise EcsimError("--pdf needs the extra: pip install 'ecsim[pdf]'; the HTML page is there without it") from None


def _fonts(document: Document) -> tuple[list[str], list[str]]:
    """Return names of fonts, and the folders they are in: no others are read, so a page looks alike everywhere."""
    chinese, file = chinese_font(), chinese_font_file()
    if document.language == "zh" and not chinese:
        raise EcsimError(
            "no PDF in Chinese is written (all else is): this machine has no font with Chinese characters; "
            "print the page from a browser that has, or install one of "
            f"{', '.join(KNOWN)} (Debian: apt install fonts-noto-cjk)"
        )
    matplotlibs = str(Path(mpl.get_data_path()) / "fonts" / "ttf")
    return [name for name in (chinese, LATIN) if name], [matplotlibs, *([str(file.parent)] if file else [])]


def _characters(fonts: list[str]) -> frozenset[int]:
    """Return the characters that any of some fonts has."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(code for name in fonts for code in get_font(findfont(FontProperties(family=[name]))).get_charmap())


def _legible(text: str, known: Container[int]) -> str:
    """Return a text whose characters are all known; others, as many as stand together, become "[…]"."""
    return re.sub(r"[^\x00-\x7f]+", lambda run: _without_unknown(run[0], known), text)


def _without_unknown(run: str, known: Container[int]) -> str:
    parts = groupby(run, lambda letter: ord(letter) in known)
    return "".join("".join(letters) if legible else "[…]" for legible, letters in parts)


def _plain(block: Block) -> dict[str, Any]:
    """Return a block as JSON takes it; figures by their files, tables with the shares of their columns' widths."""
    if isinstance(block, Figure):
        drawn = block.drawn
        return {"kind": block.kind, "drawn": {"title": drawn.title, "note": drawn.note, "file": f"{drawn.name}.svg"}}
    fields = {"kind": block.kind, **asdict(block)}
    if isinstance(block, Collapsible):
        fields["tables"] = [_plain(table) for table in block.tables]
    return {**fields, "widths": _widths(block)} if isinstance(block, Table) else fields


def _widths(table: Table) -> list[float]:
    """Return how wide each column is against the others, by its longest texts."""
    widths = []
    for place, head in enumerate(table.head):
        cells = [row[place] for row in table.rows]
        longest = max(
            (max(_size(c.text) + _size(c.spread), 0.9 * _size(c.below), 2.6 * len(c.marks)) for c in cells), default=1
        )
        word = max((min(16.0, _size(part)) for part in head.text.split()), default=1)
        dot = 2.0 if head.colour else 0.0
        widths.append(3.0 + min(30.0, max(4.0, longest, 1.2 * word + dot)))
    return widths


def _size(text: str) -> int:
    """Return about how many narrow letters wide a text is."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
