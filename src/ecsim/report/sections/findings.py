"""A section for each analysis: findings, figures, tables, and what a reader must know."""

from __future__ import annotations

from typing import Any

from ecsim.report.analyses import draw
from ecsim.report.document import MOST_ROWS, Block, Bullets, Cell, Figure, Head, Note, Paragraph, Section, Table
from ecsim.report.numbers import figure
from ecsim.report.results import Results

SHORT = 12
"""Rows up to which a table is not folded."""
NUMBERED = {"seed", "point", "replication"}
"""Columns of numbers that count nothing."""
CODED = {"index", "better", "distribution", "verdict", "metric", "other", "target", "county"}
"""Columns that hold words of the analyses' own."""
NAMES = {"arm", "against", "outcome", "parameter"}
"""Columns of names that the experiment gives, which may look like numbers."""
TITLED = {"target", "shock", "parameter", "change"}
"""Columns of names that the settings may give a title."""


def analyses(results: Results) -> list[Section]:
    """Return a section for each analysis that the folder holds."""
    return [_section(results, analysis) for analysis in results.analyses]


def _section(results: Results, analysis: dict[str, Any]) -> Section:
    texts = results.texts
    blocks: list[Block] = []
    if analysis["findings"]:
        blocks.append(Bullets(tuple(texts.own(said) for said in analysis["findings"])))
    blocks += [Figure(drawn) for drawn in draw(analysis, results)]
    wording = Wording(results, analysis["settings"])
    blocks += [_table(wording, analysis["name"], part) for part in analysis["tables"].values() if part["rows"]]
    if analysis["notes"]:
        blocks.append(Note(texts("analysis.note"), tuple(texts.own(said) for said in analysis["notes"])))
    if settings := wording.settings():
        blocks.append(Paragraph(texts("analysis.settings", settings=settings), small=True))
    return Section(analysis["name"], texts.own(analysis["title"]), tuple(blocks))


def _table(wording: Wording, name: str, part: dict[str, Any]) -> Table:
    texts, rows = wording.texts, part["rows"]
    empty = {c for c in part["columns"] if all(row[c] in (None, "") for row in rows)}
    columns = [column for column in part["columns"] if wording.shows(column) and column not in empty]
    numbers = {c for c in columns if all(_is_number(row[c]) or row[c] is None for row in rows)}
    head = tuple(Head(wording.head(column), number=column in numbers) for column in columns)
    cells = tuple(tuple(Cell(wording.word(c, row[c])) for c in columns) for row in rows[:MOST_ROWS])
    more = ""
    if len(rows) > MOST_ROWS:
        more = texts("page.more_rows", shown=MOST_ROWS, all=f"{len(rows):,}", where=f"analysis/{name}.json")
    return Table(head, cells, texts.own(part["title"]), len(rows) > SHORT, len(columns) > 7, more)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Wording:
    """Words for what the tables of an analysis hold.

    Parameters
    ----------
    settings : of the analysis; names that it gives a title in both languages go by that title
    """

    def __init__(self, results: Results, settings: dict[str, Any]) -> None:
        self.results, self.texts = results, results.texts
        self._settings = settings
        named = [setting for setting in settings.values() if isinstance(setting, dict)]
        self._titles = {
            name: title[self.texts.language]
            for setting in named
            for name, title in setting.items()
            if isinstance(title, dict) and set(title) == {"en", "zh"}
        }

    def shows(self, column: str) -> bool:
        """Return whether a column is for readers of this language: ``title_en`` is not for those of Chinese."""
        other = "zh" if self.texts.language == "en" else "en"
        return not column.endswith(f"_{other}")

    def head(self, column: str) -> str:
        """Return the head of a column."""
        return self.texts.column(column.removesuffix(f"_{self.texts.language}"))

    def word(self, column: str, value: Any) -> str:  # noqa: ANN401 (what JSON holds)
        """Return a cell as people read it: names by their titles, numbers short."""
        match value:
            case None:
                said = "–"
            case bool():
                said = self.texts("page.yes" if value else "page.no")
            case int():
                said = str(value) if column in NUMBERED else f"{value:,}"
            case "inf" | "-inf" if column in NAMES:
                said = value
            case float() | "inf" | "-inf":
                said = figure(float(value))
            case list():
                said = self.texts("page.between_items").join(self.word(column, item) for item in value)
            case _:
                said = self._name(column, str(value))
        return said

    def _name(self, column: str, name: str) -> str:
        if column == "unit":
            return self.texts.unit(name)
        if column in CODED and (said := self.texts.known("values", name)):
            return said
        if column in TITLED and name in self._titles:
            return str(self._titles[name])
        return self.results.said(column, name)

    def settings(self) -> str:
        """Return the settings that are numbers and names, without sentences and titles."""
        shown = {name: value for name, value in self._settings.items() if _is_short(value)}
        return self.texts("page.between_items").join(f"{name} = {self._setting(v)}" for name, v in shown.items())

    def _setting(self, value: Any) -> str:  # noqa: ANN401 (what JSON holds)
        return f"{value:g}" if isinstance(value, float) else self.word("", value)


def _is_short(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_short(item) for item in value)
    return not isinstance(value, dict) and value not in (None, "") and " " not in str(value)
