"""Vocabularies: what the codes of a column mean, and the further words that extensions give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from ecsim.kernel.event import Event
from ecsim.kernel.text import Text


@dataclass(frozen=True)
class Word:
    """A word that an extension adds to a vocabulary.

    Attributes
    ----------
    name : as files and SQL write it: lower case, ``_`` between words
    title : what people call it
    """

    name: str
    title: Text


FurtherWords: TypeAlias = "Mapping[type[IntEnum], tuple[Word, ...]]"
"""Words that extensions add, by vocabulary; their codes go on where those of the vocabulary end."""


def further_words(vocabulary: type[IntEnum], words: FurtherWords) -> dict[int, Word]:
    """Return the words that extensions add to a vocabulary, by code."""
    return dict(enumerate(words.get(vocabulary, ()), max(vocabulary) + 1))


def meanings(vocabulary: type[IntEnum], words: FurtherWords) -> dict[int, str]:
    """Return what each code of a vocabulary means."""
    own = {int(code): code.name.lower() for code in vocabulary}
    return own | {code: word.name for code, word in further_words(vocabulary, words).items()}


def vocabularies_of(kinds: Iterable[type[Event]], words: FurtherWords) -> dict[str, dict[str, str]]:
    """Return what the codes of each kind's columns mean, by ``kind.column``, as the first line of a journal says it."""
    return {
        f"{kind.kind}.{column.name}": {str(code): name for code, name in meanings(column.vocabulary, words).items()}
        for kind in kinds
        for column in kind.columns
        if column.vocabulary
    }
