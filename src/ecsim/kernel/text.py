"""Text in the languages that people read here."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """The same words in English and Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the words in a language."""
        return self.zh if language == "zh" else self.en
