"""The planner's pages, from a results folder alone: HTML that opens with no network, and the same on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment

from ecsim.kernel.files import writing
from ecsim.report.document import Document
from ecsim.report.drawing import Language
from ecsim.report.results import read_results
from ecsim.report.sections import all_sections, lead
from ecsim.report.texts import Texts

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def write_report(folder: Path, languages: Sequence[Language] = LANGUAGES, *, pdf: bool = False) -> list[Path]:
    """Write a report in each language into a results folder, with its figures, and return what was written.

    Parameters
    ----------
    folder : results of `ecsim compare` or of an analysis
    languages : English goes to ``report.html`` and ``figures/``, Chinese to ``report.zh.html`` and ``figures/zh/``
    pdf : whether to write ``report.pdf`` or ``report.zh.pdf`` too

    Raises
    ------
    EcsimError
        If the folder holds no results, or cannot be written; for a PDF, if the extra or a font is missing: all that
        needs neither is there.
    """
    pages = {folder / page_of(language): compose(folder, language, languages) for language in languages}
    return write_documents(pages, pdf=pdf)


def write_documents(pages: Mapping[Path, Document], *, pdf: bool) -> list[Path]:
    """Write documents as pages, with their figures beside them, and perhaps as PDF; return what was written.

    Parameters
    ----------
    pages : documents by the file of their page; its folder is made if it is not there

    Raises
    ------
    EcsimError
        As `write_report`.
    """
    for page, document in pages.items():
        with writing(page):
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(render(document), encoding="utf-8")
            if document.figures:
                _write_figures(document, page.parent)
    if not pdf:
        return [*pages]
    from ecsim.report.paper import write_pdf

    papers = []
    for page, document in pages.items():
        with writing(page.with_suffix(".pdf")):
            papers.append(write_pdf(document, page.with_suffix(".pdf")))
    return [*pages, *papers]


def page_of(language: Language) -> str:
    """Return the file of a language's page."""
    return "report.html" if language == "en" else f"report.{language}.html"


def compose(folder: Path, language: Language, languages: Sequence[Language] = LANGUAGES) -> Document:
    """Return the report in one language; it names the other page if that is there or about to be.

    Parameters
    ----------
    folder : results
    language : of the report
    languages : all that are being written

    Raises
    ------
    EcsimError
        If the folder holds no results.
    """
    results = read_results(folder, Texts(language))
    other: Language = "zh" if language == "en" else "en"
    exists = other in languages or (folder / page_of(other)).is_file()
    name = results.texts("page.other_language")
    return Document(
        language=language,
        title=str(results.experiment[f"title_{language}"]),
        lead=lead(results),
        sections=all_sections(results),
        contents=results.texts("page.contents"),
        other={"page": page_of(other), "language": other, "name": name} if exists else {},
    )


def render(document: Document) -> str:
    """Return a report as HTML."""
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        files("ecsim.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    return template.render(vars(document))


def _write_figures(document: Document, folder: Path) -> None:
    place = folder / "figures" / ("" if document.language == "en" else document.language)
    place.mkdir(parents=True, exist_ok=True)
    for drawn in document.figures:
        (place / f"{drawn.name}.svg").write_text(drawn.svg, encoding="utf-8")
