"""How each kind of event is told in a biography: the wordings of `templates.toml`, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecsim.kernel.event import Event
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.text import Text
from ecsim.rural.events import EVENTS

_KEYS = {"kind", "en", "zh", "en_many", "zh_many", "by", "repeats", "of", "when", "weighted"}


@dataclass(frozen=True)
class Wording:
    """How rows of a kind are told.

    Attributes
    ----------
    one, many : templates of one row and of several told together, in English and Chinese
    by : columns; rows that differ in them are told apart
    repeats : rows of many days are told together, until something else happens
    of : tables of what is followed; none: any
    when : a column that points at something, or a flag that holds, in the rows told so; empty: any
    weighted : amounts are of a household, so a row that stands for several counts as many
    """

    kind: type[Event]
    one: Text
    many: Text | None
    by: tuple[str, ...]
    repeats: bool
    of: tuple[str, ...]
    when: str
    weighted: bool

    @property
    def together(self) -> bool:
        """Whether several rows may be told in one line."""
        return bool(self.repeats or self.by or self.many)

    def fits(self, rows: Columns) -> NDArray[np.bool_]:
        """Return which rows may be told so, shape (rows,)."""
        if not self.when:
            return np.ones(len(rows["seq"]), np.bool_)
        values = rows[self.when]
        return np.asarray(values > 0 if values.dtype == np.uint8 else values >= 0)


@cache
def wordings() -> tuple[Wording, ...]:
    """Return every wording; of those that fit a row the first is taken."""
    content = tomllib.loads(files("ecsim.rural.biography").joinpath("templates.toml").read_text(encoding="utf-8"))
    kinds = {kind.kind: kind for kind in EVENTS}
    return tuple(_wording(line, kinds) for line in content["wording"])


def _wording(line: Mapping[str, Any], kinds: Mapping[str, type[Event]]) -> Wording:
    if line["kind"] not in kinds or line.keys() - _KEYS:
        raise ValueError(f"templates.toml: {line['kind']}: no such kind, or unknown keys among {', '.join(line)}")
    several = Text(line.get("en_many", line["en"]), line.get("zh_many", line["zh"]))
    return Wording(
        kind=kinds[line["kind"]],
        one=Text(line["en"], line["zh"]),
        many=several if {"en_many", "zh_many"} & line.keys() else None,
        by=tuple(line.get("by", ())),
        repeats=line.get("repeats", False),
        of=tuple(line.get("of", ())),
        when=line.get("when", ""),
        weighted=line.get("weighted", False),
    )


def wordings_of(kind: type[Event], table: str) -> Sequence[Wording]:
    """Return the wordings of a kind in the biography of a row of a table, the first that fits a row first."""
    return [wording for wording in wordings() if wording.kind is kind and (not wording.of or table in wording.of)]
