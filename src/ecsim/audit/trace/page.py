"""A trace as one HTML page that needs nothing else: the drawn chain, its levels, the events."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment

from ecsim.audit.trace.figure_trace import Level, Trace
from ecsim.audit.trace.graph import graph_of
from ecsim.audit.trace.layout import FIGURE, HEIGHT
from ecsim.audit.trace.sums import shown_sums
from ecsim.kernel.files import writing
from ecsim.kernel.recorded import Columns, Event
from ecsim.kernel.text import catalogue

LISTED = 100
"""Events that a page lists of each kind and level, at most."""


def write_page(trace: Trace, file: Path) -> Path:
    """Write the page of a trace and return its path.

    Raises
    ------
    EcsimError
        If it cannot be written.
    """
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["short"] = short
    template = files("ecsim.audit.trace").joinpath("chain.html.jinja").read_text(encoding="utf-8")
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(environment.from_string(template).render(_content(trace)), encoding="utf-8")
    return file


def short(text: str, columns: int) -> str:
    """Return the beginning of a text that fits into a box.

    Parameters
    ----------
    text : of any length
    columns : widths of a Latin letter; Chinese letters take two
    """
    widths = [2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text]
    if sum(widths) <= columns:
        return text
    fits = int(np.searchsorted(np.cumsum(widths), columns - 1, side="right"))
    return text[:fits].rstrip(" ,;·") + "…"


def _content(trace: Trace) -> dict[str, Any]:
    named, graph = trace.indicator, graph_of(trace)
    colours = _colours(trace, graph.topics)
    counted = trace.levels[0].rows if trace.levels else {}
    return {
        "title_en": named.title_en,
        "title_zh": named.title_zh,
        "unit": named.unit,
        "target": f"{_words()['words']['target']} {named.target}" if named.target else "",
        "county_en": trace.place.en if trace.place else "",
        "county_zh": trace.place.zh if trace.place else "",
        "date": trace.date,
        "figure": trace.shown(trace.figure),
        "recomputed": trace.shown(trace.recomputed),
        "same": trace.holds,
        "counted": _counts({kind: len(rows["seq"]) for kind, rows in counted.items()}),
        "placing": _counts({k: len(rows["seq"]) for k, rows in trace.events.items() if k not in counted}),
        "graph": graph,
        "height": HEIGHT,
        "single": any(":" in box.key for box in graph.boxes),
        "colours": colours,
        "topics": [colours[topic] for topic in graph.topics],
        "levels": [_level(trace, level) for level in trace.levels],
        "run": trace.run.name,
        "seed": trace.seed,
        "root": trace.root,
    }


def _words() -> dict[str, Any]:
    return catalogue("ecsim.audit.trace", "page.toml")


def _colours(trace: Trace, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return fill, line and name of each topic's boxes; kinds without a topic of their own take the next colours."""
    titles = {kind.topic: kind.title for level in trace.levels for kind in level.rows}
    known: dict[str, dict[str, str]] = dict(_words()["topics"])
    free = cycle([colours for topic, colours in known.items() if topic != FIGURE])
    for topic in topics:
        if topic not in known:
            known[topic] = {**next(free), "en": titles[topic].en, "zh": titles[topic].zh}
    return known


def _counts(kinds: dict[type[Event], int]) -> str:
    words = [f"{n:,} × {kind.title.en} ({kind.title.zh})" for kind, n in kinds.items()]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _level(trace: Trace, level: Level) -> dict[str, Any]:
    return {"depth": level.depth, "kinds": [_kind(trace, kind, rows) for kind, rows in level.rows.items()]}


def _kind(trace: Trace, kind: type[Event], rows: Columns) -> dict[str, Any]:
    count = len(rows["seq"])
    return {
        "en": kind.title.en,
        "zh": kind.title.zh,
        "rows": count,
        "first": trace.day(rows["day"].min()),
        "last": trace.day(rows["day"].max()),
        "sums": shown_sums(trace.sums(kind, rows)),
        "example": trace.names.described(kind, rows, 0),
        "root": kind.no_cause_reason.en if kind.no_cause_reason else "",
        "listed": [
            {
                "seq": int(rows["seq"][row]),
                "cause": int(rows["cause"][row]),
                "date": trace.day(rows["day"][row]),
                "told": trace.names.described(kind, rows, row),
            }
            for row in range(min(count, LISTED))
        ],
    }
