"""The catalogue of what the rural model says to people: ``texts.toml`` holds each text in English and Chinese.

Rules and figures know keys; whoever shows something asks for the words of a key, with values put in for the names in
braces. What is told of each kind of event stands in ``biography/templates.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ecsim.kernel.text import Text


@cache
def catalogue() -> Mapping[str, Text]:
    """Return every text by its key: ``parcels.ordered``, ``codes.channel.trader``."""
    content = tomllib.loads(files("ecsim.rural").joinpath("texts.toml").read_text(encoding="utf-8"))
    return dict(_leaves(content, ""))


def _leaves(content: Mapping[str, Any], path: str) -> list[tuple[str, Text]]:
    if content.keys() == {"en", "zh"}:
        return [(path, Text(content["en"], content["zh"]))]
    return [leaf for name, part in content.items() for leaf in _leaves(part, f"{path}.{name}" if path else name)]


def text(key: str, **values: object) -> Text:
    """Return a text in both languages.

    Parameters
    ----------
    key : as `catalogue` has it
    values : what is put in for the names in braces; all of them have to be given

    Raises
    ------
    KeyError
        If there is no such text, or a value is missing.
    """
    english, chinese = catalogue()[key]
    return Text(english.format(**values), chinese.format(**values))


def code_label(vocabulary: type[IntEnum], code: int) -> Text:
    """Return what a code of a vocabulary is called: of `Channel.STATION`, "through the station"."""
    return catalogue()[f"codes.{group_of(vocabulary)}.{vocabulary(code).name.lower()}"]


def flag_labels(vocabulary: type[IntEnum], flags: int) -> Text:
    """Return what bit flags of a vocabulary are called, one after the other; a text of its own if none is set."""
    labels = [code_label(vocabulary, flag) for flag in vocabulary if flags & flag]
    if not labels:
        return catalogue()[f"codes.{group_of(vocabulary)}.none"]
    return Text(", ".join(label.en for label in labels), "、".join(label.zh for label in labels))


def group_of(vocabulary: type[IntEnum]) -> str:
    """Return the group of the catalogue that holds a vocabulary's labels: of `VillageKind`, ``village_kind``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", vocabulary.__name__).lower()
