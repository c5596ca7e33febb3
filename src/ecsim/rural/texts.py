"""The catalogue of what the rural model says to people: ``texts.toml`` holds each text in English and Chinese.

Rules and figures know keys; whoever shows something asks for the words of a key, with values put in for the names in
braces. What is told of each kind of event stands in ``biography/templates.toml``.
"""

from __future__ import annotations

import re
from enum import IntEnum

from ecsim.kernel.catalogue import Catalogue
from ecsim.kernel.text import Text

text = Catalogue("ecsim.rural", "texts.toml")
"""Returns a text of the catalogue by key, as ``parcels.ordered`` or ``codes.channel.trader``, with values put in."""


def code_label(vocabulary: type[IntEnum], code: int) -> Text:
    """Return what a code of a vocabulary is called: of `Channel.STATION`, "through the station"."""
    return text(f"codes.{group_of(vocabulary)}.{vocabulary(code).name.lower()}")


def flag_labels(vocabulary: type[IntEnum], flags: int) -> Text:
    """Return what bit flags of a vocabulary are called, one after the other; a text of its own if none is set."""
    labels = [code_label(vocabulary, flag) for flag in vocabulary if flags & flag]
    if not labels:
        return text(f"codes.{group_of(vocabulary)}.none")
    return Text(", ".join(label.en for label in labels), "、".join(label.zh for label in labels))


def group_of(vocabulary: type[IntEnum]) -> str:
    """Return the group of the catalogue that holds a vocabulary's labels: of `VillageKind`, ``village_kind``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", vocabulary.__name__).lower()
