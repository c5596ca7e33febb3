"""The planner's pages, from a results folder alone: HTML that opens with no network, and the same on paper."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment

from ecsim.kernel.files import writing
from ecsim.report.document import Block, Document, Paragraph
from ecsim.report.drawing import Language
from ecsim.report.results import Results, read_results
from ecsim.report.sections import all_sections
from ecsim.report.sections.completeness import incomplete
from ecsim.report.sections.contrasts import answer
from ecsim.report.sections.provenance import caution
from ecsim.report.texts import Texts

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def write_report(folder: Path, languages: Sequence[Language] = LANGUAGES, *, pdf: bool = False) -> list[Path]:
    """Write a report in each language into a results folder, with its figures, and return what was written.

    Parameters
    ----------
    languages : English goes to ``report.html`` and ``figures/``, Chinese to ``report.zh.html`` and ``figures/zh/``
    pdf : whether to write ``report.pdf`` or ``report.zh.pdf`` too

    Raises
    ------
    EcsimError
        If the folder holds no results, or cannot be written; for a PDF, if the extra or a font is missing: all that
        needs neither is there.
    """
    pages = {folder / page_of(language): compose(folder, language, languages) for language in languages}
    for page, document in pages.items():
        with writing(page):
            page.write_text(render(document), encoding="utf-8")
            _write_figures(document, folder)
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
    """Return the report in one language; it names the other page if that is there or about to be."""
    results = read_results(folder, Texts(language))
    other: Language = "zh" if language == "en" else "en"
    there = other in languages or (folder / page_of(other)).is_file()
    name = results.texts("page.other_language")
    return Document(
        language=language,
        title=str(results.experiment[f"title_{language}"]),
        lead=_lead(results),
        sections=all_sections(results),
        contents=results.texts("page.contents"),
        other={"page": page_of(other), "language": other, "name": name} if there else {},
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


def _lead(results: Results) -> tuple[Block, ...]:
    """Return the question, how it was run, and what the page is not."""
    texts, experiment, blocks = results.texts, results.experiment, list[Block]()
    question = experiment.get("question" if texts.language == "en" else "question_zh")
    if question:
        blocks.append(Paragraph(str(question)))
    blocks += answer(results)
    if results.manifest:
        blocks.append(Paragraph(_how_it_was_run(results), small=True))
    return (*blocks, *incomplete(results), *caution(results))


def _run_of(results: Results) -> str:
    """Return what was run: a function, or the model of the arms' scenarios."""
    experiment = results.experiment
    if own := experiment.get("function") or experiment.get("model"):
        return str(own)
    return str(results.manifest["arms"][results.reference]["scenario"]["model"])


def _how_it_was_run(results: Results) -> str:
    texts, manifest = results.texts, results.manifest
    told = {"replications": manifest["replications"]}
    if results.simulated:
        arm = manifest["arms"][results.reference]
        told |= {"region": manifest["region"][f"title_{texts.language}"], "sample": f"{arm['sample']:g}"}
        said = texts("page.runs_of_simulation", start=arm["start"], weeks=arm["weeks"], **told)
    else:
        told |= {"model": _run_of(results), "runs": f"{manifest['runs']:,}", "arms": len(results.arms)}
        said = texts("page.runs_of_function", **told)
    if results.points == 1:
        return said
    at = texts("page.at_points", points=results.points, parameters=results.moved)
    return texts("page.between_sentences").join([said, at])
