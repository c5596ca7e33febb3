"""Sentences of a catalogue, said in both languages at once with values put in.

``[group] name = { en = "…", zh = "…" }``; names in braces stand for values, the same in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from ecsim.kernel.text import Language, Text, catalogue


class Catalogue:
    """The sentences of a catalogue, by ``group.name``.

    Parameters
    ----------
    package : that holds the file, as ``ecsim.experiments.analyses``
    file : name of the TOML file; it is read when a sentence is first asked for
    """

    def __init__(self, package: str, file: str) -> None:
        self._package, self._file = package, file

    def __call__(self, place: str, /, **values: object) -> Text:
        """Return the sentence at ``group.name`` in both languages, with values put in for the names in braces.

        Parameters
        ----------
        values : by name; of a `Text` each language takes its own words. Chinese sets no space before a per cent sign.

        Raises
        ------
        KeyError
            If there is no such sentence, or it names a value that is not given.
        """
        group, _, name = place.partition(".")
        sentence = self.groups[group][name]
        chinese = sentence.zh.format(**_words(values, "zh"))
        return Text(sentence.en.format(**_words(values, "en")), chinese.replace(" %", "%"))

    @cached_property
    def groups(self) -> Mapping[str, Mapping[str, Text]]:
        """All sentences, by group and name, with their names in braces."""
        content = catalogue(self._package, self._file)
        return {group: {name: Text(**entry) for name, entry in texts.items()} for group, texts in content.items()}

    def joined(self, texts: Iterable[Text], between: Text) -> Text:
        """Return several texts as one; none as an empty one."""
        listed = list(texts)
        return Text(between.en.join(text.en for text in listed), between.zh.join(text.zh for text in listed))


def _words(values: Mapping[str, object], language: Language) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
