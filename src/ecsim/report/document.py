"""What a report is made of, before it is a page or a PDF: sections of blocks, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ecsim.report.drawing import Drawing, Language

MOST_ROWS = 60
"""Rows of a table that a page shows."""


@dataclass(frozen=True)
class Mark:
    """A small coloured sign in a cell.

    Attributes
    ----------
    kind : str
        Decides its colour.
    sign, meaning : str
        What is seen, and what it stands for.
    """

    kind: str
    sign: str
    meaning: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
        What it says.
    below : str
        What belongs to it, in a line below.
    strong : bool
        Whether it stands out.
    marks : tuple of Mark
        Signs in it.
    spread : str
        How sure the figure is, in small print after it.
    colour : str
        Of an arm; empty for none.
    """

    text: str
    below: str = ""
    strong: bool = False
    marks: tuple[Mark, ...] = ()
    spread: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a column; numbers stand right."""

    text: str
    below: str = ""
    number: bool = False
    colour: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Text."""

    text: str
    small: bool = False
    kind = "paragraph"


@dataclass(frozen=True)
class Note:
    """What a reader must know to not be misled."""

    title: str
    texts: tuple[str, ...]
    kind = "note"


@dataclass(frozen=True)
class Bullets:
    """Sentences, the weightiest first; ``strong`` where they are the answer that a reader came for."""

    texts: tuple[str, ...]
    title: str = ""
    strong: bool = False
    kind = "bullets"


@dataclass(frozen=True)
class Code:
    """Lines for a terminal."""

    text: str
    kind = "code"


@dataclass(frozen=True)
class Figure:
    """A figure."""

    drawn: Drawing
    kind = "figure"


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    head, rows : tuples
        Heads of columns, and cells row by row.
    title : str
        Above it.
    folded : bool
        Whether a page shows its title alone until it is opened.
    wide : bool
        Whether paper is turned for it.
    rest : str
        Where the rows are that a page does not show, in words; empty if it shows all.
    """

    head: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    folded: bool = False
    wide: bool = False
    rest: str = ""
    kind = "table"


@dataclass(frozen=True)
class Collapsible:
    """Tables under one title that a page shows alone until it is opened; ``name`` is its anchor."""

    title: str
    tables: tuple[Table, ...]
    name: str
    kind = "folded"


Block = Paragraph | Note | Bullets | Code | Figure | Table | Collapsible


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A report in one language.

    Attributes
    ----------
    lead : paragraphs below the title
    contents : what the list of sections is called
    other : file and name of the page in the other language, if there is one
    """

    language: Language
    title: str
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    other: dict[str, str] = field(default_factory=dict)
    contents: str = ""

    @property
    def figures(self) -> list[Drawing]:
        """Return every figure."""
        return [block.drawn for section in self.sections for block in section.blocks if isinstance(block, Figure)]
