"""Sentences of a catalogue, said in both languages at once with values put in.

``[group] name = { en = "…", zh = "…" }`` has the key ``group.name``, groups of groups have longer ones; names in braces
stand for values, the same in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from ecsim.kernel.text import Language, Text, catalogue


class Catalogue:
    """The sentences of a catalogue, by key.

    Parameters
    ----------
    package : that holds the file, as ``ecsim.experiments.analyses``
    file : name of the TOML file; it is read when a sentence is first asked for
    """

    def __init__(self, package: str, file: str) -> None:
        self._package, self._file = package, file

    def __call__(self, key: str, /, **values: object) -> Text:
        """Return the sentence of a key in both languages, with values put in for the names in braces.

        Parameters
        ----------
        values : by name; of a `Text` each language takes its own words. Chinese sets no space before a per cent sign.

        Raises
        ------
        KeyError
            If there is no such sentence, or it names a value that is not given.
        """
        sentence = self.texts[key]
        chinese = sentence.zh.format(**_words(values, "zh"))
        return Text(sentence.en.format(**_words(values, "en")), chinese.replace(" %", "%"))

    @cached_property
    def texts(self) -> Mapping[str, Text]:
        """All sentences by key, with their names in braces."""
        return dict(_leaves(catalogue(self._package, self._file), ""))

    def joined(self, texts: Iterable[Text], between: Text) -> Text:
        """Return several texts as one; none as an empty one."""
        listed = list(texts)
        return Text(between.en.join(text.en for text in listed), between.zh.join(text.zh for text in listed))


def _words(values: Mapping[str, object], language: Language) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}


def _leaves(content: Mapping[str, Any], path: str) -> Iterator[tuple[str, Text]]:
    """Yield the texts of a part of a catalogue by key."""
    if content.keys() == {"en", "zh"}:
        yield path, Text(content["en"], content["zh"])
        return
    for name, part in content.items():
        yield from _leaves(part, f"{path}.{name}" if path else name)
