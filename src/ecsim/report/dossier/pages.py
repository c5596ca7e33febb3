"""The pages and the PDF of an evaluation file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ecsim.kernel.recorded import Language
from ecsim.report.document import Document
from ecsim.report.dossier.content import EvaluationFile, read_file
from ecsim.report.dossier.sections import all_sections, lead
from ecsim.report.report import LANGUAGES, write_documents
from ecsim.report.texts import Texts


def write_dossier(
    run: Path, place: str, folder: Path, languages: Sequence[Language] = LANGUAGES, *, pdf: bool = False,
    trust: bool = False,
) -> list[Path]:  # fmt: skip
    """Write the evaluation file of a place in each language and return what was written.

    Parameters
    ----------
    folder : to write into; it is made if it is not there
    pdf : whether to write each page as PDF too

    Raises
    ------
    EcsimError, VerificationError
        As `read_file`; if the folder cannot be written; for a PDF, if the extra or a font is missing: pages are there.
    """
    content = read_file(run, place, trust=trust)
    pages = {folder / page_of(content, language): compose(content, language, languages) for language in languages}
    return write_documents(pages, pdf=pdf)


def page_of(content: EvaluationFile, language: Language) -> str:
    """Return the file of a language's page."""
    name = content.facts.place.en.lower().replace(" ", "-")
    return f"{name}.html" if language == "en" else f"{name}.{language}.html"


def compose(content: EvaluationFile, language: Language, languages: Sequence[Language] = LANGUAGES) -> Document:
    """Return the file in one language; it names the other page if that is written too."""
    texts = Texts(language)
    other: Language = "zh" if language == "en" else "en"
    return Document(
        language=language, title=content.facts.title.to(language), lead=lead(content, texts),
        sections=all_sections(content, texts), contents=texts("page.contents"),
        other={"page": page_of(content, other), "language": other, "name": texts("page.other_language")}
        if other in languages else {},
    )  # fmt: skip
