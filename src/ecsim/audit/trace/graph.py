"""The chain of causes behind a figure as boxes and edges: a box for a kind, or for each event where they are few."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ecsim.audit.trace.figure_trace import Trace
from ecsim.audit.trace.layout import FIGURE, Box, Edge, Graph, place, rows_of
from ecsim.audit.trace.sums import main_sum, shown_sums, span
from ecsim.kernel.event import NO_CAUSE, Event
from ecsim.kernel.journal.objects import Columns
from ecsim.kernel.rows import RowsByKind, merged

I64 = NDArray[np.int64]
FEW, WIDEST = 4, 6
"""Events of a kind that are drawn one by one, and boxes that stand side by side, at most."""


def graph_of(trace: Trace) -> Graph:
    """Return the drawing of a trace: a box for each kind, or for each event where they are few."""
    kinds = merged(*(level.rows for level in trace.levels))
    few = {kind for kind, rows in kinds.items() if len(rows["seq"]) <= FEW}
    while True:
        graph = Graph(*_drawn(trace, kinds, few))
        rows = rows_of(graph)
        crowded = max(rows, key=len)
        apart = Counter(kind for kind in few for box in crowded if box.key.startswith(f"{kind.kind}:"))
        if len(crowded) <= WIDEST or not any(n > 1 for n in apart.values()):
            break
        few.remove(apart.most_common(1)[0][0])
    place(graph, rows)
    graph.topics = list(dict.fromkeys(box.topic for box in graph.boxes if box.key != FIGURE))
    return graph


def _drawn(trace: Trace, kinds: RowsByKind, few: set[type[Event]]) -> tuple[list[Box], list[Edge]]:
    """Return boxes and edges, not placed yet."""
    boxes, numbers = [_figure(trace)], []
    for kind, rows in kinds.items():
        count, first = len(rows["seq"]), len(boxes)
        if kind in few:
            boxes += [_event(trace, kind, rows, row) for row in range(count)]
            numbers.append(np.arange(first, first + count))
        else:
            boxes.append(_kind(trace, kind, rows))
            numbers.append(np.full(count, first))
    return boxes, _edges(trace, boxes, kinds, numbers)


def _edges(trace: Trace, boxes: list[Box], kinds: RowsByKind, numbers: list[I64]) -> list[Edge]:
    """Return how many events of each box another box brought about; ``numbers`` are the boxes of all rows by kind."""
    if not kinds:
        return []
    seq, cause = (np.concatenate([rows[name] for rows in kinds.values()]) for name in ("seq", "cause"))
    box = np.concatenate(numbers)
    order = np.argsort(seq)

    def boxes_of(seqs: I64) -> I64:
        return np.asarray(box[order][np.searchsorted(seq[order], seqs)])

    caused = cause != NO_CAUSE
    counted = np.concatenate([rows["seq"] for rows in trace.levels[0].rows.values()])
    causes = np.concatenate([boxes_of(cause[caused]), boxes_of(counted)])
    effects = np.concatenate([box[caused], np.zeros(len(counted), np.int64)])
    pairs = np.bincount(causes * len(boxes) + effects, minlength=len(boxes) ** 2).reshape(len(boxes), len(boxes))
    return [
        Edge(
            boxes[i].key, boxes[j].key, int(pairs[i, j]), f"{pairs[i, j]:,} × {boxes[i].lines[1]} → {boxes[j].lines[1]}"
        )
        for i, j in zip(*np.nonzero(pairs), strict=True)
        if i != j
    ]


def _figure(trace: Trace) -> Box:
    named = trace.indicator
    value = f"{trace.shown(trace.figure)} {named.unit}"
    place = [f"{trace.place.zh} {trace.place.en.split()[0]}"] if trace.place else []
    of = f", {trace.place.en}" if trace.place else ""
    lines = [named.title_zh, named.title_en, *place, value]
    return Box(FIGURE, FIGURE, lines, f"{named.title_en}{of}, {trace.date}: {value}")


def _kind(trace: Trace, kind: type[Event], rows: Columns) -> Box:
    words, count = kind.title, len(rows["seq"])
    first, last = trace.day(rows["day"].min()), trace.day(rows["day"].max())
    lines = [words.zh, words.en, f"{count:,} · {span(first, last)}"]
    again = trace.edges.get((kind.kind, kind.kind), 0)
    lines += _root(kind, rows) or main_sum(trace.sums(kind, rows)) or [f"{again:,} after another"] * (again > 0)
    return Box(kind.kind, kind.topic, lines, f"{count:,} {kind.kind}, {first} to {last}; {_sums(trace, kind, rows)}")


def _event(trace: Trace, kind: type[Event], rows: Columns, row: int) -> Box:
    words, day = kind.title, trace.day(rows["day"][row])
    columns = {name: values[row : row + 1] for name, values in rows.items()}
    lines = [words.zh, words.en, " · ".join([str(day), *main_sum(trace.sums(kind, columns), title=False)])]
    lines.append(trace.names.briefly(kind, columns))
    tip = f"event {columns['seq'][0]}, {day}: {words.en} ({words.zh}); {trace.names.described(kind, columns, 0)}"
    return Box(f"{kind.kind}:{columns['seq'][0]}", kind.topic, lines, tip)


def _root(kind: type[Event], rows: Columns) -> list[str]:
    """Return why rows have no cause, if none has one."""
    return (
        [f"{kind.no_cause_reason.zh} {kind.no_cause_reason.en}"]
        if kind.no_cause_reason and (rows["cause"] == NO_CAUSE).all()
        else []
    )


def _sums(trace: Trace, kind: type[Event], rows: Columns) -> str:
    return ", ".join(shown_sums(trace.sums(kind, rows))) or kind.__doc__ or ""
