"""The report's words: ``texts.toml`` holds each in English and Chinese, beside each other."""

from __future__ import annotations

import re
from typing import Any

from ecsim.kernel.text import catalogue as read_catalogue
from ecsim.report.drawing import Language

BESIDE_QUOTES = re.compile(r" ?([“”]) ?")
"""Chinese sets no space beside its quotation marks."""


def catalogue() -> dict[str, dict[str, dict[str, str]]]:
    """Return every text, by group, name and language."""
    return read_catalogue("ecsim.report", "texts.toml")


class Texts:
    """The words of one language.

    Parameters
    ----------
    language : "en" or "zh"

    Examples
    --------
    ``Texts("en")("page.title_unit", title="Retail", unit="million yuan")``
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._texts = catalogue()

    def __call__(self, place: str, **values: Any) -> str:  # noqa: ANN401 (what is put into a sentence)
        """Return the text at ``group.name`` with values put in for names in braces."""
        group, _, name = place.partition(".")
        said = self._texts[group][name][self.language].format(**values)
        return BESIDE_QUOTES.sub(r"\1", said) if self.language == "zh" else said

    def known(self, group: str, name: str) -> str | None:
        """Return a text of a group of names that others give, as units and columns; None if it is not among them."""
        text = self._texts[group].get(name)
        return text[self.language] if text else None

    def unit(self, unit: str) -> str:
        """Return a unit; one that is not known stays as it is."""
        return self.known("units", unit) or unit

    def column(self, name: str) -> str:
        """Return the head of a column; one that is not known stays, with spaces."""
        return self.known("columns", name) or name.replace("_", " ")

    def own(self, sentence: dict[str, str]) -> str:
        """Return the sentence of this language."""
        return sentence[self.language]

    def joined(self, title: str, unit: str) -> str:
        """Return a title with its unit, if it has one."""
        return self("page.title_unit", title=title, unit=unit) if unit else title
