"""What the model tells of a place, as sections of an evaluation file."""

from __future__ import annotations

from ecsim.kernel.dossier import Entry, FactSection, FactTable
from ecsim.kernel.recorded import Language
from ecsim.report.document import Block, Cell, Head, Paragraph, Section, Table
from ecsim.report.texts import Texts

FOLDED = 14
"""Rows from which on a page shows a table folded."""


def section_of(section: FactSection, texts: Texts) -> Section:
    """Return a section of the model's facts; long tables are folded on a page."""
    notes = [Paragraph(note.to(texts.language), small=True) for note in section.notes]
    blocks: list[Block] = [block for table in section.tables for block in _table(table, texts)]
    return Section(section.name, section.title.to(texts.language), (*notes, *blocks))


def _table(table: FactTable, texts: Texts) -> tuple[Block, ...]:
    language = texts.language
    title = table.title.to(language)
    if not table.rows:
        return (Paragraph(texts("dossier.nothing", title=title, said=table.empty.to(language))),)
    folded = len(table.rows) > FOLDED
    return (
        Table(
            tuple(Head(column.title.to(language), number=column.number) for column in table.columns),
            tuple(tuple(_cell(entry, language) for entry in row) for row in table.rows),
            title=texts("dossier.rows", title=title, rows=len(table.rows)) if folded else title, folded=folded,
        ),
    )  # fmt: skip


def _cell(entry: Entry, language: Language) -> Cell:
    return Cell(entry.text.to(language), entry.below.to(language))
