"""Text in the languages that people read here, and catalogues of such texts."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple

Language = Literal["en", "zh"]


class Text(NamedTuple):
    """The same words in English and Chinese.

    Attributes
    ----------
    en, zh : the words; equal where a thing has one name alone
    """

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the words in a language."""
        return self.zh if language == "zh" else self.en


@cache
def catalogue(package: str, file: str) -> dict[str, Any]:
    """Return a catalogue of texts: a TOML file that lies beside the modules of a package.

    Sentences for people live in such files, in English and Chinese beside each other, so that none stands in code.
    """
    import tomllib
    from importlib.resources import files

    return tomllib.loads(files(package).joinpath(file).read_text(encoding="utf-8"))
